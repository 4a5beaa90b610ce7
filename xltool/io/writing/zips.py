"""The one place where zip files are written: equal members give equal bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from io import BytesIO

_TIME = (1980, 1, 1, 0, 0, 0)
_LEVEL = 6
_MADE_ON_DOS = 0
# The DOS archive bit. Zero will not do: zipfile replaces it by Unix permissions.
_ATTRIBUTES = 0x20


def write_zip(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of `members` (name with forward slashes, content) in the order given.

    Time, system and attributes are fixed; names that are not ASCII carry the UTF-8 flag. Names that are
    unsafe to unpack or differ in case only are a mistake of the caller and raise ValueError.
    """
    out = BytesIO()
    seen: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, data in members:
            _check_name(name, seen)
            archive.writestr(_entry(name), data, zipfile.ZIP_DEFLATED, _LEVEL)
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _TIME)
    info.create_system = _MADE_ON_DOS
    info.external_attr = _ATTRIBUTES
    return info


def _check_name(name: str, seen: set[str]) -> None:
    unsafe = "\\" in name or "\0" in name or ":" in name or any(step in ("", ".", "..") for step in name.split("/"))
    if unsafe or name.casefold() in seen:
        raise ValueError(f"unfit or repeated zip member: {name!r}")
    seen.add(name.casefold())
