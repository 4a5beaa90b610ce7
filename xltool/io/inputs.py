"""What the person named, as single files: folders opened, zips looked into, wildcards expanded."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from xltool.io.containers import read_bytes, sniff
from xltool.io.guard import Package
from xltool.model.finding import Refused, refuse

_NOISE_PREFIXES = ("~$", ".~", "._", ".")
_NOISE_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_WILDCARDS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read. `name` is how messages call it; `load` gives its bytes or raises Refused."""

    name: str
    load: Callable[[], bytes]


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
            yield from _expand(each)
    elif not here.exists() and not here.is_symlink():
        raise refuse("INPUT-MISSING", path=path)
    elif here.is_dir() and not here.is_symlink():
        for child in sorted(here.rglob("*")):
            if not child.is_dir() and not noise(child.name):
                yield from _file(child, child.relative_to(here).as_posix())
    else:
        yield from _file(here, here.name)


def noise(name: str) -> bool:
    """Whether a file is a by-product of an office suite or system, such as ``~$return.xlsx``."""
    return name.startswith(_NOISE_PREFIXES) or name.lower() in _NOISE_NAMES


def _file(path: Path, name: str) -> Iterator[Source]:
    if path.suffix.lower() in (".zip", ".jsonl"):
        try:
            data = read_bytes(path)
        except Refused:
            yield Source(name, partial(read_bytes, path))
            return
        if path.suffix.lower() == ".jsonl":
            yield from _lines(data, name)
            return
        if sniff(data) == "zip":
            yield from _members(data, name)
            return
    yield Source(name, partial(read_bytes, path))


def _lines(data: bytes, name: str) -> Iterator[Source]:
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            yield Source(f"{name}:{number}", partial(_same, line))


def _members(data: bytes, name: str) -> Iterator[Source]:
    try:
        package = Package(data)
    except Refused as error:
        yield Source(name, partial(_raise, error))
        return
    for member in package.names():
        last = member.rsplit("/", 1)[-1]
        if last and not noise(last):
            yield Source(f"{name}/{member}", partial(package.read, member))


def _same(data: bytes) -> bytes:
    return data


def _raise(error: Refused) -> bytes:
    raise error
