"""更正说明: what changed in the returns since a summary was sealed, and what that did to its totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from xltool.model.era import Era
from xltool.model.record import Record, Scope, Value
from xltool.model.seal import ChangeKind, Correction, Corrections, Seal, TotalChange
from xltool.model.summary import Summary
from xltool.numbers import Number, exact

_ONE_BY_ONE = ("sum", "stock")
Key = tuple[str, Scope]


def corrections(seal: Seal, sealed: Sequence[Record], summary: Summary, era: Era) -> Corrections:
    """From the sealed version, whose counted records are `sealed`, to `summary`.

    For indicators that are added, the effects of an indicator add up to what its total changed by.
    """
    before = {_key(record): record for record in sealed}
    after = {_key(item.record): item.record for item in summary.included}
    changes = [change for key in dict.fromkeys([*after, *before]) for change in _changes(key, before, after, era)]
    totals = [
        TotalChange(path, was, now)
        for path in era.indicators
        if (was := seal.totals[path].value if path in seal.totals else None)
        != (now := summary.lines[path].value if path in summary.lines else None)
    ]
    return Corrections(seal.version, tuple(changes), tuple(totals))


def _key(record: Record) -> Key:
    return record.agency.code.strip(), record.scope


def _changes(key: Key, before: Mapping[Key, Record], after: Mapping[Key, Record], era: Era) -> Iterator[Correction]:
    old, new = before.get(key), after.get(key)
    known = new or old
    assert known is not None
    kind: ChangeKind = "changed" if old and new else "added" if new else "removed"
    for path, indicator in era.indicators.items():
        was, now = _shown(old, path), _shown(new, path)
        if was != now:
            effect = exact(_number(now) - _number(was)) if indicator.method in _ONE_BY_ONE else None
            yield Correction(key[0], known.agency.name, key[1], kind, path, was, now, effect)


def _shown(record: Record | None, path: str) -> Value:
    """A figure as it reads: its number, else the words that stand in its place."""
    if record is None:
        return None
    value, mark = record.values.get(path), record.marks.get(path)
    return mark.raw if value is None and mark and mark.raw else value


def _number(value: Value) -> Number:
    return value if isinstance(value, int | Decimal) else 0
