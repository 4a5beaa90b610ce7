"""The cover: what the form is, who reports, for the how-manieth time, who filled it in, and how it stands."""

from __future__ import annotations

from xltool.model.era import Era
from xltool.model.place import a1
from xltool.model.record import COVER_FIELDS
from xltool.model.workbook import Area, Conditional, Page, SheetPlan
from xltool.plan.draft import Draft
from xltool.plan.form import Field, Options, Result, Words, defined_name
from xltool.plan.hidden import count_at
from xltool.rules.excel import quoted, reference, text_literal

_WIDTHS = (16.0, 30.0, 16.0, 30.0)
_NAME_ROW, _CODE_ROW, _SUBMISSION_ROW = 5, 6, 7
_COVER_CELLS = {"filler": (8, 0), "reviewer": (8, 2), "phone": (9, 0), "date": (9, 2)}


class Cover:
    """The sheet under construction; the cells others refer to have fixed places."""

    def __init__(self, era: Era, options: Options, words: Words) -> None:
        self.era, self.options, self.words = era, options, words
        self.draft = Draft(self.said("sheet_cover"), _WIDTHS)

    def said(self, word: str, **values: object) -> str:
        return self.words[word](self.options.lang, **values)

    @property
    def name_at(self) -> str:
        return reference(self.draft.name, _NAME_ROW, 1, absolute=True)

    @property
    def submission_at(self) -> str:
        return reference(self.draft.name, _SUBMISSION_ROW, 1, absolute=True)

    @property
    def cover_at(self) -> dict[str, str]:
        return {
            name: reference(self.draft.name, row, col + 1, absolute=True) for name, (row, col) in _COVER_CELLS.items()
        }

    def paint(self, sheets: list[str]) -> None:
        draft, lang = self.draft, self.options.lang
        draft.put(0, 0, self.era.title(lang, year=self.options.year), "title", cols=4)
        draft.at_least(0, 56.0)
        draft.put(1, 0, self.said("cover_intro"), "subtitle", cols=4)
        draft.at_least(2, 10.0)
        self.pair(3, 0, "cover_form", self.era.short(lang))
        self.pair(3, 2, "cover_year", self.said("year_label", year=self.options.year))
        self.pair(4, 0, "cover_basis", self.era.basis(lang))
        self.pair(4, 2, "cover_scope", self.said(f"scope_{self.options.scope}"))
        self.field(_NAME_ROW, 0, "cover_name", "agency.name", cols=3, locked=not self.options.anonymous)
        self.field(_CODE_ROW, 0, "cover_code", "agency.code", cols=1, locked=not self.options.anonymous)
        self.pair(_CODE_ROW, 2, "cover_form_code", None)
        draft.fields.append(Field("meta.form_code", draft.name, _CODE_ROW, 3))
        self.field(_SUBMISSION_ROW, 0, "cover_submission", "submission", cols=1)
        draft.put(_SUBMISSION_ROW, 2, self.said("cover_submission_note"), "note", cols=2)
        cell = a1(_SUBMISSION_ROW, 1)
        draft.validate(
            Area(_SUBMISSION_ROW, 1, _SUBMISSION_ROW, 1),
            f"IF(ISNUMBER({cell}),AND({cell}>=1,{cell}<=99,ROUND({cell},0)={cell}),FALSE)",
            (self.said("cover_submission"), self.said("cover_submission_note")),
            (self.said("entry_error_title"), self.said("cover_submission_note")),
        )
        for name in COVER_FIELDS:
            row, col = _COVER_CELLS[name]
            self.field(row, col, f"cover_{name}", f"cover.{name}", cols=1)
        self.verdict(10)
        self.steps(13)
        self.contents(20, sheets)

    def pair(self, row: int, col: int, word: str, value: str | None) -> None:
        self.draft.put(row, col, self.said(word), "head_left")
        self.draft.put(row, col + 1, value, "cell")
        self.draft.at_least(row, 28.0)

    def field(self, row: int, col: int, word: str, path: str, *, cols: int, locked: bool = False) -> None:
        draft = self.draft
        draft.put(row, col, self.said(word), "head_left")
        style = "input" if path == "submission" else "cell_code" if locked else "input_code"
        entry = Field(path, draft.name, row, col + 1, "" if locked else defined_name(path), "", self.said(word))
        draft.entry(entry, style, cols=cols, locked=locked)
        draft.at_least(row, 28.0)

    def verdict(self, row: int) -> None:
        draft = self.draft
        for offset, (word, count, style) in enumerate(
            [("cover_verdict", "headline", "verdict_text"), ("cover_check_code", "code_text", "verdict_text")]
        ):
            draft.put(row + offset, 0, self.said(word), "head_left")
            draft.formula(row + offset, 1, count_at(count), Result(count), style, cols=3)
            draft.at_least(row + offset, 30.0)
        passed, cell = text_literal(self.said("headline_pass")), f"$B${row + 1}"
        area = Area(row, 1, row, 3)
        draft.conditionals += [
            Conditional(area, f"{cell}={passed}", "ok"),
            Conditional(area, f"{cell}<>{passed}", "fail"),
        ]

    def steps(self, row: int) -> None:
        allowed = all(each.blank == "allowed" for each in self.era.indicators.values())
        second = "cover_step_2" if self.options.totals == "computed" and self.era.totals else "cover_step_2_typed"
        third = "cover_step_3_blank" if allowed else "cover_step_3"
        self.draft.put(row, 0, self.said("cover_steps"), "caption", cols=4)
        for offset, word in enumerate(["cover_step_1", second, third, "cover_step_4", "cover_warning"], start=1):
            self.draft.put(row + offset, 0, self.said(word), "text_wrap", cols=4)

    def contents(self, row: int, sheets: list[str]) -> None:
        self.draft.put(row, 0, self.said("cover_contents"), "caption", cols=4)
        for offset, sheet in enumerate(sheets, start=1):
            self.draft.put(row + offset, 0, sheet, "link", link=f"{quoted(sheet)}!A1")

    def done(self) -> SheetPlan:
        return self.draft.done(Page(tall=1), tab="#1F3A5F")
