"""Every number of a summary leads to the files and cells it is made of, through packages too; nothing wrong passes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from pathlib import Path
from random import Random

import openpyxl
import pytest
from campaigns import SHELF
from click.testing import CliRunner, Result
from conftest import Office
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import AREA, write
from provinces import ERA, FEES, POLICY, YEAR, Province, handed_up, province, sent

from xltool.app.summaries.merging import Merged, merge_files
from xltool.app.summaries.summarising import summary_workbook
from xltool.app.summaries.tracing import Traced, trace
from xltool.cli.main import xltool
from xltool.io.inputs import Source, gather
from xltool.io.roster_file import roster_from
from xltool.model.finding import Refused
from xltool.model.place import a1, from_a1
from xltool.model.trace import Trace
from xltool.model.workbook import Formula, WorkbookPlan
from xltool.numbers import Number, from_cell
from xltool.passes.merge import merge
from xltool.passes.summary_book_reading import read_summary
from xltool.passes.trace import Tracer
from xltool.report.summary_book import summary_book

NEW = "applications.total.new"
WORDS = {**SHELF.library.words, **SHELF.library.summary_words}
DETAIL, LONG = WORDS["sum_sheet_detail"].zh, WORDS["sum_sheet_long"].zh


def tracer_of(data: bytes) -> Tracer:
    book = SHELF.open_book(data)
    return Tracer(book, read_summary(book, "汇总.xlsx", ERA, SHELF.library.summary_words)[0], ERA)


@dataclass(frozen=True)
class Case:
    """A province's summary in `folder`, made of files and packages that lie in its folder 上报."""

    made: Province
    merged: Merged
    folder: Path
    saved: bytes
    """The same, saved again by LibreOffice."""

    @property
    def summary(self) -> Path:
        return self.folder / "汇总.xlsx"

    @property
    def source(self) -> Source:
        return gather([str(self.summary)])[0]

    @cached_property
    def tracers(self) -> tuple[Tracer, Tracer]:
        return tracer_of(self.summary.read_bytes()), tracer_of(self.saved)

    @cached_property
    def cells(self) -> list[tuple[str, str, Number]]:
        """Every number that is a formula, and every figure of the details, wide and long: sheet, cell, value."""
        return list(_cells(self.tracers[0]))

    @cached_property
    def originals(self) -> Mapping[str, Mapping[tuple[str, str], object]]:
        """By SHA-256, what stands in the cells of every file, in packages too."""
        files = (path.read_bytes() for path in (self.folder / "上报").iterdir())
        return dict(_contents(files))


def _cells(tracer: Tracer) -> Iterator[tuple[str, str, Number]]:
    assert tracer.book is not None
    figures = {(DETAIL, place.ref) for row in tracer.read.rows for place in row.places.values()}
    for sheet in tracer.book.sheets:
        if sheet.name == LONG:
            col = next(col for (_, col), cell in sheet.cells.items() if cell.value == WORDS["sum_column_value"].zh)
            figures |= {(LONG, a1(*at)) for at in sheet.cells if at[1] == col}
    for sheet in tracer.book.sheets:
        for at, cell in sheet.cells.items():
            wanted = cell.formula or (sheet.name, a1(*at)) in figures
            if sheet.visibility == "visible" and wanted and isinstance(cell.value, int | float):
                yield sheet.name, a1(*at), from_cell(cell.value)


def _contents(files: Iterator[bytes]) -> Iterator[tuple[str, Mapping[tuple[str, str], object]]]:
    for data in files:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            inside = [name for name in archive.namelist() if name.startswith("returns/")]
            if "xl/workbook.xml" not in archive.namelist():
                yield from _contents(archive.read(name) for name in inside)
                continue
        book = openpyxl.load_workbook(BytesIO(data), data_only=True)
        values = {(sheet.title, cell.coordinate): cell.value for sheet in book for row in sheet for cell in row}
        yield hashlib.sha256(data).hexdigest(), values


