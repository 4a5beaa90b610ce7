"""Files taken in, in words: the verdict on each, and what changed since the version before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from xltool.model.place import Place
from xltool.model.record import Mark, Value
from xltool.model.returned import Returned
from xltool.numbers import plain
from xltool.passes.versions import Change, Taken
from xltool.report.wording import Wording

_SHOWN_CELLS = 20


def taken_lines(taken: Taken, wording: Wording) -> Iterator[str]:
    """One file: a heading; for a new one the findings and the difference to the version before."""
    yield _head(taken, wording)
    if taken.outcome == "again" and taken.version is not None:
        yield wording.said("take_again", file=taken.version.name)
    returned = taken.returned
    if returned is None:
        return
    if taken.twin is not None:
        yield wording.said("take_twin", file=taken.twin.name, n=taken.twin.submission)
    if taken.outcome != "known":
        yield from (f"  {line}" for line in wording.lines(returned.findings, returned.record))
    if taken.changed is not None and taken.before is not None:
        yield from _changes(taken, returned, wording)


def _head(taken: Taken, wording: Wording) -> str:
    version = taken.version
    state = wording.said(f"state_{taken.outcome}")
    if version is None or not version.figures:
        return wording.said("take_bare", file=taken.name, state=state)
    agency = wording.said("take_agency", name=version.agency_name, code=version.agency)
    if taken.returned is not None and (version.errors or version.explains or version.notices):
        counts = {"errors": version.errors, "explains": version.explains, "notices": version.notices}
        state += ("（{}）" if wording.lang == "zh" else " ({})").format(wording.said("take_counts", **counts))
    return wording.said("take_head", file=taken.name, agency=agency, n=version.submission, state=state)


def _changes(taken: Taken, returned: Returned, wording: Wording) -> Iterator[str]:
    changed, before = taken.changed, taken.before
    if changed is None or before is None or returned.record is None:
        return
    yield wording.said(
        "take_changed",
        file=before.name,
        n=before.submission,
        changes=len(changed.changes),
        solved=len(changed.solved),
        fresh=len(changed.fresh),
        kept=len(changed.kept),
    )
    cells = [_cell(each, returned, wording) for each in changed.changes]
    yield from _capped(cells, wording)
    solved = [wording.said("take_solved", text=each.instance or each.code) for each in changed.solved]
    yield from _capped(list(dict.fromkeys(solved)), wording)
    fresh = wording.lines(changed.fresh, returned.record)
    yield from (wording.said("take_fresh", text=line) for line in fresh)


def _capped(lines: list[str], wording: Wording) -> Iterator[str]:
    yield from lines[:_SHOWN_CELLS]
    if len(lines) > _SHOWN_CELLS:
        yield wording.said("take_more", n=len(lines))


def _cell(change: Change, returned: Returned, wording: Wording) -> str:
    record = returned.record
    label = wording.label(change.path, wording.era(record.era)) if record else change.path
    place = returned.places.get(change.path, Place())
    where = f"{place.sheet} {place.ref}".strip() if place.sheet else ""
    return wording.said(
        "take_cell",
        where=wording.said("say_label", place=where, label=label) if where else label,
        before=_value(change.before, change.mark_before, wording),
        after=_value(change.after, change.mark_after, wording),
    )


def _value(value: Value, mark: Mark | None, wording: Wording) -> str:
    if mark is not None and mark.raw:
        return f"“{mark.raw}”"
    if value is None or value == "":
        return wording.said("take_blank")
    return plain(value) if isinstance(value, int | Decimal) else f"“{value}”"


def count_outcomes(outcomes: Iterable[str]) -> dict[str, int]:
    """How many files came to what, as the line after an intake says it."""
    found = list(outcomes)
    known = found.count("known")
    return {
        "fresh": len(found) - known,
        "accepted": found.count("accepted"),
        "returned": found.count("returned"),
        "conflict": found.count("conflict"),
        "repeated": found.count("identical") + found.count("again"),
        "superseded": found.count("superseded"),
        "unread": found.count("unread"),
        "known": known,
    }
