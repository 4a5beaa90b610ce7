"""Writing several files so that either all are new or nothing is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from xltool.io.writing.files import write_atomic
from xltool.model.finding import Finding, Refused
from xltool.model.place import Place


def write_all(
    folder: Path,
    outputs: Iterable[tuple[str, bytes]],
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
    there = {name for name, data in ready if again and _holds(folder / name, data)}
    existing = [name for name, _ in ready if name not in there and (folder / name).exists()]
    if existing and not force:
        raise Refused(*(Finding("WRITE-EXISTS", "error", (Place(name),), args={"file": name}) for name in existing))
    told(len(there))
    for name, data in ready:
        if name not in there:
            write_atomic(folder / name, data, force=force)
            told(1)
    return [name for name, _ in ready]


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
