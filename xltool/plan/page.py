"""The plan of a form as data for the agency's own page: the same tables, fields, totals and checks as in the workbook.

Everything is plain JSON; texts are pairs of Chinese and English, numbers texts, places ``[row, column]`` of the sheet
they have in the workbook. The two plans, one a language, differ in nothing but words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from xltool.lang import Lang, Text
from xltool.model.check import Instance
from xltool.model.era import Era, Indicator
from xltool.model.record import Agency
from xltool.model.workbook import Formula, PlanCell, SheetPlan
from xltool.numbers import Number, plain
from xltool.plan import hidden
from xltool.plan.beside import shows_difference
from xltool.plan.form import Field, FormPlan, Spot, Typed
from xltool.plan.labels import instance_label, open_word, short_labels
from xltool.plan.layout import SheetLayout
from xltool.plan.meta import meta_of
from xltool.plan.table import HEAD_ROWS
from xltool.rules.javascript import formula_source, rule_source, script_text

Pair = tuple[str, str]
Plans = Mapping[Lang, FormPlan]
Tree = dict[str, object]
_NAMED = 4
"""How many figures of a check are named; of more, their number is said."""
_FUNCTIONS = (
    "figure, add, subtract, multiply, divide, negative, absolute, round, least, greatest, sum, either",
    "const rulesOn = ({%s}) => ({\n  totals: {\n%s\n  },\n  rules: {\n%s\n  },\n});\n",
)


def compiled_rules(plan: FormPlan) -> str:
    """The script with every total and every check of `plan`, for `templates/pages/figures.js`."""
    names, frame = _FUNCTIONS
    totals = (f"    {script_text(path)}: {formula_source(total.formula)}," for path, total in plan.era.totals.items())
    rules = (f"    {script_text(each.name)}: {rule_source(each.rule, each.places)}," for each in plan.instances)
    return frame % (names, "\n".join(totals), "\n".join(rules))


def page_data(plans: Plans, layouts: Mapping[str, SheetLayout]) -> Tree:
    """What a page of the form shows and computes with; `layouts` are those of its sheets, by id."""
    plan = plans["zh"]
    era, options = plan.era, plan.options
    return {
        "era": era.id,
        "year": options.year,
        "scope": options.scope,
        "computed": options.totals == "computed",
        "title": _both(era.title, options.year),
        "form": _both(era.short),
        "basis": _both(era.basis),
        "seed": hidden.seed(options, era),
        "modulus": hidden.MODULUS,
        "submission_weight": hidden.weight("submission"),
        "not_applicable": sorted(era.not_applicable),
        "indicators": [_indicator(each, plans) for each in era.indicators.values()],
        "totals": list(era.totals),
        "tables": [_table(layouts[table], plans, table) for table in plan.tables],
        "checks": [_check(one, plans) for one in plan.instances],
        "last_year": [_last_year(path, plans) for path in plan.fields if path.startswith("prior.")],
        "guide": [_guide(each) for each in plans.values()],
    }


def page_agency(plan: FormPlan, agency: Agency, prior: Mapping[str, Typed]) -> Tree:
    """What a page of `agency` has besides: whose it is, the facts of the roster, and last year's figures."""
    facts = {"level": agency.level, "rule_making": agency.rule_making}
    paths = (path.removeprefix("prior.") for path in plan.fields if path.startswith("prior."))
    return {
        "agency": None if plan.options.anonymous else {"code": agency.code, "name": agency.name, **facts},
        "form_code": meta_of(plan, agency).form_code,
        "prior": {path: _text(prior.get(path)) for path in paths},
    }


def _both(text: Text, year: int = 0) -> Pair:
    return text("zh", year=year), text("en", year=year)


def _text(value: Typed) -> str | None:
    return plain(value) if value is not None and not isinstance(value, str) else None


def _bound(value: Number | None) -> str | None:
    return None if value is None else plain(value)


def _guide(plan: FormPlan) -> list[list[Pair]]:
    """The lines of the sheet 填表说明 in one language, each cell with its style."""
    name = plan.words["sheet_guide"](plan.options.lang)
    cells = next(sheet.cells for sheet in plan.workbook.sheets if sheet.name == name)
    return [[(cell.style, str(cell.value)) for cell in row] for _, row in groupby(cells, key=lambda cell: cell.row)]


def _indicator(indicator: Indicator, plans: Plans) -> Tree:
    plan, path = plans["zh"], indicator.path
    entry = plan.fields.get(path)
    whole = next((e.whole.path for e in plan.era.eithers.values() if any(p.path == path for p in e.parts)), None)
    return {
        "path": path,
        "kind": indicator.kind,
        "decimals": indicator.decimals,
        "minimum": _bound(indicator.minimum),
        "maximum": _bound(indicator.maximum),
        "unit": None if indicator.unit is None else _both(indicator.unit),
        "optional": indicator.optional,
        "blank": indicator.blank,
        "weight": hidden.weight(path),
        "whole": whole if whole in plan.figures else None,
        "table": entry.table if entry else None,
        "shown": path in plan.figures,
        "label": _labels(indicator, plan.era),
        "prompt": [_prompt(path, plans["zh"]), _prompt(path, plans["en"])] if entry else None,
    }


