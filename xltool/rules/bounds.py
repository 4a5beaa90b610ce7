"""What a rule can say at all: rules that never fail, or never pass, whatever the figures.

The difference of the two sides is written as a sum of figures with factors, each figure within its limits.
Everything else (products, minima, quotients) counts as a figure of its own, so that an answer is never wrong,
though some are missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

from xltool.rules.nodes import Binary, Call, Compare, Either, Negative, Node, Num, Ref, Word

# No cell holds more digits, and no quotient in a rule comes near the second.
_ANY_FIGURE = Fraction(10**15)
_ANYTHING = Fraction(10**100)


@dataclass(frozen=True, slots=True)
class Range:
    """All values from `low` to `high`."""

    low: Fraction
    high: Fraction

    def times(self, factor: Fraction) -> Range:
        """The range of a multiple."""
        return _spanning((self.low * factor, self.high * factor))


ANY_FIGURE = Range(-_ANY_FIGURE, _ANY_FIGURE)
Limits = Callable[[Ref], Range]
_Form = dict[Node, Fraction]
_ONE = Num(1)


def constant_verdict(rule: Compare, places: int, limits: Limits) -> Literal["pass", "fail"] | None:
    """The one verdict `rule` can have wherever it can be judged; None where it may have either."""
    if isinstance(rule.right, Word):
        return None
    span = _range_of(_form(Binary("-", rule.left, rule.right)), limits)
    low, high = _rounded(span.low, places), _rounded(span.high, places)
    always, never = {
        "==": (low == high == 0, low > 0 or high < 0),
        "!=": (low > 0 or high < 0, low == high == 0),
        "<=": (high <= 0, low > 0),
        ">=": (low >= 0, high < 0),
        "<": (high < 0, low >= 0),
        ">": (low > 0, high <= 0),
    }[rule.comparison]
    return "pass" if always else "fail" if never else None


def _rounded(value: Fraction, places: int) -> Fraction:
    scale = 10**places
    away = floor(abs(value) * scale + Fraction(1, 2))
    return Fraction(away if value >= 0 else -away, scale)


def _form(node: Node) -> _Form:
    """`node` as figures with factors; the factor of `_ONE` is the constant."""
    match node:
        case Num(value):
            return {_ONE: Fraction(value)}
        case Negative(operand):
            return _scaled(_form(operand), Fraction(-1))
        case Binary(operator, left, right):
            return _binary(node, operator, _form(left), _form(right))
        case Call("sum", arguments):
            return _added(_form(argument) for argument in arguments)
        case _:
            return {node: Fraction(1)}


def _binary(node: Node, operator: str, left: _Form, right: _Form) -> _Form:
    if operator in "+-":
        return _added((left, right if operator == "+" else _scaled(right, Fraction(-1))))
    factor = _constant(right)
    if operator == "/":
        return _scaled(left, 1 / factor) if factor else {node: Fraction(1)}
    if factor is not None:
        return _scaled(left, factor)
    factor = _constant(left)
    return _scaled(right, factor) if factor is not None else {node: Fraction(1)}


def _constant(form: _Form) -> Fraction | None:
    return form.get(_ONE, Fraction(0)) if set(form) <= {_ONE} else None


def _scaled(form: _Form, factor: Fraction) -> _Form:
    return {atom: times * factor for atom, times in form.items() if times * factor}


def _added(forms: Iterable[_Form]) -> _Form:
    total: _Form = {}
    for form in forms:
        for atom, times in form.items():
            total[atom] = total.get(atom, Fraction(0)) + times
    return {atom: times for atom, times in total.items() if times}


def _range_of(form: _Form, limits: Limits) -> Range:
    spans = [_atom(atom, limits).times(times) for atom, times in form.items()]
    return _sum(spans)


def _atom(node: Node, limits: Limits) -> Range:
    """The range of one figure. A figure left out of a sum counts as 0 there, and so every range has it."""
    match node:
        case Num(value):
            return Range(Fraction(value), Fraction(value))
        case Ref():
            return _with_zero(limits(node))
        case Either(whole, parts):
            return _spanning((_with_zero(limits(whole)), _sum(_with_zero(limits(part)) for part in parts)))
        case Binary("*", left, right):
            return _product(_inside(left, limits), _inside(right, limits))
        case Call():
            return _call(node, limits)
        case _:
            return Range(-_ANYTHING, _ANYTHING)


def _call(call: Call, limits: Limits) -> Range:
    inner = _spanning(_inside(argument, limits) for argument in call.arguments)
    if call.function == "abs":
        return _spanning((Fraction(0), abs(inner.low), abs(inner.high)))
    if call.function == "round":
        return Range(inner.low - 1, inner.high + 1)
    return inner


def _inside(node: Node, limits: Limits) -> Range:
    return _range_of(_form(node), limits)


def _product(one: Range, other: Range) -> Range:
    return _spanning(a * b for a in (one.low, one.high) for b in (other.low, other.high))


def _sum(spans: Iterable[Range]) -> Range:
    every = list(spans)
    return Range(sum((span.low for span in every), Fraction(0)), sum((span.high for span in every), Fraction(0)))


def _with_zero(span: Range) -> Range:
    return _spanning((span, Fraction(0)))


def _spanning(values: Iterable[Range | Fraction]) -> Range:
    every = [value if isinstance(value, Range) else Range(value, value) for value in values]
    return Range(min(span.low for span in every), max(span.high for span in every))
