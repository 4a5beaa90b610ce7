"""The sheets of a roll-up: levels, node checks, charts, method, long details, notes, links, ranked findings."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from campaigns import ODD, RULES, SHELF, record
from click.testing import CliRunner
from conftest import Office
from packages import merged, office, package, roster_of, write
from provinces import ERA, FEES, POLICY, YEAR, province, sent

from xltool.app.forms import fill_record
from xltool.app.summaries.merging import Merged, Request, wording
from xltool.app.summaries.summarising import finding_rows, summary_workbook
from xltool.cli.main import xltool
from xltool.io.records import dump_line
from xltool.io.roster_file import roster_from
from xltool.lang import Lang
from xltool.model.place import a1, from_a1
from xltool.model.record import Value
from xltool.model.summary import Return, Summary
from xltool.model.workbook import Formula, PlanCell, SheetPlan, WorkbookPlan
from xltool.numbers import from_cell
from xltool.passes.merge import merge
from xltool.plan.measure import units
from xltool.report import summary_long
from xltool.report.summary_book import Beside, summary_book

WORDS = {**SHELF.library.words, **SHELF.library.summary_words}
LAYOUT = SHELF.library.layout(ERA.id)
MADE = province(12)
NEW, PENALTIES = "applications.total.new", "disclosure.penalties.decisions"


def rolled(returns: Sequence[Return], **policy: object) -> Summary:
    summary, findings = merge(returns, ERA, MADE.roster, scope="area", policy=replace(POLICY, **policy))  # type: ignore[arg-type]
    assert summary is not None, [each.code for each in findings]
    return summary


def total(code: str, changes: Mapping[str, Value]) -> Return:
    """What a government types of its area: the right sums, but for `changes`."""
    inside = {each.code for each in MADE.below(code)}
    sums: dict[str, Value] = {}
    for path, each in ERA.indicators.items():
        figures = [made.values[path] for each, made in MADE.records.items() if each in inside]
        sums[path] = None if each.optional else sum(Decimal(str(value)) for value in figures if value is not None)
    own = MADE.records[code]
    source = replace(own.source, file=f"{code}_全域.xlsx")  # type: ignore[type-var]
    return sent(replace(own, scope="area", values={**sums, **changes}, marks={}, source=source))


def plan_of(summary: Summary, beside: Beside = Beside(), lang: Lang = "zh") -> WorkbookPlan:  # noqa: B008
    return summary_book(summary, ERA, LAYOUT, WORDS, beside=beside, lang=lang)


def named(plan: WorkbookPlan, word: str, lang: Lang = "zh", **values: object) -> SheetPlan:
    name = WORDS[f"sum_sheet_{word}"](lang, **values)
    return next(sheet for sheet in plan.sheets if sheet.name == name)


def rows(sheet: SheetPlan, first: int) -> list[dict[int, PlanCell]]:
    found: dict[int, dict[int, PlanCell]] = {}
    for cell in sheet.cells:
        if cell.row >= first:
            found.setdefault(cell.row, {})[cell.col] = cell
    return [found[row] for row in sorted(found)]


def shown(row: Mapping[int, PlanCell]) -> list[object]:
    values = (row[col].value if col in row else None for col in range(max(row) + 1))
    return [value.cached if isinstance(value, Formula) else value for value in values]


@pytest.fixture(scope="module")
def twelve() -> Summary:
    """Twelve agencies, and two totals typed by hand: one is wrong in two figures, one agrees."""
    return rolled([*MADE.returns, total("C01K01", {PENALTIES: 999, NEW: None}), total("C02K01", {})], nodes="children")


# --- levels -------------------------------------------------------------------------------------------------------


def test_a_government_has_a_row_for_each_scope(twelve: Summary) -> None:
    """本级 and 全域, or one row where they are the same; how many of how many; those above by name."""
    plan = plan_of(twelve)
    found = [shown(row)[1:6] for depth in (1, 2, 3) for row in rows(named(plan, "level", n=depth), 5)]
    city, county = "示例1市人民政府办公室", "示例省人民政府办公厅"
    assert found[:4] == [
        ["SH", "示例省人民政府办公厅", "", "本级", "2/2"],
        ["SH", "示例省人民政府办公厅", "", "全域", "11/12"],
        ["C01", city, county, "本级", "1/1"],
        ["C01", city, county, "全域", "5/5"],
    ]
    assert ["C01K01", "示例1市第1县人民政府办公室", city, "本级即全域", "4/4"] in found


def test_no_figure_is_wider_than_its_column(twelve: Summary) -> None:
    """A column that is too narrow shows signs in place of the number."""
    large = replace(MADE.records["SH"], values={**MADE.records["SH"].values, FEES: Decimal("1234567.123456")})
    summary = rolled([sent(large), *(item for item in MADE.returns if item.code != "SH")])
    plan = plan_of(summary)
    for sheet in (*(named(plan, "level", n=depth) for depth in (1, 2, 3)), named(plan, "detail")):
        for row in rows(sheet, 5):
            for col, cell in row.items():
                value = cell.value.cached if isinstance(cell.value, Formula) else cell.value
                if isinstance(value, int | float | Decimal):
                    suffix = re.findall(r'"([^"]*)"', cell.number_format)
                    assert units(f"{value}{''.join(suffix[-1:])}") < sheet.widths[col], (sheet.name, a1(cell.row, col))


# --- node checks --------------------------------------------------------------------------------------------------


def test_the_node_checks_are_a_table_of_differences(twelve: Summary) -> None:
    """A live difference for each indicator, missing apart from 0; one line where all agree; which side counts."""
    plan = plan_of(twelve)
    found = rows(named(plan, "checks"), 3)
    differing = [shown(row) for row in found if row[1].value == "C01K01"]
    sums = {path: twelve.nodes[2].area[path].value for path in (PENALTIES, NEW)}
    assert {tuple(row[5:8]) for row in differing} == {
        (999, sums[PENALTIES], 999 - sums[PENALTIES]),  # type: ignore[operator]
        ("—", sums[NEW], -sums[NEW]),  # type: ignore[operator]
    }
    assert {(row[3], row[8], row[9]) for row in differing} == {("全域", "4/4", "计入汇总：所属单位")}
    (equal,) = (shown(row) for row in found if row[1].value == "C02K01")
    assert equal[4] == f"{len(twelve.checks[0].lines)}项全部一致"
    formula = next(row[7].value for row in found if row[1].value == "C01K01")
    assert isinstance(formula, Formula) and formula.text.startswith("ROUND(N(F")


def test_the_sum_of_a_node_check_is_live_where_its_agencies_count() -> None:
    """Over their rows; a number alone where the reported total counts, or one above it, and the agencies have no rows."""
    level = total("C01", {PENALTIES: 5, NEW: 3})
    level = replace(level, record=replace(level.record, scope="level"))
    returns = [*MADE.returns, level, total("C01K01", {PENALTIES: 999})]
    for nodes, live in (("children", {"C01", "C01K01"}), ("reported", set())):
        summary = rolled(returns, nodes=nodes)
        found = rows(named(plan_of(summary), "checks"), 3)
        assert {row[1].value for row in found if isinstance(row[6].value, Formula)} == live
        assert {row[1].value for row in found if not isinstance(row[6].value, Formula)} == {"C01", "C01K01"} - live
    above = rolled([*returns, total("C01", {})], nodes="reported")
    assert {check.scope for check in above.checks if check.code == "C01"} == {"level", "area"}
    assert not any(isinstance(row[6].value, Formula) for row in rows(named(plan_of(above), "checks"), 3))


def test_the_sums_of_node_checks_recalculate_to_the_same(tmp_path: Path, soffice: Office) -> None:
    """LibreOffice computes what was written: decimals, sums without a figure, long numbers, a single office's level."""
    off = {path: Decimal("1234567.123456") if path == FEES else 1 for path in (PENALTIES, NEW, FEES)}
    blank = replace(MADE.records["C02K01"], values={**MADE.records["C02K01"].values, NEW: None})
    others = [item for item in MADE.returns if not item.code.startswith("C02K01")]
    summary = rolled(
        [*others, sent(blank), total("SH", off), total("C01", {**off, NEW: None}), total("C02K01", {**off, FEES: 2})],
        nodes="children",
    )
    lines = [line for check in summary.checks for line in check.differing]
    assert None in [line.summed for line in lines]
    data = SHELF.write(plan_of(summary))
    (tmp_path / "汇总.xlsx").write_bytes(data)
    (saved,) = soffice.convert([tmp_path / "汇总.xlsx"], "xlsx", tmp_path / "另存")
    for source in (BytesIO(data), saved):
        sheet = openpyxl.load_workbook(source, data_only=True)[WORDS["sum_sheet_checks"].zh]
        values = [row[5:8] for row in sheet.iter_rows(min_row=4, values_only=True)]
        assert len(values) == len(lines)
        for line, row in zip(lines, values, strict=True):
            exact = [line.reported, line.summed, line.difference]
            assert [value if value == "—" else from_cell(value) for value in row] == [
                "—" if value is None else value for value in exact
            ]


