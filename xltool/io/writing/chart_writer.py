"""Planned charts handed to XlsxWriter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from xltool.io.writing.plan_limits import WorkbookPlanError
from xltool.io.writing.sheet_writer import done, strict
from xltool.model.place import a1
from xltool.model.workbook import Area, Chart, Curve, SheetPlan

_FONT = {"name": "宋体", "size": 10, "bold": False}
_GRID = {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}}


def write_charts(book: Workbook, sheet: Worksheet, plan: SheetPlan) -> None:
    """Every chart of `plan` on its sheet. Raises WorkbookPlanError where one lies outside the sheet's cells."""
    for chart in plan.charts:
        where = a1(chart.row, chart.col)
        if not chart.curves:
            raise WorkbookPlanError("chart without curves", plan.name, where)
        with strict(plan.name, where):
            done(sheet.insert_chart(chart.row, chart.col, _chart(book, chart, plan.name)))


def _chart(book: Workbook, chart: Chart, sheet: str) -> Any:
    made: Any = book.add_chart({"type": chart.kind})
    for curve in chart.curves:
        made.add_series({**_series(curve, chart.categories, sheet), **_LOOKS[chart.kind](curve)})
    made.set_title({"name": chart.title, "name_font": {**_FONT, "size": 12, "bold": True}, "overlay": False})
    if chart.kind != "pie":
        _axes(made, chart)
    alone = len(chart.curves) == 1 and chart.kind in ("column", "bar")
    made.set_legend({"none": True} if alone else {"position": "bottom", "font": _FONT})
    made.show_blanks_as("gap")
    made.set_size({"width": chart.width, "height": chart.height})
    return made


def _axes(made: Any, chart: Chart) -> None:
    """The categories in the order of their cells, figures from zero."""
    named = {"name": chart.y_title, "name_font": _FONT} if chart.y_title else {}
    low = {"min": 0} if chart.from_zero else {}
    categories = {"num_font": _FONT, "line": {"color": "#7F7F7F"}, "major_gridlines": {"visible": False}}
    figures = {"num_font": _FONT, "major_gridlines": _GRID, "line": {"none": True}, **low, **named}
    if chart.kind == "bar":  # lies on its side, and counts its categories from below
        made.set_x_axis(figures)
        made.set_y_axis({**categories, "reverse": True})
    else:
        made.set_x_axis(categories)
        made.set_y_axis(figures)


def _line(curve: Curve) -> dict[str, Any]:
    color = {"color": curve.color}
    return {"line": {**color, "width": 2.25}, "marker": {"type": "circle", "size": 6, "fill": color, "border": color}}


def _bars(curve: Curve) -> dict[str, Any]:
    return {"fill": {"color": curve.color}, "gap": 60, "data_labels": {"value": True, "font": {**_FONT, "size": 9}}}


def _pie(curve: Curve) -> dict[str, Any]:
    return {"data_labels": {"percentage": True, "category": True, "font": {**_FONT, "size": 9}}}


_LOOKS: Mapping[str, Callable[[Curve], dict[str, Any]]] = {"line": _line, "column": _bars, "bar": _bars, "pie": _pie}


def _series(curve: Curve, categories: Area, sheet: str) -> dict[str, Any]:
    return {
        "name": [sheet, *curve.name],
        "categories": [sheet, *_corners(categories)],
        "values": [sheet, *_corners(curve.values)],
    }


def _corners(area: Area) -> tuple[int, int, int, int]:
    return area.row, area.col, area.last_row, area.last_col
