"""A letter as a Word document: A4, in the layout usual for official letters, the same bytes every time."""

from __future__ import annotations

from typing import Any

from xltool.io.writing.word import repacked, styled, undated
from xltool.model.letter import BODY, ITEM, MARGINS, PAGE, SPACING, TITLE, LetterParts, numbered

_FONT, _TITLE_FONT = "仿宋", "宋体"


def letter_docx(parts: LetterParts) -> bytes:
    """The document. Title centred, first lines indented by two characters, signature and date to the right."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = map(Cm, PAGE)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Cm, MARGINS)

    def add(text: str, size: int, font: str = _FONT, *, align: Any = None, indent: int = 0, bold: bool = False) -> None:
        paragraph = document.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.first_line_indent = Pt(size * indent)
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(size * SPACING)
        styled(paragraph.add_run(text), font, Pt(size), bold)

    right = WD_ALIGN_PARAGRAPH.RIGHT
    add(parts.title, TITLE, _TITLE_FONT, align=WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    add("", ITEM)
    add(parts.addressee, BODY)
    for text in parts.paragraphs:
        add(text, BODY, indent=2)
    for text in numbered(parts.items):
        add(text, ITEM)
    add("", ITEM)
    if parts.signature:
        add(parts.signature, BODY, align=right)
    add(parts.date, BODY, align=right)
    undated(document.core_properties, parts.title)
    return repacked(document)
