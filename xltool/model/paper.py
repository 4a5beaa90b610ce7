"""A published report as it is printed: title, parts, text and tables, whatever file it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["caption", "head", "group", "label", "unit", "figure", "dead"]
"""A line over a whole table; the head of columns; the label of several rows; of one row; a unit; a figure; a cell that
the form leaves open and nobody fills in."""


@dataclass(frozen=True, slots=True)
class PaperCell:
    """A cell of a table: zero-based position, what it spans, what it says; `path` is the indicator of a figure."""

    row: int
    col: int
    rows: int
    cols: int
    text: str
    kind: Kind
    path: str = ""


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table without gaps: its cells in reading order cover every position once. `widths` are in characters, `title`
    is the line above it, empty where the form has none."""

    title: str
    widths: tuple[float, ...]
    cells: tuple[PaperCell, ...]

    @property
    def rows(self) -> tuple[tuple[PaperCell, ...], ...]:
        """The cells that begin in each row."""
        height = max(cell.row + cell.rows for cell in self.cells)
        return tuple(tuple(cell for cell in self.cells if cell.row == row) for row in range(height))

    @property
    def head_rows(self) -> int:
        """How many rows at the top head all the others: those to print again on the next page."""
        heading = [all(cell.kind in ("caption", "head") for cell in row) for row in self.rows]
        first = heading.index(False) if False in heading else len(heading)
        return 0 if any(heading[first:]) else first


@dataclass(frozen=True, slots=True)
class PaperPart:
    """A part of the report; its text comes before its tables."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[PaperTable, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole report. `notes` stand right below the title, `lead` is text before the first part."""

    title: str
    parts: tuple[PaperPart, ...]
    notes: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
