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
_ROW, _ROW_END, _SLASH = b"<row ", b"</row>", ord("/")
_VALUE, _VALUE_END = b"<v>", b"</v></c>"
# More digits are no business of a fast path.
_DIGITS = 15
_MOST_TEXTS = 20_000


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


class Rows:
    """Reads the blocks of rows of all sheets that share their formats and declarations."""

    def __init__(self, row: Callable[[Element], Row], cell: Callable[[Element], Known], declarations: bytes) -> None:
        self._rows = Familiar(row, declarations)
        self._cells = Familiar(cell, declarations)
        self._counted: dict[bytes, tuple[Spot, str | None, bool]] = {}
        self._texts: dict[tuple[str, bool], Cell] = {}

    def read(self, block: bytes, strings: tuple[str, ...]) -> tuple[dict[Spot, Cell | None], list[Row]]:
        """Every cell by its spot, and the rows. Raises Unfamiliar where anything is not as usual."""
        if b"xmlns" in block:
            raise Unfamiliar
        found: dict[Spot, Cell | None] = {}
        rows: list[Row] = []
        known, count, outside = self._cells.known.get, 0, False
        for piece in pieces(block, _ROW, _ROW_END):
            end = self._empty_rows(piece, rows)
            start, end = end, piece.index(b">", end) + 1
            row = self._row(piece[start:end])
            number = row.number
            cells = _CELL.findall(piece, end)
            if sum(map(len, cells)) != len(piece) - end - len(_ROW_END):
                raise Unfamiliar
            for each in cells:
                said = known(each)
                if said is None:
                    counted = self._another_number(each)
                    if counted is not None:
                        spot, found[spot] = counted[0], counted[1]
                        outside |= spot[0] != number
                        continue
                    said = self._learn(each)
                spot, cell, shared, _ = said
                outside |= spot[0] != number
                found[spot] = cell if shared < 0 else self._text(cell, shared, strings)
            count += len(cells)
            rows.append(row)
        if len(found) != count or outside:
            raise Unfamiliar
        return found, rows

    def _empty_rows(self, piece: bytes, rows: list[Row]) -> int:
        """Where the row with cells begins, after those that have none and no end tag of their own."""
        start = 0
        while (end := piece.index(b">", start) + 1) and piece[end - 2] == _SLASH:
            rows.append(self._row(piece[start : end - 2] + b">"))
            if not piece.startswith(_ROW, end):
                raise Unfamiliar
            start = end
        return start

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

    def _another_number(self, element: bytes) -> tuple[Spot, Cell] | None:
        """What an element says that was met before, but for its digits."""
        head, _, value = element.partition(_VALUE)
        before = self._counted.get(head)
        digits = value[: -len(_VALUE_END)]
        if before is None or not digits.isdigit() or len(digits) > _DIGITS or not value.endswith(_VALUE_END):
            return None
        spot, formula, locked = before
        return spot, Cell(int(digits), formula, locked)

    def _learn(self, element: bytes) -> Known:
        """What an element says that was not met before."""
        known = self._cells.learn(element)
        head, mark, _ = element.partition(_VALUE)
        if known.counted and mark and known.cell is not None:
            if len(self._counted) >= _MOST_TEXTS:
                self._counted.clear()
            self._counted[head] = known.spot, known.cell.formula, known.cell.locked
        return known
