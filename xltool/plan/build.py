"""Schema and layout to the plan of a form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from xltool.model.check import Instance
from xltool.model.era import Era
from xltool.model.workbook import Area, Formula, Page, PlanCell, SheetPlan, WorkbookPlan
from xltool.plan.beside import Live, draw_beside
from xltool.plan.checks_sheet import Checks
from xltool.plan.colours import colour_inputs
from xltool.plan.cover import Cover
from xltool.plan.draft import Draft
from xltool.plan.form import Field, FormPlan, Options, Result, Spot, Words, total_name
from xltool.plan.frame import draw_footer, draw_head
from xltool.plan.guide import draw_guide, draw_texts
from xltool.plan.hidden import Hidden, count_at, fact_site
from xltool.plan.labels import looks_back
from xltool.plan.layout import Layout
from xltool.plan.prior import PriorSheet
from xltool.plan.table import Table, draw
from xltool.rules.excel import Locate, Site, reference, value_formula
from xltool.rules.nodes import Compare, Either, Node, Ref, refs


def build(era: Era, layout: Layout, options: Options, words: Words) -> FormPlan:
    """The plan of `era`'s workbook with `options`: empty, complete, the same every time."""
    tables = [draw(sheet, era, options, words) for sheet in layout.sheets]
    spots = {path: spot for table in tables for path, spot in table.spots.items()}
    cover = Cover(era, options, words)
    for table in tables:
        draw_head(table, era, words, options, cover.name_at, count_at("headline"))
    prior = PriorSheet(era, layout, options, words)
    locate = _locator(era, tables, spots, prior.spots)
    _draw_totals(era, options, tables, spots, locate)
    instances = tuple(each for each in era.instances if _shown(each, era, options, spots))
    names = {table.layout.id: table.draft.name for table in tables}
    checks = Checks(era, options, words, names, spots, locate)
    checks.head()
    for instance in instances:
        checks.instance(instance)
    hidden = Hidden(era, options, words, checks.name)
    hidden.meta()
    for table in tables:
        hidden.inputs(table.layout.id, _figures(table), table.declared, _whole_finder(era, spots))
        blanks = any(era.indicators[entry.path].blank == "missing" for entry in _figures(table))
        checks.table_rows(table.layout.id, hidden.state_range(table.layout.id), blanks=blanks)
    hidden.submission(cover.submission_at)
    hidden.counts(checks.verdicts(""))
    live = [
        Live(each, checks.verdict_at(each.name), checks.difference_at(each.name), checks.open_words(each))
        for each in instances
        if not each.check.trial
    ]
    sheets: list[SheetPlan] = []
    for table in tables:
        draw_beside(table, live, spots, words, options)
        colour_inputs(table, era, words, options)
        last = draw_footer(table, words, options, cover.cover_at, count_at("code_text"))
        area = Area(0, 0, last, len(table.layout.columns) - 1)
        landscape, tall = table.layout.landscape, 0 if len(table.layout.blocks) > 4 else 1
        sheets.append(
            table.draft.done(Page(landscape=landscape, tall=tall, print_area=area, repeat_rows=(0, 0)), tab="#4F81BD")
        )
    drafts = [table.draft for table in tables]
    if prior.spots:
        drafts.append(prior.draft)
        sheets.append(prior.done())
    if options.texts:
        drafts.append(draw_texts(options, words))
        sheets.append(drafts[-1].done(Page()))
    sheets += [checks.done(), draw_guide(era, options, words, instances)]
    cover.paint([sheet.name for sheet in sheets])
    sheets = [cover.done(), *sheets, hidden.done()]
    drafts = [cover.draft, *drafts, checks.draft, hidden.draft]
    return _finish(era, options, words, sheets, drafts, spots, names, instances)


def _finish(
    era: Era,
    options: Options,
    words: Words,
    sheets: list[SheetPlan],
    drafts: list[Draft],
    spots: dict[str, Spot],
    tables: dict[str, str],
    instances: tuple[Instance, ...],
) -> FormPlan:
    fields = {entry.path: entry for draft in drafts for entry in draft.fields}
    formulas: dict[Spot, Result] = {}
    for draft in drafts:
        formulas.update(draft.formulas)
    names = {
        entry.name: reference(entry.sheet, entry.row, entry.col, absolute=True)
        for entry in fields.values()
        if entry.name
    }
    for spot, result in formulas.items():
        if result.kind == "total":
            names[total_name(result.of)] = reference(*spot, absolute=True)
    workbook = WorkbookPlan(tuple(sheets), names, title=era.title(options.lang))
    return FormPlan(era, options, words, workbook, fields, formulas, spots, tables, instances, _fingerprint(workbook))