def test_node_checks_of_long_numbers_are_written_as_totals_are(twelve: Summary) -> None:
    """Beyond 15 digits as near as a cell can be, never with powers of ten, and no wider than their columns."""
    (check,) = (each for each in twelve.checks if each.code == "C01K01")
    line = replace(check.differing[0], reported=123_456_789_012_345_678)
    plan = plan_of(replace(twelve, checks=(replace(check, lines=(line,)),)))
    (row,) = rows(named(plan, "checks"), 3)
    assert row[5].value == 123_456_789_012_346_000 and row[5].number_format == row[7].number_format == "0"
    assert units(str(row[5].value)) < named(plan, "checks").widths[5]
    SHELF.write(plan)


def test_node_checks_lead_to_the_reported_figure(twelve: Summary) -> None:
    """File, sheet and cell; a total that agrees leads to its file; one inside a package to the package."""
    plan = plan_of(twelve, Beside(files={item.file: f"原件/{item.file}" for item in twelve.behind}))
    found = rows(named(plan, "checks"), 3)
    lines = {" / ".join(shown(row)[4:5]): row for row in found if row[1].value == "C01K01"}  # type: ignore[arg-type]
    item = twelve.checks[0].item
    assert item.code == "C01K01" and len(lines) == 2
    for row in lines.values():
        path = NEW if row[5].value == "—" else PENALTIES
        place = item.places[path]
        assert shown(row)[10:] == [item.file, place.sheet, place.ref]
        file, cell = row[10].value, row[12].value
        assert isinstance(file, Formula) and isinstance(cell, Formula)
        assert file.text == f'HYPERLINK(SUM_FILES&"原件/{item.file}","{item.file}")'
        assert cell.text == f'HYPERLINK(SUM_FILES&"原件/{item.file}#\'{place.sheet}\'!{place.ref}","{place.ref}")'
    (agreeing,) = (row for row in found if row[1].value == "C02K01")
    assert shown(agreeing)[10:] == ["C02K01_全域.xlsx", None, None] and isinstance(agreeing[10].value, Formula)
    inside = replace(
        item, places={path: replace(at, file=f"{item.file}/area.xlsx") for path, at in item.places.items()}
    )
    packed = replace(twelve, checks=(replace(twelve.checks[0], item=inside),))
    row = rows(named(plan_of(packed, Beside(files={item.file: "甲.zip"})), "checks"), 3)[0]
    assert shown(row)[10] == f"{item.file}/area.xlsx"
    assert "#" not in row[12].value.text  # type: ignore[union-attr]


