"""From a number of a summary to agencies, files and cells; and what it would be without one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from xltool.app.returns.validating import read_file
from xltool.app.shelf import Shelf
from xltool.io.inputs import Source
from xltool.model.finding import Finding, refuse
from xltool.model.package import Package
from xltool.model.place import Place
from xltool.model.returned import Returned
from xltool.model.summary import Return
from xltool.model.summary_read import DetailRow, SummaryRead, TotalRead
from xltool.model.trace import Trace, TraceLine, Without
from xltool.passes.identify import Expected
from xltool.passes.summary_book_reading import is_summary, read_summary, summary_era
from xltool.passes.trace import Tracer, differing, without


@dataclass(frozen=True, slots=True)
class Traced:
    """The numbers asked for, what they would be without somebody, and what does not agree."""

    era: str
    year: int
    traces: tuple[Trace, ...]
    without: tuple[Without, ...] = ()
    findings: tuple[Finding, ...] = ()


def trace(source: Source, wanted: str, shelf: Shelf, *, files: Iterable[Source] = (), leave_out: str = "") -> Traced:
    """What lies behind `wanted`, an indicator or a cell of a summary or package; behind every total where it is empty.

    Each figure is held against `files`, if any: returns, and packages that brought theirs along.
    Raises Refused where the file is no summary, or there is no such number or agency.
    """
    tracer, doubts = _tracer(source, shelf)
    traces = tracer.behind(wanted) if wanted else tracer.all_totals()
    lost = without(tracer, traces, leave_out) if leave_out else ()
    originals = Originals.of(files, shelf)
    if originals.known:
        traces = tuple(replace(each, lines=originals.checked(each)) for each in traces)
    wrong = {each.paths: each for each in (*doubts, *differing(traces))}
    asked = {trace.path for trace in traces}
    found = [each for each in wrong.values() if asked.intersection(each.paths)]
    read = tracer.read
    return Traced(read.era, read.year, traces, lost, (*found, *_file_findings(traces)))


def _tracer(source: Source, shelf: Shelf) -> tuple[Tracer, Sequence[Finding]]:
    data = source.load()
    returned = read_file(replace(source, load=lambda: data), shelf, Expected())
    if returned.package is not None and returned.record is not None:
        return _of_package(returned, returned.package, source.name, shelf), ()
    book = shelf.open_summary(data)
    if not is_summary(book):
        raise refuse("TRACE-NO-SUMMARY", places=(Place(source.name),))
    era = shelf.era(summary_era(book))
    found, doubts = read_summary(book, source.name, era, shelf.library.summary_words)
    return Tracer(book, found, era), doubts


def _of_package(returned: Returned, package: Package, file: str, shelf: Shelf) -> Tracer:
    """A package is traced by its details, its total being the workbook inside."""
    record = returned.record
    assert record is not None
    era = shelf.era(record.era)
    parents = {entry.code: entry.parent for entry in package.roster.entries}
    rows = tuple(_row(item, parents) for item in package.details if not item.packed)
    expected = package.manifest.expected if package.manifest else len(rows)
    totals = {}
    for path in era.indicators:
        value = record.values.get(path)
        if era.indicators[path].method != "none" and not isinstance(value, str):
            counted = sum(row.values.get(path) is not None for row in rows)
            totals[path] = TotalRead(path, returned.places.get(path, Place(file)), value, counted, expected)
    read = SummaryRead(file, era.id, record.year, record.scope, totals, rows)
    return Tracer(None, read, era)


def _row(item: Return, parents: dict[str, str]) -> DetailRow:
    record, above, code = item.record, [], parents.get(item.code, "")
    while code:
        above.append(code)
        code = parents.get(code, "")
    return DetailRow(
        item.code,
        record.agency.name,
        record.submission,
        item.file,
        item.sha256,
        record.values,
        {},
        item.places,
        tuple(above),
        item.via,
    )


@dataclass(slots=True)
class Originals:
    """Files that figures are held against, by their SHA-256; each is read once."""

    shelf: Shelf
    known: dict[str, Source] = field(default_factory=dict)
    packages: list[Package] = field(default_factory=list)
    _read: dict[str, Returned | None] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Iterable[Source], shelf: Shelf) -> Originals:
        found = cls(shelf)
        for source in files:
            data = source.load()
            found.known[hashlib.sha256(data).hexdigest()] = source
            if source.name.lower().endswith(".zip"):
                package = read_file(source, shelf, Expected()).package
                found.packages += [package] if package else []
        return found

    def checked(self, trace: Trace) -> tuple[TraceLine, ...]:
        """The lines of `trace`, each held against its file."""
        return tuple(self._checked(trace.path, line) for line in trace.lines)

    def _checked(self, path: str, line: TraceLine) -> TraceLine:
        returned = self._returned(line.sha256, line.source.file)
        if returned is None or returned.record is None:
            return replace(line, checked="absent")
        record, mark = returned.record, returned.record.marks.get(path)
        value = record.values.get(path)
        shown = mark.raw if value is None and mark and mark.raw else value
        there = returned.places.get(path)
        same = line.value in (value, shown) or (value in (None, "") and line.value in (None, ""))
        spot = (line.source.sheet, line.source.ref)
        moved = there is not None and spot[1] != "" and (there.sheet, there.ref) != spot
        return replace(line, checked="same" if same and not moved else "differs")

    def _returned(self, sha256: str, file: str) -> Returned | None:
        if sha256 not in self._read:
            self._read[sha256] = self._open(sha256, file)
        return self._read[sha256]

    def _open(self, sha256: str, file: str) -> Returned | None:
        source = self.known.get(sha256)
        if source is None:
            data = next((data for each in self.packages if (data := each.original(sha256)) is not None), None)
            if data is None:
                return None
            source = Source(file, lambda: data)
        return read_file(source, self.shelf, Expected(confirmed=True))


def _file_findings(traces: Sequence[Trace]) -> list[Finding]:
    """Files that say something else than the summary, each with the figures concerned."""
    return [
        Finding(
            "TRACE-DIFFERS",
            "error",
            (line.source,),
            (trace.path,),
            {"name": line.name, "file": line.source.file, "sheet": line.source.sheet, "cell": line.source.ref},
        )
        for trace in traces
        for line in trace.lines
        if line.checked == "differs"
    ]
