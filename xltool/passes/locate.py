"""Finding every input of a form in a returned workbook: by defined name, verified by the labels beside it.

Names follow their cells through inserted rows and renamed sheets; labels tell whether the cell still means what
it meant. Where the two disagree the field is refused, never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from xltool.model.book import Book, Cell, Sheet, Target
from xltool.model.finding import Finding
from xltool.model.place import Place, a1
from xltool.model.workbook import PlanCell
from xltool.plan.context import Context, contexts
from xltool.plan.form import Field, FormPlan, total_name
from xltool.plan.labels import LONGEST_LABEL

PREFIX = "XL_"
# Of a text that stands in more cells than any form prints it, the first are enough to go by.
_REPEATED = 100


@dataclass(frozen=True, slots=True)
class Located:
    """Cells by field path, each with its place; `lost` are the fields that have none to trust. `totals` are the
    cells of computed totals, evidence only. `targets` are the cells the names of the fields point to, trusted or
    not, `shared` those that several point to."""

    cells: Mapping[str, Cell]
    places: Mapping[str, Place]
    lost: frozenset[str]
    totals: Mapping[str, tuple[Cell, Place]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    targets: Mapping[str, Target] = field(default_factory=dict)
    shared: frozenset[Target] = frozenset()


def named(book: Book, plan: FormPlan) -> bool:
    """Whether any input's name is left in `book`."""
    return any(isinstance(book.names.get(entry.name.upper()), Target) for entry in plan.fields.values() if entry.name)


def locate(book: Book, plan: FormPlan, file: str) -> Located:
    """Where the inputs of `plan` are in `book`, by their names."""
    wanted = [entry for entry in plan.fields.values() if entry.name]
    targets = {
        entry.path: target
        for entry in wanted
        if isinstance(target := book.names.get(entry.name.upper()), Target) and book.sheet(target.sheet) is not None
    }
    judge = _Judge(book, plan, targets)
    cells: dict[str, Cell] = {}
    places = {entry.path: Place(file, entry.sheet, a1(entry.row, entry.col)) for entry in plan.fields.values()}
    lost: set[str] = set()
    findings: list[Finding] = []
    for entry in wanted:
        target = targets.get(entry.path)
        sheet = book.sheet(target.sheet) if target is not None else None
        if target is not None and sheet is not None:
            places[entry.path] = Place(file, sheet.name, a1(target.row, target.col))
            cells[entry.path] = sheet.cells.get((target.row, target.col), Cell(locked=False))
        code = judge.fault(entry)
        if code:
            cells.pop(entry.path, None)
            lost.add(entry.path)
            args = {"row": entry.row_label, "column": entry.column_label}
            findings.append(Finding(code, "error", (places[entry.path],), (entry.path,), args))
    findings += _unknown(book, plan, file)
    totals = dict(_totals(book, plan, file))
    return Located(cells, places, frozenset(lost), totals, tuple(findings), targets, judge.shared)


class _Judge:
    """Whether the cell a name points to is still the input the form meant."""

    def __init__(self, book: Book, plan: FormPlan, targets: Mapping[str, Target]) -> None:
        self.book, self.targets = book, targets
        counts = Counter(targets.values())
        self.shared = frozenset(target for target, count in counts.items() if count > 1)
        self.contexts = contexts(plan)
        self.texts: dict[str, _Texts] = {}
        labels = Counter((each.sheet, each.row_label, each.column_label) for each in plan.fields.values() if each.name)
        self.repeated = {labelled for labelled, count in labels.items() if count > 1}
        self.disordered = set(_disordered(plan, targets, self.shared))
        self.moved = {
            plan.fields[path].sheet
            for path, target in targets.items()
            if (target.row, target.col) != (plan.fields[path].row, plan.fields[path].col) and target not in self.shared
        }

    def fault(self, entry: Field) -> str:
        """The code of what is wrong with a field's cell; empty where nothing is."""
        target = self.targets.get(entry.path)
        sheet = self.book.sheet(target.sheet) if target is not None else None
        if target is None or sheet is None:
            return "PLACE-LOST"
        if target in self.shared:
            return "PLACE-SHARED"
        if any(
            top <= target.row <= bottom and left <= target.col <= right and (top, left) != (target.row, target.col)
            for top, left, bottom, right in sheet.merges
        ):
            return "PLACE-COVERED"
        labelled = (entry.sheet, entry.row_label, entry.column_label)
        if entry.sheet in self.disordered and labelled in self.repeated:
            return "PLACE-LABEL"
        context, steady = self.contexts.get(entry.path, ()), entry.sheet not in self.moved
        if sheet.name not in self.texts:
            self.texts[sheet.name] = _Texts(sheet)
        texts = self.texts[sheet.name]
        still = texts.labelled(target, entry) and texts.in_context(target, entry, context, steady=steady)
        return "" if still else "PLACE-LABEL"


