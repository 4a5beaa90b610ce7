"""What all parts of an xlsx file share: formats, escapes and rich text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from xltool.io.books.guard import Budget
from xltool.io.books.number_formats import Kind
from xltool.io.books.xlsx_rows import Rows

TRUE = ("1", "true")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell's format says of it: its lock, and how its number is shown."""

    locked: bool = True
    kind: Kind = "number"


@dataclass(slots=True)
class Formats:
    """Cell formats by their index, written as cells write it. `rows` are the readers of rows that know what cells in
    these formats say, `books` how many workbooks have had them: to learn the cells of one alone does not pay."""

    styles: Mapping[str, Style] = field(default_factory=dict)
    books: int = 0
    rows: dict[tuple[bytes, bool], Rows] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What the cells of all sheets refer to."""

    namespace: str
    strings: tuple[str, ...]
    formats: Formats
    since_1904: bool
    budget: Budget


def truth(item: Element | None, attribute: str, default: bool = False) -> bool:
    """A boolean attribute."""
    text = None if item is None else item.get(attribute)
    return default if text is None else text in TRUE


def unescape(text: str) -> str:
    """Text with ``_xHHHH_`` turned into the characters they stand for."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    # Two escapes may be the halves of one character; a lone half is no text.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def rich_text(item: Element, namespace: str) -> str:
    """Text of a string item: its runs joined, phonetic hints left out."""
    plain, run = f"{namespace}t", f"{namespace}r"
    texts = [
        (child.text if child.tag == plain else child.findtext(plain)) or ""
        for child in item
        if child.tag in (plain, run)
    ]
    return "".join(map(unescape, texts))
