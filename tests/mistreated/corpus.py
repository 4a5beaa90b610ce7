"""The corpus of mistreated workbooks: read from ``cases/``, made from valid ones, judged.

A case says what is done to which valid workbook, in which containers, and what must come of it. Spots are written
``@path`` for the cell of an indicator, or ``sheet!A1``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from conftest import Office
from strategies import SHELF

from mistreated.edits import edit
from xltool.app.returns.validating import validate_file
from xltool.io.inputs import Source
from xltool.model.place import from_a1
from xltool.model.record import Agency, Value
from xltool.model.returned import Returned
from xltool.model.roster import Roster, RosterEntry
from xltool.numbers import exact
from xltool.passes.identify import Expected
from xltool.plan.fill import fill
from xltool.plan.form import Content, FormPlan, Options, Spot

HERE = Path(__file__).parent
KEY, OTHER_KEY = b"0123456789abcdef" * 2, b"another key of some length"
AGENCY = Agency("220381-SFJ", "公主岭市司法局", "county", False)
OTHER = Agency("220381-JYJ", "公主岭市教育局", "county", False)
_SPOT = re.compile(r"@[a-z][A-Za-z0-9_.]+|[^'!=]+![A-Z]{1,3}[0-9]+")
KINDS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}


@dataclass(frozen=True)
class Case:
    """`by` is who does it: ``file`` edits the file, ``office`` works in LibreOffice. `codes` are all findings expected
    besides failed checks, `extra` those of one container only; `null` and `values` the figures not read as they were
    typed."""

    name: str
    do: list[list[Any]]
    codes: list[str]
    outcome: str
    by: str = "file"
    base: str = "computed"
    containers: tuple[str, ...] = ("xlsx",)
    null: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, Any] = field(default_factory=dict)
    differs: Mapping[str, Any] = field(default_factory=dict)


def load() -> list[Case]:
    """All cases, in the order of their files."""
    return [
        Case(**{**each, "containers": tuple(each.get("containers", ["xlsx"])), "null": tuple(each.get("null", []))})
        for file in sorted((HERE / "cases").glob("*.json"))
        for each in json.loads(file.read_text(encoding="utf-8"))
    ]


# --- the valid workbooks -----------------------------------------------------------------------------------------

BASES: Mapping[str, tuple[str, Options, bytes]] = {
    "computed": ("national-2021", Options(2023), b""),
    "typed": ("national-2021", Options(2023, totals="typed"), b""),
    "sealed": ("national-2021", Options(2023), KEY),
    "anonymous": ("national-2021", Options(2023, anonymous=True), b""),
    "2019": ("national-2019", Options(2020), b""),
    "2014": ("national-2014", Options(2015), b""),
}


@cache
def plan_of(base: str) -> FormPlan:
    era, options, _ = BASES[base]
    return SHELF.plan(era, options)


@cache
def figures(base: str) -> Mapping[str, Value]:
    """Another figure in every input, so that none can be taken for its neighbour's."""
    plan = plan_of(base)
    paths = [path for path, entry in plan.fields.items() if path in plan.figures and entry.name]
    values: dict[str, Value] = {}
    for number, path in enumerate(paths):
        indicator = plan.era.indicators[path]
        values[path] = exact(Decimal(number + 100) + Decimal("0.25")) if indicator.decimals else number + 101
        if indicator.kind == "text":
            values[path] = f"文字{number}"
    return values


def paths(patterns: Iterable[str], base: str) -> set[str]:
    """The inputs that `patterns` such as ``applications.*`` name."""
    return {path for pattern in patterns for path in figures(base) if fnmatchcase(path, pattern)}


def content(base: str) -> Content:
    return Content(
        agency=AGENCY,
        submission=1,
        cover={"filler": "张三", "phone": "0434-1234567"},
        typed=dict(figures(base)),  # type: ignore[arg-type]
    )


def workbook(base: str) -> bytes:
    made = content(base)
    return SHELF.write(fill(plan_of(base), made, key=BASES[base][2]))


# --- mistreating them --------------------------------------------------------------------------------------------


def spot(text: str, plan: FormPlan) -> Spot:
    """``@path`` or ``sheet!A1`` as sheet, row and column."""
    if text.startswith("@"):
        path = text[1:]
        return plan.fields[path].spot if path in plan.fields else plan.figures[path]
    sheet, _, ref = text.partition("!")
    return (sheet, *from_a1(ref))


