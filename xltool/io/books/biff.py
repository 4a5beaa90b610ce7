"""A scan over the records of an xls file: its limits, and what xlrd does not tell (formulas, protection)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from xltool.io.books.guard import MAX_ROWS, Budget, damaged, suspicious
from xltool.model.finding import refuse

_BOF = 0x0809
_EOF = 0x000A
_FILEPASS = 0x002F
_BOUNDSHEET = 0x0085
_NAME = 0x0018
_PROTECT = 0x0012
_FORMULA = 0x0006
_MERGES = 0x00E5
_MULRK = 0x00BD
_MULBLANK = 0x00BE
_BLANK = 0x0201
# RK, NUMBER, LABEL, BOOLERR, RSTRING, LABELSST; a FORMULA too has a value.
_ONE_VALUE = frozenset([0x027E, 0x0203, 0x0204, 0x0205, 0x00D6, 0x00FD, _FORMULA])

_WORKSHEET, _MACRO_SHEET = 0, 1
_XLS_COLS = 256
_MAX_RECORDS = 1_000_000
_HEADER = struct.Struct("<HH")
_PLACE = struct.Struct("<HH")
_SHEET = struct.Struct("<IBB")

Record = tuple[int, int, int]
"""Number, place of the content, its length."""


@dataclass(slots=True)
class SheetScan:
    """What one worksheet's records say."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """What the records of a workbook stream say; worksheets only, in the order of the workbook."""

    sheets: tuple[SheetScan, ...]
    macro_sheets: bool


def scan(stream: bytes) -> Scan:
    """Scan a workbook stream within the limits. Raises Refused."""
    budget = Budget()
    steps = _Steps()
    kinds: list[int] = []
    offsets: list[int] = []
    for number, start, length in _substream(stream, 0, steps):
        if number == _FILEPASS:
            raise refuse("FILE-ENCRYPTED")
        if number == _NAME:
            budget.spend("names")
        if number == _BOUNDSHEET:
            if length < _SHEET.size:
                raise damaged()
            budget.spend("sheets")
            offset, _, kind = _SHEET.unpack_from(stream, start)
            offsets.append(offset)
            kinds.append(kind)
    if len(set(offsets)) < len(offsets):
        raise suspicious("same-part")
    sheets = [
        _SheetScanner(stream, budget).scan(_substream(stream, offset, steps))
        for offset, kind in zip(offsets, kinds, strict=True)
        if kind == _WORKSHEET
    ]
    return Scan(tuple(sheets), _MACRO_SHEET in kinds)


class _Steps:
    """Records walked so far, over all substreams: those of several sheets may be made to overlap."""

    def __init__(self) -> None:
        self._left = _MAX_RECORDS

    def take(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise suspicious("records")


def _substream(stream: bytes, offset: int, steps: _Steps) -> Iterator[Record]:
    """Records from a BOF to its EOF; those of substreams within (charts) are left out."""
    depth = 0
    end = len(stream)
    while offset + _HEADER.size <= end:
        number, length = _HEADER.unpack_from(stream, offset)
        start = offset + _HEADER.size
        offset = start + length
        steps.take()
        if offset > end or (depth == 0 and number != _BOF):
            raise damaged()
        if number == _BOF:
            depth += 1
        elif number == _EOF:
            depth -= 1
            if depth == 0:
                return
        elif depth == 1:
            yield number, start, length
    raise damaged()


class _SheetScanner:
    """Reads the records of one sheet."""

    def __init__(self, stream: bytes, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget
        self._found = SheetScan()
        self._places: set[tuple[int, int]] = set()
        self._widths: dict[int, int] = {}
        self._readers: Mapping[int, Callable[[int, int], None]] = {
            **dict.fromkeys(_ONE_VALUE, self._one),
            _BLANK: lambda start, length: self._cells(start, length, 1, 0),
            _MULRK: lambda start, length: self._cells(start, length, (length - 6) // 6, (length - 6) // 6),
            _MULBLANK: lambda start, length: self._cells(start, length, (length - 6) // 2, 0),
            _MERGES: self._merges,
            _PROTECT: self._protect,
        }

    def scan(self, records: Iterator[Record]) -> SheetScan:
        """What these records say, counted against the budget."""
        for number, start, length in records:
            reader = self._readers.get(number)
            if reader is not None:
                reader(start, length)
            if number == _FORMULA:
                self._found.formulas.add(_PLACE.unpack_from(self._stream, start))
        # xlrd holds every row up to its last cell, and every row above the last one.
        if sum(self._widths.values()) + max(self._widths, default=0) > 4 * MAX_ROWS:
            raise suspicious("position")
        return self._found

    def _one(self, start: int, length: int) -> None:
        self._cells(start, length, 1, 1)

    def _cells(self, start: int, length: int, count: int, valued: int) -> None:
        if length < 6 or count < 1:
            raise damaged()
        row, col = _PLACE.unpack_from(self._stream, start)
        if col + count > _XLS_COLS:
            raise suspicious("position")
        self._budget.spend("cells", valued)
        self._widths[row] = max(self._widths.get(row, 0), col + count)
        for place in ((row, col + index) for index in range(valued)):
            if place in self._places:
                raise suspicious("same-cell")
            self._places.add(place)

    def _merges(self, start: int, length: int) -> None:
        count = length // 8
        for top, bottom, left, right in struct.iter_unpack("<4H", self._stream[start + 2 : start + 2 + 8 * count]):
            self._budget.merge(top, left, bottom, right)

    def _protect(self, start: int, length: int) -> None:
        self._found.protected = length >= 2 and self._stream[start : start + 2] != b"\0\0"
