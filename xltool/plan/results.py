"""What every formula of a form shows, computed in Python: the cached results, and the other half of the parity test.

All of it is over what is typed in the cells, as office suites see it; `validate` judges normalised values instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from xltool.model.check import Instance
from xltool.model.era import Era, Indicator
from xltool.numbers import Number, from_cell, plain
from xltool.once import once
from xltool.plan import hidden
from xltool.plan.beside import shows_difference
from xltool.plan.form import BESIDE_SEPARATOR, Content, FormPlan, Result, Typed
from xltool.plan.labels import open_word, open_words
from xltool.rules.compiled import Judge, Rules, Totals, compile_totals
from xltool.rules.evaluate import Judgement, Verdict, judge, rounded
from xltool.rules.nodes import Ref

Shown = Number | str
_FACTS = ("level", "rule_making")
_SIGNED = {"filler": "sign_filler", "reviewer": "sign_reviewer", "phone": "sign_phone", "date": "sign_date"}


def is_blank(typed: Typed) -> bool:
    """Whether the cell is empty: formats know no empty text."""
    return typed is None or typed == ""


@dataclass(slots=True)
class Results:
    """The results of one content in one plan."""

    plan: FormPlan
    content: Content
    seen: dict[str, Number | None] = field(default_factory=dict)
    """What the rules see of this year's figures: a number, None for blank and text."""
    last: dict[str, Number | None] = field(default_factory=dict)
    """The same of last year's."""
    judgements: dict[str, Judgement] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    judged: bool = True
    """False where only the check code is wanted, for which neither totals nor checks need be evaluated."""

    def __post_init__(self) -> None:
        for path, indicator, table in _asked(self.plan):
            state = self.states[path] = self._state(indicator, table)
            self.seen[path] = 0 if state == "zero" else _number(self.content.typed.get(path))
        self.states["submission"] = "number"
        self.counts = Counter(zip(_tables(self.plan), self.states.values(), strict=True))
        if self.judged:
            own = computed(self.plan.era)(self.seen)
            self.seen |= {path: own[path] for path in own if path in self.plan.figures and path not in self.seen}
            self.last = {path: _number(typed) for path, typed in self.content.prior.items() if self._has_last(path)}
            rules = _rules(self.plan)
            found = rules.judge(self.seen, self.last, {name: _fact(self.content, name) for name in _FACTS})
            self.verdicts = dict(zip(rules.instances, found, strict=True))

    def _has_last(self, path: str) -> bool:
        return f"prior.{path}" in self.plan.fields

    def lookup(self, ref: Ref) -> Number | str | None:
        """What a rule sees at `ref`."""
        if ref.origin == "agency":
            return _fact(self.content, ref.path)
        return (self.last if ref.origin == "prior" else self.seen).get(ref.path)

    def total(self, path: str) -> Number | None:
        """What a formula for a total shows."""
        return self.seen[path]

    def _state(self, indicator: Indicator, table: str) -> str:
        typed = self.content.typed.get(indicator.path)
        if indicator.kind == "text":
            return "void" if is_blank(typed) else "words"
        if is_blank(typed):
            return self._blank_state(indicator, table)
        if isinstance(typed, str) or typed is None:
            return "text"
        low, high = indicator.minimum, indicator.maximum
        within = (low is None or typed >= low) and (high is None or typed <= high)
        exactly = isinstance(typed, int) or rounded(typed, indicator.decimals) == typed
        return "number" if within and exactly else "invalid"

    def _blank_state(self, indicator: Indicator, table: str) -> str:
        whole = self._whole(indicator.path)
        if indicator.optional or (whole and isinstance(self.content.typed.get(whole), int | Decimal)):
            return "void"
        if table in self.content.declared:
            return "zero"
        return "void" if indicator.blank == "allowed" else "blank"

    def _whole(self, part: str) -> str:
        return _wholes(self.plan).get(part, "")

    def verdict(self, name: str) -> str:
        """The word in the column 结论."""
        instance = self.instance(name)
        verdict = self.verdicts[name]
        if verdict == "fail":
            answered = instance.check.severity == "explain" and self.content.explanations.get(name)
            return self.word("verdict_explained" if answered else f"verdict_{instance.check.standing}")
        return self.word("verdict_pass" if verdict == "pass" else self.open_word(instance))

    def open_word(self, instance: Instance) -> str:
        """The word for no verdict: what is missing, last year's figures first."""
        last = [self.lookup(ref) for ref in instance.facts if ref.origin == "prior"]
        return "verdict_no_prior" if None in last else open_word(instance, self.plan.era)

    def instance(self, name: str) -> Instance:
        return _rules(self.plan).instances[name]

    def judgement(self, name: str) -> Judgement:
        """The verdict of a check with its live numbers."""
        if name not in self.judgements:
            instance = self.instance(name)
            self.judgements[name] = judge(instance.rule, self.lookup, instance.places)
        return self.judgements[name]

    def word(self, word: str, **values: object) -> str:
        return self.plan.words[word](self.plan.options.lang, **values)

    def count(self, table: str, *states: str) -> int:
        return sum(self.counts[table, state] for state in states)

    def failing(self, word: str) -> int:
        """How many failed checks show that word."""
        failed = [name for name, verdict in self.verdicts.items() if verdict == "fail"]
        return sum(self.verdict(name) == self.word(word) for name in failed)

    @property
    def errors(self) -> int:
        unfit = [table for table in self.plan.tables if self.count(table, "text", "invalid")]
        return self.failing("verdict_error") + len(unfit)

    @property
    def explains(self) -> int:
        return self.failing("verdict_explain")

    @property
    def blanks(self) -> int:
        return sum(count for (_, state), count in self.counts.items() if state == "blank")

    @property
    def code(self) -> int:
        """The 数据校验码, as a number below a million."""
        start = hidden.seed(self.plan.options, self.plan.era)
        return (start + sum(self.residue(path) for path in self.states)) % hidden.MODULUS

    def residue(self, path: str) -> int:
        if path == "submission":
            return hidden.residue(path, "number", self.content.submission, 0)
        indicator = self.plan.era.indicators[path]
        return hidden.residue(path, self.states[path], self.content.typed.get(path), indicator.decimals)

    @property
    def headline(self) -> str:
        if not (self.errors or self.explains or self.blanks):
            filled = any(state in hidden.FILLED for path, state in self.states.items() if path != "submission")
            return self.word("headline_pass" if filled else "headline_empty")
        parts = [self.word(f"headline_fail_{number}") for number in range(1, 5)]
        return f"{parts[0]}{self.errors}{parts[1]}{self.explains}{parts[2]}{self.blanks}{parts[3]}"

    def shown(self, result: Result) -> Shown:
        """What a formula cell shows; an empty text where the value is missing. Cells hold 15 digits of a quotient."""
        found = _SHOWN[result.kind](self, result.of)
        return "" if found is None else from_cell(float(found)) if not isinstance(found, str) else found

    def beside(self, names: str) -> str:
        """What stands beside the table for several checks: the first that fails, else whether all pass."""
        parts = names.split(BESIDE_SEPARATOR)
        verdicts = [self.verdict(name) for name in parts]
        opens = [[self.word(each) for each in open_words(self.instance(name), self.plan.era)] for name in parts]
        fine = (self.word("verdict_pass"), self.word("verdict_explained"))
        for name, verdict, open_ in zip(parts, verdicts, opens, strict=True):
            if verdict not in (*fine, *open_):
                difference = self.judgement(name).difference
                shown = shows_difference(self.instance(name)) and difference is not None
                return (
                    self.word("beside_difference") + plain(difference) if shown and difference is not None else verdict
                )
        if len(parts) == 1:
            return verdicts[0]
        return fine[0] if all(verdict == fine[0] for verdict in verdicts) else opens[0][0]

    def signed(self, what: str) -> str:
        if what == "code":
            return f"{self.word('check_code')}{self.code:06d}"
        return self.word(_SIGNED[what]) + self.content.cover.get(what, "")

    def blank_verdict(self, table: str) -> str:
        blanks = self.count(table, "blank")
        return self.word("blank_count", n=blanks) if blanks else self.word("verdict_pass")

    def format_verdict(self, table: str) -> str:
        return self.word("verdict_error" if self.count(table, "text", "invalid") else "verdict_pass")


