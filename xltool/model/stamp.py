"""What tells one workbook from its otherwise equal fellows, and how it is put on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from xltool.model.workbook import Formula, PlanCell, SheetPlan, WorkbookPlan

Spot = tuple[str, int, int]
"""Sheet name, zero-based row and column."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Texts to put on a workbook: in `cells`, as the `results` of formulas, as constant `names` (with their quotes)
    and as custom `properties`, which come first in its order. No text is empty."""

    cells: Mapping[Spot, str] = field(default_factory=dict)
    results: Mapping[Spot, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


def stamped(workbook: WorkbookPlan, stamp: Stamp) -> WorkbookPlan:
    """`workbook` with `stamp` on it. Raises ValueError where the stamp has a text for a cell the workbook lacks."""
    reached = {(sheet.name, cell.row, cell.col) for sheet in workbook.sheets for cell in sheet.cells}
    if not reached.issuperset({*stamp.cells, *stamp.results}):
        raise ValueError("a stamp for another workbook")
    return replace(
        workbook,
        sheets=tuple(_sheet(sheet, stamp) for sheet in workbook.sheets),
        names={**workbook.names, **stamp.names},
        properties={**stamp.properties, **workbook.properties, **stamp.properties},
    )


def _sheet(sheet: SheetPlan, stamp: Stamp) -> SheetPlan:
    return replace(sheet, cells=tuple(_cell(cell, (sheet.name, cell.row, cell.col), stamp) for cell in sheet.cells))


def _cell(cell: PlanCell, spot: Spot, stamp: Stamp) -> PlanCell:
    if spot in stamp.results and isinstance(cell.value, Formula):
        return cell._replace(value=Formula(cell.value.text, stamp.results[spot]))
    return cell._replace(value=stamp.cells[spot]) if spot in stamp.cells else cell
