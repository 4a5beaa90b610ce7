"""A record becomes the content of a workbook, and says which workbook can hold it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from xltool.lang import Lang
from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.record import Record, Value
from xltool.numbers import Number
from xltool.plan.form import Content, FormPlan, Options, Typed
from xltool.plan.labels import looks_back
from xltool.rules.evaluate import evaluate
from xltool.rules.nodes import Ref

TotalsChoice = Literal["auto", "typed", "computed"]


def differing_totals(record: Record, era: Era) -> list[str]:
    """Totals whose value or mark is not what their formula gives on the record's own figures."""

    def lookup(ref: Ref) -> Number | str | None:
        return record.values.get(ref.path) if ref.origin == "data" else None

    return [
        path
        for path, total in era.totals.items()
        if path in record.marks or _number(record.values.get(path)) != evaluate(total.formula, lookup)
        if not era.indicators[path].optional or record.values.get(path) is not None
    ]


def options_for(record: Record, era: Era, totals: TotalsChoice, lang: Lang) -> tuple[Options, tuple[Finding, ...]]:
    """The options of a workbook that can hold `record`, and what is to be said about its totals.

    `auto` computes totals where every one equals the record's, else leaves them typed, with a notice.
    """
    differing = differing_totals(record, era) if era.totals else []
    findings: tuple[Finding, ...] = ()
    if differing and totals != "typed":
        places = tuple(Place(ref=path) for path in differing)
        code = "FILL-TOTALS-DIFFER" if totals == "computed" else "FILL-TOTALS-TYPED"
        severity: Literal["error", "notice"] = "error" if totals == "computed" else "notice"
        findings = (Finding(code, severity, places, tuple(differing), {"count": len(differing)}),)
    options = Options(
        year=record.year,
        scope=record.scope,
        totals="typed" if totals == "typed" or differing else "computed",
        lang=lang,
        anonymous=not record.agency.code,
        texts=any(record.text.values()),
        extras=frozenset(
            path
            for path, indicator in era.indicators.items()
            if indicator.optional and (record.values.get(path) is not None or path in record.marks)
        ),
        prior=_explains_last_year(record, era),
    )
    return options, findings


def _explains_last_year(record: Record, era: Era) -> bool:
    """Whether the record answers a check against last year: only a workbook with last year's figures has that."""
    back = {each.check.id for each in era.instances if looks_back(each)}
    return any(one.check in back for one in record.explanations)


def content_of(record: Record, plan: FormPlan) -> tuple[Content, tuple[Finding, ...]]:
    """What goes into the cells of `plan`, and an error for whatever of the record has no place in it."""
    declared = frozenset(
        plan.fields[path].table
        for path, mark in record.marks.items()
        if mark.kind == "declared_zero" and path in plan.fields
    )
    instances = {(each.check.id, each.place): each.name for each in plan.instances if each.check.severity == "explain"}
    explanations = {
        instances[one.check, one.place]: one.text for one in record.explanations if (one.check, one.place) in instances
    }
    content = Content(
        agency=record.agency,
        submission=record.submission,
        cover=record.cover,
        typed=_typed(record, plan),
        declared=declared,
        explanations=explanations,
        texts=record.text,
    )
    return content, tuple([*_undeclarable(record, plan, declared), *_without_place(record, instances)])


def _typed(record: Record, plan: FormPlan) -> dict[str, Typed]:
    typed: dict[str, Typed] = {}
    for path in plan.figures:
        mark = record.marks.get(path)
        if mark is not None and mark.kind == "declared_zero":
            typed[path] = None
        else:
            typed[path] = (mark.raw or None) if mark is not None else record.values.get(path)
    return {path: value for path, value in typed.items() if path in plan.fields}


def _undeclarable(record: Record, plan: FormPlan, declared: frozenset[str]) -> list[Finding]:
    """Blanks in a table whose other blanks are declared zero: the workbook could not tell them apart."""
    return [
        Finding("FILL-DECLARATION", "error", (Place(ref=path),), (path,))
        for path, entry in plan.fields.items()
        if entry.table in declared
        and path in plan.figures
        and record.values.get(path) is None
        and path not in record.marks
        and plan.era.indicators[path].kind == "number"
        and not plan.era.indicators[path].optional
        and not _part_of_given(path, record, plan.era)
    ]


def _part_of_given(path: str, record: Record, era: Era) -> bool:
    return any(
        record.values.get(each.whole.path) is not None for each in era.eithers.values() if Ref(path) in each.parts
    )


def _without_place(record: Record, instances: Mapping[tuple[str, str], str]) -> list[Finding]:
    """Explanations for which the workbook has no cell, or none left."""
    answered = [(one.check, one.place) for one in record.explanations]
    return [
        Finding("FILL-EXPLANATION", "error", (Place(ref=place),), args={"check": check, "place": place})
        for number, (check, place) in enumerate(answered)
        if (check, place) not in instances or (check, place) in answered[:number]
    ]


def _number(value: Value) -> Number | None:
    return None if isinstance(value, str) else value
