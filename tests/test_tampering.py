"""Whatever is done to a workbook with another program, no figure becomes another one without a word.

Each case is an edit of a filled workbook by openpyxl, which neither knows the form nor respects its protection. What
comes back is the figure that was written, or nothing with an error at its place.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from strategies import SHELF, plan_of

from xltool.app.returns.validating import read_file
from xltool.io.inputs import Source
from xltool.model.record import Agency, Value
from xltool.model.returned import Returned
from xltool.plan.fill import fill
from xltool.plan.form import Content, FormPlan

ERA = "national-2021"
NEW = "applications.natural_person.new"
CARRIED = "applications.natural_person.carried_in"
GRANTED = "applications.commercial_enterprise.granted"
TOTAL = "applications.total.new"
Edit = Callable[[Workbook], None]


@cache
def form(totals: str) -> tuple[FormPlan, bytes]:
    """A filled workbook in which no two figures are alike."""
    plan = plan_of(ERA, totals=totals)
    figures = {path: 101 + number for number, path in enumerate(path for path in plan.fields if path in plan.figures)}
    return plan, SHELF.write(fill(plan, Content(agency=Agency("1", "甲局"), typed=figures)))


def edited(edit: Edit, totals: str = "computed") -> Returned:
    """What reading gives after the edit."""
    book = openpyxl.load_workbook(io.BytesIO(form(totals)[1]))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return read_file(Source("return.xlsx", out.getvalue), SHELF)


def untouched(totals: str = "computed") -> Returned:
    return read_file(Source("return.xlsx", lambda: form(totals)[1]), SHELF)


def codes(found: Returned) -> set[str]:
    return {finding.code for finding in found.findings}


def errors_at(found: Returned) -> set[str]:
    """The figures that errors are about."""
    return {path for finding in found.findings if finding.severity == "error" for path in finding.paths}


def changed(found: Returned, totals: str = "computed") -> dict[str, Value]:
    """The figures that are not what was written, computed totals aside: those follow from the others."""
    plain = untouched(totals).record
    assert plain is not None
    assert found.record is not None
    computed = plain.values.keys() & form(totals)[0].era.totals.keys() if totals == "computed" else set()
    return {
        path: found.record.values[path]
        for path, value in plain.values.items()
        if path not in computed and found.record.values[path] != value
    }


def cell_of(path: str, totals: str = "computed") -> tuple[str, int, int]:
    """Sheet, row and column of a figure, as openpyxl counts."""
    sheet, row, col = form(totals)[0].figures[path]
    return sheet, row + 1, col + 1


def nothing(_book: Workbook) -> None:
    """Opened and saved."""


def type_in(path: str, value: object) -> Edit:
    sheet, row, col = cell_of(path)

    def edit(book: Workbook) -> None:
        book[sheet].cell(row, col).value = value  # type: ignore[assignment]

    return edit


def rename(book: Workbook) -> None:
    """openpyxl leaves names and formulas behind; office suites take them along, and so does this edit."""
    book["表三"].title = "第三张表"
    for name in book.defined_names.values():
        name.attr_text = name.attr_text.replace("表三", "第三张表")
    for sheet in book.worksheets:
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.value = cell.value.replace("表三", "第三张表")


def insert_row(book: Workbook) -> None:
    """Cells move down, names stay where they were."""
    book["表三"].insert_rows(cell_of(NEW)[1])


def delete_row(book: Workbook) -> None:
    """Cells move up, names stay where they were."""
    book["表三"].delete_rows(cell_of(NEW)[1])


def share_a_cell(book: Workbook) -> None:
    """What cut and paste of one input onto another leaves: two names, one cell."""
    book.defined_names[f"XL_{NEW.replace('.', '__')}"].attr_text = book.defined_names[
        f"XL_{CARRIED.replace('.', '__')}"
    ].attr_text


def swap_names(book: Workbook) -> None:
    first, second = (book.defined_names[f"XL_{path.replace('.', '__')}"] for path in (NEW, CARRIED))
    first.attr_text, second.attr_text = second.attr_text, first.attr_text


def lose_a_name(book: Workbook) -> None:
    del book.defined_names[f"XL_{NEW.replace('.', '__')}"]


def break_a_name(book: Workbook) -> None:
    book.defined_names[f"XL_{NEW.replace('.', '__')}"].attr_text = "#REF!"


def overwrite_row_label(book: Workbook) -> None:
    sheet, row, _ = cell_of(GRANTED)
    for col in range(1, 4):
        if book[sheet].cell(row, col).value == "（一）予以公开":
            book[sheet].cell(row, col).value = "（一）不予公开"


def swap_column_labels(book: Workbook) -> None:
    sheet = book["表三"]
    spots = [cell for cells in sheet.iter_rows(max_row=8) for cell in cells if cell.value in ("商业企业", "科研机构")]
    spots[0].value, spots[1].value = spots[1].value, spots[0].value


def sort_rows(book: Workbook) -> None:
    """Values and labels change places, names do not."""
    sheet, row, _ = cell_of(NEW)
    for col in range(1, 12):
        first, second = book[sheet].cell(row, col), book[sheet].cell(row + 1, col)
        if not isinstance(first, openpyxl.cell.cell.MergedCell) and not isinstance(
            second, openpyxl.cell.cell.MergedCell
        ):
            first.value, second.value = second.value, first.value


def delete_sheet(book: Workbook) -> None:
    del book["表四"]


EDITS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        nothing, rename, insert_row, delete_row, share_a_cell, swap_names, lose_a_name, break_a_name,
        overwrite_row_label, swap_column_labels, sort_rows, delete_sheet,
    )
}  # fmt: skip


@pytest.mark.parametrize("totals", ["computed", "typed"])
@pytest.mark.parametrize("name", EDITS)
def test_no_figure_becomes_another_without_a_word(name: str, totals: str) -> None:
    """A figure that cannot be trusted is null and an error names it; all others are as they were written."""
    found = edited(EDITS[name], totals)
    if found.record is None:
        assert any(finding.severity == "error" for finding in found.findings)
        return
    lost = changed(found, totals)
    assert set(lost.values()) <= {None}
    assert set(lost) <= errors_at(found)
    assert {path for path, mark in found.record.marks.items() if mark.kind == "unreadable"} >= set(lost)


def test_opening_and_saving_changes_nothing() -> None:
    """openpyxl drops cached results and keeps the rest: every figure is read, totals are computed anew."""
    found, plain = edited(nothing), untouched()
    assert found.record is not None
    assert plain.record is not None
    assert found.record.values == plain.record.values
    assert not any(finding.severity == "error" for finding in found.findings)


def test_a_typed_figure_is_read_as_typed() -> None:
    found = edited(type_in(NEW, 7))
    assert changed(found) == {NEW: 7}


def test_a_renamed_sheet_is_read_with_a_notice() -> None:
    found = edited(rename)
    assert changed(found) == {}
    assert "STRUCTURE-RENAMED" in codes(found)


def test_cells_that_left_their_labels_are_refused() -> None:
    for edit in (insert_row, delete_row):
        found = edited(edit)
        assert NEW in changed(found)
        assert "PLACE-LABEL" in codes(found)


def test_two_names_on_one_cell_refuse_both_figures() -> None:
    found = edited(share_a_cell)
    assert changed(found) == {NEW: None, CARRIED: None}
    assert "PLACE-SHARED" in codes(found)


def test_names_on_each_others_cells_refuse_both_figures() -> None:
    assert changed(edited(swap_names)) == {NEW: None, CARRIED: None}


@pytest.mark.parametrize("edit", [lose_a_name, break_a_name])
def test_a_figure_without_its_name_is_refused(edit: Edit) -> None:
    found = edited(edit)
    assert changed(found) == {NEW: None}
    assert "PLACE-LOST" in codes(found)


def test_figures_beside_another_label_are_refused() -> None:
    found = edited(overwrite_row_label)
    assert changed(found)
    assert all(path.endswith(".granted") for path in changed(found))
    assert all(
        path.split(".")[1] in ("commercial_enterprise", "research_institution")
        for path in changed(edited(swap_column_labels))
    )


def test_a_missing_sheet_is_named_and_the_others_are_read() -> None:
    found = edited(delete_sheet)
    assert "STRUCTURE-SHEET-MISSING" in codes(found)
    assert changed(found)
    assert all(path.startswith("review_litigation.") for path in changed(found))


def test_a_computed_total_typed_over_is_an_error_and_never_read() -> None:
    """The total of the record is what its parts give; what somebody typed there is told with its cell."""
    found, plain = edited(type_in(TOTAL, 3)), untouched().record
    assert found.record is not None
    assert plain is not None
    assert found.record.values[TOTAL] == plain.values[TOTAL]
    (finding,) = (each for each in found.findings if each.code == "TOTAL-OVERWRITTEN")
    assert finding.severity == "error"
    assert finding.paths == (TOTAL,)
    assert finding.args == {"shown": "3", "computed": str(plain.values[TOTAL])}
    sheet, row, col = form("computed")[0].figures[TOTAL]
    assert (finding.places[0].sheet, finding.places[0].ref) == (sheet, f"{chr(65 + col)}{row + 1}")


def test_a_shown_total_that_is_out_of_date_is_told() -> None:
    """An input changed by a program that does not compute: the total it shows is the old one, and is not read."""
    plan, _ = form("computed")
    old = fill(
        plan, Content(agency=Agency("1", "甲局"), typed={path: 1 for path in plan.fields if path in plan.figures})
    )
    spot = plan.figures[NEW]
    sheets = tuple(
        replace(
            sheet,
            cells=tuple(
                cell._replace(value=8) if (sheet.name, cell.row, cell.col) == spot else cell for cell in sheet.cells
            ),
        )
        for sheet in old.sheets
    )
    found = read_file(Source("return.xlsx", lambda: SHELF.write(replace(old, sheets=sheets))), SHELF)
    assert found.record is not None
    assert found.record.values[TOTAL] == 13
    (finding,) = (each for each in found.findings if each.code == "TOTAL-STALE")
    assert (finding.paths, finding.args) == ((TOTAL,), {"shown": "6", "computed": "13"})