def test_without_reported_totals_there_is_no_sheet_of_node_checks() -> None:
    assert WORDS["sum_sheet_checks"].zh not in [sheet.name for sheet in plan_of(rolled(MADE.returns)).sheets]


# --- coverage -----------------------------------------------------------------------------------------------------


def test_coverage_tells_scopes_apart(twelve: Summary) -> None:
    """A government that sent its own return and a total has two rows; who is inside a counted total is named too."""
    found = {(row[1].value, row[4].value): row[5].value for row in rows(named(plan_of(twelve), "coverage"), 3)}
    assert (found["C01K01", "本机关"], found["C01K01", "全域"]) == ("已计入", "只作节点检查")
    assert found["C02", "本机关"] == "未报"
    reported = rolled([*MADE.returns, total("C01K01", {})], nodes="reported")
    plan = plan_of(reported)
    found = {(row[1].value, row[4].value): row[5].value for row in rows(named(plan, "coverage"), 3)}
    assert found["C01K01", "全域（无明细）"] == "已计入"
    assert found["C01K01-001", "本机关"] == WORDS["sum_status_covered"].zh
    scopes = {shown(row)[1]: shown(row)[4] for row in rows(named(plan, "detail"), 5)}
    assert scopes["C01K01"] == "全域（无明细）" and scopes["SH"] == "本机关"


