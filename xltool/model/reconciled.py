"""One agency's return, report and page side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.record import Mark, Record, Value


@dataclass(frozen=True, slots=True)
class Side:
    """One of the files: its record and where each figure stands in it. `missing` are indicators it does not print."""

    file: str
    record: Record
    places: Mapping[str, Place] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SideCell:
    """What one file says of an indicator."""

    file: str
    place: Place
    value: Value
    mark: Mark | None = None
    printed: bool = True


@dataclass(frozen=True, slots=True)
class Reconciled:
    """An agency's files compared: `lines` has every indicator any of them gives, `differing` those that differ."""

    code: str
    name: str
    files: tuple[str, ...]
    record: Record | None = None
    lines: Mapping[str, tuple[SideCell, ...]] = field(default_factory=dict)
    differing: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
