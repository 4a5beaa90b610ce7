"""What is installed here, what works, and what is missing for what."""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from xltool import __version__
from xltool.app.linting import lint_eras
from xltool.app.shelf import Shelf
from xltool.io import surroundings
from xltool.io.campaigns.folder import find_campaign
from xltool.model.finding import Refused
from xltool.model.health import Item

# What pyproject.toml asks for (a test holds them together): without these nothing works, and these are for one thing.
NEEDED = (
    *("click", "jinja2", "jsonschema", "markdown-it-py", "opencc", "openpyxl", "pdfplumber", "python-docx"),
    *("rapidfuzz", "rich", "xlrd", "xlsxwriter"),
)
EXTRAS = {"parquet": "pyarrow", "cluster": "distributed", "rules": "z3-solver"}
_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the examination takes place: the data files, and the folder one works in."""

    shelf: Shelf
    folder: Path


def examine(desk: Desk) -> list[Item]:
    """Everything that is looked at, in the order of the table."""
    return [item for look in LOOKS for item in look(desk)]


def _program(desk: Desk) -> Iterator[Item]:
    yield Item("xltool", "ok", __version__)
    fine = sys.version_info >= _PYTHON
    yield Item("python", "ok" if fine else "broken", platform.python_version(), args={"least": "3.11"})
    yield Item("system", "ok", f"{platform.system()} {platform.machine()}".strip())


def _libraries(desk: Desk) -> Iterator[Item]:
    for name in NEEDED:
        version = surroundings.version_of(name)
        yield Item("library", "ok" if version else "broken", version or "", name, {"package": name})


def _extras(desk: Desk) -> Iterator[Item]:
    for extra, name in EXTRAS.items():
        version = surroundings.version_of(name)
        yield Item(f"extra_{extra}", "ok" if version else "missing", version or "", name, {"extra": extra})


def _data(desk: Desk) -> Iterator[Item]:
    try:
        eras = tuple(desk.shelf.library.era_folders)
        findings = lint_eras(desk.shelf, eras)
        errors = sum(finding.severity == "error" for finding in findings)
    except (Refused, ImportError):
        eras, errors = (), 1
    yield Item("data", "broken" if errors else "ok", args={"eras": len(eras), "n": errors})


def _folders(desk: Desk) -> Iterator[Item]:
    yield Item("temporary", "ok" if surroundings.writable() else "broken")
    campaign = find_campaign(desk.folder)
    kind = "folder" if campaign is None else "campaign"
    fine = surroundings.writable(campaign or desk.folder)
    yield Item(kind, "ok" if fine else "broken" if campaign else "missing")


def _office(desk: Desk) -> Iterator[Item]:
    found = list(surroundings.suites())
    for name, version, path in found:
        yield Item("office", "ok", f"{version} {path}".strip(), name)
    if not found:
        yield Item("office", "missing")
    fonts = surroundings.chinese_fonts()
    yield Item("fonts", "ok" if fonts else "missing", fonts[0] if fonts else "", args={"n": len(fonts)})


def _bytes(desk: Desk) -> Iterator[Item]:
    yield Item("zlib", "ok", surroundings.zlib_build())
    yield Item("sqlite", "ok", sqlite3.sqlite_version)
    encoding = surroundings.terminal_encoding()
    yield Item("terminal", "ok" if surroundings.shows_chinese(encoding) else "missing", encoding)


LOOKS: tuple[Callable[[Desk], Iterator[Item]], ...] = (
    _program,
    _libraries,
    _extras,
    _data,
    _folders,
    _office,
    _bytes,
)
