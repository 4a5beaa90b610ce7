"""What the text of a defined name means: one cell, a constant, or neither."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xltool.io.books.guard import MAX_COLS, MAX_ROWS
from xltool.io.books.number_formats import parse_number
from xltool.model.book import Target
from xltool.model.place import from_a1

_QUOTED = r"'(?P<quoted>(?:[^']|'')+)'"
_CELL = r"(?P<cell>\$[A-Za-z]{1,3}\$[1-9][0-9]{0,6})"
# An area is one cell where both its ends are; only references fixed by $ stay on their cell.
_EXCEL = re.compile(rf"(?:{_QUOTED}|(?P<plain>[^'!:\[\]()\",]+))!{_CELL}(?::(?P=cell))?")
_ODF_END = r"(?::[^:]*\.(?P=cell))?"
_ODF = re.compile(rf"\[?\$?(?:{_QUOTED}|(?P<plain>[^'.:\[\]()\",]+))\.{_CELL}{_ODF_END}\]?")
_TEXT = re.compile(r'"((?:[^"]|"")*)"')

# Print areas, filters and the like: every ordinary workbook has them, nobody chose them as names.
_BUILT_IN = ("_xlnm.", "excel_builtin_", "_xlfn.", "_xleta.")

Meaning = Target | str | None


def is_built_in(name: str) -> bool:
    """Whether a defined name is one the suites make for themselves."""
    return name.casefold().startswith(_BUILT_IN)


def excel_meaning(text: str, sheets: Mapping[str, str]) -> Meaning:
    """Meaning of a defined name's text in xlsx; `sheets` maps sheet names without case to their names."""
    return _meaning(_EXCEL, text, sheets)


def odf_meaning(text: str, sheets: Mapping[str, str]) -> Meaning:
    """The same for an OpenDocument address (``$Sheet1.$A$1``) or expression."""
    return _meaning(_ODF, text, sheets)


def _meaning(pattern: re.Pattern[str], text: str, sheets: Mapping[str, str]) -> Meaning:
    text = text.strip()
    constant = _TEXT.fullmatch(text)
    if constant is not None:
        return constant[1].replace('""', '"')
    if parse_number(text) is not None:
        return text
    match = pattern.fullmatch(text)
    if match is None:
        return None
    quoted, plain = match["quoted"], match["plain"]
    sheet = sheets.get((quoted.replace("''", "'") if quoted else plain).casefold())
    row, col = from_a1(match["cell"])
    return Target(sheet, row, col) if sheet is not None and row < MAX_ROWS and col < MAX_COLS else None


def collect(pairs: list[tuple[str, Meaning]]) -> dict[str, Meaning]:
    """Names in upper case with their meanings; a name defined twice means nothing."""
    names: dict[str, Meaning] = {}
    for name, meaning in pairs:
        key = name.upper()
        names[key] = None if key in names else meaning
    return names
