"""A letter as its parts, whatever it is written as; and how much of one page they fill."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

BODY, TITLE, ITEM = 16, 22, 12
"""Sizes of letters in points."""
SPACING = 1.75
"""From one line to the next, in sizes of its letters."""
MARGINS = (3.0, 2.6, 2.5, 2.8)
"""Top, right, bottom and left, in centimetres."""
PAGE = (21.0, 29.7)
"""Width and height, in centimetres."""
_POINTS = 72 / 2.54


@dataclass(frozen=True, slots=True)
class LetterParts:
    """An official letter: whom it goes to, what it says, what it lists, and who signs when."""

    title: str
    addressee: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...]
    signature: str
    date: str


def numbered(items: tuple[str, ...]) -> list[str]:
    """The list as it is printed."""
    return [f"{number}. {item}" for number, item in enumerate(items, start=1)]


def fits(parts: LetterParts) -> bool:
    """Whether the letter is sure to stay on one page: every character counted as a wide one, and a line as one
    character short, since no line may begin with a comma."""
    indented = (f"　　{text}" for text in parts.paragraphs)
    small = chain(numbered(parts.items), ("", ""))
    lines = [
        (TITLE, parts.title),
        *((BODY, text) for text in (parts.addressee, *indented)),
        *((ITEM, t) for t in small),
    ]
    lines += [(BODY, text) for text in (parts.signature, parts.date) if text]
    room = (PAGE[1] - MARGINS[0] - MARGINS[2]) * _POINTS
    return sum(size * SPACING * _lines(text, size) for size, text in lines) <= room


def _lines(text: str, size: int) -> int:
    width = int((PAGE[0] - MARGINS[1] - MARGINS[3]) * _POINTS / size) - 1
    return max(1, -(-len(text) // width))
