"""An agency's workbook with its findings marked: a first sheet that lists them, and comments on the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xltool.lang import Text
from xltool.model.finding import Finding, Severity
from xltool.model.place import a1
from xltool.model.record import Record
from xltool.model.texts import visible
from xltool.model.workbook import Page, PlanCell, SheetPlan, WorkbookPlan
from xltool.plan.draft import Draft
from xltool.plan.form import FormPlan, Spot
from xltool.rules.excel import quoted

_WIDTHS = (6.0, 9.0, 18.0, 96.0)
_MARK = {"error": "_fail", "explain": "_warn"}
_COMMENT_LIMIT, _TEXT_LIMIT = 1000, 4000
# A finding about a whole column is explained at its first cells; the rest are coloured only.
_COMMENTED = 4

Line = tuple[Finding, str]


def marked(
    book: WorkbookPlan, plan: FormPlan, lines: Sequence[Line], record: Record, words: Mapping[str, Text]
) -> WorkbookPlan:
    """`book` with `lines` listed on a sheet before all others, and each marked in the cells it is about."""
    at: dict[Spot, list[Line]] = {}
    for line in lines:
        for number, spot in enumerate(_spots(line[0], plan)):
            at.setdefault(spot, []).append(line if number < _COMMENTED else (line[0], ""))
    sheets = tuple(
        replace(sheet, cells=tuple(_cell(cell, sheet.name, at) for cell in sheet.cells)) for sheet in book.sheets
    )
    return replace(book, sheets=(_list(plan, lines, record, words), *sheets))


def _spots(finding: Finding, plan: FormPlan) -> list[Spot]:
    """Where the form has what a finding is about; fields that are no figures included."""
    found = []
    for path in finding.paths:
        if path in plan.figures:
            found.append(plan.figures[path])
        elif path in plan.fields:
            found.append(plan.fields[path].spot)
    return found


def _cell(cell: PlanCell, sheet: str, at: Mapping[Spot, list[Line]]) -> PlanCell:
    lines = at.get((sheet, cell.row, cell.col))
    if not lines:
        return cell
    worst: Severity = "error" if any(finding.severity == "error" for finding, _ in lines) else "explain"
    comment = "\n".join(dict.fromkeys(text for _, text in lines if text))
    return cell._replace(style=cell.style + _MARK[worst], comment=visible(comment, _COMMENT_LIMIT))


def _list(plan: FormPlan, lines: Sequence[Line], record: Record, words: Mapping[str, Text]) -> SheetPlan:
    def said(word: str, **values: object) -> str:
        return words[word]("zh", **values)

    draft = Draft(said("sheet_return_list"), _WIDTHS)
    draft.put(0, 0, said("return_list_title", name=record.agency.name, year=record.year), "title", cols=4)
    draft.at_least(0, 34.0)
    draft.put(1, 0, said("return_list_note", n=record.submission), "text_wrap", cols=4)
    for col, word in enumerate(("column_number", "column_severity", "column_places", "return_list_problem")):
        draft.put(3, col, said(word), "head")
    for row, (finding, text) in enumerate(lines, start=4):
        spots = _spots(finding, plan)
        link = f"{quoted(spots[0][0])}!{a1(spots[0][1], spots[0][2])}" if spots else ""
        where = f"{spots[0][0]} {a1(spots[0][1], spots[0][2])}" if spots else ""
        draft.put(row, 0, row - 3, "cell_center")
        draft.put(row, 1, said(f"severity_{finding.severity}"), "verdict" + _MARK[finding.severity])
        draft.put(row, 2, where, "place" if link else "cell", link=link)
        draft.put(row, 3, visible(text, _TEXT_LIMIT), "cell")
    draft.freeze = (4, 0)
    return draft.done(Page(landscape=True, repeat_rows=(3, 3)), tab="#C00000")
