"""Summaries of more agencies than any return has cells are read all the same, and their list of figures stays usable."""

from __future__ import annotations

from functools import cache

import pytest
from campaigns import SHELF
from provinces import ERA, POLICY, province

from xltool.app.published.publishing import Press
from xltool.app.shelf import Shelf
from xltool.app.summaries.merging import Merged
from xltool.app.summaries.summarising import summary_workbook
from xltool.app.summaries.tracing import trace
from xltool.app.summaries.transferring import totals_of
from xltool.io.inputs import Source
from xltool.io.library import Library
from xltool.model.finding import Refused
from xltool.model.summary import Summary
from xltool.model.workbook import Formula, SheetPlan
from xltool.passes.merge import merge
from xltool.report import summary_long
from xltool.report.summary_book import summary_book

LARGE, SMALL = 1_200, 12
PATH = "applications.natural_person.new"
ISOLATED = Shelf(Library())


def summary_of(count: int) -> Summary:
    land = province(count)
    summary, findings = merge(land.returns, ERA, land.roster, scope="area", policy=POLICY)
    assert summary is not None, findings
    return summary


@cache
def large() -> bytes:
    """Without its list of figures it is above the limit of returns all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summary_long, "MOST", 0)
        return summary_workbook(Merged((), summary_of(LARGE), ()), SHELF, "zh")


def source() -> Source:
    return Source("汇总.xlsx", large)


def test_a_return_may_not_be_so_large() -> None:
    """FILE-SUSPICIOUS: what summaries may be does not widen what comes by e-mail."""
    with pytest.raises(Refused) as refused:
        ISOLATED.open_book(large())
    assert refused.value.findings[0].code == "FILE-SUSPICIOUS"


def test_a_large_summary_is_traced_to_every_return() -> None:
    (found,) = trace(source(), PATH, ISOLATED).traces
    records = province(LARGE).records
    assert {line.code: line.value for line in found.lines} == {
        code: record.values[PATH] for code, record in records.items()
    }
    assert found.shown == found.added == sum(record.values[PATH] for record in records.values())
    places = {each.code: each.places[PATH] for each in province(LARGE).returns}
    assert {line.code: line.source for line in found.lines} == places


def test_a_large_summary_is_transferred_and_published() -> None:
    summary = summary_of(LARGE)
    assert totals_of(source(), ISOLATED).lines[PATH].value == summary.lines[PATH].value
    report = Press(ISOLATED).file(source())
    assert report.record is None and report.paper is not None, report.findings


def long_sheet(count: int) -> SheetPlan:
    library = SHELF.library
    words = {**library.words, **library.summary_words}
    plan = summary_book(summary_of(count), ERA, library.layout(ERA.id), words)
    name = words["sum_sheet_long"]("zh")
    return next(sheet for sheet in plan.sheets if sheet.name == name)


def figures(sheet: SheetPlan) -> list[tuple[object, object, object]]:
    """Code, indicator and value of each row below the head."""
    rows: dict[int, dict[int, object]] = {}
    for cell in sheet.cells:
        assert not isinstance(cell.value, Formula)
        rows.setdefault(cell.row, {})[cell.col] = cell.value
    return [(cells[0], cells[2], cells[4]) for row, cells in sorted(rows.items()) if row > 2]


def test_the_list_has_all_figures_then_those_that_are_not_0_then_none(monkeypatch: pytest.MonkeyPatch) -> None:
    records, lines = province(SMALL).records, summary_of(SMALL).lines
    every = {(code, path): record.values.get(path) for code, record in records.items() for path in lines}
    assert len(every) < summary_long.ALL
    assert {row[:2] for row in figures(long_sheet(SMALL))} == set(every)
    monkeypatch.setattr(summary_long, "ALL", len(every) - 1)
    wanted = {spot for spot, value in every.items() if value != 0}
    sheet = long_sheet(SMALL)
    assert {row[:2] for row in figures(sheet)} == wanted
    assert any(str(len(every) - len(wanted)) in str(cell.value) for cell in sheet.cells if cell.row == 1)
    monkeypatch.setattr(summary_long, "MOST", len(wanted))
    assert {row[:2] for row in figures(long_sheet(SMALL))} == wanted
    monkeypatch.setattr(summary_long, "MOST", len(wanted) - 1)
    sheet = long_sheet(SMALL)
    assert figures(sheet) == []
    (note,) = (str(cell.value) for cell in sheet.cells if cell.row == 1)
    assert str(len(every)) in note and "xltool trace" in note and "--shape long" in note
