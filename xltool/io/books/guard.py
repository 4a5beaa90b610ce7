"""The limits that stand before every parser of a returned file.

A return comes by e-mail from thousands of hands: it may be broken, and one of them may be a bomb. Nothing
here trusts what a file says about itself; every size is measured while inflating.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from xltool.io.books.suspicions import SUSPICIONS
from xltool.model.finding import Refused, refuse

MAX_FILE = 20 * 1024 * 1024
MAX_ENTRIES = 1000
# Files in one archive of returns.
MAX_MEMBERS = 20_000
MAX_PART = 16 * 1024 * 1024
MAX_TOTAL = 32 * 1024 * 1024
MAX_RATIO = 100
RATIO_GRACE = 100 * 1024
MAX_DEPTH = 100
MAX_TOKEN = 1024 * 1024
# An element costs about 450 bytes once parsed, so this keeps one part under 600 MB.
MAX_TAGS = 1_200_000
MAX_SHEETS = 64
MAX_CELLS = 200_000
MAX_MERGES = 20_000
MAX_MERGED_AREA = 1_000_000
MAX_NAMES = 20_000
MAX_ROWS = 1_048_576
MAX_COLS = 16_384


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a workbook may inflate to, in bytes, and how many cells it may hold. By default a return's."""

    part: int = MAX_PART
    total: int = MAX_TOTAL
    cells: int = MAX_CELLS


_RETURN = Sizes()
SUMMARY = Sizes(1024 * 1024 * 1024, 2048 * 1024 * 1024, 8_000_000)
"""Our own summaries, which grow with the agencies: of twenty thousand."""

_STORED, _DEFLATED = 0, 8
_ENCRYPTED_FLAG = 0x1
_UTF8_FLAG = 0x800
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_END_SIGNATURE = b"PK\x05\x06"
# Size of the directory and length of the comment.
_END = struct.Struct("<12xI4xH")
_ZIP64_SIGNATURE, _ZIP64_SIZE = b"PK\x06\x07", 20


def suspicious(reason: str, part: str = "") -> Refused:
    """FILE-SUSPICIOUS: the file breaks a limit; `reason` is a key of `SUSPICIONS`."""
    return refuse("FILE-SUSPICIOUS", reason=SUSPICIONS[reason], part=part[:80])


def damaged(part: str = "") -> Refused:
    """FILE-DAMAGED: the file, or `part` of it, is not what its format demands."""
    return refuse("FILE-DAMAGED", part=part[:80])


class Package:
    """The parts of a zip container, each checked against the limits before it is handed out.

    Part names are compared without case, as office suites do; two that differ in case only are refused.
    """

    def __init__(self, data: bytes, sizes: Sizes = _RETURN) -> None:
        self._data = data
        self._parts: dict[str, zipfile.ZipInfo] = {}
        infos = directory(data)
        if len(infos) > MAX_ENTRIES:
            raise suspicious("entries")
        _check_sizes(infos, sizes)
        _check_overlaps(data, infos)
        for info in infos:
            self._add(info)

    def names(self) -> tuple[str, ...]:
        """Names of all parts, directories left out, in the file's own order."""
        return tuple(name for info in self._parts.values() if not (name := entry_name(info)).endswith("/"))

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._parts

    def read(self, name: str) -> bytes:
        """The content of one part, inflated within its declared size and its CRC checked."""
        info = self._parts.get(name.casefold())
        if info is None:
            raise damaged(name)
        return content_of(self._data, info, name)

    def xml(self, name: str) -> Element:
        """The root element of one XML part."""
        return parse_xml(self.read(name), name)

    def _add(self, info: zipfile.ZipInfo) -> None:
        name = entry_name(info)
        steps = name.removesuffix("/").split("/")
        if ":" in name or "\0" in name or any(step in ("", ".", "..") for step in steps):
            raise suspicious("path", name)
        if is_encrypted(info):
            raise refuse("FILE-ENCRYPTED")
        if info.compress_type not in (_STORED, _DEFLATED):
            raise suspicious("method", name)
        key = name.removesuffix("/").casefold()
        if key in self._parts:
            raise suspicious("duplicate-part", name)
        self._parts[key] = info


def content_of(data: bytes, info: zipfile.ZipInfo, name: str) -> bytes:
    """The content of one entry of a zip, inflated within its declared size and its CRC checked."""
    start, end = _span(data, info)
    content = _inflate(data[start:end], info, name)
    if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
        raise damaged(name)
    return content


def parse_xml(data: bytes, part: str = "") -> Element:
    """The root of an XML document of bounded size, depth and token length, without DOCTYPE.

    It is read as UTF-8 whatever it declares, so that the search for DOCTYPE sees what the parser sees. UTF-16,
    which expat recognises all the same, shows by its zero bytes; no office suite writes it.
    """
    if len(data) > MAX_PART:
        raise suspicious("part-size", part)
    if b"\0" in data:
        raise damaged(part)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise suspicious("doctype", part)
    if data.count(b"<") > MAX_TAGS:
        raise suspicious("tags", part)
    if max(map(len, data.split(b"<"))) > MAX_TOKEN:
        raise suspicious("token", part)
    parser = ElementTree.XMLParser(encoding="utf-8")
    try:
        parser.feed(data)
        root = parser.close()
    except (ElementTree.ParseError, ValueError) as error:
        raise damaged(part) from error
    _check_depth(root, part)
    return root


