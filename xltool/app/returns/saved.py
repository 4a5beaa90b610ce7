"""A record that came as JSON, as the self-check page saves it, seen as the workbook that would hold it."""

from __future__ import annotations

from collections.abc import Iterator

from xltool.app.shelf import Shelf
from xltool.model.book import Cell
from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.record import Mark, Record
from xltool.model.returned import Returned
from xltool.passes.values import Found, maybe_date, read_value
from xltool.plan.content import content_of, options_for
from xltool.plan.form import Options
from xltool.plan.hidden import MODULUS
from xltool.plan.results import Results


def as_returned(record: Record, file: str, shelf: Shelf) -> Returned:
    """The record with what its marks and figures bring out, its computed totals and its 数据校验码.

    Its totals count as computed where every one is what its formula gives: nobody could fill them in.
    """
    era = shelf.era(record.era)
    wanted, _ = options_for(record, era, "auto", "zh")
    plan = shelf.plan(record.era, Options(record.year, record.scope, wanted.totals, extras=wanted.extras))
    code = Results(plan, content_of(record, plan)[0], judged=False).code % MODULUS
    computed = frozenset(era.totals) if wanted.totals == "computed" else frozenset()
    findings = [
        Finding(code, shelf.severity(code), (Place(file, "", path),), (path,), args)
        for path, (code, args) in _noticed(record, era, computed)
    ]
    return Returned(file, record, tuple(findings), computed=computed, check_code=f"{code:06d}")


def _noticed(record: Record, era: Era, computed: frozenset[str]) -> Iterator[tuple[str, Found]]:
    for path, indicator in era.indicators.items():
        mark, value = record.marks.get(path), record.values.get(path)
        if mark is not None and mark.kind != "declared_zero":
            read = read_value(Cell(mark.raw or None), indicator, era.not_applicable)
            yield from ((path, found) for found in (read.findings if read.mark == mark else (_as_marked(mark),)))
        elif isinstance(value, int) and path not in computed:
            yield from ((path, found) for found in maybe_date(value, indicator))


def _as_marked(mark: Mark) -> Found:
    """What a mark says whose text alone would be read as something else, such as a formula's result."""
    code = "VALUE-NOT-APPLICABLE" if mark.kind == "not_applicable" else "RECORD-UNREADABLE"
    return code, {"given": mark.raw}
