"""What a number is shown as: a plain number, a date or a percentage. The file stores a number in all three."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from xltool.model.book import CellValue, DateValue, ErrorValue, PercentValue

Kind = Literal["number", "date", "percent"]

# Numbers of built-in formats, which have no code in the file. 27-36 and 50-58 are dates in Chinese suites.
_BUILTIN: dict[int, Kind] = {
    **dict.fromkeys([9, 10], "percent"),
    **dict.fromkeys([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)], "date"),
}
FIRST_CUSTOM = 164

# Quoted text, escaped and padding characters, and brackets such as colours and locales, but not [h] or [mm].
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE | re.DOTALL)
_DATE = re.compile(r"[ydhms年月日]", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_LONGEST_NUMBER = 64

EPOCH_1904 = datetime(1904, 1, 1)
_EPOCH = datetime(1899, 12, 30)
# Excel holds 1900 for a leap year: serials below its 29 February are one day off.
_LEAP_DAY = 60
_DAY = 86_400


@lru_cache(maxsize=1024)
def kind_of(number: int, code: str = "") -> Kind:
    """How the format with this number, or for a custom one this code, shows a number."""
    if not code or number in _BUILTIN:
        return _BUILTIN.get(number, "number")
    shown = "" if code.casefold() == "general" else _LITERAL.sub("", code)
    if _DATE.search(shown):
        return "date"
    return "percent" if "%" in shown else "number"


def parse_number(text: str) -> int | float | None:
    """The number a file stores as `text`: int unless written with a point or an exponent; None if it is none."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    if _INTEGER.fullmatch(text):
        return int(text)
    value = float(text)
    return value if abs(value) != float("inf") else None


def typed(value: float, kind: Kind, since_1904: bool = False) -> CellValue:
    """A stored number as the value of a cell shown as `kind`."""
    if kind == "date":
        return DateValue(float(value), serial_text(value, since_1904))
    return PercentValue(float(value)) if kind == "percent" else value


def typed_text(text: str, kind: Kind, since_1904: bool = False) -> CellValue:
    """As `typed`, from text; what is no number becomes an error value, which a person will be shown."""
    value = parse_number(text)
    return ErrorValue(text[:_LONGEST_NUMBER]) if value is None else typed(value, kind, since_1904)


def serial_text(serial: float, since_1904: bool = False) -> str:
    """ISO 8601 of a date serial: a date, a time (below 1) or both; the bare number where it is no date."""
    try:
        days, seconds = divmod(round(serial * _DAY), _DAY)
        if days < 0:
            return repr(serial)
        time = (datetime.min + timedelta(seconds=seconds)).time().isoformat()
        if days == 0 and not since_1904:
            return time
        day = _day_text(days, since_1904)
    except (OverflowError, ValueError):
        return repr(serial)
    return f"{day}T{time}" if seconds else day


def serial_of(moment: datetime) -> float:
    """The date serial of a moment, counted as today's suites do."""
    return (moment - _EPOCH) / timedelta(days=1)


def _day_text(days: int, since_1904: bool) -> str:
    if since_1904:
        return (EPOCH_1904 + timedelta(days=days)).date().isoformat()
    if days == _LEAP_DAY:
        return "1900-02-29"
    return (_EPOCH + timedelta(days=days + (days < _LEAP_DAY))).date().isoformat()
