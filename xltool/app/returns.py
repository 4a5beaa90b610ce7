"""Reading what came back: bytes to a record, its places, and everything noticed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from xltool.app.shelf import Shelf
from xltool.io.containers import open_book, sniff
from xltool.io.files import safe_name
from xltool.io.inputs import Source as InputFile
from xltool.model.book import Book
from xltool.model.finding import Finding, Refused
from xltool.model.place import Place
from xltool.model.record import Agency, Record, Source
from xltool.model.returned import Returned
from xltool.model.roster import Roster
from xltool.passes.assemble import Assembly, overwritten
from xltool.passes.check import check
from xltool.passes.identify import Expected, identify, unexpected
from xltool.passes.locate import Located, locate
from xltool.passes.values import read_value
from xltool.plan.form import FormPlan
from xltool.plan.hidden import SHEET, fact_site
from xltool.plan.meta import Meta, meta_of, options_of


def read_file(source: InputFile, shelf: Shelf) -> Returned:
    """The record in a file, be it a workbook or JSON, without judging it."""
    try:
        data = source.load()
        read = _read_json if sniff(data) == "json" else _read_workbook
        return read(data, source.name, shelf)
    except Refused as error:
        return Returned(source.name, findings=tuple(_in_file(finding, source.name) for finding in error.findings))


def validate_file(source: InputFile, shelf: Shelf, expected: Expected, roster: Roster | None = None) -> Returned:
    """The record in a file and the verdict on it: what was expected first, then structure, values and checks."""
    found = read_file(source, shelf)
    record = found.record
    if record is None:
        return found
    first = unexpected(record.era, record.year, record.scope, expected, found.file, shelf.library.words)
    first += _agency_findings(record, roster, found.file)
    facts = _facts(record.agency, roster)
    checks = check(
        record,
        shelf.era(record.era),
        places=found.places or _paths_as_places(record, found.file),
        agency=facts,
        computed=found.computed,
    )
    return replace(found, findings=(*first, *found.findings, *checks))


def validate_files(
    sources: Iterable[InputFile], shelf: Shelf, expected: Expected, roster: Roster | None = None
) -> Iterator[Returned]:
    """Each file in turn; one that cannot be read never stops the others."""
    return (validate_file(source, shelf, expected, roster) for source in sources)


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
    return Returned(file, record, tuple(_in_file(finding, file) for finding in findings))


def _read_workbook(data: bytes, file: str, shelf: Shelf) -> Returned:
    book = open_book(data)
    meta, findings = identify(book, file)
    if meta is None:
        return Returned(file, findings=findings)
    options = options_of(meta)
    if options is None:
        return Returned(file, findings=(Finding("FORM-META", "error", (Place(file),)),))
    plan = shelf.plan(meta.values["era"], options)
    located = locate(book, plan, file)
    agency, about = _agency(book, meta, plan, located, shelf)
    if not located.cells:
        return Returned(file, findings=(*about, *located.findings))
    readings = {
        path: read_value(cell, plan.era.indicators[path], plan.era.not_applicable)
        for path, cell in located.cells.items()
        if path in plan.figures
    }
    assembly = Assembly(plan, located.cells, readings, located.places, located.lost, shelf.severity)
    source = Source(file.rsplit("/", 1)[-1], hashlib.sha256(data).hexdigest())
    record = assembly.record(agency, source, options.scope)
    tampered = overwritten(located.totals, record.values, shelf.severity)
    places = {**located.places, **{path: place for path, (_, place) in located.totals.items()}}
    notes = [Finding("FILE-MACROS", "notice", (Place(file),))] if book.macros else []
    computed = frozenset(plan.era.totals) if options.totals == "computed" else frozenset()
    every = (*about, *notes, *located.findings, *assembly.findings, *tampered)
    return Returned(file, record, every, places, computed)


def _agency(
    book: Book, meta: Meta, plan: FormPlan, located: Located, shelf: Shelf
) -> tuple[Agency, tuple[Finding, ...]]:
    """Whose workbook it is, and whether what is written on its cover says the same."""
    findings = []
    if meta.fingerprint != plan.fingerprint:
        findings.append(Finding("FORM-TEMPLATE", "notice", (Place(_file_of(located)),)))
    facts = _hidden_facts(book)
    if plan.options.anonymous:
        code, name = (_cover(located, f"agency.{key}") for key in ("code", "name"))
        if not code:
            place = located.places.get("agency.code")
            findings.append(Finding("AGENCY-BLANK", "error", (place,) if place else ()))
        return Agency(code, name, *facts), tuple(findings)
    agency = Agency(meta.values["agency_code"], meta.values["agency_name"], *facts)
    findings += _cover_differs(book, plan, agency, located)
    return agency, tuple(findings)


def _file_of(located: Located) -> str:
    return next((place.file for place in located.places.values()), "")


def _cover(located: Located, path: str) -> str:
    cell = located.cells.get(path)
    value = None if cell is None else cell.value
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _cover_differs(book: Book, plan: FormPlan, agency: Agency, located: Located) -> list[Finding]:
    """The locked code and name on the cover, and the visible form code, against the hidden metadata."""
    expected = {
        "agency.code": agency.code,
        "agency.name": agency.name,
        "meta.form_code": meta_of(plan, agency).form_code,
    }
    findings = []
    for path, wanted in expected.items():
        entry = plan.fields[path]
        sheet = book.sheet(entry.sheet)
        cell = sheet.cells.get((entry.row, entry.col)) if sheet else None
        shown = cell.value if cell is not None else None
        if sheet is not None and shown != wanted and path != "meta.form_code":
            args = {"found": str(shown or ""), "expected": wanted}
            findings.append(Finding("AGENCY-COVER", "error", (located.places[path],), args=args))
    return findings


def _hidden_facts(book: Book) -> tuple[str | None, bool | None]:
    sheet = book.sheet(SHEET)
    if sheet is None:
        return None, None
    level, power = (sheet.cells.get(fact_site(name)[1:]) for name in ("level", "rule_making"))
    text = level.value if level is not None and isinstance(level.value, str) else None
    number = power.value if power is not None and isinstance(power.value, int | float) else None
    return text, None if number is None else bool(number)


def _agency_findings(record: Record, roster: Roster | None, file: str) -> list[Finding]:
    if roster is None or not record.agency.code:
        return []
    entry = roster.by_code.get(record.agency.code)
    args = {"code": record.agency.code, "name": record.agency.name}
    if entry is None:
        return [Finding("AGENCY-UNLISTED", "error", (Place(file),), args=args)]
    if entry.name != record.agency.name:
        named = {**args, "expected": entry.name}
        return [Finding("AGENCY-NAME", "notice", (Place(file),), args=named)]
    return []


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
