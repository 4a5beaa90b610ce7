"""Tables whose rows and columns are known: HTML, Word, PDF, worksheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from xltool.model.grid import Grid, GridCell
from xltool.passes.recognise.columns import Header, Strip, read_header
from xltool.passes.recognise.found import Found, figure, same_cell, shown
from xltool.passes.recognise.labels import Labels
from xltool.passes.recognise.rows import Rows
from xltool.passes.recognise.shape import BlockShape, RowShape

_JOINED = 3
_HEADER_ROWS = 8


@dataclass(frozen=True, slots=True)
class _Hit:
    """A row of the table that is a row of the form; `end` is the column after its label."""

    at: int
    row: RowShape
    end: int
    labels: tuple[GridCell, ...]


@dataclass(slots=True)
class Aligned:
    """Reads tables one after the other: a table cut in two goes on with the header of its first part."""

    rows: Rows
    labels: Labels
    found: Found
    _headers: dict[tuple[str, ...], tuple[int, int, Header]] = field(default_factory=dict)

    def read(self, grid: Grid) -> None:
        """Take what `grid` says."""
        hits: list[_Hit] = []
        start = 0
        for at in range(grid.height):
            hit = self._hit(grid, at)
            block = hit.row.block if hit else -1
            if hits and hit is not None and hits[-1].row.block != block:
                start, hits = self._run(grid, start, hits), []
            if hit is not None:
                hits.append(hit)
                self.rows.meet(hit.row)
            elif found := self._unlabelled(grid, hits[-1].at + 1 if hits else start, at):
                if hits:
                    self._run(grid, start, hits)
                found()
                start, hits = at + 1, []
        if hits:
            self._run(grid, start, hits)

    def _hit(self, grid: Grid, at: int) -> _Hit | None:
        cells = grid.row(at)
        best: _Hit | None = None
        for number, cell in enumerate(cells):
            if figure(cell) and not self.labels.key(cell.text).words.strip("0123456789"):
                break
            for count in range(1, _JOINED + 1):
                part = cells[number : number + count]
                if len(part) < count or any(each.blank for each in part) or any(map(figure, part[1:])):
                    break
                row = self.rows.find(self.labels.key("".join(each.text for each in part)))
                if row is not None and cell.row == at:
                    best = _Hit(at, row, part[-1].end, tuple(cells[: number + count]))
                    break
        return best

    def _unlabelled(self, grid: Grid, start: int, at: int) -> Callable[[], None] | None:
        """A row of figures without a label of its own belongs to the header above it, where the form has such a row:
        what takes it, or None."""
        cells = [cell for cell in grid.row(at) if not cell.blank]
        several = len({cell.text.strip() for cell in cells}) > 2 and not any(map(figure, cells))
        for block in (each for each in self.rows.form.blocks if each.unlabelled):
            if several and any(self._of_head(cell, block) for cell in cells):
                continue
            for top in range(max(start, at - _HEADER_ROWS), at):
                header = read_header(grid, range(top, at), [at], 0, block, self.labels)
                if header is not None:
                    return partial(self._take_unlabelled, grid, range(top, at), _Hit(at, block.rows[0], 0, ()), header)
        return None

    def _of_head(self, cell: GridCell, block: BlockShape) -> bool:
        """Whether a cell is a label of the header, or a piece of one that a page has broken."""
        words = self.labels.key(cell.text).words
        known = [name.words for names in block.levels for name in names]
        return words in known or (not words.isascii() and any(words in label for label in known))

    def _take_unlabelled(self, grid: Grid, rows: Sequence[int], hit: _Hit, header: Header) -> None:
        self.rows.meet(hit.row)
        self._use(grid, rows)
        self._values(grid, hit, self.rows.form.blocks[hit.row.block], header)

    def _run(self, grid: Grid, start: int, hits: Sequence[_Hit]) -> int:
        """Rows of one block, the header somewhere between `start` and the first of them; the row after the last."""
        block = self.rows.form.blocks[hits[0].row.block]
        first = max(hit.end for hit in hits)
        body = [hit.at for hit in hits]
        header = self._header(grid, range(start, hits[0].at), body, first, block)
        if header is None and not any(figure(cell) for hit in hits for cell in grid.row(hit.at) if cell.col >= hit.end):
            return hits[-1].at + 1  # notes on the form, or nothing to lose
        for hit in hits:
            self.found.use(*hit.labels)
            if header is None:
                self.found.refuse("IMPORT-HEADER", grid, block, hit.row, grid.row(hit.at))
            else:
                self._values(grid, hit, block, header)
        return hits[-1].at + 1

    def _header(
        self, grid: Grid, rows: Sequence[int], body: Sequence[int], first: int, block: BlockShape
    ) -> Header | None:
        signature = tuple(column.label for column in block.columns)
        for top in rows:
            header = read_header(grid, range(top, rows[-1] + 1), body, first, block, self.labels)
            if header is not None:
                self._use(grid, range(top, rows[-1] + 1))
                self._headers[signature] = (grid.width, first, header)
                return header
        known = self._headers.get(signature)
        if known is not None and known[:2] == (grid.width, first):
            return known[2]
        bare = len(block.columns) == 1 and not block.columns[0].path
        return read_header(grid, (), body, first, block, self.labels) if bare else None

    def _use(self, grid: Grid, rows: Sequence[int]) -> None:
        for at in rows:
            self.found.use(*grid.row(at))

    def _values(self, grid: Grid, hit: _Hit, block: BlockShape, header: Header) -> None:
        cells = grid.row(hit.at)
        if any(cell.nested for cell in cells):
            self.found.refuse("IMPORT-NESTED", grid, block, hit.row, cells)
            return
        values = [grid.at(hit.at, strip.first) for strip in header.strips]
        if not self._regular(grid, hit, header, values):
            self.found.refuse("IMPORT-ROW-LENGTH", grid, block, hit.row, cells)
            return
        for strip in header.passed:
            passed = grid.at(hit.at, strip.first)
            self.found.use(*([passed] if passed else []))
        taken = [cell for cell in values if cell is not None]
        if hit.row.whole:
            self._whole(grid, hit, taken)
            return
        for column, cell in zip(block.columns, taken, strict=True):
            path = block.path(hit.row, column)
            if path in self.rows.form.era.indicators:
                self.found.take(grid, path, cell)

    def _whole(self, grid: Grid, hit: _Hit, values: list[GridCell]) -> None:
        """A row that is one figure: one cell, or one filled cell, or the same in all."""
        filled = [cell for number, cell in enumerate(values) if not cell.blank and not same_cell(values[:number], cell)]
        if len({cell.text.strip() for cell in filled}) > 1:
            block = self.rows.form.blocks[hit.row.block]
            self.found.refuse("IMPORT-ROW-LENGTH", grid, block, hit.row, grid.row(hit.at))
            return
        self.found.use(*values)
        self.found.take(grid, hit.row.path, (filled or values)[0])

    def _regular(self, grid: Grid, hit: _Hit, header: Header, values: Sequence[GridCell | None]) -> bool:
        """Whether the row has a cell of its own in every column of figures and nothing outside them."""
        inside = {col for strip in (*header.strips, *header.passed) for col in range(strip.first, strip.end)}
        first = min(strip.first for strip in (*header.strips, *header.passed))
        for cell in grid.row(hit.at):
            outside = [col for col in range(cell.col, cell.end) if col not in inside and col >= hit.end]
            after = cell.col >= max(inside) + 1
            if outside and not same_cell(hit.labels, cell) and (figure(cell) if after else not cell.blank):
                return False
            if cell.col < first < cell.end and not same_cell(hit.labels, cell):
                return False
        if any(cell is None or cell.row != hit.at for cell in values) or grid.row(hit.at)[-1].end > header.end:
            return False
        if hit.row.whole:
            return True
        return all(self._within(cell, strip) for cell, strip in zip(values, header.strips, strict=True))

    @staticmethod
    def _within(cell: GridCell | None, strip: Strip) -> bool:
        return cell is not None and cell.rows == 1 and strip.first <= cell.col and cell.end <= strip.end


def left_over(grid: Grid, used: set[int]) -> list[tuple[GridCell, str]]:
    """The cells with a figure that became nothing, each with its row."""
    if grid.flow:
        return [(cell, shown([cell])) for cell in grid.cells if figure(cell) and id(cell) not in used]
    return [(cell, shown(grid.row(cell.row))) for cell in grid.cells if figure(cell) and id(cell) not in used]