def _fingerprint(workbook: WorkbookPlan) -> str:
    """Twelve hex digits that change with any label, formula, position or name, and with nothing else."""
    cells = [
        (sheet.name, cell.row, cell.col, cell.rows, cell.cols, cell.locked, _said(cell))
        for sheet in workbook.sheets
        for cell in sheet.cells
    ]
    return hashlib.sha256(repr((cells, sorted(workbook.names.items()))).encode()).hexdigest()[:12]


def _said(cell: PlanCell) -> str:
    return "=" + cell.value.text if isinstance(cell.value, Formula) else str(cell.value)


def _figures(table: Table) -> list[Field]:
    """The inputs of a table's figures, without the declaration at its head."""
    return [entry for entry in table.draft.fields if entry.path in table.spots]


def _whole_finder(era: Era, spots: Mapping[str, Spot]) -> WholeFinder:
    return WholeFinder(
        {part.path: either.whole.path for either in era.eithers.values() for part in either.parts}, spots
    )


class WholeFinder:
    """Finds the cell of the whole figure that a part belongs to, where the workbook has one."""

    def __init__(self, wholes: Mapping[str, str], spots: Mapping[str, Spot]) -> None:
        self.wholes, self.spots = wholes, spots

    def __call__(self, part: str) -> str:
        spot = self.spots.get(self.wholes.get(part, ""))
        return reference(*spot) if spot else ""


def _locator(era: Era, tables: list[Table], spots: Mapping[str, Spot], prior: Mapping[str, Spot]) -> Locate:
    declared: dict[str, str] = {}
    whole_at = _whole_finder(era, spots)
    for table in tables:
        for entry in _figures(table):
            indicator = era.indicators[entry.path]
            if indicator.kind == "number" and not indicator.optional:
                whole = whole_at(entry.path)
                # Parts of a figure given whole are not zero: they are not asked for.
                declared[entry.path] = f"AND({table.declared},COUNT({whole})=0)" if whole else table.declared

    def locate(ref: Ref) -> Site | None:
        if ref.origin == "agency":
            return Site(*fact_site(ref.path))
        if ref.origin == "prior":
            return Site(*prior[ref.path]) if ref.path in prior else None
        spot = spots.get(ref.path)
        return Site(*spot, declared.get(ref.path, "")) if spot else None

    return locate


def _draw_totals(era: Era, options: Options, tables: list[Table], spots: Mapping[str, Spot], locate: Locate) -> None:
    if options.totals == "typed":
        return
    spans = {(table.draft.name, cell.row, cell.col): cell for table in tables for cell in table.draft.cells}
    by_name = {table.draft.name: table for table in tables}
    for path, total in era.totals.items():
        if path in spots:
            sheet, row, col = spots[path]
            draft = by_name[sheet].draft
            formula = value_formula(total.formula, locate, sheet)
            draft.formula(
                row, col, formula, Result("total", path), "total", cols=_span(spans, by_name[sheet], row, col)
            )


def _span(spans: Mapping[Spot, object], table: Table, row: int, col: int) -> int:
    """How many columns a cell at `col` covers: up to the next cell in the row."""
    after = [at[2] for at in spans if at[0] == table.draft.name and at[1] == row and at[2] > col]
    after += [spot[2] for spot in table.spots.values() if spot[1] == row and spot[2] > col]
    return min([*after, len(table.layout.columns)]) - col


def _shown(instance: Instance, era: Era, options: Options, spots: Mapping[str, Spot]) -> bool:
    """Whether the workbook has all cells the instance needs, and it can fail in it."""
    needed = [ref for ref in _needed(instance.rule) if ref.origin != "agency"]
    if not instance.applies_in(options.year) or (looks_back(instance) and not options.prior):
        return False
    if any(ref.origin == "data" and ref.path not in spots for ref in needed):
        return False
    return options.totals == "typed" or not _tautology(instance.rule, era)


def _needed(node: Node | Compare) -> list[Ref]:
    """The indicators a rule cannot do without: all but the wholes of figures given in parts."""
    wholes = {each.whole for each in _eithers(node)}
    return [ref for ref in refs(node) if ref not in wholes]


def _eithers(node: Node | Compare) -> list[Either]:
    if isinstance(node, Either):
        return [node]
    below = [getattr(node, name) for name in ("left", "right", "operand") if hasattr(node, name)]
    below += list(getattr(node, "arguments", ()))
    return [each for child in below for each in _eithers(child)]


def _tautology(rule: Compare, era: Era) -> bool:
    """Whether the rule only says what a computed total's own formula makes true."""
    if rule.comparison != "==":
        return False
    sides = ((rule.left, rule.right), (rule.right, rule.left))
    return any(
        isinstance(one, Ref) and one.path in era.totals and era.totals[one.path].formula == other
        for one, other in sides
    )
