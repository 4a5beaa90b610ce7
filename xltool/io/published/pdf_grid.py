"""PDF files with a text layer: ruled tables as grids, the rest as paragraphs. Scans are refused."""

from __future__ import annotations

import io
from bisect import bisect_left
from typing import Any

from xltool.model.finding import Refused, refuse
from xltool.model.grid import Document, Grid, GridCell, Paragraph
from xltool.model.place import a1

MAX_PAGES = 200
_SAME_LINE = 1.5


def read_pdf(data: bytes) -> Document:
    """The paragraphs and tables of a document, page after page. Raises Refused for scans and broken files."""
    import pdfplumber

    items: list[Paragraph | Grid] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > MAX_PAGES:
                raise refuse("IMPORT-PDF-PAGES", pages=len(document.pages), limit=MAX_PAGES)
            for number, page in enumerate(document.pages, start=1):
                items += _page(page, number, sum(isinstance(item, Grid) for item in items))
                page.close()
    except Refused:
        raise
    except Exception as error:  # pdfminer raises a dozen kinds on broken or encrypted files
        raise refuse("IMPORT-PDF-DAMAGED") from error
    if not items:
        raise refuse("IMPORT-PDF-SCAN")
    return Document(tuple(items))


def _page(page: Any, number: int, tables: int) -> list[Paragraph | Grid]:
    """What stands on a page, from top to bottom."""
    placed: list[tuple[float, Paragraph | Grid]] = []
    found = page.find_tables()
    for table in sorted(found, key=lambda each: each.bbox[1]):
        tables += 1
        placed.append((table.bbox[1], _grid(page, table, f"表格{tables}", number)))
    outside = page.filter(lambda thing: not any(_inside(thing, table.bbox) for table in found))
    for line in outside.extract_text_lines(return_chars=False):
        text = " ".join(line["text"].split())
        if text:
            placed.append((line["top"], Paragraph(text, f"p{number}")))
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]


def _inside(thing: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    if thing.get("object_type") != "char":
        return False
    across, down = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return bool(box[0] <= across <= box[2] and box[1] <= down <= box[3])


def _grid(page: Any, table: Any, name: str, number: int) -> Grid:
    """Spans follow from where the lines around a cell are."""
    lefts, tops = _edges(table.cells, 0, 2), _edges(table.cells, 1, 3)
    chars = [char for char in page.chars if _inside(char, table.bbox)]
    cells = []
    for box in table.cells:
        col, end = _at(lefts, box[0]), _at(lefts, box[2])
        row, below = _at(tops, box[1]), _at(tops, box[3])
        text = _text([char for char in chars if _inside(char, box)])
        cells.append(GridCell(text, row, col, max(1, below - row), max(1, end - col), f"p{number}:{a1(row, col)}"))
    return Grid(name, tuple(sorted(cells, key=lambda cell: (cell.row, cell.col))))


def _edges(boxes: list[tuple[float, ...]], *sides: int) -> list[float]:
    edges: list[float] = []
    for edge in sorted(box[side] for box in boxes for side in sides):
        if not edges or edge - edges[-1] > _SAME_LINE:
            edges.append(edge)
    return edges


def _at(edges: list[float], edge: float) -> int:
    return min(bisect_left(edges, edge - _SAME_LINE), len(edges) - 1)


def _text(chars: list[dict[str, Any]]) -> str:
    from pdfplumber.utils.text import extract_text

    return "\n".join(" ".join(line.split()) for line in extract_text(chars).split("\n")) if chars else ""
