"""One planned sheet handed to XlsxWriter, every refusal turned into an error with its place."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xltool.io.writing.plain_sheet import PlainSheet
from xltool.io.writing.plan_limits import WorkbookPlanError
from xltool.io.writing.styles import Styles
from xltool.model.place import a1
from xltool.model.workbook import Area, Cached, Formula, Page, PlanCell, SheetPlan, Validation
from xltool.numbers import Number, exact
from xltool.plan.measure import MIN_HEIGHT, height

_A4 = 9
_MARGINS = {"left": 0.5, "right": 0.5, "top": 0.6, "bottom": 0.7}
# Sorting stays forbidden: it permutes values under fixed names, and Excel refuses it on locked cells.
_ALLOWED = {"autofilter": True, "format_columns": True, "format_rows": True}
_COMMENT_WIDTH, _COMMENT_CHARS, _COMMENT_POINTS = 280, 38, 9
_PIXELS_A_POINT = 4 / 3
_OVERLAP = re.compile("(?<=_x[0-9A-Fa-f]{4})(?=_x[0-9A-Fa-f]{4}_)")


@contextmanager
def strict(sheet: str = "", cell: str = "") -> Iterator[None]:
    """XlsxWriter warns and goes on where something is lost; here that is an error with its place."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            yield
    except (UserWarning, XlsxWriterException, TypeError, ValueError, AttributeError) as error:
        raise WorkbookPlanError(str(error), sheet, cell) from error


def done(code: int | None) -> None:
    """Takes XlsxWriter's return code: anything but success is an error."""
    if code:
        raise ValueError(f"XlsxWriter refused with {code}")


class Formats:
    """XlsxWriter's formats, one for each style, locked and open, with each number format, made when first asked for."""

    def __init__(self, book: Workbook, styles: Styles) -> None:
        self._book, self._styles = book, styles
        self._cells: dict[tuple[str, bool, str], Format] = {}
        self._differences: dict[str, Format] = {}

    def cell(self, style: str, locked: bool, number_format: str = "") -> Format:
        """The format of a cell."""
        key = style, locked, number_format
        if key not in self._cells:
            shown = {"num_format": number_format} if number_format else {}
            self._cells[key] = self._book.add_format({**self._styles[style], **shown, "locked": locked})
        return self._cells[key]

    def difference(self, style: str) -> Format:
        """The format a conditional format lays over a cell."""
        if style not in self._differences:
            self._differences[style] = self._book.add_format(dict(self._styles.differential[style]))
        return self._differences[style]

    def holds_text(self, style: str) -> bool:
        """Whether whatever is typed in such a cell stays text."""
        return self._styles[style].get("num_format") == "@"


class SheetWriter:
    """One sheet in the making."""

    def __init__(self, sheet: PlainSheet, plan: SheetPlan, formats: Formats) -> None:
        self.sheet, self.plan, self.formats = sheet, plan, formats

    def write(self, password: str) -> None:
        """Everything of the plan, the sheet protected with `password` where it is to be protected."""
        with strict(self.plan.name):
            self._set_up(password)
            _set_page(self.sheet, self.plan.page, self.plan.grid_lines)
        self._write_cells()
        for validation in self.plan.validations:
            with strict(self.plan.name, a1(validation.area.row, validation.area.col)):
                done(self.sheet.data_validation(*_corners(validation.area), _validation(validation)))
        self._write_conditionals()

    def _set_up(self, password: str) -> None:
        sheet, plan = self.sheet, self.plan
        sheet.set_default_row(MIN_HEIGHT)
        for row, points in plan.heights.items():
            done(sheet.set_row(row, points, None, {"hidden": row in plan.hidden_rows}))
        for col, width in plan.widths.items():
            done(sheet.set_column(col, col, width))
        if plan.freeze:
            sheet.freeze_panes(*plan.freeze)
        if plan.autofilter:
            done(sheet.autofilter(*_corners(plan.autofilter)))
        if plan.tab:
            sheet.set_tab_color(plan.tab)
        if plan.protected:
            sheet.protect(password, _ALLOWED)
        if plan.visibility == "very_hidden":
            sheet.very_hidden()
        self._select_first_input()
        self._silence_hints()

    def _select_first_input(self) -> None:
        """The cursor waits where filling in begins."""
        first = min((cell for cell in self.plan.cells if not cell.locked), key=_position, default=None)
        if first:
            self.sheet.set_selection(*_extent(first))

    def _silence_hints(self) -> None:
        """No green corners in a finished form: codes are meant to be text, and formulas to differ."""
        of_text = {style for style in {cell.style for cell in self.plan.cells} if self.formats.holds_text(style)}
        texts = _runs(cell for cell in self.plan.cells if cell.style in of_text)
        formulas = _runs(cell for cell in self.plan.cells if isinstance(cell.value, Formula))
        hints = {"number_stored_as_text": texts, "formula_differs": formulas, "formula_range": formulas}
        wanted = {hint: cells for hint, cells in hints.items() if cells}
        if wanted:
            done(self.sheet.ignore_errors(wanted))

    def _write_cells(self) -> None:
        """All cells. Those that hold a figure or a text and nothing else are nearly all, and written at once."""
        put, shapes = self.sheet.put, self.formats.cell
        for cell in self.plan.cells:
            row, col, value, style, rows, cols, locked, link, comment, number_format = cell
            if rows > 1 or cols > 1 or link or comment or isinstance(value, Formula):
                with strict(self.plan.name, a1(row, col)):
                    self._write_cell(cell)
            else:
                put(row, col, _stored_value(value), shapes(style, locked, number_format))
        self.sheet.measure()

    def _write_cell(self, cell: PlanCell) -> None:
        shape = self.formats.cell(cell.style, cell.locked, cell.number_format)
        if cell.rows > 1 or cell.cols > 1:
            done(self.sheet.merge_range(*_extent(cell), "", shape))
        if cell.link:
            self._link(cell, shape)
        self._write_value(cell, shape)
        if cell.comment:
            done(self.sheet.write_comment(cell.row, cell.col, cell.comment, _comment(cell.comment)))

    def _link(self, cell: PlanCell, shape: Format) -> None:
        """The link alone: the cell's value is written as everywhere, whatever its type."""
        self.sheet.ignore_write_string = True
        done(self.sheet.write_url(cell.row, cell.col, f"internal:{cell.link}", shape))
        self.sheet.ignore_write_string = False

    def _write_value(self, cell: PlanCell, shape: Format) -> None:
        sheet, row, col = self.sheet, cell.row, cell.col
        match cell.value:
            case None:
                done(sheet.write_blank(row, col, None, shape))
            case Formula(text, cached):
                done(sheet.write_formula(row, col, "=" + text, shape, _stored(cached)))
            case str(text):
                done(sheet.write_string(row, col, stored_text(text), shape))
            case number:
                done(sheet.write_number(row, col, _double(number), shape))

    def _write_conditionals(self) -> None:
        for conditional in self.plan.conditionals:
            with strict(self.plan.name, a1(conditional.area.row, conditional.area.col)):
                options = {
                    "type": "formula",
                    "criteria": "=" + conditional.formula,
                    "format": self.formats.difference(conditional.style),
                    "stop_if_true": conditional.stop,
                }
                done(self.sheet.conditional_format(*_corners(conditional.area), options))


