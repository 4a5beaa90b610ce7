"""Many returns added up: what was counted, what was not and why, and how many agencies stand behind each total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from xltool.lang import Text
from xltool.model.era import Era, Method
from xltool.model.finding import Severity
from xltool.model.record import Record, Scope
from xltool.numbers import Number

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
]
"""What became of an agency: counted; counted with errors, since asked for; left out for its errors, for two different
returns of one number, for being absent; kept out by the roster; not on it; its code written in two ways; no code."""
Reason = Literal["superseded", "identical", "conflict", "unexpected", "spelling", "no_code"]
State = Literal["complete", "partial", "none", "not_added"]
"""Whether all agencies, some or none gave a figure; `not_added` where the method adds nothing."""


@dataclass(frozen=True, slots=True)
class Return:
    """A return ready for merging: its record, the file as the user knows it, and how many findings it has."""

    record: Record
    file: str
    errors: int = 0
    explains: int = 0
    held: bool = False
    """Whether the desk has not accepted it for another reason than errors: something must still be explained."""

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
    """One agency: what it sent, and what became of it. `adopted` is the return that counts as its own."""

    code: str
    name: str
    status: Status
    adopted: Return | None = None
    others: tuple[LeftOut, ...] = ()

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


@dataclass(frozen=True, slots=True)
class Summary:
    """`coverage` has every agency expected or heard of, in the order of the roster, then by code. `expected` counts
    the agencies that must stand behind a complete total: with a roster those it counts, else all heard of."""

    era: str
    year: int
    scope: Scope
    has_roster: bool
    include_invalid: bool
    expected: int
    coverage: tuple[Coverage, ...]
    lines: Mapping[str, TotalLine]

    @property
    def included(self) -> tuple[Return, ...]:
        """The returns added up."""
        return tuple(each.adopted for each in self.coverage if each.included and each.adopted)

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
        """Every return that was not added, with the reason."""
        found: list[tuple[Return, Status | Reason]] = []
        for each in self.coverage:
            if each.adopted and not each.included:
                found.append((each.adopted, each.status))
            found += [(other.item, other.reason) for other in each.others]
        return tuple(found)

    @property
    def complete(self) -> bool:
        """Whether every agency expected stands behind every total."""
        return not self.lacking and not any(line.partial for line in self.lines.values())


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in words, for the summary's list of findings. `code` is a check's id or a message code."""

    severity: Severity
    code: str
    agency: str
    file: str
    where: str
    text: str


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
