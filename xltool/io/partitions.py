"""Records in parts: a folder with files of so many records, what was found in each return beside them, and a manifest.

The manifest alone says what belongs to the folder, and by their hashes that it is what was written. A folder whose
manifest does not say that it is complete is never read: its totals would lack returns silently.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from xltool.model.finding import refuse
from xltool.model.place import Place

MANIFEST = "partitions.json"
RECORD = "record"
"""The column of a Parquet part that holds each record whole, as its line of JSON."""
_KIND, _VERSION = "xltool partitions", 1


@dataclass(frozen=True, slots=True)
class Part:
    """A file of records of one era, and the file beside it with a line for each on what was found in it."""

    name: str
    era: str
    records: int
    sha256: str
    counts: str
    counts_sha256: str
    findings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """One record of a part: its name, how to get its JSON, and the errors found when its file was judged."""

    name: str
    load: Callable[[], bytes]
    errors: int


def dump_manifest(facts: Mapping[str, object], parts: list[Part], *, complete: bool) -> bytes:
    """The manifest with `facts` about the whole."""
    told = {
        "kind": _KIND,
        "version": _VERSION,
        "complete": complete,
        **facts,
        "parts": [asdict(each) for each in parts],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def is_complete(folder: Path) -> bool:
    """Whether the folder has a manifest that says so. Raises Refused where it has one that makes no sense."""
    return (folder / MANIFEST).is_file() and bool(_manifest(folder)["complete"])


def parts_of(folder: Path) -> list[Part]:
    """The parts of a folder, whether it is complete or not. Raises Refused."""
    try:
        return [Part(**each) for each in _manifest(folder)["parts"]]
    except TypeError as error:
        raise refuse("PARTITION-MANIFEST", folder=folder.name) from error


def kept_in(folder: Path) -> Iterator[Kept]:
    """Every record of a folder, part after part. Raises Refused where it is not complete, or not what was written."""
    if not is_complete(folder):
        raise refuse("PARTITION-INCOMPLETE", folder=folder.name)
    for part in parts_of(folder):
        file, counts = folder / Path(part.name).name, folder / Path(part.counts).name
        for path, sha256 in ((file, part.sha256), (counts, part.counts_sha256)):
            if not path.is_file() or _hash(path) != sha256:
                raise refuse("PARTITION-CHANGED", places=(Place(path.name),), file=path.name)
        errors = [int(json.loads(line)["errors"]) for line in counts.read_bytes().splitlines()]
        loads = _rows(file) if file.suffix == ".parquet" else _lines(file)
        for number, (load, count) in enumerate(zip(loads, errors, strict=True), start=1):
            yield Kept(f"{part.name}:{number}", load, count)


def _manifest(folder: Path) -> Any:
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        if told["kind"] == _KIND and told["version"] == _VERSION and {"complete", "parts"} <= told.keys():
            return told
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise refuse("PARTITION-MANIFEST", folder=folder.name) from error
    raise refuse("PARTITION-MANIFEST", folder=folder.name)


def _hash(path: Path) -> str:
    import hashlib  # most folders that are looked into are no such folder

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _lines(path: Path) -> Iterator[Callable[[], bytes]]:
    """Each line, read when it is wanted: of many parts none is in memory."""
    with path.open("rb") as stream:
        lengths = [len(line) for line in stream]
    for start, length in zip(accumulate(lengths, initial=0), lengths, strict=False):
        yield partial(_at, path, start, length)


def _at(path: Path, start: int, length: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(start)
        return stream.read(length)


def _rows(path: Path) -> Iterator[Callable[[], bytes]]:
    return (partial(_row, path, number) for number in range(len(_records(path))))


def _row(path: Path, number: int) -> bytes:
    return _records(path)[number].encode()


@lru_cache(2)
def _records(path: Path) -> list[str]:
    """The records of a Parquet part; they are asked for one part after the other."""
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise refuse("PARQUET-MISSING") from error
    found: list[str] = pq.read_table(path, columns=[RECORD]).column(RECORD).to_pylist()
    return found