def _set_page(sheet: Worksheet, page: Page, grid_lines: bool) -> None:
    sheet.set_paper(_A4)
    if page.landscape:
        sheet.set_landscape()
    if page.scale:
        sheet.set_print_scale(page.scale)
    else:
        sheet.fit_to_pages(1, page.tall)
    sheet.set_margins(**_MARGINS)
    sheet.set_footer(page.footer)
    sheet.hide_gridlines(1 if grid_lines else 2)  # 1: in print only, 2: on the screen too
    if page.center:
        sheet.center_horizontally()
    if page.repeat_rows:
        sheet.repeat_rows(*page.repeat_rows)
    if page.repeat_cols:
        sheet.repeat_columns(*page.repeat_cols)
    if page.breaks:
        sheet.set_h_pagebreaks(list(page.breaks))
    if page.print_area:
        done(sheet.print_area(*_corners(page.print_area)))


def _stored_value(value: Cached | None) -> int | float | str | None:
    if value is None:
        return None
    return stored_text(value) if isinstance(value, str) else _double(value)


def stored_text(text: str) -> str:
    """What to hand XlsxWriter to have `text` in a cell: rich text of our own making where it would change the text.

    It copies one that looks like its own rich text into the XML unescaped, and of two overlapping escapes of the
    format, such as ``_x005F_x000D_``, escapes the first only; runs are escaped each for itself.
    """
    if "_x" not in text and not text.startswith("<r>"):
        return text
    runs = _OVERLAP.split(text)
    if len(runs) == 1 and not (text.startswith("<r>") and text.endswith("</r>")):
        return text
    return "".join(f'<r><t xml:space="preserve">{escape(run)}</t></r>' for run in runs)


def _validation(validation: Validation) -> dict[str, Any]:
    texts = {
        "input_title": validation.prompt_title,
        "input_message": validation.prompt,
        "error_title": validation.error_title,
        "error_message": validation.error,
    }
    if isinstance(validation.rule, str):
        rule: dict[str, Any] = {"validate": "custom", "value": "=" + validation.rule}
    else:
        rule = {"validate": "list", "source": list(validation.rule)}
    level = "stop" if validation.stop else "warning"
    return {**rule, **{key: text for key, text in texts.items() if text}, "error_type": level}


def _comment(text: str) -> dict[str, str | int | float]:
    tall = height(text, _COMMENT_CHARS, _COMMENT_POINTS) * _PIXELS_A_POINT
    return {"width": _COMMENT_WIDTH, "height": tall, "font_name": "宋体", "font_size": _COMMENT_POINTS}


def _double(number: Number) -> int | float:
    """The number as XlsxWriter prints it exactly: 16 digits of a double tell 15 typed ones apart."""
    if type(number) is int:
        return number
    whole = exact(number)
    return whole if isinstance(whole, int) else float(whole)


def _stored(cached: Cached) -> str | int | float:
    return cached if isinstance(cached, str) else _double(cached)


def _corners(area: Area) -> tuple[int, int, int, int]:
    return area.row, area.col, area.last_row, area.last_col


def _extent(cell: PlanCell) -> tuple[int, int, int, int]:
    return cell.row, cell.col, cell.row + cell.rows - 1, cell.col + cell.cols - 1


def _runs(cells: Iterable[PlanCell]) -> str:
    """The cells as a list of ranges, each a run down one column: long lists of single cells are frowned upon."""
    runs: list[list[int]] = []
    for col, row in sorted((cell.col, cell.row) for cell in cells):
        if runs and runs[-1][0] == col and runs[-1][2] == row - 1:
            runs[-1][2] = row
        else:
            runs.append([col, row, row])
    return " ".join(
        a1(first, col) if first == last else f"{a1(first, col)}:{a1(last, col)}" for col, first, last in runs
    )


def _position(cell: PlanCell) -> tuple[int, int]:
    return cell.row, cell.col
