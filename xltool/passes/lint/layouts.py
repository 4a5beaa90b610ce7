"""Faults of a layout: indicators it does not show, or shows twice, and sheets that suites would not take."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xltool.lang import Text
from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.passes.lint.found import found
from xltool.plan.layout import Block, Layout, Node, SheetLayout, join, leaves, path_of

FILE = "layout.json"
MAX_SHEET_NAME = 31
# Wider columns do not shrink in print: the page is cut off.
MAX_WIDTH = 70
_ILLEGAL = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$|^\s*$")
_RESERVED = "history"

Chain = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class _Spot:
    """A block of a sheet, for messages."""

    sheet: SheetLayout
    number: int
    block: Block

    @property
    def ref(self) -> str:
        return f"{self.sheet.id} blocks[{self.number}]"


def layout_findings(era: Era, layout: Layout) -> Iterator[Finding]:
    """What is wrong with the layout of `era`."""
    spots = [_Spot(sheet, number, block) for sheet in layout.sheets for number, block in enumerate(sheet.blocks)]
    yield from _coverage(era, spots)
    for spot in spots:
        yield from _labels(era, spot)
        yield from _room(era, spot)
    for sheet in layout.sheets:
        yield from _sheet(era, sheet)
    yield from _twice(era, layout)


def _cells(era: Era, block: Block) -> Iterator[tuple[str, str, str]]:
    """Row, column and joined path of every cell of `block` that is an indicator."""
    for row in map(path_of, leaves(block.rows)):
        if row in era.indicators:
            yield row, "", row
            continue
        for column in map(path_of, leaves(block.columns)):
            path = join(block.cells, row, column)
            if path in era.indicators:
                yield row, column, path


def _coverage(era: Era, spots: list[_Spot]) -> Iterator[Finding]:
    shown: dict[str, str] = {}
    for spot in spots:
        cells = list(_cells(era, spot.block))
        yield from _dead(era, spot, {row for row, _, _ in cells}, {column for _, column, _ in cells})
        for _, _, path in cells:
            if path in shown:
                yield found("LINT-SHOWN-TWICE", era.id, FILE, spot.ref, path=path, first=shown[path])
            else:
                shown[path] = spot.ref
    for path in era.indicators:
        if path not in shown:
            yield found("LINT-NOT-SHOWN", era.id, FILE, path=path)


def _dead(era: Era, spot: _Spot, rows: set[str], columns: set[str]) -> Iterator[Finding]:
    """Rows and columns without a single indicator: their path is not in the schema."""
    for chains, alive in ((spot.block.rows, rows), (spot.block.columns, columns)):
        for path in map(path_of, leaves(chains)):
            if path and path not in alive:
                yield found("LINT-UNKNOWN-PATH", era.id, FILE, spot.ref, path=path)


def _labels(era: Era, spot: _Spot) -> Iterator[Finding]:
    """Labels taken from the schema must be the same for all the cells they stand for."""
    block = spot.block
    rows, columns = list(leaves(block.rows)), list(leaves(block.columns))
    parted = [chain for chain in rows if path_of(chain) not in era.indicators]
    row_first = block.cells == "row.column"
    for heads, others, leads in ((rows, columns, row_first), (columns, parted, not row_first)):
        for prefix in _prefixes(heads):
            path = path_of(prefix)
            paths = (
                [path] if leads or path in era.indicators else [join("row.column", path_of(o), path) for o in others]
            )
            parts = [era.titled(each) for each in paths]
            titles = dict.fromkeys(part.title for part in parts if part)
            if len(titles) > 1:
                names = Text("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))
                yield found("LINT-MIXED-LABEL", era.id, FILE, spot.ref, path=path, titles=names)


def _prefixes(chains: Iterable[Chain]) -> Iterator[Chain]:
    """Each beginning of a chain whose last label comes from the schema, once."""
    seen: dict[Chain, None] = {}
    for chain in chains:
        for end in range(1, len(chain) + 1):
            if chain[end - 1].label is None and chain[end - 1].path:
                seen.setdefault(chain[:end])
    return iter(seen)


def _room(era: Era, spot: _Spot) -> Iterator[Finding]:
    block = spot.block
    labels = max(sum(1 for node in chain if node.path or node.label) for chain in leaves(block.rows))
    wanted = labels + sum(max(1, chain[-1].span) for chain in leaves(block.columns)) + (block.units is not None)
    given = len(spot.sheet.columns)
    if wanted > given:
        yield found("LINT-FEW-COLUMNS", era.id, FILE, spot.ref, sheet=spot.sheet.id, wanted=wanted, given=given)


def _sheet(era: Era, sheet: SheetLayout) -> Iterator[Finding]:
    for name in dict.fromkeys((sheet.name.zh, sheet.name.en)):
        length = len(name.encode("utf-16-le")) // 2
        if length > MAX_SHEET_NAME or _ILLEGAL.search(name) or name.casefold() == _RESERVED:
            yield found("LINT-SHEET-NAME", era.id, FILE, sheet.id, sheet=sheet.id, name=name, limit=MAX_SHEET_NAME)
    for number, width in enumerate(sheet.columns, start=1):
        if width > MAX_WIDTH:
            yield found("LINT-WIDTH", era.id, FILE, sheet.id, sheet=sheet.id, column=number, limit=MAX_WIDTH)
    if sheet.path and era.titled(sheet.path) is None:
        yield found("LINT-UNKNOWN-PATH", era.id, FILE, sheet.id, path=sheet.path)


def _twice(era: Era, layout: Layout) -> Iterator[Finding]:
    """Sheets that could not be told apart; suites compare names without case."""
    for texts in (
        [sheet.id for sheet in layout.sheets],
        [sheet.name.zh for sheet in layout.sheets],
        [sheet.name.en for sheet in layout.sheets],
    ):
        counts = Counter(text.casefold() for text in texts)
        for text in dict.fromkeys(texts):
            if counts[text.casefold()] > 1:
                yield found("LINT-SHEET-TWICE", era.id, FILE, text, sheet=text)
