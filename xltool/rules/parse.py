"""Rule text to nodes, through the standard library's `ast`; whatever is not in the closed set is an error."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from xltool.numbers import exact
from xltool.rules.nodes import (
    Binary,
    Call,
    Compare,
    Comparison,
    Either,
    Function,
    Negative,
    Node,
    Num,
    Operator,
    Ref,
    Word,
)

Problem = Literal["syntax", "not_in_language", "number", "function", "arguments", "unknown_path", "not_a_comparison"]
Leaf = Ref | Either
Leaves = Callable[[str], tuple[Leaf, ...]]
"""The leaves below a dotted path, the path itself where it is a leaf, nothing where it is unknown."""

FACTS = ("level", "rule_making")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_OPERATORS: dict[type[ast.operator], Operator] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS: dict[type[ast.cmpop], Comparison] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.Gt: ">",
}
_MANY = ("sum", "min", "max")
_ARITY = {"abs": 1, "round": 2}


@dataclass
class RuleError(Exception):
    """A rule that cannot be read: what is wrong, at which column (from 1) of which text."""

    problem: Problem
    column: int
    text: str


def parse_rule(source: str, leaves: Leaves, *, skip: bool = False) -> Compare:
    """The rule in `source`: one comparison. Raises RuleError."""
    body = _body(source)
    if not isinstance(body, ast.Compare) or len(body.ops) != 1:
        raise RuleError("not_a_comparison", 1, source)
    comparison = _COMPARISONS.get(type(body.ops[0]))
    if comparison is None:
        raise RuleError("not_in_language", 1, source)
    reader = _Reader(source, leaves, skip)
    return Compare(comparison, reader.node(body.left), reader.node(body.comparators[0]))


def parse_formula(source: str, leaves: Leaves, *, skip: bool = False) -> Node:
    """The formula of a total in `source`. Raises RuleError."""
    return _Reader(source, leaves, skip).node(_body(source))


def _body(source: str) -> ast.expr:
    try:
        return ast.parse(source, mode="eval").body
    except SyntaxError as error:
        raise RuleError("syntax", error.offset or 1, source) from None
    except (ValueError, RecursionError, MemoryError):
        raise RuleError("syntax", 1, source) from None


@dataclass(frozen=True, slots=True)
class _Reader:
    source: str
    leaves: Leaves
    skip: bool

    def error(self, problem: Problem, node: ast.expr) -> RuleError:
        return RuleError(problem, node.col_offset + 1, self.text(node) or self.source)

    def text(self, node: ast.expr) -> str | None:
        """The source of a node. `ast` counts bytes, and finds its way through every kind of line, at length."""
        if self.source.isascii() and node.end_lineno == 1:
            return self.source[node.col_offset : node.end_col_offset]
        return ast.get_source_segment(self.source, node)

    def node(self, node: ast.expr) -> Node:
        match node:
            case ast.Constant(value=str() as word):
                return Word(word)
            case ast.Constant():
                return self.number(node)
            case ast.Name() | ast.Attribute():
                leaves = self.path(node)
                if len(leaves) != 1 or not isinstance(leaves[0], Ref):
                    raise self.error("unknown_path", node)
                return leaves[0]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.node(operand))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return Binary(_OPERATORS[type(op)], self.node(left), self.node(right))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.call(node, name, arguments)
            case _:
                raise self.error("not_in_language", node)

    def number(self, node: ast.Constant) -> Num:
        text = self.text(node) or ""
        if not _NUMBER.fullmatch(text):
            raise self.error("number", node)
        return Num(exact(Decimal(text)))

    def path(self, node: ast.expr) -> tuple[Leaf, ...]:
        dotted = self.text(node) or ""
        head, _, rest = dotted.partition(".")
        if head == "agency":
            return (Ref(rest, "agency"),) if rest in FACTS else ()
        if head == "prior":
            return tuple(_of_last_year(leaf) for leaf in self.leaves(rest))
        return self.leaves(dotted)

    def call(self, node: ast.expr, name: str, arguments: list[ast.expr]) -> Call:
        if name not in _MANY and name not in _ARITY:
            raise self.error("function", node)
        if not arguments or len(arguments) != _ARITY.get(name, len(arguments)):
            raise self.error("arguments", node)
        if name in _MANY:
            return Call(cast(Function, name), tuple(self.many(arguments)), self.skip)
        read = tuple(self.node(argument) for argument in arguments)
        if name == "round" and not (isinstance(read[1], Num) and isinstance(read[1].value, int)):
            raise self.error("arguments", node)
        return Call(cast(Function, name), read)

    def many(self, arguments: list[ast.expr]) -> list[Node]:
        nodes: list[Node] = []
        for argument in arguments:
            if isinstance(argument, ast.Name | ast.Attribute):
                leaves = self.path(argument)
                if not leaves:
                    raise self.error("unknown_path", argument)
                if self.skip and any(isinstance(leaf, Either) for leaf in leaves):
                    raise self.error("arguments", argument)
                nodes.extend(leaves)
            elif self.skip:
                raise self.error("arguments", argument)
            else:
                nodes.append(self.node(argument))
        return nodes


def _of_last_year(leaf: Leaf) -> Leaf:
    if isinstance(leaf, Ref):
        return Ref(leaf.path, "prior")
    return Either(Ref(leaf.whole.path, "prior"), tuple(Ref(part.path, "prior") for part in leaf.parts))
