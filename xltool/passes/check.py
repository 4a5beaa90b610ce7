"""A record against its era's checks: what fails, and what is not filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xltool.model.check import Instance
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place
from xltool.model.record import Agency, Record
from xltool.numbers import Number, plain
from xltool.once import once
from xltool.rules.compiled import Judge, Rules
from xltool.rules.evaluate import Judgement, Lookup, judge
from xltool.rules.nodes import Ref

_FACTS = ("level", "rule_making")


def check(
    record: Record,
    era: Era,
    *,
    places: Mapping[str, Place] | None = None,
    agency: Agency | None = None,
    computed: frozenset[str] = frozenset(),
    prior: Record | None = None,
) -> tuple[Finding, ...]:
    """Every failed check instance, and every blank that should be filled in.

    `places` tells where indicators sit; `agency` has the facts of the roster where they are better known than the
    record's; `computed` are totals nobody could fill in; `prior` is last year's record, without which checks
    against it are not assessable.
    """
    where = places or {}
    facts = agency or record.agency
    blanks = [path for path in blank(record, era) if path not in computed]
    findings = [Finding("VALUE-BLANK", "error", _at(where, (path,)), (path,)) for path in blanks]
    if not record.marks and all(value is None for value in record.values.values()) and not blanks:
        findings.append(Finding("RETURN-EMPTY", "error"))
    for path in twice_given(record, era):
        findings.append(Finding("VALUE-WHOLE-AND-PARTS", "error", _at(where, (path,)), (path,)))
    given = {(each.check, each.place): each.text for each in record.explanations}
    for instance in failing(record, era, facts, prior):
        judgement = judge(instance.rule, _looking_up(record, facts, prior), instance.places)
        if judgement.verdict == "fail":
            args = _numbers(judgement) | _last_year(instance, prior)
            answer = given.get((instance.check.id, instance.place), "")
            if answer and instance.check.severity == "explain":
                args["explanation"] = answer
            paths = tuple(path for path in instance.paths if record.values.get(path) is not None)
            last = tuple(f"prior.{ref.path}" for ref in instance.facts if ref.origin == "prior")
            at = _at(where, (*paths, *last))
            found = Finding(instance.check.id, instance.check.severity, at, paths, args, instance.name)
            findings.append(found)
    return tuple(findings)


def failing(record: Record, era: Era, facts: Agency, prior: Record | None = None) -> list[Instance]:
    """Every check instance in force in the record's year that fails."""
    agency = {name: _fact(facts, name) for name in _FACTS}
    verdicts = _compiled(era)(record.values, prior.values if prior is not None else {}, agency)
    pairs = zip(era.instances, verdicts, strict=True)
    return [instance for instance, verdict in pairs if verdict == "fail" and instance.applies_in(record.year)]


def judgements(
    record: Record, era: Era, facts: Agency, prior: Record | None = None
) -> Iterator[tuple[Instance, Judgement]]:
    """The verdict of every check instance in force in the record's year, with its live numbers."""
    lookup = _looking_up(record, facts, prior)
    for instance in era.instances:
        if instance.applies_in(record.year):
            yield instance, judge(instance.rule, lookup, instance.places)


def _looking_up(record: Record, facts: Agency, prior: Record | None) -> Lookup:
    def lookup(ref: Ref) -> Number | str | None:
        if ref.origin == "agency":
            return _fact(facts, ref.path)
        source = record if ref.origin == "data" else prior
        return source.values.get(ref.path) if source is not None else None

    return lookup


@once
def _compiled(era: Era) -> Judge:
    return Rules([(each.rule, each.places) for each in era.instances])


def blank(record: Record, era: Era) -> list[str]:
    """Indicators not filled in that should be: 未填. A figure given whole needs no parts."""
    given = {
        part.path
        for each in era.eithers.values()
        if record.values.get(each.whole.path) is not None
        for part in each.parts
    }
    return [
        path
        for path in _required(era)
        if record.values.get(path) is None and path not in record.marks and path not in given
    ]


@once
def _required(era: Era) -> list[str]:
    return [path for path, each in era.indicators.items() if each.blank == "missing" and not each.optional]


def twice_given(record: Record, era: Era) -> Iterator[str]:
    """Wholes that were filled in together with their parts."""
    for either in era.eithers.values():
        parts = [record.values.get(part.path) for part in either.parts]
        if record.values.get(either.whole.path) is not None and any(part is not None for part in parts):
            yield either.whole.path


def _at(places: Mapping[str, Place], paths: tuple[str, ...]) -> tuple[Place, ...]:
    return tuple(places[path] for path in paths if path in places)


def _numbers(judgement: Judgement) -> dict[str, Argument]:
    numbers = {"left": judgement.left, "right": judgement.right, "difference": judgement.difference}
    return {
        name: plain(value) if not isinstance(value, str) else value
        for name, value in numbers.items()
        if value is not None
    }


def _last_year(instance: Instance, prior: Record | None) -> dict[str, Argument]:
    """Last year's figures the rule looks at, as ``prior.<path>``: messages show them, and they are in no cell."""
    figures = {ref.path: prior.values.get(ref.path) for ref in instance.facts if ref.origin == "prior" and prior}
    return {f"prior.{path}": plain(value) for path, value in figures.items() if isinstance(value, int | Decimal)}


def _fact(agency: Agency, name: str) -> Number | str | None:
    if name == "rule_making":
        return None if agency.rule_making is None else int(agency.rule_making)
    return agency.level
