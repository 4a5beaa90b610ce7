"""One worksheet part of an xlsx file to `Sheet`, in one pass over its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from xml.etree.ElementTree import Element

from xltool.io.books.familiar import Unfamiliar, taken_apart
from xltool.io.books.guard import MAX_COLS, MAX_PART, MAX_ROWS, damaged, parse_xml, suspicious
from xltool.io.books.number_formats import Kind, serial_of, serial_text, typed_text
from xltool.io.books.xlsx_common import Context, Style, rich_text, truth, unescape
from xltool.io.books.xlsx_rows import Known, Row, Rows
from xltool.model.book import Cell, CellValue, DateValue, ErrorValue, Sheet, Visibility
from xltool.model.finding import Refused
from xltool.model.place import from_a1

_BOOLEANS: Mapping[str, bool] = {"1": True, "true": True, "0": False, "false": False}
_UNREAD = "?"
_OPEN = Cell(locked=False)
_MOST_DECLARATIONS = 64
# Rows of a large part are parsed so many bytes at a time: their elements take ten times as many.
_BATCH = 1024 * 1024

Rectangle = tuple[int, int, int, int]


@dataclass(slots=True)
class _Tags:
    """Full names of the elements met once a cell."""

    namespace: str
    row: str = field(init=False)
    cell: str = field(init=False)
    value: str = field(init=False)
    formula: str = field(init=False)
    inline: str = field(init=False)

    def __post_init__(self) -> None:
        self.row, self.cell, self.value, self.formula, self.inline = (
            self.namespace + name for name in ("row", "c", "v", "f", "is")
        )


def read_sheet(data: bytes, part: str, name: str, visibility: Visibility, context: Context) -> Sheet:
    """The sheet in a worksheet part."""
    root, cells, hidden = _large(data, part, context) if len(data) > MAX_PART else _ordinary(data, part, name, context)
    filled = len(cells) - sum(cell is _OPEN for cell in cells.values())
    context.budget.spend("cells", filled)
    context.budget.spend("open-cells", len(cells) - filled)
    return Sheet(
        name,
        cells,
        visibility,
        truth(root.find(f"{context.namespace}sheetProtection"), "sheet"),
        tuple(_merges(root, context)),
        hidden,
        frozenset(_hidden_cols(root, context)),
    )


_Taken = tuple[Element, dict[tuple[int, int], Cell], frozenset[int]]
"""A part but for its rows, its cells, and the hidden rows."""


def _ordinary(data: bytes, part: str, name: str, context: Context) -> _Taken:
    try:
        return _familiar(data, context)
    except Unfamiliar:
        root = parse_xml(data, part)
        blocks = root.findall(f"{context.namespace}sheetData")
        if root.tag != f"{context.namespace}worksheet" or len(blocks) != 1:
            raise damaged(name) from None
        return root, *_from_rows(blocks[0], context)


def _large(data: bytes, part: str, context: Context) -> _Taken:
    """The same a batch of rows at a time, for parts whose elements would not go into memory together. A part of any
    other shape than the usual is refused."""
    try:
        root, declarations, block = taken_apart(data, b"<sheetData>", b"</sheetData>", b"sheetData")
    except Unfamiliar as unfamiliar:
        raise suspicious("part-size", part) from unfamiliar
    if root.tag != f"{context.namespace}worksheet" or root.find(f"{context.namespace}sheetData") is None:
        raise damaged(part)
    batches = (parse_xml(b"<x" + declarations + b">" + each + b"</x>", part) for each in _batches(block))
    return root, *_from_rows((row for batch in batches for row in batch), context)


def _batches(block: bytes) -> Iterator[bytes]:
    start, closing = 0, b"</row>"
    while start < len(block):
        end = block.find(closing, start + _BATCH) + len(closing)
        end = end if end >= len(closing) else len(block)
        yield block[start:end]
        start = end


def _from_rows(rows: Iterable[Element], context: Context) -> tuple[dict[tuple[int, int], Cell], frozenset[int]]:
    """The cells of the rows, and the rows that are hidden."""
    hidden: set[int] = set()

    def noted() -> Iterator[tuple[int, Element]]:
        for number, row in _numbered_rows(rows, _Tags(context.namespace)):
            if truth(row, "hidden"):
                hidden.add(number)
            yield number, row

    cells = _Cells(context).read(noted())
    return cells, frozenset(hidden)


def _familiar(data: bytes, context: Context) -> _Taken:
    """The part by what is known of others like it. Raises Unfamiliar."""
    if context.formats.books == 1:
        raise Unfamiliar
    root, declarations, block = taken_apart(data, b"<sheetData>", b"</sheetData>", b"sheetData")
    if root.tag != f"{context.namespace}worksheet" or root.find(f"{context.namespace}sheetData") is None:
        raise Unfamiliar
    known, key = context.formats.rows, (declarations, context.since_1904)
    if key not in known:
        if len(known) >= _MOST_DECLARATIONS:
            known.clear()
        # What is learnt hangs on the formats alone, never on the texts or the budget of this one file.
        learner = _Cells(replace(context, strings=()))
        known[key] = Rows(learner.learn_row, learner.learn_cell, declarations)
    found, rows = known[key].read(block, context.strings)
    cells = {spot: cell for spot, cell in found.items() if cell is not None}
    return root, cells, frozenset(row.number for row in rows if row.hidden)


def _numbered_rows(rows: Iterable[Element], tags: _Tags) -> Iterator[tuple[int, Element]]:
    number = -1
    for row in rows:
        if row.tag == tags.row:
            number = _index(row.get("r"), number + 1, MAX_ROWS)
            yield number, row


def _index(text: str | None, default: int, limit: int) -> int:
    """A zero-based index from a one-based attribute."""
    index = default
    if text is not None:
        if not (text.isascii() and text.isdecimal() and len(text) <= 7):
            raise suspicious("position")
        index = int(text) - 1
    if not 0 <= index < limit:
        raise suspicious("position")
    return index


class _Cells:
    """Collects the cells of one sheet."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._tags = _Tags(context.namespace)
        self._cols: dict[str, int] = {}
        self._arrays: list[Rectangle] = []
        self._found: dict[tuple[int, int], Cell] = {}
        self._typed: Mapping[str, Callable[[str, Kind], CellValue]] = {
            "n": self._number,
            "s": self._shared,
            "str": lambda text, _: unescape(text),
            "b": lambda text, _: _BOOLEANS.get(text.strip(), ErrorValue(text)),
            "e": lambda text, _: ErrorValue(text),
            "d": lambda text, _: _iso_date(text.strip()),
            "inlineStr": lambda text, _: unescape(text),
        }

    def read(self, rows: Iterable[tuple[int, Element]]) -> dict[tuple[int, int], Cell]:
        """All cells worth keeping, by place."""
        seen: set[tuple[int, int]] = set()
        count = 0
        for row, element in rows:
            col = -1
            for item in element.iterfind(self._tags.cell):
                col = self._col(item.get("r"), row, col + 1)
                seen.add((row, col))
                count += 1
                cell = self._cell(item)
                if cell is not None:
                    self._found[row, col] = cell
        if len(seen) < count:
            raise suspicious("same-cell")
        self._mark_arrays()
        return self._found

    def learn_row(self, item: Element) -> Row:
        """The start of a row. Raises Unfamiliar unless it is one, with its number."""
        if item.tag != self._tags.row or item.get("r") is None:
            raise Unfamiliar
        try:
            return Row(_index(item.get("r"), 0, MAX_ROWS), truth(item, "hidden"))
        except Refused as refused:
            raise Unfamiliar from refused

    def learn_cell(self, item: Element) -> Known:
        """A cell by itself. Raises Unfamiliar unless it is one, with its own name, and no part of an array."""
        ref = item.get("r", "")
        if item.tag != self._tags.cell or not ref.isalnum():
            raise Unfamiliar
        self._arrays.clear()
        try:
            row, col = from_a1(ref)
            known = self._known((row, col), item)
        except (Refused, ValueError) as error:
            raise Unfamiliar from error
        if self._arrays or row >= MAX_ROWS or col >= MAX_COLS:
            raise Unfamiliar
        return known

    def _known(self, spot: tuple[int, int], item: Element) -> Known:
        style, type_ = self._style(item.get("s")), item.get("t", "n")
        text = (item.findtext(self._tags.value) or "").strip()
        if type_ != "s" or not text:
            cell = self._cell(item)
            counted = type_ == "n" and style.kind == "number" and text.isascii() and text.isdecimal()
            return Known(spot, cell, counted=counted)
        if not _is_index(text):
            raise Unfamiliar
        part = item.find(self._tags.formula)
        formula = None if part is None else self._formula(part)
        return Known(spot, Cell(None, formula, style.locked), int(text))

    def _col(self, ref: str | None, row: int, default: int) -> int:
        """Column of a cell, whose own name must agree with its row."""
        if ref is None:
            col = default
        else:
            letters = ref.removesuffix(str(row + 1))
            col = self._cols.get(letters, -1)
            if col < 0:
                col = self._cols[letters] = _column(letters)
        if col >= MAX_COLS:
            raise suspicious("position")
        return col

    def _cell(self, item: Element) -> Cell | None:
        """What one cell element says, None where there is nothing to keep."""
        style = self._style(item.get("s"))
        if not len(item):
            return None if style.locked else _OPEN
        tags = self._tags
        formula: str | None = None
        values: list[CellValue] = []
        for part in item:
            if part.tag == tags.value:
                # Only the text before an element within would be read.
                if len(part):
                    raise damaged(tags.value)
                values.append(self._value(part.text, item.get("t", "n"), style.kind))
            elif part.tag == tags.formula:
                formula = self._formula(part)
            elif part.tag == tags.inline:
                values.append(rich_text(part, self._context.namespace))
        if len(values) > 1:
            raise suspicious("two-values")
        # An empty text looks like a blank, and some suites store one for the other.
        value = values[0] if values and values[0] != "" else None
        if value is None and formula is None:
            return None if style.locked else _OPEN
        return Cell(value, formula, style.locked)

    def _style(self, index: str | None) -> Style:
        styles = self._context.formats.styles
        style = styles.get(index or "0", None if styles else Style())
        if style is None:
            raise damaged("styles")
        return style

    def _formula(self, item: Element) -> str:
        area = item.get("ref")
        if area and item.get("t") in ("array", "dataTable"):
            self._arrays.append(_rectangle(area))
        return unescape(item.text or "") or _UNREAD

    def _value(self, text: str | None, type_: str, kind: Kind) -> CellValue:
        reader = self._typed.get(type_)
        if reader is None:
            raise damaged(type_)
        return None if text is None else reader(text, kind)

    def _number(self, text: str, kind: Kind) -> CellValue:
        text = text.strip()
        return typed_text(text, kind, self._context.since_1904) if text else None

    def _shared(self, text: str, _kind: Kind) -> CellValue:
        text = text.strip()
        if not _is_index(text) or int(text) >= len(self._context.strings):
            raise damaged("sharedStrings")
        return self._context.strings[int(text)]

    def _mark_arrays(self) -> None:
        """Only the first cell of an array formula holds it; the others have results and no formula."""
        for top, left, bottom, right in self._arrays:
            self._context.budget.spend("array", (bottom - top + 1) * (right - left + 1))
            for place in ((row, col) for row in range(top, bottom + 1) for col in range(left, right + 1)):
                cell = self._found.get(place)
                if cell is not None and cell.formula is None:
                    self._found[place] = Cell(cell.value, _UNREAD, cell.locked)


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


