"""Tables flattened to a cell a line: known labels tell where a row begins, its length whether it is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from xltool.model.finding import Finding
from xltool.model.grid import Grid, GridCell
from xltool.passes.recognise.columns import cut_short
from xltool.passes.recognise.found import Found, shown
from xltool.passes.recognise.labels import Key, Labels
from xltool.passes.recognise.rows import Rows, named
from xltool.passes.recognise.shape import BlockShape, RowShape


@dataclass(slots=True)
class _Line:
    """A row so far: its labels, the row of the form they name, what follows, and the header that came before."""

    labels: list[GridCell]
    row: RowShape | None = None
    values: list[GridCell] = field(default_factory=list)
    header: list[GridCell] = field(default_factory=list)

    @property
    def length(self) -> int:
        return len(self.labels) + len(self.values)


@dataclass(slots=True)
class Flow:
    """Reads flattened tables one after the other."""

    rows: Rows
    labels: Labels
    found: Found
    _known: set[tuple[str, ...]] = field(default_factory=set)

    def read(self, grid: Grid) -> None:
        """Take what `grid` says."""
        lines, tail = self._lines(grid)
        self._labelled(grid, lines)
        self._unlabelled(grid, tail)

    def _labelled(self, grid: Grid, lines: Sequence[_Line]) -> None:
        padded = self._padded(lines)
        block: BlockShape | None = None
        open_ = False
        for line in lines:
            if line.row is None:
                continue
            if block is None or line.header or line.row.block != block.index:
                block = self.rows.form.blocks[line.row.block]
                open_ = self._header_fits(line.header, block)
            if not open_:
                self.found.refuse("IMPORT-HEADER", grid, block, line.row, [*line.header, *line.labels, *line.values])
            elif not self._whole_line(line, block, padded, last=line is lines[-1]):
                self.found.refuse("IMPORT-ROW-LENGTH", grid, block, line.row, [*line.labels, *line.values])
            else:
                self._take(grid, line, block)

    def _lines(self, grid: Grid) -> tuple[list[_Line], list[GridCell]]:
        """The rows, and what stands after the last."""
        lines: list[_Line] = []
        header: list[GridCell] = []
        current: _Line | None = None
        for cell in grid.cells:
            key = self.labels.key(cell.text)
            row = None if cell.blank else self.rows.find(key)
            if row is not None or (not cell.blank and self.rows.is_group(key)):
                if current is None or current.values:
                    current = _Line([], header=header)
                    header = []
                    lines.append(current)
                current.labels.append(cell)
                current.row = row or current.row
                if row is not None:
                    self.rows.meet(row)
            elif current is None or (not cell.blank and self.rows.is_head(key)):
                current = None
                header.append(cell)
            else:
                current.values.append(cell)
        return lines, header

    def _unlabelled(self, grid: Grid, cells: list[GridCell]) -> None:
        """A header and one row of figures without a label."""
        for block in (each for each in self.rows.form.blocks if each.unlabelled):
            texts = [cell for cell in cells if not cell.blank]
            count = len(block.levels)
            if not self._fits(texts[:count], block.levels):
                continue
            values = cells[next(i for i, cell in enumerate(cells) if cell is texts[count - 1]) + 1 :]
            width = self._width(cells[: len(cells) - len(values)], block)
            # The header's own row is filled up with blanks before the figures begin.
            pads = -(len(cells) - len(values)) % width
            figures, row = values[pads:], block.rows[0]
            good = all(cell.blank for cell in values[:pads]) and len(figures) == len(block.columns)
            good = good and not self._may_lack(figures, block.path(row, block.columns[-1]))
            if not good:
                self.found.refuse("IMPORT-ROW-LENGTH", grid, block, row, values)
                return
            self.found.use(*texts[:count])
            self.rows.meet(row)
            for column, cell in zip(block.columns, figures, strict=True):
                self.found.take(grid, block.path(row, column), cell)
            return

    @staticmethod
    def _width(header: Sequence[GridCell], block: BlockShape) -> int:
        """How long rows are: padded to the number of columns, or as long as they come."""
        padded = len(header) > len(block.levels)
        return len(block.columns) if padded else 1

    def _padded(self, lines: Sequence[_Line]) -> int:
        """The length all rows are filled up to; 0 where rows are as long as they come."""
        known = [(line, line.row) for line in lines if line.row is not None]
        exact = sum(line.length == len(line.labels) + self._count(row) for line, row in known)
        lengths = Counter(line.length for line, _ in known)
        length, often = max(lengths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        if often < 2 and known and len(known[0][0].header) % max(length, 1):
            return 0  # one row is no evidence, unless its header is as long
        often += bool(known) and known[-1][0].length < length
        return 0 if exact >= often else length

    def _count(self, row: RowShape) -> int:
        block = self.rows.form.blocks[row.block]
        return (1 if row.whole else len(block.columns)) + (1 if block.source.units else 0)

    def _whole_line(self, line: _Line, block: BlockShape, padded: int, *, last: bool) -> bool:
        """Whether the row is as long as it must be; only the last may lack blanks at its end."""
        assert line.row is not None
        count = self._count(line.row)
        pads = line.values[count:]
        if len(line.values) < count or any(not cell.blank for cell in pads):
            return False
        if self._may_lack(line.values[:count], block.path(line.row, block.columns[-1])):
            return False
        if block.source.units and self.labels.plain(line.values[0].text) not in self.labels.units:
            return False
        if padded:
            return line.length == padded or (last and line.length < padded)
        return not pads

    def _may_lack(self, values: Sequence[GridCell], last: str) -> bool:
        """Whether a blank at the end may be what filled up a row with a cell too few: so it is in forms that leave
        nothing blank; in others a blank is what it seems, and is said."""
        indicator = self.rows.form.era.indicators.get(last)
        filled = any(not cell.blank for cell in values)
        return filled and len(values) > 2 and values[-1].blank and (indicator is None or indicator.blank == "missing")

    def _header_fits(self, cells: Sequence[GridCell], block: BlockShape) -> bool:
        signature = tuple(column.label for column in block.columns)
        bare = len(block.columns) == 1 and not block.columns[0].path
        texts = [cell for cell in cells if not cell.blank and not self._beside(cell)]
        count = len(block.levels)
        if texts and self._fits(texts[-count:], block.levels):
            self.found.use(*cells)
            self._known.add(signature)
            return True
        only_captions = all(self.rows.is_head(self.labels.key(cell.text)) for cell in texts)
        return (signature in self._known or bare) and only_captions and (bare or not self._repeats(texts, block))

    def _beside(self, cell: GridCell) -> bool:
        """Whether a cell is a unit or heads a column of such."""
        key = self.labels.key(cell.text)
        return key.words in self.labels.passed_over or self.labels.plain(cell.text) in self.labels.units

    def _repeats(self, cells: Sequence[GridCell], block: BlockShape) -> bool:
        """Whether any cell is a column's label: then there is a header, only not the form's."""
        return any(named(self.labels.key(cell.text), names) for cell in cells for names in block.levels)

    def _fits(self, cells: Sequence[GridCell], levels: Sequence[Sequence[Key]]) -> bool:
        keys = [self.labels.key(cell.text) for cell in cells]
        return len(keys) == len(levels) and all(
            named(key, names) or cut_short(key, names) for key, names in zip(keys, levels, strict=True)
        )

    def _take(self, grid: Grid, line: _Line, block: BlockShape) -> None:
        assert line.row is not None
        units = 1 if block.source.units else 0
        values = line.values[units : self._count(line.row)]
        self.found.use(*line.labels, *line.values[:units])
        if line.row.whole:
            self.found.take(grid, line.row.path, values[0])
            return
        for column, cell in zip(block.columns, values, strict=True):
            path = block.path(line.row, column)
            if path in self.rows.form.era.indicators:
                self.found.take(grid, path, cell)
        if len(values) > 1 and values[-1].blank and not all(cell.blank for cell in values):
            place = (self.found.place(grid, values[-1]),)
            row = shown([*line.labels, *values])
            self.found.findings.append(Finding("IMPORT-FLAT-BLANK", "notice", place, args={"row": row}))
