"""What the recogniser has found so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from xltool.model import texts
from xltool.model.finding import Argument, Finding
from xltool.model.grid import Grid, GridCell
from xltool.model.place import Place
from xltool.model.typed import leading_number, to_ascii
from xltool.passes.recognise.shape import BlockShape, RowShape

T = TypeVar("T")
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell that became an indicator, and where it stands."""

    cell: GridCell
    place: Place


@dataclass(slots=True)
class Found:
    """`cells` by indicator; `refused` are indicators whose cells cannot be told apart, with what stands there;
    `used` are the cells that were understood, labels included; `touched` the tables that have any."""

    file: str
    cells: dict[str, list[Spot]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    touched: dict[str, int] = field(default_factory=dict)

    def place(self, grid: Grid, cell: GridCell) -> Place:
        return Place(self.file, grid.name, cell.ref)

    def take(self, grid: Grid, path: str, cell: GridCell) -> None:
        self.use(cell)
        self.cells.setdefault(path, []).append(Spot(cell, self.place(grid, cell)))
        self.touched[grid.name] = self.touched.get(grid.name, 0) + 1

    def use(self, *cells: GridCell) -> None:
        self.used.update(id(cell) for cell in cells)

    def say(self, code: str, grid: Grid, cells: Sequence[GridCell], **args: Argument) -> None:
        places = (self.place(grid, cells[0]),) if cells else (Place(self.file, grid.name),)
        self.findings.append(Finding(code, "error", places, args={"row": shown(cells), **args}))

    def refuse(self, code: str, grid: Grid, block: BlockShape, row: RowShape, cells: Sequence[GridCell]) -> None:
        """The cells of a row cannot be told apart: none of them is taken."""
        self.say(code, grid, cells, label=row.label)
        self.use(*cells)
        paths = [row.path] if row.whole else [block.path(row, column) for column in block.columns]
        for path in paths:
            self.refused.setdefault(path, shown(cells))
        self.touched[grid.name] = self.touched.get(grid.name, 0) + 1


def shown(cells: Iterable[GridCell]) -> str:
    """A row as a line: its cells between bars."""
    return texts.visible(" | ".join(" ".join(cell.text.split()) for cell in cells), _SHOWN)


def figure(cell: GridCell) -> bool:
    """Whether a cell begins with a number and is no numbered label."""
    typed = leading_number(to_ascii(cell.text))
    return typed is not None and not typed.rest.startswith((".", "、", "．", ")", "）"))


def same_cell(cells: Iterable[GridCell], cell: GridCell) -> bool:
    return any(known is cell for known in cells)
