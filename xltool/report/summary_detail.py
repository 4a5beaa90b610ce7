"""The wide sheet of details: a row for each agency, a column for each indicator, and the file behind each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltool.model.record import Mark, Record, Value
from xltool.model.summary import Return, Summary
from xltool.model.texts import visible
from xltool.model.workbook import Area, Page, PlanCell, SheetPlan
from xltool.numbers import plain
from xltool.plan.measure import height
from xltool.report.summary_context import Book, Detail

_TITLE, _PATHS, _TABLES, _GROUPS, _LABELS, _BODY = range(6)
_LEADING = (("number", 6.0), ("code", 16.0), ("name", 30.0), ("submission", 7.0))
_TRAILING = (("file", 46.0), ("sha256", 62.0))
_FIGURE_WIDTH = 10.0
_WORDS_WIDTH = 24.0
_LABEL_POINTS = 9.0
_MARK_STYLES = {"not_applicable": "detail_mark", "unreadable": "detail_bad", "declared_zero": "detail_zero"}
_SHOWN_RAW = 40


def places(summary: Summary, name: str) -> Detail:
    """Where everything goes. Without any agency one empty row stays, so that the totals' formulas have a range."""
    columns = {path: len(_LEADING) + number for number, path in enumerate(summary.lines)}
    return Detail(name, columns, _BODY, _BODY + max(1, len(summary.included)) - 1)


def draw_detail(book: Book) -> SheetPlan:
    """The sheet. It has no table of its own in print: it goes over as many pages as it needs, headed on each."""
    detail, paths = book.detail, tuple(book.summary.lines)
    last = len(_LEADING) + len(paths) + len(_TRAILING) - 1
    widths = _widths(book, paths)
    cells = [*_head(book, paths), *_body(book, paths)]
    groups, labels = (_head_height(book, widths, level) for level in (0, 1))
    return SheetPlan(
        name=detail.sheet,
        cells=tuple(cells),
        widths=dict(enumerate(widths)),
        heights={_TITLE: 24.0, _PATHS: 12.0, _TABLES: 20.0, _GROUPS: groups, _LABELS: labels},
        freeze=(_BODY, len(_LEADING) - 1),
        page=Page(landscape=True, scale=60, repeat_rows=(_TABLES, _LABELS), repeat_cols=(0, 2), center=False),
        autofilter=Area(_LABELS, 0, detail.last, last),
        hidden_rows=frozenset({_PATHS}),
        tab="#7F8C8D",
    )


def _widths(book: Book, paths: Sequence[str]) -> list[float]:
    figures = []
    for path in paths:
        if book.era.indicators[path].kind == "text":
            figures.append(_WORDS_WIDTH)
            continue
        values = [item.record.values.get(path) for item in book.summary.included]
        longest = max(
            (len(plain(value)) for value in values if value is not None and not isinstance(value, str)), default=0
        )
        figures.append(max(_FIGURE_WIDTH, longest * 1.1 + 3.0))
    return [*(width for _, width in _LEADING), *figures, *(width for _, width in _TRAILING)]


def _label(book: Book, path: str) -> tuple[str, str]:
    """The group an indicator is shown under, and its name within."""
    above, *own = book.trail(path)
    return (book.short(above), "·".join(map(book.short, own))) if own else ("", book.short(above))


def _head_height(book: Book, widths: Sequence[float], level: int) -> float:
    """How high the row of groups (0) or of names (1) must be."""
    columns = book.detail.columns.items()
    return max((height(_label(book, path)[level], widths[col], _LABEL_POINTS) for path, col in columns), default=24.0)


def _head(book: Book, paths: Sequence[str]) -> Iterator[PlanCell]:
    first, after = len(_LEADING), len(_LEADING) + len(paths)
    yield PlanCell(_TITLE, 0, book.detail.sheet, "caption", cols=2)
    yield PlanCell(_TITLE, 2, None, "caption")
    yield PlanCell(_TITLE, 3, book.said("sum_detail_note"), "detail_path")
    edges = [*enumerate(_LEADING), *enumerate(_TRAILING, after)]
    for col, (word, _) in edges:
        yield PlanCell(_TABLES, col, book.said(f"sum_column_{word}"), "head", rows=2)
        # The filter's buttons sit here, in a row of its own below the merged heads.
        yield PlanCell(_LABELS, col, None, "detail_label")
    for col, path in enumerate(paths, first):
        layout, (group, label) = book.tables.get(path), _label(book, path)
        # Each column carries its whole head: merged ones would be out of sight, or on another page, for most.
        yield PlanCell(_PATHS, col, path, "detail_path")
        yield PlanCell(_TABLES, col, layout.name(book.lang) if layout else "", "detail_label")
        yield PlanCell(_GROUPS, col, group, "detail_label")
        yield PlanCell(_LABELS, col, label, "detail_label")


def _body(book: Book, paths: Sequence[str]) -> Iterator[PlanCell]:
    for number, item in enumerate(book.summary.included):
        yield from _agency(_BODY + number, number + 1, item, book.detail, paths)


def _agency(row: int, number: int, item: Return, detail: Detail, paths: Sequence[str]) -> Iterator[PlanCell]:
    record = item.record
    yield PlanCell(row, 0, number, "cell_center")
    yield PlanCell(row, 1, item.code, "detail_text")
    yield PlanCell(row, 2, record.agency.name, "detail_text")
    yield PlanCell(row, 3, record.submission, "cell_center")
    for col, path in enumerate(paths, len(_LEADING)):
        value, style = _figure(record, path)
        yield PlanCell(row, col, value, style)
    after = len(_LEADING) + len(paths)
    yield PlanCell(row, after, item.file, "detail_text")
    yield PlanCell(row, after + 1, item.sha256, "detail_sha")


def _figure(record: Record, path: str) -> tuple[Value, str]:
    value, mark = record.values.get(path), record.marks.get(path)
    if value is None or value == "":
        return _absent(mark)
    if isinstance(value, str):
        return value, "detail_text"
    return value, "detail_zero" if mark and mark.kind == "declared_zero" else "detail_number"


def _absent(mark: Mark | None) -> tuple[Value, str]:
    if mark is None:
        return None, "detail_blank"
    return visible(mark.raw, _SHOWN_RAW) or None, _MARK_STYLES[mark.kind]
