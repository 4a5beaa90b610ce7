"""How the figures of two forms compare (版式对照)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from xltool.lang import Text, text_of
from xltool.model.era import Era
from xltool.rules.captures import bindings
from xltool.rules.nodes import Node
from xltool.rules.parse import parse_formula

Grade = Literal["A", "B", "C"]


@dataclass(frozen=True, slots=True)
class SeriesMap:
    """One figure in two forms. `older` and `newer` are formulas over the paths of either, empty where a form does
    not have it; `break_` says what changed, or with grade C why the two are not to be joined."""

    id: str
    grade: Grade
    title: Text
    older: str = ""
    newer: str = ""
    break_: Text | None = None


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """`same` are patterns of paths that mean the same in both forms."""

    older: str
    newer: str
    same: tuple[str, ...]
    series: tuple[SeriesMap, ...]

    def side(self, entry: SeriesMap, era_id: str) -> str:
        """The formula of `entry` in the form `era_id`."""
        return entry.older if era_id == self.older else entry.newer


def parse_crosswalk(data: Mapping[str, Any]) -> Crosswalk:
    """The crosswalk in a parsed file that has passed its meta-schema."""
    series = tuple(
        SeriesMap(
            entry["id"],
            entry["grade"],
            text_of(entry),
            entry.get("from", ""),
            entry.get("to", ""),
            text_of(entry["break"]) if "break" in entry else None,
        )
        for entry in data["series"]
    )
    return Crosswalk(data["from"], data["to"], tuple(data.get("same", ())), series)


def formula(source: str, era: Era) -> Node:
    """The formula in `source` over the paths of `era`. Raises RuleError."""
    return parse_formula(source, era.leaves)


def same_figures(crosswalk: Crosswalk, one: Era, other: Era) -> frozenset[str]:
    """The paths that mean the same in both forms."""
    if not crosswalk.same:
        return frozenset()
    found = (
        {each["p"] for each in bindings({"p": crosswalk.same}, era.groups, era.indicators)} & set(era.indicators)
        for era in (one, other)
    )
    first, second = found
    return frozenset(first & second)
