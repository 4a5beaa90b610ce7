"""What to look for: an era's layout as rows and columns of comparable labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xltool.model.era import Era
from xltool.passes.recognise.labels import Key, Labels
from xltool.plan.layout import Block, Layout, Node, join, leaves, path_of

Names = tuple[Key, ...]
"""All wordings of one label."""


@dataclass(frozen=True, slots=True)
class RowShape:
    """A row of the form; `names` of its own label, `above` of the labels left of it. `whole`: one cell over all
    columns. `index` counts the rows of the whole form."""

    index: int
    block: int
    path: str
    names: Names
    above: tuple[Names, ...]
    label: str
    whole: bool
    optional: bool


@dataclass(frozen=True, slots=True)
class ColumnShape:
    path: str
    names: Names
    above: tuple[Names, ...]
    label: str


@dataclass(frozen=True, slots=True)
class BlockShape:
    """One table of the form. `levels` are its column labels from top to bottom, each from left to right."""

    index: int
    source: Block
    rows: tuple[RowShape, ...]
    columns: tuple[ColumnShape, ...]
    levels: tuple[Names, ...]
    heads: tuple[Names, ...]

    @property
    def unlabelled(self) -> bool:
        """Whether its only row has no label of its own."""
        return len(self.rows) == 1 and not self.rows[0].names

    def path(self, row: RowShape, column: ColumnShape) -> str:
        return row.path if row.whole else join(self.source.cells, row.path, column.path)


@dataclass(frozen=True, slots=True)
class FormShape:
    era: Era
    blocks: tuple[BlockShape, ...]

    @property
    def rows(self) -> tuple[RowShape, ...]:
        return tuple(row for block in self.blocks for row in block.rows)


def shape_of(era: Era, layout: Layout, labels: Labels) -> FormShape:
    """The era's form as labels to look for."""
    blocks: list[BlockShape] = []
    count = 0
    for sheet in layout.sheets:
        for block in sheet.blocks:
            blocks.append(_block(block, len(blocks), count, era, labels))
            count += len(blocks[-1].rows)
    return FormShape(era, tuple(blocks))


def _block(block: Block, index: int, first: int, era: Era, labels: Labels) -> BlockShape:
    row_paths = [path_of(chain) for chain in leaves(block.rows)]
    column_paths = [path_of(chain) for chain in leaves(block.columns)]

    def named(chain: tuple[Node, ...], others: list[str], own_first: bool) -> Names:
        own = path_of(chain)
        joined = [join(block.cells, *((own, each) if own_first else (each, own))) for each in others]
        # The outer of row and column is a path of its own; the inner one means something only within it.
        outer = own_first == (block.cells == "row.column")
        return _names(chain[-1], ([own, *joined] if outer else joined) if own else [], era, labels)

    def row(number: int, chain: tuple[Node, ...]) -> RowShape:
        path = path_of(chain)
        paths = [path, *(join(block.cells, path, column) for column in column_paths)]
        known = [era.indicators[each] for each in paths if each in era.indicators]
        names = [named(chain[:depth], column_paths, True) for depth in range(1, len(chain) + 1)]
        whole, optional = path in era.indicators, bool(known) and all(each.optional for each in known)
        return RowShape(first + number, index, path, names[-1], tuple(names[:-1]), _label(names), whole, optional)

    def column(chain: tuple[Node, ...]) -> ColumnShape:
        names = [named(chain[:depth], row_paths, False) for depth in range(1, len(chain) + 1)]
        return ColumnShape(path_of(chain), names[-1], tuple(names[:-1]), _label(names))

    def holds_figures(chain: tuple[Node, ...]) -> bool:
        own = path_of(chain)
        return own in era.indicators or any(join(block.cells, own, each) in era.indicators for each in column_paths)

    chains = list(leaves(block.columns))
    heads = [labels.alternatives(text.zh) for text in (block.heading, block.corner) if text]
    heads += [_names(chain[-1], [], era, labels) for chain in leaves(block.rows) if not holds_figures(chain)]
    rows = [chain for chain in leaves(block.rows) if holds_figures(chain)]
    return BlockShape(
        index,
        block,
        tuple(row(number, chain) for number, chain in enumerate(rows)),
        tuple(column(chain) for chain in chains),
        tuple(_levels(chains, lambda chain: named(chain, row_paths, False))),
        tuple(heads),
    )


def _names(node: Node, paths: list[str], era: Era, labels: Labels) -> Names:
    """The wordings of a node's label: its own, or the title of the first of `paths` that the schema knows."""
    text = node.label or next((titled.title for path in paths if (titled := era.titled(path))), None)
    if text is None:
        return ()
    year = text("zh", year="")
    return (*labels.alternatives(year), labels.key(text("en", year="")))


def _label(names: list[Names]) -> str:
    return names[-1][0].words if names and names[-1] else ""


def _levels(chains: list[tuple[Node, ...]], named: object) -> Iterable[Names]:
    assert callable(named)
    for depth in range(1, max(map(len, chains)) + 1):
        before: tuple[Node, ...] | None = None
        for chain in chains:
            if len(chain) >= depth and (len(chain) == depth or chain[:depth] != before):
                yield named(chain[:depth])
                before = chain[:depth]
