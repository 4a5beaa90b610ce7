"""The closed set of nodes a rule consists of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from xltool.numbers import Number

Origin = Literal["data", "prior", "agency"]
Operator = Literal["+", "-", "*", "/"]
Comparison = Literal["==", "!=", "<=", ">=", "<", ">"]
Function = Literal["sum", "min", "max", "abs", "round"]


@dataclass(frozen=True, slots=True)
class Num:
    """A number, taken from the rule's text and so exact."""

    value: Number


@dataclass(frozen=True, slots=True)
class Word:
    """A quoted text, to compare a fact of the agency with."""

    value: str


@dataclass(frozen=True, slots=True)
class Ref:
    """An indicator of this record (`data`), of last year's (`prior`), or a fact of the agency."""

    path: str
    origin: Origin = "data"


@dataclass(frozen=True, slots=True)
class Either:
    """A figure given whole or in parts: `whole` where it is filled and no part is, else the sum of `parts`."""

    whole: Ref
    parts: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    operator: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function of its arguments. With `skip`, missing arguments are left out, and only all missing is missing."""

    function: Function
    arguments: tuple[Node, ...]
    skip: bool = False


Node = Num | Word | Ref | Either | Negative | Binary | Call


@dataclass(frozen=True, slots=True)
class Compare:
    """A rule: two sides that must stand in a relation."""

    comparison: Comparison
    left: Node
    right: Node


def refs(node: Node | Compare) -> Iterator[Ref]:
    """Every indicator a rule mentions, in order of mention, repetitions included."""
    match node:
        case Ref():
            yield node
        case Either(whole, parts):
            yield from parts
            yield whole
        case Negative(operand):
            yield from refs(operand)
        case Binary(_, left, right) | Compare(_, left, right):
            yield from refs(left)
            yield from refs(right)
        case Call(_, arguments, _):
            for argument in arguments:
                yield from refs(argument)
        case Num() | Word():
            return
