"""One cell as the value of one indicator: read exactly as given, or rejected with a finding."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from xltool.lang import Text, same
from xltool.model import texts
from xltool.model.book import Cell, CellValue, DateValue, ErrorValue, PercentValue
from xltool.model.finding import Argument
from xltool.model.record import Mark, Value
from xltool.model.typed import MAX_DIGITS, leading_number, to_ascii
from xltool.numbers import Number, decimals, from_cell, plain

Found = tuple[str, Mapping[str, Argument]]


class IndicatorLike(Protocol):
    """What reading a value needs to know of its indicator."""

    @property
    def path(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def decimals(self) -> int: ...
    @property
    def minimum(self) -> Number | None: ...
    @property
    def maximum(self) -> Number | None: ...
    @property
    def unit(self) -> Text | None: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cell says. `raw` is its content as people see it, `findings` are codes with arguments.

    A rejected cell has no value and the mark ``unreadable``; a blank one has neither value nor mark.
    """

    value: Value = None
    mark: Mark | None = None
    findings: tuple[Found, ...] = ()
    raw: str = ""


_NO_UNIT = Text("无单位", "no unit")
_NOT_READ = Text("未读出", "not read")
# 2000-01-01 to 2050-12-31 as serial numbers: what a date typed into a number cell turns into.
_DATE_SERIALS = range(36526, 55154)
_DAY_ZERO = date(1899, 12, 30)
_TOO_LONG = 10**MAX_DIGITS

_REJECTED_TYPES: Mapping[type, str] = {
    bool: "VALUE-BOOLEAN",
    ErrorValue: "VALUE-ERROR",
    DateValue: "VALUE-DATE",
    PercentValue: "VALUE-PERCENT",
}
_UNITS = (
    "[十百千万亿]{0,2}(?:美元|元|角|件次|件|条次|条|人次|人日|人|次|个|项|份|篇|期"
    "|起|宗|例|场|部|家|户|名|处|页|张|天|日|小时)"
)
_REST: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("VALUE-PERCENT", re.compile("[%‰]")),
    ("VALUE-FOREIGN-UNIT", re.compile(_UNITS)),
    ("VALUE-ANNOTATED", re.compile(rf"(?:{_UNITS})?\s*[(\[【〔{{].*[)\]】〕}}]", re.DOTALL)),
)
_ERROR_WORD = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)


def read_value(cell: Cell, indicator: IndicatorLike, not_applicable: frozenset[str] = frozenset()) -> Reading:
    """The value `cell` gives for `indicator`; `not_applicable` are the era's words for 不适用."""
    value = cell.value
    if type(value) is int and cell.formula is None and _is_ordinary(value, indicator):
        return Reading(value, raw=str(value))
    if cell.formula is not None:
        return _read_formula(cell.formula, value)
    if isinstance(value, bool | ErrorValue | DateValue | PercentValue):
        return _rejected(_shown(value), _found(_REJECTED_TYPES[type(value)], _shown(value)))
    if value is None or (isinstance(value, str) and not value.strip()):
        return Reading(raw=_shown(value))
    if indicator.kind == "text":
        return _read_text(value)
    if isinstance(value, str):
        return _read_typed(value, indicator, not_applicable)
    return _read_number(value, indicator)


def _is_ordinary(value: int, indicator: IndicatorLike) -> bool:
    """Whether there is nothing to be said about a whole number; the commonest case by far."""
    low, high = indicator.minimum, indicator.maximum
    return (
        indicator.kind == "number"
        and (low is None or value >= low)
        and (high is None or value <= high)
        and -_TOO_LONG < value < _TOO_LONG
        and (value not in _DATE_SERIALS or indicator.decimals > 0)
    )


