"""The sheet 校验: every check with both sides, difference, verdict, places, and room for an explanation."""

from __future__ import annotations

from dataclasses import dataclass, field

from xltool.model.check import Instance
from xltool.model.era import Era
from xltool.model.place import a1
from xltool.model.workbook import Area, Conditional, Page, SheetPlan
from xltool.plan.draft import Draft
from xltool.plan.form import Field, Options, Result, Spot, Words, defined_name
from xltool.plan.hidden import count_at
from xltool.plan.labels import instance_label, open_words, places_text
from xltool.rules.excel import Locate, areas, quoted, reference, spread, text_literal, value_formula
from xltool.rules.nodes import Word

WIDTHS = (6.0, 11.0, 8.0, 58.0, 12.0, 12.0, 12.0, 26.0, 34.0)
_COLUMNS = ("number", "verdict", "severity", "rule", "left", "right", "difference", "places", "explanation")
VERDICT, LEFT, RIGHT, DIFFERENCE, EXPLANATION = 1, 4, 5, 6, 8
_HEAD_ROW = 4
_PASSING = {"==": "=0", "!=": "<>0", "<=": "<=0", ">=": ">=0", "<": "<0", ">": ">0"}


@dataclass(slots=True)
class Checks:
    """The sheet under construction. `rows` tells the row of each instance by name."""

    era: Era
    options: Options
    words: Words
    tables: dict[str, str]
    spots: dict[str, Spot]
    locate: Locate
    draft: Draft = field(init=False)
    next_row: int = _HEAD_ROW + 1
    rows: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.draft = Draft(self.words["sheet_checks"](self.options.lang), WIDTHS)

    @property
    def name(self) -> str:
        return self.draft.name

    def said(self, word: str, **values: object) -> str:
        return self.words[word](self.options.lang, **values)

    def head(self) -> None:
        draft = self.draft
        draft.put(0, 0, self.said("checks_title"), "title", cols=len(WIDTHS))
        draft.at_least(0, 34.0)
        draft.formula(1, 0, count_at("headline"), Result("headline"), "verdict_line", cols=len(WIDTHS))
        draft.at_least(1, 34.0)
        draft.put(2, 0, self.said("checks_note"), "note", cols=len(WIDTHS))
        for col, column in enumerate(_COLUMNS):
            draft.put(_HEAD_ROW, col, self.said(f"column_{column}"), "head")
        draft.at_least(_HEAD_ROW, 24.0)
        draft.freeze = (_HEAD_ROW + 1, 0)
        passed = text_literal(self.said("headline_pass"))
        area = Area(1, 0, 1, len(WIDTHS) - 1)
        draft.conditionals += [Conditional(area, f"$A$2={passed}", "ok"), Conditional(area, f"$A$2<>{passed}", "fail")]

    def instance(self, instance: Instance) -> None:
        row, check, draft = self.next_row, instance.check, self.draft
        self.rows[instance.name] = row
        self.line(
            row,
            self.said(f"severity_{check.standing}"),
            instance_label(instance, self.era, self.spots, self.options.lang, self.words),
        )
        draft.formula(
            row,
            LEFT,
            value_formula(instance.rule.left, self.locate, self.name),
            Result("left", instance.name),
            "cell_center",
        )
        draft.formula(
            row,
            RIGHT,
            value_formula(instance.rule.right, self.locate, self.name),
            Result("right", instance.name),
            "cell_center",
        )
        left, right = a1(row, LEFT), a1(row, RIGHT)
        apart = (
            f"IF({left}={right},0,1)"
            if isinstance(instance.rule.right, Word)
            else f"ROUND({left}-{right},{instance.places})"
        )
        draft.formula(
            row,
            DIFFERENCE,
            f'IF(OR({left}="",{right}=""),"",{apart})',
            Result("difference", instance.name),
            "cell_center",
        )
        draft.formula(row, VERDICT, self.verdict(instance, row), Result("verdict", instance.name), "verdict")
        self.places(row, instance)
        if check.severity == "explain":
            label = instance_label(instance, self.era, self.spots, self.options.lang, self.words)
            self.explanation(row, instance, label)
        else:
            draft.put(row, EXPLANATION, None, "total")
        self.next_row += 1

    def verdict(self, instance: Instance, row: int) -> str:
        bad = text_literal(self.said(f"verdict_{instance.check.standing}"))
        if instance.check.severity == "explain":
            bad = f"IF(LEN({a1(row, EXPLANATION)})>0,{text_literal(self.said('verdict_explained'))},{bad})"
        difference = a1(row, DIFFERENCE)
        passing = difference + _PASSING[instance.rule.comparison]
        passed, open_ = text_literal(self.said("verdict_pass")), self.open_formula(instance)
        return f'IF({difference}="",{open_},IF({passing},{passed},{bad}))'

    def open_words(self, instance: Instance) -> tuple[str, ...]:
        return tuple(self.said(word) for word in open_words(instance, self.era))

    def open_formula(self, instance: Instance) -> str:
        """The word for no verdict: where last year's figures are missing, it says so."""
        plain, *back = map(text_literal, self.open_words(instance))
        if not back:
            return plain
        found = [self.locate(ref) for ref in instance.facts if ref.origin == "prior"]
        sites = [site for site in found if site is not None]
        return f"IF({spread('COUNT', areas(sites, self.name), '+')}<{len(sites)},{back[0]},{plain})"

    def places(self, row: int, instance: Instance) -> None:
        spots = [self.spots[path] for path in instance.paths if path in self.spots]
        last = (self.locate(ref) for ref in instance.facts if ref.origin == "prior")
        spots += [(site.sheet, site.row, site.col) for site in last if site is not None]
        text = places_text(spots, self.words["place_separator"](self.options.lang))
        link = f"{quoted(spots[0][0])}!{a1(spots[0][1], spots[0][2])}" if spots else ""
        self.draft.put(row, 7, text, "place", link=link)

    def explanation(self, row: int, instance: Instance, label: str) -> None:
        path = f"explain.{instance.name}"
        self.draft.entry(Field(path, self.name, row, EXPLANATION, defined_name(path), row_label=label), "input_text")
        cell = a1(row, EXPLANATION)
        self.draft.validate(
            Area(row, EXPLANATION, row, EXPLANATION),
            f"LEN({cell})<=2000",
            (self.said("explain_prompt_title"), self.said("explain_prompt")),
            (self.said("entry_error_title"), self.said("explain_prompt")),
        )

    def table_rows(self, table: str, states: str, *, blanks: bool) -> None:
        """Two rows a table: cells not filled in, and entries that are no number in range."""
        draft, name = self.draft, self.tables[table]
        if blanks:
            row, left = self.next_row, a1(self.next_row, LEFT)
            self.line(row, self.said("severity_error"), self.said("blank_rule", table=name))
            self.counted(row, f'COUNTIF({states},"blank")', "blank", table)
            before, after = self.words["blank_count"](self.options.lang).split("{n}")
            missing = "&".join(part for part in (_literal(before), left, _literal(after)) if part)
            passed = text_literal(self.said("verdict_pass"))
            draft.formula(row, VERDICT, f"IF({left}=0,{passed},{missing})", Result("blank_verdict", table), "verdict")
            self.next_row += 1
        row, left = self.next_row, a1(self.next_row, LEFT)
        self.line(row, self.said("severity_error"), self.said("format_rule", table=name))
        self.counted(row, f'COUNTIF({states},"text")+COUNTIF({states},"invalid")', "format", table)
        passed, bad = text_literal(self.said("verdict_pass")), text_literal(self.said("verdict_error"))
        draft.formula(row, VERDICT, f"IF({left}=0,{passed},{bad})", Result("format_verdict", table), "verdict")
        self.next_row += 1

    def line(self, row: int, severity: str, rule: str) -> None:
        self.draft.put(row, 0, row - _HEAD_ROW, "cell_center")
        self.draft.put(row, 2, severity, "cell_center")
        self.draft.put(row, 3, rule, "cell")
        self.draft.at_least(row, 22.0)

    def counted(self, row: int, formula: str, kind: str, table: str) -> None:
        draft = self.draft
        draft.formula(row, LEFT, formula, Result(kind, table), "cell_center")
        draft.put(row, RIGHT, 0, "cell_center")
        draft.formula(row, DIFFERENCE, f"{a1(row, LEFT)}-{a1(row, RIGHT)}", Result(kind, table), "cell_center")
        draft.put(row, 7, self.tables[table], "place", link=f"{quoted(self.tables[table])}!A1")
        draft.put(row, EXPLANATION, None, "total")

    def verdicts(self, here: str) -> str:
        """The range of all verdicts, as sheet `here` refers to it."""
        first = reference(self.name, _HEAD_ROW + 1, VERDICT, here, absolute=True)
        return f"{first}:${a1(0, VERDICT)[0]}${self.next_row}"

    def verdict_at(self, name: str) -> str:
        return reference(self.name, self.rows[name], VERDICT)

    def difference_at(self, name: str) -> str:
        return reference(self.name, self.rows[name], DIFFERENCE)

    def done(self) -> SheetPlan:
        area = Area(_HEAD_ROW + 1, VERDICT, self.next_row - 1, VERDICT)
        first = a1(area.row, area.col)
        good = [self.said(word) for word in ("verdict_pass", "verdict_explained")]
        passes = ",".join(f"{first}={text_literal(word)}" for word in good)
        failed = text_literal(self.said("verdict_error"))
        plain = ",".join(f"{first}<>{text_literal(self.said(word))}" for word in ("verdict_nothing", "verdict_trial"))
        self.draft.conditionals += [
            Conditional(area, f"{first}={failed}", "fail"),
            Conditional(area, f"OR({passes})", "ok"),
            Conditional(area, f"AND(LEN({first})>0,{plain})", "warn"),
        ]
        return self.draft.done(Page(landscape=True, repeat_rows=(_HEAD_ROW, _HEAD_ROW)), tab="#C0504D")


def _literal(text: str) -> str:
    return text_literal(text) if text else ""
