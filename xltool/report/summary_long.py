"""The long sheet of details: a row for each figure, leading to the file and cell it was read from."""

from __future__ import annotations

from collections.abc import Iterator

from xltool.model.place import Place
from xltool.model.summary import Return
from xltool.model.workbook import Area, Page, PlanCell, SheetPlan
from xltool.report.summary_context import Book
from xltool.report.summary_detail import figure

_COLUMNS = (
    *(("code", 16.0), ("name", 30.0), ("key", 62.0), ("indicator", 80.0), ("value", 12.0)),
    *(("remark", 12.0), ("file", 46.0), ("sheet", 18.0), ("cell", 10.0)),
)
_HEAD = 2
# With every zero, the figures of a thousand agencies would make a sheet that nobody can work with.
_ALL = 100_000
_MOST = 1_000_000


def draw_long(book: Book) -> SheetPlan:
    """All figures; in large summaries only those that are not a plain 0, which the wide sheet has too."""
    summary = book.summary
    whole = len(summary.included) * len(summary.lines) <= _ALL
    titles = {path: " / ".join(map(book.title, book.trail(path))) for path in summary.lines}
    rows = [
        (item, path)
        for item in summary.included
        for path in summary.lines
        if whole or item.record.values.get(path) != 0
    ][:_MOST]
    cells = [*_head(book, len(rows), whole=whole)]
    for row, (item, path) in enumerate(rows, start=_HEAD + 1):
        cells += _row(book, row, item, path, titles[path])
    return SheetPlan(
        name=book.names["long"],
        cells=tuple(cells),
        widths=dict(enumerate(width for _, width in _COLUMNS)),
        heights={0: 24.0, _HEAD: 26.0},
        freeze=(_HEAD + 1, 2),
        page=Page(landscape=True, repeat_rows=(_HEAD, _HEAD)),
        protected=False,
        autofilter=Area(_HEAD, 0, _HEAD + max(1, len(rows)), len(_COLUMNS) - 1),
        tab="#7F8C8D",
    )


def _head(book: Book, count: int, *, whole: bool) -> Iterator[PlanCell]:
    yield PlanCell(0, 0, book.names["long"], "caption")
    zeros = len(book.summary.included) * len(book.summary.lines) - count
    note = book.said("sum_long_note") if whole else book.said("sum_long_zeros", n=zeros, sheet=book.names["detail"])
    yield PlanCell(1, 0, note, "detail_path")
    for col, (word, _) in enumerate(_COLUMNS):
        yield PlanCell(_HEAD, col, book.said(f"sum_column_{word}"), "head")


def _row(book: Book, row: int, item: Return, path: str, title: str) -> Iterator[PlanCell]:
    value, style = figure(item.record, path)
    mark = item.record.marks.get(path)
    blank = "blank" if item.record.values.get(path) in (None, "") else ""
    remark = book.said(f"sum_mark_{mark.kind if mark else blank}") if mark or blank else ""
    place = item.places.get(path, Place())
    yield PlanCell(row, 0, item.code, "detail_text")
    yield PlanCell(row, 1, item.record.agency.name, "detail_text")
    yield PlanCell(row, 2, path, "detail_text")
    yield PlanCell(row, 3, title, "detail_text")
    yield PlanCell(row, 4, value, style)
    yield PlanCell(row, 5, remark or None, "detail_text")
    yield PlanCell(row, 6, item.file, "detail_text")
    yield PlanCell(row, 7, place.sheet or None, "detail_text")
    yield PlanCell(row, 8, book.to_file(item, place, place.ref if place.sheet else "") or None, "detail_text")
