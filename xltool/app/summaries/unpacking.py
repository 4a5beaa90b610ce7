"""Opening a 上报包: its total as a return, its details judged anew and added up again, each fault a finding."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from xltool.app.shelf import Shelf
from xltool.io.books.containers import sniff
from xltool.io.packages import AREA, Contents, Members, faults, is_package, read_contents, read_manifest
from xltool.lang import Text
from xltool.model.finding import Argument, Finding, Refused
from xltool.model.package import Manifest, Package
from xltool.model.place import Place, Places
from xltool.model.record import Record, Source
from xltool.model.returned import Returned
from xltool.model.summary import Return, Via
from xltool.passes import answers as explained
from xltool.passes.check import check
from xltool.passes.merge import not_added
from xltool.passes.merge.repackage import chained, readded
from xltool.passes.merge.said import names_text


def packed(data: bytes) -> bool:
    """Whether the bytes are a package, whatever the file is called."""
    return sniff(data) == "zip" and is_package(data)


ReadArea = Callable[[bytes, str], Returned]


def open_package(data: bytes, file: str, shelf: Shelf, read_area: ReadArea) -> Returned:
    """The return in a package: the record of the workbook inside, and the package itself where it is sound.

    `read_area` reads that workbook. A package with faults is a faulty return: what could be read of its total is
    there, its details are not.
    """
    members = Members(data)
    area = _area(members, file, read_area)
    sha256 = hashlib.sha256(data).hexdigest()
    if area.record is not None:
        source = Source(file.rsplit("/", 1)[-1], sha256)
        area = replace(area, file=file, record=replace(area.record, source=source))
    try:
        manifest, told, heard = read_manifest(members)
    except Refused as refused:
        return _closed(area, refused.findings)
    wrong = [*faults(members, told)]
    if area.record is not None:
        wrong += _differs(area.record, manifest, shelf)
    if wrong or area.record is None:
        return _closed(area, wrong)
    try:
        contents = read_contents(members, manifest, shelf.era(manifest.era), heard=heard)
    except Refused as refused:
        return _closed(area, refused.findings)
    return _opened(area, contents, Via(file, sha256), members, shelf)


def _area(members: Members, file: str, read_area: ReadArea) -> Returned:
    try:
        found = read_area(members.read(AREA), f"{file}/{AREA}")
    except Refused as refused:
        return Returned(file, findings=refused.findings)
    return replace(found, file=file)


def _closed(area: Returned, findings: Sequence[Finding]) -> Returned:
    """A package whose details are not read."""
    return _with(area, (Finding("PACKAGE-CLOSED", "error"), *findings))


def _with(area: Returned, findings: Sequence[Finding]) -> Returned:
    placed = tuple(each if each.places else replace(each, places=(Place(area.file),)) for each in findings)
    return replace(area, findings=(*placed, *area.findings))


def _opened(area: Returned, contents: Contents, via: Via, members: Members, shelf: Shelf) -> Returned:
    """A package that could be read: added up again, and its details judged."""
    manifest, era = contents.manifest, shelf.era(contents.manifest.era)
    assert area.record is not None
    wrong = [*chained(contents.details, manifest)]
    wrong += readded(area.record, contents.details, contents.roster, manifest, era)
    judged = [tuple(_judged(item, contents, shelf)) for item in contents.details]
    wrong += _of_details(contents.details, judged)
    wrong += _partial(manifest)
    blank = not_added(era)
    lost = [path for path in blank if area.record.values.get(path) is None]
    if lost:
        wrong.append(Finding("PACKAGE-NOT-ADDED", "notice", paths=tuple(lost), args={"count": len(lost)}))
    details = tuple(_counted(item, found, via) for item, found in zip(contents.details, judged, strict=True))
    package = Package(
        details,
        contents.roster,
        contents.answers,
        manifest,
        tuple(tuple(_placed(each, item) for each in found) for item, found in zip(details, judged, strict=True)),
        members.original,
    )
    return replace(_with(area, wrong), package=package, computed=area.computed | blank)


def _differs(record: Record, manifest: Manifest, shelf: Shelf) -> Iterator[Finding]:
    """Where the workbook inside is not of what the manifest says."""
    words = shelf.library.words
    pairs: Mapping[str, tuple[object, object]] = {
        "era": (record.era, manifest.era),
        "year": (record.year, manifest.year),
        "scope": (words[f"scope_{record.scope}"], words[f"scope_{manifest.scope}"]),
        "agency": (record.agency.code, manifest.agency.code),
        "name": (record.agency.name, manifest.agency.name),
        "submission": (record.submission, manifest.submission),
    }
    for what, (found, told) in pairs.items():
        if found != told:
            args: dict[str, Argument] = {"what": words[f"package_{what}"]}
            args |= {"found": _argument(found), "told": _argument(told)}
            yield Finding("PACKAGE-DIFFERS", "error", args=args)


def _argument(value: object) -> Argument:
    return value if isinstance(value, int | str | Text) else str(value)


# --- details -----------------------------------------------------------------------------------------------------


def _judged(item: Return, contents: Contents, shelf: Shelf) -> Iterator[Finding]:
    """What the era's checks find in a detail today, with what its desk decided on the explanations."""
    if item.record.era != contents.manifest.era or item.packed:
        return
    era = shelf.era(item.record.era)
    entry = contents.roster.by_code.get(item.code)
    facts = item.record.agency
    if entry is not None:
        power = entry.rule_making if entry.rule_making is not None else facts.rule_making
        facts = replace(facts, level=entry.level or facts.level, rule_making=power)
    found = check(item.record, era, places=item.places, agency=facts)
    yield from explained.decided(found, item.record, era, contents.answers)


