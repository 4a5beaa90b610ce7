"""The tables of a published report: the form as it is drawn, without gaps, locks and prompts, its figures printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xltool.model.era import Era
from xltool.model.paper import Kind, PaperCell, PaperTable
from xltool.model.record import Record
from xltool.model.workbook import PlanCell
from xltool.numbers import plain
from xltool.plan.form import Options, Words
from xltool.plan.layout import SheetLayout
from xltool.plan.table import draw

_KINDS: Mapping[str, Kind] = {
    "caption": "caption",
    "head": "head",
    "group": "group",
    "label": "label",
    "cell_center": "unit",
    "total": "dead",
}


def blank_table(sheet: SheetLayout, era: Era, year: int, words: Words, extras: frozenset[str]) -> PaperTable:
    """The sheet's table without figures; `extras` are the optional indicators that get a cell."""
    table = draw(sheet, era, Options(year, totals="typed", extras=extras), words)
    paths = {(row, col): path for path, (_, row, col) in table.spots.items()}
    drawn = sorted(table.draft.cells, key=lambda cell: (cell.row, cell.col))
    rows = {row: place for place, row in enumerate(sorted({at for cell in drawn for at in _rows(cell)}))}
    titled = era.titled(sheet.path)
    title = sheet.title or (titled.title if titled else sheet.name)
    cells = tuple(_cell(cell, rows[cell.row], paths.get((cell.row, cell.col), "")) for cell in drawn)
    return PaperTable(title("zh", year=year), sheet.columns, cells)


def _rows(cell: PlanCell) -> range:
    return range(cell.row, cell.row + cell.rows)


def _cell(cell: PlanCell, row: int, path: str) -> PaperCell:
    kind = "figure" if path else _KINDS[cell.style]
    text = cell.value if isinstance(cell.value, str) else ""
    return PaperCell(row, cell.col, cell.rows, cell.cols, text, kind, path)


def with_figures(table: PaperTable, figures: Mapping[str, str]) -> PaperTable:
    """The table with the figures printed; an indicator that `figures` does not have stays blank."""
    cells = (replace(cell, text=figures.get(cell.path, "")) if cell.path else cell for cell in table.cells)
    return replace(table, cells=tuple(cells))


def printed(record: Record) -> dict[str, str]:
    """What stands in each cell: the number, a declared zero as 0, the words of a mark, nothing where it is blank."""
    figures = {}
    for path, value in record.values.items():
        mark = record.marks.get(path)
        text = mark.raw if mark and value is None else value
        figures[path] = "" if text is None else text if isinstance(text, str) else plain(text)
    return figures


def extras_of(record: Record, era: Era) -> frozenset[str]:
    """The optional indicators that the record uses."""
    return frozenset(
        path
        for path, indicator in era.indicators.items()
        if indicator.optional and (record.values.get(path) is not None or path in record.marks)
    )