# --- charts and last year -----------------------------------------------------------------------------------------


def test_charts_stand_on_cells_that_stand_on_totals(twelve: Summary) -> None:
    """In the file each chart's series refer to the cells beside it; these are sums of cells of the official tables."""
    last = {path: 7 for path in twelve.lines}
    plan = plan_of(twelve, Beside(last_year=last))
    sheet = named(plan, "charts")
    assert len(sheet.charts) == len(LAYOUT.charts) + 1, "those of the form, and who reported"
    cells = {(cell.row, cell.col): cell for cell in sheet.cells}
    with zipfile.ZipFile(BytesIO(SHELF.write(plan))) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if re.search(r"/chart\d+\.xml$", name)]
    referred = {ref.replace("$", "") for part in parts for ref in re.findall(r"<c:f>([^<]*)</c:f>", part)}
    for chart in sheet.charts:
        for curve in chart.curves:
            area = curve.values
            name = f"{sheet.name}!{a1(area.row, area.col)}:{a1(area.last_row, area.last_col)}"
            assert name in {each.replace("'", "") for each in referred}
    totals = {ref.replace("$", "") for name, ref in plan.names.items() if name.startswith("TOTAL_")}
    for chart in sheet.charts[:-1]:
        assert len(chart.curves) == 2, "this year and last year"
        for row in range(chart.curves[0].values.row, chart.curves[0].values.last_row + 1):
            this, before = cells[row, 1].value, cells[row, 2].value
            assert isinstance(this, Formula)
            parts_of = this.text.removeprefix("SUM(").removesuffix(")").split(",")
            assert set(parts_of) <= totals and before == 7 * len(parts_of)


def test_without_last_year_nothing_stands_in_its_place(twelve: Summary) -> None:
    """No column of zeros, and the sheet says so; nor where a part of a bar is not comparable."""
    sheet = named(plan_of(twelve), "charts")
    assert {len(chart.curves) for chart in sheet.charts} == {1}
    assert WORDS["sum_charts_note_no_prior"].zh in [cell.value for cell in sheet.cells]


def test_last_year_is_rolled_up_like_this_year(tmp_path: Path) -> None:
    """--prior: the totals of the year before, along the same tree, in the column beside."""
    write(tmp_path / "上报", MADE.files(MADE.records))
    (tmp_path / "名单.csv").write_text(MADE.roster_csv, encoding="utf-8")
    before = [replace(each, year=YEAR - 1, source=None, explanations=()) for each in MADE.records.values()]
    (tmp_path / "上年.jsonl").write_bytes(b"".join(map(dump_line, before)))
    arguments = ["--roster", "名单.csv", "--prior", "上年.jsonl", "-o", "汇总.xlsx"]
    paths = [str(tmp_path / each) if not each.startswith("-") else each for each in arguments]
    run = CliRunner().invoke(xltool, ["merge", str(tmp_path / "上报"), "--scope", "area", *paths])
    assert run.exit_code == 0, run.output
    sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)[WORDS["sum_sheet_charts"].zh]
    pairs = [(row[1], row[2]) for row in sheet.iter_rows(values_only=True) if isinstance(row[2], int | float)]
    assert len(pairs) > 10 and all(this == last for this, last in pairs)


# --- method -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_method_names_scopes_rules_and_every_indicator(twelve: Summary, lang: Lang) -> None:
    sheet = named(plan_of(twelve, lang=lang), "method", lang)
    texts = [str(cell.value) for cell in sheet.cells]
    for word in ("scope_basis", "scope_level", "scope_area", "rule_once", "rule_missing", "rule_checks"):
        assert f"· {WORDS[f'sum_method_{word}'](lang)}" in texts
    assert len([cell for cell in sheet.cells if cell.col == 3 and cell.style == "cell_center"]) == len(twelve.lines)
    unused = WORDS["sum_method_about_max"](lang)
    assert not any(unused in text for text in texts), "a method that no indicator has is not explained"


# --- long details -------------------------------------------------------------------------------------------------


