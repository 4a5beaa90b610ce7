"""Word documents (docx): paragraphs and tables in their order, merged cells resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from xltool.io.books.guard import MAX_CELLS, Package, damaged, suspicious
from xltool.model.finding import refuse
from xltool.model.grid import Document, Grid, GridCell, Paragraph
from xltool.model.place import a1

_TRANSITIONAL = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_PART, _STYLES = "word/document.xml", "word/styles.xml"
_SPACES = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADING = re.compile("heading ([1-9])", re.IGNORECASE)
# Deleted text and field codes are not on the page.
_UNSHOWN = ("del", "moveFrom", "instrText", "delText")


def read_docx(data: bytes) -> Document:
    """The paragraphs and tables of a document. Raises Refused where it is none."""
    package = Package(data)
    if _PART not in package:
        raise refuse("IMPORT-KIND", kind="docx")
    root = package.xml(_PART)
    space = _STRICT if root.tag.startswith(_STRICT) else _TRANSITIONAL
    body = root.find(f"{space}body")
    if body is None:
        raise damaged(_PART)
    reader = _Reader(space, _levels(package, space))
    reader.blocks(body)
    return Document(tuple(reader.items))


class _Reader:
    def __init__(self, space: str, levels: Mapping[str, int]) -> None:
        self.space = space
        self.levels = levels
        self.items: list[Paragraph | Grid] = []
        self.tables = 0
        self.cells = 0

    def blocks(self, parent: Element) -> None:
        for child in parent:
            kind = child.tag.removeprefix(self.space)
            if kind == "p":
                self._paragraph(child)
            elif kind == "tbl":
                self._table(child)
            elif kind in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
                self.blocks(child)

    def _paragraph(self, element: Element) -> None:
        text = self._text(element).strip()
        if text:
            self.items.append(Paragraph(text, level=self._level(element)))

    def _level(self, element: Element) -> int:
        """The level of a heading, by the paragraph's own outline or by its style."""
        own = element.find(f"{self.space}pPr/{self.space}outlineLvl")
        if own is not None:
            return _outline(own.get(f"{self.space}val", ""))
        style = element.find(f"{self.space}pPr/{self.space}pStyle")
        return self.levels.get(style.get(f"{self.space}val", ""), 0) if style is not None else 0

    def _table(self, element: Element) -> None:
        self.tables += 1
        name = f"表格{self.tables}"
        at = len(self.items)
        cells = _merged([cell for cell in self._cells(element)])
        if cells:
            self.items.insert(at, Grid(name, tuple(cells)))

    def _cells(self, table: Element) -> Iterator[tuple[GridCell, bool]]:
        """Each cell, and whether it only continues the one above."""
        for row, element in enumerate(self._inside(table, "tr")):
            col = self._number(element, "trPr", "gridBefore", 0)
            for cell in self._inside(element, "tc"):
                cols = self._number(cell, "tcPr", "gridSpan", 1)
                self.cells += cols
                if self.cells > MAX_CELLS:
                    raise suspicious("cells")
                merge = cell.find(f"{self.space}tcPr/{self.space}vMerge")
                continues = merge is not None and merge.get(f"{self.space}val", "continue") == "continue"
                nested = next(cell.iter(f"{self.space}tbl"), None) is not None
                yield GridCell(self._cell_text(cell), row, col, 1, cols, a1(row, col), nested=nested), continues
                col += cols

    def _inside(self, parent: Element, kind: str) -> Iterator[Element]:
        """Rows of a table or cells of a row, whatever they are wrapped in."""
        for child in parent:
            name = child.tag.removeprefix(self.space)
            if name == kind:
                yield child
            elif name in ("sdt", "sdtContent", "ins", "customXml"):
                yield from self._inside(child, kind)

    def _cell_text(self, cell: Element) -> str:
        lines = []
        for child in cell:
            name = child.tag.removeprefix(self.space)
            if name == "p":
                lines.append(self._text(child).strip())
            elif name == "tbl":
                self._table(child)
            elif name in ("sdt", "sdtContent"):
                lines.append(self._cell_text(child))
        return "\n".join(line for line in lines if line)

    def _text(self, element: Element) -> str:
        name = element.tag.removeprefix(self.space)
        if name in _UNSHOWN:
            return ""
        if name == "t":
            return element.text or ""
        return _SPACES.get(name, "") + "".join(self._text(child) for child in element if name not in ("rPr", "pPr"))

    def _number(self, element: Element, properties: str, name: str, default: int) -> int:
        found = element.find(f"{self.space}{properties}/{self.space}{name}")
        text = found.get(f"{self.space}val", "") if found is not None else ""
        return min(int(text), 200) if text.isdecimal() else default


def _levels(package: Package, space: str) -> dict[str, int]:
    """The styles of headings, by their ids, with their levels."""
    levels: dict[str, int] = {}
    for style in package.xml(_STYLES).iter(f"{space}style") if _STYLES in package else ():
        outline, name = style.find(f"{space}pPr/{space}outlineLvl"), style.find(f"{space}name")
        named = _HEADING.fullmatch(name.get(f"{space}val", "")) if name is not None else None
        level = _outline(outline.get(f"{space}val", "")) if outline is not None else int(named[1]) if named else 0
        levels[style.get(f"{space}styleId", "")] = level
    return levels


def _outline(value: str) -> int:
    """Word counts the levels of headings from 0; 9 is running text."""
    return int(value) + 1 if value in tuple("012345678") else 0


@dataclass(slots=True)
class _Open:
    at: int
    end: int


def _merged(cells: list[tuple[GridCell, bool]]) -> list[GridCell]:
    """Cells that go on below as one cell of several rows."""
    found: list[GridCell] = []
    open_: dict[tuple[int, int], _Open] = {}
    for cell, continues in cells:
        above = open_.get((cell.col, cell.cols))
        if continues and above is not None and above.end == cell.row:
            above.end += 1
            found[above.at] = replace(found[above.at], rows=above.end - found[above.at].row)
        else:
            open_[cell.col, cell.cols] = _Open(len(found), cell.row + 1)
            found.append(cell)
    return found
