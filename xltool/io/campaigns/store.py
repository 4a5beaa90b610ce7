"""Every return that ever came, by its hash, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from xltool.io.writing.files import write_atomic
from xltool.model.finding import refuse


class Store:
    """The folder ``store/`` of a campaign: ``store/<first two hex digits>/<sha256>``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the file with that hash is, or would be."""
        return self.folder / sha256[:2] / sha256

    def files(self) -> Iterator[Path]:
        """Every file, in the order of the hashes that are their names."""
        yield from (path for path in sorted(self.folder.glob("??/*")) if len(path.name) == 64)

    def put(self, data: bytes) -> str:
        """The hash of `data`, which is on disk as a whole when this returns."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        if not self._holds(path, sha256):
            write_atomic(path, data, force=True)
        return sha256

    def load(self, sha256: str) -> bytes:
        """The file with that hash. Raises Refused where it is gone or no longer what it was."""
        path = self.path(sha256)
        if not path.is_file():
            raise refuse("STORE-MISSING", sha256=sha256)
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise refuse("STORE-CHANGED", sha256=sha256)
        return data

    @staticmethod
    def _holds(path: Path, sha256: str) -> bool:
        """Whether the file is there whole: one that a disk has spoilt is written anew."""
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
