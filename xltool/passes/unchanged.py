"""Whether a returned workbook still stands as it was sent out, so that nothing but its contents need be looked at.

`locate` and `tamper` find out what was done to a workbook, one field and one cell at a time. Of most returns nothing
is to be said: here all that those two look at is compared at once with what the form prints. Where the answer is yes
they would find every field in its place and nothing else; where it is no, they are asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xltool.model.book import Book, Cell, Sheet, Target
from xltool.model.place import Place, a1
from xltool.model.workbook import Formula, SheetPlan
from xltool.once import once
from xltool.plan.form import FormPlan, total_name
from xltool.plan.hidden import SHEET

PREFIX = "XL_"
Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet of the form: what it prints, where its formulas and inputs are, what else is locked, and what is
    merged. `known` are the cells of a table that may hold something."""

    name: str
    visible: bool
    labels: Mapping[Spot, str]
    formulas: frozenset[Spot]
    inputs: frozenset[Spot]
    locked: frozenset[Spot]
    merges: frozenset[tuple[int, int, int, int]]
    known: frozenset[Spot] | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent out: its sheets, and the cell every name points to. `spots` are the fields by path."""

    sheets: tuple[_Sheet, ...]
    names: Mapping[str, Target]
    spots: Mapping[str, tuple[int, Spot]]
    totals: Mapping[str, tuple[int, Spot]]


@once
def sent(plan: FormPlan) -> Sent:
    """What `plan` looks like in an office suite."""
    number = {sheet.name: index for index, sheet in enumerate(plan.workbook.sheets)}
    fields = [entry for entry in plan.fields.values() if entry.name]
    totals = {
        result.of: (sheet, row, col) for (sheet, row, col), result in plan.formulas.items() if result.kind == "total"
    }
    names = {entry.name.upper(): Target(entry.sheet, entry.row, entry.col) for entry in fields}
    names |= {total_name(path).upper(): Target(*spot) for path, spot in totals.items()}
    return Sent(
        tuple(_sheet(sheet, plan) for sheet in plan.workbook.sheets),
        names,
        {entry.path: (number[entry.sheet], (entry.row, entry.col)) for entry in fields},
        {path: (number[sheet], (row, col)) for path, (sheet, row, col) in totals.items()},
    )


def _sheet(sheet: SheetPlan, plan: FormPlan) -> _Sheet:
    visible = sheet.visibility == "visible"
    own = [entry for entry in plan.fields.values() if entry.sheet == sheet.name]
    table = visible and sheet.name in plan.tables.values()
    filled = {(cell.row, cell.col) for cell in sheet.cells if cell.value is not None}
    return _Sheet(
        sheet.name,
        visible,
        {(c.row, c.col): c.value for c in sheet.cells if isinstance(c.value, str) and c.value} if visible else {},
        frozenset((cell.row, cell.col) for cell in sheet.cells if isinstance(cell.value, Formula)),
        frozenset((entry.row, entry.col) for entry in own if entry.name),
        frozenset((cell.row, cell.col) for cell in sheet.cells if cell.locked),
        frozenset(
            (cell.row, cell.col, cell.row + cell.rows - 1, cell.col + cell.cols - 1)
            for cell in sheet.cells
            if cell.rows > 1 or cell.cols > 1
        ),
        frozenset(filled | {(entry.row, entry.col) for entry in own}) if table else None,
    )


def unchanged(book: Book, plan: FormPlan) -> bool:
    """Whether nothing was done to `book` but filling it in."""
    form = sent(plan)
    return (
        len(book.sheets) == len(form.sheets)
        and all(map(_as_sent, book.sheets, form.sheets))
        and _names_as_sent(book.names, form)
    )


def _names_as_sent(names: Mapping[str, Target | str | None], form: Sent) -> bool:
    """Every name on its own cell, and none that asks for something the form does not."""
    return {name: names.get(name) for name in form.names} == form.names and not any(
        name.startswith(PREFIX) and isinstance(names[name], Target) for name in names.keys() - form.names.keys()
    )


def _as_sent(sheet: Sheet, form: _Sheet) -> bool:
    cells = sheet.cells
    if sheet.name != form.name or (sheet.visibility == "visible") is not form.visible:
        return False
    if not form.formulas <= cells.keys() or None in [cells[spot].formula for spot in form.formulas]:
        return False
    if not form.visible:
        return form.name == SHEET and not form.inputs
    if sheet.hidden_rows or sheet.hidden_cols or not sheet.protected or not form.merges.issuperset(sheet.merges):
        return False
    opened = {spot for spot, cell in cells.items() if not cell.locked}
    if not form.inputs <= opened or opened & form.locked:
        return False
    strays = () if form.known is None else cells.keys() - form.known
    return all(_blank(cells[spot]) for spot in strays) and _labelled(cells, form.labels)


def _labelled(cells: Mapping[Spot, Cell], labels: Mapping[Spot, str]) -> bool:
    """Whether every label stands where it was printed."""
    if not labels.keys() <= cells.keys():
        return False
    same = [cells[spot].value for spot in labels] == [*labels.values()]
    return same or all(cells[spot].value == text or _alike(cells[spot], text) for spot, text in labels.items())


def _alike(cell: Cell, text: str) -> bool:
    """Suites break lines otherwise than they were."""
    return isinstance(cell.value, str) and cell.value.split() == text.split()


def _blank(cell: Cell) -> bool:
    return cell.formula is not None or cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())


def fields_of(book: Book, plan: FormPlan) -> dict[str, Cell]:
    """The cells of the fields of a book that is `unchanged`."""
    form, grids = sent(plan), [sheet.cells for sheet in book.sheets]
    return {path: grids[number][spot] for path, (number, spot) in form.spots.items()}


def totals_of(book: Book, plan: FormPlan, places: Mapping[str, Place]) -> dict[str, tuple[Cell, Place]]:
    """The cells of its computed totals."""
    form, grids = sent(plan), [sheet.cells for sheet in book.sheets]
    return {path: (grids[number][spot], places[path]) for path, (number, spot) in form.totals.items()}


@once
def refs_of(plan: FormPlan) -> dict[str, tuple[str, str]]:
    """Sheet and A1 cell of every field and every computed total."""
    fields = {entry.path: (entry.sheet, a1(entry.row, entry.col)) for entry in plan.fields.values()}
    sheets = plan.workbook.sheets
    totals = {path: (sheets[number].name, a1(*spot)) for path, (number, spot) in sent(plan).totals.items()}
    return fields | totals
