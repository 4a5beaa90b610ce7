"""One table of an ods file to `Sheet`. Repeats are expanded within bounds, empty ones skipped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

from xltool.io.books.guard import MAX_COLS, MAX_ROWS, Budget, suspicious
from xltool.io.books.number_formats import Kind, serial_of, serial_text, typed_text
from xltool.io.books.odf import CALC_EXT, OFFICE, TABLE
from xltool.io.books.ods_styles import Styles
from xltool.io.books.ods_text import paragraphs
from xltool.model.book import Cell, CellValue, DateValue, ErrorValue, Sheet

_ROW_GROUPS = tuple(TABLE + name for name in ("table-header-rows", "table-row-group", "table-rows"))
_COL_GROUPS = tuple(TABLE + name for name in ("table-header-columns", "table-column-group", "table-columns"))
_ROW, _COL, _CELL, _COVERED = (
    TABLE + name for name in ("table-row", "table-column", "table-cell", "covered-table-cell")
)
_HIDDEN = ("collapse", "filter")
_FORMULA_PREFIX = re.compile(r"(?:[A-Za-z]+:)?=")
_DURATION = re.compile(r"(-?)PT(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:[.,]([0-9]+))?S)?")
_UNREAD = "?"
# A run of empty unlocked cells longer than this is a formatted column, not input cells somebody laid out.
_LONGEST_OPEN_RUN = 10_000

Rectangle = tuple[int, int, int, int]


def without_prefix(formula: str) -> str:
    """A formula without its ``of:=``."""
    return _FORMULA_PREFIX.sub("", formula, count=1)


def read_table(table: Element, styles: Styles, budget: Budget) -> Sheet:
    """The sheet in a table element."""
    reader = _Table(styles, budget)
    reader.read_columns(table)
    reader.read_rows(table)
    return Sheet(
        table.get(f"{TABLE}name", ""),
        reader.cells,
        "hidden" if styles.hides(table.get(f"{TABLE}style-name")) else "visible",
        table.get(f"{TABLE}protected") == "true",
        tuple(reader.merges),
        frozenset(reader.hidden_rows),
        frozenset(reader.hidden_cols),
    )


class _Table:
    """Collects the cells of one table."""

    def __init__(self, styles: Styles, budget: Budget) -> None:
        self._styles = styles
        self._budget = budget
        self._col_styles: list[str | None] = []
        self._arrays: list[Rectangle] = []
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merges: list[Rectangle] = []
        self.hidden_rows: list[int] = []
        self.hidden_cols: list[int] = []

    def read_columns(self, table: Element) -> None:
        """Default styles and visibility of the columns."""
        for item in _walk(table, _COL, _COL_GROUPS):
            first = len(self._col_styles)
            count = min(_count(item, "number-columns-repeated"), MAX_COLS - first)
            self._col_styles.extend([item.get(f"{TABLE}default-cell-style-name")] * count)
            if item.get(f"{TABLE}visibility") in _HIDDEN:
                self.hidden_cols.extend(range(first, first + count))

    def read_rows(self, table: Element) -> None:
        """All rows with what is worth keeping in them."""
        row = 0
        for item in _walk(table, _ROW, _ROW_GROUPS):
            count = _count(item, "number-rows-repeated")
            hidden = item.get(f"{TABLE}visibility") in _HIDDEN
            if hidden:
                last = min(row + count, MAX_ROWS)
                self._budget.spend("hidden", max(0, last - row))
                self.hidden_rows.extend(range(row, last))
            self._read_row(item, row, count)
            row += count
        self._mark_arrays()

    def _read_row(self, element: Element, row: int, count: int) -> None:
        default = element.get(f"{TABLE}default-cell-style-name")
        col = 0
        for item in element:
            if item.tag not in (_CELL, _COVERED):
                continue
            repeat = _count(item, "number-columns-repeated")
            if item.tag == _CELL:
                cell = self._cell(item, item.get(f"{TABLE}style-name") or default, col)
                if cell is not None:
                    self._place(cell, (row, count), (col, repeat))
                self._note_spans(item, row, col)
            col += repeat

    def _cell(self, item: Element, style: str | None, col: int) -> Cell | None:
        """What one cell element says, None where there is nothing to keep."""
        if style is None and col < len(self._col_styles):
            style = self._col_styles[col]
        locked = self._styles.locked(style)
        # An empty text looks like a blank, and some suites store one for the other.
        value = _value(item)
        value = None if value == "" else value
        text = item.get(f"{TABLE}formula")
        formula = None if text is None else without_prefix(text) or _UNREAD
        return None if value is None and formula is None and locked else Cell(value, formula, locked)

    def _place(self, cell: Cell, rows: tuple[int, int], cols: tuple[int, int]) -> None:
        (row, row_count), (col, col_count) = rows, cols
        area = row_count * col_count
        filled = cell.value is not None or cell.formula is not None
        if not filled and area > _LONGEST_OPEN_RUN:
            return
        if row + row_count > MAX_ROWS or col + col_count > MAX_COLS:
            raise suspicious("position")
        self._budget.spend("cells" if filled else "open-cells", area)
        for place in ((r, c) for r in range(row, row + row_count) for c in range(col, col + col_count)):
            self.cells[place] = cell

    def _note_spans(self, item: Element, row: int, col: int) -> None:
        down, across = _count(item, "number-rows-spanned"), _count(item, "number-columns-spanned")
        if down * across > 1:
            area = (row, col, row + down - 1, col + across - 1)
            self._budget.merge(*area)
            self.merges.append(area)
        down, across = _count(item, "number-matrix-rows-spanned"), _count(item, "number-matrix-columns-spanned")
        if down * across > 1:
            self._budget.spend("array", down * across)
            self._arrays.append((row, col, row + down - 1, col + across - 1))

    def _mark_arrays(self) -> None:
        """Only the first cell of an array formula holds it; the others have results and no formula."""
        for top, left, bottom, right in self._arrays:
            for place in ((row, col) for row in range(top, bottom + 1) for col in range(left, right + 1)):
                cell = self.cells.get(place)
                if cell is not None and cell.formula is None:
                    self.cells[place] = Cell(cell.value, _UNREAD, cell.locked)


def _walk(parent: Element, tag: str, groups: tuple[str, ...]) -> Iterator[Element]:
    """Elements of one tag in document order, through groups. The depth of the document is bounded."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in groups:
            yield from _walk(child, tag, groups)


