"""The CRC-32 of bytes whose end is known beforehand."""

from __future__ import annotations

from zlib import crc32

# Below this, computing is as fast as looking up.
_SHORT = 512


class Follower:
    """Bytes that follow others. Their effect on the CRC of those before is linear, and so can be looked up."""

    def __init__(self, content: bytes) -> None:
        self._content = content if len(content) < _SHORT else b""
        self._zero = crc32(content)
        self._tables = () if self._content or not content else _tables(content, self._zero)

    def crc(self, before: int) -> int:
        """The CRC of whatever has the CRC `before`, with these bytes after it."""
        if not self._tables:
            return crc32(self._content, before)
        first, second, third, fourth = self._tables
        return (
            first[before & 255]
            ^ second[before >> 8 & 255]
            ^ third[before >> 16 & 255]
            ^ fourth[before >> 24]
            ^ self._zero
        )


def _tables(content: bytes, zero: int) -> tuple[list[int], ...]:
    """For each byte of a CRC, what each of its values becomes after `content`."""
    tables = []
    for shift in range(0, 32, 8):
        table = [0]
        for bit in range(shift, shift + 8):
            moved = crc32(content, 1 << bit) ^ zero
            table += [entry ^ moved for entry in table]
        tables.append(table)
    return tuple(tables)
