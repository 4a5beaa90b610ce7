"""Which cell of the issued workbook gets which total, and every reason why one gets none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from xltool.model.book import Book, Cell, shown
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding, Severity
from xltool.model.grid import Document
from xltool.model.place import Place, a1, from_a1
from xltool.model.summary import trail_text
from xltool.model.transfer import Entry, Role, Totals
from xltool.numbers import Number, from_cell, plain
from xltool.passes.transfer.units import Surroundings, Units


@dataclass(frozen=True, slots=True)
class Issued:
    """The workbook that the superior office issued: its cells, its visible tables, and the cells each indicator was
    found in. In `doubted` ones the rows of an indicator cannot be read."""

    file: str
    book: Book
    document: Document
    found: Mapping[str, tuple[Place, ...]]
    doubted: Collection[str] = ()

    def cell(self, place: Place) -> Cell:
        sheet = self.book.sheet(place.sheet)
        return sheet.cells.get(from_a1(place.ref), Cell()) if sheet is not None else Cell()


@dataclass(slots=True)
class Match:
    """What `match` decides: `entries`, the indicators with a total that find no cell, and what is to be said."""

    entries: list[Entry] = field(default_factory=list)
    without_place: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def match(totals: Totals, era: Era, issued: Issued, units: Units, *, replace: bool) -> Match:
    """A cell for each total. Figures that stand in a cell are written over only where `replace` is asked for."""
    around = {grid.name: Surroundings(grid) for grid in issued.document.grids}
    made = _Matching(totals, era, issued, units, around, replace, Match())
    for path in era.indicators:
        made.place(path)
    made.once_each()
    return made.result


@dataclass(frozen=True, slots=True)
class _Matching:
    totals: Totals
    era: Era
    issued: Issued
    units: Units
    around: Mapping[str, Surroundings]
    replace: bool
    result: Match

    def place(self, path: str) -> None:
        """Decide on one indicator."""
        line, places = self.totals.lines.get(path), self.issued.found.get(path, ())
        formulas = [place for place in places if self.issued.cell(place).formula is not None]
        inputs = [place for place in places if place not in formulas]
        value = line.value if line is not None else None
        if value is None:
            if inputs:
                self.say("TRANSFER-NO-VALUE", inputs, path)
            return
        if not places and path not in self.issued.doubted:
            self.result.without_place.append(path)
        for place in formulas:
            formula = self.issued.cell(place).formula or ""
            self.result.entries.append(Entry(path, place, "formula", value, formula))
        if len(inputs) > 1:
            self.say("TRANSFER-SEVERAL", inputs, path)
        elif inputs:
            self._input(path, inputs[0], value)

    def _input(self, path: str, place: Place, value: Number) -> None:
        cell = self.issued.cell(place)
        if from_cell(float(value)) != value:
            self.say("TRANSFER-DIGITS", [place], path, value=plain(value))
        elif said := self._other_unit(path, place):
            unit = self.era.indicators[path].unit
            self.say("TRANSFER-UNIT", [place], path, own=unit or "—", asked=said)
        elif cell.value is None:
            self._add(path, place, "fill", value, "")
        elif number_of(cell) == value:
            self._add(path, place, "equal", value, shown(cell.value))
        elif self.replace:
            self._add(path, place, "replace", value, shown(cell.value))
        else:
            self.say("TRANSFER-OCCUPIED", [place], path, found=shown(cell.value), value=plain(value))

    def _add(self, path: str, place: Place, role: Role, value: Number, before: str) -> None:
        self.result.entries.append(Entry(path, place, role, value, before))

    def _other_unit(self, path: str, place: Place) -> str:
        """The unit a cell asks for where it is not that of the total."""
        around, unit = self.around.get(place.sheet), self.era.indicators[path].unit
        if around is None:
            return ""
        own = self.units.unit(unit.zh) if unit else None
        differing = self.units.differing(own, around.of(*from_a1(place.ref)))
        return differing.text if differing else ""

    def once_each(self) -> None:
        """Two indicators in one cell: neither is written."""
        counts = Counter(entry.place for entry in self.result.entries)
        shared = [entry for entry in self.result.entries if counts[entry.place] > 1]
        for entry in shared:
            self.result.entries.remove(entry)
            self.say("TRANSFER-SHARED", [entry.place], entry.path)

    def say(self, code: str, places: list[Place], path: str, **args: Argument) -> None:
        name = trail_text(self.era, path, self.totals.year)
        severity: Severity = "explain" if code == "TRANSFER-NO-VALUE" else "error"
        self.result.findings.append(
            Finding(code, severity, tuple(places), (path,) * len(places), {"indicator": name, **args})
        )


def number_of(cell: Cell) -> Number | None:
    """The number a cell holds; None where it holds none, or one shown as a date or a percentage."""
    value = cell.value
    return from_cell(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def left_inputs(issued: Issued, taken: Collection[Place]) -> Iterator[Place]:
    """The cells that look like inputs and get nothing. On a protected sheet those are the blank cells that are open,
    elsewhere the blank ones beside a label and right above or below a cell that gets a figure."""
    for grid in issued.document.grids:
        sheet = issued.book.sheet(grid.name)
        sites = {from_a1(place.ref) for place in taken if place.sheet == grid.name}
        if sheet is None or not sites:
            continue
        labelled: set[int] = set()
        asked = set(sites)
        for cell in grid.cells:
            site = cell.row, cell.col
            content = sheet.cells.get(site, Cell())
            if content.value is not None or content.formula is not None:
                labelled.add(cell.row)
            elif site in sites:
                continue
            elif sheet.protected:
                asked |= set() if content.locked else {site}
            elif cell.row in labelled and {(cell.row - 1, cell.col), (cell.row + 1, cell.col)} & asked:
                asked.add(site)
        yield from (Place(issued.file, grid.name, a1(*site)) for site in sorted(asked - sites))
