"""上报包: a summary handed up, as one zip. Bytes ⇄ `Contents`.

A package has these members, and its manifest the SHA-256 of each other one:

- ``manifest.json``: what it says of itself (``schemas/meta/package.schema.json``);
- ``area.xlsx``: the official form, filled with the totals: what a superior without this program reads and prints;
- ``details.jsonl``: one line a return behind the totals, in the order of the tree: its record, its file, the packages
  it came through, and the number of its line in
- ``places.jsonl``: the sheet and cell of each figure; most returns of an era share one line;
- ``roster.csv``: the agencies that ought to be behind the totals;
- ``explanations.jsonl``: explanations and what was decided on them;
- ``returns/<sha256>.<ending>``: the files of the details, if they were asked for.

`is_package` tells a package, `write_package` makes one, `Members` and `read_contents` open one.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from xltool.io.books.archives import file_in, noise
from xltool.io.books.guard import directory, entry_name, suspicious
from xltool.io.package_lines import (
    ANSWERS,
    DETAILS,
    PLACES,
    answer_from,
    detail_from,
    dump_answers,
    dump_details,
    shape_from,
    trees,
)
from xltool.io.package_manifest import dump_manifest, parse_manifest
from xltool.io.records import EraLike
from xltool.io.roster_file import dump_roster, roster_from
from xltool.io.writing.zips import write_zip
from xltool.model.campaign import Answer
from xltool.model.finding import Finding, Refused, refuse
from xltool.model.package import Manifest, Reports
from xltool.model.roster import Roster
from xltool.model.summary import Return

MANIFEST, AREA, ROSTER, RETURNS = "manifest.json", "area.xlsx", "roster.csv", "returns/"
MEMBERS = (AREA, DETAILS, PLACES, ROSTER, ANSWERS)
MAX_MEMBER = 192 * 1024 * 1024
"""Bytes of one member, unpacked: details of 20,000 agencies."""
MAX_UNPACKED = 1024 * 1024 * 1024
# Two of these make a package: one that has lost the third is a broken package and no archive of returns.
_TELLING = frozenset({MANIFEST, AREA, DETAILS})


@dataclass(frozen=True, slots=True)
class Contents:
    """All that is in a package. `area` is the workbook; `via` of the details are packages inside this one, `file` of
    each detail is as that desk knew it. `originals` are the files of the details by name under ``returns/``."""

    manifest: Manifest
    area: bytes
    details: tuple[Return, ...]
    roster: Roster
    answers: tuple[Answer, ...] = ()
    originals: Mapping[str, bytes] = field(default_factory=dict)


def is_package(data: bytes) -> bool:
    """Whether a zip is a package, be it a broken one; told by its members and never by its name."""
    try:
        return len(_TELLING & _members(data)[0].keys()) > 1
    except Refused:
        return False


def form_in(data: bytes) -> bytes:
    """The workbook that a returned file is: the one inside a package, else the file. Raises Refused."""
    return Members(data).read(AREA) if is_package(data) else data


def write_package(contents: Contents) -> bytes:
    """The bytes of a package: equal contents give equal bytes."""
    details, places = dump_details(contents.details)
    members = {
        AREA: contents.area,
        DETAILS: details,
        PLACES: places,
        ROSTER: dump_roster(contents.roster),
        ANSWERS: dump_answers(contents.answers),
        **{RETURNS + name: data for name, data in sorted(contents.originals.items())},
    }
    manifest = dump_manifest(contents.manifest, contents.roster.heard, hashes(members))
    return write_zip([(MANIFEST, manifest), *members.items()])


def hashes(members: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 of each member, in hex."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}


def agencies_in(data: bytes) -> Reports:
    """Who is in a package, nobody where `data` is none; without judging it. Raises Refused where it is damaged."""
    if not is_package(data):
        return {}
    heads = (cast(dict[str, Any], tree)["record"] for tree in trees(Members(data).read(DETAILS), DETAILS))
    return {
        (each["agency"]["code"].strip(), each.get("scope", "own")): each["agency"].get("name", "") for each in heads
    }


class Members:
    """The members of a package, each within limits. A folder around all of them, as from packing by hand, is left
    out of their names. Raises Refused where the zip cannot be read at all."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._infos, strange = _members(data)
        self.strange: Sequence[str] = strange
        if sum(info.file_size for info in self._infos.values()) > MAX_UNPACKED:
            raise suspicious("total-size")

    def __contains__(self, name: object) -> bool:
        return name in self._infos

    @property
    def names(self) -> tuple[str, ...]:
        """Without the manifest."""
        return tuple(name for name in self._infos if name != MANIFEST)

    def read(self, name: str) -> bytes:
        """One member. Raises Refused where it is missing, locked, too large or damaged."""
        info = self._infos.get(name)
        if info is None:
            raise refuse("PACKAGE-MEMBER-MISSING", member=name)
        if info.file_size > MAX_MEMBER:
            raise suspicious("part-size", name)
        return file_in(self._data, info, name)

    def original(self, sha256: str) -> bytes | None:
        """The file of a detail, where it came along and is what its hash says."""
        name = next((each for each in self._infos if each.startswith(f"{RETURNS}{sha256}.")), None)
        data = self.read(name) if name else None
        return data if data is not None and hashlib.sha256(data).hexdigest() == sha256 else None


