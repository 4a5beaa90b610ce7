"""Sentences made comparable, with the way back: every folded character knows where it stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Simplify = Callable[[str], str]

# A full stop in ASCII ends a sentence only after a Chinese character: 3.5 and 1.概况 go on.
_SENTENCE = re.compile(r"(?:[^。！？!?；;.\r\n\f\v\u2028]|(?<![\u4e00-\u9fff])\.|\.(?=[0-9]))+[。！？!?；;.]?")
_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Pages converted badly spell characters out behind themselves: 統(tǒng)一.
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_NOISE = re.compile(rf"(?<=[\u4e00-\u9fffA-Z])[（(][a-zü]*[{_TONED}][a-zü]*[)）]")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]")


def same(text: str) -> str:
    """The text as it is: what stands in for a conversion from Traditional characters where none is needed."""
    return text


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` as it stands in the whole, `folded` for comparing, `at` the offset of each folded character."""

    text: str
    folded: str
    at: tuple[int, ...]

    def original(self, whole: str, start: int, end: int) -> str:
        """What the folded characters `start` to `end` stand for in the `whole` text."""
        return whole[self.at[start] : self.at[end - 1] + 1]


def sentences(text: str, simplify: Simplify) -> Iterator[Sentence]:
    """The sentences of `text` that are not blank."""
    for match in _SENTENCE.finditer(text):
        if match[0].strip():
            yield _folded(match[0], match.start(), simplify)


def folded(text: str) -> str:
    """A pattern's own words, folded like a sentence."""
    return _INVISIBLE.sub("", text.translate(_TO_ASCII))


def _folded(text: str, start: int, simplify: Simplify) -> Sentence:
    dropped = {place for noise in _NOISE.finditer(text) for place in range(noise.start(), noise.end())}
    kept = [place for place, char in enumerate(text) if place not in dropped and not _INVISIBLE.match(char)]
    plain = "".join(text[place] for place in kept).translate(_TO_ASCII)
    simple = simplify(plain)
    if len(simple) == len(plain):
        return Sentence(text.strip(), simple, tuple(start + place for place in kept))
    pieces = [simplify(char) for char in plain]
    at = tuple(start + place for place, piece in zip(kept, pieces, strict=True) for _ in piece)
    return Sentence(text.strip(), "".join(pieces), at)
