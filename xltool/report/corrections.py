"""更正说明, as a sheet for the file and as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xltool.lang import Lang
from xltool.model.era import Era
from xltool.model.record import Value
from xltool.model.seal import Correction, Corrections
from xltool.model.summary import trail_text
from xltool.model.workbook import Area, Page, WorkbookPlan
from xltool.numbers import plain
from xltool.plan.draft import Draft
from xltool.plan.form import Words

_CHANGES = (
    ("number", 6.0),
    ("agency", 30.0),
    ("kind", 14.0),
    ("indicator", 46.0),
    ("before", 14.0),
    ("after", 14.0),
    ("effect", 34.0),
)
_HEADS = {"effect": "correct_effect_head"}
_SHOWN = 200


def corrections_book(found: Corrections, era: Era, year: int, as_of: str, words: Words, lang: Lang) -> WorkbookPlan:
    """The workbook: first the totals that changed, then every figure that made them change."""

    def said(word: str, **values: object) -> str:
        return words[word](lang, **values)

    draft = Draft(said("correct_sheet"), [width for _, width in _CHANGES])
    count = len(_CHANGES)
    draft.put(0, 0, said("correct_title", version=found.since), "title", cols=count)
    draft.at_least(0, 34.0)
    draft.put(
        1,
        0,
        said("correct_note", version=found.since, as_of=as_of, n=len(found.changes), k=len(found.totals)),
        "note",
        cols=count,
    )
    head = 3
    for col, (word, _) in enumerate(_CHANGES):
        draft.put(head, col, said(_HEADS.get(word, f"correct_{word}")), "head")
    draft.at_least(head, 26.0)
    totals = {each.path: each for each in found.totals}
    row = head
    for number, change in enumerate(found.changes, start=1):
        row += 1
        total = totals.get(change.path)
        values: tuple[tuple[str | int, str], ...] = (
            (number, "cell_center"),
            (change.name or change.code, "cell"),
            (said(f"correct_{change.kind}"), "cell_center"),
            (trail_text(era, change.path, year)(lang), "cell"),
            (_text(change.before), "sum"),
            (_text(change.after), "sum"),
            (_effect(change, words, lang, (_text(total.before), _text(total.after)) if total else None), "cell"),
        )
        for col, (value, style) in enumerate(values):
            draft.put(row, col, value, style)
        draft.at_least(row, 20.0)
    draft.freeze = (head + 1, 2)
    plan = draft.done(Page(landscape=True, repeat_rows=(head, head)), tab="#9C0006")
    plan = replace(plan, autofilter=Area(head, 0, max(row, head + 1), count - 1))
    return WorkbookPlan((plan,), title=said("correct_title", version=found.since))


def corrections_lines(found: Corrections, era: Era, year: int, words: Words, lang: Lang) -> Iterator[str]:
    """A line for each figure, the first of many, and how many there are."""
    totals = {each.path: each for each in found.totals}
    for change in found.changes[:_SHOWN]:
        total = totals.get(change.path)
        yield words["correct_line"](
            lang,
            name=change.name or change.code,
            kind=words[f"correct_{change.kind}"](lang),
            indicator=trail_text(era, change.path, year)(lang),
            before=_text(change.before),
            after=_text(change.after),
            effect=_effect(change, words, lang, (_text(total.before), _text(total.after)) if total else None),
        )
    if len(found.changes) > _SHOWN:
        yield words["correct_more"](lang, n=len(found.changes))


def _effect(change: Correction, words: Words, lang: Lang, total: tuple[str, str] | None) -> str:
    """What the figure did to its total, and the total before and after."""
    if total is None:
        return words["correct_no_effect"](lang)
    moved = "" if change.effect is None else f"{'+' if change.effect > 0 else ''}{plain(change.effect)}"
    return words["correct_effect"](lang, moved=moved or "—", before=total[0], after=total[1])


def _text(value: Value) -> str:
    return "—" if value is None or value == "" else value if isinstance(value, str) else plain(value)
