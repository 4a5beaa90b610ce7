"""The one-page letter that goes back with a faulty return, as plain parts: title, paragraphs, list, signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from xltool.lang import Text
from xltool.model.letter import LetterParts, fits
from xltool.model.record import Record

# A finding longer than this is cut: the workbook has all of it.
_LONGEST = 140


def letter_parts(
    record: Record,
    counts: Mapping[str, int],
    lines: list[str],
    words: Mapping[str, Text],
    office: str,
    as_of: str,
    deadline: str,
) -> LetterParts:
    """The letter for `record`; `counts` has the open findings by severity, `lines` all of them in words."""

    def said(word: str, **values: object) -> str:
        return words[word]("zh", **values)

    found = [
        said(f"letter_{severity}", n=counts[severity]) for severity in ("error", "explain") if counts.get(severity)
    ]
    body = said("letter_found", n=record.submission, year=record.year, found="、".join(found))
    until = said("letter_until", deadline=deadline) if deadline else said("letter_soon")
    asks = until + (said("letter_explain_how") if counts.get("explain") else "") + said("letter_again")
    letter = LetterParts(
        title=said("letter_title"),
        addressee=said("letter_to", name=record.agency.name or record.agency.code),
        paragraphs=(body + asks, said("letter_unchanged"), said("letter_list")),
        items=tuple(_cut(line) for line in lines),
        signature=office,
        date=chinese_date(as_of),
    )
    return _on_one_page(letter, lambda left: said("letter_more", n=left))


def confirmation_parts(
    record: Record, words: Mapping[str, Text], office: str, as_of: str, deadline: str
) -> LetterParts:
    """The letter that goes with a workbook filled in from a document, to be confirmed."""

    def said(word: str, **values: object) -> str:
        return words[word]("zh", **values)

    until = said("letter_confirm_until", deadline=deadline) if deadline else said("letter_confirm_soon")
    return LetterParts(
        title=said("letter_confirm_title"),
        addressee=said("letter_to", name=record.agency.name or said("letter_unknown")),
        paragraphs=(said("letter_confirm", year=record.year) + until, said("letter_confirm_note")),
        items=(),
        signature=office,
        date=chinese_date(as_of),
    )


def chinese_date(iso: str) -> str:
    """2026-01-15 as 2026年1月15日."""
    year, month, day = iso.split("-")
    return f"{int(year)}年{int(month)}月{int(day)}日"


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _on_one_page(letter: LetterParts, more: Callable[[int], str]) -> LetterParts:
    """The letter with as many of its items as one page has room for, and one that counts the others."""
    shorter = letter
    for left in range(1, len(letter.items)):
        if fits(shorter):
            break
        shorter = replace(letter, items=(*letter.items[: len(letter.items) - left], more(left)))
    return shorter
