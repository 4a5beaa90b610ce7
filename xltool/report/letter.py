"""The one-page letter that goes back with a faulty return, as plain parts: title, paragraphs, list, signature."""

from __future__ import annotations

from collections.abc import Mapping

from xltool.lang import Text
from xltool.model.letter import LetterParts
from xltool.model.record import Record

# What fits on one page beside the text, at 12 points and about 36 characters a line.
_LINES = 16
_LINE = 36


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
    items = _fitting(lines)
    more = [said("letter_more", n=len(lines) - len(items))] if len(lines) > len(items) else []
    return LetterParts(
        title=said("letter_title"),
        addressee=said("letter_to", name=record.agency.name or record.agency.code),
        paragraphs=(body + asks, said("letter_unchanged"), said("letter_list")),
        items=(*items, *more),
        signature=office,
        date=chinese_date(as_of),
    )


def chinese_date(iso: str) -> str:
    """2026-01-15 as 2026年1月15日."""
    year, month, day = iso.split("-")
    return f"{int(year)}年{int(month)}月{int(day)}日"


def _fitting(lines: list[str]) -> list[str]:
    """As many lines as one page has room for."""
    room, kept = _LINES, list[str]()
    for line in lines:
        room -= -(-len(line) // _LINE)
        if room < 0 and kept:
            break
        kept.append(line)
    return kept
