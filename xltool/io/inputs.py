"""What the person named, as single files: folders opened, zips looked into, wildcards expanded.

A 上报包 is a zip too, and one single file: its total counts only together with its details.
"""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from xltool.io import partitions
from xltool.io.books.archives import MAX_ARCHIVE, Archive, noise
from xltool.io.books.containers import read_bytes, sniff
from xltool.io.books.guard import MAX_MEMBERS, suspicious
from xltool.model.finding import Refused, refuse

__all__ = ["Source", "gather", "noise"]

_PACKS = (".zip", ".jsonl")
_WILDCARDS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read. `name` is how messages call it; `load` gives its bytes or raises Refused; `path` is where it
    lies, where it is a file of its own. `errors` were found in it when it was judged before, as a workbook."""

    name: str
    load: Callable[[], bytes]
    path: Path | None = None
    errors: int = 0


def gather(paths: Iterable[str]) -> list[Source]:
    """Every file behind `paths`, in the order given, folders in the order of their names.

    Raises Refused where a path or pattern names nothing.
    """
    return [source for path in paths for source in _expand(path)]


def _expand(path: str) -> Iterator[Source]:
    here = Path(path)
    if not here.exists() and _WILDCARDS & set(path):
        found = sorted(glob.glob(path, recursive=True))
        if not found:
            raise refuse("INPUT-NO-MATCH", pattern=path)
        for each in found:
            if not noise(Path(each).name):
                yield from _expand(each)
    elif not here.exists() and not here.is_symlink():
        raise refuse("INPUT-MISSING", path=path)
    elif here.is_dir() and not here.is_symlink():
        children = sorted(here.rglob("*"))
        in_parts = {child.parent for child in children if child.name == partitions.MANIFEST}
        for child in children:
            if child.parent in in_parts:
                if child.name == partitions.MANIFEST:
                    yield from _records(child.parent, here)
            elif not child.is_dir() and not noise(child.name):
                yield from _file(child, child.relative_to(here).as_posix())
    else:
        yield from _file(here, here.name)


def _records(folder: Path, base: Path) -> Iterator[Source]:
    """The records of a folder that was written in parts."""
    inside = folder.relative_to(base).as_posix()
    for each in partitions.kept_in(folder):
        yield Source(each.name if inside == "." else f"{inside}/{each.name}", each.load, errors=each.errors)


def _file(path: Path, name: str) -> Iterator[Source]:
    name = _readable(name)
    kind = path.suffix.lower()
    if kind not in _PACKS:
        yield Source(name, partial(read_bytes, path), path)
        return
    try:
        data = read_bytes(path, MAX_ARCHIVE)
        if kind == ".jsonl":
            yield from _lines(data, name)
        elif sniff(data) == "zip" and not _is_package(data):
            yield from _members(data, name)
        elif sniff(data) == "zip":
            yield Source(name, partial(read_bytes, path, MAX_ARCHIVE))
        else:
            yield Source(name, partial(read_bytes, path))
    except Refused as error:
        yield Source(name, partial(_raise, error))


def _readable(name: str) -> str:
    """A file's name as text. On Unix it is bytes, which after unpacking may be those of a Chinese Windows."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    return name


def _lines(data: bytes, name: str) -> Iterator[Source]:
    if data.count(b"\n") + data.count(b"\r") > 2 * MAX_MEMBERS:
        raise suspicious("records")
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            yield Source(f"{name}:{number}", partial(_same, line))


def _is_package(data: bytes) -> bool:
    from xltool.io.packages import is_package  # what reads packages is large, and most inputs are workbooks

    return is_package(data)


def _members(data: bytes, name: str) -> Iterator[Source]:
    for member, load in Archive(data, _is_package).files():
        yield Source(f"{name}/{member}", load)


def _same(data: bytes) -> bytes:
    return data


def _raise(error: Refused) -> bytes:
    raise error