class Budget:
    """What one workbook may hold in all; spending beyond it is refused."""

    def __init__(self, sizes: Sizes = _RETURN) -> None:
        self._left = {
            "cells": sizes.cells,
            # Empty cells with an open lock are kept too: a form has hundreds of them.
            "open-cells": 2 * sizes.cells,
            "array": sizes.cells,
            "merges": MAX_MERGES,
            "merged-area": MAX_MERGED_AREA,
            "names": MAX_NAMES,
            "hidden": 2 * MAX_ROWS,
            "sheets": MAX_SHEETS,
        }

    def spend(self, what: str, amount: int = 1) -> None:
        """Take `amount` of `what`. Raises FILE-SUSPICIOUS once nothing is left."""
        self._left[what] -= amount
        if self._left[what] < 0:
            raise suspicious(what)

    def merge(self, row: int, col: int, last_row: int, last_col: int) -> None:
        """Count one merged area, which must lie in a sheet."""
        if not (0 <= row <= last_row < MAX_ROWS and 0 <= col <= last_col < MAX_COLS):
            raise suspicious("position")
        self.spend("merges")
        self.spend("merged-area", (last_row - row + 1) * (last_col - col + 1))


@lru_cache(maxsize=1)
def directory(data: bytes) -> list[zipfile.ZipInfo]:
    """The entries of a zip, at most `MAX_MEMBERS`, which must fill the data from its first byte to its last.

    Of a zip cut short, or with something behind it, zipfile would open the last zip stored inside it instead.
    """
    end, size = _end(data)
    # Counted before parsing: a directory of 20 MB would make half a million objects.
    if data.count(_CENTRAL_SIGNATURE, max(0, end - size)) > MAX_MEMBERS:
        raise suspicious("entries")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except Exception as error:  # zipfile raises six kinds on broken directories
        raise damaged() from error
    if infos and min(info.header_offset for info in infos) > 0:
        raise damaged()
    return infos


def _end(data: bytes) -> tuple[int, int]:
    """Where the end record is, which must be all that follows the directory, and the directory's size."""
    bare = len(data) - _END.size
    # Looked for as zipfile does it.
    end = bare if data.startswith(_END_SIGNATURE, max(0, bare)) else data.rfind(_END_SIGNATURE)
    if end < 0 or end > bare:
        raise damaged()
    size, comment = _END.unpack_from(data, end)
    if end + _END.size + comment != len(data):
        raise damaged()
    # In a zip64 the size is elsewhere.
    return end, len(data) if data.startswith(_ZIP64_SIGNATURE, max(0, end - _ZIP64_SIZE)) else size


def _check_sizes(infos: list[zipfile.ZipInfo], sizes: Sizes) -> None:
    for info in infos:
        if info.file_size > sizes.part:
            raise suspicious("part-size", info.filename)
        if info.file_size > RATIO_GRACE and info.file_size > MAX_RATIO * info.compress_size:
            raise suspicious("ratio", info.filename)
    if sum(info.file_size for info in infos) > sizes.total:
        raise suspicious("total-size")


def _check_overlaps(data: bytes, infos: list[zipfile.ZipInfo]) -> None:
    spans = sorted((info.header_offset, _span(data, info)[1]) for info in infos)
    if any(end > start for (_, end), (start, _) in pairwise(spans)):
        raise suspicious("overlap")


def _span(data: bytes, info: zipfile.ZipInfo) -> tuple[int, int]:
    """Where the packed bytes of an entry begin and end. The local header must name the same entry."""
    head = data[info.header_offset : info.header_offset + _LOCAL_HEADER.size]
    if info.header_offset < 0 or len(head) < _LOCAL_HEADER.size:
        raise damaged(info.filename)
    signature, name_length, extra_length = _LOCAL_HEADER.unpack(head)
    name_start = info.header_offset + _LOCAL_HEADER.size
    name = data[name_start : name_start + name_length]
    start = name_start + name_length + extra_length
    end = start + info.compress_size
    if signature != b"PK\x03\x04" or end > len(data):
        raise damaged(info.filename)
    encoding = "utf-8" if info.flag_bits & _UTF8_FLAG else "cp437"
    if name.decode(encoding, "replace") != info.orig_filename:
        raise suspicious("two-names", info.filename)
    return start, end


def _inflate(raw: bytes, info: zipfile.ZipInfo, name: str) -> bytes:
    if info.compress_type == _STORED:
        return raw
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(raw, info.file_size + 1)
    except zlib.error as error:
        raise damaged(name) from error
    if len(content) > info.file_size:
        raise suspicious("part-size", name)
    if not inflater.eof or inflater.unused_data:
        raise damaged(name)
    return content


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """Whether an entry needs a password."""
    return bool(info.flag_bits & _ENCRYPTED_FLAG)


def entry_name(info: zipfile.ZipInfo) -> str:
    """Name of an entry. Without the UTF-8 flag it is what the packing system used, in China GB18030."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437")
        name = next(_decodings(raw), name)
    return name.replace("\\", "/")


def _decodings(raw: bytes) -> Iterator[str]:
    for encoding in ("utf-8", "gb18030"):
        try:
            yield raw.decode(encoding)
        except UnicodeDecodeError:
            continue


def _check_depth(root: Element, part: str) -> None:
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise suspicious("depth", part)
