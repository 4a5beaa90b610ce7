"""The labels that give an input its meaning: the stub of its row with groups and unit, the heads of its column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xltool.model.workbook import PlanCell, SheetPlan
from xltool.plan.form import Field, FormPlan

_STUB, _HEAD = frozenset({"label", "group", "cell_center"}), "head"
Context = tuple[PlanCell, ...]


def contexts(plan: FormPlan) -> dict[str, Context]:
    """For every input of a table, by path, the label cells that say what it means, with text in each."""
    tables = set(plan.tables.values())
    drawn = {sheet.name: _Labels(sheet) for sheet in plan.workbook.sheets if sheet.name in tables}
    return {
        path: tuple(drawn[entry.sheet].of(entry))
        for path, entry in plan.fields.items()
        if path in plan.figures and entry.sheet in drawn
    }


class _Labels:
    """The labels of one sheet, by the cells they cover."""

    def __init__(self, sheet: SheetPlan) -> None:
        said = [cell for cell in sheet.cells if isinstance(cell.value, str) and cell.value.strip()]
        self.stubs: dict[int, list[PlanCell]] = {}
        for cell in said:
            if cell.style in _STUB:
                for row in range(cell.row, cell.row + cell.rows):
                    self.stubs.setdefault(row, []).append(cell)
        self.heads: Mapping[tuple[int, int], PlanCell] = {
            (row, col): cell
            for cell in said
            if cell.style == _HEAD
            for row in range(cell.row, cell.row + cell.rows)
            for col in range(cell.col, cell.col + cell.cols)
        }

    def of(self, entry: Field) -> Iterator[PlanCell]:
        yield from (cell for cell in self.stubs.get(entry.row, ()) if cell.col < entry.col)
        row = entry.row - 1
        while row >= 0 and (row, entry.col) not in self.heads:
            row -= 1
        seen: list[PlanCell] = []
        while (head := self.heads.get((row, entry.col))) is not None:
            if head not in seen:
                seen.append(head)
                yield head
            row -= 1
