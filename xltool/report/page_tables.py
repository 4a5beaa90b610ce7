"""The tables of totals and of agencies on the page of a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from xltool.lang import Text
from xltool.model.era import Era
from xltool.model.summary import Coverage, LeftOut, State, Status, Summary, trail_text
from xltool.plan.form import Words
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

    def column(name: str) -> Text:
        return words[f"sum_column_{name}"]

    return Table(
        "totals",
        words["page_totals"],
        words["page_totals_note"],
        words["page_nothing"],
        [
            Column(
                "place", column("place"), [shown[each.path][1] if each.path in shown else "" for each in lines], width=7
            ),
            Column(
                "indicator",
                column("indicator"),
                [trail_text(era, each.path, summary.year) for each in lines],
                width=24,
                pin=True,
            ),
            Column(
                "total",
                column("total"),
                [each.value for each in lines],
                "number",
                10,
                link=Link("details", "column", leads),
            ),
            Column("unit", column("unit"), [era.indicators[each.path].unit for each in lines], width=5),
            Column("counted", column("counted"), [each.counted for each in lines], "number", 7),
            Column("of", column("of"), [each.of for each in lines], "number", 7),
            Column(
                "state",
                column("state"),
                [states[each.state] for each in lines],
                "badge",
                7,
                "chips",
                order=list(states.values()),
                tones={states[state]: tone for state, tone in _STATE_TONES.items()},
            ),
            Column(
                "method",
                column("method"),
                [words[f"sum_method_{each.method}"] for each in lines],
                width=8,
                filter="pick",
            ),
        ],
    )


def _tree(summary: Summary, agencies: Sequence[Coverage], words: Words) -> list[Column]:
    """Which of its reports an agency's row is about, where it may send several."""
    if not summary.nodes:
        return []
    scopes = [words[f"sum_level_{each.scope}"] if each.scope in ("level", "area") else None for each in agencies]
    return [Column("scope", words["sum_column_scope"], [each or words["scope_own"] for each in scopes], width=6)]


def coverage_table(summary: Summary, words: Words, findings: Sequence[Row]) -> Table:
    """Every agency: what it sent and whether it counts; those with findings lead to them."""
    agencies = summary.coverage
    items = [each.adopted for each in agencies]
    named = [called_in(each) for each in agencies]
    with_findings = {row.agency for row in findings}
    leads = [name if name in with_findings else None for name in named]
    statuses = {
        name: words[f"sum_status_{name}"] for name in get_args(Status) if any(each.status == name for each in agencies)
    }

    def column(name: str) -> Text:
        return words[f"sum_column_{name}"]

    return Table(
        "coverage",
        words["page_coverage"],
        words["page_coverage_note"],
        words["page_nothing"],
        [
            Column(
                "agency",
                column("name"),
                named,
                width=18,
                filter="find",
                link=Link("findings", "pick", leads, "agency"),
                pin=True,
            ),
            *_tree(summary, agencies, words),
            Column(
                "status",
                column("status"),
                [statuses[each.status] for each in agencies],
                "badge",
                10,
                "chips",
                order=list(statuses.values()),
                tones={text: status_tone(name) for name, text in statuses.items()},
            ),
            Column(
                "submission",
                column("submission"),
                [item.record.submission if item else None for item in items],
                "number",
                7,
            ),
            Column("errors", column("errors"), [item.errors if item else None for item in items], "number", 6),
            Column("explains", column("explains"), [item.explains if item else None for item in items], "number", 6),
            Column("file", column("file"), [item.file if item else None for item in items], "code", 18),
            Column("others", column("others"), [_others(each, words) for each in agencies], width=20),
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
