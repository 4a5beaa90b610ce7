"""From a path to bytes, from bytes to the kind of file they are, and from a workbook's bytes to `Book`.

Only bytes decide: names and endings of returned files are as often wrong as right.
"""

from __future__ import annotations

import errno
import os
import pathlib
import re
import stat
from collections.abc import Callable, Mapping
from typing import Literal

from xltool.io.books.guard import MAX_FILE, Package, directory, entry_name
from xltool.model.book import Book
from xltool.model.finding import Refused, refuse
from xltool.model.place import Place

Kind = Literal[
    "xlsx", "xls", "ods", "json", "zip", "encrypted", "html", "csv", "text",
    "pdf", "docx", "xlsb", "rar", "7z", "image", "empty", "unknown",
]  # fmt: skip

_MEGABYTE = 1024 * 1024
_HEAD = 4096
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", "pdf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "7z"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"{\\rtf", "docx"),
)
_IMAGE_BOXES = re.compile(rb"RIFF....WEBP|....ftyp(?:heic|heix|mif1|avif)", re.DOTALL)
# Entries of a compound file's directory are 128 bytes each: name in UTF-16, padded with zeros.
_STREAMS: tuple[tuple[str, Kind], ...] = (
    ("EncryptedPackage", "encrypted"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("WordDocument", "docx"),
    ("PowerPoint Document", "docx"),
)
# First parts of zip containers that tell what they are.
_PARTS: tuple[tuple[str, Kind], ...] = (
    ("xl/workbook.bin", "xlsb"),
    ("xl/", "xlsx"),
    ("word/", "docx"),
    ("ppt/", "docx"),
)
_ODF_TYPE = "application/vnd.oasis.opendocument."
_HTML = re.compile(
    # Atomic, or a row of comments could be divided up in more ways than there is time for.
    r"\s*(?:<\?xml[^>]*>\s*)?(?>(?:<!--(?>.*?-->)\s*)*)<(?:!doctype\s+html|html|head|meta|body|table|style)\b",
    re.I | re.S,
)
_MHTML = re.compile(r"\s*MIME-Version:", re.I)
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{])")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

_REFUSALS: Mapping[str, str] = {
    "json": "FILE-JSON",
    "zip": "FILE-ARCHIVE",
    "rar": "FILE-ARCHIVE",
    "7z": "FILE-ARCHIVE",
    "encrypted": "FILE-ENCRYPTED",
    "html": "FILE-HTML",
    "csv": "FILE-CSV",
    "text": "FILE-CSV",
    "pdf": "FILE-PDF",
    "docx": "FILE-DOCUMENT",
    "xlsb": "FILE-XLSB",
    "image": "FILE-IMAGE",
    "empty": "FILE-EMPTY",
}


