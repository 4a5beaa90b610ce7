"""The governments of a roll-up on the page of a summary: 本级 and 全域 of each, and 节点检查."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from xltool.lang import Text, same
from xltool.model.era import Era
from xltool.model.record import Scope
from xltool.model.summary import Lines, Node, Summary, trail_text
from xltool.plan.form import Words
from xltool.report.page_columns import Columns
from xltool.report.page_details import Shown, column_groups, figure_title
from xltool.report.page_details import group_titles as titles_of
from xltool.report.page_findings import agency_text
from xltool.report.page_parts import Column, Table

_Which = Literal["level", "area", "both", "reported"]
_Row = tuple[Node, _Which, Lines, int, int]
"""A government, which of its sums, its totals, how many agencies are in and how many should be."""


def levels_table(summary: Summary, era: Era, shown: Shown, words: Words) -> Table:
    """A row for each sum of each government, the highest first; the columns of figures in the groups of the details."""
    rows = [row for node in summary.nodes for row in _rows(node, summary.scope)]
    names = {node.code: agency_text(node.name, node.code) for node in summary.nodes}
    agencies = [names[row[0].code] or words["sum_root"] for row in rows]
    superiors = [names.get(row[0].parent, "") if row[0].depth else "" for row in rows]
    paths = [path for path in summary.lines if path in shown and era.indicators[path].kind == "number"]
    groups = column_groups(era, paths, shown)
    found = {row[1] for row in rows}
    scopes: dict[_Which, Text] = {each: words[f"sum_level_{each}"] for each in get_args(_Which) if each in found}
    column = Columns(words)
    figures = [
        Column(
            path,
            figure_title(era, path, inside, summary.year),
            [line.value if (line := lines.get(path)) else None for _, _, lines, _, _ in rows],
            "number",
            6.5,
            group=number,
        )
        for number, inside in enumerate(groups.values())
        for path in inside
    ]
    return Table(
        "levels",
        words["page_levels"],
        words["page_levels_note"],
        words["page_nothing"],
        [
            column("agency", agencies, width=16, filter="find", called="name", pin=True),
            column.badges("scope", [row[1] for row in rows], scopes, dict.fromkeys(scopes, "grey"), 7),
            column("superior", superiors, width=14, filter="find"),
            column("counted", [row[3] for row in rows], "number", 6, called="agencies"),
            column("of", [row[4] for row in rows], "number", 6),
            *figures,
        ],
        titles_of(era, groups, shown, summary.year),
    )


def _rows(node: Node, summed: Scope) -> Iterator[_Row]:
    level, area = node.level_end - node.start, node.end - node.start
    if summed == "level":
        yield node, "level", node.level, level, node.level_expected
    elif node.reported:
        yield node, "reported", node.area, area, node.area_expected
    elif node.level_expected == node.area_expected and level == area:
        yield node, "both", node.area, area, node.area_expected
    else:
        yield node, "level", node.level, level, node.level_expected
        yield node, "area", node.area, area, node.area_expected


def checks_table(summary: Summary, era: Era, words: Words) -> Table:
    """A row for each indicator in which a reported total differs from the sum of its agencies."""
    rows = [(check, line) for check in summary.checks for line in check.differing]
    agencies = [agency_text(check.name, check.code) for check, _ in rows]
    indicators = [trail_text(era, line.path, summary.year) for _, line in rows]
    column = Columns(words)
    return Table(
        "nodes",
        words["sum_sheet_checks"],
        words["sum_checks_note"],
        words["page_nodes_agree"],
        [
            column("agency", agencies, width=16, filter="find", called="name", pin=True),
            column("scope", [words[f"sum_level_{check.scope}"] for check, _ in rows], width=6),
            column("indicator", indicators, width=22),
            column("reported", [line.reported for _, line in rows], "number", 8),
            column("summed", [line.summed for _, line in rows], "number", 8),
            column("difference", [line.difference for _, line in rows], "number", 8),
            column("agencies", [same(f"{line.counted}/{line.of}") for _, line in rows], width=6),
            column("counts", [words[f"sum_counts_{check.counted}"] for check, _ in rows], width=12),
        ],
    )
