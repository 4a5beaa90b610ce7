"""One sheet of the form: blocks of labels and cells, totals, entry rules and live checks beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

from xltool.lang import Text
from xltool.model.era import Era, Indicator
from xltool.model.place import a1
from xltool.model.workbook import Area
from xltool.plan.draft import Draft
from xltool.plan.entry import entry_rule
from xltool.plan.form import Field, Options, Spot, Words, defined_name
from xltool.plan.layout import Block, Node, SheetLayout, join, leaves, path_of

HEAD_ROWS = 4


@dataclass(slots=True)
class Table:
    """A drawn sheet of figures. `spots` has every indicator shown; `watched` tells which indicators each live check
    beside the table is about."""

    layout: SheetLayout
    draft: Draft
    declared: str = ""
    spots: dict[str, Spot] = field(default_factory=dict)
    watched: dict[tuple[int, int], frozenset[str]] = field(default_factory=dict)
    bottom: int = 0


def draw(layout: SheetLayout, era: Era, options: Options, words: Words) -> Table:
    """The sheet with head and blocks; totals, checks and footer are added once every sheet has its cells."""
    widths = [*layout.columns, 2.0, 16.0]
    table = Table(layout, Draft(layout.name(options.lang), widths))
    painter = _Painter(table, era, options, words)
    row = HEAD_ROWS
    for block in layout.blocks:
        row = painter.block(block, row) + 1
    table.bottom = row - 1
    table.draft.freeze = (painter.frozen_row, painter.frozen_col)
    return table


@dataclass(slots=True)
class _Painter:
    table: Table
    era: Era
    options: Options
    words: Words
    frozen_row: int = HEAD_ROWS
    frozen_col: int = 0

    @property
    def draft(self) -> Draft:
        return self.table.draft

    @property
    def width(self) -> int:
        return len(self.table.layout.columns)

    def said(self, text: Text) -> str:
        return text(self.options.lang, year=self.options.year)

    def block(self, block: Block, row: int) -> int:
        """Draw `block` from `row` on; the row after it."""
        row_chains = [chain for chain in leaves(block.rows) if self.wanted(block, chain)]
        column_chains = list(leaves(block.columns))
        stub = max(_depth(chain) for chain in row_chains)
        first = stub + (1 if block.units else 0)
        if block.heading:
            self.draft.put(row, 0, self.said(block.heading), "caption", cols=self.width)
            row += 1
        head = max(len(chain) for chain in column_chains)
        columns = self.columns(column_chains, first)
        self.head(block, row, head, stub, columns, row_chains)
        body = row + head
        if len(self.table.layout.blocks) == 1:
            self.frozen_row, self.frozen_col = body, min(stub, self.width - len(column_chains))
        self.stub(block, body, stub, row_chains, column_chains)
        for number, chain in enumerate(row_chains):
            self.cells(block, body + number, chain, columns)
        end = body + len(row_chains)
        return end

    def wanted(self, block: Block, chain: tuple[Node, ...]) -> bool:
        """Whether a row is shown: rows of optional indicators only where asked for."""
        paths = [join(block.cells, path_of(chain), path_of(column)) for column in leaves(block.columns)]
        shown = [self.era.indicators[path] for path in paths if path in self.era.indicators]
        return not shown or any(not each.optional or each.path in self.options.extras for each in shown)

    def columns(self, chains: list[tuple[Node, ...]], first: int) -> list[tuple[tuple[Node, ...], int, int]]:
        """Each column leaf with its first grid column and its span; what is over goes to the last."""
        room = self.width - first
        spans = [chain[-1].span or max(1, room // len(chains)) for chain in chains]
        spans[-1] += room - sum(spans)
        placed, col = [], first
        for chain, span in zip(chains, spans, strict=True):
            placed.append((chain, col, span))
            col += span
        return placed

    def head(
        self,
        block: Block,
        row: int,
        depth: int,
        stub: int,
        columns: list[tuple[tuple[Node, ...], int, int]],
        rows: list[tuple[Node, ...]],
    ) -> None:
        if stub:
            corner = self.said(block.corner) if block.corner else ""
            self.draft.put(row, 0, corner, "head", rows=depth, cols=stub)
            self.share_height(row, depth, corner, 0, stub)
        if block.units:
            self.draft.put(row, stub, self.said(block.units), "head", rows=depth)
        for level in range(depth):
            for chain, col, span, rows_down in _merged(columns, level, depth):
                label = self.column_label(block, chain[: level + 1], rows)
                self.draft.put(row + level, col, label, "head", rows=rows_down, cols=span)
                if rows_down > 1:
                    self.share_height(row + level, rows_down, label, col, span)

    def share_height(self, row: int, rows: int, text: str, col: int, cols: int) -> None:
        """Give every row of a merged label its part of the height the label needs."""
        self.draft.at_least(row, 20.0)
        for offset in range(rows):
            probe = Draft("", self.draft.widths)
            probe.fit(0, text, col, cols)
            self.draft.at_least(row + offset, probe.heights[0] / rows)

    def stub(
        self,
        block: Block,
        row: int,
        depth: int,
        chains: list[tuple[Node, ...]],
        columns: list[tuple[Node, ...]],
    ) -> None:
        for level in range(depth):
            at = 0
            while at < len(chains):
                chain = chains[at]
                if len(chain) <= level:
                    at += 1
                    continue
                run = at
                while run < len(chains) and chains[run][: level + 1] == chain[: level + 1]:
                    run += 1
                last = len(chain) == level + 1
                label = self.row_label(block, chain[: level + 1], columns)
                style = "label" if last else "group"
                self.draft.put(row + at, level, label, style, rows=run - at, cols=depth - level if last else 1)
                if run - at > 1:
                    self.share_height(row + at, run - at, label, level, 1)
                at = run
        if block.units:
            for number, chain in enumerate(chains):
                unit = self.unit(block, chain, columns)
                self.draft.put(row + number, depth, unit, "cell_center")

    def cells(
        self, block: Block, row: int, chain: tuple[Node, ...], columns: list[tuple[tuple[Node, ...], int, int]]
    ) -> None:
        own = path_of(chain)
        if own in self.era.indicators:
            first, last = columns[0], columns[-1]
            self.cell(self.era.indicators[own], row, first[1], last[1] + last[2] - first[1], block, chain, first[0])
            return
        for column, col, span in columns:
            path = join(block.cells, own, path_of(column))
            if path in self.era.indicators:
                self.cell(self.era.indicators[path], row, col, span, block, chain, column)
            else:
                self.draft.put(row, col, None, "total", cols=span)

    def cell(
        self,
        indicator: Indicator,
        row: int,
        col: int,
        span: int,
        block: Block,
        chain: tuple[Node, ...],
        column: tuple[Node, ...],
    ) -> None:
        path = indicator.path
        self.table.spots[path] = (self.draft.name, row, col)
        if self.options.totals == "computed" and path in self.era.totals:
            return
        own = path_of(chain)
        row_label = self.row_label(block, chain, [column]) if own else ""
        column_label = self.column_label(block, column, [chain]) if path != own or path_of(column) else ""
        table = self.table.layout.id
        entry = Field(path, self.draft.name, row, col, defined_name(path), table, row_label, column_label)
        style = "input" if indicator.kind == "number" else "input_text"
        self.draft.entry(entry, style, cols=span)
        area = Area(row, col, row, col)
        titles = [label for label in (column_label, row_label) if label]
        self.draft.validate(area, *entry_rule(indicator, a1(row, col), titles, self.words, self.options))

    def unit(self, block: Block, chain: tuple[Node, ...], columns: list[tuple[Node, ...]]) -> str:
        paths = [path_of(chain), *(join(block.cells, path_of(chain), path_of(column)) for column in columns)]
        units = [self.era.indicators[path].unit for path in paths if path in self.era.indicators]
        return next((self.said(unit) for unit in units if unit), "")

    def row_label(self, block: Block, chain: tuple[Node, ...], columns: list[tuple[Node, ...]]) -> str:
        own = path_of(chain)
        joined = [join(block.cells, own, path_of(column)) for column in columns]
        return self.label(chain[-1], [own, *joined] if block.cells == "row.column" else joined)

    def column_label(self, block: Block, chain: tuple[Node, ...], rows: list[tuple[Node, ...]]) -> str:
        own = path_of(chain)
        joined = [join(block.cells, path_of(row), own) for row in rows]
        return self.label(chain[-1], [own, *joined] if block.cells == "column.row" else joined)

    def label(self, node: Node, paths: list[str]) -> str:
        """The node's own label, or the title of the first of `paths` the schema knows.

        A path on the inner axis means something only joined to one of the outer axis: alone it may name another group.
        """
        if node.label:
            return self.said(node.label)
        return next((self.said(titled.title) for path in paths if (titled := self.era.titled(path))), "")


def _depth(chain: tuple[Node, ...]) -> int:
    return 0 if len(chain) == 1 and not chain[0].path and chain[0].label is None else len(chain)


def _merged(
    columns: list[tuple[tuple[Node, ...], int, int]], level: int, depth: int
) -> list[tuple[tuple[Node, ...], int, int, int]]:
    """The head cells of one level: neighbours under one parent joined, leaves reaching down to the body."""
    merged: list[tuple[tuple[Node, ...], int, int, int]] = []
    for chain, col, span in columns:
        if len(chain) <= level:
            continue
        if merged and len(chain) > level + 1 and merged[-1][0][: level + 1] == chain[: level + 1]:
            before = merged[-1]
            merged[-1] = (before[0], before[1], before[2] + span, before[3])
        else:
            merged.append((chain, col, span, depth - level if len(chain) == level + 1 else 1))
    return merged
