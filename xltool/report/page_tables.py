"""The tables of totals and of agencies on the page of a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from xltool.lang import Text
from xltool.model.era import Era
from xltool.model.summary import Coverage, LeftOut, State, Status, Summary, trail_text
from xltool.plan.form import Words
from xltool.report.page_columns import Columns
from xltool.report.page_details import Shown, called_in
from xltool.report.page_findings import Row, said
from xltool.report.page_parts import Column, Link, Table

_STATE_TONES: Mapping[State, str] = {"complete": "good", "partial": "amber", "none": "red", "not_added": "grey"}
_STATUS_TONES: Mapping[Status, str] = {
    "included": "good",
    "included_invalid": "amber",
    "missing": "amber",
    "not_counted": "grey",
    "covered": "grey",
    "checked": "grey",
    "outside": "grey",
}


def status_tone(status: Status) -> str:
    """The colour of what became of an agency; red is what somebody must see to."""
    return _STATUS_TONES.get(status, "red")


def totals_table(summary: Summary, era: Era, shown: Shown, words: Words) -> Table:
    """Every total, its place in the official tables, and how many agencies stand behind it."""
    lines = list(summary.lines.values())
    states: dict[State, Text] = {state: words[f"sum_state_{state}"] for state in get_args(State)}
    leads = [line.path if summary.included and line.path in shown else None for line in lines]
    details = Link("details", "column", leads)
    places = [shown[each.path][1] if each.path in shown else "" for each in lines]
    indicators = [trail_text(era, each.path, summary.year) for each in lines]
    column = Columns(words)
    return Table(
        "totals",
        words["page_totals"],
        words["page_totals_note"],
        words["page_nothing"],
        [
            column("place", places, width=7),
            column("indicator", indicators, width=24, pin=True),
            column("total", [each.value for each in lines], "number", 10, link=details),
            column("unit", [era.indicators[each.path].unit for each in lines], width=5),
            column("counted", [each.counted for each in lines], "number", 7),
            column("of", [each.of for each in lines], "number", 7),
            column.badges("state", [each.state for each in lines], states, _STATE_TONES, 7),
            column("method", [words[f"sum_method_{each.method}"] for each in lines], width=8, filter="pick"),
        ],
    )


def _tree(summary: Summary, agencies: Sequence[Coverage], column: Columns) -> list[Column]:
    """Which of its reports an agency's row is about, where it may send several."""
    if not summary.nodes:
        return []
    names = ["sum_level_" + each.scope if each.scope in ("level", "area") else "scope_own" for each in agencies]
    return [column("scope", [column.words[name] for name in names], width=6)]


def coverage_table(summary: Summary, words: Words, findings: Sequence[Row]) -> Table:
    """Every agency: what it sent and whether it counts; those with findings lead to them."""
    agencies = summary.coverage
    items = [each.adopted for each in agencies]
    named = [called_in(each) for each in agencies]
    with_findings = {row.agency for row in findings}
    leads = [name if name in with_findings else None for name in named]
    findings_of = Link("findings", "pick", leads, "agency")
    kinds: list[Status] = [kind for kind in get_args(Status) if any(each.status == kind for each in agencies)]
    statuses = {kind: words[f"sum_status_{kind}"] for kind in kinds}
    tones = {kind: status_tone(kind) for kind in kinds}
    column = Columns(words)
    return Table(
        "coverage",
        words["page_coverage"],
        words["page_coverage_note"],
        words["page_nothing"],
        [
            column("agency", named, width=18, filter="find", called="name", link=findings_of, pin=True),
            *_tree(summary, agencies, column),
            column.badges("status", [each.status for each in agencies], statuses, tones, 10),
            column("submission", [item.record.submission if item else None for item in items], "number", 7),
            column("errors", [item.errors if item else None for item in items], "number", 6),
            column("explains", [item.explains if item else None for item in items], "number", 6),
            column("file", [item.file if item else None for item in items], "code", 18),
            column("others", [_others(each, words) for each in agencies], width=20),
        ],
    )


def agency_rows(summary: Summary, findings: Sequence[Row]) -> Link:
    """From the agency of each finding to its row of the coverage."""
    rows = {called_in(each): number for number, each in enumerate(summary.coverage)}
    return Link("coverage", "row", [rows.get(row.agency) for row in findings])


def _others(each: Coverage, words: Words) -> Text:
    texts = [_other(other, words) for other in each.others]
    return Text("\n".join(text.zh for text in texts), "\n".join(text.en for text in texts))


def _other(other: LeftOut, words: Words) -> Text:
    return said(words, f"sum_reason_{other.reason}", n=other.item.record.submission, file=other.item.file)
