"""What pages consist of: texts kept once, columns, tables, charts. All of it ends as plain values for JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from xltool.lang import Text, same
from xltool.model.texts import visible
from xltool.numbers import Number, plain

Plain = Mapping[str, object]
Kind = Literal["text", "code", "badge", "number"]
Filter = Literal["", "chips", "pick", "find"]
Cell = Text | str | Number | None

# A longer list of bars is no picture any more.
MOST_BARS = 12
_LONGEST = 2_000
_NOTHING = same("")
# Direction marks in a name would turn around what stands beside it.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
TONES: Mapping[str, str] = {"error": "red", "explain": "amber", "notice": "grey", "trial": "grey"}


@dataclass(slots=True)
class Pool:
    """Every text once; cells hold its number."""

    texts: list[object] = field(default_factory=list)
    numbers: dict[Text, int] = field(default_factory=dict)

    def add(self, text: Text | str) -> int:
        both = _fit(same(text) if isinstance(text, str) else text)
        if both not in self.numbers:
            self.numbers[both] = len(self.texts)
            self.texts.append(pair(both))
        return self.numbers[both]


@dataclass(frozen=True, slots=True)
class Link:
    """Where the cells of a column lead: to `table`, and there to a row, to the rows with a value in `column`, or to
    a column. `values` are row numbers, texts or ids, None where a cell leads nowhere."""

    table: str
    by: Literal["row", "pick", "column"]
    values: Sequence[Text | str | int | None]
    column: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `order` are its values from first to last, where the alphabet is not the order; `tones` colours them.

    `marks` are cells that show somebody's words in place of a figure, and how; `group` says that the column is shown
    only with its group; `width` is in characters of Chinese.
    """

    id: str
    title: Text
    cells: Sequence[Cell]
    kind: Kind = "text"
    width: float = 12.0
    filter: Filter = ""
    order: Sequence[Text] = ()
    tones: Mapping[Text, str] = field(default_factory=dict)
    marks: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    link: Link | None = None
    group: int | None = None
    pin: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A tab of its own. `groups` are the choices of columns."""

    id: str
    title: Text
    note: Text
    empty: Text
    columns: Sequence[Column]
    groups: Sequence[Text] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """A value of a chart: `note` stands behind it; a click picks the rows with `picks` in the column of the chart."""

    label: Text
    value: Number | None
    note: Text | None = None
    tone: str = ""
    picks: Text | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """`table` and `column` are where the bars lead."""

    id: str
    title: Text
    kind: str
    bars: Sequence[Bar]
    unit: Text | None = None
    note: Text | None = None
    table: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A report to be shown in a browser."""

    title: Text
    subtitle: Text
    verdict: tuple[str, Text]
    facts: Sequence[tuple[Text, Text]]
    charts: Sequence[Chart]
    tables: Sequence[Table]
    notes: Sequence[Text] = ()

    def plain(self) -> dict[str, object]:
        """The page as plain values: the data of its island."""
        pool = Pool()
        tables = [_table(table, pool) for table in self.tables]
        style, verdict = self.verdict
        return {
            "subtitle": pair(self.subtitle),
            "verdict": {"style": style, "text": pair(verdict)},
            "facts": [[pair(label), pair(value)] for label, value in self.facts],
            "notes": [pair(note) for note in self.notes],
            "charts": [_chart(chart, pool) for chart in self.charts],
            "tables": tables,
            "pool": pool.texts,
        }


def pair(text: Text) -> object:
    """A text for the island: one string where both languages read the same."""
    fit = _fit(text)
    return fit.zh if fit.zh == fit.en else [fit.zh, fit.en]


def counted_bars(values: Iterable[Text], most: int = MOST_BARS) -> tuple[list[Bar], int]:
    """How often each value occurs, the most frequent first, and how many values there are."""
    counts = Counter(values)
    return [Bar(text, count, picks=text) for text, count in counts.most_common(most)], len(counts)


def severity_bars(severities: Iterable[str], names: Mapping[str, Text]) -> list[Bar]:
    """How many findings have each severity of `names`, the gravest first."""
    counts = Counter(severities)
    return [Bar(name, counts[each], tone=TONES[each], picks=name) for each, name in names.items()]


def _fit(text: Text) -> Text:
    return Text(*(_TURNING.sub("\ufffd", visible(each, _LONGEST)) for each in (text.zh, text.en)))


def _table(table: Table, pool: Pool) -> Plain:
    rows = len(table.columns[0].cells)
    return {
        "id": table.id,
        "title": pair(table.title),
        "note": pair(table.note),
        "empty": pair(table.empty),
        "rows": rows,
        "groups": [pair(group) for group in table.groups],
        "columns": [_column(column, pool) for column in table.columns],
    }


def _column(column: Column, pool: Pool) -> Plain:
    made: dict[str, object] = {
        "id": column.id,
        "title": pair(column.title),
        "kind": column.kind,
        "width": column.width,
        "cells": [_cell(value, pool) for value in column.cells],
    }
    optional = {
        "filter": column.filter or None,
        "group": column.group,
        "pin": column.pin or None,
        "order": [pool.add(text) for text in column.order] or None,
        "tones": {pool.add(text): tone for text, tone in column.tones.items()} or None,
        "marks": {row: [kind, pool.add(raw)] for row, (kind, raw) in column.marks.items()} or None,
        "to": _link(column.link, pool) if column.link else None,
    }
    return made | {name: value for name, value in optional.items() if value is not None}


def _cell(value: Cell, pool: Pool) -> object:
    if isinstance(value, Text | str):
        return pool.add(value) if value not in ("", _NOTHING) else None
    return number(value)


def number(value: Number | None) -> int | float | str | None:
    """A number that reads in JavaScript as it was given; as text where a double would not keep it."""
    if value is None:
        return None
    text = plain(value)
    kept = int(value) if isinstance(value, int) else float(value)
    return kept if repr(kept) == text and len(text) <= 15 else text


def _link(link: Link, pool: Pool) -> Plain:
    texts = link.by == "pick"
    values = [pool.add(value) if texts and isinstance(value, Text | str) else value for value in link.values]
    return {"table": link.table, "by": link.by, "column": link.column, "values": values}


def _chart(chart: Chart, pool: Pool) -> Plain:
    def bar(each: Bar) -> Plain:
        to = (
            {"table": chart.table, "by": "pick", "column": chart.column, "value": pool.add(each.picks)}
            if chart.table and each.picks is not None and each.value
            else None
        )
        given = {"note": pair(each.note) if each.note else None, "tone": each.tone, "to": to}
        return {"label": pair(each.label), "value": number(each.value)} | {k: v for k, v in given.items() if v}

    given = {"unit": chart.unit and pair(chart.unit), "note": chart.note and pair(chart.note)}
    return {
        "id": chart.id,
        "title": pair(chart.title),
        "kind": chart.kind,
        "bars": [bar(each) for each in chart.bars],
    } | {name: value for name, value in given.items() if value}
