"""One version of a form: its indicators, totals and checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from xltool.lang import Text
from xltool.model.check import Check, Instance
from xltool.numbers import Number
from xltool.rules.nodes import Either, Node, Ref

Method = Literal["sum", "max", "ratio", "stock", "none"]
"""How agencies add up: `sum`; `max`; `ratio` of two sums (its own total formula over the summed parts); `stock`,
a figure at a date, added over agencies but never over years; `none`, not added."""
Blank = Literal["missing", "allowed"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One leaf of the record.

    `title` is the form's own label, `short` a brief name for messages. `decimals` counts those allowed,
    `minimum` and `maximum` bound the value (None: unbounded). `optional` ones are never 未填 and have a cell
    only in workbooks made for a record that uses them.
    """

    path: str
    title: Text
    short: Text
    kind: Literal["number", "text"] = "number"
    unit: Text | None = None
    note: Text | None = None
    decimals: int = 0
    minimum: Number | None = None
    maximum: Number | None = None
    method: Method = "sum"
    blank: Blank = "missing"
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """An inner node of the record: a table, a row group, a column."""

    path: str
    title: Text
    short: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """An indicator that is a total, and its one formula."""

    path: str
    formula: Node


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Era:
    """A form's data, parsed and checked. `schema` is the plain JSON Schema it came from.

    `groups` and `indicators` are in schema order; `eithers` by the path of the whole.
    """

    id: str
    version: int
    code: str
    title: Text
    short: Text
    basis: Text
    first_year: int | None
    last_year: int | None
    not_applicable: frozenset[str]
    indicators: Mapping[str, Indicator]
    groups: Mapping[str, Group]
    totals: Mapping[str, Total]
    eithers: Mapping[str, Either]
    checks: Mapping[str, Check]
    instances: tuple[Instance, ...]
    schema: Mapping[str, Any] = field(repr=False, default_factory=dict)

    def titled(self, path: str) -> Indicator | Group | None:
        """The indicator or group at `path`, or None."""
        return self.indicators.get(path) or self.groups.get(path)

    def leaves(self, path: str) -> tuple[Ref | Either, ...]:
        """What a rule means by `path`: the leaf itself, or all leaves of a group, a figure in parts as one."""
        if path in self.indicators:
            return (Ref(path),)
        inside = [leaf for leaf in self.indicators if leaf.startswith(path + ".")]
        taken = {part.path for either in self.eithers.values() for part in either.parts}
        return tuple(self.eithers.get(leaf) or Ref(leaf) for leaf in inside if leaf not in taken)
