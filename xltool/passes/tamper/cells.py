"""Cells nobody should have changed: formulas, labels, locks; and figures written where no form has a cell.

Only sheets whose cells stand where the form put them are looked at this way; on others names and labels decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from xltool.model.book import Book, Cell, Sheet, Target
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place, a1
from xltool.model.workbook import Formula, PlanCell, SheetPlan
from xltool.passes.tamper.sheets import Sheets
from xltool.plan.context import contexts
from xltool.plan.form import FormPlan

# More of them on one sheet say nothing new.
_STRAYS = 20


def cell_findings(
    book: Book,
    plan: FormPlan,
    sheets: Sheets,
    targets: Mapping[str, Target],
    mislabelled: frozenset[str],
    file: str,
) -> Iterator[Finding]:
    """What was changed in the cells of `sheets`, whose own labels are told by the fields that miss them."""
    told = {(plan.fields[path].sheet, cell.row, cell.col) for path, cells in contexts(plan).items() for cell in cells}
    for planned in plan.workbook.sheets:
        sheet = book.sheet(sheets.own[planned.name]) if planned.name in sheets.own else None
        if sheet is None:
            continue
        yield from _formulas(sheet, planned, plan, file)
        if planned.visibility == "visible":
            yield from _labels(sheet, planned, told, file)
            yield from _locks(sheet, planned, plan, targets, file)
            if planned.name in plan.tables.values():
                yield from islice(_strays(sheet, planned, plan, file), _STRAYS)


def _formulas(sheet: Sheet, planned: SheetPlan, plan: FormPlan, file: str) -> Iterator[Finding]:
    """Formulas typed over or cleared; a total typed over is told where its value is known."""
    for cell in planned.cells:
        if not isinstance(cell.value, Formula):
            continue
        now = sheet.cells.get((cell.row, cell.col), Cell())
        total = plan.formulas[planned.name, cell.row, cell.col].kind == "total"
        if now.formula is None and not (total and now.value is not None):
            yield Finding("STRUCTURE-FORMULA", "explain", (_place(sheet, cell, file),))


def _labels(sheet: Sheet, planned: SheetPlan, told: set[tuple[str, int, int]], file: str) -> Iterator[Finding]:
    for cell in planned.cells:
        if not isinstance(cell.value, str) or not cell.value or (planned.name, cell.row, cell.col) in told:
            continue
        now = sheet.cells.get((cell.row, cell.col), Cell()).value
        if "".join(cell.value.split()) != ("".join(now.split()) if isinstance(now, str) else now):
            yield Finding("STRUCTURE-LABEL", "notice", (_place(sheet, cell, file),))


def _locks(
    sheet: Sheet, planned: SheetPlan, plan: FormPlan, targets: Mapping[str, Target], file: str
) -> Iterator[Finding]:
    opened = sum(
        not sheet.cells[cell.row, cell.col].locked
        for cell in planned.cells
        if cell.locked and (cell.row, cell.col) in sheet.cells
    )
    inputs = [path for path in targets if plan.fields[path].sheet == planned.name]
    closed = sum(sheet.cells.get((targets[path].row, targets[path].col), Cell()).locked for path in inputs)
    for code, count in (("STRUCTURE-UNLOCKED", opened), ("STRUCTURE-LOCKED", closed)):
        if count:
            args: dict[str, Argument] = {"sheet": sheet.name, "count": count}
            yield Finding(code, "notice", (Place(file, sheet.name),), args=args)


def _strays(sheet: Sheet, planned: SheetPlan, plan: FormPlan, file: str) -> Iterator[Finding]:
    """What stands in cells the form leaves empty, which nobody reads."""
    known = {(cell.row, cell.col) for cell in planned.cells if cell.value is not None}
    known |= {(entry.row, entry.col) for entry in plan.fields.values() if entry.sheet == planned.name}
    for (row, col), cell in sorted(sheet.cells.items()):
        blank = cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())
        if not blank and cell.formula is None and (row, col) not in known:
            yield Finding("STRUCTURE-STRAY", "notice", (Place(file, sheet.name, a1(row, col)),))


def _place(sheet: Sheet, cell: PlanCell, file: str) -> Place:
    return Place(file, sheet.name, a1(cell.row, cell.col))
