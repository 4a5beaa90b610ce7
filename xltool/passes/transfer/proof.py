"""The proof that a workbook was filled in and nothing else: what must be there, against what is read back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from xltool.model.book import Book, Cell, Sheet
from xltool.model.place import Place, a1
from xltool.model.transfer import Entry
from xltool.numbers import Number
from xltool.passes.transfer.formulas import Calculator, Unclear, Where


def filled(book: Book, entries: Collection[Entry], stale: Collection[Where]) -> Book:
    """`book` as it must be afterwards: the figures in their cells, the formulas in `stale` without results."""
    figures: dict[str, dict[tuple[int, int], Number]] = {}
    for entry in entries:
        if entry.written:
            figures.setdefault(entry.place.sheet, {})[entry.site] = entry.value
    return replace(book, sheets=tuple(_sheet(sheet, figures.get(sheet.name, {}), stale) for sheet in book.sheets))


def _sheet(sheet: Sheet, figures: Mapping[tuple[int, int], Number], stale: Collection[Where]) -> Sheet:
    cells = dict(sheet.cells)
    for site, value in figures.items():
        cells[site] = replace(cells.get(site, Cell()), value=value if isinstance(value, int) else float(value))
    for name, row, col in stale:
        if name == sheet.name:
            cells[row, col] = replace(cells[row, col], value=None)
    return replace(sheet, cells=cells)


def differences(expected: Book, actual: Book, file: str, fresh: Collection[tuple[str, int, int]]) -> Iterator[Place]:
    """Where what was read back is not what must be there. Of `fresh` cells, which the file did not have before, the
    lock is that of their row or column and not compared."""
    if replace(expected, sheets=()) != replace(actual, sheets=()) or len(expected.sheets) != len(actual.sheets):
        yield Place(file)
    for before, after in zip(expected.sheets, actual.sheets, strict=False):
        if replace(before, cells={}) != replace(after, cells={}):
            yield Place(file, before.name)
        for row, col in sorted({*before.cells, *after.cells}):
            one, two = before.cells.get((row, col), Cell()), after.cells.get((row, col), Cell())
            if (before.name, row, col) in fresh:
                two = replace(two, locked=one.locked)
            # 3 and 3.0 are one figure, but True is none.
            if one != two or isinstance(one.value, bool) != isinstance(two.value, bool):
                yield Place(file, before.name, a1(row, col))


def computed(book: Book, entries: Collection[Entry]) -> Iterator[tuple[Entry, Number | None]]:
    """What each cell with a formula of its own comes to in the filled `book`; None where that is not told here."""
    calculator = Calculator(book)
    for entry in entries:
        if entry.role == "formula":
            try:
                yield entry, calculator.value((entry.place.sheet, *entry.site))
            except Unclear:
                yield entry, None
