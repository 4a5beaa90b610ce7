"""The page of a summary: every total with its charts, every agency, every figure behind the totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from xltool.lang import Lang, Text
from xltool.model.era import Era
from xltool.model.summary import State, Status, Summary
from xltool.numbers import exact
from xltool.plan.charts import bars_of
from xltool.plan.form import Words
from xltool.plan.layout import ChartLayout, Layout
from xltool.report.page_details import Shown, details_table, shown_on
from xltool.report.page_findings import Row, finding_charts, findings_table, said
from xltool.report.page_levels import checks_table, levels_table
from xltool.report.page_parts import Bar, Chart, Page, Table
from xltool.report.page_tables import agency_rows, coverage_table, status_tone, totals_table

_LANGS: tuple[Lang, Lang] = ("zh", "en")


def summary_page(summary: Summary, era: Era, layout: Layout, words: Words, findings: Sequence[Row] = ()) -> Page:
    """The page of `summary`. `words` are those of the forms, of summaries and of pages together."""
    return _SummaryPage(summary, era, layout, words, findings).page()


@dataclass(frozen=True)
class _SummaryPage:
    summary: Summary
    era: Era
    layout: Layout
    words: Words
    findings: Sequence[Row]

    def said(self, word: str, **values: object) -> Text:
        return said(self.words, word, **values)

    def page(self) -> Page:
        year = self.summary.year
        title = Text(self.era.title("zh", year=year), self.era.title("en", year=year))
        heads = {lang: self.words["sum_file_title"](lang, year=year, title=title(lang)) for lang in _LANGS}
        scope = self.words[f"scope_{self.summary.scope}"]
        subtitle = {lang: self.words["sum_year_scope"](lang, year=year, scope=scope(lang)) for lang in _LANGS}
        shown = shown_on(self.summary, self.era, self.layout, self.words)
        return Page(
            title=Text(**heads),
            subtitle=Text(**subtitle),
            verdict=self.verdict(),
            facts=self.facts(),
            charts=[self.chart_of_coverage(), *map(self.chart, self.layout.charts), *self.finding_charts()],
            tables=[
                totals_table(self.summary, self.era, shown, self.words),
                *self.levels(shown),
                coverage_table(self.summary, self.words, self.findings),
                details_table(self.summary, self.era, shown, self.words),
                findings_table(self.findings, self.words, agency_rows(self.summary, self.findings)),
            ],
            notes=[self.words["sum_note_reported"], self.words["sum_note_missing"], self.words["sum_note_stock"]],
        )

    def levels(self, shown: Shown) -> list[Table]:
        """What a roll-up has besides."""
        if not self.summary.nodes:
            return []
        checks = [checks_table(self.summary, self.era, self.words)] if self.summary.checks else []
        return [levels_table(self.summary, self.era, shown, self.words), *checks]

    # --- overview -------------------------------------------------------------------------------------------------

    def verdict(self) -> tuple[str, Text]:
        """What the summary lacks; one with errors inside is never green."""
        summary = self.summary
        n, of, lacking = len(summary.included), summary.expected, len(summary.lacking)
        partial = sum(line.partial for line in summary.lines.values())
        invalid = sum(each.status == "included_invalid" for each in summary.coverage)
        style = "good" if summary.complete and not invalid else "amber"
        if not n:
            style, text = "red", self.said("sum_verdict_empty")
        elif lacking:
            text = self.said("page_verdict_lacking", n=n, of=of, k=lacking)
        elif partial:
            text = self.said("sum_verdict_figures", n=n, of=of, k=partial)
        else:
            text = self.said("sum_verdict_complete", n=n, of=of)
        more = [] if summary.has_roster else [self.words["sum_verdict_heard"]]
        if invalid:
            warning = self.said("sum_invalid_warning", n=invalid)
            more.append(Text(f"\n{warning.zh}", f"\n{warning.en}"))
        return style, Text("".join(each.zh for each in (text, *more)), "".join(each.en for each in (text, *more)))

    def facts(self) -> list[tuple[Text, Text]]:
        summary = self.summary
        states = Counter(line.state for line in summary.lines.values())
        given = {
            "form": self.era.short,
            "basis": self.era.basis,
            "expected": self.said("sum_agencies", n=summary.expected),
            "received": self.said("sum_agencies", n=summary.received),
            "included": self.said("sum_agencies", n=len(summary.included)),
            "lacking": self.said("sum_agencies", n=len(summary.lacking)),
            "left_out": self.said("sum_files", n=len(summary.left_out)),
            "figures": self.said("sum_figures", **{state: states[state] for state in get_args(State)}),
        }
        return [(self.words[f"sum_fact_{name}"], text) for name, text in given.items()]

    def chart_of_coverage(self) -> Chart:
        counts = Counter(each.status for each in self.summary.coverage)
        bars = [
            Bar(text, counts[name], tone=status_tone(name), picks=text)
            for name in get_args(Status)
            if counts[name]
            for text in (self.words[f"sum_status_{name}"],)
        ]
        return Chart("COVERAGE", self.words["page_by_status"], "bar", bars, table="coverage", column="status")

    def chart(self, layout: ChartLayout) -> Chart:
        """A chart of totals; a bar of several, with the fewest agencies that stand behind one of them."""
        included, bars = len(self.summary.included), []
        for each in bars_of(self.era, layout, self.summary.year):
            lines = [self.summary.lines[path] for path in each.paths if path in self.summary.lines]
            values = [line.value for line in lines if line.value is not None]
            # Of a figure given whole or in parts nobody fills both: fewer agencies there are no gap.
            either = any(path in self.era.eithers for path in each.paths)
            partial = [] if either else [line for line in lines if line.counted < included]
            note = min(partial, key=lambda line: line.counted, default=None)
            part = self.said("page_part", n=note.counted, of=note.of) if note else None
            bars.append(Bar(each.label, exact(sum(values)) if values else None, part))
        unit = self.era.indicators[bars_of(self.era, layout, self.summary.year)[0].paths[0]].unit
        return Chart(layout.id, layout.title, layout.kind, bars, unit, self.gaps(bars))

    def gaps(self, bars: Sequence[Bar]) -> Text | None:
        """What a chart lacks: agencies, and figures of those that are in."""
        n, of = len(self.summary.included), self.summary.expected
        lacking = [self.said("page_chart_of", n=n, of=of)] if n < of else []
        if any(bar.note for bar in bars):
            lacking.append(self.words["page_partial_bars"])
        return Text(*("".join(each(lang) for each in lacking) for lang in _LANGS)) if lacking else None

    def finding_charts(self) -> list[Chart]:
        return finding_charts(self.findings, self.words) if self.findings else []
