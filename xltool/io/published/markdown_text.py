"""Text with the marks of Markdown: headings, paragraphs, emphasis, tables. A line is a paragraph, as Chinese writers
write; numbers and indents of lines are text and stay."""

from __future__ import annotations

from xltool.io.published.html_grid import read_html
from xltool.model.grid import Document

# Lists would lose their numbers, indented paragraphs would turn into code, and tags are shown as they stand.
_TAKEN_AS_TEXT = ["list", "code", "html_block", "html_inline", "blockquote", "lheading"]


def read_markdown(text: str) -> Document:
    """The paragraphs, with the level of headings, and tables of `text`."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"breaks": True, "html": False}).enable("table").disable(_TAKEN_AS_TEXT)
    return read_html(reader.render(text))
