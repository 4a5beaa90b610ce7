"""What lies behind a number of a summary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xltool.model.era import Method
from xltool.model.place import Place
from xltool.model.record import Value
from xltool.model.summary import Via
from xltool.numbers import Number

Checked = Literal["", "same", "differs", "absent"]
"""Of a figure held against its file: not asked for; the same there; otherwise there; the file is not to be found."""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One agency's part: its figure, the file it came from, and the cell in that file; `via` are the packages."""

    code: str
    name: str
    value: Value
    source: Place
    sha256: str
    via: tuple[Via, ...] = ()
    checked: Checked = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """One number. `shown` is what its cell says, `added` what its lines come to by the method of its indicator;
    `place` the cell, or the column of details where an indicator was asked for that has no cell."""

    path: str
    method: Method
    place: Place
    shown: Number | None
    added: Number | None
    lines: tuple[TraceLine, ...]

    @property
    def counted(self) -> int:
        """How many agencies gave a figure."""
        return sum(isinstance(line.value, Number) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Without:
    """A number with and without some agencies."""

    path: str
    total: Number | None
    without: Number | None

    @property
    def difference(self) -> Number:
        return (self.without or 0) - (self.total or 0)
