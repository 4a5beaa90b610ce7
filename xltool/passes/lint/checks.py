"""Faults of checks: rules that say nothing, and words that do not fit the rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from xltool.model.check import Check, Instance
from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.passes.lint.found import found
from xltool.rules.bounds import ANY_FIGURE, Range, constant_verdict
from xltool.rules.nodes import Binary, Call, Compare, Negative, Node, Ref, Word, refs

FILE = "checks.json"
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CONSTANT = {"pass": "LINT-NEVER-FAILS", "fail": "LINT-NEVER-PASSES"}


def check_findings(era: Era) -> Iterator[Finding]:
    """What is wrong with the checks of `era`, once for each check and kind of fault."""
    for check in era.checks.values():
        instances = [instance for instance in era.instances if instance.check.id == check.id]
        said: set[tuple[str, str]] = set()
        for finding in (*_words(era, check, instances), *_rules(era, check, instances)):
            fault = (finding.code, str(finding.args.get("name", "")))
            if fault not in said:
                said.add(fault)
                yield finding


def _words(era: Era, check: Check, instances: list[Instance]) -> Iterator[Finding]:
    if not check.id.startswith(era.code + "-"):
        yield found("LINT-ID-PREFIX", era.id, FILE, check.id, id=check.id, code=era.code)
    if check.from_year is not None and check.until_year is not None and check.from_year > check.until_year:
        yield found("LINT-YEARS", era.id, FILE, check.id, id=check.id)
    elif _never_in_force(era, check):
        yield found("LINT-YEARS-OUTSIDE", era.id, FILE, check.id, id=check.id)
    names = set(check.captures)
    allowed = {"where": names, "say": names | _numbers(instances)}
    for field, text in (("where", check.where), ("say", check.say)):
        for words in (text.zh, text.en) if text else ():
            for name in _PLACEHOLDER.findall(words):
                if name not in allowed[field]:
                    yield found("LINT-PLACEHOLDER", era.id, FILE, f"{check.id} {field}", id=check.id, name=name)


def _never_in_force(era: Era, check: Check) -> bool:
    """Whether the form is never filled in for a year the check applies to."""
    late = check.from_year is not None and era.last_year is not None and check.from_year > era.last_year
    early = check.until_year is not None and era.first_year is not None and check.until_year < era.first_year
    return late or early


def _numbers(instances: list[Instance]) -> set[str]:
    """The numbers a sentence may show: the rule's own, and those of captures or of figures below them."""
    names = {"left", "right", "difference"}
    for instance in instances:
        for name, path in instance.binding.items():
            inside = [each.removeprefix(path) for each in instance.paths if each.startswith(path + ".")]
            names |= {f"{name}.value", *(name + below for below in inside)}
    return names


def _rules(era: Era, check: Check, instances: list[Instance]) -> Iterator[Finding]:
    for instance in instances:
        rule = instance.rule
        if check.decimals is None and _divides(rule.left, rule.right):
            yield found("LINT-DIVISION-DECIMALS", era.id, FILE, check.id, id=check.id)
        if _misplaced_word(rule):
            yield found("LINT-WORD", era.id, FILE, check.id, id=check.id)
        for ref in refs(rule):
            if ref.origin != "agency" and era.indicators[ref.path].kind == "text":
                yield found("LINT-TEXT-OPERAND", era.id, FILE, check.id, id=check.id, name=ref.path)
        verdict = constant_verdict(rule, instance.places, lambda ref: _limits(era, ref))
        if verdict:
            yield found(_CONSTANT[verdict], era.id, FILE, check.id, id=check.id, instance=instance.name)


def _limits(era: Era, ref: Ref) -> Range:
    if ref.origin == "agency":
        return Range(Fraction(0), Fraction(1)) if ref.path == "rule_making" else ANY_FIGURE
    indicator = era.indicators[ref.path]
    low = ANY_FIGURE.low if indicator.minimum is None else Fraction(indicator.minimum)
    high = ANY_FIGURE.high if indicator.maximum is None else Fraction(indicator.maximum)
    return Range(low, high)


def _nodes(*roots: Node) -> Iterator[Node]:
    for node in roots:
        yield node
        match node:
            case Negative(operand):
                yield from _nodes(operand)
            case Binary(_, left, right):
                yield from _nodes(left, right)
            case Call(_, arguments):
                yield from _nodes(*arguments)


def _divides(*sides: Node) -> bool:
    return any(isinstance(node, Binary) and node.operator == "/" for node in _nodes(*sides))


def _misplaced_word(rule: Compare) -> bool:
    """Whether a text, or the agency's level, stands anywhere but in ``agency.level == "…"``."""
    level = Ref("level", "agency")
    if rule.left == level and isinstance(rule.right, Word):
        return rule.comparison not in ("==", "!=")
    return any(isinstance(node, Word) or node == level for node in _nodes(rule.left, rule.right))
