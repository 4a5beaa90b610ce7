"""XML that has been read before: the returns of one campaign are alike to the byte in nearly all of their elements.

A part is taken apart into the elements that repeat in it (cells, texts, names) and the frame around them. What an
element says is worked out once, by the parser; the same bytes within the same declarations then say the same. So
every byte has been seen by the parser, what is not well-formed never passes, and a part that is in any way unusual
goes the ordinary way as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeVar
from xml.etree.ElementTree import Element

from xltool.io.books.guard import parse_xml
from xltool.model.finding import Refused

Said = TypeVar("Said")

# What is kept: so many answers of one kind, of elements and frames of ordinary length.
_MOST = 20_000
_LONGEST, _LONGEST_FRAME = 10_000, 500_000
# To learn an element takes as long as to read ten the ordinary way: a part with more new ones goes that way.
_MOST_NEW = 1_000
_DECLARATION = re.compile(rb'\sxmlns(?::[\w.-]+)?="[^"<>&]*"')


class Unfamiliar(Exception):
    """Not of the usual form: to be read the ordinary way."""


class Familiar(Generic[Said]):
    """What elements say, by their bytes; `learn` works it out from the parsed element, and may raise Unfamiliar.
    `declarations` are the namespaces the elements stand in; they have none of their own. Elements that all begin and
    end alike are known by what is between their `opening` and `closing`."""

    def __init__(
        self, learn: Callable[[Element], Said], declarations: bytes, opening: bytes = b"", closing: bytes = b""
    ) -> None:
        self._learn = learn
        self._before, self._after = b"<x" + declarations + b">" + opening, closing + b"</x>"
        self.known: dict[bytes, Said] = {}
        self._left = 0
        self._met = False

    def begin(self) -> None:
        """Begin with another part."""
        self._left = _MOST_NEW

    def learn(self, element: bytes) -> Said:
        """What an element says that is not known yet."""
        self._left -= 1
        if self._left < 0 or len(element) > _LONGEST or b"xmlns" in element:
            raise Unfamiliar
        try:
            inside = list(parse_xml(self._before + element + self._after))
        except Refused as refused:
            raise Unfamiliar from refused
        if len(inside) != 1:
            raise Unfamiliar
        said = self._learn(inside[0])
        if len(self.known) >= _MOST:
            self.known.clear()
        self.known[element] = said
        return said

    def all(self, elements: list[bytes]) -> list[Said]:
        """What each of the `elements` of a part says. Raises Unfamiliar of the first part: to learn what one alone
        says does not pay."""
        if not self._met:
            self._met = True
            raise Unfamiliar
        self.begin()
        known = self.known.get
        return [self.learn(each) if (said := known(each)) is None else said for each in elements]


def taken_apart(data: bytes, opening: bytes, closing: bytes, word: bytes) -> tuple[Element, bytes, bytes]:
    """The root of a part without what stands between its one `opening` and `closing` tag, the declarations of that
    root, and what stands there. `word` occurs in these two tags and nowhere else in the frame.

    What stands there has to be taken apart into elements that are well-formed each by itself: then nothing in it can
    have begun or ended elsewhere. Raises Unfamiliar where the frame is otherwise, or comments, instructions and
    sections could make tags of what are none.
    """
    start, end = data.find(opening), data.rfind(closing)
    if start < 0 or end < start:
        raise Unfamiliar
    start = data.index(b">", start) + 1
    frame = data[:start] + data[end:]
    if len(frame) > _LONGEST_FRAME:
        raise Unfamiliar
    root, declarations = _frame(frame, word)
    return root, declarations, data[start:end]


def pieces(block: bytes, opening: bytes, closing: bytes) -> list[bytes]:
    """The elements that a block is made of, each without its `opening` and `closing`; whether each is one is seen when
    it is learnt. Raises Unfamiliar where there is anything else at the ends of the block."""
    if not block:
        return []
    if not (block.startswith(opening) and block.endswith(closing)):
        raise Unfamiliar
    return block[len(opening) : -len(closing)].split(closing + opening)


@lru_cache(maxsize=32)
def _frame(frame: bytes, word: bytes) -> tuple[Element, bytes]:
    if b"<!" in frame or frame.count(b"<?") != frame.startswith(b"<?xml ") or frame.count(word) != 2:
        raise Unfamiliar
    try:
        root = parse_xml(frame)
    except Refused as refused:
        raise Unfamiliar from refused
    start = frame.index(b"<", 1 if frame.startswith(b"<?") else 0)
    return root, b"".join(_DECLARATION.findall(frame[start : frame.index(b">", start)]))
