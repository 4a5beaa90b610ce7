"""What every test may ask for: LibreOffice, Chromium, and Hypothesis settings that give the same run twice."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import HealthCheck, settings

from xltool.cycles import look_seldom

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Format = Literal["xlsx", "xls", "ods", "pdf"]

# A program that tests need, and the variable that turns its absence from a skip into a failure.
REQUIRED_BY = {"LibreOffice": "XLTOOL_REQUIRE_OFFICE", "Chromium": "XLTOOL_REQUIRE_BROWSER"}
_PROGRAMS = frozenset({"soffice", "chromium"})

# Deterministic, like the tool itself: a failure seen once is seen again. Time limits belong to the machine, not to the law.
settings.register_profile("default", derandomize=True, deadline=None, max_examples=50)
settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# A worker of the tests holds millions of objects in the end: as in the program itself.
look_seldom()

# --- LibreOffice -------------------------------------------------------------------------------------------------

_USUAL_PLACES = (
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/opt/libreoffice/program/soffice",
    "/snap/bin/libreoffice",
)
_FILTERS: dict[Format, str] = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "xls": "xls:MS Excel 97",
    "ods": "ods:calc8",
    "pdf": "pdf:calc_pdf_Export",
}
_ITEM = '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_LOCALE = (("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "zh-CN"),)
# 0 is "always"; without it LibreOffice shows and saves the cached results.
_ALWAYS_RECALCULATE = (
    ("/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "0"),
    ("/org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode", "0"),
)


def _registry(entries: Iterable[tuple[str, str, str]]) -> str:
    items = "\n".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}\n</oor:items>\n"
    )


class Office:
    """LibreOffice with profiles of its own under `home`, one that recalculates on load and one that does not."""

    def __init__(self, program: Path, home: Path) -> None:
        self.program = program
        self.home = home

    def convert(self, files: Sequence[Path], to: Format, outdir: Path, recalc: bool = False) -> list[Path]:
        """Every file opened and saved in format `to` into `outdir`, all in one call, since starting costs seconds.

        Returns the new files in the order of `files`. With `recalc` every formula is computed on load.
        """
        made = [outdir / f"{file.stem}.{to}" for file in files]
        if len(set(made)) < len(made) or set(made) & set(files):
            raise ValueError("two results, or a file and its result, would share one name")
        if not files:
            return []
        outdir.mkdir(parents=True, exist_ok=True)
        for path in made:
            path.unlink(missing_ok=True)
        run = subprocess.run(
            [
                str(self.program),
                f"-env:UserInstallation={self._profile(recalc).as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                _FILTERS[to],
                "--outdir",
                str(outdir.resolve()),
                *(str(file.resolve()) for file in files),
            ],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=_environment(),
            timeout=300 + 10 * len(files),
            check=False,
        )
        missing = [path.name for path in made if not path.is_file()]
        if run.returncode or missing:
            said = (run.stdout + run.stderr).decode("utf-8", "replace")
            raise AssertionError(f"LibreOffice (exit {run.returncode}) did not make {missing}:\n{said}")
        return made

    def _profile(self, recalc: bool) -> Path:
        folder = self.home / ("recalculating" if recalc else "plain")
        settings_file = folder / "user" / "registrymodifications.xcu"
        if not settings_file.exists():
            settings_file.parent.mkdir(parents=True)
            settings_file.write_text(_registry(_LOCALE + (_ALWAYS_RECALCULATE if recalc else ())), encoding="utf-8")
        return folder


def _environment() -> dict[str, str]:
    """Chinese file names need a UTF-8 locale on POSIX; elsewhere the variable says nothing."""
    return {**os.environ, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}


def find_office() -> Path | None:
    """The program, on PATH or where installers put it."""
    on_path = shutil.which("soffice") or shutil.which("libreoffice")
    candidates = [on_path] if on_path else [place for place in _USUAL_PLACES if Path(place).is_file()]
    return Path(candidates[0]) if candidates else None


@pytest.fixture(scope="session")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice; the test is skipped where it is missing, or fails if XLTOOL_REQUIRE_OFFICE=1.

    The temporary folder is the worker's own under pytest-xdist, and so is the profile.
    """
    program = _found("LibreOffice", find_office())
    return Office(program, tmp_path_factory.mktemp("libreoffice"))


# --- Chromium ----------------------------------------------------------------------------------------------------

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing that a test of a page needs comes from elsewhere; the sandbox does not start for root, as in containers.
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


_PATIENCE = 120_000
"""Milliseconds before a browser counts as stuck: it shares its machine with all other tests."""


def find_browser() -> Path | None:
    """Chromium or Chrome on PATH."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    return Path(found) if found else None


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless browser that pages are opened in; the test is skipped where there is none, or fails if
    XLTOOL_REQUIRE_BROWSER=1."""
    from playwright.sync_api import sync_playwright

    program = _found("Chromium", find_browser())
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(program), args=list(_QUIET), timeout=_PATIENCE)
        yield browser
        browser.close()


def window(browser: Browser, **options: Any) -> Page:
    """A page in a window of its own."""
    page = browser.new_context(**options).new_page()
    page.context.set_default_timeout(_PATIENCE)
    return page


# --- What is missing ---------------------------------------------------------------------------------------------


def _required(name: str) -> bool:
    return os.environ.get(REQUIRED_BY[name]) == "1"


def _found(name: str, program: Path | None) -> Path:
    """The program, or the end of the test."""
    if program is None:
        if _required(name):
            pytest.fail(f"{name} not found, and {REQUIRED_BY[name]}=1 asks for it", pytrace=False)
        pytest.skip(f"{name} not found")
    return program


def _skips(config: pytest.Config, name: str) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter else []
    return sum(name.lower() in str(report.longrepr).lower() for report in reports)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that need other programs come first: they take longest, and quick ones fill the last minutes of a worker."""
    slow = {each.path for each in items if _PROGRAMS & set(getattr(each, "fixturenames", ()))}
    items.sort(key=lambda each: each.path not in slow)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, variable in REQUIRED_BY.items():
        skipped = _skips(terminalreporter.config, name)
        if skipped:
            verdict = f", which {variable}=1 forbids" if _required(name) else ""
            terminalreporter.write_line(f"{name} not found: {skipped} tests skipped{verdict}", yellow=True)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where a program is asked for, a test skipped for want of it is a failure, however it was skipped."""
    if any(_required(name) and _skips(session.config, name) for name in REQUIRED_BY):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
