"""待确认件: a report that came as a Word document, PDF or page is never added up. What can be read in it goes into the
agency's workbook, which is sent back to be confirmed, sealed and returned."""

from __future__ import annotations

from dataclasses import replace

from xltool.app.forms import Output, fill_record, form_name
from xltool.app.published.importing import Asked, import_file
from xltool.app.shelf import Shelf
from xltool.io.inputs import Source
from xltool.model.finding import Refused
from xltool.model.record import Agency, Record
from xltool.model.returned import Returned
from xltool.model.roster import Roster
from xltool.passes.identify import Expected
from xltool.plan.form import Options

READABLE = frozenset({"FILE-DOCUMENT", "FILE-PDF", "FILE-HTML"})


def confirmable(returned: Returned) -> bool:
    """Whether a file is no workbook, but of a kind whose text may hold the report."""
    return returned.record is None and any(finding.code in READABLE for finding in returned.findings)


def confirmation(
    source: Source, shelf: Shelf, expected: Expected, roster: Roster | None
) -> tuple[Record, Output] | None:
    """The record read from a document and the workbook to confirm it in; None where nothing can be read.

    Figures that could not be told apart stay blank. The agency is known where the roster has its very name.
    """
    imported = import_file(source, shelf, Asked(expected.era, expected.year))
    if imported.record is None or all(value is None for value in imported.record.values.values()):
        return None
    entries = roster.entries if roster else ()
    known = next((entry for entry in entries if entry.name == imported.record.agency.name), None)
    agency = Agency(known.code, known.name, known.level or None, known.rule_making) if known else imported.record.agency
    record = replace(imported.record, agency=agency, marks={}, source=None)
    try:
        data, _ = fill_record(record, shelf, "typed", "zh")
    except Refused:
        return None
    options = Options(record.year, record.scope, anonymous=not agency.code)
    return record, Output("待确认_" + form_name(shelf.library.words, options, agency), data)
