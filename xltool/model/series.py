"""One indicator over years, agencies and forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from xltool.lang import Text
from xltool.model.finding import Finding
from xltool.model.record import Scope
from xltool.numbers import Number


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of one agency and year. `value` is None where it is missing; `percent` is the change on the year
    before, None where that means nothing."""

    year: int
    era: str
    grade: Literal["A", "B"]
    value: Number | None
    percent: Number | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One agency's points by year."""

    code: str
    name: str
    scope: Scope
    points: Mapping[int, Point]


@dataclass(frozen=True, slots=True)
class Break:
    """Between these two years, neighbours in the table, the figures change their meaning."""

    before: int
    after: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Series:
    """`indicator` as it was asked for, in the form `era`; `unit` is None where the form has none."""

    indicator: str
    era: str
    title: Text
    unit: Text | None
    years: tuple[int, ...]
    lines: tuple[Line, ...]
    breaks: tuple[Break, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def broken_after(self) -> frozenset[int]:
        """The years after which there is a break."""
        return frozenset(each.before for each in self.breaks)
