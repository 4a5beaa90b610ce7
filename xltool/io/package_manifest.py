"""The manifest of a 上报包: what it says of itself, and the hashes of its members."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from xltool.io.data_folders import data_root
from xltool.io.exact_json import dump_json, parse_json
from xltool.io.meta_schemas import pointer
from xltool.model.finding import Refused, refuse
from xltool.model.package import Inner, Lacking, Manifest
from xltool.model.record import Agency
from xltool.model.summary import Policy, Via
from xltool.model.texts import visible

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

FORMAT, VERSION = "xltool-package", 1


def dump_manifest(manifest: Manifest, heard: bool, members: Mapping[str, str]) -> bytes:
    """The bytes of a manifest; `members` are the SHA-256 of the other members by name. Its own digest ends it."""
    tree = {
        "format": FORMAT,
        "version": VERSION,
        **_tree(manifest),
        "roster": "heard" if heard else "listed",
        "members": dict(members),
    }
    return (dump_json({**tree, "digest": _digest(tree)}, indent=2) + "\n").encode()


def parse_manifest(data: bytes) -> tuple[Manifest, Mapping[str, str], bool]:
    """The manifest, the hashes of members it tells, and whether its roster is only those heard of. Raises Refused."""
    try:
        tree = parse_json(data)
    except Refused as refused:
        raise Refused(*refuse("PACKAGE-MANIFEST", where="#", reason="JSON").findings) from refused
    version = tree.get("version") if isinstance(tree, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise refuse("PACKAGE-VERSION", version=version, known=VERSION)
    from jsonschema.exceptions import best_match  # its import takes longer than most commands

    errors = best_match(_schema().iter_errors(tree))
    if errors is not None:
        raise refuse("PACKAGE-MANIFEST", where=pointer(errors.absolute_path), reason=str(errors.validator))
    found = cast(dict[str, Any], tree)
    if found["digest"] != _digest({key: value for key, value in found.items() if key != "digest"}):
        raise refuse("PACKAGE-MANIFEST", where="#/digest", reason="sha256")
    return _manifest(found), found["members"], found["roster"] == "heard"


@cache
def _schema() -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    path = data_root() / "schemas" / "meta" / "package.schema.json"
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def _digest(tree: Mapping[str, object]) -> str:
    return hashlib.sha256(dump_json(tree).encode()).hexdigest()


def _tree(manifest: Manifest) -> dict[str, object]:
    policy = manifest.policy
    return {
        "era": manifest.era,
        "year": manifest.year,
        "scope": manifest.scope,
        "agency": {"code": manifest.agency.code, "name": manifest.agency.name},
        "submission": manifest.submission,
        "policy": {
            "nodes": policy.nodes,
            "missing": policy.missing,
            "include_invalid": manifest.include_invalid,
            "governments": sorted(policy.governments),
        },
        "counted": manifest.counted,
        "expected": manifest.expected,
        "lacking": [
            {"code": each.code, "name": each.name, "status": each.status, "scope": each.scope}
            for each in manifest.lacking
        ],
        "packages": [
            {"file": each.via.file, "sha256": each.via.sha256, "manifest": _tree(each.manifest)}
            for each in manifest.packages
        ],
    }


def _manifest(tree: Mapping[str, Any]) -> Manifest:
    """A manifest that its schema has let through."""
    policy, agency = tree["policy"], tree["agency"]
    return Manifest(
        era=tree["era"],
        year=tree["year"],
        scope=tree["scope"],
        agency=Agency(visible(agency["code"]), visible(agency["name"])),
        submission=tree["submission"],
        policy=Policy(policy["nodes"], policy["missing"], frozenset(policy["governments"])),
        include_invalid=policy["include_invalid"],
        counted=tree["counted"],
        expected=tree["expected"],
        lacking=tuple(Lacking(each["code"], each["name"], each["status"], each["scope"]) for each in tree["lacking"]),
        packages=tuple(
            Inner(Via(each["file"], each["sha256"]), _manifest(each["manifest"])) for each in tree["packages"]
        ),
    )
