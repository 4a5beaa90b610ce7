"""Patterns from an era's ``text.json``.

A pattern is written as people read it: plain words, ``{name}`` for a number, ``…`` for up to 24 characters of one
clause without digits, ``(a|b)`` for a choice and ``(a|)`` for what may be left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from xltool.lang import text_of
from xltool.model.sentences import Pattern, Share, TextData, Words
from xltool.numbers import exact
from xltool.passes.sentences.fold import folded
from xltool.passes.sentences.numerals import NUMBER

_TOKEN = re.compile(r"\{(?P<name>[a-z][a-z0-9_]*)\}|(?P<gap>…)|(?P<syntax>[(|)])|(?P<literal>[^{…(|)]+)")
_GAP = 24


class PatternError(ValueError):
    """A pattern that cannot be read; `pattern` is its id."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.pattern = pattern


def parse_patterns(data: Mapping[str, Any]) -> tuple[Pattern, ...]:
    """The patterns in the data of a ``text.json``, with the shared words laid under it. Raises PatternError."""
    words = Words(
        scopes=tuple(sorted(data.get("scopes", {}).items(), key=lambda pair: -len(pair[0]))),
        **{name: tuple(data.get(name, ())) for name in ("elsewhere", "plans", "vague_before", "vague_after")},
    )
    stops = tuple(data.get("stops", ()))
    return tuple(_pattern(entry, words, stops) for entry in data.get("patterns", ()))


def parse_text_data(data: Mapping[str, Any]) -> TextData:
    """Everything in a ``text.json``. Raises PatternError."""
    return TextData(
        patterns=parse_patterns(data),
        keys={path: text_of(title) for path, title in data.get("keys", {}).items()},
        shares=tuple(Share(each["share"], each["part"], each["whole"]) for each in data.get("shares", ())),
    )


def _pattern(entry: Mapping[str, Any], words: Words, stops: tuple[str, ...]) -> Pattern:
    try:
        regex = re.compile(_regex(entry["find"], stops))
    except (re.error, ValueError) as error:
        raise PatternError(entry["id"]) from error
    figures = dict(entry.get("figures", {}))
    if set(figures) != set(regex.groupindex):
        raise PatternError(entry["id"])
    return Pattern(
        id=entry["id"],
        regex=regex,
        figures=figures,
        says={path: exact(Decimal(str(value))) for path, value in entry.get("says", {}).items()},
        words=words,
        scope=entry.get("scope", ""),
        add=entry.get("add", False),
        vague=entry.get("vague", False),
        any_year=entry.get("any_year", False),
    )


def _regex(find: str, stops: tuple[str, ...]) -> str:
    barred = "|".join(map(re.escape, stops))
    gap = rf"(?:{f'(?!{barred})' if barred else ''}[^0-9%。;!?,:]){{0,{_GAP}}}?"
    made, end = "", 0
    for token in _TOKEN.finditer(find):
        if token.start() != end:
            raise ValueError(find)
        end = token.end()
        if token["name"]:
            made += f"(?P<{token['name']}>{NUMBER})"
        elif token["gap"]:
            made += gap
        elif token["syntax"]:
            made += {"(": "(?:"}.get(token["syntax"], token["syntax"])
        else:
            made += re.escape(folded(token["literal"]))
    if end != len(find):
        raise ValueError(find)
    return made
