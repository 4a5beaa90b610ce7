"""xls to `Book`: values, formats, names and states by xlrd; formulas and protection by a scan of the records."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.book import Name
from xlrd.compdoc import CompDoc
from xlrd.formula import oNUM, oREF, oSTRG
from xlrd.sheet import Sheet as XlsSheet

from xltool.io.books.biff import Scan, SheetScan, scan
from xltool.io.books.guard import Budget, damaged
from xltool.io.books.number_formats import Kind, kind_of, typed
from xltool.io.books.ole_properties import string_properties
from xltool.io.books.references import Meaning, collect, is_built_in
from xltool.model.book import Book, Cell, CellValue, ErrorValue, Sheet, Target, Visibility
from xltool.model.finding import Refused, refuse

_STREAMS = ("Workbook", "Book")
_SUMMARY = "\x05DocumentSummaryInformation"
_MACROS = ("_VBA_PROJECT_CUR", "_VBA_PROJECT")
_VISIBILITY: tuple[Visibility, ...] = ("visible", "hidden", "very_hidden")
_GLOBAL = -1
_EXACT_INTEGERS = 2**53
_UNREAD = "?"


class _Nowhere(io.TextIOBase):
    """Where xlrd's warnings go."""

    def write(self, _text: str) -> int:
        return 0


def read(data: bytes) -> Book:
    """The workbook in `data`. Raises Refused, whatever xlrd raises on a broken file."""
    try:
        return _read(data)
    except Refused:
        raise
    except Exception as error:  # xlrd raises whatever a broken record makes it stumble over
        raise damaged() from error


def _read(data: bytes) -> Book:
    compound = CompDoc(data, logfile=_Nowhere())
    scanned = scan(_workbook_stream(compound))
    book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=_Nowhere())
    if not book.nsheets:
        raise refuse("FILE-NO-SHEETS")
    budget = Budget()
    sheets = tuple(
        _sheet(book, sheet, found, budget) for sheet, found in zip(book.sheets(), scanned.sheets, strict=True)
    )
    names, local_names = _names(book)
    return Book("xls", sheets, names, local_names, _properties(compound), macros=_macros(compound, scanned))


def _workbook_stream(compound: CompDoc) -> bytes:
    for name in _STREAMS:
        stream = compound.get_named_stream(name)
        if stream:
            return bytes(stream)
    raise damaged()


def _sheet(book: xlrd.Book, sheet: XlsSheet, found: SheetScan, budget: Budget) -> Sheet:
    return Sheet(
        sheet.name,
        dict(_cells(book, sheet, found, budget)),
        _VISIBILITY[min(sheet.visibility, 2)],
        found.protected,
        tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells),
        frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden),
        frozenset(col for col, info in sheet.colinfo_map.items() if info.hidden),
    )


def _cells(
    book: xlrd.Book, sheet: XlsSheet, found: SheetScan, budget: Budget
) -> Iterator[tuple[tuple[int, int], Cell]]:
    styles = _styles(book)
    for row in range(sheet.nrows):
        for col, (kind, raw) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
            if kind == xlrd.XL_CELL_EMPTY:
                continue
            locked, shown = styles[sheet.cell_xf_index(row, col)]
            formula = _UNREAD if (row, col) in found.formulas else None
            value = _value(kind, raw, shown, bool(book.datemode))
            if value is None and formula is None:
                if locked:
                    continue
                budget.spend("open-cells")
            yield (row, col), Cell(value, formula, locked)


def _styles(book: xlrd.Book) -> list[tuple[bool, Kind]]:
    codes: Mapping[int, str] = {key: item.format_str for key, item in book.format_map.items()}
    return [
        (
            style.protection is None or bool(style.protection.cell_locked),
            kind_of(style.format_key, codes.get(style.format_key, "")),
        )
        for style in book.xf_list
    ]


def _value(kind: int, raw: object, shown: Kind, since_1904: bool) -> CellValue:
    if kind == xlrd.XL_CELL_ERROR and isinstance(raw, int):
        return ErrorValue(error_text_from_code.get(raw, f"#{raw}"))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(raw)
    if isinstance(raw, str):
        # An empty text looks like a blank, and some suites store one for the other.
        return (raw or None) if kind == xlrd.XL_CELL_TEXT else None
    if isinstance(raw, float):
        return typed(_whole(raw), shown, since_1904)
    return None


def _whole(number: float) -> int | float:
    """xls stores every number as a double: whole ones are ints, as in the other containers."""
    return int(number) if number.is_integer() and abs(number) < _EXACT_INTEGERS else number


def _names(book: xlrd.Book) -> tuple[dict[str, Meaning], int]:
    pairs: list[tuple[str, Meaning]] = []
    local = 0
    for name in book.name_obj_list:
        if name.builtin or is_built_in(name.name):
            continue
        if name.scope == _GLOBAL:
            pairs.append((name.name, _meaning(book, name)))
        else:
            local += 1
    return collect(pairs), local


def _meaning(book: xlrd.Book, name: Name) -> Meaning:
    result = name.result
    value: Any = None if result is None else result.value
    if result is None or value is None:
        return None
    if result.kind == oSTRG:
        return str(value)
    if result.kind == oNUM:
        return str(_whole(float(value)))
    if result.kind != oREF or len(value) != 1:
        return None
    sheet, sheet_end, row, row_end, col, col_end = value[0].coords
    one = sheet_end - sheet == row_end - row == col_end - col == 1
    if not one or any(value[0].relflags) or not 0 <= sheet < book.nsheets:
        return None
    return Target(book.sheet_by_index(sheet).name, row, col)


def _properties(compound: CompDoc) -> dict[str, str]:
    """Custom properties; a broken list of them does not spoil the figures, the other carriers remain."""
    stream = compound.get_named_stream(_SUMMARY)
    try:
        return string_properties(bytes(stream)) if stream else {}
    except (struct.error, ValueError, LookupError):
        return {}


def _macros(compound: CompDoc, scanned: Scan) -> bool:
    return scanned.macro_sheets or any(entry.name in _MACROS for entry in compound.dirlist)
