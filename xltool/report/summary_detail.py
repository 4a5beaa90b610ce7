"""The wide sheet of details: a row for each agency, a column for each indicator, and the file behind each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xltool.model.place import Place
from xltool.model.record import Mark, Record, Value
from xltool.model.summary import Return, Summary
from xltool.model.texts import visible
from xltool.model.workbook import Cached, Formula, PlanCell, SheetPlan
from xltool.numbers import plain
from xltool.report.summary_context import Book, Detail
from xltool.report.summary_wide import BODY, Edge, Wide

_FIGURE_WIDTH = 10.0
_WORDS_WIDTH = 24.0
_MARK_STYLES = {"not_applicable": "detail_mark", "unreadable": "detail_bad", "declared_zero": "detail_zero"}
_SHOWN_RAW = 40
_WHOLE: Place = Place()


def _leading(summary: Summary) -> tuple[Edge, ...]:
    who: tuple[Edge, ...] = (("number", 6.0), ("code", 16.0), ("name", 30.0))
    tree: tuple[Edge, ...] = (("part_of", 24.0), ("scope", 15.0)) if summary.nodes else ()
    return (*who, *tree, ("submission", 7.0))


def _trailing(summary: Summary) -> tuple[Edge, ...]:
    via: tuple[Edge, ...] = (("via", 40.0),) if any(item.via for item in summary.included) else ()
    return (("file", 46.0), ("sha256", 62.0), *via)


def places(summary: Summary, name: str) -> Detail:
    """Where everything goes. Without any agency one empty row stays, so that the totals' formulas have a range."""
    columns = {path: len(_leading(summary)) + number for number, path in enumerate(summary.lines)}
    return Detail(name, columns, BODY, BODY + max(1, len(summary.included)) - 1)


def draw_detail(book: Book) -> SheetPlan:
    """The sheet."""
    summary, paths = book.summary, tuple(book.summary.lines)
    leading = _leading(summary)
    wide = Wide(
        book,
        book.detail.sheet,
        book.said("sum_detail_note"),
        paths,
        leading,
        _trailing(summary),
        _widths(book, paths),
        len(leading) - 1,
        "#7F8C8D",
    )
    names = {node.code: node.name for node in summary.nodes}
    parents = [names.get(each.parent, "") for each in summary.coverage if each.included and each.adopted]
    cells = [
        cell
        for number, (item, superior) in enumerate(zip(summary.included, parents, strict=True))
        for cell in _agency(wide, number, item, superior)
    ]
    return wide.sheet(cells, book.detail.last)


def _widths(book: Book, paths: Sequence[str]) -> Mapping[str, float]:
    widths, records = {}, [item.record for item in book.summary.included]
    for path in paths:
        if book.era.indicators[path].kind == "text":
            widths[path] = _WORDS_WIDTH
            continue
        values = {record.values.get(path) for record in records}
        longest = max(
            (len(plain(value)) for value in values if value is not None and not isinstance(value, str)), default=0
        )
        widths[path] = max(_FIGURE_WIDTH, longest * 1.1 + 3.0)
    return widths


def _agency(wide: Wide, number: int, item: Return, superior: str) -> Iterator[PlanCell]:
    book, record, row = wide.book, item.record, BODY + number
    edge: dict[str, tuple[Cached | Formula | None, str]] = {
        "number": (number + 1, "cell_center"),
        "code": (item.code, "detail_text"),
        "name": (record.agency.name, "detail_text"),
        "part_of": (superior, "detail_text"),
        "scope": (book.scope_of(item), "cell_center"),
        "submission": (record.submission, "cell_center"),
        "file": (book.to_file(item, _WHOLE, item.file), "detail_text"),
        "sha256": (item.sha256, "detail_sha"),
        "via": (" → ".join(each.file for each in item.via), "detail_text"),
    }
    for col, (word, _) in [*enumerate(wide.leading), *enumerate(wide.trailing, wide.after)]:
        value, style = edge[word]
        yield PlanCell(row, col, value, style)
    notes = book.notes.get(item.code, {})
    for path, col in wide.columns.items():
        shown, style = figure(record, path)
        yield PlanCell(row, col, shown, style, comment=notes.get(path, ""))


def figure(record: Record, path: str) -> tuple[Value, str]:
    """What a cell shows of a figure, and its style."""
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