@pytest.fixture(scope="session", params=[12, 60])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, soffice: Office) -> Case:
    made = province(request.param)
    folder = tmp_path_factory.mktemp(f"traced{request.param}")
    files, roster = handed_up(made, workbooks=True)
    sources = gather([str(write(folder / "上报", files))])
    (folder / "名单.csv").write_text(roster, encoding="utf-8")
    merged = merge_files(sources, SHELF, roster_from(roster.encode(), "名单.csv")[0], AREA)
    file = folder / "汇总.xlsx"
    file.write_bytes(summary_workbook(merged, SHELF, "zh"))
    (saved,) = soffice.convert([file], "xlsx", folder / "另存")
    return Case(made, merged, folder, saved.read_bytes())


def read_out(case: Case, found: Trace) -> list[Decimal]:
    """The figures that a trace leads to, as they stand in the files."""
    values = [case.originals[line.sha256][line.source.sheet, line.source.ref] for line in found.lines]
    return [Decimal(str(value)) for value in values if value is not None]


small = pytest.mark.parametrize("case", [12], indirect=True)

# --- every number ------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(rnd=st.randoms(use_true_random=False), again=st.booleans())
def test_every_number_is_the_sum_of_the_cells_it_leads_to(case: Case, rnd: Random, again: bool) -> None:
    """Official tables, levels, charts, lists, details: as written, and as LibreOffice saved it again. The files and
    cells exist, and what stands in them adds up to the number."""
    sheet, ref, value = rnd.choice(case.cells)
    found = case.tracers[again].behind(f"{sheet}!{ref}")
    assert sum(sum(read_out(case, each)) for each in found) == value
    assert sum(each.added or 0 for each in found) == value


@small
def test_no_number_of_the_small_summary_leads_nowhere(case: Case) -> None:
    """All of them, on every sheet."""
    sheets = {sheet for sheet, _, _ in case.cells}
    assert {DETAIL, LONG, *(WORDS["sum_sheet_level"]("zh", n=depth) for depth in (1, 2, 3))} < sheets
    assert {WORDS["sum_sheet_charts"].zh, WORDS["sum_sheet_indicators"].zh} < sheets
    for tracer in case.tracers:
        for sheet, ref, value in case.cells:
            assert sum(each.added or 0 for each in tracer.behind(f"{sheet}!{ref}")) == value, (sheet, ref)


def test_every_indicator_is_what_the_returns_add_up_to(case: Case) -> None:
    """Asked for by its path, an indicator has a line for every agency, whose files say the same."""
    found = trace(case.source, "", SHELF, files=gather([str(case.folder / "上报")]))
    assert not found.findings
    assert {each.path for each in found.traces} == case.merged.summary.lines.keys()  # type: ignore[union-attr]
    for each in found.traces:
        assert {line.code: line.value for line in each.lines} == {
            code: record.values[each.path] for code, record in case.made.records.items()
        }
        assert {line.checked for line in each.lines} == {"same"}


def test_a_trace_goes_on_through_packages(case: Case) -> None:
    """Each line names its packages, the outermost first; those are files that are there."""
    found = case.tracers[0].behind(NEW)[0]
    chains = {line.code: [via.file for via in line.via] for line in found.lines}
    depth = {office.code: office for office in case.made.offices}
    for code, chain in chains.items():
        above, office = [], depth[code]
        while office.code != "SH":
            office = office if office.government else depth[office.parent]
            if office.code != "SH":
                above.append(f"{office.code}.zip")
                office = depth[office.parent]
        assert [name.rpartition("/")[2] for name in chain] == above[::-1]
    outermost = {line.via[0].sha256 for line in found.lines if line.via}
    packages = (case.folder / "上报").glob("*.zip")
    assert outermost == {hashlib.sha256(path.read_bytes()).hexdigest() for path in packages}


@small
def test_a_package_is_traced_like_a_summary(case: Case) -> None:
    """Its totals lead to the returns inside it, and to cells of them."""
    source = next(each for each in gather([str(case.folder / "上报")]) if each.name == "C01.zip")
    found = trace(source, NEW, SHELF, files=[source])
    codes = {office.code for office in case.made.below("C01")} & case.made.records.keys()
    (only,) = found.traces
    assert {line.code for line in only.lines} == codes and {line.checked for line in only.lines} == {"same"}
    assert sum(read_out(case, only)) == only.added == only.shown
    assert not found.findings


