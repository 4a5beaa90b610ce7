"""Patterns against a text: every figure with its sentence, none that is not plainly in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xltool.model.sentences import Figure, FigureScope, Pattern
from xltool.numbers import Number
from xltool.passes.sentences.fold import Sentence, Simplify, same, sentences
from xltool.passes.sentences.numerals import number_of

_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})年")
# Documents named in a sentence have years and areas of their own.
_TITLE = re.compile(r"《[^》]*》")
_CLAUSE_END = re.compile(r"[,:]")


def find_figures(text: str, patterns: tuple[Pattern, ...], *, simplify: Simplify = same) -> tuple[Figure, ...]:
    """All figures of `text`, in order; several for one indicator are all returned, whatever they say.

    A line break ends a sentence. `simplify` turns Traditional characters into Simplified ones.
    """
    found: dict[tuple[int, str], Figure] = {}
    for sentence in sentences(text, simplify):
        for figure in _in_sentence(text, sentence, patterns):
            found.setdefault((figure.start, figure.path), figure)
    return tuple(sorted(found.values(), key=lambda figure: figure.start))


def _in_sentence(whole: str, sentence: Sentence, patterns: tuple[Pattern, ...]) -> Iterator[Figure]:
    """The figures of one sentence; where several patterns claim one number, the one that says most about it has it."""
    claims: dict[int, list[tuple[int, Figure]]] = {}
    for pattern in patterns:
        for match in pattern.regex.finditer(sentence.folded):
            for figure in _figures(whole, sentence, pattern, match):
                claims.setdefault(figure.start, []).append((match.end() - match.start(), figure))
    for claimed in claims.values():
        longest = max(length for length, _ in claimed)
        yield from (figure for length, figure in claimed if length == longest)


def _figures(whole: str, sentence: Sentence, pattern: Pattern, match: re.Match[str]) -> Iterator[Figure]:
    if not _of_this_year(sentence.folded, match.start(), pattern):
        return
    for path, said in pattern.says.items():
        raw = sentence.original(whole, *match.span())
        yield _figure(sentence, pattern, match, (path, match.start(), raw), said)
    for name, path in pattern.figures.items():
        if match[name] is None:
            continue
        start, end = match.span(name)
        raw = sentence.original(whole, start, end)
        value = number_of(match[name])
        # 1，234 with the comma of prose is two numbers as well as one.
        if value is None or "，" in raw or (not pattern.vague and _vague(sentence.folded, start, match, pattern)):
            continue
        yield _figure(sentence, pattern, match, (path, start, raw), value)


def _figure(
    sentence: Sentence, pattern: Pattern, match: re.Match[str], what: tuple[str, int, str], value: Number
) -> Figure:
    path, start, raw = what
    before = _TITLE.sub("", sentence.folded[:start])
    return Figure(
        path=path,
        value=value,
        raw=raw,
        sentence=sentence.text,
        start=sentence.at[start],
        scope=pattern.scope or _scope(before, pattern),
        pattern=pattern.id,
        year=None if pattern.any_year else _year(before),
        part=pattern.add,
        match=sentence.at[match.start()],
    )


def _of_this_year(text: str, start: int, pattern: Pattern) -> bool:
    before = text[:start]
    clause = _CLAUSE_END.split(before)[-1]
    words = pattern.words
    return not (any(word in before for word in words.elsewhere) or any(word in clause for word in words.plans))


def _vague(text: str, start: int, match: re.Match[str], pattern: Pattern) -> bool:
    words = pattern.words
    return text[:start].endswith(words.vague_before) or text[match.end() :].startswith(words.vague_after)


def _scope(before: str, pattern: Pattern) -> FigureScope:
    """The scope of the last scope word in `before`; of two that end together, the longer one's."""
    last: tuple[int, FigureScope] = (0, "")
    for word, scope in pattern.words.scopes:
        end = before.rfind(word) + len(word) if word in before else 0
        if end > last[0]:
            last = (end, scope)
    return last[1]


def _year(before: str) -> int | None:
    years = _YEAR.findall(before)
    return int(years[-1]) if years else None
