"""The verdict on a return that has been read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xltool.app.shelf import Shelf
from xltool.model.expected import Expected
from xltool.model.finding import Finding
from xltool.model.place import OwnPaths, Place
from xltool.model.record import Agency, Record
from xltool.model.returned import Returned
from xltool.passes.check import check
from xltool.passes.identify import other_agency, unexpected

if TYPE_CHECKING:
    from xltool.app.comparing import LastYear
    from xltool.model.roster import Roster


def judged(
    found: Returned, shelf: Shelf, expected: Expected, roster: Roster | None = None, prior: LastYear | None = None
) -> Returned:
    """A return with the verdict on it: what was expected first, then what was noticed while reading, then checks."""
    record = found.record
    if record is None:
        return found
    entry = roster.by_code.get(record.agency.code) if roster else None
    wanted = replace(expected, scope=entry.scope) if entry and entry.scope and expected.scope else expected
    first = unexpected(record.era, record.year, record.scope, wanted, found.file, shelf.library.words)
    first += other_agency(record.agency.code, expected, found.file)
    first += _agency_findings(found, record, roster)
    first += _without_details(found, record)
    facts = _facts(record.agency, roster)
    found = replace(found, places=found.places or OwnPaths(found.file, record.values))
    last, compared = _last_year(found, shelf, prior)
    checks = check(
        record, shelf.era(record.era), places=found.places, agency=facts, computed=found.computed, prior=last
    )
    return replace(found, findings=(*first, *found.findings, *checks, *compared))


def _last_year(found: Returned, shelf: Shelf, prior: LastYear | None) -> tuple[Record | None, list[Finding]]:
    """The record of last year a return is checked against, and what is to be said of the two years."""
    if prior is None and found.prior is None:
        return None, []
    from xltool.app.comparing import judged_by, own_prior

    return judged_by(prior, found, shelf) if prior else (own_prior(found), [])


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
