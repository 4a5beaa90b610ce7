"""A form's plan and its content become the workbook to write: values in their cells, every formula with its result.

First everything but whose workbook it is, then the stamp that says it: so nothing else can depend on an agency's
code and name, and thousands of workbooks can share all but their stamps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xltool.model.stamp import stamped
from xltool.model.workbook import Cached, Formula, PlanCell, SheetPlan, WorkbookPlan
from xltool.plan.form import Content, FormPlan, Spot
from xltool.plan.hidden import SEAL_ROW, SHEET
from xltool.plan.meta import SEAL, meta_of
from xltool.plan.results import Results
from xltool.plan.stamps import SEAL_SPOT, Stamps


def fill(plan: FormPlan, content: Content, *, password: str = "", key: bytes = b"", seal: str = "") -> WorkbookPlan:
    """The workbook of `plan` with `content` in it, sealed by `key`, or with the `seal` it had."""
    stamps = Stamps(plan, key)
    blank = unstamped(plan, content, stamps, password=password, sealed=bool(key or seal))
    return stamped(blank, stamps.of(content.agency, seal))


def unstamped(
    plan: FormPlan, content: Content, stamps: Stamps, *, password: str = "", sealed: bool = False
) -> WorkbookPlan:
    """The workbook of `plan` with `content` in it, but for one of the `stamps`: of its agency only the facts count."""
    content = replace(content, agency=stamps.facts(content.agency))
    results = Results(plan, content)
    values = _field_values(plan, content)
    sheets = tuple(
        replace(sheet, cells=tuple(_filled(cell, sheet.name, plan, values, results) for cell in sheet.cells))
        for sheet in plan.workbook.sheets
    )
    if sealed:
        sheets = tuple(_with_seal(sheet) if sheet.name == SHEET else sheet for sheet in sheets)
    return replace(plan.workbook, sheets=sheets, properties=meta_of(plan, content.agency).properties, password=password)


def _with_seal(sheet: SheetPlan) -> SheetPlan:
    """The hidden sheet with a place for the seal; without one it has not even an empty cell for it."""
    cells = (*sheet.cells, PlanCell(SEAL_ROW, 0, SEAL), PlanCell(*SEAL_SPOT[1:]))
    return replace(sheet, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.col))))


def _filled(
    cell: PlanCell, sheet: str, plan: FormPlan, values: Mapping[Spot, Cached | None], results: Results
) -> PlanCell:
    spot = (sheet, cell.row, cell.col)
    if isinstance(cell.value, Formula):
        return cell._replace(value=Formula(cell.value.text, results.shown(plan.formulas[spot])))
    return cell._replace(value=values[spot]) if spot in values else cell


def _field_values(plan: FormPlan, content: Content) -> dict[Spot, Cached | None]:
    meta = meta_of(plan, content.agency)
    known: dict[str, Cached | None] = {
        "submission": content.submission,
        "fact.rule_making": None if content.agency.rule_making is None else int(content.agency.rule_making),
        **{f"meta.{key}": value for key, value in meta.values.items()},
        **{f"cover.{key}": value or None for key, value in content.cover.items()},
        **{f"text.{key}": value or None for key, value in content.texts.items()},
        **{f"declared.{table}": answer or None for table, answer in content.undeclared.items()},
        **{f"declared.{table}": plan.words["yes"](plan.options.lang) for table in content.declared},
        **{f"explain.{name}": text or None for name, text in content.explanations.items()},
        **content.typed,
        **{f"prior.{path}": value for path, value in content.prior.items()},
    }
    return {entry.spot: known[path] for path, entry in plan.fields.items() if path in known}
