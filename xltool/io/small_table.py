"""Small tables of one's own making, such as a roster: CSV or xlsx, told apart by their bytes, as rows of texts."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xltool.io.books.guard import MAX_FILE, Package
from xltool.model.finding import Refused, refuse
from xltool.model.place import from_a1
from xltool.model.typed import MAX_DIGITS
from xltool.numbers import from_cell, plain

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

MAX_AREA = 1_000_000
_DELIMITERS = ("\t", ",", ";")
_MARKS = {codecs.BOM_UTF8: ("utf-8-sig",), codecs.BOM_UTF16_LE: ("utf-16",), codecs.BOM_UTF16_BE: ("utf-16",)}
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*\bref=["']([^"':]+):([^"':]+)["']""")
_PADDED = re.compile("0{2,}")


@dataclass(frozen=True, slots=True)
class Item:
    """One cell. `kind` is what the file stores; `fault` the message code of what makes it unusable."""

    text: str = ""
    kind: Literal["text", "number", "date", "boolean"] = "text"
    fault: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.fault)


@dataclass(frozen=True, slots=True)
class Row:
    """One row and the line it begins at, counted from 1."""

    line: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that are not blank. `sheet` is empty for CSV; `other_sheets` have cells that were not read."""

    rows: tuple[Row, ...]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()


def read_table(data: bytes, is_header: Callable[[Row], bool]) -> Table:
    """The table in `data`; of several ways to split a CSV, the one that shows `is_header` a header."""
    if len(data) > MAX_FILE:
        raise refuse("ROSTER-TOO-LARGE")
    if data.startswith(b"PK"):
        return _read_xlsx(data)
    text = _decode(data)
    for delimiter in _DELIMITERS:
        try:
            table = Table(tuple(_split(text, delimiter)))
        except Refused:
            # A quotation mark may be out of place for one delimiter and not for another.
            continue
        if any(is_header(row) for row in table.rows[:10]):
            return table
    return Table(tuple(_split(text, ",")))


def _decode(data: bytes) -> str:
    """UTF-8, else GB18030 as Excel writes it in China; UTF-16 is what it calls Unicode text."""
    marked = next((encodings for mark, encodings in _MARKS.items() if data.startswith(mark)), None)
    for encoding in marked or ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise refuse("ROSTER-NOT-A-TABLE")


def _split(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise refuse("ROSTER-QUOTES", line=line) from None
        if cells is None:
            return
        row = Row(line, tuple(Item(cell.strip()) for cell in cells))
        if any(row.items):
            yield row
        line = reader.line_num + 1


def _read_xlsx(data: bytes) -> Table:
    """The first sheet. Formulas are not trusted: what they show may be old."""
    import openpyxl

    _check_merges(Package(data))
    try:
        # Never read_only: it believes the declared size of a sheet and loses cells beyond it.
        book = openpyxl.load_workbook(io.BytesIO(data))
    except Exception:  # openpyxl raises fifteen kinds of exception for broken files
        raise refuse("ROSTER-NOT-A-TABLE") from None
    # Strict OOXML opens as a book without sheets.
    if not book.worksheets:
        raise refuse("ROSTER-NOT-A-TABLE")
    first, *others = book.worksheets
    if first.max_row * first.max_column > MAX_AREA:
        raise refuse("ROSTER-TOO-LARGE")
    filled = tuple(
        sheet.title for sheet in others if sheet.max_row * sheet.max_column > 1 or sheet["A1"].value is not None
    )
    return Table(tuple(_rows(first)), first.title, filled)


def _rows(sheet: Worksheet) -> Iterator[Row]:
    covered = _covered(sheet)
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        items = tuple(
            Item(fault="ROSTER-MERGED") if (cell.row, cell.column) in covered else _item(cell) for cell in cells
        )
        if any(items):
            yield Row(line, items)


def _check_merges(package: Package) -> None:
    """openpyxl makes an object of every merged cell: one merge over a whole sheet costs gigabytes."""
    area = 0
    for name in package.names():
        if name.casefold().startswith("xl/worksheets/") and name.casefold().endswith(".xml"):
            area += sum(_size(*match.groups()) for match in _MERGE.finditer(package.read(name)))
    if area > MAX_AREA:
        raise refuse("ROSTER-TOO-LARGE")


def _size(first: bytes, last: bytes) -> int:
    try:
        (top, left), (bottom, right) = from_a1(first.decode("ascii")), from_a1(last.decode("ascii"))
    except ValueError:
        return MAX_AREA + 1
    return (abs(bottom - top) + 1) * (abs(right - left) + 1)


def _covered(sheet: Worksheet) -> frozenset[tuple[int, int]]:
    """Row and column of cells that lie under a merged one with content: they look filled and are not."""
    return frozenset(
        cell
        for area in sheet.merged_cells.ranges
        if sheet.cell(area.min_row, area.min_col).value is not None
        for cell in [*area.cells][1:]
    )


def _item(cell: Cell | MergedCell) -> Item:
    value = cell.value
    if isinstance(value, bool):
        return Item("true" if value else "false", "boolean")
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format))
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return Item(_day(value), "date")
    if isinstance(value, str) and cell.data_type != "f":
        return Item(value.strip(), fault="ROSTER-ERROR-CELL" if cell.data_type == "e" else "")
    return Item() if value is None else Item("=", fault="ROSTER-FORMULA")


def _day(value: datetime.date | datetime.time | datetime.timedelta) -> str:
    """A date without a time as ISO 8601; anything else as it reads, which is no date."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)


def _number(value: int | float, number_format: str) -> Item:
    """A whole number's digits; where the sheet shows more zeros than it stores, nobody can say what was meant."""
    if not abs(value) < 10**MAX_DIGITS or value != int(value):
        return Item(
            format(value, f".{MAX_DIGITS}g") if isinstance(value, float) else str(value), "number", "ROSTER-NUMBER"
        )
    digits = plain(from_cell(value))
    padded = _PADDED.fullmatch(number_format) is not None and len(number_format) > len(digits)
    return Item(digits, "number", "ROSTER-PADDED" if padded else "")
