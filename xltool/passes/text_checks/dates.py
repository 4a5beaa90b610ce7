"""The dates a report gives: the end of its data, and its signature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from xltool.model.finding import Finding

_DAY = (
    r"(?:(?P<{0}y>20[0-9]{{2}})年)?(?P<{0}m>1[0-2]|0?[1-9])月(?:(?P<{0}d>[12][0-9]|3[01]|0?[1-9])日|(?P<{0}e>底|末))?"
)
_SPACE = re.compile(r"[ \t\u3000\u00a0]")
# Data end at the second date of a range, or at the one after 截止.
_RANGE = re.compile(_DAY.format("a") + "(?:起|)(?:至|到|-|—|–|~|～)+" + _DAY.format("b"))
_UNTIL = re.compile("截(?:止|至)(?:到|至|日期|时间|期|为|于|:|：)*" + _DAY.format("b"))
_STATED = re.compile("(?:数据|统计).{0,12}(?:截止|截至|时间|期限|时限|起止|范围)")
_SIGNED = re.compile(r"(20[0-9]{2})年(1[0-2]|0?[1-9])月([12][0-9]|3[01]|0?[1-9])日")
_SENTENCE = re.compile(r"[^。；;\n]+")
_LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_TAIL = 40
_SHOWN = 80


class Date(NamedTuple):
    """A day as it is written; no calendar is asked whether it exists."""

    year: int
    month: int
    day: int

    @property
    def text(self) -> str:
        return f"{self.year}年{self.month}月{self.day}日"


def period_findings(text: str, year: int) -> Iterator[Finding]:
    """Data said to end in another year than `year`, and a signature earlier than the end of the data."""
    plain = _SPACE.sub("", text)
    ends: list[tuple[Date, str]] = []
    for sentence in _SENTENCE.findall(plain):
        found = list(_ends(sentence, year))
        ends += [(end, sentence) for end in found]
        wrong = [end for end in found if end.year != year]
        if wrong and _STATED.search(sentence):
            args = {"date": wrong[-1].text, "year": str(year), "sentence": sentence[-_SHOWN:]}
            yield Finding("TEXT-PERIOD", "notice", args=args)
    signed = _signature(plain)
    # A plan for a year to come has its ends too.
    late = [(end, sentence) for end, sentence in ends if end.year == year and signed and end > signed]
    if signed and late:
        end, sentence = max(late)
        args = {"date": signed.text, "end": end.text, "sentence": sentence[:_SHOWN]}
        yield Finding("TEXT-SIGNED-EARLY", "notice", args=args)


def _ends(sentence: str, year: int) -> Iterator[Date]:
    for pattern in (_RANGE, _UNTIL):
        for match in pattern.finditer(sentence):
            groups = match.groupdict()
            month = int(groups["bm"])
            # Only months without a day, as in 至11月底 or 至12月, run to their last day.
            day = int(groups["bd"]) if groups["bd"] else _LAST_DAYS[month - 1]
            yield Date(int(groups["by"] or groups.get("ay") or year), month, day)


def _signature(text: str) -> Date | None:
    """The last line that is nothing but a date, near the end."""
    for line in reversed([line.strip() for line in text.splitlines() if line.strip()][-_TAIL:]):
        if match := _SIGNED.match(line):
            rest = line[match.end() :]
            return Date(*(int(part) for part in match.groups())) if len(rest) <= 2 else None
    return None