# --- without somebody ---------------------------------------------------------------------------------------------


@settings(max_examples=5)
@given(rnd=st.randoms(use_true_random=False))
def test_without_somebody_is_a_summary_without_them(case: Case, rnd: Random) -> None:
    """--what-if-without an agency, or an area with all below it, is what a fresh merge without them gives."""
    office = rnd.choice([each for each in case.made.offices if each.parent])
    gone = {each.code for each in case.made.below(office.code)} if office.government else {office.code}
    left = [item for item in case.made.returns if item.code not in gone]
    if gone.isdisjoint(case.made.records):
        with pytest.raises(Refused, match="TRACE-AGENCY"):
            trace(case.source, "", SHELF, leave_out=office.code)
        return
    fresh, _ = merge(left, ERA, case.made.roster, scope="area", policy=POLICY)
    found = trace(case.source, "", SHELF, leave_out=office.code)
    assert fresh is not None
    assert {each.path: each.without for each in found.without} == {
        path: fresh.lines[path].value for path in (each.path for each in found.without)
    }
    whole = case.merged.summary
    assert whole is not None
    assert {each.path: each.total for each in found.without} == {path: line.value for path, line in whole.lines.items()}


# --- nothing wrong passes -----------------------------------------------------------------------------------------


def changed(case: Case, name: str, by: int = 1, *, detail: bool = False) -> Source:
    """The summary where the cell of a total, or of a figure of the details, says something else."""
    summary = case.merged.summary
    assert summary is not None
    plan = summary_book(summary, ERA, SHELF.library.layout(ERA.id), WORDS)
    sheet, _, ref = plan.names[name].replace("$", "").replace("'", "").rpartition("!")
    if detail:
        place = case.tracers[0].behind(NEW)[0].lines[0]
        row = next(row for row in case.tracers[0].read.rows if row.code == place.code)
        sheet, ref = row.places[NEW].sheet, row.places[NEW].ref
    data = SHELF.write(_with(plan, sheet, from_a1(ref), by))
    return Source("汇总.xlsx", lambda: data)


def _with(plan: WorkbookPlan, name: str, at: tuple[int, int], by: int) -> WorkbookPlan:
    def other(value: object) -> object:
        return replace(value, cached=value.cached + by) if isinstance(value, Formula) else value + by  # type: ignore[operator]

    sheets = tuple(
        replace(
            sheet,
            cells=tuple(
                cell._replace(value=other(cell.value)) if (cell.row, cell.col) == at else cell  # type: ignore[arg-type]
                for cell in sheet.cells
            ),
        )
        if sheet.name == name
        else sheet
        for sheet in plan.sheets
    )
    return replace(plan, sheets=sheets)


def codes(found: Traced) -> list[str]:
    return [each.code for each in found.findings]


@small
@pytest.mark.parametrize("prefix", ["TOTAL", "LEVEL"])
def test_a_changed_total_is_found(case: Case, prefix: str) -> None:
    """A cell that is no longer the sum of its agencies."""
    name = f"{prefix}_{NEW.replace('.', '__')}"
    source = changed(case, name)
    place = tracer_of(source.load()).book.names[name.upper()]  # type: ignore[union-attr]
    cell = f"{place.sheet}!{a1(place.row, place.col)}"  # type: ignore[union-attr]
    found = trace(source, cell, SHELF)
    assert codes(found) == ["SUMMARY-TOTAL"]
    assert found.findings[0].places[0].ref == cell.rpartition("!")[2]
    assert codes(trace(case.source, cell, SHELF)) == []


@small
def test_a_changed_detail_is_found(case: Case) -> None:
    """The total is no longer its sum, and its file says something else."""
    name = f"TOTAL_{NEW.replace('.', '__')}"
    source = changed(case, name, detail=True)
    files = gather([str(case.folder / "上报")])
    assert sorted(codes(trace(source, NEW, SHELF, files=files))) == ["SUMMARY-TOTAL", "TRACE-DIFFERS"]
    assert not codes(trace(source, FEES, SHELF, files=files)), "other numbers are as they were"


