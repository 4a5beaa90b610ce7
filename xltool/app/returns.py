"""Reading what came back: bytes to a record, its places, and everything noticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from xltool.app.comparing import LastYear, judged_by, own_prior
from xltool.app.remote import internal, read_remotely
from xltool.app.shelf import Shelf
from xltool.io.books.containers import is_json
from xltool.io.inputs import Source as InputFile
from xltool.io.writing.files import safe_name
from xltool.model.finding import Finding, Refused
from xltool.model.place import Place
from xltool.model.record import Agency, Record
from xltool.model.returned import Returned
from xltool.model.roster import Roster
from xltool.passes.check import check
from xltool.passes.identify import Expected, other_agency, unexpected


def read_file(
    source: InputFile,
    shelf: Shelf,
    expected: Expected = Expected(),  # noqa: B008 - frozen, and empty means nothing is asked for
) -> Returned:
    """The record in a file, be it a workbook or JSON, without judging it."""
    try:
        data = source.load()
        if is_json(data):
            return _read_json(data, source.name, shelf)
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
        return internal(source.name, error)


def _judged(
    source: InputFile, shelf: Shelf, expected: Expected, roster: Roster | None, prior: LastYear | None
) -> Returned:
    found = read_file(source, shelf, expected)
    record = found.record
    if record is None:
        return found
    first = unexpected(record.era, record.year, record.scope, expected, found.file, shelf.library.words)
    first += other_agency(record.agency.code, expected, found.file)
    first += _agency_findings(record, roster, found.file)
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
    """Each file in turn; one that cannot be read never stops the others. Several are read at a time."""

    def one(source: InputFile) -> Returned:
        return validate_file(source, shelf, expected, roster, prior)

    return shelf.returns.many(sources, one) if shelf.isolated else map(one, sources)


def _read_workbook(data: bytes, file: str, shelf: Shelf, expected: Expected) -> Returned:
    if shelf.isolated:
        return read_remotely(data, file, shelf, expected)
    from xltool.app.reading import opened_and_read

    return opened_and_read(shelf.open_book(data), data, file, shelf, expected)


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