class _Rules(NamedTuple):
    """The checks of a plan by name, and all of them as one function."""

    instances: Mapping[str, Instance]
    judge: Judge


@once
def _rules(plan: FormPlan) -> _Rules:
    instances = {each.name: each for each in plan.instances}
    return _Rules(instances, Rules([(each.rule, each.places) for each in instances.values()]))


@once
def _asked(plan: FormPlan) -> list[tuple[str, Indicator, str]]:
    """The figures that are typed in, and the table each belongs to."""
    fields = [entry for entry in plan.fields.values() if entry.path in plan.figures]
    return [(entry.path, plan.era.indicators[entry.path], entry.table) for entry in fields]


@once
def _tables(plan: FormPlan) -> list[str]:
    """The table of each figure that is typed in, and of the submission number, which is in none."""
    return [*(table for _, _, table in _asked(plan)), plan.fields["submission"].table]


@once
def _wholes(plan: FormPlan) -> dict[str, str]:
    """The figure each part may be given whole by, where the form has a cell for it."""
    eithers = reversed([each for each in plan.era.eithers.values() if each.whole.path in plan.figures])
    return {part.path: each.whole.path for each in eithers for part in each.parts}


@once
def computed(era: Era) -> Totals:
    """All totals of a record, from its other figures."""
    return compile_totals({path: total.formula for path, total in era.totals.items()})


def _number(typed: Typed) -> Number | None:
    return None if isinstance(typed, str) else typed


def reporting(plan: FormPlan, name: str) -> str:
    """Who reports, as the head of each sheet says it."""
    return plan.words["reporting_unit"](plan.options.lang) + name


def _fact(content: Content, name: str) -> Number | str | None:
    if name == "rule_making":
        return None if content.agency.rule_making is None else int(content.agency.rule_making)
    return content.agency.level


def _side(results: Results, name: str, *, side: str) -> Shown | None:
    value: Shown | None = getattr(results.judgement(name), side)
    return value


_SHOWN: Mapping[str, Callable[[Results, str], Shown | None]] = {
    "total": lambda results, of: results.total(of),
    "left": partial(_side, side="left"),
    "right": partial(_side, side="right"),
    "difference": partial(_side, side="difference"),
    "verdict": Results.verdict,
    "beside": Results.beside,
    "blank": lambda results, of: results.count(of, "blank"),
    "format": lambda results, of: results.count(of, "text", "invalid"),
    "blank_verdict": Results.blank_verdict,
    "format_verdict": Results.format_verdict,
    "state": lambda results, of: results.states[of],
    "residue": Results.residue,
    "errors": lambda results, of: results.errors,
    "explains": lambda results, of: results.explains,
    "blanks": lambda results, of: results.blanks,
    "code": lambda results, of: results.code,
    "code_text": lambda results, of: f"{results.code:06d}",
    "headline": lambda results, of: results.headline,
    "who": lambda results, of: reporting(results.plan, results.content.agency.name),
    "signed": Results.signed,
}
