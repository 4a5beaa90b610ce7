"""How much room a text takes in cells: office suites do not fit wrapped or merged rows by themselves.

The constants were measured on rendered pages in several fonts, with room to spare: nothing is clipped
when a Chinese font is replaced by another one.
"""

from __future__ import annotations

import math
from unicodedata import east_asian_width

DEFAULT_POINTS = 11.0
MIN_HEIGHT = 18.0
MAX_HEIGHT = 400.0

# In tenths of a column's character, so that sums stay whole. Ambiguous characters ("“", "①", "×") are
# drawn full-width by Chinese fonts.
_FULL, _HALF = 21, 11
_WIDE = ("W", "F", "A")
_MARGIN = 1.2
_LEADING = 1.45
_PADDING = 4.0


def units(text: str) -> float:
    """The width of one line of `text`, in characters of a column's width."""
    return sum(_FULL if east_asian_width(char) in _WIDE else _HALF for char in text) / 10


def lines(text: str, width: float) -> int:
    """How many lines `text` takes in a cell `width` characters wide (merged cells: the sum of their widths)."""
    room = max(width - _MARGIN, _FULL / 10)
    return sum(max(1, math.ceil(round(units(line) / room, 9))) for line in text.split("\n"))


def height(text: str, width: float, points: float = DEFAULT_POINTS) -> float:
    """The height in points of a row showing `text` in a font of `points`; at most 400, where rows end."""
    count = lines(text, width * DEFAULT_POINTS / points)
    return min(MAX_HEIGHT, max(MIN_HEIGHT, count * points * _LEADING + _PADDING))
