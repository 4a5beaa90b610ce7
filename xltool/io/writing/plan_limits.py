"""What the formats can hold. XlsxWriter drops or changes the rest, mostly without a word."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from xlsxwriter.worksheet import re_dynamic_function

from xltool.numbers import Number, exact, from_cell


class WorkbookPlanError(Exception):
    """A plan that cannot be written as it stands: a bug in whatever made it, never the user's fault."""

    def __init__(self, what: str, sheet: str = "", cell: str = "") -> None:
        super().__init__(": ".join(part for part in ("!".join(filter(None, (sheet, cell))), what) if part))
        self.what, self.sheet, self.cell = what, sheet, cell


ROWS, COLS = 1_048_576, 16_384
CELL_TEXT = 32_767
FORMULA = 8_192
LITERAL = 255
HEADING = 32  # titles of validations
MESSAGE = 255  # messages of validations, lists of choices, footers, names, properties
SHEET_NAME = 31
PASSWORD = 15
ROW_HEIGHT = 400.0
COL_WIDTH = 255.0
RULES_A_RANGE = 3  # xls loses all conditional formats of a range that has more

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ufffe\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LITERALS = re.compile(r'"((?:[^"]|"")*)"')
_QUOTED = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'')
# Functions since Excel 2010 are stored under a prefix, and only new programs know them.
_NEWER = re.compile(
    r"\b(_xlfn|[A-Z]+(\.[A-Z]+)+|CONCAT|TEXTJOIN|IFNA|IFS|MAXIFS|MINIFS|XLOOKUP|XMATCH|XOR|LET|NUMBERVALUE|AGGREGATE"
    r"|UNICODE|UNICHAR|DAYS|SHEETS?|ISFORMULA|FORMULATEXT|ISOWEEKNUM|VALUETOTEXT|ARRAYTOTEXT)[(.]",
    re.IGNORECASE,
)
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
_NAME = re.compile(r"[^\W\d][\w.]*")
# Cells (of xlsx and, in three letters, anything alike), and cells in R1C1 notation.
_LIKE_CELL = re.compile(r"[A-Z]{1,3}[0-9]+|R[0-9]*(C[0-9]*)?|C[0-9]*|TRUE|FALSE|_xlnm\..*", re.IGNORECASE)
_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!\s]+))!\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?")


def utf16(text: str) -> int:
    """Length as office suites count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def flaw_of_cell_text(text: str) -> str:
    """Why `text` cannot be a cell's value, or nothing. Control characters can: the format escapes them."""
    if _SURROGATE.search(text):
        return "half of a surrogate pair"
    return "" if utf16(text) <= CELL_TEXT else f"text longer than {CELL_TEXT}"


def flaw_of_text(text: str, limit: int) -> str:
    """Why `text` cannot stand anywhere else (names, messages, footers), or nothing."""
    if _CONTROL.search(text) or _SURROGATE.search(text):
        return f"character that XML cannot hold: {text!a}"
    return "" if utf16(text) <= limit else f"longer than {limit}: {text!r}"


def flaw_of_number(value: Number) -> str:
    """Why a cell could not give back exactly this number, or nothing."""
    if isinstance(value, bool) or (isinstance(value, Decimal) and not value.is_finite()):
        return f"not a number: {value!r}"
    try:
        stored = float(format(float(value), ".16G"))
    except OverflowError:
        return f"number too large: {value}"
    return "" if from_cell(stored) == exact(value) else f"number that 15 digits cannot hold: {value}"


@lru_cache(4096)  # a run writes the same formulas into one workbook after another
def flaw_of_formula(text: str, limit: int = FORMULA) -> str:
    """Why XlsxWriter or a suite would not take this formula as it is, or nothing."""
    if not text or text[0] in "={" or text[-1] == "}":
        return f"formula empty or with its own sign or braces: {text!r}"
    # XlsxWriter looks for array functions even inside literals, and then writes another kind of formula.
    if re_dynamic_function.search(text) or _NEWER.search(_QUOTED.sub("", text)):
        return f"function newer than the formats we write: {text!r}"
    if any(utf16(literal) > LITERAL for literal in _LITERALS.findall(text)):
        return f"string literal longer than {LITERAL}: {text!r}"
    return flaw_of_text(text, limit)


def flaw_of_cached(value: Number | str) -> str:
    """Why a formula's result cannot be stored, or nothing."""
    if not isinstance(value, str):
        return flaw_of_number(value)
    return f"error value as a result: {value}" if value in ERRORS else flaw_of_content(value, CELL_TEXT)


def flaw_of_content(text: str, limit: int) -> str:
    """Why `text` cannot stand between tags, where XML keeps tabs, or nothing."""
    return flaw_of_text(text.replace("\t", " "), limit)


def flaw_of_name(name: str) -> str:
    """Why `name` is no legal defined name, or nothing."""
    if not _NAME.fullmatch(name) or _LIKE_CELL.fullmatch(name):
        return f"illegal defined name: {name!r}"
    return flaw_of_text(name, MESSAGE)


def name_in_xls(name: str) -> str:
    """What is left of a defined name to tell it from others, once saved as xls."""
    return name.replace(".", "_").casefold()


def flaw_of_sheet_name(name: str) -> str:
    """Why a sheet cannot be called so, or nothing."""
    bad = not name.strip() or re.search(r"[\[\]:*?/\\]", name) or name[0] == "'" or name[-1] == "'" or "\n" in name
    return f"illegal sheet name: {name!r}" if bad else flaw_of_text(name, SHEET_NAME)


def sheet_of_reference(reference: str) -> str | None:
    """The sheet a reference such as ``'Sheet'!$A$1`` points to; None where it is no such reference."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    return match[1].replace("''", "'") if match[1] else str(match[2])


def is_constant(text: str) -> bool:
    """Whether `text` is a string literal, as constant names have it. What looks like a function in it is none."""
    match = _LITERALS.fullmatch(text)
    return match is not None and utf16(match[1]) <= LITERAL and not flaw_of_text(text, FORMULA)
