"""Reports as offices publish them: an era's tables drawn from its layout and written as web page, text or Word file.

Drawn apart from the code under test: labels come from the schema, positions from the layout's trees.
"""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from xltool.model.era import Era
from xltool.model.record import Record
from xltool.numbers import plain
from xltool.plan.layout import Block, Layout, Node, join, leaves, path_of

Change = Callable[[str], str]


@dataclass(frozen=True)
class Cell:
    """A cell of a drawn table; `label` tells a label from a figure."""

    row: int
    col: int
    text: str
    rows: int = 1
    cols: int = 1
    label: bool = True


Table = list[Cell]


def draw(record: Record, era: Era, layout: Layout) -> list[tuple[str, Table]]:
    """Every table of the form with the record's figures, each with its caption."""
    tables = []
    for sheet in layout.sheets:
        title = sheet.title or (era.groups[sheet.path].title if sheet.path in era.groups else sheet.name)
        for number, block in enumerate(sheet.blocks):
            caption = title("zh", year=record.year) if number == 0 else ""
            tables.append((caption, _block(block, record, era)))
    return tables


def _block(block: Block, record: Record, era: Era) -> Table:
    columns, rows = list(leaves(block.columns)), [row for row in leaves(block.rows) if _shown(block, row, record, era)]
    stub = max(len(row) if row[0].path or row[0].label else 0 for row in rows)
    units = 1 if block.units else 0
    depth = max(len(column) for column in columns)
    first, width = stub + units, stub + units + len(columns)
    cells: Table = []
    top = 0
    if block.heading:
        cells.append(Cell(0, 0, block.heading.zh, 1, width))
        top = 1
    if stub:
        cells.append(Cell(top, 0, block.corner.zh if block.corner else "", depth, stub))
    if block.units:
        cells.append(Cell(top, stub, block.units.zh, depth))
    row_paths, column_paths = [path_of(row) for row in rows], [path_of(column) for column in columns]
    for level in range(depth):
        for start, end in _runs(columns, level):
            chain = columns[start][: level + 1]
            last = len(columns[start]) == level + 1
            text = _label(block, chain, row_paths, era, record.year, is_row=False)
            cells.append(Cell(top + level, first + start, text, depth - level if last else 1, end - start))
    top += depth
    for level in range(stub):
        for start, end in _runs(rows, level):
            chain = rows[start][: level + 1]
            last = len(rows[start]) == level + 1
            text = _label(block, chain, column_paths, era, record.year, is_row=True)
            cells.append(Cell(top + start, level, text, end - start, stub - level if last else 1))
    for at, row in enumerate(rows):
        own = path_of(row)
        if own in era.indicators:
            cells += _unit(block, era, own, top + at, stub)
            cells.append(Cell(top + at, first, shown(record, own), 1, len(columns), label=False))
            continue
        paths = [join(block.cells, own, column) for column in column_paths]
        cells += _unit(block, era, paths[0], top + at, stub)
        for number, path in enumerate(paths):
            text = shown(record, path) if path in era.indicators else ""
            cells.append(Cell(top + at, first + number, text, label=False))
    return sorted(cells, key=lambda cell: (cell.row, cell.col))


def _unit(block: Block, era: Era, path: str, row: int, col: int) -> Table:
    if not block.units:
        return []
    unit = era.indicators[path].unit if path in era.indicators else None
    return [Cell(row, col, unit.zh if unit else "——")]


def _shown(block: Block, row: tuple[Node, ...], record: Record, era: Era) -> bool:
    """Optional rows only where the record uses them."""
    paths = [join(block.cells, path_of(row), path_of(column)) for column in leaves(block.columns)]
    known = [path for path in paths if path in era.indicators]
    optional = bool(known) and all(era.indicators[path].optional for path in known)
    return not optional or any(record.values[path] is not None or path in record.marks for path in known)


def _runs(chains: Sequence[tuple[Node, ...]], level: int) -> Iterable[tuple[int, int]]:
    start = 0
    while start < len(chains):
        end = start + 1
        while (
            end < len(chains)
            and len(chains[start]) > level + 1
            and chains[end][: level + 1] == chains[start][: level + 1]
        ):
            end += 1
        if len(chains[start]) > level and (chains[start][0].path or chains[start][0].label):
            yield start, end
        start = end


def _label(block: Block, chain: tuple[Node, ...], others: list[str], era: Era, year: int, *, is_row: bool) -> str:
    if chain[-1].label:
        return chain[-1].label("zh", year=year)
    own = path_of(chain)
    joined = [join(block.cells, own, each) if is_row else join(block.cells, each, own) for each in others]
    outer = is_row == (block.cells == "row.column")
    titled = [era.titled(path) for path in ([own, *joined] if outer else joined)]
    return next((each.title("zh", year=year) for each in titled if each), "")


def shown(record: Record, path: str) -> str:
    """What stands in the cell of an indicator."""
    value, mark = record.values[path], record.marks.get(path)
    if value is not None:
        return value if isinstance(value, str) else plain(value)
    return mark.raw if mark else ""


# --- files -------------------------------------------------------------------------------------------------------


