"""A campaign: one form sent to a roster of agencies, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xltool.model.record import Scope

VersionState = Literal["accepted", "returned", "conflict", "identical", "superseded", "unread"]
"""Of one file: it counts; it must be corrected or explained; another of its number says otherwise; another says the
same; a higher number came; it could not be read."""
AgencyState = Literal["accepted", "returned", "conflict", "missing"]
Decision = Literal["pending", "accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``xltool.toml`` says. `office` signs papers; `roster`, `key_file`, `prior` and `succession` are paths in the
    campaign's folder, or absolute; `deadline` holds for agencies whose roster entry has none."""

    era: str
    year: int
    scope: Scope = "own"
    title: str = ""
    office: str = ""
    roster: str = ""
    deadline: str = ""
    totals: str = "computed"
    file_lang: str = "zh"
    key_file: str = ""
    prior: str = ""
    succession: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One return as the ledger knows it. `name` is the file as it first arrived, `figures` a digest of its values and
    marks, `explains` counts what is neither fixed nor explained. `agency` is empty where it could not be read."""

    id: int
    sha256: str
    name: str
    as_of: str
    agency: str = ""
    agency_name: str = ""
    era: str = ""
    year: int = 0
    scope: str = ""
    submission: int = 0
    figures: str = ""
    errors: int = 0
    explains: int = 0
    notices: int = 0
    check_code: str = ""
    state: VersionState = "unread"
    confirmed: bool = False
    """Whether a person has looked at what is read only with confirmation."""

    @property
    def clean(self) -> bool:
        """Whether it may be accepted, other versions aside."""
        return bool(self.figures) and not self.errors and not self.explains

    @property
    def key(self) -> tuple[str, str, int, str]:
        return self.agency, self.era, self.year, self.scope


@dataclass(frozen=True, slots=True)
class Answer:
    """An explanation and what the desk decided. It holds while the values it explains have this `fingerprint`."""

    agency: str
    check: str
    place: str
    text: str
    fingerprint: str
    decision: Decision = "pending"
    note: str = ""
    as_of: str = ""

    @property
    def name(self) -> str:
        """``CHECK@place``, as commands take it."""
        return f"{self.check}@{self.place}" if self.place else self.check


@dataclass(frozen=True, slots=True)
class Paper:
    """What arrived besides the file: the 数据校验码 typed from paper, the sealed scan, the Word text."""

    agency: str
    check_code: str = ""
    sealed: bool = False
    word: bool = False
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One agency of the roster on a day. `late` counts the days past its deadline while it is not done."""

    code: str
    name: str
    parent: str
    deadline: str
    state: AgencyState
    received: str = ""
    on_time: bool = False
    submission: int = 0
    adopted: int = 0
    pending: int = 0
    late: int = 0
    reminders: int = 0
    contact: str = ""
    phone: str = ""
    check_code: str = ""
    paper: Paper | None = None

    @property
    def paper_differs(self) -> bool:
        """Whether the 数据校验码 on paper is not that of the newest file."""
        return bool(self.paper and self.paper.check_code and self.paper.check_code != self.check_code)


@dataclass(frozen=True, slots=True)
class Stray:
    """A file that belongs to no agency of the roster, and names of the roster it resembles: a hint, never a match."""

    name: str
    agency: str
    agency_name: str
    state: VersionState
    similar: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """Where a campaign stands on a day: every agency of the roster in its order, and the files of no agency."""

    as_of: str
    lines: tuple[Line, ...]
    strays: tuple[Stray, ...] = ()
    settings: Settings | None = field(default=None, compare=False)

    def count(self, *states: AgencyState) -> int:
        return sum(line.state in states for line in self.lines)

    @property
    def counts(self) -> Mapping[str, int]:
        """Expected, received, on time, accepted, returned, in conflict, missing, unexpected."""
        return {
            "expected": len(self.lines),
            "received": len(self.lines) - self.count("missing"),
            "on_time": sum(line.on_time for line in self.lines),
            "accepted": self.count("accepted"),
            "returned": self.count("returned"),
            "conflict": self.count("conflict"),
            "missing": self.count("missing"),
            "unexpected": len(self.strays),
        }

    @property
    def chased(self) -> tuple[Line, ...]:
        """The agencies not done yet: the 催报 list, the latest first among equals of the roster's order."""
        return tuple(line for line in self.lines if line.state != "accepted")
