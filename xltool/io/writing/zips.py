"""The one place where zip files are written: equal members give equal bytes.

Members are packed apart from being put together, so that a part many zips share is deflated once. The records are
written here and not by `zipfile`, which takes members only to compress them itself.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from struct import Struct
from typing import NamedTuple

_LEVEL = 6
_DEFLATED = 8
# The 1st of January 1980, midnight: the first moment a zip can tell.
_TIME, _DATE = 0, 33
# Unpacking takes version 2.0 of the format, with sizes beyond 32 bits 4.5.
_VERSION, _VERSION_64 = 20, 45
_UTF8 = 0x800
# Made on DOS, with the archive bit as the only attribute.
_ARCHIVE = 0x20
_BYTES_LIMIT, _COUNT_LIMIT = 0xFFFFFFFF, 0xFFFF

_BLOCK = Struct("<B2H")
_COMMON = Struct("<5H3L2H")
_SHORT, _OFFSET = Struct("<H"), Struct("<L")
_MADE = b"PK\1\2" + _SHORT.pack(_VERSION)
_PLAIN = Struct("<3HL").pack(0, 0, 0, _ARCHIVE)
_EXTRA_OFFSET = Struct("<2HQ")
_END = Struct("<4s4H2LH")
_END_64 = Struct("<4sQ2H2L4Q")
_LOCATOR_64 = Struct("<4sLQL")


class Member(NamedTuple):
    """A member as it stands in a zip: its record with the data, its entry in the directory, and its name."""

    record: bytes
    entry: bytes
    name: bytes


def member(name: str, crc: int, size: int, data: bytes) -> Member:
    """The member `name` of which `data` is the deflated content, and `crc` and `size` are those of the content.

    Raises ValueError where it is of 4 GiB or more.
    """
    if max(size, len(data)) >= _BYTES_LIMIT:
        raise ValueError(f"zip member too large: {name!r}")
    stored = name.encode()
    flag = 0 if len(stored) == len(name) else _UTF8
    common = _COMMON.pack(_VERSION, flag, _DEFLATED, _TIME, _DATE, crc, len(data), size, len(stored), 0)
    return Member(b"".join((b"PK\3\4", common, stored, data)), _MADE + common + _PLAIN, stored)


def deflated(content: bytes) -> bytes:
    """`content` as a whole raw deflate stream."""
    return _start(content, zlib.Z_FINISH)


def deflated_start(content: bytes) -> bytes:
    """`content` as the beginning of a raw deflate stream, at whose end another may be set without looking back."""
    return _start(content, zlib.Z_FULL_FLUSH)


def stored_block(content: bytes) -> bytes:
    """`content`, less than 64 KiB, as it is, for the middle of a raw deflate stream."""
    size = len(content)
    return _BLOCK.pack(0, size, size ^ 0xFFFF) + content


def _start(content: bytes, end: int) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush(end)


def packed(name: str, content: bytes) -> Member:
    """The member `name` with `content`. Raises ValueError where it is of 4 GiB or more."""
    return member(name, zlib.crc32(content), len(content), deflated(content))


def write_zip(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of `members` (name with forward slashes, content) in the order given.

    Time, system and attributes are fixed; names that are not ASCII carry the UTF-8 flag. Names that are
    unsafe to unpack or differ in case only are a mistake of the caller and raise ValueError.
    """
    seen: set[str] = set()
    fit = ((name, content) for name, content in members if _check_name(name, seen))
    return put_together(packed(name, content) for name, content in fit)


def put_together(members: Iterable[Member]) -> bytes:
    """The zip of `members`, whose names are fit (`write_zip`)."""
    parts: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for record, entry, name in members:
        parts.append(record)
        directory += (entry, _OFFSET.pack(offset), name) if offset < _BYTES_LIMIT else _far(entry, offset, name)
        offset += len(record)
    count = len(parts)
    parts += directory
    size = sum(map(len, directory))
    parts.append(_end(count, size, offset))
    return b"".join(parts)


def _far(entry: bytes, offset: int, name: bytes) -> tuple[bytes, ...]:
    """The directory's entry of a member beyond the reach of 32 bits, which stands in an extra field."""
    extra = _EXTRA_OFFSET.pack(1, 8, offset)
    needs, length = _SHORT.pack(_VERSION_64), _SHORT.pack(len(extra))
    entry = b"".join((entry[:4], needs, needs, entry[8:30], length, entry[32:]))
    return entry, _OFFSET.pack(_BYTES_LIMIT), name, extra


def _end(count: int, size: int, offset: int) -> bytes:
    """The records after the directory of `count` members, which has `size` bytes and begins at `offset`."""
    last = _END.pack(
        b"PK\5\6",
        0,
        0,
        *(min(count, _COUNT_LIMIT),) * 2,
        min(size, _BYTES_LIMIT),
        min(offset, _BYTES_LIMIT),
        0,
    )
    if count < _COUNT_LIMIT and max(size, offset) < _BYTES_LIMIT:
        return last
    versions = _VERSION_64, _VERSION_64
    record = _END_64.pack(b"PK\6\6", _END_64.size - 12, *versions, 0, 0, count, count, size, offset)
    return record + _LOCATOR_64.pack(b"PK\6\7", 0, offset + size, 1) + last


def _check_name(name: str, seen: set[str]) -> bool:
    unsafe = "\\" in name or "\0" in name or ":" in name or any(step in ("", ".", "..") for step in name.split("/"))
    if unsafe or name.casefold() in seen:
        raise ValueError(f"unfit or repeated zip member: {name!r}")
    seen.add(name.casefold())
    return True
