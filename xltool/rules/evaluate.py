"""The Python reading of a rule: exact numbers, three answers.

Missing propagates through arithmetic and comparison. `excel` reads the same nodes for office suites; the two
agree on every input, and a test holds them together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Literal

from xltool.numbers import Number, exact
from xltool.rules.nodes import Binary, Call, Compare, Either, Negative, Node, Num, Ref, Word

Lookup = Callable[[Ref], Number | str | None]
Verdict = Literal["pass", "fail", "not_assessable"]
CONTEXT = Context(prec=40)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the live numbers; `left`, `right` and `difference` are None where not assessable."""

    verdict: Verdict
    left: Number | str | None = None
    right: Number | str | None = None
    difference: Number | None = None


def rounded(value: Number, places: int) -> Number:
    """Rounded half away from zero, as office suites do."""
    if isinstance(value, int) and places >= 0:
        return value
    return exact(Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=CONTEXT))


def evaluate(node: Node, value: Lookup) -> Number | None:
    """The value of `node`, or None where an operand is missing. Texts are missing: they are no numbers."""
    with localcontext(CONTEXT):
        result = _number(node, value)
    return None if result is None else exact(result)


def judge(rule: Compare, value: Lookup, places: int) -> Judgement:
    """The verdict of `rule`; two sides are compared by their difference rounded to `places` decimals."""
    if isinstance(rule.right, Word):
        return _judge_word(rule, value)
    left, right = evaluate(rule.left, value), evaluate(rule.right, value)
    if left is None or right is None:
        return Judgement("not_assessable", left, right)
    apart = difference(left, right, places)
    holds = {
        "==": apart == 0,
        "!=": apart != 0,
        "<=": apart <= 0,
        ">=": apart >= 0,
        "<": apart < 0,
        ">": apart > 0,
    }[rule.comparison]
    return Judgement("pass" if holds else "fail", left, right, apart)


def difference(left: Number, right: Number, places: int) -> Number:
    """How far two sides are apart, rounded to `places` decimals."""
    return rounded(exact(Decimal(left) - Decimal(right)), places)


def _judge_word(rule: Compare, value: Lookup) -> Judgement:
    fact = value(rule.left) if isinstance(rule.left, Ref) else None
    assert isinstance(rule.right, Word)
    verdict = word_verdict(fact, rule.right.value, rule.comparison)
    return Judgement(verdict, None if verdict == "not_assessable" else fact, rule.right.value)


def word_verdict(fact: Number | str | None, word: str, comparison: str) -> Verdict:
    """Whether a fact is `word`, or with ``!=`` is another."""
    if fact is None or fact == "":
        return "not_assessable"
    return "pass" if (fact == word) == (comparison == "==") else "fail"


def _number(node: Node, value: Lookup) -> Number | None:
    match node:
        case Num(number):
            return number
        case Ref():
            found = value(node)
            return None if isinstance(found, str) else found
        case Either(whole, parts):
            return whole_or_parts(_number(whole, value), [_number(part, value) for part in parts])
        case Negative(operand):
            inner = _number(operand, value)
            return None if inner is None else -inner
        case Binary(operator, left, right):
            return _binary(operator, _number(left, value), _number(right, value))
        case Call():
            return _call(node, value)
        case Word():
            return None


def _binary(operator: str, left: Number | None, right: Number | None) -> Number | None:
    if left is None or right is None:
        return None
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    return quotient(left, right)


def quotient(left: Number, right: Number) -> Number | None:
    """`left` through `right`; missing where that is 0."""
    return None if right == 0 else Decimal(left) / Decimal(right)


def _call(call: Call, value: Lookup) -> Number | None:
    if call.function == "round":
        inner, places = _number(call.arguments[0], value), call.arguments[1]
        assert isinstance(places, Num)
        return None if inner is None else rounded(inner, int(places.value))
    return called(call.function, [_number(argument, value) for argument in call.arguments], skip=call.skip)


def called(function: str, operands: Sequence[Number | None], *, skip: bool) -> Number | None:
    """``sum``, ``min``, ``max`` or ``abs`` of operands, of which some may be missing."""
    numbers: list[Number] = [operand for operand in operands if operand is not None]
    if not numbers or (len(numbers) < len(operands) and not skip):
        return None
    if function == "abs":
        return max(numbers[0], -numbers[0])
    if function == "min":
        return min(numbers)
    if function == "max":
        return max(numbers)
    total: Number = 0
    for number in numbers:
        total += number
    return total


def whole_or_parts(given: Number | None, pieces: Sequence[Number | None]) -> Number | None:
    """A figure given whole or in parts, never both."""
    present = [piece for piece in pieces if piece is not None]
    if given is not None:
        return None if present else given
    return sum(present, start=0) if len(present) == len(pieces) else None