def _counted(item: Return, found: tuple[Finding, ...], via: Via) -> Return:
    """A detail as the superior sees it: behind the package it came in."""
    file = "/".join([via.file, *(each.file for each in item.via), item.file])
    assert isinstance(item.places, Places)
    places, chain = item.places.of(file), (via, *item.via)
    errors, explains = (sum(each.severity == severity for each in found) for severity in ("error", "explain"))
    return replace(item, file=file, via=chain, places=places, errors=errors, explains=explains)


def _placed(finding: Finding, item: Return) -> Finding:
    return replace(finding, places=tuple(replace(place, file=item.file) for place in finding.places))


def _of_details(details: tuple[Return, ...], judged: list[tuple[Finding, ...]]) -> Iterator[Finding]:
    """Details that do not pass, and those that leave something unexplained."""
    failing = [item for item, found in zip(details, judged, strict=True) if _any(found, "error")]
    if failing:
        yield _naming("PACKAGE-DETAIL-ERRORS", "error", failing)
    unexplained = [
        item
        for item, found in zip(details, judged, strict=True)
        if not _any(found, "error") and any(map(explained.is_open, found))
    ]
    if unexplained:
        yield _naming("PACKAGE-DETAIL-OPEN", "explain", unexplained)


def _any(found: tuple[Finding, ...], severity: str) -> bool:
    return any(each.severity == severity for each in found)


def _naming(code: str, severity: str, items: list[Return]) -> Finding:
    names = [item.record.agency.name or item.code for item in items]
    args: dict[str, Argument] = {"count": len(items), "names": names_text(names)}
    return Finding(code, "error" if severity == "error" else "explain", args=args)


def _partial(manifest: Manifest) -> Iterator[Finding]:
    """Agencies that should be behind the total and are not."""
    if manifest.counted < manifest.expected or manifest.lacking:
        args: dict[str, Argument] = {
            "n": manifest.counted,
            "of": manifest.expected,
            "names": names_text([each.name or each.code for each in manifest.lacking]),
        }
        yield Finding("PACKAGE-PARTIAL", "explain", args=args)