@small
def test_a_changed_figure_of_the_long_details_is_found(case: Case) -> None:
    """Each row by itself names the figure, wherever it was sorted to; other numbers in its row are no figures."""
    assert case.merged.summary is not None
    plan = summary_book(case.merged.summary, ERA, SHELF.library.layout(ERA.id), WORDS)
    sheet = next(each for each in plan.sheets if each.name == LONG)
    value = {WORDS["sum_column_value"].zh, WORDS["sum_column_remark"].zh}
    figure, remark = sorted(cell.col for cell in sheet.cells if cell.value in value)
    rows = sorted({cell.row for cell in sheet.cells if cell.col == figure and isinstance(cell.value, int)})
    first, last = rows[0], rows[-1]
    moved = {first: last, last: first}
    cells = [cell._replace(row=moved.get(cell.row, cell.row)) for cell in sheet.cells]
    typed = tuple(cell._replace(value=YEAR) if (cell.row, cell.col) == (first, remark) else cell for cell in cells)
    sheets = tuple(replace(each, cells=typed) if each is sheet else each for each in plan.sheets)
    data = SHELF.write(_with(replace(plan, sheets=sheets), LONG, (last, figure), 1))
    source = Source("汇总.xlsx", lambda: data)
    for row, found in ((first, []), (last, ["SUMMARY-TOTAL"])):
        traced = trace(source, f"{LONG}!{a1(row, figure)}", SHELF)
        (old,) = trace(case.source, f"{LONG}!{a1(moved[row], figure)}", SHELF).traces
        assert traced.traces[0].lines == old.lines and len(old.lines) == 1
        assert codes(traced) == found
    with pytest.raises(Refused, match="TRACE-NOTHING"):
        trace(source, f"{LONG}!{a1(first, remark)}", SHELF)


@small
def test_a_node_check_is_traced_where_it_adds(case: Case) -> None:
    """The sum leads to the agencies of the node; a difference is no sum, and leads nowhere."""
    own = case.made.records["C01"]
    changes = {NEW: 10_000, FEES: None}
    area = sent(replace(own, scope="area", values={**own.values, **changes}, marks={}))
    policy = replace(POLICY, nodes="children")
    summary, _ = merge([*case.made.returns, area], ERA, case.made.roster, scope="area", policy=policy)
    assert summary is not None
    tracer = tracer_of(SHELF.write(summary_book(summary, ERA, SHELF.library.layout(ERA.id), WORDS)))
    sheet = tracer.book.sheet(WORDS["sum_sheet_checks"].zh)  # type: ignore[union-attr]
    assert sheet is not None
    heads = {cell.value: col for (row, col), cell in sheet.cells.items() if row == 2}
    summed, difference = (heads[WORDS[f"sum_column_{word}"].zh] for word in ("summed", "difference"))
    codes = {office.code for office in case.made.below("C01")} & case.made.records.keys()
    traced = [(row, cell) for (row, col), cell in sheet.cells.items() if row > 2 and col == summed and cell.formula]
    assert len(traced) == len(summary.checks[0].differing) > 1
    for row, cell in traced:
        (found,) = tracer.behind(f"{sheet.name}!{a1(row, summed)}")
        assert {line.code for line in found.lines} == codes
        assert found.added == found.shown == from_cell(cell.value)  # type: ignore[arg-type]
        with pytest.raises(Refused, match="TRACE-NOTHING"):
            tracer.behind(f"{sheet.name}!{a1(row, difference)}")


@small
def test_a_changed_file_is_not_the_one_that_was_counted(case: Case, tmp_path: Path) -> None:
    """Its hash is another one: the trace says that the file is not to be found."""
    code = next(line.code for line in case.tracers[0].behind(NEW)[0].lines if not line.via)
    path = case.folder / "上报" / f"{code}.xlsx"
    other = write(tmp_path, {f"{code}.xlsx": path.read_bytes() + b"\0"})
    (found,) = trace(case.source, NEW, SHELF, files=gather([str(other)])).traces
    assert {line.checked for line in found.lines} == {"absent"}


