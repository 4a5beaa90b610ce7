"""What is on this machine: libraries, office suites, fonts, folders. Nothing is changed, nothing is sent."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 20
_VERSION = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class Suite:
    """An office suite: its commands, and where installers put it. ``{NAME}`` is a variable of the environment.

    `asks`: its command tells its version by ``--version``; else only a folder's name may.
    """

    name: str
    commands: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    asks: bool = False


SUITES = (
    Suite(
        "LibreOffice",
        ("soffice", "libreoffice"),
        (
            "{ProgramFiles}/LibreOffice/program/soffice.com",
            "{ProgramFiles(x86)}/LibreOffice/program/soffice.com",
            "/Applications/LibreOffice.app/Contents/MacOS/soffice",
            "/opt/libreoffice*/program/soffice",
            "/snap/bin/libreoffice",
        ),
        asks=True,
    ),
    Suite(
        "WPS Office",
        ("et",),
        (
            "{LOCALAPPDATA}/Kingsoft/WPS Office/*/office6/et.exe",
            "{ProgramFiles}/Kingsoft/WPS Office/*/office6/et.exe",
            "{ProgramFiles(x86)}/Kingsoft/WPS Office/*/office6/et.exe",
            "/opt/kingsoft/wps-office/office6/et",
            "/Applications/wpsoffice.app",
        ),
    ),
    Suite(
        "Microsoft Excel",
        (),
        (
            "{ProgramFiles}/Microsoft Office/root/Office*/EXCEL.EXE",
            "{ProgramFiles(x86)}/Microsoft Office/root/Office*/EXCEL.EXE",
            "{ProgramFiles}/Microsoft Office/Office*/EXCEL.EXE",
            "{ProgramFiles(x86)}/Microsoft Office/Office*/EXCEL.EXE",
            "/Applications/Microsoft Excel.app",
        ),
    ),
)
# Where fontconfig is missing: files that hold Chinese type on Windows and macOS.
FONTS = (
    ("宋体 SimSun", "{WINDIR}/Fonts/simsun.tt[cf]"),
    ("微软雅黑 Microsoft YaHei", "{WINDIR}/Fonts/msyh.tt[cf]"),
    ("黑体 SimHei", "{WINDIR}/Fonts/simhei.ttf"),
    ("苹方 PingFang", "/System/Library/Fonts/PingFang.ttc"),
    ("华文黑体 STHeiti", "/System/Library/Fonts/STHeiti*.ttc"),
)


def version_of(package: str) -> str | None:
    """The installed version of a package; None where it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def suites(environment: Mapping[str, str] = os.environ) -> Iterator[tuple[str, str, str]]:
    """Every office suite found: its name, its version or nothing, and its path with the home folder as ``~``."""
    for suite in SUITES:
        program = _command(suite) or next(_placed(suite.places, environment), None)
        if program is not None:
            yield suite.name, _version(program, suite), homely(program)


def _command(suite: Suite) -> Path | None:
    found = next(filter(None, map(shutil.which, suite.commands)), None)
    return Path(found) if found else None


def _placed(patterns: tuple[str, ...], environment: Mapping[str, str]) -> Iterator[Path]:
    """What is there of `patterns`, of several versions the last by name first."""
    for pattern in patterns:
        named = re.findall(r"\{(.+?)\}", pattern)
        if any(not environment.get(name) for name in named):
            continue
        for name in named:
            pattern = pattern.replace("{" + name + "}", environment[name])  # noqa: PLW2901
        path = Path(pattern)
        yield from sorted(Path(path.anchor).glob(path.relative_to(path.anchor).as_posix()), reverse=True)


def _version(program: Path, suite: Suite) -> str:
    said = _said([str(program), "--version"]) if suite.asks else program.as_posix()
    found = _VERSION.search(said or "")
    return found[0] if found else ""


def _said(command: list[str]) -> str | None:
    """What a program prints; None where it cannot be run or says nothing in time."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def chinese_fonts(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Fonts with Chinese characters, by family; none found does not prove that there are none."""
    lister = shutil.which("fc-list")
    if lister:
        listed = (_said([lister, ":lang=zh-cn", "family"]) or "").splitlines()
        return sorted({line.split(",")[0].strip() for line in listed if line.strip()})
    return [name for name, pattern in FONTS if any(_placed((pattern,), environment))]


def homely(path: Path) -> str:
    """The path with the home folder, which names a person, as ``~``."""
    try:
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return str(path)


def writable(folder: Path | None = None) -> bool:
    """Whether a file can be made in `folder`, or in the system's temporary folder."""
    try:
        with tempfile.TemporaryFile(dir=folder) as stream:
            stream.write(b"xltool")
    except OSError:
        return False
    return True


def zlib_build() -> str:
    """Which zlib packs files: bytes are the same only among equal builds."""
    fork = getattr(zlib, "ZLIBNG_VERSION", "")
    return f"zlib-ng {fork}" if fork else f"zlib {zlib.ZLIB_RUNTIME_VERSION}"


def terminal_encoding() -> str:
    """The encoding of standard output."""
    return sys.stdout.encoding or ""


def shows_chinese(encoding: str) -> bool:
    """Whether `encoding` has Chinese characters."""
    try:
        "政务公开".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
