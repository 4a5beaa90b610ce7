"""Whether a cell asks for the unit that an indicator has: 万元 and 元 differ, 件 and 条 only count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from xltool.model.grid import Grid

_LISTED = re.compile("[、,;/和及或]")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_CALLED = re.compile(r"(?:计量|计算|金额)?单位[::]?([^()。]{1,20})")
_CALLED_SO = re.compile(r"(?:计量|计算|金额)?单位[::]?")
_UNIT = "单位"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: how many times the plain one it is, and whether it is money."""

    text: str
    scale: int
    money: bool


class Units:
    """Reads units. `words` are all that are known, `scales` what multiplies one, `money` those that are money;
    `plain` makes texts comparable."""

    def __init__(
        self, words: Iterable[str], scales: Mapping[str, int], money: Iterable[str], plain: Callable[[str], str]
    ) -> None:
        self._plain, self._scales, self._money = plain, dict(scales), frozenset(money)
        times = "".join(map(re.escape, scales))
        bases = {word.lstrip("".join(scales)) or word for word in map(plain, words) if word.isalpha()}
        longest = "|".join(sorted(map(re.escape, bases), key=len, reverse=True))
        self._unit = re.compile(f"([{times}]*)({longest})")

    def unit(self, text: str) -> Unit | None:
        """The unit that `text` is, or None."""
        found = self._unit.fullmatch(self._plain(text))
        if found is None:
            return None
        scale = 1
        for char in found[1]:
            scale *= self._scales[char]
        return Unit(found[0], scale, found[2] in self._money)

    def stated(self, text: str) -> Iterator[Unit]:
        """The units that a label names: alone, in brackets, or after 单位."""
        plain = self._plain(text)
        parts = [plain, *_BRACKETS.findall(plain), *_CALLED.findall(plain)]
        for part in parts:
            for each in _LISTED.split(_CALLED_SO.sub("", part)):
                unit = self.unit(each)
                if unit is not None:
                    yield unit

    def differing(self, own: Unit | None, around: Iterable[Iterable[str]]) -> Unit | None:
        """The unit that the labels `around` a cell ask for, the nearest first, where it is not `own`.

        A count is in no unit of money and an amount in none of counting, so that labels of the other kind say nothing
        of it. Of an indicator without a unit nobody knows what kind it is: no label may ask for money or thousands.
        """
        for texts in around:
            stated = [unit for text in texts for unit in self.stated(text) if own is None or unit.money == own.money]
            fits = [unit for unit in stated if (unit.scale == own.scale if own else unit.scale == 1 and not unit.money)]
            if stated and not fits:
                return stated[0]
            if fits and own is not None:
                return None
        return None


class Surroundings:
    """The texts of a table that may say what unit a cell is in."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._rows = [[cell for cell in grid.row(row) if not cell.blank] for row in range(grid.height)]
        self._units = [
            (row, [cell.text for cell in cells if _UNIT in cell.text]) for row, cells in enumerate(self._rows)
        ]

    def of(self, row: int, col: int) -> Iterator[list[str]]:
        """The nearest first: what stands left of the cell, right of it, above it, and what the lines above the table
        say of its units."""
        yield from ([cell.text] for cell in reversed(self._rows[row]) if cell.col < col)
        yield [cell.text for cell in self._rows[row] if cell.col > col]
        for above in range(row - 1, -1, -1):
            cell = self._grid.at(above, col)
            if cell is not None and not cell.blank and cell.row == above:
                yield [cell.text]
        yield from (texts for above, texts in reversed(self._units) if above < row and texts)
