"""Two years of one agency: what changed, what did not and should have, what changed more than is likely."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from xltool.model.comparison import CompareRules, Difference
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place
from xltool.model.record import Record, Value
from xltool.numbers import Number, exact, plain
from xltool.rules.captures import bindings
from xltool.rules.evaluate import rounded
from xltool.rules.nodes import refs


def compare(
    record: Record,
    prior: Record,
    era: Era,
    rules: CompareRules,
    places: Mapping[str, Place],
    *,
    whole: bool = True,
) -> tuple[tuple[Difference, ...], tuple[Finding, ...]]:
    """The figures that differ, and what is to be explained. `whole` is whether last year's return is one return:
    a sum of several cannot have been copied."""
    rates = frozenset(era.indicators) - _cumulative(era, rules)
    differences = tuple(
        Difference(
            path, prior.values.get(path), value, percent(prior.values.get(path), value) if path in rates else None
        )
        for path, value in record.values.items()
        if value != prior.values.get(path)
    )
    findings = [*_jumps(differences, era, rules, places)]
    if whole and copied(record, prior, rules):
        file = next((place.file for place in places.values()), "")
        findings.insert(0, Finding("COMPARE-COPIED", "explain", (Place(file),), args={"year": prior.year}))
    return differences, tuple(findings)


def percent(before: Value, after: Value) -> Number | None:
    """The change in per cent with one decimal; None where there is none to speak of, as after a 0."""
    if not isinstance(before, int | Decimal) or not isinstance(after, int | Decimal) or before == 0:
        return None
    return rounded(exact((Decimal(after) - Decimal(before)) * 100 / abs(Decimal(before))), 1)


def copied(record: Record, prior: Record, rules: CompareRules) -> bool:
    """Whether every figure is last year's, and enough of them say something."""
    said = sum(1 for value in record.values.values() if value not in (None, 0, ""))
    return said >= rules.figures and all(value == prior.values.get(path) for path, value in record.values.items())


def jumps(before: Value, after: Value, rules: CompareRules) -> bool:
    """Whether a change is larger than years normally bring."""
    if not isinstance(before, int | Decimal) or not isinstance(after, int | Decimal):
        return False
    low, high = min(abs(Decimal(before)), abs(Decimal(after))), max(abs(Decimal(before)), abs(Decimal(after)))
    if low == 0:
        return high >= rules.from_zero
    return high - low >= rules.least and high >= low * rules.times


def _jumps(
    differences: tuple[Difference, ...], era: Era, rules: CompareRules, places: Mapping[str, Place]
) -> list[Finding]:
    found = {each.path: each for each in differences if jumps(each.before, each.after, rules)}
    findings = []
    for path, each in found.items():
        # A total jumps with its part: the part alone is worth a question.
        if path in era.totals and any(ref.path in found for ref in refs(era.totals[path].formula)):
            continue
        args: dict[str, Argument] = {"before": _plain(each.before), "after": _plain(each.after)}
        place = (places[path],) if path in places else ()
        findings.append(Finding("COMPARE-JUMP", "explain", place, (path,), args))
    return findings


def _cumulative(era: Era, rules: CompareRules) -> frozenset[str]:
    if not rules.cumulative:
        return frozenset()
    return frozenset(each["p"] for each in bindings({"p": rules.cumulative}, era.groups, era.indicators))


def _plain(value: Value) -> str:
    return plain(value) if isinstance(value, int | Decimal) else value or ""
