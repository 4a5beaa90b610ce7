"""The official tables of the summary: the form's own layout, each cell a formula over the details."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from xltool.model.summary import TotalLine
from xltool.model.workbook import Page, PlanCell, SheetPlan
from xltool.numbers import plain
from xltool.plan.draft import Draft, share
from xltool.plan.layout import SheetLayout
from xltool.plan.measure import units
from xltool.plan.table import Table, draw
from xltool.report.summary_context import Book

STYLES = {"complete": "sum", "partial": "sum_partial", "none": "sum_none", "not_added": "sum_not_added"}
_MARGIN = 2.0
_WIDEST = 60.0
_PORTRAIT = 150.0


def spots_of(layout: SheetLayout, book: Book) -> Table:
    """The table as the form draws it: only its places are of interest."""
    return draw(layout, book.era, book.options, book.words)


def draw_table(layout: SheetLayout, book: Book) -> SheetPlan:
    """One table, its columns wide enough for every total with the number of agencies behind it."""
    table = draw(_widened(layout, book), book.era, book.options, book.words)
    draft = table.draft
    draft.widths = table.layout.columns
    draft.validations.clear()
    paths = {(row, col): path for path, (_, row, col) in table.spots.items()}
    draft.cells = [_cell(cell, paths, book, draft.name) for cell in draft.cells]
    _head(draft, table, book)
    landscape = layout.landscape or sum(draft.widths) > _PORTRAIT
    tall = 0 if len(layout.blocks) > 4 else 1
    return draft.done(Page(landscape=landscape, tall=tall, repeat_rows=(0, 0)), tab="#4F81BD")


def _widened(layout: SheetLayout, book: Book) -> SheetLayout:
    table = spots_of(layout, book)
    spans = {(cell.row, cell.col): cell.cols for cell in table.draft.cells}
    widths = list(layout.columns)
    for line, row, col in _totals(table, book):
        shown = book.shown(line)
        text = (shown if isinstance(shown, str) else plain(shown)) + book.suffix(line)
        span = spans[row, col]
        short = (units(text) + _MARGIN) / span
        for at in range(col, col + span):
            widths[at] = min(_WIDEST, max(widths[at], short))
    return replace(layout, columns=tuple(round(width, 2) for width in widths))


def _totals(table: Table, book: Book) -> Iterator[tuple[TotalLine, int, int]]:
    for path, (_, row, col) in table.spots.items():
        if path in book.summary.lines:
            yield book.summary.lines[path], row, col


def _cell(cell: PlanCell, paths: Mapping[tuple[int, int], str], book: Book, here: str) -> PlanCell:
    line = book.summary.lines.get(paths.get((cell.row, cell.col), ""))
    if line is None:
        return cell._replace(locked=True)
    style, shape = STYLES[line.state], book.number_format(line)
    return cell._replace(value=book.total(line, here), style=style, locked=True, number_format=shape)


def _head(draft: Draft, table: Table, book: Book) -> None:
    summary, layout, count = book.summary, table.layout, len(draft.widths)
    draft.put(0, 0, _title(layout, book), "title", cols=count)
    draft.at_least(0, 34.0)
    parts = share(draft.widths, {"who": sum(draft.widths) * 0.5, "year": 1.0})
    who, year = parts["who"], parts["year"]
    draft.put(1, who[0], units_text(book), "footer", cols=who[1])
    scope = book.said(f"scope_{summary.scope}")
    draft.put(1, year[0], book.said("sum_year_scope", year=summary.year, scope=scope), "right", cols=year[1])
    style, legend = _legend(table, book)
    draft.put(2, 0, legend, style, cols=count)
    draft.at_least(2, 24.0)


def units_text(book: Book) -> str:
    """How many agencies were added up, of how many."""
    n, of = len(book.summary.included), book.summary.expected
    text = book.said("sum_units", n=n) if n == of else book.said("sum_units_of", n=n, of=of)
    invalid = sum(each.status == "included_invalid" for each in book.summary.coverage)
    space = " " if book.lang == "en" else ""
    return f"{text}{book.said('comma')}{book.said('sum_invalid_warning', n=invalid)}{space}" if invalid else text


def _title(layout: SheetLayout, book: Book) -> str:
    year = book.summary.year
    if layout.title:
        return layout.title(book.lang, year=year)
    return book.title(layout.path) or layout.name(book.lang, year=year)


def _legend(table: Table, book: Book) -> tuple[str, str]:
    lacking = sum(line.partial for line, _, _ in _totals(table, book))
    of = book.summary.expected
    if lacking:
        return "sum_legend_amber", book.said("sum_legend_partial", k=lacking, of=of)
    return "sum_legend", book.said("sum_legend_complete", of=of)
