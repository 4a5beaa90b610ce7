"""A summary's totals into the workbook that the superior office issued: mapped, filled in, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from xltool.app.returns.validating import read_file
from xltool.app.shelf import Shelf
from xltool.app.summaries.issued import Asked, Known, again, find_cells, units_of
from xltool.io.books.containers import sniff
from xltool.io.inputs import Source
from xltool.io.writing.xlsx_edit import fill_workbook, is_signed
from xltool.lang import Text
from xltool.model.book import Book
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding, Refused, Severity, refuse
from xltool.model.place import Place
from xltool.model.record import SCOPES
from xltool.model.summary import TotalLine, trail_text
from xltool.model.transfer import Entry, Totals, Transfer
from xltool.numbers import Number, plain
from xltool.passes.summary_book_reading import is_summary, read_summary, summary_era
from xltool.passes.transfer.formulas import Where
from xltool.passes.transfer.match import left_inputs, match, number_of
from xltool.passes.transfer.proof import computed, differences, filled
from xltool.passes.transfer.stale import stale_formulas

_NAMED = 8


@dataclass(frozen=True, slots=True)
class Filled:
    """The issued workbook filled in, and all there is to say of it before it is written."""

    transfer: Transfer
    workbook: bytes
    refused: bool
    """Whether it must not be written, confirmed or not: totals lack agencies, and nobody has allowed that."""


def transfer_file(source: Source, issued: Source, shelf: Shelf, asked: Asked) -> Filled:
    """The totals of `source` in the workbook `issued`, read back and found equal.

    Raises Refused where that cannot be: no totals, no xlsx workbook, of another era, year or scope, nothing found.
    """
    totals = totals_of(source, shelf)
    data, file = issued.load(), issued.name
    if (kind := sniff(data)) != "xlsx":
        raise refuse("TRANSFER-KIND", places=(Place(file),), kind=kind)
    known = find_cells(data, file, totals, shelf, asked)
    book, era = known.issued.book, shelf.era(totals.era)
    if book.macros or is_signed(data):
        raise refuse("TRANSFER-SEALED", places=(Place(file),))
    made = match(totals, era, known.issued, units_of(known.labels), replace=asked.replace)
    if not made.entries:
        raise Refused(Finding("TRANSFER-NOTHING", "error", (Place(file),)), *made.findings)
    written = [entry for entry in made.entries if entry.written]
    stale = stale_formulas(book, {_where(entry) for entry in written})
    workbook = fill_workbook(data, _numbers(written), _by_sheet(stale))
    actual = shelf.open_book(workbook)
    _prove(actual, filled(book, written, stale), known, made.entries, totals, shelf)
    lacking = [
        line for path in dict.fromkeys(entry.path for entry in made.entries) if (line := totals.lines[path]).partial
    ]
    left = tuple(left_inputs(known.issued, {entry.place for entry in made.entries}))
    results = _own_results(workbook, file, made.entries, shelf) if known.own else computed(actual, made.entries)
    findings = (
        *totals.findings,
        *known.findings,
        *_lacking(lacking, era, totals, asked),
        *made.findings,
        *_formulas(results, era, totals.year),
        *_leftovers(made.without_place, left, era, totals),
        *([Finding("TRANSFER-RECALC", "notice", (Place(file),), args={"count": len(stale)})] if stale else []),
    )
    transfer = Transfer(file, totals, tuple(made.entries), findings, tuple(made.without_place), left, len(stale))
    return Filled(transfer, workbook, bool(lacking) and not asked.allow_partial)


def totals_of(source: Source, shelf: Shelf) -> Totals:
    """The totals in a summary workbook, or the figures of a record. Raises Refused where there are none to trust."""
    data = source.load()
    if sniff(data) == "xlsx":
        book = shelf.open_summary(data)
        if is_summary(book):
            era = shelf.era(summary_era(book))
            found, doubts = read_summary(book, source.name, era, shelf.library.summary_words)
            if doubts:
                raise Refused(*doubts)
            lines = {
                path: TotalLine(path, era.indicators[path].method, total.value, total.counted, total.of)
                for path, total in found.totals.items()
            }
            scope = next(scope for scope in SCOPES if scope == found.scope)
            return Totals(era.id, found.year, scope, source.name, lines)
    returned = read_file(Source(source.name, lambda: data), shelf)
    record = returned.record
    if record is None:
        raise Refused(*returned.findings)
    lines = {
        path: TotalLine(path, "sum", None if isinstance(value, str) else value, int(value is not None), 1)
        for path, value in record.values.items()
    }
    errors = tuple(finding for finding in returned.findings if finding.severity == "error")
    return Totals(record.era, record.year, record.scope, source.name, lines, errors)


def _where(entry: Entry) -> Where:
    return entry.place.sheet, *entry.site


def _numbers(written: Iterable[Entry]) -> dict[str, dict[tuple[int, int], str]]:
    numbers: dict[str, dict[tuple[int, int], str]] = {}
    for entry in written:
        numbers.setdefault(entry.place.sheet, {})[entry.site] = plain(entry.value)
    return numbers


def _by_sheet(cells: Iterable[Where]) -> dict[str, set[tuple[int, int]]]:
    sheets: dict[str, set[tuple[int, int]]] = {}
    for sheet, row, col in cells:
        sheets.setdefault(sheet, set()).add((row, col))
    return sheets


def _prove(actual: Book, expected: Book, known: Known, entries: Sequence[Entry], totals: Totals, shelf: Shelf) -> None:
    """Whether the filled workbook, read back, has each figure where it was put and under its own label, and nothing
    else has changed. Raises Refused."""
    fresh = {_where(entry) for entry in entries if entry.written}
    wrong = list(differences(expected, actual, known.issued.file, fresh))
    after = replace(known.issued, book=actual)
    wrong += [each.place for each in entries if each.written and number_of(after.cell(each.place)) != each.value]
    if not known.own:
        spots = again(actual, known, totals.era, shelf).spots
        wrong += [each.place for each in entries if each.place not in {spot.place for spot in spots.get(each.path, ())}]
    if wrong:
        places = tuple(dict.fromkeys(wrong))
        raise Refused(Finding("TRANSFER-READ-BACK", "error", places, args={"count": len(places)}))


def _own_results(
    workbook: bytes, file: str, entries: Sequence[Entry], shelf: Shelf
) -> Iterator[tuple[Entry, Number | None]]:
    """What the totals of a form of ours come to: its reader computes them from the schema."""
    record = read_file(Source(file, lambda: workbook), shelf).record
    for entry in entries:
        if entry.role == "formula":
            value = record.values.get(entry.path) if record else None
            yield entry, None if isinstance(value, str) else value


def _formulas(results: Iterable[tuple[Entry, Number | None]], era: Era, year: int) -> Iterator[Finding]:
    """Cells that compute another figure than the total, or one that is not told here."""
    for entry, value in results:
        args: dict[str, Argument] = {"indicator": trail_text(era, entry.path, year), "value": plain(entry.value)}
        if value is None:
            args["formula"] = entry.before
            yield Finding("TRANSFER-FORMULA-UNREAD", "explain", (entry.place,), (entry.path,), args)
        elif value != entry.value:
            args["computed"] = plain(value)
            yield Finding("TRANSFER-FORMULA-DIFFERS", "error", (entry.place,), (entry.path,), args)


def _lacking(lines: Sequence[TotalLine], era: Era, totals: Totals, asked: Asked) -> Iterator[Finding]:
    """Totals that lack agencies, told once."""
    if lines:
        least = min(lines, key=lambda line: line.counted)
        paths = tuple(line.path for line in lines)
        names = _listed(era, paths, totals.year)
        args: dict[str, Argument] = {"count": len(lines), "names": names, "least": least.counted, "of": least.of}
        severity: Severity = "explain" if asked.allow_partial else "error"
        yield Finding("TRANSFER-PARTIAL", severity, (Place(totals.file),), paths, args)


def _leftovers(without_place: Sequence[str], left: Sequence[Place], era: Era, totals: Totals) -> Iterator[Finding]:
    """What found no cell, and the cells that got nothing."""
    if without_place:
        args: dict[str, Argument] = {
            "count": len(without_place),
            "names": _listed(era, without_place, totals.year),
        }
        yield Finding("TRANSFER-NO-PLACE", "explain", (Place(totals.file),), tuple(without_place), args)
    for sheet in dict.fromkeys(place.sheet for place in left):
        places = tuple(place for place in left if place.sheet == sheet)
        yield Finding("TRANSFER-LEFT", "explain", places, args={"count": len(places)})


def _listed(era: Era, paths: Sequence[str], year: int) -> Text:
    """The names of indicators, the first few of many."""
    names = [trail_text(era, path, year) for path in paths[:_NAMED]]
    more = len(paths) - len(names)
    return Text(
        "、".join(name("zh") for name in names) + (f"等 {len(paths)} 项" if more else ""),
        ", ".join(name("en") for name in names) + (f" and {more} more" if more else ""),
    )
