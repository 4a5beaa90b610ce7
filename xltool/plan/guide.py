"""The sheets 填表说明, made from schema and checks so that it can never contradict them, and 报告正文."""

from __future__ import annotations

from xltool.model.check import Instance
from xltool.model.era import Era
from xltool.model.record import TEXT_PARTS
from xltool.model.workbook import Area, Page, SheetPlan
from xltool.plan.draft import Draft
from xltool.plan.form import Field, Options, Words, defined_name

_GUIDE_WIDTHS = (40.0, 12.0, 60.0)
_TEXT_WIDTHS = (90.0,)
_TEXT_ROWS = 8


def draw_guide(era: Era, options: Options, words: Words, instances: tuple[Instance, ...]) -> SheetPlan:
    """General rules, the indicators that have a note, and every check the workbook carries."""
    lang = options.lang
    draft = Draft(words["sheet_guide"](lang), _GUIDE_WIDTHS)
    draft.put(0, 0, words["guide_title"](lang), "title", cols=3)
    draft.at_least(0, 34.0)
    row = _general(draft, era, words, options, 1)
    row = _figures(draft, era, words, options, row + 1)
    _checks(draft, words, options, instances, row + 1)
    return draft.done(Page(), tab="#7F8C8D")


def _general(draft: Draft, era: Era, words: Words, options: Options, row: int) -> int:
    lang = options.lang
    allowed = all(each.blank == "allowed" for each in era.indicators.values())
    draft.put(row, 0, words["guide_intro"](lang), "caption", cols=3)
    for word in ("guide_1_blank" if allowed else "guide_1", "guide_2", "guide_3", "guide_4", "guide_5"):
        row += 1
        draft.put(row, 0, f"· {words[word](lang)}", "text_wrap", cols=3)
    return row + 1


def _figures(draft: Draft, era: Era, words: Words, options: Options, row: int) -> int:
    lang = options.lang
    noted: dict[tuple[str, str, str], None] = {}
    for path in sorted([*era.groups, *era.indicators], key=_schema_order(era).__getitem__):
        each = era.groups.get(path) or era.indicators[path]
        if each.note and path not in _hidden_extras(era, options):
            unit = era.indicators[path].unit if path in era.indicators else None
            noted[(each.title(lang, year=options.year), unit(lang) if unit else "", each.note(lang))] = None
    if not noted:
        return row
    draft.put(row, 0, words["guide_figures"](lang), "caption", cols=3)
    row = _header(draft, words, options, row + 1, ("guide_column_label", "guide_column_unit", "guide_column_note"))
    for values in noted:
        for col, value in enumerate(values):
            draft.put(row, col, value, "cell_center" if col == 1 else "cell")
        row += 1
    return row


def _schema_order(era: Era) -> dict[str, int]:
    """The position of every group and indicator as the form reads: a group before what is in it."""
    order: dict[str, int] = {}
    for leaf in era.indicators:
        parts = leaf.split(".")
        for depth in range(1, len(parts) + 1):
            order.setdefault(".".join(parts[:depth]), len(order))
    return order


def _hidden_extras(era: Era, options: Options) -> set[str]:
    return {path for path, each in era.indicators.items() if each.optional and path not in options.extras}


def _checks(draft: Draft, words: Words, options: Options, instances: tuple[Instance, ...], row: int) -> None:
    lang = options.lang
    draft.put(row, 0, words["guide_checks"](lang), "caption", cols=3)
    columns = ("guide_column_rule", "guide_column_id", "guide_column_basis")
    row = _header(draft, words, options, row + 1, columns)
    for check in {instance.check.id: instance.check for instance in instances}.values():
        basis = (
            f"{words['severity_' + check.standing](lang)} · {words['basis_' + check.basis](lang)}\n{check.source(lang)}"
        )
        text = check.text(lang)
        draft.put(row, 0, text, "cell")
        draft.put(row, 1, check.id, "cell")
        draft.put(row, 2, basis, "cell")
        row += 1


def _header(draft: Draft, words: Words, options: Options, row: int, columns: tuple[str, ...]) -> int:
    for col, column in enumerate(columns):
        draft.put(row, col, words[column](options.lang), "head")
    return row + 1


def draw_texts(options: Options, words: Words) -> Draft:
    """One large cell for each part of the report's text, over several rows, since rows end at 409 points."""
    lang = options.lang
    draft = Draft(words["sheet_texts"](lang), _TEXT_WIDTHS)
    row = 0
    for part in TEXT_PARTS:
        label = words[f"text_{part}"](lang)
        draft.put(row, 0, label, "caption")
        path = f"text.{part}"
        draft.entry(
            Field(path, draft.name, row + 1, 0, defined_name(path), "", "", label), "input_long", rows=_TEXT_ROWS
        )
        for line in range(_TEXT_ROWS):
            draft.at_least(row + 1 + line, 60.0)
        draft.validate(
            Area(row + 1, 0, row + 1, 0),
            f"LEN(A{row + 2})<=32000",
            (label[:32], words["text_prompt"](lang)),
            (words["entry_error_title"](lang), words["text_prompt"](lang)),
        )
        row += _TEXT_ROWS + 1
    return draft
