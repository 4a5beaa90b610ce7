"""节点检查: for each government that reported a total, where it differs from the sum of its agencies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xltool.model.place import Place, a1
from xltool.model.summary import Node, NodeCheck, NodeLine
from xltool.model.workbook import Area, Formula, Page, PlanCell, SheetPlan
from xltool.numbers import Number, from_cell, plain
from xltool.plan.draft import Draft
from xltool.plan.measure import DEFAULT_POINTS, units
from xltool.report.summary_context import Book

_COLUMNS = (
    *(("number", 6.0), ("code", 16.0), ("name", 30.0), ("scope", 9.0), ("indicator", 48.0)),
    *(("reported", 13.0), ("summed", 13.0), ("difference", 13.0), ("agencies", 10.0), ("counts", 21.0)),
    *(("file", 38.0), ("sheet", 12.0), ("cell", 8.0)),
)
_AT = {word: col for col, (word, _) in enumerate(_COLUMNS)}
_HEAD = 2
_MARGIN = 3.0
_POINTS = {"place": 9.0}


def draw_checks(book: Book) -> SheetPlan:
    """A row for each indicator that differs, and one for each total that agrees throughout."""
    draft = Draft(book.names["checks"], _widths(book))
    draft.put(0, 0, draft.name, "title", cols=len(_COLUMNS))
    draft.at_least(0, 32.0)
    note = f"{book.said('sum_checks_note')}\n{book.said('sum_checks_where', sheet=book.names['detail'])}"
    draft.put(1, 0, note, "note", cols=len(_COLUMNS))
    for col, (word, _) in enumerate(_COLUMNS):
        draft.put(_HEAD, col, book.said(f"sum_column_{word}"), "head")
    draft.at_least(_HEAD, 26.0)
    row, nodes = _HEAD, {node.code: node for node in book.summary.nodes}
    for check in book.summary.checks:
        for line in check.differing or (None,):
            row += 1
            for col, cell in enumerate(_cells(book, check, line, nodes.get(check.code), row)):
                draft.cells.append(cell._replace(row=row, col=col))
                text = cell.value.cached if isinstance(cell.value, Formula) else cell.value
                if isinstance(text, str):
                    draft.fit(row, text, col, points=_POINTS.get(cell.style, DEFAULT_POINTS))
            draft.at_least(row, 20.0)
    draft.freeze = (_HEAD + 1, 3)
    plan = draft.done(Page(landscape=True, repeat_rows=(_HEAD, _HEAD)), tab="#2E7D5B")
    return replace(plan, autofilter=Area(_HEAD, 0, max(row, _HEAD + 1), len(_COLUMNS) - 1), protected=False)


def _widths(book: Book) -> list[float]:
    """No number is wider than its column."""
    lines = [line for check in book.summary.checks for line in check.differing]
    longest = {
        word: max((units(plain(number)) for line in lines if (number := getattr(line, word)) is not None), default=0)
        for word in ("reported", "summed", "difference")
    }
    return [max(width, longest.get(word, 0) + _MARGIN) for word, width in _COLUMNS]


def _cells(book: Book, check: NodeCheck, line: NodeLine | None, node: Node | None, row: int) -> Iterator[PlanCell]:
    def cell(value: Number | str | Formula | None, style: str = "cell_center", number_format: str = "") -> PlanCell:
        return PlanCell(0, 0, value, style, number_format=number_format)

    item, whole = check.item, Place()
    place = item.places.get(line.path, whole) if line else whole
    yield cell(row - _HEAD)
    yield cell(check.code, "cell_code")
    yield cell(check.name, "cell")
    yield cell(book.said(f"sum_scope_{check.scope}"))
    if line is None:
        yield cell(book.said("sum_checks_equal", n=len(check.lines)), "sum_good")
        yield from (cell(None) for _ in range(4))
    else:
        yield cell(" / ".join(map(book.title, book.trail(line.path))), "cell")
        yield cell(_or_none(book, line.reported), number_format=_format(book, line, line.reported))
        yield cell(_summed(book, check, line, node), number_format=_format(book, line, line.summed))
        reported, summed = a1(row, _AT["reported"]), a1(row, _AT["summed"])
        places = book.era.indicators[line.path].decimals
        difference = Formula(f"ROUND(N({reported})-N({summed}),{places})", from_cell(float(line.difference)))
        yield cell(difference, "sum_amber", _format(book, line, line.difference))
        yield cell(book.said("sum_n_of", n=line.counted, of=line.of))
    yield cell(book.said(f"sum_counts_{check.counted}"))
    file = book.to_file(item, whole, place.file or item.file)
    yield cell(file, "place" if isinstance(file, Formula) else "cell")
    yield cell(place.sheet or None)
    spot = book.to_file(item, place, place.ref if place.sheet else "") or None
    yield cell(spot, "sum_link" if isinstance(spot, Formula) else "cell_center")


def _summed(book: Book, check: NodeCheck, line: NodeLine, node: Node | None) -> Number | str | Formula:
    """The sum over the rows of the node, where its agencies are what counts. Those that do not count, or stand below
    a total that does, have no rows: then the number alone."""
    if node is None or node.reported or check.counted == "reported":
        return _or_none(book, line.summed)
    lines, end = (node.area, node.end) if check.scope == "area" else (node.level, node.level_end)
    total = lines.get(line.path)
    if total is None or total.method == "ratio":
        return _or_none(book, line.summed)
    return book.added(total, book.detail.part(node.start, end))


def _or_none(book: Book, number: Number | None) -> Number | str:
    return book.said("sum_none") if number is None else from_cell(float(number))


def _format(book: Book, line: NodeLine, number: Number | None) -> str:
    return "" if number is None else book.long_format(line.path, number)
