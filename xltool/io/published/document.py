"""Any file a report may come in as a document of paragraphs and grids. Only bytes decide what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from xltool.io.books.containers import Kind, open_book, sniff
from xltool.model.book import Book
from xltool.model.finding import refuse
from xltool.model.grid import Document

_TAGS = re.compile(r"<(?:!doctype|html|table|tbody|tr|td|div|p|span|h\d)\b", re.I)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]+)", re.I)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# Where a page shows that it is one.
_HEAD = 1000
# What the Chinese web calls GB2312 has characters of its supersets.
_GB = {"gb2312", "gbk", "gb18030", "gb_2312-80"}


def read_document(data: bytes, opener: Callable[[bytes], Book] = open_book) -> Document:
    """The paragraphs and tables of a file; `opener` opens workbooks. Raises Refused where it cannot be read."""
    kind = sniff(data)
    if kind in _WORKBOOKS:
        from xltool.io.published.workbook_grid import document

        return document(opener(data))
    reader = _READERS.get(kind)
    if reader is not None:
        return reader(data)
    if kind in ("html", "csv", "text", "unknown") and (text := decode(data)) is not None:
        return _read_words(text)
    if kind in ("encrypted", "zip", "rar", "7z", "image", "empty", "xlsb", "json"):
        open_book(data)  # refuses, saying what to do with such a file
    raise refuse("IMPORT-KIND", kind=kind)


def read_prose(data: bytes) -> Document:
    """The paragraphs of a text somebody wrote: a Word document, a page, a PDF, or a text with the marks of Markdown.

    Raises Refused for anything else.
    """
    kind = sniff(data)
    text = decode(data) if kind in ("text", "csv", "unknown") else None
    if text is None or _TAGS.search(text[:_HEAD]):
        return read_document(data)
    from xltool.io.published.markdown_text import read_markdown

    return read_markdown(text)


def decode(data: bytes) -> str | None:
    """The text in `data` by its mark, as UTF-8, by what a page declares, or as GB18030; None where it is none."""
    declared = _CHARSET.search(data[:4096])
    name = declared[1].decode("ascii").lower() if declared else ""
    marked = next(((mark, encoding) for mark, encoding in _BOMS if data.startswith(mark)), (b"", ""))
    for encoding in (marked[1], "utf-8", "gb18030" if name in _GB else name, "gb18030"):
        try:
            text = data.removeprefix(marked[0]).decode(encoding) if encoding else ""
        except (UnicodeDecodeError, LookupError):
            continue
        if text and "\0" not in text:
            return text
    return None


def _read_words(text: str) -> Document:
    if _TAGS.search(text):
        from xltool.io.published.html_grid import read_html

        return read_html(text)
    from xltool.io.published.text_grid import read_text

    return read_text(text)


def _docx(data: bytes) -> Document:
    from xltool.io.published.docx_grid import read_docx

    return read_docx(data)


def _pdf(data: bytes) -> Document:
    from xltool.io.published.pdf_grid import read_pdf

    return read_pdf(data)


_READERS: Mapping[Kind, Callable[[bytes], Document]] = {
    "docx": _docx,
    "pdf": _pdf,
}
_WORKBOOKS: frozenset[Kind] = frozenset({"xlsx", "xls", "ods"})
