"""The long sheet of details: a row for each figure, leading to the file and cell it was read from."""

from __future__ import annotations

from collections.abc import Iterator

from xltool.model.place import Place
from xltool.model.summary import Return, Summary
from xltool.model.workbook import Area, Page, PlanCell, SheetPlan
from xltool.report.summary_context import Book
from xltool.report.summary_detail import figure

_COLUMNS = (
    *(("code", 16.0), ("name", 30.0), ("key", 62.0), ("indicator", 80.0), ("value", 12.0)),
    *(("remark", 12.0), ("file", 46.0), ("sheet", 18.0), ("cell", 10.0)),
)
_HEAD = 2
# Figures an office suite can be asked to scroll and filter: all of them; else those that are not a plain 0.
ALL, MOST = 100_000, 200_000


def draw_long(book: Book) -> SheetPlan:
    """All figures; in large summaries only those that are not a plain 0, in still larger ones none: the wide sheet has
    them all, and a line says how else to get at them."""
    summary = book.summary
    every = len(summary.included) * len(summary.lines)
    rows = _listed(summary, whole=every <= ALL)
    cells = [*_head(book, _note(book, every, None if rows is None else len(rows)))]
    titles = {path: " / ".join(map(book.title, book.trail(path))) for path in summary.lines}
    for row, (item, path) in enumerate(rows or (), start=_HEAD + 1):
        cells += _row(book, row, item, path, titles[path])
    return SheetPlan(
        name=book.names["long"],
        cells=tuple(cells),
        widths=dict(enumerate(width for _, width in _COLUMNS)),
        heights={0: 24.0, _HEAD: 26.0},
        freeze=(_HEAD + 1, 2),
        page=Page(landscape=True, repeat_rows=(_HEAD, _HEAD)),
        protected=False,
        autofilter=Area(_HEAD, 0, _HEAD + max(1, len(rows or ())), len(_COLUMNS) - 1),
        tab="#7F8C8D",
    )


def _listed(summary: Summary, *, whole: bool) -> list[tuple[Return, str]] | None:
    """The figures to list; None where they are too many."""
    found: list[tuple[Return, str]] = []
    for item in summary.included:
        values = item.record.values
        found += ((item, path) for path in summary.lines if whole or values.get(path) != 0)
        if not whole and len(found) > MOST:
            return None
    return found


def _note(book: Book, every: int, listed: int | None) -> str:
    if listed is None:
        return book.said("sum_long_none", n=every, sheet=book.names["detail"])
    if listed == every:
        return book.said("sum_long_note")
    return book.said("sum_long_zeros", n=every - listed, sheet=book.names["detail"])


def _head(book: Book, note: str) -> Iterator[PlanCell]:
    yield PlanCell(0, 0, book.names["long"], "caption")
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
