"""Whole sheets: renamed, put in another order, copied, added, deleted, hidden, unprotected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from xltool.model.book import Book, Cell, Sheet, Target
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place, a1
from xltool.model.workbook import SheetPlan
from xltool.plan.form import FormPlan
from xltool.plan.hidden import SHEET

# Of the texts a form prints on a sheet, the share that makes another sheet a copy of it.
_ALIKE = 0.6
_ROWS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Sheets:
    """`own`: the sheet of the workbook for each sheet of the form; `copies`: copied sheets with the form's sheet each
    is a copy of; `extra`: all others."""

    own: Mapping[str, str]
    copies: Mapping[str, str]
    extra: tuple[str, ...]


def _added(plan: FormPlan) -> Iterator[str]:
    """Sheets that the desk itself adds to what it sends back."""
    yield from (name.casefold() for name in (plan.words["sheet_return_list"].zh, plan.words["sheet_return_list"].en))


def match_sheets(book: Book, plan: FormPlan, targets: Mapping[str, Target]) -> Sheets:
    """Which sheet is which: by the names that point to it, by its own name, by what is printed on it."""
    votes: dict[str, Counter[str]] = {}
    for path, target in targets.items():
        sheet = book.sheet(target.sheet)
        if sheet is not None:
            votes.setdefault(plan.fields[path].sheet, Counter())[sheet.name] += 1
    own = {planned: counts.most_common(1)[0][0] for planned, counts in votes.items()}
    taken = {name.casefold() for name in own.values()}
    for planned in plan.workbook.sheets:
        sheet = book.sheet(planned.name)
        if planned.name not in own and sheet is not None and sheet.name.casefold() not in taken:
            own[planned.name] = sheet.name
            taken.add(sheet.name.casefold())
    copies: dict[str, str] = {}
    extra: list[str] = []
    taken |= set(_added(plan))
    for sheet in book.sheets:
        if sheet.name.casefold() in taken:
            continue
        like = next((each for each in plan.workbook.sheets if _alike(sheet, each)), None)
        if like is None:
            extra.append(sheet.name)
        elif like.name in own or _has_inputs(like, plan):
            copies[sheet.name] = like.name
        else:
            own[like.name] = sheet.name
    return Sheets(own, copies, tuple(extra))


def _has_inputs(planned: SheetPlan, plan: FormPlan) -> bool:
    return any(entry.sheet == planned.name and entry.name for entry in plan.fields.values())


def _alike(sheet: Sheet, planned: SheetPlan) -> bool:
    printed = {(cell.row, cell.col): cell.value for cell in planned.cells if isinstance(cell.value, str)}
    same = sum(sheet.cells.get(at, Cell()).value == text for at, text in printed.items())
    return bool(printed) and same >= _ALIKE * len(printed)


def sheet_findings(
    book: Book, plan: FormPlan, sheets: Sheets, targets: Mapping[str, Target], file: str
) -> tuple[list[Finding], frozenset[str]]:
    """What was done to whole sheets, and the fields of which a copied sheet says something else."""
    findings = [*_renamed(sheets, file), *_missing(plan, sheets, file), *_order(book, plan, sheets, file)]
    doubtful: set[str] = set()
    for copy, original in sheets.copies.items():
        args = {"sheet": copy, "original": sheets.own.get(original, original)}
        findings.append(Finding("STRUCTURE-COPIED", "notice", (Place(file, copy),), args=args))
        differing = list(_differing(book, plan, copy, original, targets))
        if differing:
            every = [path for path, entry in plan.fields.items() if entry.sheet == original and path in targets]
            doubtful |= set(every)
            more: dict[str, Argument] = {**args, "count": len(differing)}
            places = tuple(Place(file, copy, a1(targets[path].row, targets[path].col)) for path in differing)
            paths = (*differing, *(path for path in every if path not in differing))
            findings.append(Finding("STRUCTURE-COPY-DIFFERS", "error", places, paths, more))
    findings += [
        Finding("STRUCTURE-EXTRA", "notice", (Place(file, name),), args={"sheet": name}) for name in sheets.extra
    ]
    for sheet in book.sheets:
        findings += _state(sheet, plan, sheets, file)
    return findings, frozenset(doubtful)


def _renamed(sheets: Sheets, file: str) -> Iterator[Finding]:
    for old, new in sheets.own.items():
        if old.casefold() != new.casefold():
            yield Finding("STRUCTURE-RENAMED", "notice", (Place(file, new),), args={"old": old, "new": new})


def _missing(plan: FormPlan, sheets: Sheets, file: str) -> Iterator[Finding]:
    for sheet in plan.workbook.sheets:
        if sheet.name in sheets.own or sheet.visibility != "visible":
            continue
        if _has_inputs(sheet, plan):
            yield Finding("STRUCTURE-SHEET-MISSING", "error", (Place(file, sheet.name),), args={"sheet": sheet.name})
        else:
            yield Finding("STRUCTURE-GUIDE-MISSING", "notice", (Place(file, sheet.name),), args={"sheet": sheet.name})


def _order(book: Book, plan: FormPlan, sheets: Sheets, file: str) -> Iterator[Finding]:
    at = {sheet.name: number for number, sheet in enumerate(book.sheets)}
    present = [sheets.own[sheet.name] for sheet in plan.workbook.sheets if sheet.name in sheets.own]
    if any(at[one] > at[two] for one, two in pairwise(present)):
        yield Finding("STRUCTURE-REORDERED", "notice", (Place(file),))


def _differing(book: Book, plan: FormPlan, copy: str, original: str, targets: Mapping[str, Target]) -> Iterator[str]:
    """Inputs that were filled in on a copied sheet with something else than on the sheet itself."""
    copied = book.sheet(copy)
    assert copied is not None
    for path, target in targets.items():
        sheet = book.sheet(target.sheet)
        if plan.fields[path].sheet != original or sheet is None:
            continue
        there = copied.cells.get((target.row, target.col), Cell()).value
        if there is not None and there != sheet.cells.get((target.row, target.col), Cell()).value:
            yield path


def _state(sheet: Sheet, plan: FormPlan, sheets: Sheets, file: str) -> Iterator[Finding]:
    """How a sheet of the form is shown and protected."""
    planned = next((old for old, new in sheets.own.items() if new == sheet.name), None)
    if planned is None:
        return
    place, args = (Place(file, sheet.name),), {"sheet": sheet.name}
    if planned == SHEET:
        if sheet.visibility == "visible":
            yield Finding("STRUCTURE-REVEALED", "notice", place, args=args)
        return
    if sheet.visibility != "visible":
        yield Finding("STRUCTURE-HIDDEN", "notice", place, args=args)
    if sheet.hidden_rows or sheet.hidden_cols:
        lines = [str(row + 1) for row in sorted(sheet.hidden_rows)[:_ROWS_SHOWN]]
        count = len(sheet.hidden_rows) + len(sheet.hidden_cols)
        more: dict[str, Argument] = {**args, "count": count, "rows": ", ".join(lines) or "—"}
        yield Finding("STRUCTURE-HIDDEN-ROWS", "notice", place, args=more)
    if not sheet.protected:
        yield Finding("STRUCTURE-UNPROTECTED", "notice", place, args=args)
