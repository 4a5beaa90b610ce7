"""Sealed versions on disk: a folder each, complete once its ``seal.json`` is there, and never changed after."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from xltool.io.writing.files import write_atomic
from xltool.model.finding import refuse
from xltool.model.place import Place
from xltool.model.record import Agency
from xltool.model.seal import Seal, SealedReturn, SealedTotal
from xltool.numbers import Number, plain

SEAL, RECORDS, SUMMARY = "seal.json", "records.jsonl", "汇总.xlsx"
FORMAT = "xltool-seal-1"
_FOLDER = re.compile(r"第([1-9][0-9]*)版")


def folder_of(version: int) -> str:
    """The name of a version's folder."""
    return f"第{version}版"


def versions(folder: Path) -> list[int]:
    """The versions sealed in `folder`, the first first."""
    found = [match for each in folder.glob("*") if (match := _FOLDER.fullmatch(each.name)) and (each / SEAL).is_file()]
    return sorted(int(match[1]) for match in found)


def write_seal(folder: Path, seal: Seal, files: Mapping[str, bytes]) -> Path:
    """Write a version with its files; the folder written.

    The seal comes last: a folder without one is what an interrupted run left, and is written anew. Raises Refused
    where that version was sealed before.
    """
    home = folder / folder_of(seal.version)
    if (home / SEAL).exists():
        raise refuse("SEAL-EXISTS", version=seal.version)
    for name, data in files.items():
        write_atomic(home / name, data, force=True)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    write_atomic(home / SEAL, dump_seal(seal, hashes), force=False)
    return home


def read_seal(folder: Path, version: int) -> Seal:
    """A sealed version, every file of it as it was sealed. Raises Refused where one is gone or was changed."""
    home = folder / folder_of(version)
    try:
        seal = _parsed(json.loads((home / SEAL).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise refuse("SEAL-BROKEN", places=(Place(f"{home.name}/{SEAL}"),), version=version, file=SEAL) from error
    for name, sha256 in (seal.files or {}).items():
        path = home / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            raise refuse("SEAL-BROKEN", places=(Place(f"{home.name}/{name}"),), version=version, file=name)
    if digest_of(seal) != seal.digest:
        raise refuse("SEAL-BROKEN", places=(Place(f"{home.name}/{SEAL}"),), version=version, file=SEAL)
    return seal


def last_sealed(folder: Path) -> Path | None:
    """The records of the last sealed version, whole and unchanged; None where nothing was sealed."""
    known = versions(folder)
    if not known:
        return None
    read_seal(folder, known[-1])
    return folder / folder_of(known[-1]) / RECORDS


def dump_seal(seal: Seal, files: Mapping[str, str]) -> bytes:
    """The bytes of ``seal.json``."""
    tree = {**_tree(seal), "digest": digest_of(seal), "files": dict(files)}
    return (json.dumps(tree, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def digest_of(seal: Seal) -> str:
    """Twelve hex digits over all that a seal says but the files beside it."""
    text = json.dumps(_tree(seal), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def _tree(seal: Seal) -> dict[str, Any]:
    agency = {"code": seal.agency.code, "name": seal.agency.name}
    head = {
        "format": FORMAT,
        "version": seal.version,
        "as_of": seal.as_of,
        "era": seal.era,
        "year": seal.year,
        "scope": seal.scope,
        "agency": agency,
    }
    return {
        **head,
        "totals": dict(_totals(seal.totals)),
        "level": dict(_totals(seal.level)),
        "last_year": {path: plain(value) for path, value in seal.last_year.items()},
        "lacking": list(seal.lacking),
        "returns": [
            {
                "code": each.code,
                "name": each.name,
                "scope": each.scope,
                "submission": each.submission,
                "file": each.file,
                "sha256": each.sha256,
            }
            for each in seal.returns
        ],
    }


def _totals(totals: Mapping[str, SealedTotal]) -> Iterator[tuple[str, dict[str, object]]]:
    for path, each in totals.items():
        value = None if each.value is None else plain(each.value)
        yield path, {"value": value, "counted": each.counted, "of": each.of}


def _parsed(tree: Any) -> Seal:
    if tree["format"] != FORMAT:
        raise ValueError(tree["format"])
    return Seal(
        tree["version"],
        tree["as_of"],
        tree["era"],
        tree["year"],
        tree["scope"],
        Agency(**tree["agency"]),
        _sealed(tree["totals"]),
        _sealed(tree["level"]),
        {path: _number(text) for path, text in tree["last_year"].items()},
        tuple(SealedReturn(**each) for each in tree["returns"]),
        tuple(tree["lacking"]),
        tree["digest"],
        tree["files"],
    )


def _sealed(tree: Mapping[str, Any]) -> dict[str, SealedTotal]:
    return {
        path: SealedTotal(None if each["value"] is None else _number(each["value"]), each["counted"], each["of"])
        for path, each in tree.items()
    }


def _number(text: str) -> Number:
    return Decimal(text) if "." in text else int(text)
