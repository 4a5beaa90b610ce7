"""One published report, read: its record and what became of each of its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.record import Record, Value


@dataclass(frozen=True, slots=True)
class Mapped:
    """A cell or sentence that became an indicator: `raw` is what stands there."""

    path: str
    place: Place
    raw: str
    value: Value


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A cell with a figure that became no indicator, and the row it stands in."""

    place: Place
    text: str
    row: str


@dataclass(frozen=True, slots=True)
class Imported:
    """`record` is None where nothing could be made of the file. `missing` are the indicators the report does not
    print, as distinct from cells left blank; `refused` those whose cells could not be told apart."""

    file: str
    record: Record | None = None
    findings: tuple[Finding, ...] = ()
    mapped: tuple[Mapped, ...] = ()
    left: tuple[LeftOver, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def places(self) -> dict[str, Place]:
        """Where each figure stands."""
        return {each.path: each.place for each in self.mapped}
