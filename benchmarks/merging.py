"""Merging: records into the full summary workbook, against XlsxWriter writing the same cells and nothing else, and
against what people write instead, which makes a bare table of figures and their sums."""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from benchmarks.common import ROOT, Row, Work, as_the_program, interleaved, main, peak_memory

sys.path.insert(0, str(ROOT / "tests"))

from provinces import ERA, province

from xltool.app.returns.validating import validate_files
from xltool.app.shelf import Shelf
from xltool.app.summaries.merging import Merged, Request, merge_returned
from xltool.app.summaries.summarising import summary_workbook
from xltool.io.inputs import gather
from xltool.io.library import Library
from xltool.io.roster_file import read_roster
from xltool.model.expected import Expected
from xltool.model.returned import Returned
from xltool.model.workbook import Formula, PlanCell, WorkbookPlan

SIZES = (1_000, 5_000)

_MEMORY = """
import sys
from pathlib import Path
from benchmarks.merging import judged, xltool
xltool(*judged(Path(sys.argv[1])))
"""


def run(rounds: int, sizes: Sequence[int] = SIZES) -> list[Row]:
    """The rows of merging, with as many agencies as each of `sizes` says."""
    with tempfile.TemporaryDirectory(prefix="xltool-bench-") as folder:
        return [row for size in sizes for row in _rows(rounds, size, Path(folder) / str(size))]


def write_province(folder: Path, size: int) -> None:
    """Records and roster of a province of three levels."""
    folder.mkdir(parents=True)
    land = province(size)
    (folder / "records.jsonl").write_bytes(land.jsonl)
    (folder / "roster.csv").write_text(land.roster_csv, encoding="utf-8")


def _rows(rounds: int, size: int, folder: Path) -> Iterator[Row]:
    write_province(folder, size)
    returned, shelf, roster = judged(folder)
    plan = _plan(returned, shelf, roster)
    works: dict[str, Work] = {
        "xltool": as_the_program(lambda _: xltool(returned, shelf, roster)),
        "XlsxWriter, the same cells": as_the_program(lambda _: by_xlsxwriter(plan, shelf)),
        "pandas, a bare table": partial(by_pandas, folder / "records.jsonl"),
        "openpyxl, appending rows": partial(by_openpyxl, folder / "records.jsonl"),
    }
    seconds = interleaved(works, rounds)
    own, cells = seconds["xltool"], sum(len(sheet.cells) for sheet in plan.sheets)
    work = f"merge {size:,} records into the full workbook"
    note = f"{cells:,} cells"
    yield Row(
        work,
        "XlsxWriter writing the same cells",
        own / seconds["XlsxWriter, the same cells"],
        "at most",
        1.5,
        seconds,
        note,
    )
    if os.path.exists("/proc/self/status"):
        peak = peak_memory(_MEMORY, str(folder))
        yield Row(f"merge {size:,}, peak memory", "1 GB", peak / 2**30, "at most", 1, note=f"{peak / 2**20:.0f} MB")


def judged(folder: Path) -> tuple[list[Returned], Shelf, Any]:
    """The records of a folder, read and validated."""
    shelf = Shelf(Library())
    roster, _ = read_roster(folder / "roster.csv")
    with shelf.returns:
        found = list(validate_files(gather([str(folder / "records.jsonl")]), shelf, Expected(), roster))
    return found, shelf, roster


def xltool(returned: list[Returned], shelf: Shelf, roster: Any) -> bytes:
    """Adding up along three levels, planning and writing every sheet."""
    return summary_workbook(merged(returned, shelf, roster), shelf, "zh")


def merged(returned: list[Returned], shelf: Shelf, roster: Any) -> Merged:
    return merge_returned(returned, shelf, roster, Request("area"))


def _plan(returned: list[Returned], shelf: Shelf, roster: Any) -> WorkbookPlan:
    """The plan that xltool hands to its writer."""
    plans: list[WorkbookPlan] = []

    class Watching(Shelf):
        def write(self, workbook: WorkbookPlan) -> bytes:
            plans.append(workbook)
            return b""

    watching = Watching(shelf.library)
    summary_workbook(merged(returned, watching, roster), watching, "zh")
    return plans[0]


# --- what a user would write instead -----------------------------------------------------------------------------


def by_xlsxwriter(plan: WorkbookPlan, shelf: Shelf) -> bytes:
    """The same cells in the same formats, and nothing else."""
    from xlsxwriter import Workbook

    out, formats = io.BytesIO(), {}
    book = Workbook(out, {"in_memory": True})
    for planned in plan.sheets:
        sheet = book.add_worksheet(planned.name)
        for cell in planned.cells:
            key = cell.style, cell.number_format
            if key not in formats:
                shown = {"num_format": cell.number_format} if cell.number_format else {}
                formats[key] = book.add_format({**shelf.library.styles[cell.style], **shown})
            _write(sheet, cell, formats[key])
    book.close()
    return out.getvalue()


def _write(sheet: Any, cell: PlanCell, shape: Any) -> None:
    if cell.rows > 1 or cell.cols > 1:
        sheet.merge_range(cell.row, cell.col, cell.row + cell.rows - 1, cell.col + cell.cols - 1, "", shape)
    match cell.value:
        case None:
            sheet.write_blank(cell.row, cell.col, None, shape)
        case Formula(text, cached):
            sheet.write_formula(cell.row, cell.col, "=" + text, shape, cached)
        case str(text):
            sheet.write_string(cell.row, cell.col, text, shape)
        case number:
            sheet.write_number(cell.row, cell.col, number, shape)


@cache
def _figures(file: Path) -> list[dict[str, Any]]:
    """A row for each record: code, name, and the value of each indicator."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        row = {"code": record["agency"]["code"], "name": record["agency"]["name"]}
        for path in ERA.indicators:
            value: Any = record["data"]
            for step in path.split("."):
                value = value.get(step) if isinstance(value, dict) else None
            row[path] = value
        found.append(row)
    return found


def by_pandas(file: Path, folder: Path) -> None:
    """A table of all figures and a row of sums."""
    import pandas

    table = pandas.DataFrame(_figures(file))
    table.loc[len(table)] = table.sum(numeric_only=True)
    table.to_excel(folder / "out.xlsx", index=False)


def by_openpyxl(file: Path, folder: Path) -> None:
    """The same row by row."""
    from openpyxl import Workbook

    book = Workbook()
    sheet, rows = book.worksheets[0], _figures(file)
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    sums = [sum(row[path] or 0 for row in rows if not isinstance(row[path], str)) for path in ERA.indicators]
    sheet.append(["", "", *sums])
    book.save(folder / "out.xlsx")


if __name__ == "__main__":
    main(run, SIZES)
