"""A form's plan and its content become the workbook to write: values in their cells, every formula with its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xltool.model.workbook import Cached, Formula, PlanCell, SheetPlan, WorkbookPlan
from xltool.plan.form import Content, FormPlan, Spot
from xltool.plan.hidden import SEAL_ROW, SHEET
from xltool.plan.meta import META_NAME, SEAL, Meta, meta_of, seal_of
from xltool.plan.results import Results


def fill(plan: FormPlan, content: Content, *, password: str = "", key: bytes = b"", seal: str = "") -> WorkbookPlan:
    """The workbook of `plan` with `content` in it, sealed by `key`, or with the `seal` it had."""
    results = Results(plan, content)
    values = _field_values(plan, content)
    sheets = tuple(
        replace(sheet, cells=tuple(_filled(cell, sheet.name, plan, values, results) for cell in sheet.cells))
        for sheet in plan.workbook.sheets
    )
    meta = meta_of(plan, content.agency, seal)
    if key:
        meta = meta_of(plan, content.agency, seal_of(meta.values, key))
    names = {**plan.workbook.names, META_NAME: meta.constant}
    sheets = tuple(_sealed(sheet, meta) if sheet.name == SHEET else sheet for sheet in sheets)
    return replace(plan.workbook, sheets=sheets, names=names, properties=meta.properties, password=password)


def _sealed(sheet: SheetPlan, meta: Meta) -> SheetPlan:
    """The hidden sheet with the seal; without one it has not even an empty cell for it."""
    if not meta.seal:
        return sheet
    cells = (*sheet.cells, PlanCell(SEAL_ROW, 0, SEAL), PlanCell(SEAL_ROW, 1, meta.seal))
    return replace(sheet, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.col))))


def _filled(
    cell: PlanCell, sheet: str, plan: FormPlan, values: Mapping[Spot, Cached | None], results: Results
) -> PlanCell:
    spot = (sheet, cell.row, cell.col)
    if isinstance(cell.value, Formula):
        return replace(cell, value=Formula(cell.value.text, results.shown(plan.formulas[spot])))
    return replace(cell, value=values[spot]) if spot in values else cell


def _field_values(plan: FormPlan, content: Content) -> dict[Spot, Cached | None]:
    meta = meta_of(plan, content.agency)
    known: dict[str, Cached | None] = {
        "agency.code": content.agency.code or None,
        "agency.name": content.agency.name or None,
        "submission": content.submission,
        "fact.level": content.agency.level,
        "fact.rule_making": None if content.agency.rule_making is None else int(content.agency.rule_making),
        **{f"meta.{key}": value for key, value in meta.values.items()},
        "meta.form_code": meta.form_code,
        **{f"cover.{key}": value or None for key, value in content.cover.items()},
        **{f"text.{key}": value or None for key, value in content.texts.items()},
        **{f"declared.{table}": answer or None for table, answer in content.undeclared.items()},
        **{f"declared.{table}": plan.words["yes"](plan.options.lang) for table in content.declared},
        **{f"explain.{name}": text or None for name, text in content.explanations.items()},
        **content.typed,
        **{f"prior.{path}": value for path, value in content.prior.items()},
    }
    return {entry.spot: known[path] for path, entry in plan.fields.items() if path in known}