def read_published(cell: Cell, indicator: IndicatorLike, not_applicable: frozenset[str] = frozenset()) -> Reading:
    """The value a published table gives for `indicator`.

    There every number is a text, a formula is how somebody else's workbook counts, and an annotation beside a number
    is the publisher's own: each is read, and the last two are said.
    """
    if cell.formula is not None and cell.value is not None:
        shown = read_published(Cell(cell.value), indicator, not_applicable)
        found = ("IMPORT-FORMULA", {"given": texts.visible(_shown(cell.value))})
        return Reading(shown.value, shown.mark, (*shown.findings, found), shown.raw)
    reading = read_value(cell, indicator, not_applicable)
    codes = [code for code, _ in reading.findings]
    if codes == ["VALUE-TEXT-NUMBER"] and plain_digits(reading.raw):
        return Reading(reading.value, raw=reading.raw)
    typed = leading_number(to_ascii(reading.raw)) if codes == ["VALUE-ANNOTATED"] else None
    if typed is None:
        return reading
    problems = _problems(typed.number, reading.raw, indicator, too_long=typed.digits > MAX_DIGITS)
    if problems or not _own_unit(typed.rest, indicator.unit):
        return reading
    args: dict[str, Argument] = {"given": texts.visible(reading.raw), "value": plain(typed.number)}
    return Reading(typed.number, findings=(("IMPORT-ANNOTATED", args),), raw=reading.raw)


def plain_digits(raw: str) -> bool:
    """Whether a text is a number in its plainest form."""
    typed = leading_number(raw.strip())
    return typed is not None and not typed.rest and plain(typed.number) == raw.strip()


def _own_unit(rest: str, unit: Text | None) -> bool:
    """Whether a number is annotated in the indicator's own unit, or in none."""
    before = re.split(r"[(\[【〔{]", rest, maxsplit=1)[0].strip()
    return not before or (unit is not None and before == to_ascii(unit.zh))


def _read_formula(formula: str, result: CellValue) -> Reading:
    """A formula where a figure is asked for: what it shows may be old, or come from elsewhere."""
    text = "=" + formula.removeprefix("=")
    name = _NOT_READ if formula == "?" else same(texts.visible(text))
    return _rejected(text, ("VALUE-FORMULA", {"formula": name, "shown": texts.visible(_shown(result))}))


def _read_text(value: int | float | str) -> Reading:
    """The value of a text indicator: what the cell shows, without outer spaces."""
    shown = _shown(value)
    text = texts.canonical(shown).strip()
    given = texts.visible(shown)
    if not isinstance(value, str) and not abs(value) < _TOO_LONG:
        return _rejected(shown, ("VALUE-PRECISION", {"given": given, "digits": MAX_DIGITS}))
    character = texts.forbidden(text)
    if character:
        return _rejected(shown, ("VALUE-CONTROL", {"given": given, "character": character}))
    if texts.length(text) > texts.MAX_TEXT:
        return _rejected(shown, ("VALUE-TEXT-TOO-LONG", {"length": texts.length(text), "limit": texts.MAX_TEXT}))
    return Reading(text, raw=shown)


def _read_number(value: int | float, indicator: IndicatorLike) -> Reading:
    """The value of a number cell."""
    shown = _shown(value)
    if isinstance(value, float) and not math.isfinite(value):
        return _rejected(shown, _found("VALUE-NOT-FINITE", shown))
    # An int is exact as it is; `from_cell` is about doubles.
    number = value if isinstance(value, int) else from_cell(value)
    problems = _problems(number, shown, indicator, too_long=abs(number) >= _TOO_LONG)
    if problems:
        return _rejected(shown, *problems)
    return Reading(number, findings=maybe_date(number, indicator), raw=shown)


def maybe_date(number: Number, indicator: IndicatorLike) -> tuple[Found, ...]:
    """What is to be said of a whole number that is also the serial number of a day."""
    if indicator.decimals or not isinstance(number, int) or number not in _DATE_SERIALS:
        return ()
    day = (_DAY_ZERO + timedelta(number)).isoformat()
    return (("VALUE-MAYBE-DATE", {"given": str(number), "date": day}),)


