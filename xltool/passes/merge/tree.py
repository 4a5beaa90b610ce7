"""The roster as a tree of governments: each with its own office, its departments, and the areas below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xltool.model.roster import Roster, RosterEntry


@dataclass(frozen=True, slots=True)
class Branch:
    """A government. `entry` is None for a root that stands for the desk, where the roster has no single top."""

    entry: RosterEntry | None
    departments: tuple[RosterEntry, ...]
    areas: tuple[Branch, ...]

    @property
    def code(self) -> str:
        return self.entry.code if self.entry else ""

    @property
    def name(self) -> str:
        return self.entry.name if self.entry else ""


def tree(roster: Roster, governments: frozenset[str], heard: frozenset[str]) -> Branch:
    """The tree of a roster. A government is who has agencies below it, is asked for more than its own return, has
    sent more (`heard`, codes), or is called one in the roster (`governments`, words of the column 类别)."""

    def governs(entry: RosterEntry) -> bool:
        asked = entry.scope in ("level", "area")
        return asked or entry.code in heard or entry.level in governments or bool(roster.children(entry.code))

    def branch(entry: RosterEntry | None, below: tuple[RosterEntry, ...]) -> Branch:
        departments = tuple(each for each in below if not governs(each))
        areas = tuple(branch(each, roster.children(each.code)) for each in below if governs(each))
        return Branch(entry, departments, areas)

    tops = tuple(entry for entry in roster.entries if entry.parent not in roster.by_code)
    if len(tops) == 1 and roster.children(tops[0].code):
        return branch(tops[0], roster.children(tops[0].code))
    return branch(None, tops)


def inside(branch: Branch) -> Iterator[RosterEntry]:
    """Every agency of a branch, its own office first, then departments, then the areas below."""
    if branch.entry:
        yield branch.entry
    yield from branch.departments
    for area in branch.areas:
        yield from inside(area)
