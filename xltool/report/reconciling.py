"""Compared files as text for people, or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.reconciled import Reconciled, SideCell
from xltool.numbers import plain
from xltool.report.wording import Wording

Formatter = Callable[[Sequence[Reconciled], Wording], Iterator[str]]


def as_text(groups: Sequence[Reconciled], wording: Wording) -> Iterator[str]:
    """A heading an agency, a line a difference, a summary at the end."""
    for group in groups:
        files = wording.listed(list(group.files))
        yield wording.said("reconcile_group", name=group.name, code=group.code, files=files)
        for finding in group.findings:
            yield f"  {_line(finding, group, wording)}"
        if not group.findings:
            yield wording.said("reconcile_same", count=len(group.lines))
        yield ""
    same = sum(not group.findings for group in groups)
    yield wording.said("reconcile_summary", groups=len(groups), same=same, differ=len(groups) - same)


def as_json(groups: Sequence[Reconciled], wording: Wording) -> Iterator[str]:
    """One array of agencies, every indicator that differs with what each file says."""
    yield json.dumps([_object(group, wording) for group in groups], ensure_ascii=False, indent=2)


FORMATS: Mapping[str, Formatter] = {"text": as_text, "json": as_json}


def _line(finding: Finding, group: Reconciled, wording: Wording) -> str:
    """A finding under the indicator's label; where it stands in each file is among its values."""
    placed = replace(finding, places=(Place(),)) if finding.paths else finding
    return wording.line(placed, group.record)


def _object(group: Reconciled, wording: Wording) -> dict[str, object]:
    return {
        "agency": {"code": group.code, "name": group.name},
        "files": list(group.files),
        "compared": len(group.lines),
        "differing": [{"path": path, "cells": [_cell(cell) for cell in group.lines[path]]} for path in group.differing],
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "paths": list(finding.paths),
                "text": _line(finding, group, wording),
            }
            for finding in group.findings
        ],
    }


def _cell(cell: SideCell) -> dict[str, object]:
    value = plain(cell.value) if isinstance(cell.value, Decimal) else cell.value
    mark = {"kind": cell.mark.kind, "raw": cell.mark.raw} if cell.mark else None
    place = {"sheet": cell.place.sheet, "cell": cell.place.ref}
    return {"file": cell.file, **place, "value": value, "mark": mark, "printed": cell.printed}
