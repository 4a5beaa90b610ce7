"""A summary workbook as it was read back: its totals, and the details behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xltool.model.place import Place
from xltool.model.record import Value
from xltool.model.summary import Via
from xltool.numbers import Number

# The hidden sheet of a summary that tells where each figure was read, and the heads of its columns.
SOURCES = "xltool_sources"
ARRANGEMENT, SUPERIORS, VIA, PATH = "arrangement", "superiors", "via", "path"


@dataclass(frozen=True, slots=True)
class TotalRead:
    """The total of one indicator: `counted` of the `of` agencies gave a figure; None where it has no value."""

    path: str
    place: Place
    value: Number | None
    counted: int
    of: int

    @property
    def partial(self) -> bool:
        """Whether a figure of any agency is missing from it."""
        return self.counted < self.of


@dataclass(frozen=True, slots=True)
class DetailRow:
    """One agency's row of the details: who it is, which file it came from, its figures, and the place of each.

    A value that is no number is what stands in the cell; None where it is blank. `places` are in the summary,
    `sources` in the file; `superiors` the governments it is part of, the nearest first; `via` the packages it came
    through, the outermost first.
    """

    code: str
    name: str
    submission: int | None
    file: str
    sha256: str
    values: Mapping[str, Value]
    places: Mapping[str, Place]
    sources: Mapping[str, Place] = field(default_factory=dict)
    superiors: tuple[str, ...] = ()
    via: tuple[Via, ...] = ()


@dataclass(frozen=True, slots=True)
class ListRead:
    """The long sheet of details, a row for each figure: its name, and the columns of agency, indicator, file and
    figure. Its rows may have been sorted; each says by itself what it is."""

    sheet: str
    code: int
    key: int
    file: int
    value: int


@dataclass(frozen=True, slots=True)
class SummaryRead:
    """A whole summary workbook. `totals` and the values of `rows` are by indicator, in the order of the details;
    `long` is where each figure stands once more, None in a package or where that sheet is gone."""

    file: str
    era: str
    year: int
    scope: str
    totals: Mapping[str, TotalRead]
    rows: tuple[DetailRow, ...]
    long: ListRead | None = None

    @property
    def partial(self) -> tuple[TotalRead, ...]:
        return tuple(total for total in self.totals.values() if total.partial)
