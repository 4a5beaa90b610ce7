"""What all Word documents share: fonts for Chinese and Latin alike, no date, no author, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from xltool.io.writing.zips import write_zip

_FIXED = datetime(2000, 1, 1)
# The library refuses longer properties.
_MAX_PROPERTY = 255


def styled(run: Any, font: str, size: Any, bold: bool) -> None:
    """Font, size and weight of a run, for Chinese characters too."""
    from docx.oxml.ns import qn

    run.font.name, run.font.size, run.font.bold = font, size, bold
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def undated(properties: Any, title: str) -> None:
    """The title, and nothing that tells of machine, person or day."""
    properties.title, properties.author, properties.comments = title[:_MAX_PROPERTY], "", ""
    properties.last_modified_by, properties.revision = "", 1
    properties.created = properties.modified = _FIXED


def repacked(document: Any) -> bytes:
    """The document's bytes, zipped by the one function that writes zips."""
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as package:
        return write_zip((name, package.read(name)) for name in package.namelist())
