"""Checking the data files: each against its meta-schema, then all of an era together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xltool.app.shelf import Shelf
from xltool.io.library import CHECKS, LAYOUT, RECORD
from xltool.io.meta_schemas import meta_findings
from xltool.model.finding import Finding, Refused
from xltool.model.parse_era import parse_era
from xltool.passes.lint import lint
from xltool.plan.layout import parse_layout

_META = {RECORD: "record.schema.json", CHECKS: "checks.schema.json", LAYOUT: "layout.schema.json"}
_SHARED = {
    ("schemas", "messages.json"): "messages.schema.json",
    ("templates", "words.json"): "words.schema.json",
    ("templates", "summary_words.json"): "words.schema.json",
    ("templates", "styles.json"): "styles.schema.json",
}


def lint_eras(shelf: Shelf, eras: tuple[str, ...]) -> list[Finding]:
    """What is wrong with the data files of `eras` and with those all eras share."""
    findings = [finding for era in eras for finding in _lint_era(shelf, era)]
    root = shelf.library.root
    for (folder, name), meta in _SHARED.items():
        findings += _against_meta(shelf, root / folder / name, meta, name)
    return findings


def _lint_era(shelf: Shelf, era_id: str) -> list[Finding]:
    library = shelf.library
    folder = library.folder(era_id)
    files = {RECORD: folder / RECORD, CHECKS: folder / CHECKS, LAYOUT: library.layout_file(era_id)}
    findings = [
        finding
        for name, file in files.items()
        for finding in _against_meta(shelf, file, _META[name], f"{era_id}/{name}")
    ]
    if findings:
        return findings
    checks: dict[str, Any] = library.json(files[CHECKS])
    era, faults = parse_era(library.json(files[RECORD]), checks)
    return list(lint(era, faults, parse_layout(library.json(files[LAYOUT])), checks["era"]))


def _against_meta(shelf: Shelf, file: Path, meta: str, name: str) -> Iterator[Finding]:
    try:
        data = shelf.library.json(file)
    except Refused as error:
        yield from error.findings
        return
    schema = shelf.library.json(shelf.library.root / "schemas" / "meta" / meta)
    yield from meta_findings(data, schema, name)
