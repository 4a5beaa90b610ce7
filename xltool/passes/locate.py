"""Finding every input of a form in a returned workbook: by defined name, verified by the labels beside it.

Names follow their cells through inserted rows and renamed sheets; labels tell whether the cell still means what
it meant. Where the two disagree the field is refused, never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from xltool.model.book import Book, Cell, Sheet, Target
from xltool.model.finding import Finding
from xltool.model.place import Place, a1
from xltool.plan.form import Field, FormPlan, total_name


@dataclass(frozen=True, slots=True)
class Located:
    """Cells by field path, each with its place; `lost` are the fields that have none to trust. `totals` are the
    cells of computed totals, evidence only."""

    cells: Mapping[str, Cell]
    places: Mapping[str, Place]
    lost: frozenset[str]
    totals: Mapping[str, tuple[Cell, Place]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def locate(book: Book, plan: FormPlan, file: str) -> Located:
    """Where the inputs of `plan` are in `book`."""
    wanted = {entry.name: entry for entry in plan.fields.values() if entry.name}
    targets = {name: book.names.get(name.upper()) for name in wanted}
    if not any(isinstance(target, Target) for target in targets.values()):
        return Located({}, {}, frozenset(plan.fields), findings=(Finding("FORM-NAMES-LOST", "error", (Place(file),)),))
    shared = _shared(targets)
    cells: dict[str, Cell] = {}
    places: dict[str, Place] = {}
    lost: set[str] = set()
    findings: list[Finding] = []
    for name, entry in wanted.items():
        target = targets[name]
        sheet = book.sheet(target.sheet) if isinstance(target, Target) else None
        if not isinstance(target, Target) or sheet is None:
            code, place = "PLACE-LOST", Place(file, entry.sheet, a1(entry.row, entry.col))
        else:
            place = Place(file, sheet.name, a1(target.row, target.col))
            code = "PLACE-SHARED" if target in shared else "" if _labelled(sheet, target, entry) else "PLACE-LABEL"
        places[entry.path] = place
        if code:
            lost.add(entry.path)
            args = {"row": entry.row_label, "column": entry.column_label}
            findings.append(Finding(code, "error", (place,), (entry.path,), args))
        elif isinstance(target, Target) and sheet is not None:
            cells[entry.path] = sheet.cells.get((target.row, target.col), Cell(locked=False))
    for entry in plan.fields.values():
        if not entry.name:
            places.setdefault(entry.path, Place(file, entry.sheet, a1(entry.row, entry.col)))
    findings = [*_structure(book, plan, wanted, targets, file), *findings]
    return Located(cells, places, frozenset(lost), dict(_totals(book, plan, file)), tuple(findings))


def _shared(targets: Mapping[str, Target | str | None]) -> set[Target]:
    counts = Counter(target for target in targets.values() if isinstance(target, Target))
    return {target for target, count in counts.items() if count > 1}


def _labelled(sheet: Sheet, target: Target, entry: Field) -> bool:
    """Whether the labels the form prints beside the cell are still beside it."""
    row, column = _plain(entry.row_label), _plain(entry.column_label)
    left = (_text(sheet, target.row, col) for col in range(target.col - 1, -1, -1))
    above = (_text(sheet, at, target.col) for at in range(target.row - 1, -1, -1))
    return (not row or row in left) and (not column or column in above)


def _text(sheet: Sheet, row: int, col: int) -> str:
    cell = sheet.cells.get((row, col))
    return _plain(cell.value) if cell is not None and isinstance(cell.value, str) else ""


def _plain(text: str) -> str:
    return "".join(text.split())


def _totals(book: Book, plan: FormPlan, file: str) -> Iterator[tuple[str, tuple[Cell, Place]]]:
    for result in plan.formulas.values():
        target = book.names.get(total_name(result.of).upper()) if result.kind == "total" else None
        sheet = book.sheet(target.sheet) if isinstance(target, Target) else None
        if isinstance(target, Target) and sheet is not None:
            cell = sheet.cells.get((target.row, target.col), Cell())
            yield result.of, (cell, Place(file, sheet.name, a1(target.row, target.col)))


def _structure(
    book: Book,
    plan: FormPlan,
    wanted: Mapping[str, Field],
    targets: Mapping[str, Target | str | None],
    file: str,
) -> Iterator[Finding]:
    """What was done to the workbook as a whole: said first, since it explains the rest."""
    renamed: dict[str, str] = {}
    moved: set[str] = set()
    for name, entry in wanted.items():
        target = targets[name]
        if isinstance(target, Target):
            if target.sheet.casefold() != entry.sheet.casefold():
                renamed.setdefault(entry.sheet, target.sheet)
            if (target.row, target.col) != (entry.row, entry.col):
                moved.add(target.sheet)
    for old, new in renamed.items():
        yield Finding("STRUCTURE-RENAMED", "notice", (Place(file, new),), args={"old": old, "new": new})
    gone = {sheet.name for sheet in plan.workbook.sheets if sheet.visibility == "visible"} - set(renamed)
    for name in sorted(gone):
        if book.sheet(name) is None:
            yield Finding("STRUCTURE-SHEET-MISSING", "error", (Place(file, name),), args={"sheet": name})
    for name in sorted(moved):
        yield Finding("STRUCTURE-MOVED", "notice", (Place(file, name),), args={"sheet": name})
    if book.local_names:
        yield Finding("STRUCTURE-COPIED", "notice", (Place(file),), args={"count": book.local_names})
    for sheet in book.sheets:
        yield from _sheet_state(sheet, plan, renamed, file)


def _sheet_state(sheet: Sheet, plan: FormPlan, renamed: Mapping[str, str], file: str) -> Iterator[Finding]:
    ours = {known.name.casefold(): known for known in plan.workbook.sheets if known.visibility == "visible"}
    names = set(ours) | {name.casefold() for name in renamed.values()}
    if sheet.name.casefold() not in names:
        return
    place = (Place(file, sheet.name),)
    if sheet.visibility != "visible" or sheet.hidden_rows or sheet.hidden_cols:
        yield Finding("STRUCTURE-HIDDEN", "notice", place, args={"sheet": sheet.name})
    if not sheet.protected:
        yield Finding("STRUCTURE-UNPROTECTED", "notice", place, args={"sheet": sheet.name})
