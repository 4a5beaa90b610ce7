"""The page of findings: what was found in which file, with a table of the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xltool.lang import Lang, Text, same
from xltool.model.finding import SEVERITIES, STANDINGS, Finding, Standing
from xltool.model.record import Record
from xltool.model.returned import Returned
from xltool.model.texts import visible
from xltool.plan.form import Words
from xltool.report.page_parts import (
    MOST_BARS,
    TONES,
    Chart,
    Column,
    Link,
    Page,
    Table,
    counted_bars,
    severity_bars,
)
from xltool.report.wording import Wording

_LANGS: tuple[Lang, Lang] = ("zh", "en")
_STATES: Mapping[str, str] = {"passed": "good", "explain": "amber", "failed": "red", "unread": "red"}


@dataclass(frozen=True, slots=True)
class Row:
    """A finding for a page, in both languages; `agency` and `file` are how the page calls them."""

    standing: Standing
    code: str
    agency: str
    where: Text
    text: Text
    file: str


def findings_page(returned: Sequence[Returned], wording: Wording, words: Words) -> Page:
    """What was found in `returned`. `words` are those of pages and of the program."""
    rows = [row for each in returned for row in rows_of(each, wording)]
    states = Counter(map(_state, returned))
    facts = [("files", len(returned)), *((state, states[state]) for state in ("passed", "explain", "failed", "unread"))]
    return Page(
        title=words["page_findings_title"],
        subtitle=said(words, "page_findings_about", files=len(returned), found=len(rows)),
        verdict=_verdict(returned, states, words),
        facts=[(words[f"page_fact_{name}"], same(str(count))) for name, count in facts],
        charts=finding_charts(rows, words),
        tables=[findings_table(rows, words, _file_rows(returned, rows)), _files(returned, words)],
    )


def said(words: Words, word: str, **values: object) -> Text:
    """One of the page's words, in both languages."""
    return Text(words[word]("zh", **values), words[word]("en", **values))


def rows_of(each: Returned, wording: Wording, agency: str = "") -> Iterable[Row]:
    """The findings of one file; `agency` is how the page calls the one that sent it, its own words by default."""
    for finding in each.findings:
        yield row_of(finding, each.record, wording, agency or called(each.record), each.file)


def row_of(finding: Finding, record: Record | None, wording: Wording, agency: str, file: str) -> Row:
    """One finding in both languages."""
    era = wording.era(record.era) if record else None
    spoken = [replace(wording, lang=lang) for lang in _LANGS]
    text = Text(*(each.line(finding, record) for each in spoken))
    # The first of many cells is enough to look there: the text names the others.
    first = replace(finding, places=finding.places[:1], paths=finding.paths[:1])
    where = Text(*(each.where(first, era) for each in spoken))
    return Row(wording.standing(finding, record), finding.code, agency, where, text, file)


def called(record: Record | None) -> str:
    """An agency by name and code."""
    return agency_text(record.agency.name, record.agency.code) if record else ""


def agency_text(name: str, code: str) -> str:
    """An agency by name and code, as all tables of a page write it, so that links find it."""
    return " ".join(visible(part) for part in (name, code) if part)


def severity_names(words: Words, rows: Sequence[Row]) -> dict[str, Text]:
    """The severities by name, the gravest first; that a rule is on trial, where one is."""
    trial = any(row.standing == "trial" for row in rows)
    return {each: words[f"severity_{each}"] for each in (STANDINGS if trial else SEVERITIES)}


