"""A zip with new content for some of its members, and all else as it was, byte for byte."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from xltool.io.writing.zips import deflated

# Headers of the format: 4.3.7, 4.3.12 and 4.3.16 of PKWARE's APPNOTE.
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DEFLATED = 8
_DESCRIPTOR_FOLLOWS = 0x8
_ZIP64_EXTRA = 1


def with_members(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The zip in `data` with new content for some of its members, named as the zip names them.

    All others stay as they are packed, byte for byte, and so do the order, names, times and attributes of all.
    `data` is a zip that fills its file from the first byte to the last. Raises KeyError for a name it has not.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        infos, directory, comment = archive.infolist(), archive.start_dir, archive.comment
    if missing := set(changed) - {info.orig_filename for info in infos}:
        raise KeyError(sorted(missing)[0])
    starts = sorted(info.header_offset for info in infos)
    ends = dict(zip(starts, [*starts[1:], directory], strict=True))
    out = BytesIO()
    records: dict[int, bytes] = {}
    packed = dict(
        zip((info.header_offset for info in infos), _central_records(data, directory, len(infos)), strict=True)
    )
    for info in sorted(infos, key=lambda each: each.header_offset):
        start, offset = info.header_offset, out.tell()
        content = changed.get(info.orig_filename)
        if content is None:
            out.write(data[start : ends[start]])
            flags, method, sizes = info.flag_bits, info.compress_type, (info.CRC, info.compress_size, info.file_size)
        else:
            flags, method = info.flag_bits & ~_DESCRIPTOR_FOLLOWS, _DEFLATED
            fresh = deflated(content)
            sizes = (zlib.crc32(content), len(fresh), len(content))
            out.write(_local(data, start, flags, sizes) + fresh)
        records[start] = _central(packed[start], flags, method, sizes, offset)
    start = out.tell()
    out.write(b"".join(records[info.header_offset] for info in infos))
    count, size = len(infos), out.tell() - start
    out.write(_END.pack(b"PK\5\6", 0, 0, count, count, size, start, len(comment)) + comment)
    return out.getvalue()


def _local(data: bytes, start: int, flags: int, sizes: tuple[int, int, int]) -> bytes:
    """The local header at `start`, of a member packed anew."""
    signature, version, _, _, time, date, _, _, _, length, extra = _LOCAL.unpack_from(data, start)
    at = start + _LOCAL.size
    name, rest = data[at : at + length], _without_zip64(data[at + length : at + length + extra])
    return _LOCAL.pack(signature, version, flags, _DEFLATED, time, date, *sizes, length, len(rest)) + name + rest


def _central(record: bytes, flags: int, method: int, sizes: tuple[int, int, int], offset: int) -> bytes:
    """The record of a member in the directory, with sizes and place as they are now."""
    head = _CENTRAL.unpack_from(record)
    length, extra = head[10], head[11]
    name, rest = record[_CENTRAL.size : _CENTRAL.size + length], record[_CENTRAL.size + length :]
    kept = _without_zip64(rest[:extra])
    # Disk number 0: a zip64 may keep it in the field that goes.
    fixed = (*head[:3], flags, method, *head[5:7], *sizes, length, len(kept), head[12], 0, *head[14:16], offset)
    return _CENTRAL.pack(*fixed) + name + kept + rest[extra:]


def _central_records(data: bytes, start: int, count: int) -> Iterator[bytes]:
    for _ in range(count):
        head = _CENTRAL.unpack_from(data, start)
        end = start + _CENTRAL.size + sum(head[10:13])
        yield data[start:end]
        start = end


def _without_zip64(extra: bytes) -> bytes:
    """Extra fields without the one for sizes of more than four bytes, which no workbook needs."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        kept += b"" if kind == _ZIP64_EXTRA else extra[at : at + 4 + size]
        at += 4 + size
    return kept + extra[at:]
