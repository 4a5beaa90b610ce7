"""Custom properties of an xls file: the user-defined section of its document summary stream ([MS-OLEPS])."""

from __future__ import annotations

import struct
from uuid import UUID

_USER_DEFINED = UUID("D5CDD505-2E9C-101B-9397-08002B2CF9AE").bytes_le
_DICTIONARY, _CODEPAGE = 0, 1
_TYPE_CODEPAGE, _TYPE_BYTES, _TYPE_UTF16 = 0x02, 0x1E, 0x1F
_UTF16 = 1200
_ENCODINGS = {_UTF16: "utf-16-le", 65001: "utf-8", 936: "gb18030", 950: "big5hkscs", 10000: "mac-roman"}
_MAX_PROPERTIES = 1000


def string_properties(stream: bytes) -> dict[str, str]:
    """The custom properties that are strings. Raises struct.error, ValueError or LookupError on broken streams."""
    (sets,) = struct.unpack_from("<I", stream, 24)
    for index in range(min(sets, 2)):
        kind, offset = struct.unpack_from("<16sI", stream, 28 + 20 * index)
        if kind == _USER_DEFINED:
            return _Section(stream[offset:]).strings()
    return {}


class _Section:
    """One property set; offsets count from its start."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        (count,) = struct.unpack_from("<I", data, 4)
        if count > _MAX_PROPERTIES:
            raise ValueError("too many properties")
        self._offsets: dict[int, int] = dict(struct.unpack_from("<II", data, 8 + 8 * index) for index in range(count))
        self._codepage = self._read_codepage()
        self._encoding = _ENCODINGS.get(self._codepage, f"cp{self._codepage}")

    def strings(self) -> dict[str, str]:
        names = self._names()
        values = {number: self._string(offset) for number, offset in self._offsets.items() if number in names}
        return {names[number]: value for number, value in values.items() if value is not None}

    def _read_codepage(self) -> int:
        offset = self._offsets.get(_CODEPAGE)
        if offset is None:
            return 1252
        kind, codepage = struct.unpack_from("<IH", self._data, offset)
        return int(codepage) if kind == _TYPE_CODEPAGE else 1252

    def _names(self) -> dict[int, str]:
        offset = self._offsets.get(_DICTIONARY)
        if offset is None:
            return {}
        (count,) = struct.unpack_from("<I", self._data, offset)
        offset += 4
        names: dict[int, str] = {}
        for _ in range(min(count, _MAX_PROPERTIES)):
            number, length = struct.unpack_from("<II", self._data, offset)
            size = 2 * length if self._codepage == _UTF16 else length
            names[number] = self._text(offset + 8, size, self._encoding)
            # Entries are padded to four bytes in UTF-16 only.
            offset += 8 + (size + 3 & ~3 if self._codepage == _UTF16 else size)
        return names

    def _string(self, offset: int) -> str | None:
        kind, length = struct.unpack_from("<II", self._data, offset)
        if kind == _TYPE_BYTES:
            return self._text(offset + 8, length, self._encoding)
        return self._text(offset + 8, 2 * length, "utf-16-le") if kind == _TYPE_UTF16 else None

    def _text(self, start: int, size: int, encoding: str) -> str:
        if start + size > len(self._data):
            raise ValueError("text beyond the end")
        return self._data[start : start + size].decode(encoding, "replace").partition("\0")[0]
