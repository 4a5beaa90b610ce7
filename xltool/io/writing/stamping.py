"""Workbooks that differ in their stamps only: written whole once, and then stamped, a hundred times as fast.

A plate is a whole workbook, by XlsxWriter, with a mark for every text of a stamp. Its parts are cut at the marks, what
lies between is deflated once, and a stamp's texts go between as stored blocks of the same deflate stream. Each
text is put into XML by the code that puts it there when a workbook is written whole, so that the parts of a stamped
workbook are those of `write_workbook`, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from io import StringIO
from itertools import count
from zlib import crc32

from xlsxwriter.sharedstrings import SharedStrings

from xltool.io.writing.crc import Follower
from xltool.io.writing.plan_check import check_stamp
from xltool.io.writing.sheet_writer import stored_text
from xltool.io.writing.styles import Styles
from xltool.io.writing.workbook_writer import WorkbookPlanError, workbook_parts
from xltool.io.writing.zips import Member, deflated, deflated_start, member, packed, put_together, stored_block
from xltool.model.stamp import Spot, Stamp, stamped
from xltool.model.workbook import WorkbookPlan

# Stamps of more shapes than these are rare enough to make a plate again.
_PLATES = 8
_MARK = "xlstamp{:04d}x"

Shape = tuple[
    tuple[tuple[Spot, int | str], ...],
    tuple[Spot, ...],
    tuple[tuple[str, bool], ...],
    tuple[tuple[str, str | None], ...],
]


class Press:
    """Writes `workbook` with one stamp after another.

    A workbook holds equal texts of cells once, so what stamps have in common is more than their places: which texts
    of cells are equal to each other or to one of the workbook's own. Each such shape has a plate.
    """

    def __init__(self, workbook: WorkbookPlan, styles: Styles) -> None:
        self._texts = {cell.value for sheet in workbook.sheets for cell in sheet.cells if isinstance(cell.value, str)}
        self._properties = workbook.properties
        self._plate = lru_cache(_PLATES)(lambda shape: _Plate(workbook, shape, styles))

    def write(self, stamp: Stamp) -> bytes:
        """The xlsx file of the workbook with `stamp` on it. Raises WorkbookPlanError."""
        check_stamp(stamp)
        return self._plate(self._shape(stamp)).print(stamp)

    def _shape(self, stamp: Stamp) -> Shape:
        classes: dict[str, int] = {}
        own = self._properties
        return (
            tuple(
                (spot, text if text in self._texts else classes.setdefault(text, len(classes)))
                for spot, text in stamp.cells.items()
            ),
            tuple(stamp.results),
            # XlsxWriter lists a constant with a "!" among the ranges in docProps/app.xml.
            tuple((name, "!" in text) for name, text in stamp.names.items()),
            tuple((name, text if own.get(name) == text else None) for name, text in stamp.properties.items()),
        )


class _Plate:
    """A whole workbook ready for stamps of one shape."""

    def __init__(self, workbook: WorkbookPlan, shape: Shape, styles: Styles) -> None:
        self._xml = _Xml()
        cells, *_, properties = shape
        own = {kind: spot for spot, kind in reversed(cells) if isinstance(kind, int)}
        self._cells = [own[kind] for kind in sorted(own)]
        self._properties = [name for name, text in properties if text is None]
        marks = _marks(shape)
        forms = self._forms(marks)
        parts = workbook_parts(stamped(workbook, marks), styles)
        at_marks = re.compile(b"(" + b"|".join(map(re.escape, forms)) + b")")
        numbers = {form: number for number, form in enumerate(forms)}
        self._parts: list[Member | _Part] = []
        found: list[int] = []
        for name, content in parts:
            runs = at_marks.split(content)
            places = [numbers[form] for form in runs[1::2]]
            found += places
            self._parts.append(_Part(name, runs[::2], places) if places else packed(name, content))
        if sorted(found) != list(range(len(forms))):
            raise WorkbookPlanError("marks of a stamp lost or doubled in writing")

    def print(self, stamp: Stamp) -> bytes:
        """The workbook with `stamp`."""
        forms = self._forms(stamp)
        return put_together(part.member(forms) if isinstance(part, _Part) else part for part in self._parts)

    def _forms(self, stamp: Stamp) -> list[bytes]:
        """The texts of `stamp` as XML has them, in the order of their marks."""
        xml = self._xml
        return [
            *(xml.cell(stamp.cells[spot]) for spot in self._cells),
            *map(xml.result, stamp.results.values()),
            *map(xml.element, stamp.names.values()),
            *(xml.element(stamp.properties[name]) for name in self._properties),
        ]


def _marks(shape: Shape) -> Stamp:
    """A stamp of `shape` whose every text can be found again."""
    cells, results, names, properties = shape
    numbers = count(len({kind for _, kind in cells if isinstance(kind, int)}))
    return Stamp(
        {spot: kind if isinstance(kind, str) else _MARK.format(kind) for spot, kind in cells},
        {spot: _MARK.format(next(numbers)) for spot in results},
        {name: f'"{"!" if listed else ""}{_MARK.format(next(numbers))}"' for name, listed in names},
        {name: _MARK.format(next(numbers)) if text is None else text for name, text in properties},
    )


class _Part:
    """A part of the file: runs that are always the same, between them places for texts of the stamp, by number."""

    def __init__(self, name: str, runs: Sequence[bytes], places: Sequence[int]) -> None:
        self._name = name
        self._size = sum(map(len, runs))
        self._crc = crc32(runs[0])
        self._first = deflated_start(runs[0])
        rest = [*map(deflated_start, runs[1:-1]), deflated(runs[-1])]
        self._rest = [(place, Follower(run), data) for place, run, data in zip(places, runs[1:], rest, strict=True)]

    def member(self, forms: Sequence[bytes]) -> Member:
        """The part with the texts in their places."""
        crc, size, data = self._crc, self._size, [self._first]
        for place, follower, run in self._rest:
            form = forms[place]
            crc = follower.crc(crc32(form, crc))
            size += len(form)
            data += (stored_block(form), run)
        return member(self._name, crc, size, b"".join(data))


class _Xml(SharedStrings):
    """Texts as XlsxWriter puts them into the parts of a file, by its own methods."""

    def cell(self, text: str) -> bytes:
        """An entry of the table of cells' texts."""
        return self._written(self._write_si, stored_text(text))

    def result(self, text: str) -> bytes:
        """The result of a formula."""
        return self._written(self._xml_formula_element, "", text)[len("<c><f></f><v>") : -len("</v></c>")]

    def element(self, text: str) -> bytes:
        """The text of an element."""
        return self._written(self._xml_data_element, "t", text)[len("<t>") : -len("</t>")]

    def _written(self, write: Callable[..., None], *given: str) -> bytes:
        out = StringIO()
        self._set_filehandle(out)
        write(*given)
        return out.getvalue().encode()