def read_bytes(path: pathlib.Path, most: int = MAX_FILE) -> bytes:
    """Content of a regular file of at most `most` bytes; links, pipes and devices are refused. Raises Refused."""
    places = (Place(file=path.name),)
    try:
        # Where the system has no O_NOFOLLOW this look beforehand is all there is.
        if path.is_symlink():
            raise refuse("FILE-NOT-REGULAR", places=places)
        with open(path, "rb", opener=lambda name, _: os.open(name, _FLAGS)) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise refuse("FILE-NOT-REGULAR", places=places)
            data = stream.read(most + 1) if status.st_size <= most else b""
    except FileNotFoundError as error:
        raise refuse("FILE-MISSING", places=places) from error
    except OSError as error:
        irregular = path.is_dir() or error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO)
        raise refuse("FILE-NOT-REGULAR" if irregular else "FILE-UNREADABLE", places=places) from error
    if max(len(data), status.st_size) > most:
        raise refuse("FILE-TOO-LARGE", places=places, megabytes=most // _MEGABYTE)
    return data


def open_book(data: bytes) -> Book:
    """The workbook in `data`, whichever container it is in. Raises Refused, and nothing else."""
    if len(data) > MAX_FILE:
        raise refuse("FILE-TOO-LARGE", megabytes=MAX_FILE // _MEGABYTE)
    kind = sniff(data)
    reader = _READERS.get(kind)
    if reader is None:
        raise refuse(_REFUSALS.get(kind, "FILE-UNKNOWN"))
    return reader(data)


def open_summary(data: bytes) -> Book:
    """The same for a summary of ours, which may be larger than any return. Raises Refused."""
    if sniff(data) != "xlsx":
        return open_book(data)
    from xltool.io.books import xlsx_reader

    return xlsx_reader.read_summary(data)


def is_json(data: bytes) -> bool:
    """Whether these bytes are JSON; of workbooks that is told at a glance."""
    return not data.startswith(_ZIP) and sniff(data) == "json"


def sniff(data: bytes) -> Kind:
    """What kind of file these bytes are. A container that is broken still counts as what it was meant to be."""
    if not data.strip(b"\0 \t\r\n"):
        return "empty"
    if data.startswith(_ZIP):
        return _sniff_zip(data)
    if data.startswith(_COMPOUND):
        return next((kind for name, kind in _STREAMS if _has_stream(data, name)), "unknown")
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if b"%PDF-" in data[:1024]:
        return "pdf"
    return "image" if _IMAGE_BOXES.match(data) else _sniff_text(data)


def _read_xlsx(data: bytes) -> Book:
    from xltool.io.books import xlsx_reader  # what only names and sniffs files needs no reader

    return xlsx_reader.read(data)


def _read_xls(data: bytes) -> Book:
    from xltool.io.books import xls_reader  # xlrd costs 25 ms, and most returns are xlsx

    return xls_reader.read(data)


def _read_ods(data: bytes) -> Book:
    from xltool.io.books import ods_reader

    return ods_reader.read(data)


_READERS: Mapping[str, Callable[[bytes], Book]] = {
    "xlsx": _read_xlsx,
    "xls": _read_xls,
    "ods": _read_ods,
}


def _has_stream(data: bytes, name: str) -> bool:
    entry = re.escape(name.encode("utf-16-le") + b"\0\0")
    return any(match.start() % 128 == 0 for match in re.finditer(entry, data))


def _sniff_zip(data: bytes) -> Kind:
    try:
        names = [entry_name(info).casefold() for info in directory(data)]
        if "mimetype" in names:
            return _odf_kind(Package(data))
    except Refused:
        return _sniff_broken_zip(data)
    if "[content_types].xml" in names or "xl/workbook.xml" in names:
        return next((kind for start, kind in _PARTS if any(name.startswith(start) for name in names)), "zip")
    return "zip"


def _odf_kind(package: Package) -> Kind:
    try:
        type_ = package.read("mimetype").decode("ascii", "replace").strip()
    except Refused:
        return "ods"
    if type_.startswith(_ODF_TYPE + "spreadsheet"):
        return "ods"
    return "docx" if type_.startswith(_ODF_TYPE) else "zip"


def _sniff_broken_zip(data: bytes) -> Kind:
    """Kind by names in the raw bytes, so that the reader can say what is wrong with the container."""
    if (_ODF_TYPE + "spreadsheet").encode() in data[:_HEAD]:
        return "ods"
    return "xlsx" if b"[Content_Types].xml" in data or b"xl/workbook" in data else "zip"


def _sniff_text(data: bytes) -> Kind:
    text = _decode(data[:_HEAD])
    if text is None or _BINARY.search(text):
        return "unknown"
    if _HTML.match(text) or _MHTML.match(text):
        return "html"
    if text.lstrip().startswith("<"):
        return "unknown"
    if _JSON.match(text):
        return "json"
    first = text.strip().partition("\n")[0]
    return "csv" if any(mark in first for mark in ",\t;，") else "text"


def _decode(head: bytes) -> str | None:
    """The beginning of a text, whose last character may be cut."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return head.removeprefix(mark).decode(encoding, "replace")
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None
