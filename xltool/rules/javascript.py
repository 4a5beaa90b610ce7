"""The JavaScript reading of a rule, for the agency's own page: source that calls `templates/pages/exact.js`.

It gives the three answers of `evaluate` on the same exact numbers; a test holds the two together. Every function
takes one argument `x`, what the page sees: ``x.data(path)``, ``x.prior(path)``, ``x.agency(fact)``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from xltool.numbers import Number
from xltool.rules.nodes import Binary, Call, Compare, Either, Negative, Node, Num, Operator, Ref, Word

_OPERATORS: Mapping[Operator, str] = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}


def formula_source(node: Node) -> str:
    """A function that gives the value of `node`, null where an operand is missing."""
    return f"x => {_expression(node)}"


def rule_source(rule: Compare, places: int) -> str:
    """An object for `judge`: two sides compared by their difference rounded to `places`, or a fact with a word."""
    if isinstance(rule.right, Word):
        fact = _seen(rule.left) if isinstance(rule.left, Ref) else "null"
        return f"{{fact: x => {fact}, word: {script_text(rule.right.value)}, is: {script_text(rule.comparison)}}}"
    sides = f"left: {formula_source(rule.left)}, right: {formula_source(rule.right)}"
    return f"{{{sides}, is: {script_text(rule.comparison)}, places: {places}}}"


def script_text(text: str) -> str:
    """A text constant that may stand in a script inside a page."""
    return json.dumps(text).replace("<", "\\u003c")


def _expression(node: Node) -> str:
    match node:
        case Num(value):
            return _constant(value)
        case Word():
            return "null"
        case Ref():
            return f"figure({_seen(node)})"
        case Either(whole, parts):
            return f"either({_expression(whole)}, [{_listed(parts)}])"
        case Negative(operand):
            return f"negative({_expression(operand)})"
        case Binary(operator, left, right):
            return f"{_OPERATORS[operator]}({_expression(left)}, {_expression(right)})"
        case Call():
            return _call(node)


def _call(call: Call) -> str:
    if call.function == "round":
        inner, places = call.arguments
        assert isinstance(places, Num)
        return f"round({_expression(inner)}, {int(places.value)})"
    if call.function == "abs":
        return f"absolute({_expression(call.arguments[0])})"
    name = {"sum": "sum", "min": "least", "max": "greatest"}[call.function]
    return f"{name}([{_listed(call.arguments)}], {json.dumps(call.skip)})"


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(map(_expression, nodes))


def _seen(ref: Ref) -> str:
    return f"x.{ref.origin}({script_text(ref.path)})"


def _constant(value: Number) -> str:
    if isinstance(value, int):
        return f"{value}n"
    sign, digits, exponent = Decimal(value).as_tuple()
    whole = "".join(map(str, digits))
    return f"({{c: {'-' if sign else ''}{whole}n, e: {exponent}}})"
