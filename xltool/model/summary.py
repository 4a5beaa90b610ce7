"""Many returns added up: what was counted, what was not and why, and how many agencies stand behind each total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xltool.lang import Text
from xltool.model.era import Era, Method
from xltool.model.finding import Standing
from xltool.model.place import Place
from xltool.model.record import Agency, Record, Scope
from xltool.numbers import Number, exact

Status = Literal[
    "included",
    "included_invalid",
    "errors",
    "conflict",
    "missing",
    "not_counted",
    "unexpected",
    "spelling",
    "no_code",
    "covered",
    "checked",
    "outside",
]
"""What became of an agency: counted; counted with errors, since asked for; left out for its errors, for two different
returns of one number, for being absent; kept out by the roster; not on it; its code written in two ways; no code;
contained in the total its superior reported; a reported total that only serves the node check; not of this scope."""
Nodes = Literal["refuse", "children", "reported"]
"""What counts where an area has reported its total and agencies of it are in too: nothing, until somebody decides;
the agencies, the total serving the node check; the total, the agencies serving the node check."""
Missing = Literal["partial", "refuse"]
"""What becomes of a summary where agencies are missing: it is made and marked partial; it is not made."""
Reason = Literal["superseded", "identical", "conflict", "unexpected", "spelling", "no_code"]
State = Literal["complete", "partial", "none", "not_added"]
"""Whether all agencies, some or none gave a figure; `not_added` where the method adds nothing."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How an area is added up. By default each doubt is refused, and what is missing is marked. `governments` are the
    words in the roster's column 类别 that make an agency a government and not a department."""

    nodes: Nodes = "refuse"
    missing: Missing = "partial"
    governments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Via:
    """A package through which a return came: its name and its SHA-256 in hex."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Return:
    """A return ready for merging: its record, the file as the user knows it, and how many findings it has.

    `places` tells where each figure sits in the file; `via` are the packages it came through, the outermost first;
    `packed` says that this is the total of a package, whose details are returns of their own.
    """

    record: Record
    file: str
    errors: int = 0
    explains: int = 0
    held: bool = False
    """Whether the desk has not accepted it for another reason than errors: something must still be explained."""
    places: Mapping[str, Place] = field(default_factory=dict)
    via: tuple[Via, ...] = ()
    packed: bool = False

    @property
    def code(self) -> str:
        return self.record.agency.code.strip()

    @property
    def sha256(self) -> str:
        return self.record.source.sha256 if self.record.source else ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A return that is not its agency's valid one, and why; `by` names the file that stands in its place."""

    item: Return
    reason: Reason
    by: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One report of an agency: what it sent, and what became of it. `adopted` is the return that counts as its own.

    `scope` is that of the report, None where an agency is expected to send only one; `parent` the government it
    stands below in the summary's tree.
    """

    code: str
    name: str
    status: Status
    adopted: Return | None = None
    others: tuple[LeftOut, ...] = ()
    scope: Scope | None = None
    parent: str = ""

    @property
    def included(self) -> bool:
        return self.status in ("included", "included_invalid")


@dataclass(frozen=True, slots=True)
class TotalLine:
    """The total of one indicator: `counted` of the `of` agencies that should stand behind it gave a figure."""

    path: str
    method: Method
    value: Number | None
    counted: int
    of: int

    @property
    def state(self) -> State:
        if self.method == "none":
            return "not_added"
        if not self.counted:
            return "none"
        return "complete" if self.counted >= self.of else "partial"

    @property
    def partial(self) -> bool:
        """Whether the total lacks a figure of any agency."""
        return self.state in ("none", "partial") and self.of > 0


Lines = Mapping[str, TotalLine]
"""Totals by the path of their indicator."""


@dataclass(frozen=True, slots=True)
class Node:
    """A government and its two official roll-ups (国办发〔2014〕32号): `level`, 本级, its own office and its
    departments; `area`, 全域, that and every area below.

    The returns behind them are consecutive in `Summary.included`: those of the level from `start` to `level_end`,
    those of the area from `start` to `end`, ends excluded. `depth` is 0 for the root, whose `code` is empty where the
    roster names no single government above all. `reported` where the area is counted by its own total, 无明细.
    """

    code: str
    name: str
    parent: str
    depth: int
    start: int
    level_end: int
    end: int
    level_expected: int
    area_expected: int
    level: Lines
    area: Lines
    reported: bool = False


@dataclass(frozen=True, slots=True)
class NodeLine:
    """One indicator of a node check: what the government reported, and the sum of its agencies, `counted` of `of`."""

    path: str
    reported: Number | None
    summed: Number | None
    counted: int
    of: int

    @property
    def difference(self) -> Number:
        """Reported less summed; what is missing on one side counts as 0 there, and the two sides are shown."""
        return exact((self.reported or 0) - (self.summed or 0))


@dataclass(frozen=True, slots=True)
class NodeCheck:
    """节点检查: the total a government reported against the sum of the agencies it consists of, `counted` saying which
    of the two is in the summary. `lines` are all indicators, those that differ first among equals of the form."""

    code: str
    name: str
    scope: Scope
    item: Return
    counted: Literal["children", "reported"]
    lines: tuple[NodeLine, ...]

    @property
    def differing(self) -> tuple[NodeLine, ...]:
        return tuple(line for line in self.lines if line.reported != line.summed)


@dataclass(frozen=True, slots=True)
class Summary:
    """`coverage` has every agency expected or heard of, in the order of the roster, then by code. `expected` counts
    the agencies that must stand behind a complete total: with a roster those it counts, else all heard of.

    A roll-up has `nodes`, the root first, each before those below it; `agency` is the government whose summary this
    is, where that is known. `included` are its returns in the order of that tree.
    """

    era: str
    year: int
    scope: Scope
    has_roster: bool
    include_invalid: bool
    expected: int
    coverage: tuple[Coverage, ...]
    lines: Lines
    nodes: tuple[Node, ...] = ()
    checks: tuple[NodeCheck, ...] = ()
    agency: Agency = field(default_factory=Agency)

    @property
    def included(self) -> tuple[Return, ...]:
        """The returns added up."""
        return tuple(each.adopted for each in self.coverage if each.included and each.adopted)

    @property
    def behind(self) -> tuple[Return, ...]:
        """The returns whose figures it shows: those added up, and the totals that were held against them."""
        return tuple({id(each): each for each in (*self.included, *(check.item for check in self.checks))}.values())

    @property
    def lacking(self) -> tuple[Coverage, ...]:
        """The agencies that should be counted and are not."""
        unknown = ("missing",) if self.has_roster else ("spelling", "no_code")
        return tuple(each for each in self.coverage if each.status in ("errors", "conflict", *unknown))

    @property
    def received(self) -> int:
        """How many of the agencies that should be counted sent anything."""
        return self.expected - sum(each.status == "missing" for each in self.coverage)

    @property
    def left_out(self) -> tuple[tuple[Return, Status | Reason], ...]:
        """Every return that was not added, with the reason. A package was where details of it are."""
        opened = {via.sha256 for item in self.included for via in item.via}
        found: list[tuple[Return, Status | Reason]] = []
        for each in self.coverage:
            if each.adopted and not each.included and each.adopted.sha256 not in opened:
                found.append((each.adopted, each.status))
            found += [(other.item, other.reason) for other in each.others]
        return tuple(found)

    @property
    def complete(self) -> bool:
        """Whether every agency expected stands behind every total."""
        return not self.lacking and not any(line.partial for line in self.lines.values())


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in words, for the summary's list of findings. `code` is a check's id or a message code, `effect` the
    share of a final total that hangs on it, `answer` what was explained and what the desk decided."""

    standing: Standing
    code: str
    agency: str
    file: str
    where: str
    text: str
    effect: str = ""
    answer: str = ""


def trail(era: Era, path: str) -> tuple[str, ...]:
    """The groups above an indicator that have a name, outermost first, and the indicator itself."""
    parts = path.split(".")
    return tuple(
        above for above in (".".join(parts[:depth]) for depth in range(1, len(parts) + 1)) if era.titled(above)
    )


def trail_text(era: Era, path: str, year: int) -> Text:
    """The brief names along the trail: 申请·自然人·新收."""
    titled = [found.short for found in map(era.titled, trail(era, path)) if found]
    return Text(
        "·".join(each("zh", year=year) for each in titled), " / ".join(each("en", year=year) for each in titled)
    )
