"""What stands around the blocks of a sheet: title, agency, declaration and verdict above, signatures below."""

from __future__ import annotations

from xltool.model.era import Era
from xltool.model.workbook import Area, Conditional
from xltool.plan.draft import Draft, share
from xltool.plan.form import Field, Options, Result, Words, defined_name
from xltool.plan.table import Table
from xltool.rules.excel import reference, text_literal

# Two lines of three places each: a word, and what of the cover stands behind it.
_SIGNATURES = (
    (("sign_head", ""), ("sign_reviewer", "reviewer"), ("sign_filler", "filler")),
    (("sign_phone", "phone"), ("sign_date", "date")),
)


def draw_head(table: Table, era: Era, words: Words, options: Options, agency_at: str, headline_at: str) -> None:
    """Title, who reports, the declaration of zeros and the verdict, above the blocks."""
    draft, layout, lang = table.draft, table.layout, options.lang
    widths, count = layout.columns, len(layout.columns)
    group = era.groups.get(layout.path)
    named = layout.title or (group.title if group else layout.name)
    draft.put(0, 0, named(lang, year=options.year), "title", cols=count)
    draft.at_least(0, 34.0)
    parts = share(widths, {"who": sum(widths) * 0.6, "year": 1.0})
    who, year = parts["who"], parts["year"]
    draft.formula(
        1, who[0], f"{text_literal(words['reporting_unit'](lang))}&{agency_at}", Result("who"), "footer", cols=who[1]
    )
    draft.put(1, year[0], words["year_label"](lang, year=options.year), "right", cols=year[1])
    draft.formula(2, 0, headline_at, Result("headline"), "headline", cols=count)
    _colour_headline(draft, 2, count, words["headline_pass"](lang))
    parts = share(widths, {"label": 22.0, "choice": 9.0, "rest": 1.0})
    label, choice = parts["label"], parts["choice"]
    draft.put(3, label[0], words["declare_zero"](lang), "footer", cols=label[1])
    path = f"declared.{layout.id}"
    draft.entry(
        Field(path, draft.name, 3, choice[0], defined_name(path), layout.id, words["declare_zero"](lang)),
        "choice",
        cols=choice[1],
    )
    yes, no = words["yes"](lang), words["no"](lang)
    draft.validate(
        Area(3, choice[0], 3, choice[0]),
        (yes, no),
        (words["declare_zero_prompt_title"](lang), words["declare_zero_prompt"](lang)),
        (words["entry_error_title"](lang), words["choose"](lang)),
    )
    draft.at_least(3, 24.0)
    table.declared = f"{reference(draft.name, 3, choice[0], absolute=True)}={text_literal(yes)}"


def _colour_headline(draft: Draft, row: int, cols: int, passed: str) -> None:
    cell, area = f"$A${row + 1}", Area(row, 0, row, cols - 1)
    draft.conditionals.append(Conditional(area, f"{cell}={text_literal(passed)}", "ok"))
    draft.conditionals.append(Conditional(area, f"{cell}<>{text_literal(passed)}", "soft_fail"))


def draw_footer(table: Table, words: Words, options: Options, cover: dict[str, str], code_at: str) -> int:
    """Signature lines and check code below the blocks; the last row used."""
    draft, lang = table.draft, options.lang
    row = table.bottom + 1
    for note in table.layout.notes:
        draft.put(row, 0, note(lang, year=options.year), "note", cols=len(table.layout.columns))
        row += 1
    width = sum(table.layout.columns)
    parts = list(share(table.layout.columns, {"left": width * 0.38, "middle": width * 0.28, "right": 1.0}).values())
    for line in _SIGNATURES:
        for (word, what), (col, cols) in zip(line, parts, strict=False):
            if what:
                text = f"{text_literal(words[word](lang))}&{cover[what]}"
                draft.formula(row, col, text, Result("signed", what), "footer", cols=cols)
            else:
                draft.put(row, col, words[word](lang), "footer", cols=cols)
        draft.at_least(row, 26.0)
        row += 1
    col, cols = parts[-1]
    code = f"{text_literal(words['check_code'](lang))}&{code_at}"
    draft.formula(row, 0, code, Result("signed", "code"), "footer", cols=col)
    draft.put(row, col, words["sign_seal"](lang), "right", cols=cols)
    return row
