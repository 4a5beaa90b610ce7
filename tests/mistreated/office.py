"""Drives LibreOffice through UNO: opens workbooks, does to them what users do, saves them.

Run by a Python that has `uno` (LibreOffice's own or the system's), with soffice's port and a file of jobs:
``[{"open": path, "do": [[action, …], …], "save": {path: filter}}]``. Only the standard library and `uno` are used.
"""

import contextlib
import json
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import CellAddress, CellRangeAddress


def prop(name, value):
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def desktop(port):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:  # UNO has its own kinds, and none matters while the office is starting
            time.sleep(0.25)
    raise SystemExit("LibreOffice does not answer")


def sheet_of(doc, name):
    return doc.Sheets.getByName(name)


def cell(doc, at):
    sheet, row, col = at
    return sheet_of(doc, sheet).getCellByPosition(col, row)


def unprotect(doc, *names):
    for name in names or doc.Sheets.ElementNames:
        sheet_of(doc, name).unprotect("")


def typed(doc, at, text):
    cell(doc, at).setPropertyValue("FormulaLocal", text)


def at_format(doc, at, code, text):
    target = cell(doc, at)
    locale = uno.createUnoStruct("com.sun.star.lang.Locale")
    locale.Language, locale.Country = "zh", "CN"
    key = doc.NumberFormats.queryKey(code, locale, False)
    target.NumberFormat = doc.NumberFormats.addNew(code, locale) if key == -1 else key
    target.setPropertyValue("FormulaLocal", text)


def insert_rows(doc, sheet, row, count):
    sheet_of(doc, sheet).Rows.insertByIndex(row, count)


def delete_rows(doc, sheet, row, count):
    sheet_of(doc, sheet).Rows.removeByIndex(row, count)


def insert_columns(doc, sheet, col, count):
    sheet_of(doc, sheet).Columns.insertByIndex(col, count)


def delete_columns(doc, sheet, col, count):
    sheet_of(doc, sheet).Columns.removeByIndex(col, count)


def rename(doc, sheet, name):
    sheet_of(doc, sheet).Name = name


def move_sheet(doc, sheet, position):
    doc.Sheets.moveByName(sheet, position)


def copy_sheet(doc, sheet, name, position):
    doc.Sheets.copyByName(sheet, name, position)


def delete_sheet(doc, sheet):
    doc.Sheets.removeByName(sheet)


def add_sheet(doc, name, text):
    doc.Sheets.insertNewByName(name, doc.Sheets.Count)
    sheet_of(doc, name).getCellByPosition(0, 0).String = text


def area(doc, at, end):
    found = CellRangeAddress()
    found.Sheet = sheet_of(doc, at[0]).RangeAddress.Sheet
    found.StartRow, found.StartColumn, found.EndRow, found.EndColumn = at[1], at[2], end[1], end[2]
    return found


def address(doc, at):
    found = CellAddress()
    found.Sheet, found.Row, found.Column = sheet_of(doc, at[0]).RangeAddress.Sheet, at[1], at[2]
    return found


def cut(doc, at, to):
    sheet_of(doc, at[0]).moveRange(address(doc, to), area(doc, at, at))


def copy(doc, at, to):
    sheet_of(doc, at[0]).copyRange(address(doc, to), area(doc, at, at))


def sort_rows(doc, at, end, descending):
    sheet = sheet_of(doc, at[0])
    rows = sheet.getCellRangeByPosition(at[2], at[1], end[2], end[1])
    order = uno.createUnoStruct("com.sun.star.table.TableSortField")
    order.Field, order.IsAscending = end[2] - at[2], not descending
    fields = uno.Any("[]com.sun.star.table.TableSortField", (order,))
    rows.sort((prop("SortFields", fields), prop("IsSortColumns", False), prop("ContainsHeader", False)))


def hide_rows(doc, sheet, row, count):
    for number in range(row, row + count):
        sheet_of(doc, sheet).Rows.getByIndex(number).IsVisible = False


def hide_sheet(doc, sheet):
    sheet_of(doc, sheet).IsVisible = False


def paste_into_new(doc, *sheets):
    """Every sheet pasted as values into a new workbook, under the names a new workbook has."""
    new = DESKTOP.loadComponentFromURL("private:factory/scalc", "_blank", 0, (prop("Hidden", True),))
    while new.Sheets.Count < len(sheets):
        new.Sheets.insertNewByName(f"Sheet{new.Sheets.Count + 1}", new.Sheets.Count)
    for number, name in enumerate(sheets):
        cursor = sheet_of(doc, name).createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        source = sheet_of(doc, name).getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        target = new.Sheets.getByIndex(number).getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        target.setDataArray(source.getDataArray())
        merge(source, target, end)
    doc.close(True)
    return new


def merge(source, target, end):
    """Merged cells go with a paste."""
    for row in range(end.EndRow + 1):
        for col in range(end.EndColumn + 1):
            one = source.getCellByPosition(col, row)
            if one.IsMerged:
                cursor = one.Spreadsheet.createCursorByRange(one)
                cursor.collapseToMergedArea()
                at = cursor.RangeAddress
                target.getCellRangeByPosition(col, row, at.EndColumn, at.EndRow).merge(True)


ACTIONS = {
    each.__name__: each
    for each in (
        unprotect, typed, at_format, insert_rows, delete_rows, insert_columns, delete_columns, rename, move_sheet,
        copy_sheet, delete_sheet, add_sheet, cut, copy, sort_rows, hide_rows, hide_sheet, paste_into_new,
    )
}  # fmt: skip


def run(job):
    url = Path(job["open"]).as_uri()
    doc = DESKTOP.loadComponentFromURL(url, "_blank", 0, (prop("Hidden", True),))
    for name, *arguments in job["do"]:
        doc = ACTIONS[name](doc, *arguments) or doc
    for path, kind in job["save"].items():
        doc.storeToURL(Path(path).as_uri(), (prop("FilterName", kind),))
    doc.close(True)


if __name__ == "__main__":
    DESKTOP = desktop(int(sys.argv[1]))
    try:
        for each in json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")):
            run(each)
    finally:
        with contextlib.suppress(Exception):  # it is gone before it has answered
            DESKTOP.terminate()
