"""Reading what came back: bytes to a record, its places, and everything noticed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from xltool.app.comparing import LastYear, judged_by, own_prior
from xltool.app.opening import Opened, open_form
from xltool.app.saved import as_returned
from xltool.app.shelf import Shelf
from xltool.app.unpacking import open_package
from xltool.io.books.containers import sniff
from xltool.io.inputs import Source as InputFile
from xltool.io.packages import is_package
from xltool.io.writing.files import safe_name
from xltool.model.book import Cell, ErrorValue
from xltool.model.finding import Finding, Refused
from xltool.model.place import Place
from xltool.model.record import Agency, Record, Source
from xltool.model.returned import Returned
from xltool.model.roster import Roster
from xltool.model.texts import visible
from xltool.passes.assemble import Assembly, overwritten
from xltool.passes.check import check
from xltool.passes.identify import Expected, other_agency, unexpected
from xltool.passes.locate import Located
from xltool.passes.recount import check_code, content_of, verdict_differs
from xltool.passes.values import Reading, read_value
from xltool.plan.form import FormPlan


def read_file(
    source: InputFile,
    shelf: Shelf,
    expected: Expected = Expected(),  # noqa: B008 - frozen, and empty means nothing is asked for
) -> Returned:
    """The record in a file, be it a workbook or JSON, without judging it."""
    try:
        data = source.load()
        kind = sniff(data)
        if kind == "json":
            return _read_json(data, source.name, shelf)
        if kind == "zip" and is_package(data):
            # Its workbook is made by the summary and not sent out: there is nothing sealed about it.
            made = replace(expected, key=b"")
            return open_package(data, source.name, shelf, lambda area, file: _read_workbook(area, file, shelf, made))
        return _read_workbook(data, source.name, shelf, expected)
    except Refused as error:
        return Returned(source.name, findings=tuple(_in_file(finding, source.name) for finding in error.findings))


def validate_file(
    source: InputFile,
    shelf: Shelf,
    expected: Expected,
    roster: Roster | None = None,
    prior: LastYear | None = None,
) -> Returned:
    """The record in a file and the verdict on it: what was expected first, then structure, values and checks.

    Checks against last year look at `prior`, the desk's own returns; without them at what the workbook says.
    """
    try:
        return _judged(source, shelf, expected, roster, prior)
    except Refused:
        raise
    except Exception as error:  # a fault of ours that one file brings out must not cost the others
        if os.environ.get("XLTOOL_TRACEBACK"):
            raise
        summary = visible(f"{type(error).__name__}: {error}")
        return Returned(
            source.name, findings=(Finding("FILE-INTERNAL", "error", (Place(source.name),), args={"summary": summary}),)
        )


def _judged(
    source: InputFile, shelf: Shelf, expected: Expected, roster: Roster | None, prior: LastYear | None
) -> Returned:
    found = read_file(source, shelf, expected)
    record = found.record
    if record is None:
        return found
    if record.source is None:  # a record that nobody says where it is from is from the file it is in
        data = source.load()
        record = replace(record, source=Source(found.file.rsplit("/", 1)[-1], hashlib.sha256(data).hexdigest()))
        found = replace(found, record=record)
    entry = roster.by_code.get(record.agency.code) if roster else None
    wanted = replace(expected, scope=entry.scope) if entry and entry.scope and expected.scope else expected
    first = unexpected(record.era, record.year, record.scope, wanted, found.file, shelf.library.words)
    first += other_agency(record.agency.code, expected, found.file)
    first += _agency_findings(found, record, roster)
    first += _without_details(found, record)
    facts = _facts(record.agency, roster)
    found = replace(found, places=found.places or _paths_as_places(record, found.file))
    last, compared = judged_by(prior, found, shelf) if prior else (own_prior(found), [])
    checks = check(
        record, shelf.era(record.era), places=found.places, agency=facts, computed=found.computed, prior=last
    )
    return replace(found, findings=(*first, *found.findings, *checks, *compared))


def validate_files(
    sources: Iterable[InputFile],
    shelf: Shelf,
    expected: Expected,
    roster: Roster | None = None,
    prior: LastYear | None = None,
) -> Iterator[Returned]:
    """Each file in turn; one that cannot be read never stops the others."""
    return (validate_file(source, shelf, expected, roster, prior) for source in sources)


def _in_file(finding: Finding, file: str) -> Finding:
    places = tuple(replace(place, file=file) for place in finding.places) or (Place(file),)
    return replace(finding, places=places)


def _paths_as_places(record: Record, file: str) -> dict[str, Place]:
    return {path: Place(file, "", path) for path in record.values}


def _read_json(data: bytes, file: str, shelf: Shelf) -> Returned:
    from xltool.io.records import parse_json, record_from

    tree = parse_json(data)
    era_id = tree.get("era") if isinstance(tree, dict) else None
    if not isinstance(era_id, str):
        raise Refused(Finding("RECORD-NO-ERA", "error", (Place(file),)))
    record, findings = record_from(tree, shelf.era(era_id))
    returned = as_returned(record, file, shelf)
    return replace(returned, findings=(*(_in_file(each, file) for each in findings), *returned.findings))


def _read_workbook(data: bytes, file: str, shelf: Shelf, expected: Expected) -> Returned:
    opened = open_form(data, file, shelf, expected)
    if not isinstance(opened, Opened):
        return Returned(file, findings=opened)
    plan, located = opened.plan, opened.located
    options = plan.options
    readings = {
        path: read_value(cell, plan.era.indicators[path], plan.era.not_applicable)
        for path, cell in located.cells.items()
        if path in plan.figures
    }
    last_year = _last_year(plan, located) if options.prior else None
    assembly = Assembly(plan, located.cells, readings, located.places, located.lost, shelf.severity)
    source = Source(file.rsplit("/", 1)[-1], hashlib.sha256(data).hexdigest())
    record = assembly.record(opened.agency, source, options.scope)
    tampered = overwritten(located.totals, record.values, shelf.severity)
    if opened.by_labels:  # a table is pasted as values: only totals that are wrong were typed
        tampered = [each for each in tampered if each.args["shown"] != each.args["computed"]]
    places = {**located.places, **{path: place for path, (_, place) in located.totals.items()}}
    notes = [Finding("FILE-MACROS", "notice", (Place(file),))] if opened.book.macros else []
    computed = frozenset(plan.era.totals) if options.totals == "computed" else frozenset()
    if not located.lost and all(_ordinary(cell) for cell in located.cells.values()):
        tampered += verdict_differs(opened.book, plan, content_of(located.cells, plan, opened.agency), file)
    for path, reading in (last_year or {}).items():
        for code, args in reading.findings:
            assembly.say(code, f"prior.{path}", **args)
    every = (*opened.findings, *notes, *assembly.findings, *tampered)
    prior = None if last_year is None else {path: reading.value for path, reading in last_year.items()}
    return Returned(file, record, every, places, computed, prior, check_code(located.cells, plan))


def _ordinary(cell: Cell) -> bool:
    """Whether a workbook's own formulas see in the cell what a reader sees."""
    return cell.formula is None and not isinstance(cell.value, bool | ErrorValue)


