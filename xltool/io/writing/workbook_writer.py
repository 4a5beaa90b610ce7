"""Plans of workbooks turned into xlsx bytes: with `sheet_writer` the only place that writes spreadsheets."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import cast

from xltool.io.writing.chart_writer import write_charts
from xltool.io.writing.plain_sheet import PartsBook, PlainSheet
from xltool.io.writing.plan_check import check_plan
from xltool.io.writing.plan_limits import WorkbookPlanError
from xltool.io.writing.sheet_writer import Formats, SheetWriter, done, strict
from xltool.io.writing.styles import Styles
from xltool.io.writing.zips import write_zip
from xltool.model.workbook import WorkbookPlan

__all__ = ["WorkbookPlanError", "workbook_parts", "write_workbook"]

# Documents must carry a date of creation; ours is the same for all, so that equal plans give equal bytes.
_CREATED = datetime(2000, 1, 1)


def write_workbook(plan: WorkbookPlan, styles: Styles) -> bytes:
    """The xlsx file of `plan`: equal plans and styles give equal bytes, whenever and wherever written.

    Raises WorkbookPlanError, naming sheet and cell, for whatever could not be written exactly as planned.
    """
    return write_zip(workbook_parts(plan, styles))


def workbook_parts(plan: WorkbookPlan, styles: Styles) -> list[tuple[str, bytes]]:
    """The parts of the xlsx file of `plan`, in their order. Raises WorkbookPlanError."""
    check_plan(plan, styles)
    with strict():
        properties = {**styles.font, "font_scheme": "none"}
        book = PartsBook(BytesIO(), {"in_memory": True, "default_format_properties": properties})
        _describe(book, plan)
        _write_sheets(book, plan, styles)
        book.close()
    return book.parts


def _describe(book: PartsBook, plan: WorkbookPlan) -> None:
    book.set_properties({"title": plan.title, "created": _CREATED})
    for name, value in plan.properties.items():
        done(book.set_custom_property(name, value, "text"))
    for name, reference in plan.names.items():
        done(book.define_name(name, reference))


def _write_sheets(book: PartsBook, plan: WorkbookPlan, styles: Styles) -> None:
    formats = Formats(book, styles)
    sheets = [(cast(PlainSheet, book.add_worksheet(planned.name, PlainSheet)), planned) for planned in plan.sheets]
    for sheet, planned in sheets:
        SheetWriter(sheet, planned, formats).write(plan.password)
        write_charts(book, sheet, planned)
    # XlsxWriter would show and open the first sheet, even a hidden one.
    next(sheet for sheet, planned in sheets if planned.visibility == "visible").activate()
