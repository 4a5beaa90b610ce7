"""Writing several files so that either all are new or nothing is touched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from xltool.io.writing.files import write_together
from xltool.model.finding import Finding, Refused
from xltool.model.place import Place

Data = bytes | Callable[[], bytes]
"""The bytes of a file, or how to make them when they are wanted: of thousands of files only one is in memory."""

# So many files get their names together, once all are on the disk.
_TOGETHER = 512


def write_all(folder: Path, outputs: Iterable[tuple[str, Data]], *, force: bool, again: bool = False) -> list[str]:
    """Write each output into `folder`, each atomically; the names written.

    Raises Refused before the first byte where a file exists and `force` is not set, naming every such file. With
    `again` a file that is there with the same bytes is left alone: an interrupted run is simply repeated.
    """
    ready = list(outputs)
    taken = {name for name, _ in ready if os.path.lexists(os.path.join(folder, name))}
    there = {name for name, data in ready if again and name in taken and _holds(folder / name, _made(data))}
    if taken - there and not force:
        raise Refused(
            *(
                Finding("WRITE-EXISTS", "error", (Place(name),), args={"file": name})
                for name, _ in ready
                if name in taken and name not in there
            )
        )
    new = [(name, data) for name, data in ready if name not in there]
    for start in range(0, len(new), _TOGETHER):
        write_together(
            ((folder / name, _made(data)) for name, data in new[start : start + _TOGETHER]),
            force=force,
        )
    return [name for name, _ in ready]


def _made(data: Data) -> bytes:
    return data if isinstance(data, bytes) else data()


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
