"""Writing several files so that either all are new or nothing is touched."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from xltool.io.writing.files import write_together
from xltool.model.finding import Finding, Refused
from xltool.model.place import Place

Data = bytes | Callable[[], bytes]
"""The bytes of a file, or how to make them when they are wanted: of thousands of files only one is in memory."""

# So many files get their names together once all are on the disk, or those of so many seconds: no more than these are
# made again where somebody stops the work.
_TOGETHER = 512
_SECONDS = 0.5


def write_all(
    folder: Path,
    outputs: Iterable[tuple[str, Data]],
    *,
    force: bool,
    again: bool = False,
    told: Callable[[int], None] = lambda count: None,
) -> list[str]:
    """Write each output into `folder`, each atomically; the names written.

    Raises Refused before the first byte where a file exists and `force` is not set, naming every such file. With
    `again` a file that is there with the same bytes is left alone: an interrupted run is simply repeated.
    `told` hears of so many more files that are there.
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
    told(len(there))
    new = [(name, data) for name, data in ready if name not in there]
    waiting = iter(new)
    written = 0
    while written < len(new):
        done: list[str] = []
        write_together(_next(folder, waiting, done), force=force)
        written += len(done)
        told(len(done))
    return [name for name, _ in ready]


def _made(data: Data) -> bytes:
    return data if isinstance(data, bytes) else data()


def _next(folder: Path, waiting: Iterator[tuple[str, Data]], done: list[str]) -> Iterator[tuple[Path, bytes]]:
    """The files that get their names together, each made when its turn comes; `done` gets what they are called."""
    due = time.monotonic() + _SECONDS
    for name, data in islice(waiting, _TOGETHER):
        yield folder / name, _made(data)
        done.append(name)
        if time.monotonic() > due:
            return


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
