"""Last year's record for an agency, across renamings and mergers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from xltool.model.comparison import Prior
from xltool.model.era import Era, Indicator
from xltool.model.record import Agency, Record, Value
from xltool.model.roster import folded
from xltool.model.succession import Origin, Succession
from xltool.numbers import Number, exact
from xltool.rules.captures import bindings
from xltool.rules.evaluate import evaluate
from xltool.rules.nodes import Ref


@dataclass(frozen=True, slots=True)
class Priors:
    """The records of year `since`, by folded agency code, for agencies that report for `until`."""

    records: Mapping[str, Record]
    since: int
    until: int
    succession: Succession
    era: Callable[[str], Era]
    carried: tuple[str, ...]

    def of(self, agency: Agency) -> Prior:
        """What stands behind `agency`: its own record, its predecessor's, or the sum of its predecessors'."""
        origin = self.succession.origin(agency.code, self.since, self.until)
        codes = self._codes(origin)
        absent = tuple(code for code in codes if folded(code) not in self.records)
        found = [self.records[folded(code)] for code in codes if folded(code) in self.records]
        base = found if not absent and len({each.era for each in found}) == 1 else []
        heirs = self._inherits(agency.code, codes)
        if base and heirs is None:
            record = base[0] if len(base) == 1 else _sum(base, self.era(base[0].era))
            return Prior(replace(record, agency=agency, explanations=(), source=None), origin.reason, codes)
        unfinished = self._unfinished(agency, base, heirs) if heirs is not None else None
        if unfinished is not None:
            known = {folded(code) for code in codes}
            return Prior(
                unfinished, origin.reason, codes, absent, tuple(c for c in heirs or () if folded(c) not in known)
            )
        if origin.reason in ("split", "new"):
            return Prior(None, origin.reason, codes)
        return Prior(None, "partial" if found else "none", codes, absent)

    def _codes(self, origin: Origin) -> tuple[str, ...]:
        own = origin.own and folded(origin.own) in self.records
        return (*origin.codes, origin.own) if own else origin.codes

    def _inherits(self, code: str, codes: Sequence[str]) -> list[str] | None:
        """The bodies whose unfinished business `code` has, where these are not simply `codes`."""
        taken = self.succession.inherited(code, self.since, self.until)
        kept = [old for old in codes if not self.succession.passed_on(code, old, self.since, self.until)]
        every = list({folded(old): old for old in (*kept, *taken)}.values())
        return None if {folded(old) for old in every} == {folded(old) for old in codes} else every

    def _unfinished(self, agency: Agency, base: Sequence[Record], heirs: Sequence[str]) -> Record | None:
        """The sum of `base`, its carried figures those of `heirs`."""
        found = [self.records[folded(code)] for code in heirs if folded(code) in self.records]
        every = [*base, *found]
        if not every or len({each.era for each in every}) != 1:
            return None
        era = self.era(every[0].era)
        whole = _sum(base, era) if base else _empty(every[0], era)
        paths = (
            [each["p"] for each in bindings({"p": self.carried}, era.groups, era.indicators)] if self.carried else []
        )
        if found and len(found) == len(heirs):
            summed = _sum(found, era).values
        else:
            summed = dict.fromkeys(era.indicators) if heirs else dict.fromkeys(era.indicators, 0)
        values = {**whole.values, **{path: summed[path] for path in paths if path in era.indicators}}
        return replace(whole, agency=agency, values=values, explanations=(), source=None)


def _empty(like: Record, era: Era) -> Record:
    return replace(like, values=dict.fromkeys(era.indicators), marks={}, text={}, cover={})


def _sum(records: Sequence[Record], era: Era) -> Record:
    """Records added indicator by indicator; what is missing in one is missing in the sum."""
    values: dict[str, Value] = {
        path: _added(indicator, [each.values.get(path) for each in records])
        for path, indicator in era.indicators.items()
    }
    for path, indicator in era.indicators.items():
        if indicator.method == "ratio" and path in era.totals:
            values[path] = evaluate(era.totals[path].formula, _lookup(values))
    return replace(_empty(records[0], era), values=values)


def _added(indicator: Indicator, values: Sequence[Value]) -> Number | None:
    numbers = [value for value in values if isinstance(value, int | Decimal)]
    if len(numbers) < len(values) or not numbers:
        return None
    if indicator.method == "max":
        return max(numbers)
    return exact(sum(numbers, start=Decimal(0))) if indicator.method in ("sum", "stock") else None


def _lookup(values: Mapping[str, Value]) -> Callable[[Ref], Value]:
    return lambda ref: values.get(ref.path) if ref.origin == "data" else None
