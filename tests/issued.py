"""Workbooks as superior offices issue them: an era's tables, blank, in layouts of their own.

Where each indicator's cell is, is told by drawing the tables with a number of its own for each: an oracle apart from
the code under test.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import openpyxl
import openpyxl.styles
import published
import xlsxwriter
from strategies import SHELF, number

from xltool.model.era import Era
from xltool.model.record import Agency, Record, Value

YEAR = 2023
_FIRST = 700_000


@dataclass(frozen=True)
class Look:
    """How the issued workbook is laid out: a sheet for each table or one for all, rows and columns left free, the
    width of the tables' distance, columns in another order, protected with open inputs, units in words above."""

    apart: bool = False
    top: int = 2
    left: int = 0
    gap: int = 1
    shuffled: int = 0
    protected: bool = False
    names: str = "表"
    title: str = f"{YEAR}年政府信息公开工作统计表"


@dataclass
class Issued:
    """The bytes of a workbook and where each indicator's cell is: sheet, zero-based row and column."""

    data: bytes
    sites: dict[str, tuple[str, int, int]] = field(default_factory=dict)


def full(era: Era, rnd: Random, year: int = YEAR) -> Record:
    """A record with a number for everything that the form prints."""
    values: dict[str, Value] = {}
    for path, each in era.indicators.items():
        values[path] = number(rnd, each) if each.kind == "number" and not each.optional else None
    return Record(era.id, year, Agency("220381", "示例市人民政府"), values)


def tables(era: Era, year: int = YEAR) -> list[tuple[str, list[tuple[published.Cell, str]]]]:
    """Every table, each cell with the indicator it is for, "" for labels and cells without one."""
    numbers = {path: _FIRST + at for at, path in enumerate(era.indicators)}
    optional = {path for path, each in era.indicators.items() if each.optional}
    values: dict[str, Value] = {path: None if path in optional else numbers[path] for path in era.indicators}
    record = Record(era.id, year, Agency(), values)
    paths = {str(number): path for path, number in numbers.items()}
    drawn = published.draw(record, era, SHELF.library.layout(era.id))
    return [
        (
            caption,
            [
                (replace(cell, text=cell.text if cell.label else ""), "" if cell.label else paths.get(cell.text, ""))
                for cell in table
            ],
        )
        for caption, table in drawn
    ]


def issue(era: Era, look: Look = Look(), *, program: str = "xlsxwriter", year: int = YEAR) -> Issued:
    """A blank workbook of the era's tables, written by XlsxWriter or openpyxl."""
    sheets: list[tuple[str, list[tuple[published.Cell, str]]]] = []
    top = look.top
    for count, (caption, drawn) in enumerate(tables(era, year), start=1):
        table = _shuffled(drawn, look.shuffled)
        if look.apart or not sheets:
            sheets.append((f"{look.names}{count}", [(published.Cell(0, look.left, look.title), "")]))
            top = look.top
        sheet = sheets[-1][1]
        if caption:
            sheet.append((published.Cell(top, look.left, caption), ""))
            top += 1
        sheet += [(replace(cell, row=cell.row + top, col=cell.col + look.left), path) for cell, path in table]
        top += max(cell.row + cell.rows for cell, _ in table) + look.gap
    made = Issued(b"")
    for name, cells in sheets:
        made.sites |= {path: (name, cell.row, cell.col) for cell, path in cells if path}
    made.data = _WRITERS[program](sheets, look)
    return made


def _shuffled(table: list[tuple[published.Cell, str]], seed: int) -> list[tuple[published.Cell, str]]:
    """The columns of figures in another order, where each has one label of its own and no row is one figure."""
    figures = sorted({cell.col for cell, _ in table if not cell.label})
    first = figures[0]
    spans = any(cell.cols > 1 for cell, _ in table if cell.col >= first)
    if not seed or spans or len(figures) < 2:
        return table
    order = list(figures)
    Random(seed).shuffle(order)
    to = dict(zip(figures, order, strict=True))
    return [(replace(cell, col=to.get(cell.col, cell.col)), path) for cell, path in table]


def _xlsxwriter(sheets: list[tuple[str, list[tuple[published.Cell, str]]]], look: Look) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        label = book.add_format({"border": 1, "text_wrap": True, "bold": True})
        open_ = book.add_format({"border": 1, "locked": False, "num_format": "0.##", "bg_color": "#FFF2CC"})
        for name, cells in sheets:
            page = book.add_worksheet(name)
            for cell, path in cells:
                style = open_ if path else label
                last = (cell.row + cell.rows - 1, cell.col + cell.cols - 1)
                if last != (cell.row, cell.col):
                    page.merge_range(cell.row, cell.col, *last, cell.text, style)
                elif cell.text:
                    page.write_string(cell.row, cell.col, cell.text, style)
                else:
                    page.write_blank(cell.row, cell.col, None, style)
            if look.protected:
                page.protect()
    return stream.getvalue()


def _openpyxl(sheets: list[tuple[str, list[tuple[published.Cell, str]]]], look: Look) -> bytes:
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    open_ = openpyxl.styles.Protection(locked=False)
    for name, cells in sheets:
        page: Any = book.create_sheet(name)
        for cell, path in cells:
            spot = page.cell(cell.row + 1, cell.col + 1)
            spot.value = cell.text or None
            if path:
                spot.protection = open_
            if cell.rows * cell.cols > 1:
                last = {"end_row": cell.row + cell.rows, "end_column": cell.col + cell.cols}
                page.merge_cells(start_row=cell.row + 1, start_column=cell.col + 1, **last)
        page.protection.sheet = look.protected
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


_WRITERS = {"xlsxwriter": _xlsxwriter, "openpyxl": _openpyxl}
