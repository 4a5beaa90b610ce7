"""Text of an ods cell: paragraphs, with white space written as elements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from xltool.io.books.guard import MAX_TOKEN, suspicious
from xltool.io.books.odf import OFFICE, TEXT

_PARAGRAPH = f"{TEXT}p"
_MARKS: Mapping[str, str] = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
# Phonetic hints and notes are not the cell's text.
_UNSHOWN = (f"{TEXT}ruby-text", f"{TEXT}note", f"{OFFICE}annotation")
_SPACES = re.compile(r"[ \t\r\n]+")


def paragraphs(item: Element) -> str:
    """Text of a cell: its paragraphs, one a line. Notes on the cell are not among them."""
    lines = []
    left = MAX_TOKEN
    for paragraph in item.findall(_PARAGRAPH):
        line: list[str] = []
        for piece in _pieces(paragraph):
            left -= len(piece)
            if left < 0:
                raise suspicious("token")
            line.append(piece)
        lines.append("".join(line))
    return "\n".join(lines)


def _pieces(element: Element) -> Iterator[str]:
    # Spaces count only where they stand between words; all others are elements of their own.
    if element.text:
        text = _SPACES.sub(" ", element.text)
        yield text.removeprefix(" ") if element.tag == _PARAGRAPH else text
    for child in element:
        if child.tag in _MARKS:
            yield _MARKS[child.tag] * _repeats(child)
        elif child.tag not in _UNSHOWN:
            yield from _pieces(child)
        if child.tail:
            yield _SPACES.sub(" ", child.tail)


def _repeats(mark: Element) -> int:
    text = mark.get(f"{TEXT}c", "1")
    return min(int(text), MAX_TOKEN + 1) if text.isascii() and text.isdecimal() and len(text) <= 9 else 1
