"""Days as ISO 8601 texts, which sort as they follow each other."""

from __future__ import annotations

import datetime
import re

_FORMS = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)"
)


def iso_day(text: str) -> str:
    """The day that `text` names (2026-01-20, 2026/1/20, 2026年1月20日); empty where it names none."""
    match = _FORMS.fullmatch(text.strip())
    if match is None:
        return ""
    try:
        return datetime.date(*(int(part) for part in match.groups() if part)).isoformat()
    except ValueError:
        return ""


def days_after(day: str, later: str) -> int:
    """How many days `later` is after `day`; negative where it is before."""
    return (datetime.date.fromisoformat(later) - datetime.date.fromisoformat(day)).days


def a_year_later(day: str) -> str:
    """The same day next year; 28 February for 29 February."""
    date = datetime.date.fromisoformat(day)
    last = 28 if (date.month, date.day) == (2, 29) else date.day
    return date.replace(year=date.year + 1, day=last).isoformat()


def month_and_day(day: str) -> str:
    """The day as people write it to each other: 1月20日."""
    date = datetime.date.fromisoformat(day)
    return f"{date.month}月{date.day}日"