def findings_table(rows: Sequence[Row], words: Words, agency_rows: Link) -> Table:
    """All findings; agencies lead where `agency_rows` says."""
    names = severity_names(words, rows)
    return Table(
        "findings",
        words["page_findings_title"],
        words["page_findings_note"],
        words["page_findings_none"],
        [
            Column(
                "severity",
                words["page_column_severity"],
                [names[row.standing] for row in rows],
                "badge",
                6,
                "chips",
                order=list(names.values()),
                tones={text: TONES[name] for name, text in names.items()},
            ),
            Column("rule", words["page_column_rule"], [row.code for row in rows], "code", 11, "pick"),
            Column(
                "agency",
                words["page_column_agency"],
                [row.agency for row in rows],
                "text",
                12,
                "find",
                link=agency_rows,
            ),
            Column("where", words["page_column_where"], [row.where for row in rows], "text", 11),
            Column("text", words["page_column_text"], [row.text for row in rows], "text", 28),
            Column("file", words["page_column_file"], [row.file for row in rows], "code", 11),
        ],
    )


def finding_charts(rows: Sequence[Row], words: Words) -> list[Chart]:
    """How the findings spread over severities, rules and agencies."""
    charts = [
        Chart(
            "SEVERITIES",
            words["page_by_severity"],
            "bar",
            severity_bars((row.standing for row in rows), severity_names(words, rows)),
            table="findings",
            column="severity",
        )
    ]
    for name, values in (("rule", [row.code for row in rows]), ("agency", [row.agency for row in rows])):
        bars, kinds = counted_bars(same(value) for value in values if value)
        note = said(words, "page_most", n=MOST_BARS, of=kinds) if kinds > MOST_BARS else None
        title = words[f"page_by_{name}"]
        charts.append(Chart(f"BY_{name.upper()}", title, "bar", bars, note=note, table="findings", column=name))
    return charts


def _file_rows(returned: Sequence[Returned], rows: Sequence[Row]) -> Link:
    """Each finding's file, by its row: agencies may have sent several."""
    files = [number for number, each in enumerate(returned) for _ in each.findings]
    return Link("files", "row", [number if row.agency else None for number, row in zip(files, rows, strict=True)])


def _state(each: Returned) -> str:
    if each.record is None:
        return "unread"
    if each.count("error"):
        return "failed"
    return "explain" if each.count("explain") else "passed"


def _verdict(returned: Sequence[Returned], states: Mapping[str, int], words: Words) -> tuple[str, Text]:
    passed = states.get("passed", 0)
    failed = states.get("failed", 0) + states.get("unread", 0)
    if failed:
        return "red", said(words, "page_findings_bad", failed=len(returned) - passed, passed=passed)
    if states.get("explain"):
        return "amber", said(words, "page_findings_explain", failed=states["explain"], passed=passed)
    notices = any(each.findings for each in returned)
    return "good", said(words, "page_findings_notices" if notices else "page_findings_good", n=passed)


def _files(returned: Sequence[Returned], words: Words) -> Table:
    names = {state: words[f"page_state_{state}"] for state in _STATES}
    agencies = [called(each.record) for each in returned]
    found = [agency if each.findings else None for agency, each in zip(agencies, returned, strict=True)]
    records = [each.record for each in returned]
    counts = [
        Column(
            f"{severity}s", words[f"page_column_{severity}s"], [each.count(severity) for each in returned], "number", 6
        )
        for severity in SEVERITIES
    ]
    return Table(
        "files",
        words["page_files"],
        words["page_files_note"],
        words["page_findings_none"],
        [
            Column(
                "agency",
                words["page_column_agency"],
                agencies,
                "text",
                18,
                "find",
                link=Link("findings", "pick", [agency or None for agency in found], "agency"),
            ),
            Column(
                "state",
                words["page_column_state"],
                [names[_state(each)] for each in returned],
                "badge",
                8,
                "chips",
                order=list(names.values()),
                tones={names[state]: tone for state, tone in _STATES.items()},
            ),
            *counts,
            Column(
                "year", words["page_column_year"], [str(each.year) if each else None for each in records], "code", 6
            ),
            Column(
                "submission",
                words["page_column_submission"],
                [each.submission if each else None for each in records],
                "number",
                7,
            ),
            Column("file", words["page_column_file"], [each.file for each in returned], "code", 24),
        ],
    )
