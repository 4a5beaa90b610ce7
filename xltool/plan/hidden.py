"""The hidden sheet: metadata, facts of the agency, and for every input its state and its part of the check code.

The state of an input is ``number``, ``invalid`` (a number out of bounds or with too many decimals), ``text``,
``blank`` (未填), ``zero`` (blank in a table declared zero), ``words`` (text where text is asked) or ``void``
(blank where blank is allowed). The 数据校验码 is a weighted sum of all inputs modulo a six-digit prime; a blank
weighs nothing and so differs from 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from xltool.model.era import Era, Indicator
from xltool.model.workbook import Page, SheetPlan
from xltool.numbers import Number, plain
from xltool.plan.draft import Draft
from xltool.plan.form import Field, Options, Result, Words
from xltool.rules.evaluate import rounded
from xltool.rules.excel import reference, text_literal

SHEET = "_xltool"
MODULUS = 999983
META_KEYS = (
    "form",
    "era",
    "era_version",
    "year",
    "scope",
    "totals",
    "lang",
    "extras",
    "agency_code",
    "agency_name",
    "fingerprint",
)
FACTS = ("level", "rule_making")
_COUNTS = ("errors", "explains", "blanks", "code", "headline", "code_text")
_FIRST_FACT = len(META_KEYS)
_FIRST_COUNT = _FIRST_FACT + len(FACTS)
_FIRST_INPUT = 24
SEAL_ROW = _FIRST_INPUT - 2
ZERO, TEXT, INVALID = 7, 3, 5
FILLED = ("number", "zero", "words")


def fact_site(name: str) -> tuple[str, int, int]:
    """Where a fact of the agency stands."""
    return SHEET, _FIRST_FACT + FACTS.index(name), 1


def count_at(name: str) -> str:
    """Reference to one of the counts: ``errors``, ``explains``, ``blanks``, ``code``, ``headline``, ``code_text``."""
    return reference(SHEET, _FIRST_COUNT + _COUNTS.index(name), 1, absolute=True)


@cache
def weight(path: str) -> int:
    """The weight of an input in the check code, fixed by its path."""
    return int.from_bytes(hashlib.sha256(path.encode()).digest()[:6], "big") % (MODULUS - 1) + 1


def residue(path: str, state: str, value: Number | str | None, decimals: int) -> int:
    """What an input adds to the check code; the Python reading of the formula in column C."""
    if state == "number" and value is not None and not isinstance(value, str):
        scaled = value * 10**decimals
        inside = (scaled if isinstance(scaled, int) else int(rounded(scaled, 0))) % MODULUS + ZERO
    else:
        inside = {"zero": ZERO, "text": TEXT, "words": TEXT, "invalid": INVALID}.get(state, 0)
    return weight(path) * inside % MODULUS


@dataclass(slots=True)
class Hidden:
    """The hidden sheet under construction."""

    era: Era
    options: Options
    words: Words
    checks_sheet: str
    draft: Draft = field(default_factory=lambda: Draft(SHEET, [60.0, 24.0, 14.0]))
    next_row: int = _FIRST_INPUT
    states: dict[str, tuple[int, int]] = field(default_factory=dict)

    def meta(self) -> None:
        for row, key in enumerate(META_KEYS):
            self.draft.put(row, 0, key, "text")
            self.draft.entry(Field(f"meta.{key}", SHEET, row, 1), "text", locked=True)
        for name in FACTS:
            _, row, col = fact_site(name)
            self.draft.put(row, 0, f"agency.{name}", "text")
            self.draft.entry(Field(f"fact.{name}", SHEET, row, col), "text", locked=True)

    def inputs(self, table: str, entries: list[Field], declared: str, whole_at: Callable[[str], str]) -> None:
        """A row for every input of `table`; `whole_at` gives the cell of the whole a part belongs to, or nothing."""
        first = self.next_row
        for entry in entries:
            self.row(entry, self.era.indicators[entry.path], declared, whole_at(entry.path))
        self.states[table] = (first, self.next_row - 1)

    def row(self, entry: Field, indicator: Indicator, declared: str, whole: str) -> None:
        row, cell = self.next_row, reference(entry.sheet, entry.row, entry.col)
        self.draft.put(row, 0, entry.path, "text")
        if indicator.kind == "text":
            state = f'IF(ISBLANK({cell}),"void","words")'
        else:
            blank = self.blank_state(indicator, declared, whole)
            number = f'IF({_valid(indicator, cell)},"number","invalid")'
            state = f'IF(ISBLANK({cell}),{blank},IF(ISNUMBER({cell}),{number},"text"))'
        self.draft.formula(row, 1, state, Result("state", entry.path), "text")
        self.draft.formula(
            row,
            2,
            _residue_formula(entry.path, f"B{row + 1}", cell, indicator.decimals),
            Result("residue", entry.path),
            "text",
        )
        self.next_row += 1

    def blank_state(self, indicator: Indicator, declared: str, whole: str) -> str:
        if indicator.optional:
            return '"void"'
        missing = '"void"' if indicator.blank == "allowed" else '"blank"'
        state = f'IF({declared},"zero",{missing})'
        return f'IF(COUNT({whole})=1,"void",{state})' if whole else state

    def submission(self, cell: str) -> None:
        row = self.next_row
        self.draft.put(row, 0, "submission", "text")
        self.draft.formula(row, 1, f'IF(ISNUMBER({cell}),"number","text")', Result("state", "submission"), "text")
        self.draft.formula(
            row, 2, _residue_formula("submission", f"B{row + 1}", cell, 0), Result("residue", "submission"), "text"
        )
        self.next_row += 1

    def counts(self, verdicts: str) -> None:
        """Counts and headline, over the verdict column `verdicts` of the checks sheet."""
        lang = self.options.lang
        states = f"B{_FIRST_INPUT + 1}:B{self.next_row}"
        words = {name: text_literal(self.words[f"headline_fail_{name}"](lang)) for name in "1234"}
        errors, explains, blanks = (count_at(name).split("!")[1] for name in ("errors", "explains", "blanks"))
        failed = f"{words['1']}&{errors}&{words['2']}&{explains}&{words['3']}&{blanks}&{words['4']}"
        passed = text_literal(self.words["headline_pass"](lang))
        empty = text_literal(self.words["headline_empty"](lang))
        # The last row is the submission number, which is filled in from the start.
        figures = f"B{_FIRST_INPUT + 1}:B{self.next_row - 1}"
        filled = "+".join(f'COUNTIF({figures},"{state}")' for state in FILLED)
        code = count_at("code").split("!")[1]
        formulas = {
            "errors": f"COUNTIF({verdicts},{text_literal(self.words['verdict_error'](lang))})",
            "explains": f"COUNTIF({verdicts},{text_literal(self.words['verdict_explain'](lang))})",
            "blanks": f'COUNTIF({states},"blank")',
            "code": f"MOD(SUM(C{_FIRST_INPUT + 1}:C{self.next_row})+{seed(self.options, self.era)},{MODULUS})",
            "headline": f"IF(AND({errors}=0,{explains}=0,{blanks}=0),IF({filled}=0,{empty},{passed}),{failed})",
            "code_text": f'TEXT({code},"000000")',
        }
        for offset, (name, formula) in enumerate(formulas.items()):
            row = _FIRST_COUNT + offset
            self.draft.put(row, 0, name, "text")
            self.draft.formula(row, 1, formula, Result(name), "text")

    def done(self) -> SheetPlan:
        self.draft.heights.clear()
        return self.draft.done(Page(), visibility="very_hidden")

    def state_range(self, table: str) -> str:
        first, last = self.states[table]
        return f"{SHEET}!$B${first + 1}:$B${last + 1}"


def seed(options: Options, era: Era) -> int:
    """What the check code starts from, so that two forms never share one by leaving everything blank."""
    return weight(f"{era.id}/{options.year}/{options.scope}")


def _valid(indicator: Indicator, cell: str) -> str:
    tests = [f"ROUND({cell},{indicator.decimals})={cell}"]
    if indicator.minimum is not None:
        tests.append(f"{cell}>={plain(indicator.minimum)}")
    if indicator.maximum is not None:
        tests.append(f"{cell}<={plain(indicator.maximum)}")
    return f"AND({','.join(tests)})"


def _residue_formula(path: str, state: str, cell: str, decimals: int) -> str:
    scaled = cell if decimals == 0 else f"{cell}*{10**decimals}"
    number = f"MOD(ROUND({scaled},0),{MODULUS})+{ZERO}"
    other = f'IF({state}="zero",{ZERO},IF(OR({state}="text",{state}="words"),{TEXT},IF({state}="invalid",{INVALID},0)))'
    return f'MOD({weight(path)}*IF({state}="number",{number},{other}),{MODULUS})'


Meta = Mapping[str, str]