def test_the_long_details_have_every_figure(twelve: Summary) -> None:
    """One row an agency and indicator, with its file and cell; a blank, a mark and a declared zero say what they are."""
    found = [shown(row) for row in rows(named(plan_of(twelve), "long"), 3)]
    assert len(found) == len(twelve.included) * len(twelve.lines)
    wanted = {(item.code, path): item for item in twelve.included for path in twelve.lines}
    for code, _, path, _, value, remark, file, sheet, cell in found:
        item = wanted.pop((str(code), str(path)))
        assert value == item.record.values[str(path)] and file == item.file
        assert (sheet, cell) == (item.places[str(path)].sheet, item.places[str(path)].ref)
        assert bool(remark) == (str(path) in item.record.marks)
    assert not wanted


def test_large_summaries_leave_zeros_to_the_wide_sheet(twelve: Summary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit only what is not a plain 0, and the sheet says how many it leaves out, and where they are."""
    monkeypatch.setattr(summary_long, "ALL", 10)
    sheet = named(plan_of(twelve), "long")
    found = [shown(row) for row in rows(sheet, 3)]
    figures = [item.record.values[path] for item in twelve.included for path in twelve.lines]
    assert len(found) == sum(value != 0 for value in figures) and 0 not in [row[4] for row in found]
    note = str(next(cell.value for cell in sheet.cells if cell.row == 1))
    assert str(sum(value == 0 for value in figures)) in note and WORDS["sum_sheet_detail"].zh in note


# --- links --------------------------------------------------------------------------------------------------------


def test_details_lead_to_file_and_cell(twelve: Summary) -> None:
    """Through one cell on the face that says where the files lie; what came in a package has no link."""
    files = {item.file: f"原件/{item.code}.xlsx" for item in twelve.included if item.code != "SH"}
    plan = plan_of(twelve, Beside(files=files))
    assert from_a1(plan.names["SUM_FILES"].rpartition("!")[2].replace("$", ""))
    by_file = {row[6].value: row[8].value for row in rows(named(plan, "long"), 3)}
    for item in twelve.included:
        link = by_file[item.file]
        if item.code == "SH":
            assert isinstance(link, str) and "HYPERLINK" not in link
            continue
        place = item.places[list(twelve.lines)[-1]]
        assert isinstance(link, Formula) and link.cached == place.ref
        assert link.text == f'HYPERLINK(SUM_FILES&"原件/{item.code}.xlsx#\'{place.sheet}\'!{place.ref}","{place.ref}")'
    assert "SUM_FILES" not in plan_of(twelve).names


def test_the_total_of_a_node_check_is_copied_and_opened(tmp_path: Path) -> None:
    """--returns: its link opens the very cell of a file that is there, though it is not added."""
    wrong = replace(total("C01K01", {PENALTIES: 999}).record, source=None)
    files = {**MADE.files(MADE.records), "县全域.xlsx": fill_record(wrong, SHELF, "auto", "zh")[0]}
    write(tmp_path / "上报", files)
    (tmp_path / "名单.csv").write_text(MADE.roster_csv, encoding="utf-8")
    given = {"--roster": "名单.csv", "--returns": "原件", "-o": "汇总.xlsx"}
    paths = [part for option, name in given.items() for part in (option, str(tmp_path / name))]
    wanted = ["merge", str(tmp_path / "上报"), "--scope", "area", "--nodes", "children", "--include-invalid", *paths]
    run = CliRunner().invoke(xltool, wanted)
    assert run.exit_code == 0, run.output
    sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx")[WORDS["sum_sheet_checks"].zh]
    links = [cell.value for row in sheet.iter_rows(min_row=4) for cell in row if "HYPERLINK" in str(cell.value)]
    found = [re.fullmatch(r"""=HYPERLINK\(SUM_FILES&"([^"#]+)(?:#'(.+)'!(\w+))?",".+"\)""", link) for link in links]
    (file, cell) = (each.groups() for each in found if each)
    assert file[0] == cell[0] and (tmp_path / file[0]).read_bytes() == files["县全域.xlsx"]
    assert openpyxl.load_workbook(tmp_path / file[0], data_only=True)[cell[1]][cell[2]].value == 999


def test_a_long_path_is_no_broken_link(twelve: Summary) -> None:
    """Beyond the length of a literal the text stays, without its link."""
    files = {item.file: "原件/" + "很长的文件夹" * 50 for item in twelve.included}
    cells = named(plan_of(twelve, Beside(files=files)), "long").cells
    assert not any(isinstance(cell.value, Formula) for cell in cells)
    SHELF.write(plan_of(twelve, Beside(files=files)))


# --- explanations and findings ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def odd() -> Merged:
    """Two bureaus that explain the same; a third that explains nothing; the first's figure is by far the largest."""
    figures = {"S-1": 90, "S-2": 9, "S-3": 1}
    files = {"S.json": office("S")}
    for code, figure in figures.items():
        explained = "" if code == "S-3" else f"{code}经授权"
        files[f"{code}.json"] = record(code, 1, {**ODD, RULES: figure}, name=code, explained=explained)
    roster = "代码,全称,上级,规章制定权\nS,S,,是\n" + "".join(f"{code},{code},S,否\n" for code in figures)
    return merged(files, roster_from(roster.encode(), "名单.csv")[0], Request("area"))


def test_explanations_are_notes_on_the_figures(odd: Merged) -> None:
    """In the details, on the very cell, with what was decided; a figure that nobody explained has none."""
    book = openpyxl.load_workbook(BytesIO(summary_workbook(odd, SHELF, "zh")))
    sheet = book[WORDS["sum_sheet_detail"].zh]
    col = next(cell.column for cell in sheet[2] if cell.value == RULES)
    notes = {
        row[1].value: row[col - 1].comment.text if row[col - 1].comment else "" for row in sheet.iter_rows(min_row=6)
    }
    assert "S-1经授权" in notes["S-1"] and "S-2经授权" in notes["S-2"]
    assert notes["S-3"] == notes["S"] == ""
    assert sum(cell.comment is not None for row in sheet.iter_rows() for cell in row) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_findings_are_ranked_by_their_effect_on_the_totals(odd: Merged, lang: Lang) -> None:
    """What moves a total most stands first, with its share and its explanation."""
    found = [row for row in finding_rows(odd, wording(SHELF, lang)) if row.code.startswith("N21-T2-RULE-MAKING")]
    assert [row.agency for row in found] == ["S-1", "S-2", "S-3"]
    assert ["90" in found[0].effect, "9" in found[1].effect, "1" in found[2].effect] == [True] * 3
    assert "S-1经授权" in found[0].answer and found[2].answer == ""


# --- packages, English --------------------------------------------------------------------------------------------


def test_the_way_through_a_package_is_shown() -> None:
    """The details name the package; the agency's coverage too."""
    files = {"A.json": office("A", 1), "A-1.json": office("A-1", 2)}
    made = merged(
        {"S.json": office("S"), "甲县.zip": package(files, roster_of("A,,", "A-1,A,"))}, roster_of("S,,", "A,S,area")
    )
    book = openpyxl.load_workbook(BytesIO(summary_workbook(made, SHELF, "zh")), data_only=True)
    detail = list(book[WORDS["sum_sheet_detail"].zh].iter_rows(min_row=6, values_only=True))
    assert [(row[1], row[-1]) for row in detail] == [("S", ""), ("A", "甲县.zip"), ("A-1", "甲县.zip")]


def test_the_summary_speaks_english(twelve: Summary) -> None:
    """Sheets, heads and notes; names of agencies stay as they are."""
    plan = plan_of(twelve, Beside(last_year=dict.fromkeys(twelve.lines, 1)), "en")
    names = [sheet.name for sheet in plan.sheets]
    assert {"Level 1", "Level 2", "Level 3", "Charts", "Node check", "Method", "Detail, long"} <= set(names)
    own = {each.name for each in MADE.offices}
    files = {item.file for item in twelve.behind}
    files |= {place.sheet for item in twelve.behind for place in item.places.values()}
    for name in ("Level 2", "Node check", "Charts"):
        sheet = next(each for each in plan.sheets if each.name == name)
        chinese = {
            cell.value
            for cell in sheet.cells
            if isinstance(cell.value, str) and re.search("[\u4e00-\u9fff]", cell.value)
        }
        assert chinese <= own | files, name
    SHELF.write(plan)


def test_a_record_without_a_name_is_in_no_way_lost() -> None:
    """A government that the roster names and that sent nothing has its rows, with dashes."""
    plan = plan_of(rolled([item for item in MADE.returns if not item.code.startswith("C02")]))
    found = [shown(row) for row in rows(named(plan, "level", n=2), 5) if row[1].value == "C02"]
    assert [row[5] for row in found] == ["0/1", "0/5"]
    assert {value for row in found for value in row[6:]} == {"—"}