def _count(item: Element, attribute: str) -> int:
    text = item.get(TABLE + attribute, "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= 9) or int(text) < 1:
        raise suspicious("position")
    return int(text)


def _value(item: Element) -> CellValue:
    if item.get(f"{CALC_EXT}value-type") == "error":
        return ErrorValue(paragraphs(item))
    reader = _TYPES.get(item.get(f"{OFFICE}value-type", ""))
    if reader is not None:
        return reader(item)
    return paragraphs(item)


def _number(kind: Kind) -> Callable[[Element], CellValue]:
    return lambda item: typed_text(item.get(f"{OFFICE}value", ""), kind)


def _boolean(item: Element) -> CellValue:
    text = item.get(f"{OFFICE}boolean-value", "")
    return {"true": True, "false": False}.get(text, ErrorValue(text))


def _date(item: Element) -> CellValue:
    text = item.get(f"{OFFICE}date-value", "")
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return ErrorValue(text[:64])
    if moment.time() == datetime.min.time():
        return DateValue(serial_of(moment), moment.date().isoformat())
    whole_seconds = moment.replace(microsecond=0) + timedelta(seconds=moment.microsecond >= 500_000)
    return DateValue(serial_of(moment), whole_seconds.isoformat())


def _time(item: Element) -> CellValue:
    text = item.get(f"{OFFICE}time-value", "")
    match = _DURATION.fullmatch(text)
    if match is None:
        return ErrorValue(text[:64])
    sign, hours, minutes, seconds, fraction = match.groups(default="0")
    total = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(f"{seconds}.{fraction[:9]}"))
    serial = total / timedelta(days=1) * (-1 if sign == "-" else 1)
    return DateValue(serial, serial_text(serial))


def _string(item: Element) -> CellValue:
    text = item.get(f"{OFFICE}string-value")
    return paragraphs(item) if text is None else text


_TYPES: Mapping[str, Callable[[Element], CellValue]] = {
    "float": _number("number"),
    "currency": _number("number"),
    "percentage": _number("percent"),
    "date": _date,
    "time": _time,
    "boolean": _boolean,
    "string": _string,
}