# --- what can be asked --------------------------------------------------------------------------------------------


@small
@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("没有这张表!A1", "TRACE-UNKNOWN"),
        ("applications.total.nonsense", "TRACE-UNKNOWN"),
        ("xltool_sources!A2", "TRACE-UNKNOWN"),
        ("汇总说明!A1", "TRACE-NOTHING"),
        ("明细!ZZ900", "TRACE-NOTHING"),
        ("applications.total.other.group", "TRACE-NOT-ADDED"),
    ],
)
def test_what_leads_nowhere_is_said(case: Case, wanted: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        trace(case.source, wanted, SHELF)


@small
def test_a_cell_without_its_sheet_is_asked_for_where_it_is_not_the_only_one(case: Case) -> None:
    by_ref: dict[str, set[str]] = {}
    for sheet, ref, _ in case.cells:
        by_ref.setdefault(ref, set()).add(sheet)
    twice = next(ref for ref, sheets in by_ref.items() if len(sheets) > 1)
    with pytest.raises(Refused, match="TRACE-WHICH"):
        trace(case.source, twice, SHELF)
    once = next(ref for ref, sheets in by_ref.items() if len(sheets) == 1)
    (sheet,) = by_ref[once]
    assert case.tracers[0].behind(once) == case.tracers[0].behind(f"{sheet}!{once}")


@small
def test_only_summaries_are_traced(case: Case) -> None:
    returned = next(each for each in gather([str(case.folder / "上报")]) if each.name.endswith(".xlsx"))
    with pytest.raises(Refused, match="TRACE-NO-SUMMARY"):
        trace(returned, NEW, SHELF)


# --- the command --------------------------------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    return CliRunner().invoke(xltool, [str(each) for each in arguments])


@small
def test_the_command_says_it_in_words(case: Case) -> None:
    """A heading with the number and its cell, then a line an agency with file, cell, hash and packages."""
    made = run("--lang", "zh", "trace", case.summary, NEW, "--files", case.folder / "上报")
    assert made.exit_code == 0, made.output
    head, *lines = made.output.strip().splitlines()
    found = case.tracers[0].behind(NEW)[0]
    assert f"合计 {found.added}" in head and f"{found.place.sheet}!{found.place.ref}" in head
    assert len(lines) == len(found.lines)
    for line, each in zip(lines, found.lines, strict=True):
        where = f"{each.source.sheet}!{each.source.ref}"
        assert all(part in line for part in (each.code, each.source.file, where, each.sha256[:12], "与原件相符"))
    assert "经由 C01.zip → C01.zip/C01K01.zip" in made.output or "经由 C01.zip → C01K01.zip" in made.output
    english = run("--lang", "en", "trace", case.summary, NEW, "--what-if-without", "C01")
    assert english.exit_code == 0 and "as in its file" not in english.output
    assert "agencies gave a figure" in english.output and " → " in english.output


@small
def test_the_command_gives_data(case: Case) -> None:
    """JSON with the same figures, decimals exact."""
    made = run("trace", case.summary, FEES, "--format", "json", "--what-if-without", "SH-001")
    tree = json.loads(made.stdout)
    (only,) = tree["traces"]
    wanted = sum(Decimal(str(record.values[FEES] or 0)) for record in case.made.records.values())
    assert Decimal(str(only["added"])) == Decimal(str(only["shown"])) == wanted
    assert [line["code"] for line in only["lines"]] == [line.code for line in case.tracers[0].behind(FEES)[0].lines]
    own = Decimal(str(case.made.records["SH-001"].values[FEES]))
    (without,) = tree["without"]
    assert Decimal(str(without["total"])) - Decimal(str(without["without"])) == own


@small
def test_the_command_fails_on_what_does_not_agree(case: Case, tmp_path: Path) -> None:
    """1 for a summary that was written over, 2 where there is nothing to trace."""
    file = tmp_path / "改.xlsx"
    file.write_bytes(changed(case, f"TOTAL_{NEW.replace('.', '__')}").load())
    assert run("trace", file, NEW).exit_code == 1
    assert run("trace", file, FEES).exit_code == 0
    assert run("trace", file).exit_code == 2