def _labels(indicator: Indicator, era: Era) -> Pair:
    """The labels that lead to an indicator within its table: 自然人·新收."""
    steps = indicator.path.split(".")
    titled = [era.titled(".".join(steps[:depth])) for depth in range(2, len(steps) + 1)]
    names = [each.short for each in titled if each and each.short.zh] or [indicator.short]
    return "·".join(each.zh for each in names), " · ".join(each.en for each in names)


def _prompt(path: str, plan: FormPlan) -> str:
    """What the workbook says when the cell is chosen, without the labels, which the page shows by itself."""
    entry = plan.fields[path]
    sheet = next(sheet for sheet in plan.workbook.sheets if sheet.name == entry.sheet)
    prompts = (rule.prompt for rule in sheet.validations if (rule.area.row, rule.area.col) == (entry.row, entry.col))
    labels = [label for label in (entry.column_label, entry.row_label) if label]
    return next(prompts, "").removeprefix("\n".join(labels)).strip()


def _table(layout: SheetLayout, plans: Plans, table: str) -> Tree:
    zh, en = (next(s for s in plan.workbook.sheets if s.name == plan.tables[table]) for plan in plans.values())
    plan = plans["zh"]
    signed = (row for (name, row, _), result in plan.formulas.items() if name == zh.name and result.kind == "signed")
    end = min(signed) - len(layout.notes)
    titles = (next(str(cell.value) for cell in sheet.cells if (cell.row, cell.col) == (0, 0)) for sheet in (zh, en))
    body = [row for row in _rows(zh, en, plan) if HEAD_ROWS <= row["row"] < end]  # type: ignore[operator]
    return {
        "id": table,
        "name": _both(layout.name),
        "title": list(titles),
        "columns": list(zh.widths.values()),
        "landscape": layout.landscape,
        "asks": any(plan.era.indicators[path].blank == "missing" for path in _inputs(plan, table)),
        "notes": [_both(note, plan.options.year) for note in layout.notes],
        "rows": body,
    }


def _inputs(plan: FormPlan, table: str) -> Iterator[str]:
    return (path for path, entry in plan.fields.items() if entry.table == table and path in plan.figures)


def _rows(zh: SheetPlan, en: SheetPlan, plan: FormPlan) -> Iterator[Tree]:
    said = {(cell.row, cell.col): cell.value for cell in en.cells}
    fields = {entry.spot: entry for entry in plan.fields.values()}
    for row, cells in groupby(zh.cells, key=lambda cell: cell.row):
        yield {"row": row, "cells": [_cell(cell, zh.name, said, fields, plan) for cell in cells]}


def _cell(
    cell: PlanCell, sheet: str, said: Mapping[tuple[int, int], object], fields: Mapping[Spot, Field], plan: FormPlan
) -> Tree:
    spot = (sheet, cell.row, cell.col)
    tree: Tree = {"col": cell.col, "style": cell.style}
    tree |= {key: size for key, size in (("rows", cell.rows), ("cols", cell.cols)) if size > 1}
    if isinstance(cell.value, Formula):
        result = plan.formulas[spot]
        return tree | {"kind": result.kind, "of": result.of}
    if spot in fields:
        return tree | {"path": fields[spot].path}
    return tree if cell.value is None else tree | {"text": [str(cell.value), str(said[cell.row, cell.col])]}


def _check(instance: Instance, plans: Plans) -> Tree:
    era, check = plans["zh"].era, instance.check
    labels = (instance_label(instance, era, plan.figures, lang, plan.words) for lang, plan in plans.items())
    return {
        "name": instance.name,
        "id": check.id,
        "place": instance.place,
        "severity": check.severity,
        "standing": check.standing,
        "label": list(labels),
        "open": open_word(instance, era),
        "difference": shows_difference(instance),
        "paths": [path for path in instance.paths if path in plans["zh"].figures],
        "prior": [ref.path for ref in instance.facts if ref.origin == "prior"],
        "where": [_where(instance, plan, lang) for lang, plan in plans.items()],
    }


def _where(instance: Instance, plan: FormPlan, lang: Lang) -> str:
    """The tables a check looks at, and its figures by their shortest names."""
    paths = [path for path in instance.paths if path in plan.figures]
    sheets = dict.fromkeys(plan.figures[path][0] for path in paths)
    short = short_labels(instance, plan.era, lang)
    names = list(dict.fromkeys(short[path] for path in paths))
    separator = plan.words["place_separator"](lang)
    listed = separator.join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
    return f"{separator.join(sheets)} {listed}".strip()


def _last_year(field: str, plans: Plans) -> Tree:
    path = field.removeprefix("prior.")
    era = plans["zh"].era
    unit = era.indicators[path].unit
    return {"path": path, "label": _labels(era.indicators[path], era), "unit": _both(unit) if unit else None}
