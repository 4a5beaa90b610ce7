"""图表: the totals that people ask for first, as native charts over cells that are formulas themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from xltool.model.summary import Status
from xltool.model.workbook import Area, Cached, Chart, Curve, Formula, Page, PlanCell, SheetPlan
from xltool.numbers import Number, exact, from_cell
from xltool.plan.charts import Bar, bars_of
from xltool.plan.draft import Draft
from xltool.plan.layout import ChartLayout
from xltool.report.summary_context import Book
from xltool.rules.excel import reference

_WIDTHS = (28.0, 12.0, 12.0, 2.0, *(11.0,) * 7)
_LABEL, _THIS, _LAST, _CHART = 0, 1, 2, 4
_ROWS, _ROW_POINTS = 15, 20.0
_A_PAGE = 3
_COLORS = ("#2F5D8C", "#B8C4D0")
_STATUSES: tuple[Status, ...] = (
    "included",
    "included_invalid",
    "errors",
    "conflict",
    "missing",
    "covered",
    "not_counted",
)


@dataclass(slots=True)
class _Charts:
    book: Book
    draft: Draft
    charts: list[Chart] = field(default_factory=list)
    row: int = 2

    def add(
        self, title: str, kind: str, labels: Sequence[str], values: Sequence[tuple[Cached | Formula | None, ...]]
    ) -> None:
        """A table and its chart beside it. Each of `values` is a label's figure, and last year's where it is known."""
        draft, top = self.draft, self.row
        curves = 2 if any(len(each) > 1 and each[1] is not None for each in values) else 1
        draft.put(top, _LABEL, title, "caption", cols=3)
        heads = [self.book.said("sum_chart_item"), self.book.said("year_label", year=self.book.summary.year)]
        heads += [self.book.said("year_label", year=self.book.summary.year - 1)][: curves - 1]
        for col, text in enumerate(heads):
            draft.put(top + 1, col, text, "head")
        for number, (label, figures) in enumerate(zip(labels, values, strict=True), start=top + 2):
            draft.put(number, _LABEL, label, "label")
            for col, value in enumerate(figures[:curves], start=_THIS):
                draft.cells.append(PlanCell(number, col, value, "sum"))
        first, last = top + 2, top + 1 + len(labels)
        for row in range(top, max(last, top + _ROWS) + 1):
            draft.at_least(row, _ROW_POINTS)
        self.charts.append(
            Chart(
                top,
                _CHART,
                title,
                Area(first, _LABEL, last, _LABEL),
                tuple(
                    Curve((top + 1, _THIS + at), Area(first, _THIS + at, last, _THIS + at), _COLORS[at])
                    for at in range(curves)
                ),
                width=480,
                height=round(_ROWS * _ROW_POINTS * 4 / 3),
                kind="column" if kind == "column" else "pie" if kind == "pie" else "bar",
            )
        )
        self.row = max(last, top + _ROWS) + 3


def draw_charts(book: Book, charts: Sequence[ChartLayout]) -> SheetPlan:
    """The charts of the form, each with its figures, then how many agencies reported."""
    draft = Draft(book.names["charts"], _WIDTHS)
    draft.put(0, 0, draft.name, "title", cols=len(_WIDTHS))
    draft.at_least(0, 32.0)
    draft.put(
        1, 0, book.said("sum_charts_note" if book.last_year else "sum_charts_note_no_prior"), "note", cols=len(_WIDTHS)
    )
    made = _Charts(book, draft)
    for chart in charts:
        shown = [bar for bar in bars_of(book.era, chart, book.summary.year) if _parts(book, bar)]
        if shown:
            values = [_figures(book, bar) for bar in shown]
            made.add(chart.title(book.lang), chart.kind, [bar.label(book.lang) for bar in shown], values)
    counts = {status: sum(each.status == status for each in book.summary.coverage) for status in _STATUSES}
    kept = [status for status in _STATUSES if counts[status]]
    if kept:
        labels = [book.said(f"sum_status_{status}") for status in kept]
        made.add(book.said("sum_chart_coverage"), "column", labels, [(counts[status],) for status in kept])
    breaks = tuple(chart.row - 1 for chart in made.charts[_A_PAGE::_A_PAGE])
    plan = draft.done(Page(scale=56, breaks=breaks, center=False), tab="#2E7D5B")
    return replace(plan, charts=tuple(made.charts))


def _parts(book: Book, bar: Bar) -> list[str]:
    return [path for path in bar.paths if path in book.spots]


def _figures(book: Book, bar: Bar) -> tuple[Cached | Formula | None, ...]:
    parts = _parts(book, bar)
    cells = ",".join(reference(*book.spots[each]) for each in parts)
    this = [value for each in parts if (value := book.summary.lines[each].value) is not None]
    last = [book.last_year[each] for each in parts if each in book.last_year]
    total = exact(sum(this, start=0))
    now: Formula = Formula(f"SUM({cells})", from_cell(float(total)))
    before: Number | None = exact(sum(last, start=0)) if len(last) == len(parts) else None
    return now, before
