"""Writing several files so that either all are new or nothing is touched."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
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

    def made(numbers: Sequence[int]) -> Iterator[bytes]:
        return (data if isinstance(data, bytes) else data() for _, data in map(ready.__getitem__, numbers))

    return write_made(folder, [name for name, _ in ready], made, force=force, again=again, told=told)


def write_made(
    folder: Path,
    names: list[str],
    made: Callable[[Sequence[int]], Iterator[bytes]],
    *,
    force: bool,
    again: bool = False,
    told: Callable[[int], None] = lambda count: None,
) -> list[str]:
    """Do as `write_all` does, with files that are made elsewhere: `made` gives those of some numbers in their order."""
    taken = [number for number, name in enumerate(names) if os.path.lexists(os.path.join(folder, name))]
    there: set[int] = set()
    if again and taken:
        there = {
            number for number, data in zip(taken, made(taken), strict=True) if _holds(folder / names[number], data)
        }
    if not force and any(number not in there for number in taken):
        raise Refused(
            *(
                Finding("WRITE-EXISTS", "error", (Place(names[number]),), args={"file": names[number]})
                for number in taken
                if number not in there
            )
        )
    told(len(there))
    new = [number for number in range(len(names)) if number not in there]
    waiting = zip([names[number] for number in new], made(new), strict=True)
    written = 0
    while written < len(new):
        done: list[str] = []
        write_together(_next(folder, waiting, done), force=force)
        written += len(done)
        told(len(done))
    return names


def _next(folder: Path, waiting: Iterator[tuple[str, bytes]], done: list[str]) -> Iterator[tuple[Path, bytes]]:
    """The files that get their names together, each made when its turn comes; `done` gets what they are called."""
    due = time.monotonic() + _SECONDS
    for name, data in islice(waiting, _TOGETHER):
        yield folder / name, data
        done.append(name)
        if time.monotonic() > due:
            return


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
