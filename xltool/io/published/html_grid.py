"""Web pages, whole or in part, as paragraphs and grids: spans resolved, tables within tables apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from xltool.io.books.guard import MAX_CELLS, MAX_DEPTH, suspicious
from xltool.model.grid import Document, Grid, GridCell, Paragraph
from xltool.model.place import a1

_HIDDEN = {"script", "style", "noscript", "template", "select", "button", "textarea"}
_BLOCKS = {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section", "article", "dd", "dt", "hr"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MAX_SPAN = 200


@dataclass(slots=True)
class _Cell:
    row: int
    col: int
    rows: int
    cols: int
    text: list[str] = field(default_factory=list)
    nested: bool = False


@dataclass(slots=True)
class _Table:
    """A table being read. `taken` are the positions covered by cells so far; `row` is -1 before the first."""

    cells: list[_Cell] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)
    row: int = -1
    cell: _Cell | None = None

    def open_row(self) -> None:
        self.cell = None
        self.row += 1

    def open_cell(self, rows: int, cols: int) -> None:
        self.row = max(self.row, 0)
        col = 0
        while (self.row, col) in self.taken:
            col += 1
        self.cell = _Cell(self.row, col, rows, cols)
        self.cells.append(self.cell)
        self.taken |= {(self.row + down, col + right) for down in range(rows) for right in range(cols)}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.items: list[Paragraph | Grid | _Table] = []
        self.title: list[str] = []
        self.stack: list[_Table] = []
        self.line: list[str] = []
        self.hidden = 0
        self.in_title = False
        self.level = 0
        self.count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag == "title":
            self.in_title = True
        elif tag == "table":
            self._open_table()
        elif tag == "tr" and self.stack:
            self.stack[-1].open_row()
        elif tag in ("td", "th") and self.stack:
            self._open_cell(dict(attrs))
        elif tag in _BLOCKS:
            self._break()
            self.level = _HEADINGS.get(tag, self.level)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag == "title":
            self.in_title = False
        elif tag == "table" and self.stack:
            self.stack.pop()
            self._break()
        elif tag in ("td", "th", "tr") and self.stack:
            self.stack[-1].cell = None
        elif tag in _BLOCKS:
            self._break()
            self.level = 0 if tag in _HEADINGS else self.level

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.title.append(data)
        elif not self.hidden and self.stack:
            if self.stack[-1].cell is not None:
                self.stack[-1].cell.text.append(" ".join(data.split()) if data.strip() else " " if data else "")
        elif not self.hidden:
            self.line.append(data)

    def _open_table(self) -> None:
        self._flush()
        if len(self.stack) >= MAX_DEPTH:
            raise suspicious("depth")
        if self.stack and self.stack[-1].cell is not None:
            self.stack[-1].cell.nested = True
        table = _Table()
        self.items.append(table)
        self.stack.append(table)

    def _open_cell(self, attrs: dict[str, str | None]) -> None:
        rows, cols = (_span(attrs.get(name)) for name in ("rowspan", "colspan"))
        self.count += rows * cols
        if self.count > MAX_CELLS:
            raise suspicious("cells")
        self.stack[-1].open_cell(rows, cols)

    def _break(self) -> None:
        if self.stack:
            if self.stack[-1].cell is not None:
                self.stack[-1].cell.text.append("\n")
        else:
            self._flush()

    def _flush(self) -> None:
        text = " ".join("".join(self.line).split())
        self.line = []
        if text and not self.stack:
            self.items.append(Paragraph(text, level=self.level))


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MAX_SPAN) if text and text.strip().isdecimal() else 1


def read_html(text: str) -> Document:
    """The paragraphs and tables of a page or a fragment."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader._flush()
    items: list[Paragraph | Grid] = []
    for item in reader.items:
        if not isinstance(item, _Table):
            items.append(item)
        elif item.cells:
            number = sum(isinstance(each, Grid) for each in items) + 1
            items.append(_grid(item, f"表格{number}"))
            if any(cell.nested for cell in item.cells):
                items += _prose(items.pop(), reader)
    return Document(tuple(items), " ".join("".join(reader.title).split()))


def _grid(table: _Table, name: str) -> Grid:
    height = table.row + 1
    return Grid(
        name,
        tuple(
            GridCell(
                _text(cell.text),
                cell.row,
                cell.col,
                min(cell.rows, height - cell.row),
                cell.cols,
                a1(cell.row, cell.col),
                nested=cell.nested,
            )
            for cell in table.cells
        ),
    )


def _text(pieces: list[str]) -> str:
    lines = "".join(pieces).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _prose(item: Paragraph | Grid, reader: _Reader) -> list[Paragraph | Grid]:
    """A table that only frames others: its text comes before them as paragraphs, and it stays as a table too."""
    assert isinstance(item, Grid)
    lines = [Paragraph(line) for cell in item.cells if cell.nested for line in cell.text.split("\n") if line]
    return [item, *lines]
