"""上报包: a summary handed up as one return, with everything it was made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xltool.model.campaign import Answer
from xltool.model.finding import Finding
from xltool.model.record import Agency, Scope
from xltool.model.roster import Roster, RosterEntry
from xltool.model.summary import Policy, Return, Status, Via

Reports = Mapping[tuple[str, str], str]
"""The names of agencies by code and scope."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A report that should be behind the total and is not, and what became of it."""

    code: str
    name: str
    status: Status
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Inner:
    """A package whose details went into another one: which file it was, and what it said of itself."""

    via: Via
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package says of itself. `counted` returns of the `expected` are behind its total, which `agency` hands up
    for its `scope`; `policy` and `include_invalid` tell how they were added."""

    era: str
    year: int
    scope: Scope
    agency: Agency
    submission: int
    policy: Policy
    include_invalid: bool
    counted: int
    expected: int
    lacking: tuple[Lacking, ...] = ()
    packages: tuple[Inner, ...] = ()


def none_came(sha256: str) -> None:
    """No file of a detail came along."""


@dataclass(frozen=True, slots=True)
class Package:
    """What lies behind a total that was handed up.

    `details` are the returns it is the sum of, those of nested packages included, each with the way it came, and the
    totals of nested packages (`Return.packed`), which serve the node check; `found` has the findings of each detail,
    in the same order. `roster` are the agencies that ought to be behind it; `answers` the explanations and what was
    decided on them. `original` gives the bytes of a detail's file by their SHA-256, None where they did not come along.
    """

    details: tuple[Return, ...]
    roster: Roster
    answers: tuple[Answer, ...] = ()
    manifest: Manifest | None = None
    found: tuple[tuple[Finding, ...], ...] = ()
    original: Callable[[str], bytes | None] = field(default=none_came, compare=False)


def grafted(roster: Roster, code: str, below: Roster) -> Roster:
    """`roster` with the agencies of a package under the government `code` that sent it.

    Whom the roster lists itself, it knows better. The tops of the package's roster come directly below `code`.
    """
    entries = list(roster.entries)
    known = roster.by_code
    for entry in below.entries:
        if entry.code == code:
            # What is asked of a government by its superior is its area; its own return comes with the package.
            entries = [replace(each, scope=None) if each.code == code else each for each in entries]
        elif entry.code not in known:
            parent = entry.parent if entry.parent in below.by_code else code
            entries.append(replace(entry, parent=parent))
    return Roster(tuple(entries), heard=roster.heard)


def heard(returns: Sequence[Return]) -> Roster:
    """The agencies that sent something, for want of a roster."""
    names = {item.code: item.record.agency.name for item in returns if item.code}
    return Roster(tuple(RosterEntry(code, name) for code, name in sorted(names.items())), heard=True)