def _last_year(plan: FormPlan, located: Located) -> dict[str, Reading]:
    """Last year's figures on the sheet 上年数据."""
    prefix = "prior."
    return {
        path.removeprefix(prefix): read_value(cell, plan.era.indicators[path.removeprefix(prefix)])
        for path, cell in located.cells.items()
        if path.startswith(prefix)
    }


def _agency_findings(found: Returned, record: Record, roster: Roster | None) -> list[Finding]:
    file = found.file
    if roster is None:
        return []
    if not record.agency.code:
        said = any(finding.code == "AGENCY-BLANK" for finding in found.findings)
        return [] if said else [Finding("AGENCY-BLANK", "error", (Place(file),))]
    entry = roster.by_code.get(record.agency.code)
    args = {"code": record.agency.code, "name": record.agency.name}
    if entry is None:
        return [Finding("AGENCY-UNLISTED", "error", (Place(file),), args=args)]
    if entry.name != record.agency.name:
        named = {**args, "expected": entry.name}
        return [Finding("AGENCY-NAME", "notice", (Place(file),), args=named)]
    return []


def _without_details(found: Returned, record: Record) -> list[Finding]:
    """无明细: a total that somebody filled in by hand. A package that could not be opened says so itself."""
    broken = any(finding.code.startswith("PACKAGE-") for finding in found.findings)
    if record.scope == "own" or found.package is not None or broken:
        return []
    return [Finding("NO-DETAILS", "notice", (Place(found.file),), args={"name": record.agency.name})]


def _facts(agency: Agency, roster: Roster | None) -> Agency:
    """The agency with the facts of the roster, which is the desk's own word, where it has them."""
    entry = roster.by_code.get(agency.code) if roster else None
    if entry is None:
        return agency
    power = entry.rule_making if entry.rule_making is not None else agency.rule_making
    return replace(agency, level=entry.level or agency.level, rule_making=power)


def record_name(returned: Returned) -> str:
    """A file name for the record of a return, from the return's own name."""
    return safe_name(returned.file.replace("/", "_")) + ".json"
