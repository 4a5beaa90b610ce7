"""Findings as a workbook: one list that can be filtered and sorted, a row for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from xltool.model.returned import Returned
from xltool.model.workbook import Area, Page, WorkbookPlan
from xltool.plan.draft import Draft
from xltool.report.wording import Wording

_COLUMNS = (
    *(("number", 6.0), ("agency", 26.0), ("code", 16.0), ("severity", 9.0), ("check", 20.0)),
    *(("where", 16.0), ("text", 84.0), ("file", 40.0)),
)
_CENTRED = ("number", "severity")
_SEVERITIES = {"error": "sum_red", "explain": "sum_amber", "notice": "sum_grey"}
_HEAD = 1
_SHOWN_PLACES = 3


def findings_book(returned: Iterable[Returned], wording: Wording) -> WorkbookPlan:
    """The list. `wording` has the words of summaries too."""
    judged = list(returned)
    draft = Draft(wording.said("sum_sheet_findings"), [width for _, width in _COLUMNS])
    for col, (word, _) in enumerate(_COLUMNS):
        draft.put(_HEAD, col, wording.said(f"sum_column_{word}"), "head")
    draft.at_least(_HEAD, 26.0)
    row = _HEAD
    for each in judged:
        for finding in each.findings:
            row += 1
            agency = each.record.agency if each.record else None
            cells = [f"{place.sheet} {place.ref}".strip() for place in finding.places if place.sheet]
            values: dict[str, str | int] = {
                "number": row - _HEAD,
                "agency": agency.name if agency else "",
                "code": agency.code if agency else "",
                "severity": wording.said(f"severity_{wording.standing(finding, each.record)}"),
                "check": finding.code,
                "where": wording.said("place_separator").join(cells[:_SHOWN_PLACES])
                + ("…" if len(cells) > _SHOWN_PLACES else ""),
                "text": wording.line(finding, each.record),
                "file": each.file,
            }
            for col, (word, _) in enumerate(_COLUMNS):
                style = _SEVERITIES[finding.severity] if word == "severity" else "cell"
                draft.put(row, col, values[word] or None, "cell_center" if word == "number" else style)
            draft.at_least(row, 20.0)
    draft.put(0, 0, draft.name, "title", cols=len(_COLUMNS))
    draft.at_least(0, 32.0)
    draft.freeze = (_HEAD + 1, 3)
    page = Page(landscape=True, repeat_rows=(_HEAD, _HEAD))
    area = Area(_HEAD, 0, max(row, _HEAD + 1), len(_COLUMNS) - 1)
    sheet = replace(draft.done(page), autofilter=area, protected=False)
    return WorkbookPlan((sheet,), title=draft.name)
