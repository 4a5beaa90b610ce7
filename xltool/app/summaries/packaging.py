"""Handing up: a summary becomes a 上报包, the return of the government whose summary it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from xltool.app.campaigns.campaign import Campaign
from xltool.app.forms import fill_record
from xltool.app.shelf import Shelf
from xltool.app.summaries.merging import Merged, Request
from xltool.io.books.containers import sniff
from xltool.io.inputs import Source
from xltool.io.packages import Contents, write_package
from xltool.model.campaign import Answer
from xltool.model.finding import Refused, refuse
from xltool.model.package import Inner, Lacking, Manifest, heard
from xltool.model.record import Agency, Record
from xltool.model.returned import Returned
from xltool.model.roster import Roster
from xltool.model.summary import Policy, Return, Summary, Via
from xltool.passes import answers as explained
from xltool.passes.merge import area_values

Original = Callable[[str], bytes | None]
"""The bytes of a file by their SHA-256, None where nobody has them."""


@dataclass(frozen=True, slots=True)
class HandUp:
    """How a summary is handed up: by whom where the summary does not tell (`agency`), as which 报送次数, and with the
    files of the details where `original` knows them."""

    agency: Agency = field(default_factory=Agency)
    submission: int = 1
    original: Original | None = None


def hand_up(merged: Merged, request: Request, how: HandUp, shelf: Shelf, answers: Iterable[Answer] = ()) -> bytes:
    """The package of a roll-up. `answers` are the explanations of its own returns; those in packages come along.

    Raises Refused where it is no roll-up, nothing was counted, or nobody says which government hands it up.
    """
    summary = merged.summary
    if summary is None or not request.rolled:
        raise refuse("PACKAGE-SCOPE")
    if not summary.included:
        raise refuse("PACKAGE-NOTHING")
    agency = _agency(summary, how.agency, merged.roster)
    details = tuple(_details(summary, merged))
    used = {item.via[0] for item in details if item.via}
    inner = tuple(
        Inner(_via(item), package.manifest)
        for item, package in merged.packages
        if package.manifest is not None and _via(item) in used
    )
    manifest = Manifest(
        summary.era,
        summary.year,
        summary.scope,
        agency,
        how.submission,
        Policy(request.nodes, request.missing, shelf.library.governments),
        summary.include_invalid,
        len(summary.included),
        summary.expected,
        tuple(Lacking(each.code, each.name, each.status, each.scope) for each in summary.lacking),
        inner,
    )
    record = area_record(summary, manifest, shelf)
    area, _ = fill_record(record, shelf, "auto", request.lang)
    inside = (each for _, package in merged.packages for each in package.answers)
    originals = dict(_originals(details, how.original)) if how.original else {}
    roster = merged.roster or heard(details)
    lines = tuple(replace(entry, line=0) for entry in roster.entries)
    every = {(each.agency, each.check, each.place, each.fingerprint): each for each in (*inside, *answers)}
    kept = tuple(every[key] for key in sorted(every))
    return write_package(Contents(manifest, area, details, Roster(lines, heard=roster.heard), kept, originals))


def area_record(summary: Summary, manifest: Manifest, shelf: Shelf) -> Record:
    """The totals of a summary as the return of its government. What no agency gave, and what is not added, is blank."""
    era = shelf.era(summary.era)
    values = area_values(era, summary.lines)
    return Record(
        summary.era, summary.year, manifest.agency, values, scope=summary.scope, submission=manifest.submission
    )


def _agency(summary: Summary, asked: Agency, roster: Roster | None) -> Agency:
    entries = roster.entries if roster and not roster.heard else ()
    tops = [each.code for each in entries if roster and each.parent not in roster.by_code]
    code = asked.code or summary.agency.code or (tops[0] if len(tops) == 1 else "")
    entry = roster.by_code.get(code) if roster else None
    name = (entry.name if entry else "") or asked.name or (summary.agency.name if code == summary.agency.code else "")
    if not (code and name):
        raise refuse("PACKAGE-AGENCY", agency=code or "—")
    if entry is None:
        return Agency(code, name)
    return Agency(code, name, entry.level or None, entry.rule_making)


def _details(summary: Summary, merged: Merged) -> Iterator[Return]:
    """The counted returns in the order of the tree, and the totals of the packages behind them, each before its own."""
    totals: dict[tuple[Via, ...], Return] = {}
    for item, package in merged.packages:
        totals[(_via(item),)] = item
        totals |= {(*each.via, _via(each)): each for each in package.details if each.packed}
    for item in summary.included:
        for depth in range(1, len(item.via) + 1):
            total = totals.pop(item.via[:depth], None)
            if total is not None:
                yield _outside(total)
        yield _outside(item)


def _outside(item: Return) -> Return:
    """A detail as the package tells it: its file without the packages it came through."""
    prefix = "".join(f"{via.file}/" for via in item.via)
    return replace(item, file=item.file.removeprefix(prefix), errors=0, explains=0, held=False)


def _via(item: Return) -> Via:
    """A package as its details name it."""
    return Via(_outside(item).file, item.sha256)


def _originals(details: Iterable[Return], original: Original) -> Iterator[tuple[str, bytes]]:
    for item in details:
        data = original(item.sha256) if item.sha256 and not item.packed else None
        if data is not None:
            yield f"{item.sha256}.{_ENDINGS.get(sniff(data), 'bin')}", data


_ENDINGS = {"xlsx": "xlsx", "xls": "xls", "ods": "ods", "json": "json"}


def original_of(origin: Campaign | Iterable[Source], merged: Merged) -> Original:
    """The files of a merge by hash: those it was made from, and those that came along in its packages."""
    if isinstance(origin, Campaign):
        store = origin.store
        own: dict[str, Callable[[], bytes]] = {}
    else:
        store = None
        own = {hashlib.sha256(source.load()).hexdigest(): source.load for source in _readable(origin)}

    def load(sha256: str) -> bytes | None:
        if sha256 in own:
            return own[sha256]()
        if store is not None and store.path(sha256).is_file():
            return store.load(sha256)
        found = (package.original(sha256) for _, package in merged.packages)
        return next((data for data in found if data is not None), None)

    return load


def _readable(sources: Iterable[Source]) -> Iterator[Source]:
    for source in sources:
        try:
            source.load()
        except Refused:
            continue
        yield source


def answers_in(returned: Iterable[Returned], shelf: Shelf) -> Iterator[Answer]:
    """The explanations that returns bring themselves, on which nobody has decided."""
    for each in returned:
        if each.record is not None and each.package is None:
            yield from explained.given(each.findings, each.record, shelf.era(each.record.era), "")
