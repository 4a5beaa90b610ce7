"""A published report as a Word document: A4 in the layout of official papers, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from xltool.io.writing.word import repacked, styled, undated
from xltool.model.letter import MARGINS, PAGE
from xltool.model.paper import Kind, Paper, PaperCell, PaperPart, PaperTable
from xltool.plan.measure import units
from xltool.plan.paper_fit import PORTRAIT, Fit, fit

_TITLE, _HEADING, _BODY, _TABLE = "方正小标宋简体", "黑体", "仿宋", "宋体"
# What stands in for a font that is not installed; without it suites choose whatever they like.
_ALTERNATIVES = {_TITLE: "宋体", _HEADING: "Noto Sans CJK SC", _BODY: "FangSong"}
_SIZES = {"title": 22, "title_small": 18, "heading": 16, "body": 16, "caption": 12, "note": 14}
_LINE = 28
# Tables of no more rows than this stay on one page, upright or turned.
_ONE_PAGE = {False: 32, True: 16}
_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TWIPS = 1440 / 2.54
_SHADED: frozenset[Kind] = frozenset({"caption", "head"})
_SPACING = '<w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>'
_PAGE_NUMBER = (
    f'<w:p xmlns:w="{_SPACE}"><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r>'
    '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
)


def report_docx(paper: Paper) -> bytes:
    """The document. Tables that do not fit an upright page stand on turned ones."""
    from docx import Document

    writer = _Writer(Document())
    writer.paper(paper)
    undated(writer.document.core_properties, paper.title)
    _name_alternatives(writer.document)
    return repacked(writer.document)


class _Writer:
    def __init__(self, document: Any) -> None:
        self.document = document
        self.landscape = False
        self._page(document.sections[0])

    def paper(self, paper: Paper) -> None:
        self._line(paper.title, _title_size(paper.title), _TITLE, centred=True)
        for note in paper.notes:
            self._line(note, "note", _HEADING, centred=True)
        for line in paper.lead:
            self._line(line, "body", _BODY, indent=2)
        for part in paper.parts:
            self._part(part)
        self._footer()

    def _part(self, part: PaperPart) -> None:
        fits = [(table, fit(table)) for table in part.tables]
        # Its heading goes with a table that turns the page, unless there is text to stand between.
        self._turn(bool(fits) and fits[0][1].landscape and not part.paragraphs)
        self._line(part.heading, "heading", _HEADING, indent=2, kept=True)
        for line in part.paragraphs:
            self._line(line, "body", _BODY, indent=2)
        for table, how in fits:
            self._turn(how.landscape)
            if table.title:
                self._line(table.title, "caption", _HEADING, centred=True, kept=True)
            self._table(table, how)

    def _line(
        self, text: str, size: str, font: str, *, centred: bool = False, indent: int = 0, kept: bool = False
    ) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        points = _SIZES[size]
        paragraph = self.document.add_paragraph()
        form = paragraph.paragraph_format
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else None
        form.first_line_indent, form.keep_with_next = Pt(points * indent), kept
        form.space_before, form.space_after = Pt(0), Pt(_LINE if size.startswith("title") else 0)
        form.line_spacing = Pt(max(_LINE, points * 1.5))
        styled(paragraph.add_run(text), font, Pt(points), bold=False)

    def _table(self, table: PaperTable, how: Fit) -> None:
        from docx.oxml import parse_xml
        from docx.shared import Pt

        after = self.document.add_paragraph()
        after.paragraph_format.space_after, after.paragraph_format.line_spacing = Pt(0), Pt(12)
        after._p.addprevious(parse_xml(table_xml(table, how)))

    def _turn(self, landscape: bool) -> None:
        if landscape == self.landscape:
            return
        from docx.enum.section import WD_SECTION

        self.landscape = landscape
        self._page(self.document.add_section(WD_SECTION.NEW_PAGE))

    def _page(self, section: Any) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Cm

        across = self.landscape
        section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = map(Cm, PAGE[::-1] if across else PAGE)
        margins = MARGINS[-1:] + MARGINS[:-1] if across else MARGINS
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Cm, margins)

    def _footer(self) -> None:
        from docx.oxml import parse_xml

        footer = self.document.sections[0].footer
        footer.is_linked_to_previous = False
        for paragraph in footer.paragraphs:
            paragraph._p.getparent().remove(paragraph._p)
        footer._element.append(parse_xml(_PAGE_NUMBER))


def _title_size(title: str) -> str:
    """Titles a little too long for one line are set smaller; longer ones take two."""
    wide = units(title) / units("中") * 2.54 / 72
    return "title_small" if wide * _SIZES["title_small"] <= PORTRAIT < wide * _SIZES["title"] else "title"


def table_xml(table: PaperTable, how: Fit) -> str:
    """The table in the language of Word."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(f'<w:{side} w:w="45" w:type="dxa"/>' for side in ("left", "right"))
    widths = [round(width * _TWIPS) for width in how.widths]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    kept = len(table.rows) - 1 if len(table.rows) <= _ONE_PAGE[how.landscape] else table.head_rows
    rows = "".join(
        f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if row < table.head_rows else ''}</w:trPr>"
        f"{''.join(_cells(table, row, widths, how.points, kept=row < kept))}</w:tr>"
        for row in range(len(table.rows))
    )
    return (
        f'<w:tbl xmlns:w="{_SPACE}"><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    )


def _cells(table: PaperTable, row: int, widths: list[int], points: float, *, kept: bool) -> Iterator[str]:
    """The cells of a row, those that only go on from above among them; `kept` on one page with the next row."""
    for cell in sorted(table.cells, key=lambda each: each.col):
        if cell.row <= row < cell.row + cell.rows:
            yield _cell(cell, row == cell.row, sum(widths[cell.col : cell.col + cell.cols]), points, kept=kept)


def _cell(cell: PaperCell, first: bool, width: int, points: float, *, kept: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.cols}"/>' if cell.cols > 1 else ""
    merge = "" if cell.rows == 1 else '<w:vMerge w:val="restart"/>' if first else "<w:vMerge/>"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' if cell.kind in _SHADED else ""
    align = "left" if cell.kind == "label" else "center"
    lines = cell.text.split("\n") if first else [""]
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in lines)
    fonts = (
        f'<w:rFonts w:ascii="{_TABLE}" w:hAnsi="{_TABLE}" w:eastAsia="{_TABLE}"/><w:sz w:val="{round(points * 2)}"/>'
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{"<w:keepNext/>" if kept else ""}{_SPACING}<w:jc w:val="{align}"/></w:pPr>'
        f"<w:r><w:rPr>{fonts}</w:rPr>{runs}</w:r></w:p></w:tc>"
    )


def _name_alternatives(document: Any) -> None:
    """Say in the document's own list of fonts what stands in for those that only offices have."""
    fonts = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/></w:font>' for font, other in _ALTERNATIVES.items()
    )
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())
