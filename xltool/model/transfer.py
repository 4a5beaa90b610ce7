"""A summary's totals on their way into the workbook that the superior office issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from xltool.model.finding import Finding
from xltool.model.place import Place, from_a1
from xltool.model.record import Scope
from xltool.model.summary import TotalLine
from xltool.numbers import Number

Role = Literal["fill", "replace", "equal", "formula"]
"""What happens to a cell: filled, written over since asked for, left since it says the same already, or left since
it computes its figure itself."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of one year, era and scope, read from `file`."""

    era: str
    year: int
    scope: Scope
    file: str
    lines: Mapping[str, TotalLine]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An indicator's cell in the issued workbook; `before` is what it held, or its formula."""

    path: str
    place: Place
    role: Role
    value: Number
    before: str = ""

    @property
    def site(self) -> tuple[int, int]:
        """Zero-based row and column."""
        return from_a1(self.place.ref)

    @property
    def written(self) -> bool:
        return self.role in ("fill", "replace")


@dataclass(frozen=True, slots=True)
class Transfer:
    """What goes where. `without_place` are the indicators with a total that find no cell, `left` the cells that
    look like inputs and get nothing. `stale` counts the formulas that lose their stored results."""

    file: str
    totals: Totals
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    without_place: tuple[str, ...] = ()
    left: tuple[Place, ...] = ()
    stale: int = 0

    @property
    def written(self) -> tuple[Entry, ...]:
        """The entries whose cells are written."""
        return tuple(entry for entry in self.entries if entry.written)
