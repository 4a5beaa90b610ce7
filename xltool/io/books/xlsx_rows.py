"""The cells of a worksheet part in the form all suites write them, most of which have been read before."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xltool.io.books.familiar import Familiar, Unfamiliar, pieces
from xltool.model.book import Cell

Spot = tuple[int, int]

_CELL = re.compile(
    rb"<c [^<>]*(?:/>|>(?:<f[^<>]*(?:/>|>[^<]*</f>))?(?:<v>[^<]*</v>|<is><t[^<>]*>[^<]*</t></is>|<v/>)?</c>)"
)
_ROW, _ROW_END = b"<row ", b"</row>"
_ROW_TAG = re.compile(rb"(<row [^<>]*?)(/?)>")
_CELL_END = b"</c>"
# The digits of a figure, or the number of a text that all sheets share. More are no business of a fast path.
_DIGITS = re.compile(rb"<v>([0-9]{1,15})</v>")
_MOST_TEXTS = 20_000
_MOST_LINES, _LONGEST_LINE = 4_000, 10_000


class Known(NamedTuple):
    """What a cell says: the cell, None for a locked one with nothing in it; where it shows a text that all sheets
    share, the cell without it and in `shared` its number. `counted` is one with a plain whole number, whose digits may
    be others in the next file."""

    spot: Spot
    cell: Cell | None
    shared: int = -1
    counted: bool = False


class Row(NamedTuple):
    number: int
    hidden: bool


class _Line(NamedTuple):
    """A row and the empty ones before it: its `size` cells, those whose digits stand in `places` apart."""

    rows: list[Row]
    cells: dict[Spot, Cell | None]
    places: list[Known]
    size: int


class Rows:
    """Reads the blocks of rows of all sheets that share their formats and declarations."""

    def __init__(self, row: Callable[[Element], Row], cell: Callable[[Element], Known], declarations: bytes) -> None:
        self._rows = Familiar(row, declarations)
        self._cells = Familiar(cell, declarations)
        self._lines: dict[tuple[bytes, ...], _Line] = {}
        self._counted: dict[bytes, tuple[Spot, str | None, bool]] = {}
        self._texts: dict[tuple[str, bool], Cell] = {}

    def read(self, block: bytes, strings: tuple[str, ...]) -> tuple[dict[Spot, Cell | None], list[Row]]:
        """Every cell by its spot, and the rows. Raises Unfamiliar where anything is not as usual."""
        self._rows.begin()
        self._cells.begin()
        found: dict[Spot, Cell | None] = {}
        rows: list[Row] = []
        count = 0
        for piece in pieces(block, _ROW, _ROW_END):
            parts = _DIGITS.split(piece)
            line = self._lines.get(tuple(parts[::2])) or self._line(piece, parts)
            rows += line.rows
            found.update(line.cells)
            for (spot, cell, shared, counted), digits in zip(line.places, parts[1::2], strict=True):
                if shared >= 0:
                    found[spot] = self._text(cell, int(digits), strings)
                elif counted and cell is not None:
                    found[spot] = Cell(int(digits), cell.formula, cell.locked)
                else:
                    found[spot] = cell
            count += line.size
        if len(found) != count:
            raise Unfamiliar
        return found, rows

    def _line(self, piece: bytes, parts: list[bytes]) -> _Line:
        """A row that differs in more than digits from all that were met before."""
        row = _ROW + piece
        rows, end = self._tags(row)
        elements = _CELL.findall(row, end)
        if sum(map(len, elements)) != len(row) - end:
            raise Unfamiliar
        cells: dict[Spot, Cell | None] = {}
        places: list[Known] = []
        known, number, alike = self._cells.known.get, rows[-1].number, True
        for each in elements:
            said = known(each) or self._another_number(each) or self._learn(each)
            written = _DIGITS.search(each) is not None
            if said.spot[0] != number or (said.shared >= 0 and not written):
                raise Unfamiliar
            if written:
                places.append(said)
                # Of a date or a text of digits nobody knows what it would be with others.
                alike &= said.counted or said.shared >= 0
            else:
                cells[said.spot] = said.cell
        line = _Line(rows, cells, places, len(elements))
        if alike and len(piece) <= _LONGEST_LINE:
            if len(self._lines) >= _MOST_LINES:
                self._lines.clear()
            self._lines[tuple(parts[::2])] = line
        return line

    def _tags(self, row: bytes) -> tuple[list[Row], int]:
        """The row with cells, after those that have none and no end tag of their own; and where its cells begin."""
        rows: list[Row] = []
        end = 0
        while tag := _ROW_TAG.match(row, end):
            rows.append(self._row(tag[1] + b">"))
            end = tag.end()
            if not tag[2]:
                return rows, end
        raise Unfamiliar

    def _row(self, tag: bytes) -> Row:
        element = tag + _ROW_END
        return self._rows.known.get(element) or self._rows.learn(element)

    def _text(self, cell: Cell | None, number: int, strings: tuple[str, ...]) -> Cell | None:
        """A cell that shows one of the texts all sheets share."""
        if number >= len(strings) or cell is None:
            raise Unfamiliar
        text = strings[number]
        if not text:
            # An empty text looks like a blank.
            return None if cell.formula is None and cell.locked else cell
        if cell.formula is not None:
            return Cell(text, cell.formula, cell.locked)
        key = text, cell.locked
        made = self._texts.get(key)
        if made is None:
            if len(self._texts) >= _MOST_TEXTS:
                self._texts.clear()
            made = self._texts[key] = Cell(text, None, cell.locked)
        return made

    def _another_number(self, element: bytes) -> Known | None:
        """What an element says that was met before, but for its digits."""
        head, *rest = _DIGITS.split(element)
        before = self._counted.get(head)
        if before is None or rest[1:] != [_CELL_END]:
            return None
        spot, formula, locked = before
        return Known(spot, Cell(int(rest[0]), formula, locked), counted=True)

    def _learn(self, element: bytes) -> Known:
        """What an element says that was not met before."""
        known = self._cells.learn(element)
        if known.counted and known.cell is not None:
            if len(self._counted) >= _MOST_TEXTS:
                self._counted.clear()
            self._counted[_DIGITS.split(element)[0]] = known.spot, known.cell.formula, known.cell.locked
        return known
