"""Labels made comparable: script, width, numbering, quotes, spaces and page noise aside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_CHINESE = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", start=1)}
_CIRCLED = re.compile("[①-⑳]|[Ⅰ-Ⅻ]")
# A page that gives the sound of a character it fears it cannot show: 統(tǒng).
_SOUND = re.compile("(?<=[㐀-鿿])\\([a-zü\u00e0-\u01dc]{1,6}\\)")
_YEAR = re.compile(r"(?:19|20)\d\d年")
_OF_WHICH = re.compile(r"^其中[:,、;]?")
_NUMBERINGS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^\((?P<n>[一二三四五六七八九十]{1,3}|\d{1,2})\)[.、,:]?",
        r"^(?P<n>[一二三四五六七八九十]{1,3})[、.,]",
        r"^(?P<n>\d{1,2})[.、,)](?!\d)",
    )
)
_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Key:
    """A label taken apart: its number (0 without), its words, and its words without what stands in brackets."""

    number: int
    words: str
    bare: str

    def __bool__(self) -> bool:
        return bool(self.words)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What ``schemas/aliases.json`` says: other wordings of labels, columns to pass over, units, what multiplies them
    and which are money, headings of text parts."""

    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    passed_over: Sequence[str] = ()
    units: Sequence[str] = ()
    scales: Mapping[str, int] = field(default_factory=dict)
    money: Sequence[str] = ()
    sections: Mapping[str, Sequence[str]] = field(default_factory=dict)
    noise: Mapping[str, str] = field(default_factory=dict)


def parse_vocabulary(data: Mapping[str, Any]) -> Vocabulary:
    """The vocabulary in a parsed ``aliases.json`` that has passed its meta-schema."""
    return Vocabulary(
        aliases={entry["label"]: tuple(entry["also"]) for entry in data["labels"]},
        passed_over=tuple(data["columns_passed_over"]),
        units=tuple(data["units"]),
        scales=dict(data["scales"]),
        money=tuple(data["money"]),
        sections={name: tuple(headings) for name, headings in data["sections"].items()},
        noise=dict(data["noise"]),
    )


class Labels:
    """Reads labels; `simplify` turns Traditional characters into Simplified ones."""

    def __init__(self, vocabulary: Vocabulary, simplify: Callable[[str], str]) -> None:
        self.vocabulary = vocabulary
        self._simplify = simplify
        self._known: dict[str, Key] = {}
        self._also: dict[str, list[Key]] = {}
        for label, others in vocabulary.aliases.items():
            self._also.setdefault(self.key(label).words, []).extend(self.key(other) for other in others)
        self.passed_over = frozenset(self.key(column).words for column in vocabulary.passed_over)
        self.units = frozenset(self.plain(unit) for unit in vocabulary.units)

    def key(self, text: str) -> Key:
        """The label in `text`, comparable."""
        if text not in self._known:
            self._known[text] = self._taken_apart(self.plain(text))
        return self._known[text]

    def alternatives(self, label: str) -> tuple[Key, ...]:
        """A label of the form and its other wordings."""
        own = self.key(label)
        others = self._also.get(own.words, [])
        return (own, *(Key(other.number or own.number, other.words, other.bare) for other in others))

    def plain(self, text: str) -> str:
        """`text` in Simplified characters and half width, without white space and noise."""
        for noise, meant in self.vocabulary.noise.items():
            text = text.replace(noise, meant)
        text = _CIRCLED.sub(lambda match: f"{int(unicodedata.numeric(match[0]))}.", text)
        text = unicodedata.normalize("NFKC", text)
        text = "".join(char for char in text if not char.isspace() and unicodedata.category(char) != "Cf")
        return _YEAR.sub("年", self._simplify(_SOUND.sub("", text).rstrip("|")))

    def _taken_apart(self, text: str) -> Key:
        number = 0
        text = _OF_WHICH.sub("", text)
        for _ in range(3):
            match = next((found for each in _NUMBERINGS if (found := each.match(text))), None)
            if match is None:
                break
            number = _numeral(match["n"])
            text = _OF_WHICH.sub("", text[match.end() :])
        return Key(number, _words(text), _words(_BRACKETS.sub("", text)))


def _numeral(text: str) -> int:
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_CHINESE.get(tens, 1) * 10 if ten else 0) + _CHINESE.get(ones, 0)


def _words(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
