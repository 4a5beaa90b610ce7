"""Rules as formulas of a solver: exact numbers, figures within their limits and decimals.

Products and quotients of figures, which solvers cannot decide, stand for any number at all, the same one wherever
they appear. So a proof that something is impossible holds, though some are missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any

import z3

from xltool.model.era import Era
from xltool.numbers import Number, exact
from xltool.rules.nodes import Binary, Call, Compare, Either, Negative, Node, Num, Ref, Word

Term = Any
"""A number or a truth of the solver, which has no types."""
Known = Callable[[Ref], "Number | None"]
# Counted in steps and not in seconds, so that every machine gives up at the same point.
_STEPS = 3_000_000


@dataclass
class Logic:
    """The figures of an era as unknowns. `given` says which are filled in, `known` the value of those that are fixed.

    `limits` grows with the figures that rules mention.
    """

    era: Era
    given: Callable[[Ref], bool]
    known: Known = lambda ref: None
    limits: dict[Ref, list[Term]] = field(default_factory=dict)
    _figures: dict[Ref, Term] = field(default_factory=dict)
    _aside: dict[Node, Term] = field(default_factory=dict)
    _levels: dict[str, int] = field(default_factory=dict)

    def holds(self, rule: Compare, places: int) -> Term | None:
        """That `rule` passes, its difference rounded to `places`; None where it is not assessable."""
        if isinstance(rule.right, Word):
            level = z3.Int("agency.level")
            equal = level == self._levels.setdefault(rule.right.value, len(self._levels))
            return equal if rule.comparison == "==" else z3.Not(equal)
        left, right = self.number(rule.left), self.number(rule.right)
        if left is None or right is None:
            return None
        apart, half = left - right, z3.Q(1, 2 * 10**places)
        # Half of the last place is rounded away from zero, so that less than half is no difference.
        return {
            "==": z3.And(apart < half, apart > -half),
            "!=": z3.Or(apart >= half, apart <= -half),
            "<=": apart < half,
            ">=": apart > -half,
            "<": apart <= -half,
            ">": apart >= half,
        }[rule.comparison]

    def number(self, node: Node) -> Term | None:
        """The value of `node`; None where an operand is not given."""
        match node:
            case Num(value):
                return _constant(value)
            case Ref():
                return self.figure(node) if self.given(node) else None
            case Either(whole, parts):
                return self._either(whole, parts)
            case Negative(operand):
                inner = self.number(operand)
                return None if inner is None else -inner
            case Binary(operator, left, right):
                return self._binary(node, operator, self.number(left), self.number(right))
            case Call():
                return self._call(node)
            case Word():
                return None

    def figure(self, ref: Ref) -> Term:
        """A figure, and with it its limits."""
        fixed = self.known(ref)
        if fixed is not None:
            return _constant(fixed)
        if ref not in self._figures:
            self._figures[ref] = self._unknown(ref)
        return self._figures[ref]

    def _unknown(self, ref: Ref) -> Term:
        count = z3.Int(f"{ref.origin}.{ref.path}")
        if ref.origin == "agency":
            self.limits[ref] = [count >= 0, count <= 1]
            return z3.ToReal(count)
        indicator = self.era.indicators[ref.path]
        value = z3.ToReal(count) / 10**indicator.decimals
        low = [] if indicator.minimum is None else [value >= _constant(indicator.minimum)]
        high = [] if indicator.maximum is None else [value <= _constant(indicator.maximum)]
        self.limits[ref] = low + high
        return value

    def _either(self, whole: Ref, parts: tuple[Ref, ...]) -> Term | None:
        given = [part for part in parts if self.given(part)]
        if self.given(whole):
            return None if given else self.figure(whole)
        return z3.Sum([self.figure(part) for part in parts]) if len(given) == len(parts) else None

    def _binary(self, node: Node, operator: str, left: Term | None, right: Term | None) -> Term | None:
        if left is None or right is None:
            return None
        if operator in "+-":
            return left + right if operator == "+" else left - right
        divisor = z3.simplify(right)
        if operator == "/":
            if not z3.is_rational_value(divisor):
                return self._set_aside(node)
            return None if divisor.as_fraction() == 0 else left / divisor
        if z3.is_rational_value(divisor) or z3.is_rational_value(z3.simplify(left)):
            return left * right
        return self._set_aside(node)

    def _set_aside(self, node: Node) -> Term:
        return self._aside.setdefault(node, z3.Real(f"aside.{len(self._aside)}"))

    def _call(self, call: Call) -> Term | None:
        if call.function == "round":
            return self._rounded(call)
        operands = [self.number(argument) for argument in call.arguments]
        numbers = [operand for operand in operands if operand is not None]
        if not numbers or (len(numbers) < len(operands) and not call.skip):
            return None
        if call.function == "abs":
            return z3.If(numbers[0] >= 0, numbers[0], -numbers[0])
        if call.function == "sum":
            return z3.Sum(numbers)
        smaller = call.function == "min"
        return reduce(lambda one, other: z3.If((one <= other) == smaller, one, other), numbers)

    def _rounded(self, call: Call) -> Term | None:
        inner, places = self.number(call.arguments[0]), call.arguments[1]
        assert isinstance(places, Num)
        if inner is None:
            return None
        scale = Fraction(10) ** int(places.value)
        scaled, half = inner * _constant(scale), z3.Q(1, 2)
        away = z3.If(scaled >= 0, z3.ToInt(scaled + half), -z3.ToInt(-scaled + half))
        return z3.ToReal(away) / _constant(scale)

    def solver(self) -> Term:
        """A solver that gives the same answer on every run."""
        solver = z3.Solver()
        solver.set("rlimit", _STEPS)
        return solver

    def possible(self, terms: Iterable[Term]) -> bool | None:
        """Whether all of `terms` can hold at once within the limits; None where the solver gave up."""
        solver = self.solver()
        solver.add(*(limit for limits in self.limits.values() for limit in limits), *terms)
        return answer(solver.check())

    def smallest(self, terms: Iterable[Term]) -> dict[Ref, Number] | None:
        """Figures, as small as can be, with which all of `terms` hold; None where none were found."""
        search = z3.Optimize()
        search.set("rlimit", _STEPS)
        search.add(*(limit for limits in self.limits.values() for limit in limits), *terms)
        if self._figures:
            search.minimize(z3.Sum([z3.If(each >= 0, each, -each) for each in self._figures.values()]))
        if search.check() != z3.sat:
            return None
        model = search.model()
        values = {ref: model.eval(each, model_completion=True) for ref, each in self._figures.items()}
        return {ref: _number(value.as_fraction()) for ref, value in values.items()}


def answer(result: Any) -> bool | None:
    """Whether it is possible; None where the solver gave up."""
    return None if result == z3.unknown else bool(result == z3.sat)


def _constant(value: Number | Fraction) -> Term:
    fraction = Fraction(value)
    return z3.Q(fraction.numerator, fraction.denominator)


def _number(value: Fraction) -> Number:
    """A figure of the form: its denominator is a power of ten."""
    return exact(Decimal(value.numerator) / Decimal(value.denominator))