def page(tables: Iterable[tuple[str, Table]], year: int, *, change: Change = str, nested: bool = False) -> str:
    """A web page; `change` rewrites every label; with `nested` each table lies in a cell of a table for the layout."""
    parts = [f"<h1>{year}年政府信息公开工作年度报告</h1>"]
    for caption, table in tables:
        inner = html_table(table, change)
        frame = f"<table><tr><td>{inner}</td><td>&nbsp;</td></tr></table>" if nested else inner
        parts.append(f"<p>{change(html.escape(caption))}</p>{frame}")
    return "<!DOCTYPE html><html><head><title>年报</title></head><body>" + "\n".join(parts) + "</body></html>"


def html_table(table: Table, change: Change = str) -> str:
    rows: dict[int, list[str]] = {row: [] for row in range(max(cell.row + cell.rows for cell in table))}
    for cell in table:
        text = html.escape(cell.text).replace("\n", "<br>")
        spans = "".join(f' {name}="{n}"' for name, n in (("rowspan", cell.rows), ("colspan", cell.cols)) if n > 1)
        rows[cell.row].append(f"<td{spans}>{change(text) if cell.label else text}</td>")
    return "<table>" + "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows.values()) + "</table>"


def flat(tables: Iterable[tuple[str, Table]], year: int, *, padded: bool = True, change: Change = str) -> str:
    """A text with a cell a line, a bar after each, rows filled up with blanks where spans were."""
    lines = [f"{year}年政府信息公开工作年度报告"]
    for number, (caption, table) in enumerate(tables, start=1):
        lines.append(caption if caption else f"（{'一二三四五六七八九十'[number % 10]}）")
        width = max(cell.col + cell.cols for cell in table)
        last = max(cell.row for cell in table)
        for row in range(last + 1):
            cells = [cell for cell in table if cell.row == row]
            lines += [f"{change(line(cell.text)) if cell.label else line(cell.text)} |".lstrip() for cell in cells]
            pads = width - len(cells)
            if padded and pads and row != last:
                lines.append("|" * pads)
    return "\n".join(lines) + "\n"


def line(text: str) -> str:
    """A cell's text on one line, without bars."""
    return " ".join(text.replace("|", "/").split())


def docx(tables: Iterable[tuple[str, Table]], year: int) -> bytes:
    """A Word document with merged cells."""
    body = [_paragraph(f"{year}年政府信息公开工作年度报告")]
    for caption, table in tables:
        body += [_paragraph(caption), _word_table(table)]
    section = '<w:sectPr><w:pgSz w:w="23811" w:h="16838" w:orient="landscape"/></w:sectPr>'
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {space}><w:body>{"".join(body)}{section}</w:body></w:document>'
    target = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    packages = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r1" Type="{target}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": document,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _paragraph(text: str) -> str:
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{html.escape(part)}</w:t>' for part in text.split("\n"))
    return f"<w:p><w:r>{runs}</w:r></w:p>"


def _word_table(table: Table) -> str:
    width = max(cell.col + cell.cols for cell in table)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="6"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = f'<w:gridCol w:w="{20000 // width}"/>' * width
    rows = []
    for row in range(max(cell.row + cell.rows for cell in table)):
        cells = []
        for cell in table:
            if not cell.row <= row < cell.row + cell.rows:
                continue
            merge = "" if cell.rows == 1 else '<w:vMerge w:val="restart"/>' if cell.row == row else "<w:vMerge/>"
            span = f'<w:gridSpan w:val="{cell.cols}"/>' if cell.cols > 1 else ""
            text = _paragraph(cell.text if cell.row == row else "")
            cells.append((cell.col, f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{text}</w:tc>"))
        rows.append(f"<w:tr>{''.join(text for _, text in sorted(cells))}</w:tr>")
    return f'<w:tbl><w:tblPr><w:tblW w:w="20000" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{"".join(rows)}</w:tbl>'


def cut(table: Table, at: int, *, header: int = 0) -> tuple[Table, Table]:
    """A table in two before row `at`; the second part repeats the first `header` rows. Spans over the cut are cut too."""
    first = [replace(cell, rows=min(cell.rows, at - cell.row)) for cell in table if cell.row < at]
    second = [cell for cell in table if cell.row < header]
    for cell in table:
        if cell.row >= at:
            second.append(replace(cell, row=cell.row - at + header))
        elif cell.row >= header and cell.row + cell.rows > at:
            second.append(replace(cell, row=header, rows=cell.row + cell.rows - at, text=""))
    return first, sorted(second, key=lambda cell: (cell.row, cell.col))


def sheet(tables: Iterable[tuple[str, Table]], year: int) -> bytes:
    """A worksheet with ruled tables, to be printed."""
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        ruled = book.add_format({"border": 1, "text_wrap": True, "font_size": 8})
        page = book.add_worksheet("年报")
        page.set_landscape()
        page.set_paper(8)
        page.fit_to_pages(1, 1)
        page.set_column(0, 2, 70)
        page.set_column(3, 20, 14)
        top = 1
        page.write_string(0, 0, f"{year}年政府信息公开工作年度报告")
        for caption, table in tables:
            page.write_string(top, 0, caption)
            top += 1
            for cell in table:
                row, col = top + cell.row, cell.col
                if cell.rows * cell.cols > 1:
                    page.merge_range(row, col, row + cell.rows - 1, col + cell.cols - 1, cell.text, ruled)
                else:
                    page.write_string(row, col, cell.text, ruled)
            top += max(cell.row + cell.rows for cell in table) + 1
    return stream.getvalue()
