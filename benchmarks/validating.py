"""Validating: returns saved by an office suite, against what people build from openpyxl and jsonschema, and against
a bare read that checks nothing.

The returns are real ones: thirty different records that pass every check, filled into the form and saved again by
LibreOffice; a thousand files are these thirty under other names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.common import Row, Work, interleaved, main, peak_memory
from benchmarks.mutation import Judge, valid_record
from xltool.app.forms import fill_record
from xltool.app.returns.validating import validate_files
from xltool.app.shelf import Shelf
from xltool.app.summaries.merging import wording
from xltool.io.inputs import gather
from xltool.io.library import Library
from xltool.io.records import dump_line
from xltool.model.expected import Expected
from xltool.model.record import Agency, Record
from xltool.numbers import from_cell
from xltool.plan.form import Field, FormPlan, Options
from xltool.report.findings import FORMATS
from xltool.rules.compiled import compile_totals
from xltool.rules.evaluate import judge
from xltool.rules.nodes import Ref

ERA, YEAR = "national-2021", 2023
SIZES = (100, 1_000, 10_000)
_DIFFERENT, _PEERS = 30, 5
# Figures that are wrong in a faulty return: a balance is upset, a blank left, a text typed.
_UPSET = (
    "applications.natural_person.new",
    "applications.other_organisation.granted",
    "review_litigation.reconsideration.upheld",
)

_MEMORY = """
import sys
from pathlib import Path
from benchmarks.validating import xltool
xltool(Path(sys.argv[1]), 2)
"""


def run(rounds: int, sizes: Sequence[int] = SIZES) -> list[Row]:
    """The rows of validating, with as many returns as each of `sizes` says."""
    with tempfile.TemporaryDirectory(prefix="xltool-bench-") as folder:
        return list(_rows(rounds, sorted(sizes), Path(folder)))


def _rows(rounds: int, sizes: Sequence[int], base: Path) -> Iterator[Row]:
    valid, faulty, tampered = returns_of(base)
    folders = {size: copies(valid, base / str(size), size) for size in sizes}
    # Enough that what it takes to start is not what is measured.
    most = sizes[len(sizes) // 2]
    few = copies(valid, base / "few", most)
    wrong, changed = (copies(files, base / name, most) for name, files in (("wrong", faulty), ("changed", tampered)))
    lines = base / "records.jsonl"
    lines.write_bytes(b"".join(dump_line(each) for each in _records(_DIFFERENT)) * (most // _DIFFERENT + 1))
    works: dict[str, tuple[Work, int]] = {
        "xltool, one core": (_timed(_on_one_core(partial(xltool, few, 1))), most),
        "xltool, two cores": (_timed(partial(xltool, few, 2)), most),
        "faulty": (_timed(_on_one_core(partial(xltool, wrong, 1))), most),
        "tampered": (_timed(_on_one_core(partial(xltool, changed, 1))), most),
        "records": (_timed(partial(xltool, lines, 2)), _DIFFERENT * (most // _DIFFERENT + 1)),
        "openpyxl, two loads": (_timed(_on_one_core(partial(_peer, valid[:_PEERS], loads=2))), _PEERS),
        "openpyxl, one load": (_timed(_on_one_core(partial(_peer, valid[:_PEERS], loads=1))), _PEERS),
        "calamine": (_timed(_on_one_core(partial(_calamine, valid))), len(valid)),
        "inflating": (_timed(_on_one_core(partial(_inflated, valid))), len(valid)),
        "pandas with calamine": (_timed(_on_one_core(partial(_pandas, valid[:_PEERS]))), _PEERS),
        **_frictionless(valid[:_PEERS]),
        **{f"xltool {size:,}": (_timed(partial(xltool, folder, 2)), size) for size, folder in folders.items()},
    }
    taken = interleaved({name: work for name, (work, _) in works.items()}, rounds)
    seconds = {name: taken[name] / count for name, (_, count) in works.items()}
    for cores, goal in (("one core", 20), ("two cores", 35)):
        own = seconds[f"xltool, {cores}"]
        for peer in ("openpyxl, two loads", "openpyxl, one load"):
            medians = {"xltool": own, peer: seconds[peer]}
            yield Row(
                f"validate valid returns, {cores}",
                f"{peer}, jsonschema",
                seconds[peer] / own,
                "at least",
                goal,
                medians,
            )
    own, bare = seconds["xltool, one core"], seconds["calamine"]
    others = ("inflating", "pandas with calamine", "frictionless")
    medians = {
        "xltool": own,
        "calamine": bare,
        **{name: seconds[name] for name in others if name in seconds},
        "a record as JSON, two cores": seconds["records"],
    }
    yield Row(
        "validate valid returns, one core", "bare calamine, which checks nothing", own / bare, "at most", 4, medians
    )
    for kind in ("faulty", "tampered"):
        yield Row(f"validate a {kind} return", "a valid one", seconds[kind] / own, "at most", 5, {kind: seconds[kind]})
    peaks = {size: peak_memory(_MEMORY, str(folder)) for size, folder in folders.items()}
    for few, many in pairwise(sizes):
        one, other = seconds[f"xltool {few:,}"], seconds[f"xltool {many:,}"]
        medians = {f"{few:,}": one, f"{many:,}": other}
        yield Row(f"validate, a return of {many:,}", f"one of {few:,}", other / one, "at most", 1.15, medians)
        note = f"{peaks[few] / 2**20:.0f} MB → {peaks[many] / 2**20:.0f} MB"
        memory = f"validate {many:,}, peak memory of the parent"
        yield Row(memory, "300 MB", peaks[many] / (300 * 2**20), "at most", 1, note=note)


def xltool(folder: Path, jobs: int) -> None:
    """The whole of ``xltool validate`` but for starting Python: from files to lines of text."""
    shelf = Shelf(Library(), jobs=jobs)
    with shelf.returns:
        found = validate_files(gather([str(folder)]), shelf, Expected())
        assert all(isinstance(line, str) for line in FORMATS["text"](found, wording(shelf, "zh")))


def _timed(work: Callable[[], object]) -> Work:
    return lambda folder: work()


def _on_one_core(work: Callable[[], object]) -> Callable[[], object]:
    """`work`, with all processes it starts on a single core, where the system can be told so."""
    if not hasattr(os, "sched_setaffinity"):
        return work

    def alone() -> None:
        every = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(every)})
        try:
            work()
        finally:
            os.sched_setaffinity(0, every)

    return alone


# --- the returns -------------------------------------------------------------------------------------------------


@cache
def _records(count: int) -> list[Record]:
    """Records of which nothing is to be said."""
    era = Library().era(ERA)
    checks, rnd = Judge(era), Random("validating")
    checks.year = YEAR
    checks.instances = [each for each in checks.instances if each.applies_in(YEAR)]
    found = []
    for number in range(count):
        values = valid_record(era, checks, rnd)
        agency = Agency(f"{220000 + number}-JG", f"某某省某某市第{number}机关", "county", True)
        cover = {"filler": "张三", "reviewer": "李四", "phone": "0431-12345678", "date": "2024-01-10"}
        every = {path: values.get(path) for path in era.indicators}
        found.append(Record(ERA, YEAR, agency, every, cover=cover))
    return found


def valid_return() -> bytes:
    """A filled-in form of which nothing is to be said."""
    return fill_record(_records(1)[0], Shelf(Library()), "computed", "zh")[0]


def returns_of(base: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """Valid returns, faulty ones and tampered ones, as LibreOffice saves them."""
    shelf, records = Shelf(Library()), _records(_DIFFERENT)
    faulty = [replace(each, values=_upset(each)) for each in records]
    made = {"valid": records, "faulty": faulty}
    for name, every in made.items():
        (base / "made" / name).mkdir(parents=True)
        for number, record in enumerate(every):
            (base / "made" / name / f"{number}.xlsx").write_bytes(fill_record(record, shelf, "computed", "zh")[0])
    valid, wrong = (_saved(base / "made" / name, base / name) for name in made)
    return valid, wrong, _tampered(valid, base / "tampered")


def _upset(record: Record) -> dict[str, Any]:
    values = dict(record.values)
    for path in _UPSET:
        values[path] = (values[path] or 0) + 7
    return values | compile_totals({path: each.formula for path, each in Library().era(ERA).totals.items()})(values)


def _saved(folder: Path, to: Path) -> list[Path]:
    office = shutil.which("soffice") or "libreoffice"
    profile = (folder.parent / "profile").resolve().as_uri()
    command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run(
        [*command, "--outdir", str(to), *map(str, sorted(folder.iterdir()))], check=True, capture_output=True
    )
    return sorted(to.iterdir())


def _tampered(valid: list[Path], to: Path) -> list[Path]:
    """Returns with a label written over, a sheet unprotected and a text where a figure should be."""
    import openpyxl

    to.mkdir()
    for file in valid:
        book = openpyxl.load_workbook(file)
        sheet = book.worksheets[2]
        sheet.protection.sheet = False
        sheet["D8"] = "约12"
        sheet["A1"] = "已修改"
        book.save(to / file.name)
    return sorted(to.iterdir())


def copies(files: list[Path], folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        shutil.copy(files[number % len(files)], folder / f"{number:05d}.xlsx")
    return folder


# --- what others do ----------------------------------------------------------------------------------------------


def _calamine(files: list[Path]) -> None:
    """Every sheet as a list of rows, and nothing more."""
    from python_calamine import CalamineWorkbook

    for file in files:
        book = CalamineWorkbook.from_path(str(file))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def _inflated(files: list[Path]) -> None:
    """All parts of each zip."""
    for file in files:
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                archive.read(name)


def _pandas(files: list[Path]) -> None:
    """Every sheet as a table, and how many of its cells are figures."""
    import pandas

    for file in files:
        tables = pandas.read_excel(file, sheet_name=None, header=None, engine="calamine")
        for each in tables.values():
            each.apply(pandas.to_numeric, errors="coerce").count()


def _frictionless(files: list[Path]) -> dict[str, tuple[Work, int]]:
    """Its own validation of the tables as tables; nothing where it is not installed."""
    try:
        from frictionless import validate
        from frictionless.resources import TableResource
    except ImportError:
        return {}

    def work() -> None:
        for file in files:
            validate(TableResource(path=file.name, basepath=str(file.parent)))

    return {"frictionless": (_timed(_on_one_core(work)), len(files))}


def _peer(files: list[Path], *, loads: int) -> None:
    """What is usually built: cells by openpyxl, a record by defined names, the schema by jsonschema, rule by rule.

    With two loads it sees formulas and results, and so notices a formula in an input; with one, results alone.
    """
    for file in files:
        problems = _problems(file, loads)
        assert problems == []


@cache
def _data() -> tuple[FormPlan, Any, list[Field]]:
    from jsonschema import Draft202012Validator

    shelf = Shelf(Library())
    plan = shelf.plan(ERA, Options(YEAR))
    return plan, Draft202012Validator(plan.era.schema), [each for each in plan.fields.values() if each.name]


def _problems(file: Path, loads: int) -> list[str]:
    import openpyxl

    plan, validator, fields = _data()
    book = openpyxl.load_workbook(file, data_only=True)
    formulas = openpyxl.load_workbook(file) if loads > 1 else None
    values: dict[str, Any] = dict.fromkeys(plan.era.indicators)
    problems = []
    for entry in fields:
        ((sheet, cell),) = book.defined_names[entry.name].destinations
        if formulas is not None and formulas[sheet][cell].data_type == "f":
            problems.append(f"formula in {sheet}!{cell}")
        if entry.path in values:
            values[entry.path] = book[sheet][cell].value
    for path, (sheet, row, col) in plan.figures.items():
        if path in plan.era.totals:
            values[path] = book[sheet].cell(row + 1, col + 1).value
    tree = _tree(values)
    problems += [error.message for error in validator.iter_errors(tree)]
    return problems + _failing(plan, {path: _number(value) for path, value in values.items()})


def _number(value: Any) -> Any:
    return from_cell(value) if isinstance(value, int | float) else None


def _tree(values: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for path, value in values.items():
        *folders, leaf = path.split(".")
        node = data
        for folder in folders:
            node = node.setdefault(folder, {})
        node[leaf] = value
    return {"era": ERA, "year": YEAR, "agency": {"code": "1", "name": "1"}, "data": data}


def _failing(plan: FormPlan, values: dict[str, Any]) -> list[str]:
    def lookup(ref: Ref) -> Any:
        return values.get(ref.path) if ref.origin == "data" else {"rule_making": 1, "level": "county"}.get(ref.path)

    instances = [each for each in plan.era.instances if each.applies_in(YEAR) and not _of_last_year(each.facts)]
    return [each.name for each in instances if judge(each.rule, lookup, each.places).verdict == "fail"]


def _of_last_year(facts: Sequence[Ref]) -> bool:
    return any(ref.origin == "prior" for ref in facts)


if __name__ == "__main__":
    main(run, SIZES)
