"""Judged files as text for people, or as JSON for programs: one registry of formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from xltool.lang import Lang, Text

if TYPE_CHECKING:
    from xltool.model.finding import Finding
    from xltool.model.record import Record
    from xltool.model.returned import Returned
    from xltool.report.wording import Wording

    Formatter = Callable[[Iterable[Returned], Wording], Iterator[str]]


def as_text(returned: Iterable[Returned], wording: Wording) -> Iterator[str]:
    """A heading a file, a line a finding, a summary at the end."""
    files = passed = unread = 0
    for each in returned:
        files += 1
        clean = each.record is not None and not each.count("error") and not each.count("explain")
        passed += clean
        unread += each.record is None
        yield from _file_lines(each, wording)
    yield wording.said("files_summary", files=files, passed=passed, failed=files - passed, unread=unread)


def _file_lines(each: Returned, wording: Wording) -> Iterator[str]:
    agency = each.record.agency if each.record else None
    code = wording.said("file_code", code=agency.code) if agency and agency.code else ""
    who = f"{agency.name}{code}" if agency else ""
    yield "  ".join(part for part in (each.file, who, _state(each, wording)) if part)
    for line in wording.lines(each.findings, each.record):
        yield f"  {line}"
    yield ""


def _state(each: Returned, wording: Wording) -> str:
    if each.record is None:
        return wording.said("file_unread")
    if not each.findings:
        return wording.said("file_passed")
    counts = wording.said(
        "file_counts", errors=each.count("error"), explains=each.count("explain"), notices=each.count("notice")
    )
    return counts


def as_json(returned: Iterable[Returned], wording: Wording) -> Iterator[str]:
    """One array of files."""
    yield json.dumps([file_object(each, wording) for each in returned], ensure_ascii=False, indent=2)


def as_jsonl(returned: Iterable[Returned], wording: Wording) -> Iterator[str]:
    """One object a file, one file a line."""
    for each in returned:
        yield json.dumps(file_object(each, wording), ensure_ascii=False)


FORMATS: Mapping[str, Formatter] = {"text": as_text, "json": as_json, "jsonl": as_jsonl}


def file_object(each: Returned, wording: Wording) -> dict[str, object]:
    """One judged file as plain data, its findings worded in both languages."""
    record = each.record
    head: dict[str, object] = {"file": each.file, "read": record is not None}
    if record is not None:
        head |= {
            "agency": {"code": record.agency.code, "name": record.agency.name},
            "era": record.era,
            "year": record.year,
            "scope": record.scope,
            "submission": record.submission,
        }
    counts = {severity: each.count(severity) for severity in ("error", "explain", "notice")}
    return {**head, "counts": counts, "findings": [finding_object(one, each.record, wording) for one in each.findings]}


def finding_object(finding: Finding, record: Record | None, wording: Wording) -> dict[str, object]:
    """One finding as plain data, worded in both languages."""
    texts = {lang: _in(wording, lang).line(finding, record) for lang in ("zh", "en")}
    args = {
        name: {"zh": value.zh, "en": value.en} if isinstance(value, Text) else value
        for name, value in finding.args.items()
    }
    return {
        "code": finding.code,
        "severity": finding.severity,
        "trial": wording.standing(finding, record) == "trial",
        "instance": finding.instance,
        "paths": list(finding.paths),
        "places": [{"sheet": place.sheet, "cell": place.ref} for place in finding.places],
        "args": args,
        "text": texts,
    }


def _in(wording: Wording, lang: Lang | str) -> Wording:
    chosen: Lang = "zh" if lang == "zh" else "en"
    return replace(wording, lang=chosen)
