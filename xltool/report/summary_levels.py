"""本级 and 全域 of every government: a sheet for each level of the tree, each figure a formula over the details."""

from __future__ import annotations

from collections.abc import Iterator

from xltool.model.record import Scope
from xltool.model.summary import Node, TotalLine
from xltool.model.workbook import Formula, PlanCell, SheetPlan
from xltool.plan.measure import units
from xltool.report.summary_context import Book
from xltool.report.summary_tables import STYLES
from xltool.report.summary_wide import BODY, Edge, Wide
from xltool.rules.excel import Site, text_literal
from xltool.rules.nodes import Ref

_LEADING: tuple[Edge, ...] = (
    *(("number", 6.0), ("code", 16.0), ("name", 30.0), ("superior", 24.0)),
    *(("scope", 14.0), ("agencies", 12.0)),
)
_FIGURE, _MARGIN = 12.0, 2.0


def level_names(book: Book) -> list[str]:
    """The names of the sheets, the highest level first."""
    depths = sorted({node.depth for node in book.summary.nodes})
    return [book.said("sum_sheet_level", n=depth + 1) for depth in depths]


def draw_levels(book: Book) -> Iterator[SheetPlan]:
    """A sheet for each level."""
    nodes = book.summary.nodes
    for name, depth in zip(level_names(book), sorted({node.depth for node in nodes}), strict=True):
        yield _level(book, name, [node for node in nodes if node.depth == depth])


def _level(book: Book, name: str, nodes: list[Node]) -> SheetPlan:
    paths = tuple(path for path in book.summary.lines if book.era.indicators[path].kind == "number")
    wide = Wide(
        book,
        name,
        book.said("sum_level_note"),
        paths,
        _LEADING,
        (),
        {path: max(_FIGURE, *(_width(book, node, path) for node in nodes)) for path in paths},
        3,
        "#4F81BD",
    )
    cells: list[PlanCell] = []
    row = BODY
    for number, node in enumerate(nodes, start=1):
        for scope in _scopes(node, book.summary.scope):
            cells += _row(wide, row, number, node, scope)
            row += 1
    return wide.sheet(cells, row - 1)


def _width(book: Book, node: Node, path: str) -> float:
    """How wide a column must be for what a node shows in it."""
    lines = (lines[path] for lines in (node.level, node.area) if path in lines)
    return max((units(f"{book.shown(line)}{book.suffix(line)}") for line in lines), default=0) + _MARGIN


def _scopes(node: Node, summed: Scope) -> tuple[str, ...]:
    """A government without areas below has one sum for both; one counted by its reported total has no level; where
    only a level was summed, nothing is known of the area."""
    if summed == "level":
        return ("level",)
    if node.reported:
        return ("reported",)
    return ("both",) if node.level_expected == node.area_expected and node.level_end == node.end else ("level", "area")


def _row(wide: Wide, row: int, number: int, node: Node, scope: str) -> Iterator[PlanCell]:
    book = wide.book
    level = scope in ("level", "both")
    lines, end = (node.level, node.level_end) if level else (node.area, node.end)
    expected = node.level_expected if level else node.area_expected
    names = {each.code: each.name for each in book.summary.nodes}
    edge: tuple[tuple[str | int, str], ...] = (
        (number, "cell_center"),
        (node.code, "detail_text"),
        (node.name or book.said("sum_root"), "detail_text"),
        (names.get(node.parent, "") if node.depth else "", "detail_text"),
        (book.said(f"sum_level_{scope}"), "cell_center"),
        (book.said("sum_n_of", n=end - node.start, of=expected), "cell_center"),
    )
    yield from (PlanCell(row, col, value, style) for col, (value, style) in enumerate(edge))
    here = book.detail.part(node.start, end)
    for path, col in wide.columns.items():
        line = lines.get(path) or TotalLine(path, book.era.indicators[path].method, None, 0, expected)
        value = _ratio(wide, line, row) if line.method == "ratio" else book.added(line, here)
        shown = str(book.shown(line)) if line.state == "not_added" else value
        yield PlanCell(row, col, shown, STYLES[line.state], number_format=book.number_format(line))


def _ratio(wide: Wide, line: TotalLine, row: int) -> Formula | str:
    """A ratio over the totals of its own row."""
    book, none = wide.book, text_literal(wide.book.said("sum_none"))

    def locate(ref: Ref) -> Site | None:
        col = wide.columns.get(ref.path)
        return None if col is None else Site(wide.name, row, col)

    text = book.ratio(line.path, wide.name, locate)
    places = book.era.indicators[line.path].decimals
    return Formula(f'IF(({text})="",{none},ROUND({text},{places}))', book.shown(line)) if text else none[1:-1]
