"""Colours of the inputs: red for what is no number in range, amber for what is not filled in, red type in a row or
column whose check fails. The words stand beside; prints are black and white."""

from __future__ import annotations

from itertools import groupby

from xltool.model.era import Era, Indicator
from xltool.model.place import a1, column_name
from xltool.model.workbook import Area, Conditional
from xltool.numbers import plain
from xltool.plan.form import Options, Words
from xltool.plan.table import Table
from xltool.rules.excel import text_literal

_Cell = tuple[int, int]
_Kind = tuple[int, str, str, str]
_Watch = tuple[bool, tuple[int, ...]]
"""Whether the live check at the end of the row watches a cell, and the rows of those below that do."""


def colour_inputs(table: Table, era: Era, words: Words, options: Options) -> None:
    """At most three rules an area, so that all survive as xls."""
    groups: dict[tuple[_Kind, _Watch], list[_Cell]] = {}
    for entry in table.draft.fields:
        indicator = era.indicators.get(entry.path)
        if indicator and indicator.kind == "number":
            key = (_kind(indicator), _watch(table, entry.path, entry.row, entry.col))
            groups.setdefault(key, []).append((entry.row, entry.col))
    short = words["beside_difference"](options.lang)
    for ((decimals, low, high, blank), watch), cells in groups.items():
        for area in rectangles(cells):
            cell = a1(area.row, area.col)
            tests = [f"ROUND({cell},{decimals})={cell}"]
            tests += [f"{cell}{sign}{bound}" for sign, bound in ((">=", low), ("<=", high)) if bound]
            wrong = f"IF(ISBLANK({cell}),FALSE,IF(ISNUMBER({cell}),NOT(AND({','.join(tests)})),TRUE))"
            rules = [Conditional(area, wrong, "fail", stop=True)]
            if blank == "missing":
                rules.append(Conditional(area, f"AND(ISBLANK({cell}),NOT({table.declared}))", "warn", stop=True))
            failing = _failing(table, area, watch, short)
            if failing:
                rules.append(Conditional(area, failing, "soft_fail"))
            table.draft.conditionals += rules


def _kind(indicator: Indicator) -> _Kind:
    low, high = ("" if bound is None else plain(bound) for bound in (indicator.minimum, indicator.maximum))
    return indicator.decimals, low, high, "optional" if indicator.optional else indicator.blank


def _watch(table: Table, path: str, row: int, col: int) -> _Watch:
    right = table.watched.get((row, len(table.layout.columns) + 1), frozenset())
    below = (at for (at, where), paths in table.watched.items() if where == col and path in paths)
    return path in right, tuple(sorted(below))


def _failing(table: Table, area: Area, watch: _Watch, short: str) -> str:
    """True where a live check that watches the cell shows a difference."""
    beside, below = watch
    tests = []
    if beside:
        right = column_name(len(table.layout.columns) + 1)
        tests.append(f"LEFT(${right}{area.row + 1},{len(short)})={text_literal(short)}")
    tests += [f"LEFT({column_name(area.col)}${row + 1},{len(short)})={text_literal(short)}" for row in below]
    return "" if not tests else tests[0] if len(tests) == 1 else f"OR({','.join(tests[:30])})"


def rectangles(cells: list[_Cell]) -> list[Area]:
    """Areas that cover exactly `cells`: runs down the columns, neighbouring columns with equal runs joined."""
    runs: dict[tuple[int, int], list[int]] = {}
    for col, group in groupby(sorted(cells, key=lambda cell: (cell[1], cell[0])), key=lambda cell: cell[1]):
        rows = [row for row, _ in group]
        for _, run in groupby(enumerate(rows), key=lambda item: item[1] - item[0]):
            block = [row for _, row in run]
            runs.setdefault((block[0], block[-1]), []).append(col)
    areas = []
    for (first, last), cols in runs.items():
        for _, run in groupby(enumerate(cols), key=lambda item: item[1] - item[0]):
            span = [col for _, col in run]
            areas.append(Area(first, span[0], last, span[-1]))
    return areas
