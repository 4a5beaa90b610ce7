"""Figures in sentences: the patterns that bind words to indicators, and what they found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xltool.lang import Text
from xltool.numbers import Number

FigureScope = Literal["", "own", "level", "area"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number a sentence gives for `path`: an indicator, or a text-only key (``text.…``).

    `raw` is the number as written, or the words that say there was none; `start` its offset in the text, `sentence`
    the original sentence. `scope` is what the last scope word before it says, `year` the last year named before it.
    `part` ones add up, within one `match` (the offset of the whole statement), to the indicator's figure.
    """

    path: str
    value: Number
    raw: str
    sentence: str
    start: int
    scope: FigureScope = ""
    pattern: str = ""
    year: int | None = None
    part: bool = False
    match: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """Words that mean the same in every sentence.

    `scopes` are tried longest first. A figure is not the year's where a word of `elsewhere` stands before it in its
    sentence, or one of `plans` in its clause; and no exact one next to a word of `vague_before` or `vague_after`.
    """

    scopes: tuple[tuple[str, FigureScope], ...] = ()
    elsewhere: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    vague_before: tuple[str, ...] = ()
    vague_after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A form of words. `figures` binds the groups of `regex` to paths, `says` gives the figures its words state.

    With `add` its figures are parts of one sum. `vague` allows approximate words, where the form asks for a bound;
    `any_year` is for figures that are years.
    """

    id: str
    regex: re.Pattern[str]
    figures: Mapping[str, str]
    says: Mapping[str, Number]
    words: Words = field(repr=False, default_factory=Words)
    scope: FigureScope = ""
    add: bool = False
    vague: bool = False
    any_year: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """Every indicator or text-only key it can give."""
        return tuple(dict.fromkeys((*self.figures.values(), *self.says)))


@dataclass(frozen=True, slots=True)
class Share:
    """Three paths: a printed percentage, and the two counts it follows from."""

    share: str
    part: str
    whole: str


@dataclass(frozen=True, slots=True)
class TextData:
    """What an era knows of its text: patterns, the titles of text-only keys, and percentages to be checked."""

    patterns: tuple[Pattern, ...] = ()
    keys: Mapping[str, Text] = field(default_factory=dict)
    shares: tuple[Share, ...] = ()
