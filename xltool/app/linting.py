"""Checking the data files: each against its meta-schema, then all of an era together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xltool.app.replaying import proved
from xltool.app.shelf import Shelf
from xltool.io.library import CHECKS, COMPARE, CROSSWALKS, GOVERNMENTS, LAYOUT, RECORD, REPORT, TEXT, TEXT_WORDS
from xltool.io.meta_schemas import meta_findings
from xltool.model.crosswalk import parse_crosswalk
from xltool.model.finding import Argument, Finding, Refused
from xltool.model.parse_era import parse_era
from xltool.model.place import Place
from xltool.model.report_form import parse_report_form
from xltool.passes.lint import lint
from xltool.passes.lint.crosswalks import crosswalk_findings
from xltool.passes.lint.reports import report_findings
from xltool.passes.sentences import text_lint
from xltool.plan.layout import parse_layout

_META = {
    RECORD: "record.schema.json",
    CHECKS: "checks.schema.json",
    LAYOUT: "layout.schema.json",
    REPORT: "report.schema.json",
    TEXT: "text.schema.json",
}
_SHARED = {
    ("schemas", "messages.json"): "messages.schema.json",
    ("schemas", COMPARE): "compare.schema.json",
    ("schemas", GOVERNMENTS): "governments.schema.json",
    ("schemas", TEXT_WORDS): "text_words.schema.json",
    ("schemas", "aliases.json"): "aliases.schema.json",
    ("templates", "words.json"): "words.schema.json",
    ("templates", "summary_words.json"): "words.schema.json",
    ("templates", "campaign_words.json"): "words.schema.json",
    ("templates", "publish_words.json"): "words.schema.json",
    ("templates", "page_words.json"): "words.schema.json",
    ("templates", "selfcheck_words.json"): "words.schema.json",
    ("templates/pages", "pages.json"): "pages.schema.json",
    ("templates", "styles.json"): "styles.schema.json",
}


def lint_eras(shelf: Shelf, eras: tuple[str, ...]) -> list[Finding]:
    """What is wrong with the data files of `eras` and with those all eras share."""
    findings = [finding for era in eras for finding in _lint_era(shelf, era)]
    root = shelf.library.root
    for (folder, name), meta in _SHARED.items():
        findings += _against_meta(shelf, root / folder / name, meta, name)
    for file in shelf.library.crosswalk_files:
        findings += _lint_crosswalk(shelf, file, eras)
    return findings


def _lint_crosswalk(shelf: Shelf, file: Path, eras: tuple[str, ...]) -> list[Finding]:
    """What is wrong with a crosswalk, where it is about one of `eras`."""
    name = f"{CROSSWALKS}/{file.name}"
    findings = list(_against_meta(shelf, file, "crosswalk.schema.json", name))
    if findings:
        return findings
    crosswalk = parse_crosswalk(shelf.library.json(file))
    pair = (crosswalk.older, crosswalk.newer)
    if not set(pair) & set(eras):
        return []
    if file.stem != "--".join(pair):
        args: dict[str, Argument] = {"file": name, "where": "from", "era": file.stem, "found": "--".join(pair)}
        return [Finding("LINT-OTHER-ERA", "error", (Place(name),), args=args)]
    known = shelf.library.era_folders
    try:
        older, newer = (shelf.era(each) for each in pair if each in known)
    except (Refused, ValueError):
        return [Finding("LINT-CROSSWALK-ERA", "error", (Place(name),), args={"file": name, "eras": "、".join(pair)})]
    return list(crosswalk_findings(crosswalk, older, newer, name))


def _lint_era(shelf: Shelf, era_id: str) -> list[Finding]:
    library = shelf.library
    folder = library.folder(era_id)
    files = {RECORD: folder / RECORD, CHECKS: folder / CHECKS, LAYOUT: library.layout_file(era_id)}
    optional = {TEXT: folder / TEXT, REPORT: library.report_file(era_id)}
    files |= {name: file for name, file in optional.items() if file.is_file()}
    findings = [
        finding
        for name, file in files.items()
        for finding in _against_meta(shelf, file, _META[name], f"{era_id}/{name}")
    ]
    if findings:
        return findings
    checks: dict[str, Any] = library.json(files[CHECKS])
    era, faults = parse_era(library.json(files[RECORD]), checks)
    layout = parse_layout(library.json(files[LAYOUT]))
    found = lint(era, faults, layout, checks["era"])
    found = found or tuple(proved(era))
    if REPORT in files:
        found = (*found, *report_findings(era, layout, parse_report_form(library.json(files[REPORT]))))
    return [*found, *(text_lint(era, library.json(files[TEXT]), library.text_words) if TEXT in files else ())]


def _against_meta(shelf: Shelf, file: Path, meta: str, name: str) -> Iterator[Finding]:
    try:
        data = shelf.library.json(file)
    except Refused as error:
        yield from error.findings
        return
    schema = shelf.library.json(shelf.library.root / "schemas" / "meta" / meta)
    yield from meta_findings(data, schema, name)
