"""Files written whole or not at all, and names every system accepts."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import count
from pathlib import Path

from xltool.model.finding import refuse

MAX_CHARS = 120
MAX_BYTES = 200
# So many files are waited for one by one.
_FEW = 16

# Windows forbids these in names; the full-width twin reads the same to a person and keeps names apart.
_FORBIDDEN = str.maketrans('<>:"/\\|?*', "＜＞：＂／＼｜？＊")
# Control characters, direction marks that disguise an ending, halves of surrogate pairs, line separators.
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])(?= *(\.|$))", re.IGNORECASE)
# Hidden on Unix, an option to programs, Excel's lock file.
_ODD_START = (".", "-", "~$")


def write_atomic(path: Path, data: bytes, *, force: bool) -> None:
    """Write `data` to `path` as a whole; missing folders are made. Raises Refused, leaving no partial file.

    WRITE-EXISTS when something is there and `force` is not given; WRITE-FAILED when the system refuses
    (a full disk, a missing right, a file open in Excel on Windows).
    """
    write_together([(path, data)], force=force)


def write_together(files: Iterable[tuple[Path, bytes]], *, force: bool) -> None:
    """Write each file as `write_atomic` does. None gets its name before all are on the disk."""
    waiting: dict[str, Path] = {}
    path, folders, numbers = Path(), set[Path](), count()
    try:
        for path, data in files:
            _keep_existing(path, force)
            if path.parent not in folders:
                path.parent.mkdir(parents=True, exist_ok=True)
                folders.add(path.parent)
            _write_beside(path, data, numbers, waiting)
        _settle(waiting)
        for temporary, path in list(waiting.items()):
            _keep_existing(path, force)
            os.replace(temporary, path)
            del waiting[temporary]
    except OSError as error:
        raise refuse("WRITE-FAILED", file=path.name, reason=error.strerror or type(error).__name__) from error
    finally:
        for temporary in waiting:
            Path(temporary).unlink(missing_ok=True)


def safe_name(*parts: str) -> str:
    """A file name (without ending) from `parts` joined by ``_``; empty parts are left out.

    Fit for Windows, macOS and Linux, at most 120 characters and 200 bytes of UTF-8. Longest parts are cut
    first, and a cut name ends in a digest of the whole, so that different long names stay different.
    """
    clean = [part for part in map(_clean, parts) if part]
    name = _guard("_".join(clean)) or "_"
    if _fits(name, 0):
        return name
    digest = "~" + hashlib.sha256(name.encode()).hexdigest()[:8]
    while len(clean) > 1 and max(map(len, clean)) > 1 and not _fits(_guard("_".join(clean)), len(digest)):
        longest = max(range(len(clean)), key=lambda index: len(clean[index]))
        clean[longest] = clean[longest][:-1].rstrip(" .") or "_"
    short = _guard("_".join(clean))
    while not _fits(short, len(digest)):
        short = short[:-1]
    return short + digest


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """The safe `names` in their order, later ones numbered ``_2``, ``_3`` where only case would tell them apart."""
    taken: set[str] = set()
    unique = []
    for name in names:
        variants = (name if number == 1 else safe_name(name, str(number)) for number in count(1))
        chosen = next(variant for variant in variants if _folded(variant) not in taken)
        taken.add(_folded(chosen))
        unique.append(chosen)
    return tuple(unique)


def _keep_existing(path: Path, force: bool) -> None:
    if not force and os.path.lexists(path):
        raise refuse("WRITE-EXISTS", file=path.name)


def _write_beside(path: Path, data: bytes, numbers: Iterator[int], waiting: dict[str, Path]) -> None:
    """A new file with `data` in the folder of `path`: only within one folder is replacing atomic. It is in `waiting`
    before it is on the disk, so that Ctrl-C at any moment leaves none behind."""
    for number in numbers:
        temporary = os.path.join(path.parent, f".xltool-{os.getpid()}-{number}.tmp")
        waiting[temporary] = path
        try:
            stream = open(temporary, "xb")  # noqa: SIM115 (opening apart from writing: only the first may be retried)
        except FileExistsError:
            del waiting[temporary]
            continue
        with stream:
            stream.write(data)
        return


def _settle(files: Collection[str]) -> None:
    """What was written is on the disk. Raises OSError where it is not.

    Linux can wait for all that a file system has not written yet, in a tenth of the time it takes file by file.
    """
    if len(files) > _FEW and sys.platform == "linux":
        for folder in {os.path.dirname(file) for file in files}:
            _sync_file_system(folder)
        return
    for file in files:
        with open(file, "rb+", buffering=0) as stream:
            os.fsync(stream.fileno())


def _sync_file_system(folder: str) -> None:
    # Python has `os.sync` only, which waits for all file systems and tells of no failure.
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(folder or ".", os.O_RDONLY)
    try:
        if libc.syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(descriptor)


def _clean(part: str) -> str:
    visible = part
    if not part.isprintable():
        visible = "".join(char for char in part if unicodedata.category(char) not in _INVISIBLE)
    return unicodedata.normalize("NFC", visible).translate(_FORBIDDEN).strip().rstrip(" .")


def _guard(name: str) -> str:
    if name.startswith(_ODD_START):
        name = "_" + name
    return _RESERVED.sub(r"\1_", name, count=1) if _RESERVED.match(name) else name


def _fits(name: str, extra: int) -> bool:
    return len(name) + extra <= MAX_CHARS and len(name.encode()) + extra <= MAX_BYTES


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())