def _disordered(plan: FormPlan, targets: Mapping[str, Target], shared: frozenset[Target]) -> Iterator[str]:
    """Sheets whose rows stand in another order: there labels that occur more than once tell nothing."""
    rows: dict[str, list[tuple[int, int]]] = {}
    for path, target in targets.items():
        if target not in shared:
            rows.setdefault(plan.fields[path].sheet, []).append((plan.fields[path].row, target.row))
    for sheet, moved in rows.items():
        ordered = sorted(set(moved))
        if any(one[0] < two[0] and one[1] >= two[1] for one, two in pairwise(ordered)):
            yield sheet


class _Texts:
    """Where each text of a sheet stands, so that a sheet of any size is gone through once."""

    def __init__(self, sheet: Sheet) -> None:
        self.at: dict[tuple[int, int], str] = {}
        self.first_in_row: dict[tuple[str, int], int] = {}
        self.first_in_column: dict[tuple[str, int], int] = {}
        self.all: dict[str, list[tuple[int, int]]] = {}
        for (row, col), cell in sorted(sheet.cells.items()):
            text = plain(cell.value) if isinstance(cell.value, str) else ""
            if text:
                self.at[row, col] = text
                self.first_in_row.setdefault((text, row), col)
                self.first_in_column.setdefault((text, col), row)
                known = self.all.setdefault(text, [])
                if len(known) < _REPEATED:
                    known.append((row, col))

    def left_of(self, text: str, target: Target) -> bool:
        return self.first_in_row.get((text, target.row), target.col) < target.col

    def above(self, text: str, target: Target) -> bool:
        return self.first_in_column.get((text, target.col), target.row) < target.row

    def labelled(self, target: Target, entry: Field) -> bool:
        """Whether the labels the form prints beside the cell are still beside it."""
        row, column = plain(entry.row_label), plain(entry.column_label)
        return (not row or self.left_of(row, target)) and (not column or self.above(column, target))

    def in_context(self, target: Target, entry: Field, context: Context, *, steady: bool) -> bool:
        """Whether groups, unit and heads are still what they were: in their place on a steady sheet, on the same side
        of the cell where cells have moved."""
        if steady:
            return all(self.at.get((cell.row, cell.col)) == plain(str(cell.value)) for cell in context)
        return all(self.beside(target, entry, cell) for cell in context)

    def beside(self, target: Target, entry: Field, label: PlanCell) -> bool:
        text = plain(str(label.value))
        if label.row == entry.row:
            return self.left_of(text, target)
        return any(row <= target.row and col <= target.col for row, col in self.all.get(text, ()))


def plain(text: str) -> str:
    """A label as it is compared, cut where no label is that long: a file may repeat a megabyte over and over."""
    return "".join(text[:LONGEST_LABEL].split())


def _unknown(book: Book, plan: FormPlan, file: str) -> Iterator[Finding]:
    """Inputs the workbook has a name for and the form has not: what stands in them would be lost silently."""
    known = {entry.name.upper() for entry in plan.fields.values() if entry.name}
    for name, target in book.names.items():
        if not name.startswith(PREFIX) or name in known or not isinstance(target, Target):
            continue
        sheet = book.sheet(target.sheet)
        cell = sheet.cells.get((target.row, target.col)) if sheet is not None else None
        if cell is not None and cell.value is not None:
            yield Finding(
                "PLACE-UNKNOWN", "error", (Place(file, target.sheet, a1(target.row, target.col)),), args={"name": name}
            )


def _totals(book: Book, plan: FormPlan, file: str) -> Iterator[tuple[str, tuple[Cell, Place]]]:
    for result in plan.formulas.values():
        target = book.names.get(total_name(result.of).upper()) if result.kind == "total" else None
        sheet = book.sheet(target.sheet) if isinstance(target, Target) else None
        if isinstance(target, Target) and sheet is not None:
            cell = sheet.cells.get((target.row, target.col), Cell())
            yield result.of, (cell, Place(file, sheet.name, a1(target.row, target.col)))
