"""From a number of a summary to the figures it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from xltool.model.book import Book, Cell
from xltool.model.era import Era, Method
from xltool.model.finding import Argument, Finding, refuse
from xltool.model.place import Place, from_a1
from xltool.model.record import Value
from xltool.model.summary_read import DetailRow, SummaryRead
from xltool.model.trace import Trace, TraceLine, Without
from xltool.numbers import Number, exact, from_cell, plain
from xltool.rules.evaluate import evaluate, rounded
from xltool.rules.nodes import Ref

_CELL = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]{1,7}", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^\W\d][\w.]*))!)?(\$?[A-Z]{1,3}\$?[0-9]+)(?::(\$?[A-Z]{1,3}\$?[0-9]+))?(?![\w(!])"
)
_LITERAL = re.compile(r'"(?:[^"]|"")*"')
# A chart's cell adds totals, a total adds details: no cell of a summary is further away than this.
_STEPS = 3
_ADDED: Mapping[Method, Callable[[list[Number]], Number]] = {
    "sum": lambda numbers: sum(numbers, start=0),
    "stock": lambda numbers: sum(numbers, start=0),
    "max": max,
}


@dataclass(frozen=True, slots=True)
class Tracer:
    """A summary that was read, with the workbook it was read from; a package has indicators only, and no such cells."""

    book: Book | None
    read: SummaryRead
    era: Era
    _sheet_of_details: str = field(init=False, repr=False, compare=False)
    _columns: Mapping[int, str] = field(init=False, repr=False, compare=False)
    _rows: Mapping[int, DetailRow] = field(init=False, repr=False, compare=False)
    _agencies: Mapping[tuple[str, str], DetailRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = self.read.rows[0].places if self.read.rows else {}
        columns = {from_a1(place.ref)[1]: path for path, place in places.items()}
        object.__setattr__(self, "_sheet_of_details", next((place.sheet for place in places.values()), ""))
        object.__setattr__(self, "_columns", columns)
        rows = {from_a1(next(iter(row.places.values())).ref)[0]: row for row in self.read.rows if row.places}
        object.__setattr__(self, "_rows", rows)
        object.__setattr__(self, "_agencies", {(row.code, row.file): row for row in self.read.rows})

    def behind(self, wanted: str) -> tuple[Trace, ...]:
        """The numbers at `wanted`: an indicator's path, or a cell, ``Sheet!B7`` or ``B7`` where one sheet only has a
        number there. Raises Refused where there is no such thing, or no figure behind it."""
        if wanted in self.era.indicators:
            return (self._indicator(wanted),)
        sheet, _, ref = wanted.rpartition("!")
        if self.book is None or not _CELL.fullmatch(ref):
            raise refuse("TRACE-UNKNOWN", wanted=wanted)
        sheets = [self._sheet(sheet.strip("'"), wanted)] if sheet else self._with_number(ref, wanted)
        parts = list(self._parts(sheets[0], ref, _STEPS))
        if not parts:
            raise refuse("TRACE-NOTHING", wanted=wanted)
        spot = Place(self.read.file, sheets[0], ref.replace("$", "").upper())
        return tuple(
            self._trace(path, rows, spot, self._number(spot) if len(parts) == 1 else None) for path, rows in parts
        )

    def all_totals(self) -> tuple[Trace, ...]:
        """Every total of the summary."""
        return tuple(self._indicator(path) for path in self.read.totals)

    def _indicator(self, path: str) -> Trace:
        total = self.read.totals.get(path)
        if total is None:
            raise refuse("TRACE-NOT-ADDED", indicator=path)
        return self._trace(path, self.read.rows, total.place, total.value)

    def _sheet(self, name: str, wanted: str) -> str:
        sheet = self.book.sheet(name) if self.book else None
        if sheet is None or sheet.visibility == "very_hidden":
            raise refuse("TRACE-UNKNOWN", wanted=wanted)
        return sheet.name

    def _with_number(self, ref: str, wanted: str) -> list[str]:
        """The one sheet whose cell `ref` leads to figures."""
        found = [
            sheet.name
            for sheet in (self.book.sheets if self.book else ())
            if sheet.visibility == "visible" and any(self._parts(sheet.name, ref, _STEPS))
        ]
        if len(found) > 1:
            raise refuse("TRACE-WHICH", wanted=wanted, sheets="、".join(found))
        if not found:
            raise refuse("TRACE-NOTHING", wanted=wanted)
        return found

    def _parts(self, sheet: str, ref: str, steps: int) -> Iterator[tuple[str, tuple[DetailRow, ...]]]:
        """What a cell is made of: an indicator, and the agencies whose figures it adds."""
        at = from_a1(ref)
        single = self._column(sheet, ref, ref) or self._listed(sheet, at)
        if single is not None:
            yield single
            return
        own = self.book.sheet(sheet) if self.book else None
        cell = own.cells.get(at) if own else None
        formula = _LITERAL.sub('""', cell.formula) if cell and cell.formula else ""
        # A difference, as in the node checks, is not what its two sides add up to.
        if steps == 0 or "-" in _REFERENCE.sub("", formula):
            return
        seen: set[tuple[str, str, str]] = set()
        for match in _REFERENCE.finditer(formula):
            quoted, plain_name, first, last = match.groups()
            there = (quoted or "").replace("''", "'") or plain_name or sheet
            key = (there, first, last or first)
            if key in seen:
                continue
            seen.add(key)
            found = self._column(there, first, last or first)
            if found is not None:
                yield found
            elif last is None or last == first:
                yield from self._parts(there, first.replace("$", ""), steps - 1)

    def _column(self, sheet: str, first: str, last: str) -> tuple[str, tuple[DetailRow, ...]] | None:
        """The indicator and agencies of a range of the details."""
        (top, col), (bottom, last_col) = from_a1(first), from_a1(last)
        path = self._columns.get(col)
        if sheet != self._sheet_of_details or path is None or col != last_col:
            return None
        rows = tuple(row for at, row in self._rows.items() if top <= at <= bottom)
        return (path, rows) if rows else None

    def _listed(self, sheet: str, at: tuple[int, int]) -> tuple[str, tuple[DetailRow, ...]] | None:
        """The figure of the long details, whose row names indicator, agency and file."""
        own, long = self.book.sheet(sheet) if self.book else None, self.read.long
        if own is None or long is None or (own.name, at[1]) != (long.sheet, long.value):
            return None
        path, code, file = (
            str(cell.value) if (cell := own.cells.get((at[0], col))) else "" for col in (long.key, long.code, long.file)
        )
        row = self._agencies.get((code, file))
        return (path, (row,)) if row and path in row.values else None

    def _number(self, place: Place) -> Number | None:
        sheet = self.book.sheet(place.sheet) if self.book else None
        cell: Cell | None = sheet.cells.get(from_a1(place.ref)) if sheet else None
        value = cell.value if cell else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return value if isinstance(value, int) else from_cell(value)

    def _trace(self, path: str, rows: Sequence[DetailRow], place: Place, shown: Number | None) -> Trace:
        method = self.era.indicators[path].method
        lines = tuple(
            TraceLine(
                row.code,
                row.name,
                row.values.get(path),
                row.sources.get(path, Place(row.file)),
                row.sha256,
                row.via,
            )
            for row in rows
        )
        return Trace(path, method, place, shown, added(self.era, path, rows), lines)


def added(era: Era, path: str, rows: Sequence[DetailRow]) -> Number | None:
    """The figures of some agencies by the method of the indicator; a single one that no method adds is itself."""
    indicator = era.indicators[path]
    add = _ADDED.get(indicator.method)
    if add is not None:
        numbers = [number for row in rows if isinstance(number := row.values.get(path), int | Decimal)]
        return exact(add(numbers)) if numbers else None
    if indicator.method == "none" and len(rows) == 1:
        alone = rows[0].values.get(path)
        return alone if isinstance(alone, int | Decimal) else None
    if indicator.method != "ratio" or path not in era.totals:
        return None

    def total(ref: Ref) -> Value:
        return added(era, ref.path, rows) if ref.path in era.indicators and ref.path != path else None

    value = evaluate(era.totals[path].formula, total)
    return None if value is None else rounded(value, indicator.decimals)


def without(tracer: Tracer, traces: Sequence[Trace], code: str) -> tuple[Without, ...]:
    """The numbers without an agency, or without a government and all below it. Raises Refused where nobody is that."""
    rows = tracer.read.rows
    gone = {row.code for row in rows if row.code == code or code in row.superiors}
    if not gone:
        raise refuse("TRACE-AGENCY", agency=code)
    found = []
    for trace in traces:
        codes = {line.code for line in trace.lines}
        kept = [row for row in rows if row.code in codes - gone]
        found.append(Without(trace.path, trace.added, added(tracer.era, trace.path, kept)))
    return tuple(found)


def differing(traces: Sequence[Trace]) -> Iterator[Finding]:
    """Cells that say something else than the figures they are made of."""
    for trace in traces:
        if trace.shown is not None and trace.shown != trace.added:
            args: dict[str, Argument] = {
                "shown": plain(trace.shown),
                "summed": "—" if trace.added is None else plain(trace.added),
            }
            yield Finding("SUMMARY-TOTAL", "error", (trace.place,), (trace.path,), args)