def faults(members: Members, told: Mapping[str, str]) -> Iterator[Finding]:
    """Members that are not what the manifest says (`told`, hashes by name), missing, or not of the package."""
    for name in members.strange:
        yield _about("PACKAGE-MEMBER-STRANGE", name)
    for name in members.names:
        if name not in told:
            yield _about("PACKAGE-MEMBER-STRANGE", name)
            continue
        try:
            if hashlib.sha256(members.read(name)).hexdigest() != told[name]:
                yield _about("PACKAGE-HASH", name)
        except Refused as refused:
            yield from refused.findings
    for name in dict.fromkeys([*MEMBERS, *told]):
        if name not in members:
            yield _about("PACKAGE-MEMBER-MISSING", name)


def _about(code: str, member: str) -> Finding:
    return Finding(code, "error", args={"member": member})


def read_manifest(members: Members) -> tuple[Manifest, Mapping[str, str], bool]:
    """The manifest, the hashes it tells, and whether the roster is only those heard of. Raises Refused."""
    return parse_manifest(members.read(MANIFEST))


def read_contents(members: Members, manifest: Manifest, era: EraLike, *, heard: bool) -> Contents:
    """What is in a package whose manifest was read, but for the files of the details, which `Members.original` gives
    one by one. Raises Refused with what keeps it from being read."""
    roster, _ = roster_from(members.read(ROSTER), ROSTER)
    roster = Roster(tuple(replace(entry, line=0) for entry in roster.entries), heard=heard)
    places = [shape_from(tree) for tree in trees(members.read(PLACES), PLACES)]
    lines = enumerate(trees(members.read(DETAILS), DETAILS), 1)
    details = tuple(detail_from(tree, number, era, places) for number, tree in lines)
    said = enumerate(trees(members.read(ANSWERS), ANSWERS), 1)
    answers = tuple(answer_from(tree, number) for number, tree in said)
    return Contents(manifest, members.read(AREA), details, roster, answers)


# --- the zip -----------------------------------------------------------------------------------------------------


def _members(data: bytes) -> tuple[dict[str, zipfile.ZipInfo], list[str]]:
    """The members by name, and what stands twice. Raises Refused where the zip cannot be read."""
    infos = [info for info in directory(data) if not noise(entry_name(info).rpartition("/")[2])]
    names = [entry_name(info) for info in infos]
    folder = names[0].partition("/")[0] + "/" if names else ""
    if folder == RETURNS or not all(name.startswith(folder) for name in names):
        folder = ""
    found: dict[str, zipfile.ZipInfo] = {}
    twice = []
    for name, info in zip(names, infos, strict=True):
        if found.setdefault(name.removeprefix(folder), info) is not info:
            twice.append(name)
    return found, twice
