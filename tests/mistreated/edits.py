"""What can be done to a workbook's file without an office suite, by openpyxl."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import load_workbook
from openpyxl.styles import Protection
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName

from xltool.model.place import a1

Spot = tuple[str, int, int]


def _cell(book: Workbook, at: Spot) -> Any:
    sheet, row, col = at
    return book[sheet].cell(row + 1, col + 1)


def put(book: Workbook, at: Spot, value: Any) -> None:
    """Any JSON value; texts stay texts, whatever they begin with."""
    cell = _cell(book, at)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def formula(book: Workbook, at: Spot, text: str) -> None:
    _cell(book, at).value = text


def error(book: Workbook, at: Spot, text: str) -> None:
    cell = _cell(book, at)
    cell.value, cell.data_type = text, "e"


def date(book: Workbook, at: Spot, day: str) -> None:
    _cell(book, at).value = datetime.fromisoformat(day)


def show_as(book: Workbook, at: Spot, code: str) -> None:
    _cell(book, at).number_format = code


def move_sheet(book: Workbook, sheet: str, by: int) -> None:
    book.move_sheet(sheet, by)


def copy_sheet(book: Workbook, sheet: str, name: str) -> None:
    book.copy_worksheet(book[sheet]).title = name


def hide_sheet(book: Workbook, sheet: str) -> None:
    book[sheet].sheet_state = "hidden"


def show_sheet(book: Workbook, sheet: str) -> None:
    book[sheet].sheet_state = "visible"


def hide_rows(book: Workbook, sheet: str, row: int, count: int) -> None:
    for number in range(row, row + count):
        book[sheet].row_dimensions[number + 1].hidden = True


def hide_column(book: Workbook, sheet: str, letter: str) -> None:
    book[sheet].column_dimensions[letter].hidden = True


def delete_sheet(book: Workbook, sheet: str) -> None:
    del book[sheet]


def unprotect(book: Workbook, *sheets: str) -> None:
    for name in sheets or book.sheetnames:
        book[name].protection.sheet = False


def unlock(book: Workbook, at: Spot) -> None:
    _cell(book, at).protection = Protection(locked=False)


def lock(book: Workbook, at: Spot) -> None:
    _cell(book, at).protection = Protection(locked=True)


def drop_names(book: Workbook, prefix: str) -> None:
    for name in [each for each in book.defined_names if each.upper().startswith(prefix.upper())]:
        del book.defined_names[name]


def point_name(book: Workbook, name: str, text: str) -> None:
    book.defined_names[name].attr_text = text


def add_name(book: Workbook, name: str, text: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=text)


def set_constant(book: Workbook, part: int, value: str) -> None:
    """A change in one part of the text of the constant name."""
    name = book.defined_names["XL_META"]
    parts = name.attr_text.strip('"').split("|")
    parts[part] = value
    name.attr_text = '"' + "|".join(parts) + '"'


def set_property(book: Workbook, name: str, value: str) -> None:
    for each in book.custom_doc_props.props:
        if each.name == name:
            each.value = value


def drop_properties(book: Workbook) -> None:
    book.custom_doc_props.props.clear()


def swap(book: Workbook, one: Spot, two: Spot) -> None:
    """The contents of two cells change places, as when rows are sorted."""
    first, second = _cell(book, one), _cell(book, two)
    first.value, second.value = second.value, first.value


ACTIONS: dict[str, Callable[..., None]] = {
    each.__name__: each
    for each in (
        put, formula, error, date, show_as, move_sheet, copy_sheet, hide_sheet, show_sheet, hide_rows, hide_column,
        delete_sheet, unprotect, unlock, lock, drop_names, add_name, point_name, set_constant, set_property, drop_properties, swap,
    )
}  # fmt: skip


def show_old(source: bytes, at: Spot, value: str) -> bytes:
    """The formula at `at` shows `value`, as where the program that saved the file did not recalculate."""
    sheet, row, col = at
    made = BytesIO()
    with ZipFile(BytesIO(source)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        number = load_workbook(BytesIO(source)).sheetnames.index(sheet) + 1
        for name in old.namelist():
            data = old.read(name)
            if name == f"xl/worksheets/sheet{number}.xml":
                cell = rf'(<c r="{a1(row, col)}"[^>]*><f>[^<]*</f><v>)[^<]*(</v>)'
                text, count = re.subn(cell, rf"\g<1>{value}\g<2>", data.decode())
                assert count == 1
                data = text.encode()
            new.writestr(name, data)
    return made.getvalue()


def edit(source: Path, target: Path, actions: list[list[Any]]) -> None:
    """`source` with all `actions` done to it, saved as `target`."""
    old = [arguments for name, *arguments in actions if name == "show_old"]
    if old:
        data = source.read_bytes()
        for arguments in old:
            data = show_old(data, *arguments)
        target.write_bytes(data)
        return
    book = load_workbook(source)
    for name, *arguments in actions:
        ACTIONS[name](book, *arguments)
    book.save(target)
