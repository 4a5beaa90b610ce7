"""Zips that returns come in: their files one by one, in folders or in zips one level down.

Nothing is unpacked to disk. A file that cannot be had spoils only itself.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator
from functools import partial

from xltool.io.books.guard import (
    MAX_FILE,
    MAX_RATIO,
    RATIO_GRACE,
    content_of,
    damaged,
    directory,
    entry_name,
    is_encrypted,
    suspicious,
)
from xltool.model.finding import Refused, refuse
from xltool.model.texts import visible

MAX_ARCHIVE = 256 * 1024 * 1024
MAX_UNPACKED = 4 * 1024 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_LONGEST_NAME = 200

_NOISE_PREFIXES = ("~$", ".~", "._", ".")
_NOISE_NAMES = frozenset({"", "thumbs.db", "desktop.ini"})

Load = Callable[[], bytes]


def noise(name: str) -> bool:
    """Whether a file is a by-product of an office suite or system, such as ``~$return.xlsx``."""
    return name.startswith(_NOISE_PREFIXES) or name.lower() in _NOISE_NAMES


def file_in(data: bytes, info: zipfile.ZipInfo, name: str) -> bytes:
    """The content of a file in a zip. Raises Refused where it is locked, packed in a rare way or damaged."""
    if is_encrypted(info):
        raise refuse("ARCHIVE-ENCRYPTED")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refuse("ARCHIVE-METHOD")
    try:
        return content_of(data, info, name)
    except (ValueError, OverflowError) as error:
        raise damaged(name) from error


class Archive:
    """A zip of returns. `whole` tells which zips inside are a return by themselves. Raises Refused where it cannot be
    read at all."""

    def __init__(self, data: bytes, whole: Callable[[bytes], bool] = lambda data: False) -> None:
        self._data = data
        self._whole = whole
        self._infos = [info for info in directory(data) if not noise(entry_name(info).rpartition("/")[2])]
        if not self._infos:
            raise refuse("ARCHIVE-EMPTY")
        if sum(info.file_size for info in self._infos) > MAX_UNPACKED:
            raise refuse("ARCHIVE-UNPACKED", megabytes=MAX_UNPACKED // _MEGABYTE)
        self._opened: tuple[int, Archive] | None = None

    def files(self) -> Iterator[tuple[str, Load]]:
        """Name and content of every file, those of zips within included, in the archive's own order."""
        seen: dict[str, int] = {}
        for index, info in enumerate(self._infos):
            name = _shown(info)
            count = seen[name] = seen.get(name, 0) + 1
            # Two files of one name are both read: which of them counts is not for the archive to say.
            name = name if count == 1 else f"{name}#{count}"
            if name.lower().endswith(".zip") and not self._is_whole(info):
                yield from self._inner_files(index, name)
            else:
                yield name, partial(self._content, info)

    def _is_whole(self, info: zipfile.ZipInfo) -> bool:
        try:
            return self._whole(self._content(info))
        except Refused:
            return False

    def _inner_files(self, index: int, name: str) -> Iterator[tuple[str, Load]]:
        try:
            inner = self._inner(index)
        except Refused as refused:
            yield name, partial(_fail, refused)
            return
        for number, info in enumerate(inner._infos):
            yield f"{name}/{_shown(info)}", partial(self._inner_content, index, number)

    def _inner(self, index: int) -> Archive:
        """A zip within. Only the last one is kept open, so that a nest of them never fills the memory."""
        if self._opened is None or self._opened[0] != index:
            self._opened = None
            self._opened = index, Archive(self._content(self._infos[index]), self._whole)
        return self._opened[1]

    def _inner_content(self, index: int, number: int) -> bytes:
        inner = self._inner(index)
        info = inner._infos[number]
        if entry_name(info).lower().endswith(".zip") and not inner._is_whole(info):
            raise refuse("ARCHIVE-NESTED")
        return inner._content(info)

    def _content(self, info: zipfile.ZipInfo) -> bytes:
        name = _shown(info)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise refuse("FILE-NOT-REGULAR")
        if info.file_size > MAX_FILE:
            raise refuse("FILE-TOO-LARGE", megabytes=MAX_FILE // _MEGABYTE)
        if info.file_size > RATIO_GRACE and info.file_size > MAX_RATIO * info.compress_size:
            raise suspicious("ratio", name)
        return file_in(self._data, info, name)


def _shown(info: zipfile.ZipInfo) -> str:
    return visible(entry_name(info), _LONGEST_NAME).replace("\n", "\ufffd")


def _fail(refused: Refused) -> bytes:
    raise refused
