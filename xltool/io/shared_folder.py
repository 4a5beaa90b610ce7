"""Files in a folder that several machines see: told by their place in it, and read where they are needed."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

from xltool.io.books.containers import read_bytes
from xltool.io.inputs import Source
from xltool.model.finding import Refused, refuse

HERE = "XLTOOL_SHARED"
"""The variable that says where the folder is on a machine that sees it elsewhere."""


def by_place(source: Source, folder: Path) -> Source | None:
    """The same file, to be read in the shared `folder` wherever that is; None where it is not in there."""
    if source.path is None:
        return None
    try:
        inside = source.path.absolute().relative_to(folder.absolute()).as_posix()
        size = source.path.stat().st_size
    except (ValueError, OSError):
        return None
    return replace(source, load=partial(_read, str(folder), inside, size), path=None)


def _read(folder: str, inside: str, size: int) -> bytes:
    try:
        data = read_bytes(Path(os.environ.get(HERE) or folder, inside))
    except Refused as refused:
        if any(each.code == "FILE-MISSING" for each in refused.findings):
            raise refuse("SHARED-DIFFERS") from refused
        raise
    if len(data) != size:
        raise refuse("SHARED-DIFFERS")
    return data
