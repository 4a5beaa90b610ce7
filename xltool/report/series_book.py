"""A series as a workbook: the table, the changes, the notes, and a chart of the program's own."""

from __future__ import annotations

from collections.abc import Callable

from xltool.model.series import Line, Point, Series
from xltool.model.workbook import Area, Chart, Curve, Page, SheetPlan, WorkbookPlan
from xltool.numbers import Number
from xltool.plan.draft import Draft
from xltool.report.series_svg import COLORS
from xltool.report.series_table import BREAK, caption, columns, line_name
from xltool.report.wording import Wording

Shown = Callable[[Point], Number | None]
_CODE, _NAME, _YEAR, _BREAK = 16.0, 26.0, 9.0, 3.0
_FORM_ROW, _HEAD_ROW = 3, 4
# More lines than that nobody tells apart; the table has them all.
_MOST_CURVES = 12
_CHART_ROWS = 19


def series_book(series: Series, wording: Wording) -> WorkbookPlan:
    """The workbook of `series`."""
    return WorkbookPlan((_Sheet(series, wording).plan(),), title=caption(series, wording))


class _Sheet:
    def __init__(self, series: Series, wording: Wording) -> None:
        self.series, self.wording = series, wording
        self.columns = columns(series)
        widths = [_CODE, _NAME, *(_BREAK if year is None else _YEAR for year in self.columns)]
        self.draft = Draft(wording.said("series_sheet"), widths)
        self.width = len(widths)

    def plan(self) -> SheetPlan:
        draft = self.draft
        draft.put(0, 0, caption(self.series, self.wording), "title", cols=self.width)
        draft.at_least(0, 30.0)
        about = self.wording.said("series_indicator", indicator=self.series.indicator, era=self.series.era)
        draft.put(1, 0, about, "note", cols=self.width)
        self.head()
        row = self.table(_HEAD_ROW + 1, lambda point: point.value)
        charts = (self.chart(row + 1),)
        row = self.notes(row + 1 + _CHART_ROWS)
        self.rates(row + 1)
        plan = draft.done(Page(landscape=True))
        return SheetPlan(
            name=plan.name,
            cells=plan.cells,
            widths=plan.widths,
            heights=plan.heights,
            freeze=(_HEAD_ROW + 1, 2),
            page=plan.page,
            protected=False,
            charts=charts,
        )

    def head(self) -> None:
        draft, said = self.draft, self.wording.said
        draft.put(_FORM_ROW, 0, said("series_form"), "head", cols=2)
        forms = ["" if year is None else self.forms(year) for year in self.columns]
        for col, (form, run) in enumerate(_runs(forms), start=2):
            if run:
                draft.put(_FORM_ROW, col, form, "head", cols=run)
        self.years(_HEAD_ROW)

    def years(self, row: int) -> None:
        self.draft.put(row, 0, self.wording.said("series_code"), "head")
        self.draft.put(row, 1, self.wording.said("series_name"), "head")
        for col, year in enumerate(self.columns, start=2):
            self.draft.put(row, col, BREAK if year is None else str(year), "head")

    def forms(self, year: int) -> str:
        eras = dict.fromkeys(point.era for line in self.series.lines if (point := line.points.get(year)))
        return "\n".join(self.wording.era(era).short(self.wording.lang) for era in eras)

    def table(self, row: int, shown: Shown) -> int:
        for line in self.series.lines:
            self.draft.put(row, 0, line.code, "cell_code")
            self.draft.put(row, 1, line_name(line, self.wording), "cell")
            for col, year in enumerate(self.columns, start=2):
                point = None if year is None else line.points.get(year)
                style = "head" if year is None else "cell_center"
                self.draft.put(row, col, None if point is None else shown(point), style)
            row += 1
        return row

    def chart(self, row: int) -> Chart:
        last = 1 + len(self.columns)
        curves = tuple(
            Curve((at, 1), Area(at, 2, at, last), COLORS[number % len(COLORS)])
            for number, at in enumerate(range(_HEAD_ROW + 1, _HEAD_ROW + 1 + len(self.lines())))
        )
        unit = self.series.unit(self.wording.lang) if self.series.unit else ""
        title = self.series.title(self.wording.lang)
        low = [each.value for line in self.lines() for each in line.points.values() if each.value is not None]
        from_zero = all(value >= 0 for value in low)
        return Chart(row, 0, title, Area(_HEAD_ROW, 2, _HEAD_ROW, last), curves, unit, from_zero)

    def lines(self) -> tuple[Line, ...]:
        return self.series.lines[:_MOST_CURVES]

    def notes(self, row: int) -> int:
        for text in self.wording.lines(self.series.findings, None):
            self.draft.put(row, 0, text, "text_wrap", cols=self.width)
            row += 1
        return row

    def rates(self, row: int) -> None:
        said = self.wording.said
        self.draft.put(row, 0, said("series_rates"), "caption", cols=self.width)
        self.draft.put(row + 1, 0, said("series_rates_note"), "note", cols=self.width)
        self.years(row + 2)
        self.table(row + 3, lambda point: point.percent)


def _runs(texts: list[str]) -> list[tuple[str, int]]:
    """Each text with how many equal ones begin at it; 0 inside a run."""
    found = []
    for at, text in enumerate(texts):
        if at and texts[at - 1] == text:
            found.append((text, 0))
        else:
            rest = texts[at:]
            found.append((text, next((n for n, other in enumerate(rest) if other != text), len(rest))))
    return found
