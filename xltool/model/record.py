"""One agency's data for one year, era and scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from xltool.numbers import Number

Scope = Literal["own", "level", "area"]
SCOPES: tuple[Scope, ...] = ("own", "level", "area")
MarkKind = Literal["not_applicable", "unreadable", "declared_zero"]
Value = Number | str | None
COVER_FIELDS = ("filler", "reviewer", "phone", "date")
TEXT_PARTS = ("overview", "problems", "other")


@dataclass(frozen=True, slots=True)
class Agency:
    """Who reports. `level` and `rule_making` are facts of the roster, None where unknown."""

    code: str = ""
    name: str = ""
    level: str | None = None
    rule_making: bool | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Why a value is not a plain typed number; `raw` is what the cell says, `place` where it says so."""

    kind: MarkKind
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """An agency's answer to an `explain` check: `check` is its id, `place` the instance it answers."""

    check: str
    place: str
    text: str


def in_order(explanations: Iterable[Explanation]) -> tuple[Explanation, ...]:
    """Explanations in the canonical order, by check and place."""
    return tuple(sorted(explanations, key=lambda each: (each.check, each.place)))


@dataclass(frozen=True, slots=True)
class Source:
    """The file a record was read from: name without folder, SHA-256 in hex."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Key:
    """What makes two records the same report."""

    agency: str
    year: int
    era: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Record:
    """One report. `values` has every indicator of the era, in schema order; None is missing."""

    era: str
    year: int
    agency: Agency
    values: Mapping[str, Value]
    scope: Scope = "own"
    submission: int = 1
    cover: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    explanations: tuple[Explanation, ...] = ()
    source: Source | None = None

    @property
    def key(self) -> Key:
        return Key(self.agency.code, self.year, self.era, self.scope)