def _read_typed(raw: str, indicator: IndicatorLike, not_applicable: frozenset[str]) -> Reading:
    """The value of a text in a number cell: normalised with a notice, or rejected."""
    text = to_ascii(raw)
    if _means_not_applicable(raw, not_applicable):
        mark = Mark("not_applicable", texts.visible(raw.strip()))
        return Reading(None, mark, (_found("VALUE-NOT-APPLICABLE", raw),), raw)
    typed = leading_number(text)
    if typed is None:
        return _rejected(raw, _found("VALUE-ERROR" if _ERROR_WORD.fullmatch(text) else "VALUE-TEXT", raw))
    unit = indicator.unit
    own = unit is not None and bool(typed.rest) and typed.rest == to_ascii(unit.zh)
    if typed.rest and not own:
        return _rejected(raw, _not_a_number(raw, typed.rest, unit))
    problems = _problems(typed.number, raw, indicator, too_long=typed.digits > MAX_DIGITS)
    if problems:
        return _rejected(raw, *problems)
    notice: dict[str, Argument] = {"given": texts.visible(raw), "value": plain(typed.number)}
    if own and unit is not None:
        return Reading(typed.number, findings=(("VALUE-UNIT", notice | {"unit": unit}),), raw=raw)
    return Reading(typed.number, findings=(("VALUE-TEXT-NUMBER", notice),), raw=raw)


def _means_not_applicable(raw: str, words: frozenset[str]) -> bool:
    """Whether `raw` is one of `words`, whatever its width, case and outer spaces."""
    return bool(words) and to_ascii(raw).casefold() in {to_ascii(word).casefold() for word in words}


def _not_a_number(raw: str, rest: str, unit: Text | None) -> Found:
    """Why a number followed by `rest` is no plain number."""
    code = next((code for code, pattern in _REST if pattern.fullmatch(rest)), "VALUE-TEXT")
    if code == "VALUE-FOREIGN-UNIT":
        return code, {"given": texts.visible(raw), "found": rest, "unit": unit or _NO_UNIT}
    return _found(code, raw)


def _problems(number: Number, raw: str, indicator: IndicatorLike, *, too_long: bool) -> tuple[Found, ...]:
    """What forbids `number` as a value of `indicator`."""
    given = texts.visible(raw)
    found: list[Found] = []
    if decimals(number) > indicator.decimals:
        whole = indicator.decimals == 0
        code, more = ("VALUE-NOT-INTEGER", {}) if whole else ("VALUE-DECIMALS", {"decimals": indicator.decimals})
        found.append((code, {"given": given, **more}))
    low, high = indicator.minimum, indicator.maximum
    if low is not None and number < low:
        code = "VALUE-NEGATIVE" if number < 0 else "VALUE-TOO-SMALL"
        found.append((code, {"given": given, "minimum": plain(low)}))
    if high is not None and number > high:
        found.append(("VALUE-TOO-LARGE", {"given": given, "maximum": plain(high)}))
    if too_long and not found:
        found.append(("VALUE-PRECISION", {"given": given, "digits": MAX_DIGITS}))
    return tuple(found)


def _found(code: str, raw: str) -> Found:
    return code, {"given": texts.visible(raw)}


def _rejected(raw: str, *findings: Found) -> Reading:
    return Reading(None, Mark("unreadable", texts.visible(raw)), findings, raw)


def _shown(value: CellValue) -> str:
    """A cell's content as people see it."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case ErrorValue(text=text) | DateValue(text=text):
            return text
        case PercentValue(number=number):
            return f"{_digits(Decimal(number) * 100)}%"
        case str():
            return value
        case _:
            return _digits(Decimal(value))


def _digits(number: Decimal) -> str:
    """At most 15 digits, as suites show them."""
    if number.is_finite() and abs(number) < _TOO_LONG:
        return plain(from_cell(float(number)))
    return format(number, f".{MAX_DIGITS}g")
