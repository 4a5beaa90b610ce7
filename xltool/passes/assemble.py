"""Readings of cells to one record, with everything noticed on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from xltool.model import texts
from xltool.model.book import Cell, shown
from xltool.model.finding import Argument, Finding, Severity
from xltool.model.place import Place
from xltool.model.record import (
    COVER_FIELDS,
    TEXT_PARTS,
    Agency,
    Explanation,
    Mark,
    Record,
    Scope,
    Source,
    Value,
    in_order,
)
from xltool.numbers import from_cell
from xltool.once import once
from xltool.plan.form import FormPlan
from xltool.plan.results import computed
from xltool.rules.nodes import Ref

SeverityOf = Callable[[str], Severity]


class Reading(Protocol):
    """What was read in one cell."""

    @property
    def value(self) -> Value: ...
    @property
    def mark(self) -> Mark | None: ...
    @property
    def findings(self) -> tuple[tuple[str, Mapping[str, Argument]], ...]: ...
    @property
    def raw(self) -> str: ...


@dataclass(slots=True)
class Assembly:
    """One return being put together: `cells` by field path, `readings` of the figures, `places` of all."""

    plan: FormPlan
    cells: Mapping[str, Cell]
    readings: Mapping[str, Reading]
    places: Mapping[str, Place]
    lost: frozenset[str]
    severity: SeverityOf
    findings: list[Finding] = field(default_factory=list)

    def record(self, agency: Agency, source: Source, scope: Scope) -> Record:
        """The record, every indicator of the era in it."""
        era, options = self.plan.era, self.plan.options
        values: dict[str, Value] = dict.fromkeys(era.indicators)
        marks: dict[str, Mark] = {}
        for path, reading in self.readings.items():
            values[path] = reading.value
            if reading.mark is not None:
                marks[path] = reading.mark
            for code, args in reading.findings:
                self.say(code, path, **args)
        for path in self.lost & era.indicators.keys():
            marks[path] = Mark("unreadable")
        self.declare_zeros(values, marks)
        self.compute(values)
        return Record(
            era=era.id,
            year=options.year,
            agency=agency,
            values=values,
            scope=scope,
            submission=self.submission(),
            cover={name: self.text(f"cover.{name}") for name in COVER_FIELDS},
            text={part: self.text(f"text.{part}") for part in TEXT_PARTS},
            marks={path: marks[path] for path in era.indicators if path in marks},
            explanations=self.explanations(),
            source=source,
        )

    def say(self, code: str, path: str, **args: Argument) -> None:
        place = self.places.get(path)
        self.findings.append(Finding(code, self.severity(code), (place,) if place else (), (path,), args))

    def declare_zeros(self, values: dict[str, Value], marks: dict[str, Mark]) -> None:
        """Blanks of a table become 0 where its filler declared so."""
        yes, no = (self.plan.words[word](self.plan.options.lang) for word in ("yes", "no"))
        declared = set()
        for table in self.plan.tables:
            answer = self.text(f"declared.{table}").strip()
            if answer == yes:
                declared.add(table)
            elif answer not in ("", no):
                self.say("DECLARATION-UNCLEAR", f"declared.{table}", raw=answer)
        for path in self.readings if declared else ():
            indicator = self.plan.era.indicators[path]
            blank = values[path] is None and path not in marks and not self.given_whole(path, values)
            figure = indicator.kind == "number" and not indicator.optional
            if blank and figure and self.plan.fields[path].table in declared:
                values[path] = 0
                marks[path] = Mark("declared_zero")

    def given_whole(self, part: str, values: Mapping[str, Value]) -> bool:
        """Whether `part` belongs to a figure that was given whole."""
        eithers = self.plan.era.eithers.values()
        return any(values[each.whole.path] is not None for each in eithers if Ref(part) in each.parts)

    def compute(self, values: dict[str, Value]) -> None:
        """Totals the workbook computes are computed again from the inputs, never read."""
        if self.plan.options.totals == "typed":
            return
        for path, total in computed(self.plan.era)(values).items():
            if path in self.plan.figures:
                values[path] = total

    def submission(self) -> int:
        cell = self.cells.get("submission", Cell())
        text = shown(cell.value)
        if cell.formula is None and text.isascii() and text.isdigit() and 1 <= int(text) <= 99:
            return int(text)
        self.say("SUBMISSION-UNCLEAR", "submission", raw=text)
        return 1

    def text(self, path: str) -> str:
        """The text of a field that is no figure."""
        cell = self.cells.get(path)
        if cell is None or (cell.value is None and cell.formula is None):
            return ""
        if cell.formula is not None:
            self.say("VALUE-FORMULA", path, formula="=" + cell.formula, shown=shown(cell.value))
            return ""
        text = texts.canonical(shown(cell.value))
        character, length = texts.forbidden(text), texts.length(text)
        if character:
            self.say("VALUE-CONTROL", path, given=texts.visible(text), character=character)
        if length > texts.MAX_TEXT:
            self.say("VALUE-TEXT-TOO-LONG", path, length=length, limit=texts.MAX_TEXT)
        return texts.without_controls(text)[: texts.MAX_TEXT]

    def explanations(self) -> tuple[Explanation, ...]:
        found = []
        for path, check, place in _explained(self.plan):
            text = self.text(path) if path in self.cells else ""
            if text.strip():
                found.append(Explanation(check, place, text))
        return in_order(found)


@once
def _explained(plan: FormPlan) -> list[tuple[str, str, str]]:
    """Where each check may be explained: the field, the check's id and its place."""
    return [(f"explain.{each.name}", each.check.id, each.place) for each in plan.instances]


def overwritten(
    totals: Mapping[str, tuple[Cell, Place]], values: Mapping[str, Value], severity: SeverityOf
) -> list[Finding]:
    """Computed totals whose formula was typed over, or whose shown result is not what the inputs give."""
    found = []
    for path, (cell, place) in totals.items():
        computed = values.get(path)
        code = ""
        if cell.formula is None and cell.value is not None:
            code = "TOTAL-OVERWRITTEN"
        elif isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            # Where an input was not read, that is said of the input.
            code = "" if computed is None or from_cell(cell.value) == computed else "TOTAL-STALE"
        if code:
            value = "" if computed is None else str(computed)
            args: dict[str, Argument] = {"shown": shown(cell.value), "computed": value}
            found.append(Finding(code, severity(code), (place,), (path,), args))
    return found
