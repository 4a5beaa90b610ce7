"""All that is noticed of a workbook's structure, said first since it explains the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xltool.model.book import Book, Target
from xltool.model.finding import Finding
from xltool.passes.tamper.cells import cell_findings
from xltool.passes.tamper.sheets import Sheets, match_sheets, sheet_findings
from xltool.passes.tamper.shifts import Shift, shifts
from xltool.plan.form import FormPlan


@dataclass(frozen=True, slots=True)
class Tampered:
    """`findings` in the order of the workbook; `doubtful` are fields of which there are two versions."""

    findings: tuple[Finding, ...]
    doubtful: frozenset[str] = frozenset()


def tamper(
    book: Book,
    plan: FormPlan,
    targets: Mapping[str, Target],
    mislabelled: frozenset[str],
    shared: frozenset[Target],
    file: str,
) -> Tampered:
    """What was done to `book`. `targets` are the cells the fields' names point to, `shared` those several point to,
    `mislabelled` the fields without their labels."""
    sheets = match_sheets(book, plan, targets)
    broken = frozenset(
        path for path, entry in plan.fields.items() if entry.name and book.names.get(entry.name.upper(), "") is None
    )
    moved: dict[str, Shift] = shifts(plan, targets, _displaced(book, plan, targets, mislabelled), shared, broken)
    findings, doubtful = sheet_findings(book, plan, sheets, targets, file)
    for name, shift in moved.items():
        findings += shift.findings(file, sheets.own.get(name, name))
    steady = Sheets({name: own for name, own in sheets.own.items() if not moved.get(name, Shift()).any}, {}, ())
    findings += cell_findings(book, plan, steady, targets, mislabelled, file)
    return Tampered(tuple(findings), doubtful)


def _displaced(
    book: Book, plan: FormPlan, targets: Mapping[str, Target], mislabelled: frozenset[str]
) -> frozenset[str]:
    """The fields whose row label stands in another row: rows were sorted, not written over."""
    found = set()
    for path in mislabelled & set(targets):
        sheet, label = book.sheet(targets[path].sheet), _plain(plan.fields[path].row_label)
        rows = {row for (row, _), cell in sheet.cells.items() if _plain(cell.value) == label} if sheet else set()
        if label and rows and targets[path].row not in rows:
            found.add(path)
    return frozenset(found)


def _plain(value: object) -> str:
    return "".join(value.split()) if isinstance(value, str) else ""
