"""Comparing what an agency returned with what it published, one agency or many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xltool.app.published.importing import Asked, import_file
from xltool.app.returns.validating import read_file
from xltool.app.shelf import Shelf
from xltool.io.books.containers import sniff
from xltool.io.inputs import Source as InputFile
from xltool.model.finding import Finding, Refused
from xltool.model.reconciled import Reconciled, Side
from xltool.passes.reconcile import grouped, reconcile

_NOT_OURS = {"FORM-UNKNOWN", "FORM-NAMES-LOST"}
_SPREADSHEETS = ("xlsx", "xls", "ods")


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be compared, and why."""

    file: str
    findings: tuple[Finding, ...]


def reconcile_files(
    sources: Iterable[InputFile], shelf: Shelf, asked: Asked, *, one_agency: bool
) -> tuple[list[Reconciled], list[Unread]]:
    """The files of each agency compared; with `one_agency` all are of one, whatever they are called."""
    sides: list[Side] = []
    unread: list[Unread] = []
    for source in sources:
        side = _side(source, shelf, asked)
        if isinstance(side, Side):
            sides.append(side)
        else:
            unread.append(side)
    known = {side.record.agency.code: side.record.agency.name for side in sides if side.record.agency.code}
    if one_agency and len(known) < 2:
        names = [side.record.agency for side in sides if side.record.agency.code or side.record.agency.name]
        first = names[0] if names else None
        groups = [(first.code if first else "", first.name if first else "", sides)] if sides else []
    else:
        groups = grouped(sides, known)
    return [_group(code, name, members, shelf) for code, name, members in groups], unread


def _group(code: str, name: str, sides: list[Side], shelf: Shelf) -> Reconciled:
    return reconcile(sides, shelf.era(sides[0].record.era), code, name)


def _side(source: InputFile, shelf: Shelf, asked: Asked) -> Side | Unread:
    """A return by its own reader, everything else by the recogniser."""
    try:
        kind = sniff(source.load())
    except Refused as error:
        return Unread(source.name, error.findings)
    if kind in (*_SPREADSHEETS, "json"):
        returned = read_file(source, shelf)
        if returned.record is not None:
            return Side(source.name, returned.record, returned.places)
        if kind == "json" or not _NOT_OURS & {finding.code for finding in returned.findings}:
            return Unread(source.name, returned.findings)
    imported = import_file(source, shelf, asked)
    if imported.record is None:
        return Unread(source.name, imported.findings)
    return Side(source.name, imported.record, imported.places, frozenset(imported.missing))