def resolved(actions: list[list[Any]], plan: FormPlan) -> list[list[Any]]:
    def argument(each: Any) -> Any:
        return spot(each, plan) if isinstance(each, str) and _SPOT.fullmatch(each) else each

    return [[name, *map(argument, arguments)] for name, *arguments in actions]


def make(cases: Iterable[Case], folder: Path, office: Office | None) -> dict[tuple[str, str], Path]:
    """Every case in every container as a file; those an office suite is needed for only where there is one."""
    made: dict[tuple[str, str], Path] = {}
    jobs: list[dict[str, Any]] = []
    for base in BASES:
        (folder / f"{base}.xlsx").write_bytes(workbook(base))
    for number, case in enumerate(cases):
        source, actions = folder / f"{case.base}.xlsx", resolved(case.do, plan_of(case.base))
        targets = {kind: folder / f"{number:03}.{kind}" for kind in case.containers}
        if case.by == "file":
            edited = folder / f"{number:03}.edited.xlsx"
            edit(source, edited, actions)
            made |= {(case.name, "xlsx"): edited} if "xlsx" in targets else {}
            source, actions = edited, []
            targets = {kind: path for kind, path in targets.items() if kind != "xlsx"}
        made |= {(case.name, kind): path for kind, path in targets.items()}
        if targets:
            jobs.append({"open": str(source), "do": actions, "save": {str(p): KINDS[k] for k, p in targets.items()}})
    if office is not None:
        drive(office, jobs, folder)
    return {key: path for key, path in made.items() if path.exists()}


def uno_python() -> str | None:
    """A Python that can drive LibreOffice: this one, the system's, or the one that comes with it."""
    program = shutil.which("soffice") or ""
    beside = Path(program).resolve().parent
    candidates = [sys.executable, "/usr/bin/python3", str(beside / "python"), str(beside / "python.exe")]
    for each in candidates:
        if Path(each).exists():
            asked = subprocess.run([each, "-c", "import uno"], capture_output=True, check=False)
            if asked.returncode == 0:
                return each
    return None


def drive(office: Office, jobs: list[dict[str, Any]], folder: Path) -> None:
    """Let LibreOffice do all `jobs`, in one run of it."""
    python = uno_python()
    if python is None:
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    listed = folder / "jobs.json"
    listed.write_text(json.dumps(jobs), encoding="utf-8")
    suite = subprocess.Popen(
        [
            str(office.program),
            f"-env:UserInstallation={office._profile(False).as_uri()}",
            "--headless",
            "--norestore",
            f"--accept=socket,host=127.0.0.1,port={port};urp;",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"},
    )
    try:
        done = subprocess.run(
            [python, str(HERE / "office.py"), str(port), str(listed)],
            capture_output=True,
            timeout=120 + 6 * len(jobs),
            check=False,
        )
        if done.returncode:
            raise AssertionError(done.stderr.decode("utf-8", "replace"))
    finally:
        try:
            suite.wait(timeout=20)
        except subprocess.TimeoutExpired:
            suite.kill()


# --- judging them ------------------------------------------------------------------------------------------------


def judge(file: Path, case: Case) -> Returned:
    """The verdict on a made file, by what the case says the desk expects."""
    given = dict(case.expect)
    keys = {"right": KEY, "wrong": OTHER_KEY}
    roster = Roster((RosterEntry(AGENCY.code, given.pop("roster")),)) if "roster" in given else None
    if "key" in given:
        given["key"] = keys[given["key"]]
    return validate_file(Source(file.name, file.read_bytes), SHELF, Expected(**given), roster)


def codes(returned: Returned, plan: FormPlan) -> list[str]:
    """The codes of all findings but failed checks, each once, in alphabetical order."""
    return sorted({finding.code for finding in returned.findings if finding.code not in plan.era.checks})


def outcome(returned: Returned) -> str:
    """What was decided: ``read``, ``refuse-field``, ``confirm`` or ``refuse-file``."""
    decided = {
        SHELF.library.catalogue[each.code].decision
        for each in returned.findings
        if each.code in SHELF.library.catalogue
    }
    if returned.record is None:
        return "confirm" if "confirm" in decided else "refuse-file"
    unread = [mark for mark in returned.record.marks.values() if mark.kind == "unreadable"]
    if unread:
        return "confirm" if "confirm" in decided else "refuse-field"
    return "read"
