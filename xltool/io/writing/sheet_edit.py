"""Numbers put into cells of an issued worksheet, and stored results taken out of formulas; nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from xltool.io.books.guard import damaged
from xltool.io.books.xlsx_common import TRUE
from xltool.io.writing.xml_edit import Edit, Node, edited, opened, parse, with_attribute
from xltool.model.place import a1, from_a1

Site = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Row:
    node: Node
    cells: Mapping[int, Node]


def edit_sheet(data: bytes, numbers: Mapping[Site, str], stale: Set[Site]) -> bytes:
    """The worksheet part in `data` with `numbers` (plain decimal notation) in their cells, whose formats stay, and
    without the stored results of the formulas in `stale`. Raises Refused where a row of a number is not there."""
    root = parse(data)
    block = root.child("sheetData")
    rows = dict(_rows(block)) if block is not None else {}
    edits = list(_dimension(data, root, numbers))
    styles = _Styles(root)
    for row in sorted({row for row, _ in numbers}):
        if row not in rows:
            raise damaged(a1(row, 0))
        wanted = {col: text for (at, col), text in numbers.items() if at == row}
        edits += _fill(data, row, rows[row], wanted, styles)
    for row, col in sorted(stale):
        edits += _forget(data, rows[row].cells[col]) if row in rows and col in rows[row].cells else []
    return edited(data, edits)


def _rows(block: Node) -> Iterator[tuple[int, _Row]]:
    number = -1
    for row in block.named("row"):
        number = int(row.attributes.get("r", number + 2)) - 1
        col, cells = -1, {}
        for cell in row.named("c"):
            col = from_a1(cell.attributes["r"])[1] if "r" in cell.attributes else col + 1
            cells[col] = cell
        yield number, _Row(row, cells)


def _fill(data: bytes, number: int, row: _Row, wanted: Mapping[int, str], styles: _Styles) -> Iterator[Edit]:
    node, prefix = row.node, row.node.prefix
    new = {col: text for col, text in wanted.items() if col not in row.cells}
    for col in sorted(set(wanted) - set(new)):
        yield _written(data, row.cells[col], wanted[col])
    made = {col: _cell(prefix, number, col, text, styles.of(node, col)) for col, text in sorted(new.items())}
    if made:
        # Where the row says which columns it spans, it would be wrong; it need not say so.
        tag = with_attribute(data[node.start : node.inner], "spans", None)
        content = b"".join(made.values())
        yield Edit(node.start, node.inner, opened(tag) + (content + f"</{node.name}>".encode() if node.empty else b""))
    if not node.empty:
        for col, text in made.items():
            after = min((at for at in row.cells if at > col), default=None)
            last = max((cell.end for cell in row.cells.values()), default=node.inner)
            at = row.cells[after].start if after is not None else last
            yield Edit(at, at, text)


def _cell(prefix: str, row: int, col: int, text: str, style: str) -> bytes:
    format_ = f' s="{style}"' if style else ""
    return f'<{prefix}c r="{a1(row, col)}"{format_}><{prefix}v>{text}</{prefix}v></{prefix}c>'.encode()


def _written(data: bytes, cell: Node, text: str) -> Edit:
    """A cell with a number in place of what it held."""
    tag = opened(with_attribute(data[cell.start : cell.inner], "t", None))
    value = f"<{cell.prefix}v>{text}</{cell.prefix}v>".encode()
    others = b"".join(data[each.start : each.end] for each in cell.children if each.local not in ("v", "is"))
    return Edit(cell.start, cell.end, tag + value + others + f"</{cell.name}>".encode())


def _forget(data: bytes, cell: Node) -> Iterator[Edit]:
    """A formula without its result, and without the type of that."""
    yield Edit(cell.start, cell.inner, with_attribute(data[cell.start : cell.inner], "t", None))
    for value in cell.named("v"):
        yield Edit(value.start, value.end, b"")


def _dimension(data: bytes, root: Node, numbers: Mapping[Site, str]) -> Iterator[Edit]:
    """The area that the sheet says it uses, made wider where a number is beyond it: some readers rely on it."""
    node = root.child("dimension")
    if node is None or not numbers:
        return
    first, _, last = node.attributes.get("ref", "A1").partition(":")
    top, left = from_a1(first)
    bottom, right = from_a1(last or first)
    corners = [(top, left), (bottom, right), *numbers]
    used = [a1(pick(row for row, _ in corners), pick(col for _, col in corners)) for pick in (min, max)]
    if any(not (top <= row <= bottom and left <= col <= right) for row, col in numbers):
        yield Edit(node.start, node.inner, with_attribute(data[node.start : node.inner], "ref", ":".join(used)))


class _Styles:
    """The format that a cell has before it is there: its row's, else its column's."""

    def __init__(self, root: Node) -> None:
        columns = root.child("cols")
        self._columns = [
            (int(each.attributes["min"]) - 1, int(each.attributes["max"]), each.attributes.get("style", ""))
            for each in (columns.named("col") if columns is not None else ())
        ]

    def of(self, row: Node, col: int) -> str:
        if row.attributes.get("customFormat") in TRUE and "s" in row.attributes:
            return row.attributes["s"]
        return next((style for first, end, style in self._columns if first <= col < end), "")
