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
from xltool.plan.labels import LONGEST_LABEL


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
    *,
    same_template: bool = True,
) -> Tampered:
    """What was done to `book`. `targets` are the cells the fields' names point to, `shared` those several point to,
    `mislabelled` the fields without their labels. Made from another version of the template, a workbook has its
    fixed cells elsewhere through nobody's doing: then only its sheets are compared."""
    sheets = match_sheets(book, plan, targets)
    broken = frozenset(
        path for path, entry in plan.fields.items() if entry.name and book.names.get(entry.name.upper(), "") is None
    )
    moved: dict[str, Shift] = shifts(plan, targets, _displaced(book, plan, targets, mislabelled), shared, broken)
    findings, doubtful = sheet_findings(book, plan, sheets, targets, file)
    if not same_template:
        return Tampered(tuple(findings), doubtful)
    for name, shift in moved.items():
        findings += shift.findings(file, sheets.own.get(name, name))
    steady = Sheets({name: own for name, own in sheets.own.items() if not moved.get(name, Shift()).any}, {}, ())
    findings += cell_findings(book, plan, steady, targets, mislabelled, file)
    return Tampered(tuple(findings), doubtful)


def _displaced(
    book: Book, plan: FormPlan, targets: Mapping[str, Target], mislabelled: frozenset[str]
) -> frozenset[str]:
    """The fields whose row label stands in another row: rows were sorted, not written over."""
    wanted = mislabelled & set(targets)
    rows: dict[tuple[str, str], set[int]] = {}
    for name in {targets[path].sheet for path in wanted}:
        sheet = book.sheet(name)
        for (row, _), cell in sheet.cells.items() if sheet is not None else ():
            rows.setdefault((name, _plain(cell.value)), set()).add(row)
    found = set()
    for path in wanted:
        label = _plain(plan.fields[path].row_label)
        at = rows.get((targets[path].sheet, label), set())
        if label and at and targets[path].row not in at:
            found.add(path)
    return frozenset(found)


def _plain(value: object) -> str:
    return "".join(value[:LONGEST_LABEL].split()) if isinstance(value, str) else ""
