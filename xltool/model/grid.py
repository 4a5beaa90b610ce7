"""A published report as it is read: its paragraphs, and its tables as grids of cells, whatever file it came in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from xltool.model.book import Cell


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a table. `row` and `col` are zero-based, `rows` and `cols` what it spans; `ref` is how people find it.

    `text` is what it shows; `cell` is its content where the file knows types. `nested`: there is a table inside.
    """

    text: str
    row: int
    col: int
    rows: int = 1
    cols: int = 1
    ref: str = ""
    cell: Cell | None = None
    nested: bool = False

    @property
    def end(self) -> int:
        """The column after it."""
        return self.col + self.cols

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def content(self) -> Cell:
        """What there is to be read as a value."""
        return self.cell if self.cell is not None else Cell(self.text or None)


@dataclass(frozen=True, slots=True)
class Grid:
    """One table, called `name`. In a `flow` the rows are not known: all cells stand in row 0, one after the other."""

    name: str
    cells: tuple[GridCell, ...]
    flow: bool = False
    _cover: dict[tuple[int, int], GridCell] = field(default_factory=dict, compare=False, repr=False)

    @property
    def height(self) -> int:
        return max((cell.row + cell.rows for cell in self.cells), default=0)

    @property
    def width(self) -> int:
        return max((cell.end for cell in self.cells), default=0)

    def at(self, row: int, col: int) -> GridCell | None:
        """The cell that covers a position; None where the table has none."""
        if not self._cover:
            self._cover.update(_covered(self.cells))
        return self._cover.get((row, col))

    def row(self, row: int) -> list[GridCell]:
        """The cells that cover any of a row, from left to right, each once."""
        found: list[GridCell] = []
        for col in range(self.width):
            cell = self.at(row, col)
            if cell is not None and not any(cell is known for known in found):
                found.append(cell)
        return found


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text, and where it stands; `level` is that of a heading marked as one, 1 the highest."""

    text: str
    ref: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A file's paragraphs and tables in the order they come. `title` is what the file says it is called."""

    items: tuple[Paragraph | Grid, ...]
    title: str = ""

    @property
    def grids(self) -> tuple[Grid, ...]:
        return tuple(item for item in self.items if isinstance(item, Grid))

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(item for item in self.items if isinstance(item, Paragraph))


def _covered(cells: tuple[GridCell, ...]) -> Iterator[tuple[tuple[int, int], GridCell]]:
    taken: set[tuple[int, int]] = set()
    for cell in cells:
        for row in range(cell.row, cell.row + cell.rows):
            for col in range(cell.col, cell.end):
                if (row, col) not in taken:
                    taken.add((row, col))
                    yield (row, col), cell
