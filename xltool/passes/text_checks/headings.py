"""Headings numbered twice: 二、 after 二、."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from xltool.model.finding import Finding

_NUMERALS = "一二三四五六七八九十"
_FIRST = re.compile(rf"([{_NUMERALS}]{{1,3}})、(.*)")
_SECOND = re.compile(rf"[(（]([{_NUMERALS}]{{1,3}})[)）](.*)")
_TABLE_END = "|"
_SHOWN = 30


def heading_findings(text: str, labels: Collection[str] = ()) -> Iterator[Finding]:
    """Numbers that head two parts of one sequence. A new 一、 begins a new sequence; table cells and the form's own
    `labels` are no headings."""
    known = {re.sub(r"\s", "", label) for label in labels}
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for line in (re.sub(r"\s", "", line) for line in text.splitlines()):
        if line.endswith(_TABLE_END) or line in known:
            continue
        if match := _FIRST.match(line):
            second = {}
            first, twice = _entered(first, match)
        elif match := _SECOND.match(line):
            second, twice = _entered(second, match)
        else:
            continue
        if twice:
            args = {"number": match[1], "first": twice[:_SHOWN], "second": line[:_SHOWN]}
            yield Finding("TEXT-HEADING-TWICE", "notice", args=args)


def _entered(seen: dict[str, str], match: re.Match[str]) -> tuple[dict[str, str], str]:
    """The sequence with this heading in it, and the heading that had the number before."""
    number, line = match[1], match[0]
    if number == "一":
        return {number: line}, ""
    return {**seen, number: line}, seen.get(number, "")
