"""The summary workbook: what it shows is what was merged, live, counted and in words."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from conftest import Office
from test_merge import ERA, FEES, GROUP, IN_FORCE, LIBRARY, NEW, PENDING, merged, record, roster, sent, with_method

from xltool.io.writing.workbook_writer import write_workbook
from xltool.lang import Lang, Text
from xltool.model.era import Era
from xltool.model.place import from_a1
from xltool.model.record import Mark, Value
from xltool.model.summary import FindingRow, Return, Summary
from xltool.model.workbook import Formula, PlanCell, SheetPlan, WorkbookPlan
from xltool.numbers import exact, from_cell
from xltool.report.summary_book import summary_book
from xltool.rules.nodes import Binary, Ref

WORDS: Mapping[str, Text] = {**LIBRARY.words, **LIBRARY.summary_words}
RATIO = with_method(FEES, "ratio", Binary("/", Ref(NEW), Ref(PENDING)))
NAMES = roster("A", "B", "C", "D", "E", uncounted=["E"])


def some(era: Era = ERA, count: int = 3) -> list[Return]:
    """Returns with a blank, a mark, an unreadable figure, a declared zero, decimals and one without anything."""
    chance = random.Random(7)
    filled: list[dict[str, Value]] = []
    for _ in range(count):
        filled.append(
            {
                path: exact(Decimal(chance.randrange(10**7)) / 10**each.decimals)
                for path, each in era.indicators.items()
                if each.kind == "number" and not each.optional
            }
        )
    paths = list(filled[0])
    for at, path in enumerate(paths[:3]):
        filled[at][path] = None
    for values in filled:
        values[paths[-1]] = None
    filled[2][paths[4]] = 0
    marks = [
        {paths[0]: Mark("not_applicable", "/")},
        {paths[1]: Mark("unreadable", "=约12")},
        {paths[4]: Mark("declared_zero")},
    ]
    spare = [{} for _ in range(count)]
    return [
        sent(record(code, values, era=era, marks=mark))
        for code, values, mark in zip("ABCDEFGH", filled, marks + spare, strict=False)
    ]


def book(summary: Summary, era: Era = ERA, rows: Sequence[FindingRow] = (), lang: Lang = "zh") -> WorkbookPlan:
    return summary_book(summary, era, LIBRARY.layout(era.id), WORDS, rows, lang=lang)


def sheet(plan: WorkbookPlan, name: str) -> SheetPlan:
    return next(each for each in plan.sheets if each.name == name)


def texts(planned: SheetPlan) -> str:
    return "\n".join(cell.value for cell in planned.cells if isinstance(cell.value, str))


def total_cell(plan: WorkbookPlan, path: str) -> PlanCell:
    """The cell that the defined name of a total leads to."""
    name, _, at = plan.names["TOTAL_" + path.replace(".", "__")].rpartition("!")
    row, col = from_a1(at)
    return next(each for each in sheet(plan, name.strip("'")).cells if (each.row, each.col) == (row, col))


CASES: dict[str, Callable[[], tuple[Summary, Era]]] = {
    "complete": lambda: (merged([sent(record("A", dict.fromkeys(ERA.indicators, 1)))]), ERA),
    "partial": lambda: (merged(some(), NAMES), ERA),
    "nothing": lambda: (merged([sent(record("A", {}), errors=1)], NAMES), ERA),
    "maximum": lambda: (merged(some(), era=with_method(IN_FORCE, "max")), with_method(IN_FORCE, "max")),
    "ratio": lambda: (merged(some(), era=RATIO), RATIO),
    "either": lambda: (merged([sent(record("A", {GROUP: 3})), sent(record("B", {}))]), ERA),
    "jilin": lambda: (
        merged(some(LIBRARY.era("jilin-2013")), era=LIBRARY.era("jilin-2013")),
        LIBRARY.era("jilin-2013"),
    ),
}


@pytest.fixture(scope="module")
def recalculated(soffice: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbook of every case, opened, recalculated and saved by LibreOffice."""
    folder = tmp_path_factory.mktemp("summaries")
    files = [folder / f"{name}.xlsx" for name in CASES]
    for file, case in zip(files, CASES.values(), strict=True):
        file.write_bytes(write_workbook(book(*case()), LIBRARY.styles))
    return dict(zip(CASES, soffice.convert(files, "xlsx", folder / "saved", recalc=True), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_what_is_shown_before_recalculation_is_what_recalculation_gives(
    name: str, recalculated: dict[str, Path]
) -> None:
    """Every cached value, numbers and dashes alike, equals LibreOffice's own result."""
    plan = book(*CASES[name]())
    saved = openpyxl.load_workbook(recalculated[name], data_only=True)
    wanted, found = {}, {}
    for planned in plan.sheets:
        for cell in planned.cells:
            if isinstance(cell.value, Formula):
                place = f"{planned.name}!{cell.row}:{cell.col}"
                value = saved[planned.name].cell(cell.row + 1, cell.col + 1).value
                wanted[place] = cell.value.cached
                found[place] = value if isinstance(value, str) else from_cell(float(value))
    assert found == wanted
    assert len(wanted) > 100


def test_partial_totals_show_how_many_stand_behind_them(soffice: Office, tmp_path: Path) -> None:
    """LibreOffice displays the number with n of N, and a dash with 0 of N where nobody gave a figure."""
    file = tmp_path / "partial.xlsx"
    made = [sent(record("A", {NEW: 3})), sent(record("B", {NEW: 5})), sent(record("C", {}))]
    file.write_bytes(write_workbook(book(merged(made)), LIBRARY.styles))
    (saved,) = soffice.convert([file], "ods", tmp_path / "saved")
    with zipfile.ZipFile(saved) as archive:
        content = archive.read("content.xml").decode()
    assert "<text:p>8 (2/3)</text:p>" in content
    assert "<text:p>— (0/3)</text:p>" in content


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CASES)
def test_every_summary_can_be_written_in_both_languages(name: str, lang: Lang) -> None:
    """Nothing in a summary exceeds what the formats hold, links lead somewhere, and no placeholder is left over."""
    plan = book(*CASES[name](), lang=lang)
    write_workbook(plan, LIBRARY.styles)
    assert "{" not in "".join(texts(planned) for planned in plan.sheets)


def test_the_order_of_the_files_does_not_change_a_byte() -> None:
    """Any order of the same returns gives the same workbook."""
    returns = some()
    first, second = (write_workbook(book(merged(files, NAMES)), LIBRARY.styles) for files in (returns, returns[::-1]))
    assert first == second


def test_every_total_is_in_its_official_cell_and_in_the_list() -> None:
    """Each indicator of the layout has a live total in its table, and the list of indicators shows the same."""
    summary, era = CASES["partial"]()
    plan = book(summary, era)
    listed = {cell.value.text: cell for cell in sheet(plan, "指标").cells if isinstance(cell.value, Formula)}
    assert len(listed) == len(summary.lines) == len(plan.names)
    for path, line in summary.lines.items():
        cell = total_cell(plan, path)
        assert isinstance(cell.value, Formula)
        assert cell.value.cached == ("—" if line.value is None else line.value)
        assert cell.locked
        again = listed[plan.names["TOTAL_" + path.replace(".", "__")].replace("$", "")]
        assert isinstance(again.value, Formula)
        assert (again.value.cached, again.style) == (cell.value.cached, cell.style)


def test_the_state_of_a_total_is_seen_without_colour() -> None:
    """Partial totals differ in number format as well as in fill; complete ones are plain."""
    made = [sent(record("A", {NEW: 3, PENDING: 1})), sent(record("B", {NEW: 5}))]
    plan = book(merged(made))
    complete, partial, none = (total_cell(plan, path) for path in (NEW, PENDING, FEES))
    assert (complete.style, complete.number_format) == ("sum", "")
    assert partial.style == "sum_partial"
    assert '" (1/2)"' in partial.number_format
    assert none.style == "sum_none"
    assert '@" (0/2)"' in none.number_format


def test_formulas_cover_exactly_the_agencies() -> None:
    """The ranges begin and end with the rows of details, for 5,000 agencies as for one."""
    made = merged([sent(record(f"A{number:04}", {NEW: number})) for number in range(5000)])
    plan = book(made)
    rows = [cell.row for cell in sheet(plan, "明细").cells if cell.style == "detail_sha"]
    assert rows == list(range(rows[0], rows[0] + 5000))
    value = total_cell(plan, NEW).value
    assert isinstance(value, Formula)
    assert value.text.endswith(f"{rows[0] + 1}:O{rows[-1] + 1}))")
    assert value.cached == 4999 * 5000 // 2


def test_details_show_figures_as_they_came() -> None:
    """A blank stays blank, a mark keeps its words, numbers are numbers, and file and hash stand beside."""
    returns = some()
    plan = book(merged(returns))
    cells = {(cell.row, cell.col): cell for cell in sheet(plan, "明细").cells}
    columns = {cell.value: at[1] for at, cell in cells.items() if cell.style == "detail_path" and at[0] == 1}
    first = min(at[0] for at, cell in cells.items() if cell.style == "detail_sha")
    for offset, item in enumerate(returns):
        for path, value in item.record.values.items():
            if ERA.indicators[path].optional:
                assert path not in columns
                continue
            cell, mark = cells[first + offset, columns[path]], item.record.marks.get(path)
            assert cell.value == (mark.raw if mark and mark.raw else value)
        row = [cells[first + offset, col].value for col in (1, max(columns.values()) + 1, max(columns.values()) + 2)]
        assert row == [item.code, item.file, item.sha256]
    styles = {cell.style for cell in cells.values()}
    assert {"detail_blank", "detail_mark", "detail_bad", "detail_zero", "detail_number"} <= styles


def test_details_print_with_their_heads_and_filter(tmp_path: Path) -> None:
    """The wide sheet repeats heads and agencies on every page, is filtered by its last head row, hides the paths."""
    file = tmp_path / "summary.xlsx"
    file.write_bytes(write_workbook(book(merged(some())), LIBRARY.styles))
    saved = openpyxl.load_workbook(file)["明细"]
    assert (saved.print_title_rows, saved.print_title_cols) == ("$3:$5", "$A:$C")
    assert saved.page_setup.orientation == "landscape"
    assert saved.freeze_panes == "D6"
    assert saved.auto_filter.ref.startswith("A5:")
    assert [row for row, each in saved.row_dimensions.items() if each.hidden] == [2]


def test_a_summary_of_nothing_says_so() -> None:
    """Where no return can be counted the totals are dashes, not zeros."""
    summary, era = CASES["nothing"]()
    plan = book(summary, era)
    assert "没有可计入汇总的上报件" in texts(sheet(plan, "汇总说明"))
    assert {total_cell(plan, path).value.cached for path in summary.lines} == {"—"}  # type: ignore[union-attr]


# --- In words ------------------------------------------------------------------------------------------------------


def face(returns: Sequence[Return], names: bool = True, invalid: bool = False) -> str:
    return texts(sheet(book(merged(returns, NAMES if names else None, invalid=invalid)), "汇总说明"))


def full(code: str, errors: int = 0) -> Return:
    return sent(record(code, {path: 1 for path in ERA.indicators if path != GROUP}), errors=errors)


def test_the_face_says_what_the_summary_contains() -> None:
    """Complete, incomplete with names, without a roster, and with errors inside, each in words."""
    assert "完整：4/4家全部计入" in face([full(code) for code in "ABCD"])
    assert "不完整：2/4家。未通过：B局；未报：D局" in face([full("A"), full("B", errors=1), full("C")])
    assert "含审核未通过的上报件1份" in face([full("A"), full("B", errors=1), full("C"), full("D")], invalid=True)
    assert "有无缺报无从得知" in face([full("A")], names=False)
    short = replace(full("D"), record=record("D", {NEW: 1}))
    assert f"4/4家全部计入，但有{len(ERA.indicators) - 2}项" in face([full("A"), full("B"), full("C"), short])


def test_coverage_lists_every_agency_with_its_files() -> None:
    """One row an agency in the order of the roster, strangers last, with all files it sent."""
    returns = [full("C"), full("A", errors=2), sent(record("C", {}, 2)), full("X"), full("E")]
    planned = sheet(book(merged(returns, NAMES)), "报送情况")
    rows: dict[int, list[object]] = {}
    for cell in planned.cells:
        if cell.row > 2:
            rows.setdefault(cell.row, []).append(cell.value)
    assert [(row[1], row[3], row[4], row[5]) for row in rows.values()] == [
        ("A", "未通过", 1, "A_1.xlsx"),
        ("B", "未报", None, None),
        ("C", "已计入", 2, "C_2.xlsx"),
        ("D", "未报", None, None),
        ("E", "不计入", 1, "E_1.xlsx"),
        ("X", "名单外", None, None),
    ]
    assert [row[8] for row in rows.values() if row[8]] == ["第1次报送，已被替代：C_1.xlsx", "名单外：X_1.xlsx"]


def test_findings_are_listed_as_given() -> None:
    """Each row of findings is shown with its severity in words; strings stay strings."""
    row = FindingRow("error", "N21-T3-BALANCE", "A局", "A.xlsx", "表三 F6", "=1+1是文字")
    planned = sheet(book(merged([full("A")]), rows=[row]), "审核结果")
    values = [cell.value for cell in planned.cells if cell.row == 3]
    assert values == [1, "强制", "N21-T3-BALANCE", "A局", None, "A.xlsx", "表三 F6", "=1+1是文字", None]


def test_a_form_may_have_sheets_of_the_summary_s_names() -> None:
    """Where the layout has a sheet 明细 of its own, the summary's is numbered."""
    layout = LIBRARY.layout(ERA.id)
    sheets = (replace(layout.sheets[0], name=Text("明细", "Detail")), *layout.sheets[1:])
    plan = summary_book(merged([full("A")]), ERA, replace(layout, sheets=sheets), WORDS)
    assert [each.name for each in plan.sheets].count("明细") == 1
    assert "明细2" in [each.name for each in plan.sheets]
    write_workbook(plan, LIBRARY.styles)


def test_a_summary_says_that_it_is_no_return() -> None:
    """Its properties name it a summary, so that it is not taken for a return in the same folder."""
    plan = book(merged([full("A")]))
    assert plan.properties["xltool_form"] == "xltool-summary-1"
    assert not any(name.startswith("XL_") for name in plan.names)
