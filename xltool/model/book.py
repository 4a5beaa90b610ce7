"""A returned workbook as it is, whatever container it came in: one neutral value for all readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xltool.numbers import from_cell, plain

Visibility = Literal["visible", "hidden", "very_hidden"]


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """An error cell such as ``#REF!``; `text` is its display."""

    text: str


@dataclass(frozen=True, slots=True)
class DateValue:
    """A number shown as a date or time: `serial` is what the file stores, `text` ISO 8601."""

    serial: float
    text: str


@dataclass(frozen=True, slots=True)
class PercentValue:
    """A number shown as a percentage; `number` is what the file stores (5% is 0.05)."""

    number: float


CellValue = int | float | str | bool | ErrorValue | DateValue | PercentValue | None


def shown(value: CellValue) -> str:
    """A cell's content as a text, for people; a percentage as the number it stands for."""
    match value:
        case None:
            return ""
        case ErrorValue(text=text) | DateValue(text=text) | str(text):
            return text
        case PercentValue(number=number):
            return f"{number:.15g}"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return plain(from_cell(value)) if abs(value) < 1e300 else str(value)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `value` is what the file stores (for a formula, its cached result).

    `formula` is the formula's text, ``"?"`` where the container has one but its text is not read,
    None where there is none. `locked` is the cell's own lock flag (default True, as in the formats).
    """

    value: CellValue = None
    formula: str | None = None
    locked: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet; `cells` by zero-based (row, col), only cells with a value or a formula or an open lock."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    visibility: Visibility = "visible"
    protected: bool = False
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_cols: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Target:
    """One cell a defined name points to: sheet name and zero-based row and column."""

    sheet: str
    row: int
    col: int


Container = Literal["xlsx", "xls", "ods"]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook. `names` are the global defined names, upper case: a `Target` for one cell, a text for a
    constant, None for a broken reference or anything else. `local_names` counts sheet-local names.
    `properties` are the custom document properties that are strings."""

    container: Container
    sheets: tuple[Sheet, ...]
    names: Mapping[str, Target | str | None] = field(default_factory=dict)
    local_names: int = 0
    properties: Mapping[str, str] = field(default_factory=dict)
    macros: bool = False
    strict: bool = False

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name, compared without case as office suites do."""
        wanted = name.casefold()
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == wanted), None)
