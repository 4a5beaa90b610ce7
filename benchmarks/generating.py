"""Generating: workbooks for a roster, against XlsxWriter, openpyxl and the copying of a ready file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.common import Row, Work, as_the_program, interleaved, main, peak_memory
from xltool.app.forms import generate
from xltool.app.shelf import Shelf
from xltool.io.library import Library
from xltool.io.roster_file import read_roster
from xltool.io.writing.sinks import write_all
from xltool.io.writing.styles import Styles
from xltool.model.record import Agency
from xltool.model.workbook import Area, Formula, PlanCell, WorkbookPlan
from xltool.plan.fill import fill
from xltool.plan.form import Content, Options

ERA, OPTIONS = "national-2021", Options(2025)
SIZES = (100, 1_000, 10_000)
# So many workbooks of a peer tell its time: they are all alike to it.
_PEERS = 10
_SAFELY = "copying as safely"

_MEMORY = """
import sys
from pathlib import Path
from benchmarks.generating import xltool
xltool(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def run(rounds: int, sizes: Sequence[int] = SIZES) -> list[Row]:
    """The rows of generating, with as many workbooks as each of `sizes` says."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="xltool-bench-") as folder:
        base = Path(folder)
        return list(_rows(rounds, sorted(sizes), base))


def _rows(rounds: int, sizes: Sequence[int], base: Path) -> Iterator[Row]:
    rosters = {size: roster_file(base / f"{size}.csv", size) for size in sizes}
    xltool(rosters[sizes[0]], base / "ready")
    ready = next((base / "ready").iterdir())
    works: dict[str, Work] = {
        f"xltool {size}": as_the_program(partial(xltool, roster)) for size, roster in rosters.items()
    }
    works |= {f"copying {size}": partial(_copies, ready, size) for size in sizes}
    if hasattr(os, "sync"):
        works |= {f"{_SAFELY} {size}": partial(_copies_safely, ready, size) for size in sizes}
    works |= {name: partial(_peers, ready, make) for name, make in _makers().items()}
    seconds = interleaved(works, rounds)
    counts = {name: int(name.split()[-1]) if name[-1].isdigit() else _PEERS for name in works}
    units = {name: taken / counts[name] for name, taken in seconds.items()}
    shown = {name: units[name] for name in ("XlsxWriter", "openpyxl", "template")}
    for size in sizes:
        own, copy = units[f"xltool {size}"], units[f"copying {size}"]
        medians = {"xltool": own, "copying": copy}
        if f"{_SAFELY} {size}" in units:
            medians[_SAFELY] = units[f"{_SAFELY} {size}"]
        work = f"generate {size:,} workbooks"
        yield Row(work, "XlsxWriter from scratch", units["XlsxWriter"] / own, "at least", 40, {**medians, **shown})
        yield Row(work, "copying a ready file", own / copy, "at most", 3, medians)
    peaks = {size: peak_memory(_MEMORY, str(rosters[size]), str(base / f"peak-{size}")) for size in sizes}
    for few, many in pairwise(sizes):
        one, other = units[f"xltool {few}"], units[f"xltool {many}"]
        medians = {f"{few:,}": one, f"{many:,}": other}
        yield Row(f"generate, a workbook of {many:,}", f"one of {few:,}", other / one, "at most", 1.15, medians)
        less, more = peaks[few], peaks[many]
        note = f"{less / 2**20:.0f} MB → {more / 2**20:.0f} MB"
        yield Row(f"generate {many:,}, peak memory", f"of {few:,}", more / less, "at most", 1.5, note=note)


def roster_file(path: Path, size: int) -> Path:
    """A roster of `size` agencies, a third of which may make rules."""
    lines = [f"{220000 + n:06d}-JG,某某省某某市第{n}机关,{'是' if n % 3 == 0 else '否'}" for n in range(size)]
    path.write_text("\n".join(["代码,全称,规章制定权", *lines, ""]), encoding="utf-8")
    return path


def xltool(roster: Path, folder: Path) -> None:
    """The whole of ``xltool generate`` but for starting Python: from the files of data and roster to files."""
    agencies, _ = read_roster(roster)
    made = generate(Shelf(Library()), ERA, OPTIONS, agencies)
    write_all(folder, ((each.name, each.make) for each in made), force=False)


def _copies(ready: Path, count: int, folder: Path) -> None:
    for number in range(count):
        shutil.copyfile(ready, folder / f"{number}.xlsx")


def _copies_safely(ready: Path, count: int, folder: Path) -> None:
    """Copies that are whole or not there, as the files of xltool are: named only once they are on the disk."""
    for number in range(count):
        shutil.copyfile(ready, folder / f"{number}.tmp")
    os.sync()
    for number in range(count):
        os.replace(folder / f"{number}.tmp", folder / f"{number}.xlsx")


def _peers(ready: Path, make: Callable[[Path, Path], None], folder: Path) -> None:
    for number in range(_PEERS):
        make(ready, folder / f"{number}.xlsx")


def _makers() -> dict[str, Callable[[Path, Path], None]]:
    """What writes one workbook: XlsxWriter and openpyxl from scratch, and openpyxl with a ready file as template."""
    shelf = Shelf(Library())
    plan = fill(shelf.plan(ERA, OPTIONS), Content(Agency("220000-JG", "某某省某某市第1机关")))
    styles = shelf.library.styles
    return {
        "XlsxWriter": lambda ready, path: by_xlsxwriter(plan, styles, path),
        "openpyxl": lambda ready, path: by_openpyxl(plan, path),
        "template": by_template,
    }


# --- what a user would write instead -----------------------------------------------------------------------------


def by_xlsxwriter(plan: WorkbookPlan, styles: Styles, path: Path) -> None:
    """The workbook as anybody would write it with XlsxWriter: the same cells, names, rules and protection."""
    from xlsxwriter import Workbook

    formats: dict[tuple[str, bool], Any] = {}
    with Workbook(str(path), {"in_memory": True}) as book:
        for planned in plan.sheets:
            sheet = book.add_worksheet(planned.name)
            for row, height in planned.heights.items():
                sheet.set_row(row, height)
            for col, width in planned.widths.items():
                sheet.set_column(col, col, width)
            for cell in planned.cells:
                key = cell.style, cell.locked
                if key not in formats:
                    formats[key] = book.add_format({**styles[cell.style], "locked": cell.locked})
                _xlsxwriter_cell(sheet, cell, formats[key])
            for each in planned.validations:
                sheet.data_validation(*_corners(each.area), _xlsxwriter_rule(each.rule, each.prompt, each.error))
            for conditional in planned.conditionals:
                options = {"type": "formula", "criteria": "=" + conditional.formula, "format": None}
                sheet.conditional_format(*_corners(conditional.area), options)
            sheet.protect(plan.password)
        for name, reference in plan.names.items():
            book.define_name(name, "=" + reference)
        for name, value in plan.properties.items():
            book.set_custom_property(name, value)


def _xlsxwriter_cell(sheet: Any, cell: PlanCell, shape: Any) -> None:
    if cell.rows > 1 or cell.cols > 1:
        sheet.merge_range(cell.row, cell.col, cell.row + cell.rows - 1, cell.col + cell.cols - 1, "", shape)
    if isinstance(cell.value, Formula):
        sheet.write_formula(cell.row, cell.col, "=" + cell.value.text, shape, cell.value.cached)
    elif cell.value is None:
        sheet.write_blank(cell.row, cell.col, None, shape)
    else:
        sheet.write(cell.row, cell.col, cell.value, shape)


def _xlsxwriter_rule(rule: tuple[str, ...] | str, prompt: str, error: str) -> dict[str, Any]:
    texts = {"input_message": prompt, "error_message": error}
    if isinstance(rule, str):
        return {"validate": "custom", "value": "=" + rule, **texts}
    return {"validate": "list", "source": list(rule), **texts}


def by_openpyxl(plan: WorkbookPlan, path: Path) -> None:
    """The same cells, rules and names by openpyxl, without looks."""
    from openpyxl import Workbook
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    book.remove(book.worksheets[0])
    for planned in plan.sheets:
        sheet = book.create_sheet(planned.name)
        for cell in planned.cells:
            value = "=" + cell.value.text if isinstance(cell.value, Formula) else cell.value
            sheet.cell(cell.row + 1, cell.col + 1, value)
            if cell.rows > 1 or cell.cols > 1:
                sheet.merge_cells(None, cell.row + 1, cell.col + 1, cell.row + cell.rows, cell.col + cell.cols)
        for each in planned.validations:
            listed = isinstance(each.rule, tuple)
            formula = f'"{",".join(each.rule)}"' if listed else each.rule
            rule = DataValidation("list" if listed else "custom", formula, prompt=each.prompt, error=each.error)
            area = each.area
            rule.add(sheet.cell(area.row + 1, area.col + 1).coordinate)
            sheet.add_data_validation(rule)
        sheet.protection.enable()
    for name, reference in plan.names.items():
        book.defined_names[name] = DefinedName(name, attr_text=reference)
    book.save(path)


def by_template(ready: Path, path: Path) -> None:
    """A ready workbook opened, two cells filled in, and saved."""
    from openpyxl import load_workbook

    book = load_workbook(ready)
    sheet = book.worksheets[0]
    sheet["B6"], sheet["B7"] = "某某省某某市第1机关", "220000-JG"
    book.save(path)


def _corners(area: Area) -> tuple[int, int, int, int]:
    return area.row, area.col, area.last_row, area.last_col


if __name__ == "__main__":
    main(run, SIZES)
