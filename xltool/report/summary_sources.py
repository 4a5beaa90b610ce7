"""The hidden sheet that leads from every figure to the sheet and cell it was read from.

Returns of one form have their figures in the same cells: each distinct arrangement is written once, in a column, and
each row of the details names its own. `passes/trace` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from xltool.model.summary_read import ARRANGEMENT, PATH, SOURCES, SUPERIORS, VIA
from xltool.model.workbook import PlanCell, SheetPlan
from xltool.report.summary_context import Book

_HEADS = (ARRANGEMENT, SUPERIORS, VIA, PATH)
_FIRST = len(_HEADS)


def draw_sources(book: Book) -> SheetPlan:
    """The sheet. In the order of the details, of each agency: its arrangement, the governments above it, the packages
    it came through. Then of each indicator the cell in each arrangement, as ``sheet!A1``."""
    return SheetPlan(SOURCES, tuple(_cells(book)), visibility="very_hidden")


def _cells(book: Book) -> Iterator[PlanCell]:
    paths = tuple(book.summary.lines)
    above = {node.code: node.parent for node in book.summary.nodes}
    parents = [each.parent for each in book.summary.coverage if each.included and each.adopted]
    known: dict[tuple[str, ...], int] = {}
    for col, head in enumerate(_HEADS):
        yield PlanCell(0, col, head, "hidden")
    for row, (item, parent) in enumerate(zip(book.summary.included, parents, strict=True), start=1):
        found = tuple(f"{place.sheet}!{place.ref}" if (place := item.places.get(path)) else "" for path in paths)
        yield PlanCell(row, 0, known.setdefault(found, len(known) + 1), "hidden")
        yield PlanCell(row, 1, json.dumps(list(_superiors(parent, above)), ensure_ascii=False), "hidden")
        via = [[each.file, each.sha256] for each in item.via]
        yield PlanCell(row, 2, json.dumps(via, ensure_ascii=False), "hidden")
    for row, path in enumerate(paths, start=1):
        yield PlanCell(row, 3, path, "hidden")
    for cells, number in known.items():
        yield PlanCell(0, _FIRST + number - 1, number, "hidden")
        yield from (
            PlanCell(row, _FIRST + number - 1, cell, "hidden") for row, cell in enumerate(cells, start=1) if cell
        )


def _superiors(code: str, above: dict[str, str]) -> Iterator[str]:
    """The governments an agency is part of, the nearest first."""
    while code:
        yield code
        code = above.get(code, "")
