"""The figures of every agency on the page of a summary: a row an agency, a column an indicator, shown in groups that
a person can read across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xltool.lang import Lang, Text
from xltool.model.era import Era
from xltool.model.place import a1
from xltool.model.record import Record
from xltool.model.summary import Coverage, Summary, trail
from xltool.numbers import Number
from xltool.plan.form import Options, Words
from xltool.plan.layout import Layout, SheetLayout
from xltool.plan.table import draw
from xltool.report.page_findings import agency_text, called
from xltool.report.page_parts import Column, Table

Shown = Mapping[str, tuple[SheetLayout, Text]]
"""The sheet of the official tables on which each total stands, and sheet and cell in words."""

_MOST_COLUMNS = 40
_LANGS: tuple[Lang, Lang] = ("zh", "en")


def shown_on(summary: Summary, era: Era, layout: Layout, words: Words) -> Shown:
    """Where the summary workbook has each total."""
    extras = frozenset(path for path in summary.lines if era.indicators[path].optional)
    shown = {}
    for sheet in layout.sheets:
        spots = [
            draw(sheet, era, Options(summary.year, summary.scope, "typed", lang, extras=extras), words).spots
            for lang in _LANGS
        ]
        for path in spots[0]:
            zh, en = (f"{each[path][0]} {a1(each[path][1], each[path][2])}" for each in spots)
            shown[path] = (sheet, Text(zh, en))
    return shown


def details_table(summary: Summary, era: Era, shown: Shown, words: Words) -> Table:
    """All figures of the agencies that were counted; each group of columns is a part of one official table."""
    items = summary.included
    records = [item.record for item in items]
    groups = column_groups(era, [path for path in summary.lines if path in shown], shown)
    known = {each.code: called_in(each) for each in summary.coverage}
    names = [known.get(item.code) or called(item.record) for item in items]
    figures = [
        _figures(era, path, _common(era, paths), records, number, summary.year)
        for number, paths in enumerate(groups.values())
        for path in paths
    ]
    return Table(
        "details",
        words["page_details"],
        words["page_details_note"],
        words["page_details_none"],
        [
            Column("agency", words["sum_column_name"], names, width=14, filter="find", pin=True),
            *figures,
            Column("submission", words["sum_column_submission"], [each.submission for each in records], "number", 5),
            Column("file", words["sum_column_file"], [item.file for item in items], "code", 17),
            Column("sha256", words["page_column_sha256"], [item.sha256 for item in items], "code", 20),
        ],
        group_titles(era, groups, shown, summary.year),
    )


def called_in(each: Coverage) -> str:
    """An agency as the roster calls it."""
    return agency_text(each.name, each.code)


def column_groups(era: Era, paths: Sequence[str], shown: Shown) -> dict[tuple[str, ...], list[str]]:
    """The indicators by sheet, and where a sheet has very many, by the groups below what the sheet is about.

    Keys are the sheet's id and the titled groups above the indicators.
    """
    sheets: dict[str, list[str]] = {}
    for path in paths:
        sheets.setdefault(shown[path][0].id, []).append(path)
    groups: dict[tuple[str, ...], list[str]] = {}
    for sheet, own in sheets.items():
        for path in own:
            above = trail(era, path)[:-1]
            base = above[: 2 if shown[path][0].path else 1] if len(own) > _MOST_COLUMNS else ()
            groups.setdefault((sheet, *base), []).append(path)
    return groups


def group_titles(era: Era, groups: Mapping[tuple[str, ...], Sequence[str]], shown: Shown, year: int) -> list[Text]:
    """What each group of columns is called."""
    return [_group_title(era, base, shown[paths[0]][0], year) for base, paths in groups.items()]


def _group_title(era: Era, base: tuple[str, ...], sheet: SheetLayout, year: int) -> Text:
    names = [sheet.name, *(_short(era, path, year) for path in base[1:] if path != sheet.path)]
    return Text("·".join(name.zh for name in names), " / ".join(name.en for name in names))


def _common(era: Era, paths: Sequence[str]) -> int:
    """How many groups above them the indicators have in common."""
    trails = [trail(era, path) for path in paths]
    shortest = min(map(len, trails)) - 1
    return next((step for step in range(shortest) if len({each[step] for each in trails}) > 1), shortest)


def _short(era: Era, path: str, year: int) -> Text:
    titled = era.titled(path)
    return Text(titled.short("zh", year=year), titled.short("en", year=year)) if titled else Text(path, path)


def figure_title(era: Era, path: str, paths: Sequence[str], year: int) -> Text:
    """What a column is called: the trail of its indicator without what those of its group have in common."""
    return _own_title(era, path, _common(era, paths), year)


def _own_title(era: Era, path: str, depth: int, year: int) -> Text:
    own = [_short(era, step, year) for step in trail(era, path)[depth:]]
    return Text("·".join(step.zh for step in own), " / ".join(step.en for step in own))


def _figures(era: Era, path: str, depth: int, records: Sequence[Record], group: int, year: int) -> Column:
    """One indicator's column."""
    title = _own_title(era, path, depth, year)
    cells: list[Number | None] = []
    marks: dict[int, tuple[str, str]] = {}
    for row, record in enumerate(records):
        value, mark = record.values.get(path), record.marks.get(path)
        cells.append(None if isinstance(value, str) else value)
        if mark and mark.kind != "declared_zero":
            marks[row] = (mark.kind, mark.raw)
        elif isinstance(value, str) and value:
            marks[row] = ("words", value)
        elif mark and value is not None:
            marks[row] = (mark.kind, str(value))
    return Column(path, title, cells, "number", 6.5, marks=marks, group=group)
