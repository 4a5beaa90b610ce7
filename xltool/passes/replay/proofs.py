"""Rules that contradict each other, and rules that say the same, proved without any return.

What is proved is about complete returns: every figure filled in, within its limits; a figure that can be given whole
or in parts is tried both ways. Figures of last year and facts of the agency may be anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import z3

from xltool.model.check import Instance
from xltool.model.era import Era
from xltool.model.replay import Contradiction, Proofs, Same
from xltool.numbers import Number
from xltool.passes.replay.logic import Logic, answer
from xltool.rules.evaluate import judge
from xltool.rules.nodes import Compare, Ref, refs

Filling = Callable[[Ref], bool]
_TOTAL = "total "
# What the meta-schema allows.
_EARLIEST, _LATEST = 1990, 2100


@dataclass(frozen=True, slots=True)
class _Ruled:
    """A rule with its name and its formula; `instance` is None for the formula of a total."""

    name: str
    rule: Compare
    places: int
    formula: Any
    instance: Instance | None = None


def proofs(era: Era) -> Proofs:
    """What can be proved of the rules of `era`, in whatever year they are in force together."""
    contradictions: dict[frozenset[str], Contradiction] = {}
    same: dict[tuple[str, ...], Same] = {}
    undecided = False
    for instances in _regimes(era):
        for given in fillings(era):
            logic = Logic(era, given)
            ruled = [*_rules(instances, logic), *_totals(era, logic)]
            for found in _contradictions(ruled, logic):
                if found is None:
                    undecided = True
                else:
                    contradictions.setdefault(_checks(found.rules), found)
            for each in _same(ruled, logic):
                same.setdefault(tuple(_checks(each.rules)), each)
    return Proofs(tuple(contradictions.values()), tuple(same.values()), undecided=undecided)


def _regimes(era: Era) -> Iterator[tuple[Instance, ...]]:
    """The rules of each year of the era, years with the same rules once."""
    first, last = era.first_year or _EARLIEST, era.last_year or _LATEST
    changes = {check.from_year or first for check in era.checks.values()}
    changes |= {check.until_year + 1 for check in era.checks.values() if check.until_year}
    regimes: dict[tuple[str, ...], tuple[Instance, ...]] = {}
    for year in sorted(year for year in {first, *changes} if first <= year <= last):
        instances = tuple(each for each in era.instances if each.applies_in(year))
        regimes.setdefault(tuple(each.name for each in instances), instances)
    return iter(regimes.values())


def fillings(era: Era) -> Iterator[Filling]:
    """The ways to fill in a return completely: figures in parts, and where the era knows such figures, whole."""
    numbers = {path for path, each in era.indicators.items() if each.kind == "number"}
    wholes = set(era.eithers)
    parts = {part.path for each in era.eithers.values() for part in each.parts}
    for absent in [wholes, parts] if wholes else [wholes]:
        present = frozenset(numbers - absent)
        yield lambda ref, present=present: ref.origin == "agency" or ref.path in present  # type: ignore[misc]


def _checks(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.partition("@")[0] for name in names)


def _rules(instances: Iterable[Instance], logic: Logic) -> Iterator[_Ruled]:
    for each in instances:
        formula = logic.holds(each.rule, each.places)
        if formula is not None:
            yield _Ruled(each.name, each.rule, each.places, formula, each)


def _totals(era: Era, logic: Logic) -> Iterator[_Ruled]:
    """The formulas of totals, which hold where the workbook computes them."""
    for path, total in era.totals.items():
        rule = Compare("==", Ref(path), total.formula)
        places = era.indicators[path].decimals
        formula = logic.holds(rule, places)
        if formula is not None:
            yield _Ruled(_TOTAL + path, rule, places, formula)


# --- contradictions ----------------------------------------------------------------------------------------------


def _contradictions(ruled: list[_Ruled], logic: Logic) -> Iterator[Contradiction | None]:
    """One smallest set after the other, each time without the rule that is to blame; None where undecided."""
    active = list(ruled)
    while True:
        core = _core(active, logic)
        if core is None:
            yield None
        if not core:
            return
        blamed = max((each for each in reversed(core) if each.instance), key=_doubt, default=core[-1])
        ordered = [*(each for each in core if each is not blamed), blamed]
        yield _contradiction(ordered, logic)
        active = [each for each in active if _check_of(each) != _check_of(blamed)]


def _core(active: Sequence[_Ruled], logic: Logic) -> list[_Ruled] | None:
    """A smallest set that cannot hold at once; empty where all can, None where the solver gave up."""
    solver = logic.solver()
    solver.add(*(limit for limits in logic.limits.values() for limit in limits))
    marks = {f"rule{number}": each for number, each in enumerate(active)}
    for mark, each in marks.items():
        solver.assert_and_track(each.formula, mark)
    possible = answer(solver.check())
    if possible is not False:
        return [] if possible else None
    named = {str(mark) for mark in solver.unsat_core()}
    core = [each for mark, each in marks.items() if mark in named]
    for each in reversed(core):
        rest = [other for other in core if other is not each]
        if logic.possible(other.formula for other in rest) is False:
            core = rest
    return core


def _doubt(each: _Ruled) -> tuple[bool, bool]:
    """Who is to blame: a rule on trial before one in force, practice before the form itself, else the last."""
    assert each.instance is not None
    check = each.instance.check
    return check.trial, check.basis == "practice"


def _check_of(each: _Ruled) -> str:
    return each.name.partition("@")[0]


def _contradiction(core: Sequence[_Ruled], logic: Logic) -> Contradiction:
    rules = tuple(each.name for each in core if each.instance)
    totals = tuple(each.name.removeprefix(_TOTAL) for each in core if not each.instance)
    example = _example(core, logic)
    if example is None:
        return Contradiction(rules, totals)
    judged = judge(core[-1].rule, example.get, core[-1].places)
    return Contradiction(rules, totals, shown(example), judged.left, judged.right)


def _example(core: Sequence[_Ruled], logic: Logic) -> dict[Ref, Number] | None:
    """Figures with which all but the last pass and the last fails, held against the rules themselves."""
    small = Logic(logic.era, logic.given)
    for each in core:
        small.holds(each.rule, each.places)
    terms = [small.holds(each.rule, each.places) for each in core[:-1]]
    found = small.smallest(terms)
    if found is None:
        return None
    verdicts = [judge(each.rule, found.get, each.places).verdict for each in core]
    return found if verdicts == ["pass"] * (len(core) - 1) + ["fail"] else None


def shown(figures: Mapping[Ref, Number]) -> dict[str, Number]:
    """Figures by what they are called in findings."""
    prefix = {"data": "", "prior": "prior.", "agency": "agency."}
    return {prefix[ref.origin] + ref.path: value for ref, value in figures.items()}


# --- rules that say the same -------------------------------------------------------------------------------------


def _same(ruled: Iterable[_Ruled], logic: Logic) -> Iterator[Same]:
    """Pairs of different checks over the same figures that never have different verdicts."""
    over: dict[frozenset[Ref], list[_Ruled]] = {}
    for each in ruled:
        if each.instance:
            over.setdefault(frozenset(refs(each.rule)), []).append(each)
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for group in over.values():
        for one, other in combinations(group, 2):
            differ = z3.Xor(one.formula, other.formula)
            if _check_of(one) != _check_of(other) and logic.possible([differ]) is False:
                found.setdefault((_check_of(one), _check_of(other)), []).append((one.name, other.name))
    return (Same(pairs[0], len(pairs)) for pairs in found.values())
