"""Tables that fit the page: how wide each column gets, in which size of type, and whether the page must be turned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xltool.model.paper import PaperCell, PaperTable
from xltool.plan.measure import units

PORTRAIT, LANDSCAPE = 15.6, 22.2
"""Room between the margins of an upright and of a turned A4 page, in centimetres."""
_SIZES = (10.5, 9.0, 7.5)
_CM_PER_POINT = 2.54 / 72
# `units` counts a full-width character as 2.1.
_FULL = 2.1
_MARGINS = 0.2
_LEAST = {"caption": 0.0, "head": 2.0, "group": 2.0, "label": 6.0, "unit": 2.0, "figure": 1.0, "dead": 0.0}
"""Full-width characters that a line of a cell must have room for; figures are never broken, whatever their length."""
_LONGEST_WORDS = 4.0
# As wide as in the widest font that stands in for one that is not installed.
_DIGIT = 0.65


@dataclass(frozen=True, slots=True)
class Fit:
    """`widths` in centimetres, `points` the size of type."""

    widths: tuple[float, ...]
    points: float
    landscape: bool


def fit(table: PaperTable) -> Fit:
    """The largest type that fits, on an upright page if it can be; a table too wide for any page gets the smallest."""
    for landscape, room in ((False, PORTRAIT), (True, LANDSCAPE)):
        for points in _SIZES if landscape else _SIZES[:2]:
            needs = _needs(table, points)
            if sum(needs) <= room:
                return Fit(_shared(table.widths, needs, room), points, landscape)
    smallest = _SIZES[-1]
    return Fit(_shared(table.widths, [0.0] * len(table.widths), LANDSCAPE), smallest, True)


def _needs(table: PaperTable, points: float) -> list[float]:
    """The least width of each column; what spans several asks each for its part."""
    needs = [0.0] * len(table.widths)
    for cell in table.cells:
        part = (_need(cell) * points * _CM_PER_POINT + _MARGINS) / cell.cols
        for col in range(cell.col, cell.col + cell.cols):
            needs[col] = max(needs[col], part)
    return needs


def _need(cell: PaperCell) -> float:
    """In full-width characters."""
    if cell.kind != "figure":
        longest = max((units(line) / _FULL for line in cell.text.split("\n")), default=0.0)
        return min(_LEAST[cell.kind], longest)
    return max(_LEAST["figure"], *_words(cell.text))


def _words(text: str) -> Iterator[float]:
    """How wide the pieces of a figure are that should stay on one line; words may be broken, numbers not."""
    yield 0.0
    for word in text.split():
        yield len(word) * _DIGIT if word.isascii() else min(units(word) / _FULL, _LONGEST_WORDS)


def _shared(widths: tuple[float, ...], needs: list[float], room: float) -> tuple[float, ...]:
    """The room shared out as the form does; what is too narrow is paid for by columns with room to spare."""
    given = [width * room / sum(widths) for width in widths]
    spare = [max(0.0, has - need) for has, need in zip(given, needs, strict=True)]
    lacking = sum(max(0.0, need - has) for has, need in zip(given, needs, strict=True))
    pay = lacking / sum(spare) if lacking else 0.0
    return tuple(max(need, has - pay * over) for has, need, over in zip(given, needs, spare, strict=True))
