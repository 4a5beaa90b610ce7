"""What a workbook looks like, as ``templates/<era>/layout.json`` says it.

A sheet is a stack of blocks; a block is a tree of row labels, a tree of column labels, and the cells between.
Lists, tables and matrices are all such blocks: a list has one column without a path, a row of figures one row
without a label. A row that is itself an indicator fills all columns with one cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from xltool.lang import Text, text_of

Order = Literal["row.column", "column.row"]
ChartKind = Literal["bar", "column", "pie"]


@dataclass(frozen=True, slots=True)
class Node:
    """A label of a row or a column. `path` is its part of the dotted path; the label comes from the schema
    unless `label` gives one. `span` is how many columns of the sheet a column takes (0: shared out evenly)."""

    path: str = ""
    label: Text | None = None
    children: tuple[Node, ...] = ()
    span: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """One table. `cells` says how row and column paths join; `units` heads an added column of units."""

    rows: tuple[Node, ...]
    columns: tuple[Node, ...]
    cells: Order
    heading: Text | None = None
    corner: Text | None = None
    units: Text | None = None


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet of the form. `columns` are the widths of its table columns, in characters."""

    id: str
    name: Text
    title: Text | None
    path: str
    columns: tuple[float, ...]
    blocks: tuple[Block, ...]
    landscape: bool = False
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartLayout:
    """What a chart of a summary shows: the totals at `paths`, each an indicator or a group (the sum of its own)."""

    id: str
    kind: ChartKind
    title: Text
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    era: str
    sheets: tuple[SheetLayout, ...]
    charts: tuple[ChartLayout, ...] = ()
    headline: tuple[str, ...] = ()
    """The figures a 送审单 shows."""


def parse_layout(data: Mapping[str, Any]) -> Layout:
    """The layout in a parsed ``layout.json`` that has passed its meta-schema."""
    charts = tuple(
        ChartLayout(each["id"], each["kind"], text_of(each["title"]), tuple(each["paths"]))
        for each in data.get("charts", ())
    )
    sheets = tuple(_sheet(sheet) for sheet in data["sheets"])
    return Layout(data["era"], sheets, charts, tuple(data.get("headline", ())))


def leaves(nodes: tuple[Node, ...], above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, ...]]:
    """Every chain of nodes from the root to a leaf, in order."""
    for node in nodes:
        chain = (*above, node)
        if node.children:
            yield from leaves(node.children, chain)
        else:
            yield chain


def path_of(chain: tuple[Node, ...]) -> str:
    """The path a chain of nodes stands for."""
    return ".".join(node.path for node in chain if node.path)


def join(order: Order, row: str, column: str) -> str:
    """The path of the cell where a row and a column meet."""
    first, second = (row, column) if order == "row.column" else (column, row)
    return ".".join(part for part in (first, second) if part)


def _optional(data: Mapping[str, Any], key: str) -> Text | None:
    return text_of(data[key]) if key in data else None


def _node(data: str | Mapping[str, Any]) -> Node:
    if isinstance(data, str):
        return Node(path=data)
    children = tuple(_node(child) for child in data.get("children", ()))
    return Node(data.get("path", ""), _optional(data, "label"), children, data.get("span", 0))


def _block(data: Mapping[str, Any]) -> Block:
    return Block(
        rows=tuple(_node(node) for node in data["rows"]),
        columns=tuple(_node(node) for node in data["columns"]),
        cells=data["cells"],
        heading=_optional(data, "heading"),
        corner=_optional(data, "corner"),
        units=_optional(data, "units"),
    )


def _sheet(data: Mapping[str, Any]) -> SheetLayout:
    return SheetLayout(
        id=data["id"],
        name=text_of(data["name"]),
        title=_optional(data, "title"),
        path=data.get("path", ""),
        columns=tuple(data["columns"]),
        blocks=tuple(_block(block) for block in data["blocks"]),
        landscape=data.get("landscape", False),
        notes=tuple(text_of(note) for note in data.get("notes", ())),
    )