def _iso_date(text: str) -> CellValue:
    """A date stored as ISO 8601, as strict files may."""
    try:
        moment = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return ErrorValue(text[:64])
    serial = serial_of(moment.replace(tzinfo=None))
    return DateValue(serial, serial_text(serial))


def _column(letters: str) -> int:
    try:
        return from_a1(letters + "1" if letters.isalpha() else "")[1]
    except ValueError as error:
        raise suspicious("position") from error


@lru_cache(4096)  # the merged areas of a form are the same in every return
def _rectangle(area: str) -> Rectangle:
    first, _, last = area.partition(":")
    try:
        top, left = from_a1(first)
        bottom, right = from_a1(last or first)
    except ValueError as error:
        raise suspicious("position") from error
    if top > bottom or left > right:
        raise suspicious("position")
    return top, left, bottom, right


def _merges(root: Element, context: Context) -> Iterator[Rectangle]:
    for item in root.iterfind(f"{context.namespace}mergeCells/{context.namespace}mergeCell"):
        area = _rectangle(item.get("ref", ""))
        context.budget.merge(*area)
        yield area


def _hidden_cols(root: Element, context: Context) -> Iterator[int]:
    for item in root.iterfind(f"{context.namespace}cols/{context.namespace}col"):
        if truth(item, "hidden"):
            first = _index(item.get("min"), 0, MAX_COLS)
            last = _index(item.get("max"), first, MAX_COLS)
            context.budget.spend("hidden", max(0, last - first + 1))
            yield from range(first, last + 1)
