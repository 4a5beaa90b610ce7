"""Faults of a record schema: labels, names and figures."""

from __future__ import annotations

from collections.abc import Iterator

from xltool.model.era import Era, Group, Indicator
from xltool.model.finding import Finding
from xltool.numbers import Number
from xltool.passes.lint.found import found

FILE = "record.schema.json"
# A prompt holds 255 characters: names and unit, and what is left for the note.
MAX_NOTE = 180
MAX_SHORT_ZH, MAX_SHORT_EN = 20, 40
# Beyond that a sum of doubles may round to another number.
MAX_DIGITS = 13


def schema_findings(era: Era) -> Iterator[Finding]:
    """What is wrong with the groups and indicators of `era`."""
    for group in era.groups.values():
        yield from _names(era, group)
    for indicator in era.indicators.values():
        yield from _names(era, indicator)
        yield from _figure(era, indicator)


def _names(era: Era, part: Group | Indicator) -> Iterator[Finding]:
    path = part.path
    if not part.title.zh or not part.title.en:
        yield found("LINT-NO-TITLE", era.id, FILE, path, path=path)
    for text, limit in ((part.short.zh, MAX_SHORT_ZH), (part.short.en, MAX_SHORT_EN)):
        if len(text) > limit:
            yield found("LINT-LONG-SHORT", era.id, FILE, path, path=path, text=text, length=len(text), limit=limit)
    for text in (part.note.zh, part.note.en) if part.note else ():
        if len(text) > MAX_NOTE:
            yield found("LINT-LONG-NOTE", era.id, FILE, path, path=path, text=text, length=len(text), limit=MAX_NOTE)


def _figure(era: Era, indicator: Indicator) -> Iterator[Finding]:
    path = indicator.path
    if indicator.kind == "number":
        digits = _digits(indicator.maximum) + indicator.decimals
        if indicator.maximum is None or digits > MAX_DIGITS:
            yield found("LINT-DIGITS", era.id, FILE, path, path=path, limit=MAX_DIGITS)
    if indicator.method == "ratio" and path not in era.totals:
        yield found("LINT-RATIO-FORMULA", era.id, FILE, path, path=path)


def _digits(maximum: Number | None) -> int:
    return len(str(abs(int(maximum)))) if maximum is not None else 0
