"""What travels between this machine and the workers of a cluster, and what runs on those."""

from __future__ import annotations

import hashlib
import io
import pickle
import platform
import tempfile
import threading
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from xltool import __version__
from xltool.app.shelf import Shelf
from xltool.io.data_folders import data_root
from xltool.io.library import LAYOUT, REPORT, Library
from xltool.io.surroundings import version_of, zlib_build
from xltool.model.finding import Finding, Refused

Files = tuple[tuple[str, bytes], ...]
"""Names within a folder, and contents."""

_SHELF = "shelf"
# A worker seldom serves more than one folder of eras.
_FOLDERS = 4


@dataclass(frozen=True, slots=True, repr=False)
class Opaque:
    """Bytes that no log and no dashboard shows: among them are figures and a campaign's key."""

    data: bytes

    def __repr__(self) -> str:
        return "Opaque"


@dataclass(frozen=True, slots=True)
class Errand:
    """Work on its way: `work` is pickled, `eras` are the files of one's own eras, None where there are none, `by` is
    the `fingerprint` of whoever sends it."""

    work: bytes
    eras: Files | None
    by: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of ours in a worker, as Python tells it."""

    told: str


Answer = Sequence[Any] | tuple[Finding, ...] | Fault


# --- pickling ----------------------------------------------------------------------------------------------------


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: object) -> str | None:
        return _SHELF if isinstance(obj, Shelf) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, shelf: Shelf) -> None:
        super().__init__(io.BytesIO(data))
        self._shelf = shelf

    def persistent_load(self, pid: object) -> Shelf:
        return self._shelf


def dumps(what: object) -> bytes:
    """`what` as bytes; wherever it holds a `Shelf`, the other side's will be."""
    out = io.BytesIO()
    _Pickler(out, pickle.HIGHEST_PROTOCOL).dump(what)
    return out.getvalue()


def loads(data: bytes, shelf: Shelf) -> Any:
    """What `dumps` made bytes of, with `shelf` in it."""
    return _Unpickler(data, shelf).load()


# --- what both sides must have in common -------------------------------------------------------------------------


@cache
def fingerprint() -> Mapping[str, str]:
    """What this installation judges and writes by: two of the same give the same findings and the same bytes."""
    return {
        "xltool": __version__,
        "data": _digest(files_below(data_root(), "schemas", "templates"))[:12],
        "zlib": zlib_build(),
        "XlsxWriter": str(version_of("xlsxwriter")),
    }


def differs(worker: str, theirs: Mapping[str, str], ours: Mapping[str, str]) -> Finding:
    """What to say of a worker that would judge or write otherwise than the machine that asks."""
    shown = [", ".join(f"{name} {value}" for name, value in each.items()) for each in (theirs, ours)]
    return Finding("CLUSTER-DIFFERS", "error", args={"worker": worker, "theirs": shown[0], "ours": shown[1]})


def files_below(root: Path, *folders: str) -> Files:
    """Every file of `folders`, by its name below `root`, in the order of the names."""
    found = (file for folder in folders for file in (root / folder).rglob("*") if file.is_file())
    return tuple(sorted((file.relative_to(root).as_posix(), file.read_bytes()) for file in found))


def _digest(files: Files) -> str:
    digest = hashlib.sha256()
    for name, data in files:
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def own_eras(library: Library) -> Files | None:
    """The files of one's own eras (``--schemas``), each era with its layout in its own folder."""
    if library.extra is None:
        return None
    found: dict[str, bytes] = {}
    shipped = library.root / "schemas"
    for era, folder in library.era_folders.items():
        if folder.parent == shipped:
            continue
        found |= {f"{era}/{name}": data for name, data in files_below(folder, ".")}
        placed = {LAYOUT: library.layout_file(era), REPORT: library.report_file(era)}
        found |= {f"{era}/{name}": file.read_bytes() for name, file in placed.items() if file.is_file()}
    own = (file for file in library.crosswalk_files if shipped not in file.parents)
    found |= {f"{file.parent.name}/{file.name}": file.read_bytes() for file in own}
    return tuple(sorted(found.items()))


# --- on a worker -------------------------------------------------------------------------------------------------


def hold(errand: Opaque) -> Opaque:
    """A task of its own, so that what all tasks need is sent to a worker once."""
    return errand


def work_on(errand: Opaque, items: Opaque) -> Opaque:
    """What the work of `errand` gives of each of the pickled `items`, or why it gives nothing. Raises nothing: what is
    raised on a worker is logged with its arguments."""
    try:
        return Opaque(dumps(_answer(errand.data, items.data)))
    except Exception:
        return Opaque(dumps(Fault(traceback.format_exc())))


def _answer(errand: bytes, items: bytes) -> Answer:
    try:
        work, shelf = _opened(errand)
        return [work(loads(item, shelf)) for item in pickle.loads(items)]
    except Refused as refused:
        return refused.findings


class _Known(threading.local):
    """The last errand of each thread: a press is for one thread alone."""

    errand: bytes = b""
    work: tuple[Any, Shelf] | None = None


_known = _Known()


def _opened(data: bytes) -> tuple[Any, Shelf]:
    if _known.work is None or _known.errand != data:
        errand: Errand = pickle.loads(data)
        if errand.by != fingerprint():  # a worker that came when the others had been looked at
            raise Refused(differs(platform.node(), fingerprint(), errand.by))
        shelf = _shelf(errand.eras)
        _known.errand, _known.work = data, (loads(errand.work, shelf), shelf)
    return _known.work


@lru_cache(_FOLDERS)
def _shelf(eras: Files | None) -> Shelf:
    """The shelf of this worker, with the eras that came along. All threads share its reading processes."""
    return Shelf(Library(None if eras is None else _unpacked(eras)))


def _unpacked(files: Iterable[tuple[str, bytes]]) -> Path:
    """A folder with `files`, which lasts as long as the process."""
    kept = tempfile.TemporaryDirectory(prefix="xltool-eras-")
    _folders.append(kept)
    for name, data in files:
        path = Path(kept.name, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Path(kept.name)


_folders: list[tempfile.TemporaryDirectory[str]] = []
