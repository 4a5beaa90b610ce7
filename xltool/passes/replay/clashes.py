"""Rules that ask contradictory things of the totals of one return.

On what a return reports, totals aside, a rule says what its totals must be. Two rules clash there where each could be
met by some totals, but not both by the same ones. Where inputs are wrong that is how it should be; where two rules
clash on every return that both judge, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import z3

from xltool.model.check import Instance
from xltool.model.era import Era
from xltool.model.replay import Clash, Judged
from xltool.numbers import Number
from xltool.passes.replay.logic import Logic, answer
from xltool.passes.replay.proofs import shown
from xltool.rules.nodes import Ref, Word, refs

_Pair = tuple[str, str]


def clashes(era: Era, judged: Sequence[Judged]) -> tuple[Clash, ...]:
    """The clashing rules, those first that never agree, then those of most returns; once for each two checks."""
    instances = {each.name: each for each in era.instances if not isinstance(each.rule.right, Word)}
    totals = {name: _totals(each, era) for name, each in instances.items()}
    answered: dict[tuple[object, ...], bool | None] = {}
    found: dict[_Pair, list[tuple[Judged, dict[str, Number]]]] = {}
    for each in judged:
        asked = _Return(era, each, answered)
        for one, other in _pairs(each, totals):
            if asked.clash(instances[one], instances[other]):
                inputs = asked.inputs(instances[one], instances[other])
                found.setdefault((one, other), []).append((each, inputs))
    merged: dict[frozenset[str], Clash] = {}
    for pair, seen in found.items():
        agreed = sum(all(each.verdict(name) == "pass" for name in pair) for each in judged)
        clash = Clash(pair, tuple(each.file for each, _ in seen), agreed, seen[0][1])
        key = frozenset(name.partition("@")[0] for name in pair)
        if key not in merged or _weight(clash) < _weight(merged[key]):
            merged[key] = clash
    return tuple(sorted(merged.values(), key=_weight))


def _weight(clash: Clash) -> tuple[bool, int]:
    return clash.agreed > 0, -len(clash.files)


def _totals(instance: Instance, era: Era) -> frozenset[str]:
    return frozenset(path for path in instance.paths if path in era.totals)


def _pairs(judged: Judged, totals: dict[str, frozenset[str]]) -> Iterator[_Pair]:
    """Rules about a common total, one of which failed at least, in the order of the file of checks."""
    names = [name for name in totals if judged.verdict(name) in ("pass", "fail")]
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            if totals[one] & totals[other] and "fail" in (judged.verdict(one), judged.verdict(other)):
                yield one, other


@dataclass
class _Return:
    """A return with its totals open and everything else as it was reported; `answered` has what other returns asked."""

    era: Era
    judged: Judged
    answered: dict[tuple[object, ...], bool | None]
    logic: Logic = field(init=False)
    solver: Any = field(init=False)
    marks: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.logic = Logic(self.era, lambda ref: self.value(ref) is not None, self.known)
        self.solver = self.logic.solver()

    def value(self, ref: Ref) -> Number | None:
        path = ref.path if ref.origin == "data" else f"{ref.origin}.{ref.path}"
        found = self.judged.values.get(path)
        return None if isinstance(found, str) else found

    def known(self, ref: Ref) -> Number | None:
        return None if ref.origin == "data" and ref.path in self.era.totals else self.value(ref)

    def clash(self, one: Instance, other: Instance) -> bool:
        """Whether each can be met, and both cannot."""
        return self.meets(one) and self.meets(other) and self.possible(one, other) is False

    def meets(self, instance: Instance) -> bool:
        """Whether some totals meet a rule: those reported, or others."""
        return self.judged.verdict(instance.name) == "pass" or self.possible(instance) is True

    def possible(self, *instances: Instance) -> bool | None:
        """Whether some totals meet all of `instances`. Many returns say the same, mostly nothing but zeros."""
        inputs = ((self.value(ref) is not None, self.known(ref)) for each in instances for ref in refs(each.rule))
        key = (*(each.name for each in instances), *inputs)
        if key not in self.answered:
            self.answered[key] = answer(self.solver.check(*map(self.mark, instances)))
        return self.answered[key]

    def mark(self, instance: Instance) -> Any:
        """What stands for "the rule passes" in the solver, which is told of each rule once."""
        if instance.name not in self.marks:
            self.marks[instance.name] = mark = z3.Bool(instance.name)
            seen = set(self.logic.limits)
            passes = self.logic.holds(instance.rule, instance.places)
            self.solver.add(z3.Implies(mark, passes))
            fresh = [limits for ref, limits in self.logic.limits.items() if ref not in seen]
            self.solver.add(*(each for limits in fresh for each in limits))
        return self.marks[instance.name]

    def inputs(self, *instances: Instance) -> dict[str, Number]:
        """What the rules look at, totals aside."""
        wanted = dict.fromkeys(ref for each in instances for ref in refs(each.rule))
        return shown({ref: value for ref in wanted if (value := self.known(ref)) is not None})
