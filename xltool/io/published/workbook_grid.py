"""Worksheets that are none of our forms as grids: xlsx, xls and ods alike."""

from __future__ import annotations

from dataclasses import dataclass

from xltool.model.book import Book, Cell, Sheet, shown
from xltool.model.grid import Document, Grid, GridCell
from xltool.model.place import a1

# Below and right of this much nothing a person made for reading is found.
_MAX_ROWS, _MAX_COLS = 2000, 200


def document(book: Book, *, below: int = 0) -> Document:
    """The visible sheets of `book`, each a table; `below` counts the blank rows that a form to fill in may end in."""
    sheets = [sheet for sheet in book.sheets if sheet.visibility == "visible"]
    return Document(tuple(_grid(sheet, below) for sheet in sheets if sheet.cells))


def _grid(sheet: Sheet, below: int) -> Grid:
    filled = {site: cell for site, cell in sheet.cells.items() if cell.value is not None or cell.formula is not None}
    merges = {merge[:2]: _Span(merge[2] - merge[0] + 1, merge[3] - merge[1] + 1) for merge in sheet.merges}
    covered = {
        (row, col)
        for top, left, bottom, right in sheet.merges
        for row in range(top, min(bottom, _MAX_ROWS) + 1)
        for col in range(left, min(right, _MAX_COLS) + 1)
        if (row, col) != (top, left)
    }
    height = min(max((row for row, _ in filled), default=-1) + 1 + below, _MAX_ROWS)
    width = min(max((col for _, col in filled), default=-1) + 1, _MAX_COLS)
    cells = [
        _cell(row, col, filled.get((row, col), Cell()), merges.get((row, col), _Span()))
        for row in range(height)
        for col in range(width)
        if (row, col) not in covered and row not in sheet.hidden_rows and col not in sheet.hidden_cols
    ]
    return Grid(sheet.name, tuple(cells))


@dataclass(frozen=True, slots=True)
class _Span:
    rows: int = 1
    cols: int = 1


def _cell(row: int, col: int, cell: Cell, span: _Span) -> GridCell:
    rows, cols = min(span.rows, _MAX_ROWS), min(span.cols, _MAX_COLS)
    return GridCell(shown(cell.value), row, col, rows, cols, a1(row, col), cell)
