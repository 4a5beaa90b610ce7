"""Which formulas no longer have the result that the file stores for them."""

from __future__ import annotations

from collections.abc import Collection

from xltool.model.book import Book
from xltool.passes.transfer.formulas import Area, Unclear, Where, areas, formula_cells

_FEW = 64


def stale_formulas(book: Book, written: Collection[Where]) -> frozenset[Where]:
    """The formulas whose results may change once the cells in `written` have: those that refer to one of them, over
    however many others, and those whose references cannot be told."""
    changed, found = set(written), set()
    waiting: dict[Where, list[Area]] = {}
    for where, formula in formula_cells(book):
        try:
            waiting[where] = areas(formula, where[0], book)
        except Unclear:
            found.add(where)
    changed |= found
    while fresh := {where for where, refers in waiting.items() if any(_meets(area, changed) for area in refers)}:
        found |= fresh
        changed |= fresh
        for where in fresh:
            del waiting[where]
    return frozenset(found)


def _meets(area: Area, changed: Collection[Where]) -> bool:
    if area.size <= _FEW:
        return any(where in changed for where in area.cells())
    return any(where in area for where in changed)
