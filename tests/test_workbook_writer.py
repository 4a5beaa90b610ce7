"""What a plan says is what the file holds, exactly; what it cannot hold is an error with its place."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xltool.io.writing import workbook_writer
from xltool.io.writing.plain_sheet import PlainSheet
from xltool.io.writing.sheet_writer import done
from xltool.io.writing.styles import Styles, styles_from
from xltool.io.writing.workbook_writer import WorkbookPlanError, workbook_parts, write_workbook
from xltool.model.workbook import Area, Conditional, Formula, Page, PlanCell, SheetPlan, Validation, WorkbookPlan
from xltool.numbers import exact, from_cell

ROOT = Path(__file__).resolve().parent.parent
STYLES_FILE = ROOT / "templates" / "styles.json"
META_FILE = ROOT / "schemas" / "meta" / "styles.schema.json"
STYLE_DATA: dict[str, Any] = json.loads(STYLES_FILE.read_text(encoding="utf-8"))
STYLES: Styles = styles_from(STYLE_DATA)


def cell(value: Any = None, **more: Any) -> PlanCell:
    return PlanCell(0, 0, value, **more)


def plan(*cells: PlanCell, **more: Any) -> WorkbookPlan:
    return WorkbookPlan((SheetPlan("表", cells, **more),))


def sample() -> WorkbookPlan:
    """Everything a plan can say, once."""
    cells = (
        PlanCell(0, 0, "三、申请情况", "title", cols=4),
        PlanCell(1, 0, "=1+1", "label"),
        PlanCell(1, 1, 12, "input", locked=False, comment="请核对\n第二行"),
        PlanCell(1, 2, Decimal("0.58"), "input", locked=False),
        PlanCell(1, 3, Formula("SUM(B2:C2)", Decimal("12.58")), "total"),
        PlanCell(2, 0, "一、甲", "group", rows=2),
        PlanCell(2, 1, None, "input", locked=False),
        PlanCell(2, 2, "0012", "input_code", locked=False, cols=2),
        PlanCell(3, 1, Formula('IF(B3="","未填","已填")', "未填"), "verdict"),
        PlanCell(3, 2, Formula("B3&C3", ""), "text"),
        PlanCell(4, 0, "看校验", "link", link="'校 验'!A1"),
        PlanCell(4, 1, 7, "number", link="'校 验'!A1"),
    )
    table = SheetPlan(
        "表三",
        cells,
        widths={0: 20, 1: 9.5},
        heights={0: 30, 2: 36.0},
        freeze=(1, 1),
        validations=(
            Validation(
                Area(1, 1, 2, 1), 'OR(B2="",B2>=0)', "自然人", "请填\n非负整数", "有误", "只能填整数", stop=False
            ),
            Validation(Area(2, 2, 2, 3), ("是", "否"), error_title="请选择", error="是或否"),
        ),
        conditionals=(
            Conditional(Area(1, 1, 2, 3), 'B2=""', "warn", stop=True),
            Conditional(Area(1, 1, 2, 3), "B2<0", "fail"),
        ),
        page=Page(landscape=True, tall=2, repeat_rows=(0, 1), print_area=Area(0, 0, 4, 3)),
        autofilter=Area(1, 0, 4, 3),
        tab="#1F3A5F",
    )
    check = SheetPlan("校 验", (PlanCell(0, 0, "审核通过", "verdict_line"),), protected=False, grid_lines=True)
    meta = SheetPlan("元数据", (PlanCell(0, 0, "era"),), visibility="very_hidden")
    return WorkbookPlan(
        (meta, table, check),
        names={"XL_a__b": "'表三'!$B$2", "FORM_META": '"GKB|""1"""', "XL_表": "'校 验'!$A$1"},
        properties={"era": "national-2021", "年": "2025"},
        title="年度报告",
        password="ab12",
    )


@pytest.fixture(scope="module")
def made() -> bytes:
    return write_workbook(sample(), STYLES)


@pytest.fixture(scope="module")
def book(made: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(made))


@pytest.fixture(scope="module")
def results(made: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(made), data_only=True)


# --- what is written ------------------------------------------------------------------------------------------------


def test_values_are_written_as_planned(book: openpyxl.Workbook) -> None:
    """Text stays text whatever it begins with; numbers are exact; formulas are formulas."""
    sheet = book["表三"]
    found = {place: sheet[place].value for place in ("A1", "A2", "B2", "C2", "D2", "B3", "C3", "B4", "A5", "B5")}
    assert found == {
        "A1": "三、申请情况",
        "A2": "=1+1",
        "B2": 12,
        "C2": 0.58,
        "D2": "=SUM(B2:C2)",
        "B3": None,
        "C3": "0012",
        "B4": '=IF(B3="","未填","已填")',
        "A5": "看校验",
        "B5": 7,
    }
    assert (sheet["A2"].data_type, sheet["C3"].number_format, sheet["B2"].number_format) == ("s", "@", "General")


def test_formulas_carry_their_results(results: openpyxl.Workbook) -> None:
    sheet = results["表三"]
    assert (sheet["D2"].value, sheet["B4"].value, sheet["C4"].value) == (12.58, "未填", None)


def test_only_cells_open_for_input_are_unlocked(book: openpyxl.Workbook) -> None:
    """The whole merged cell is open, or typing into it would be refused."""
    sheet = book["表三"]
    unlocked = {c.coordinate for row in sheet.iter_rows() for c in row if not c.protection.locked}
    assert unlocked == {"B2", "C2", "B3", "C3", "D3"}


def test_merged_cells(book: openpyxl.Workbook) -> None:
    assert {str(area) for area in book["表三"].merged_cells.ranges} == {"A1:D1", "A3:A4", "C3:D3"}


def test_sheets_are_protected_but_leave_room_to_work(book: openpyxl.Workbook) -> None:
    """Filtering and resizing are allowed, sorting is not (in the format 1 means forbidden)."""
    options = book["表三"].protection
    assert options.sheet and options.password and options.objects
    assert (options.autoFilter, options.formatColumns, options.formatRows) == (False, False, False)
    assert options.sort and options.insertRows and options.deleteRows and options.formatCells
    assert not book["校 验"].protection.sheet


def test_validations(book: openpyxl.Workbook) -> None:
    rule, choice = book["表三"].data_validations.dataValidation
    assert (str(rule.sqref), rule.type, rule.formula1, rule.errorStyle) == (
        "B2:B3",
        "custom",
        'OR(B2="",B2>=0)',
        "warning",
    )
    assert (rule.promptTitle, rule.prompt, rule.errorTitle, rule.error) == (
        "自然人",
        "请填\n非负整数",
        "有误",
        "只能填整数",
    )
    assert (str(choice.sqref), choice.type, choice.formula1) == ("C3:D3", "list", '"是,否"')
    assert choice.errorStyle in (None, "stop")


def test_conditional_formats(book: openpyxl.Workbook) -> None:
    (area,) = book["表三"].conditional_formatting
    warn, fail = area.rules
    assert str(area.sqref) == "B2:D3"
    assert (warn.type, warn.formula, bool(warn.stopIfTrue)) == ("expression", ['B2=""'], True)
    assert (fail.formula, bool(fail.stopIfTrue)) == (["B2<0"], False)
    assert (fail.dxf.font.color.rgb, fail.dxf.fill.bgColor.rgb) == ("FF9C0006", "FFFFC7CE")
    assert warn.priority < fail.priority


def test_names_properties_and_title(book: openpyxl.Workbook) -> None:
    assert {name: book.defined_names[name].attr_text for name in book.defined_names} == {
        "XL_a__b": "'表三'!$B$2",
        "FORM_META": '"GKB|""1"""',
        "XL_表": "'校 验'!$A$1",
    }
    assert {item.name: item.value for item in book.custom_doc_props.props} == {"era": "national-2021", "年": "2025"}
    assert book.properties.title == "年度报告"


def test_print_set_up(book: openpyxl.Workbook) -> None:
    sheet = book["表三"]
    assert sheet.page_setup.paperSize == 9 and sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 2)
    assert sheet.print_title_rows == "$1:$2" and sheet.print_area == "'表三'!$A$1:$D$5"
    assert sheet.print_options.horizontalCentered and not sheet.print_options.gridLines
    assert sheet.oddFooter.center.text == "&P / &N"
    assert sheet.sheet_view.showGridLines is False and book["校 验"].sheet_view.showGridLines is not False
    assert not book["校 验"].print_options.gridLines


def test_windows_rows_and_columns(book: openpyxl.Workbook) -> None:
    sheet = book["表三"]
    assert sheet.freeze_panes == "B2" and sheet.auto_filter.ref == "A2:D5"
    assert (sheet.row_dimensions[1].height, sheet.row_dimensions[3].height) == (30, 36)
    assert sheet.column_dimensions["A"].width == pytest.approx(20, abs=1)
    assert sheet.sheet_properties.tabColor.rgb == "FF1F3A5F"


def test_the_first_visible_sheet_opens_with_the_cursor_on_the_first_input(book: openpyxl.Workbook) -> None:
    assert [sheet.sheet_state for sheet in book] == ["veryHidden", "visible", "visible"]
    assert book.active is not None and book.active.title == "表三"
    assert book["表三"].sheet_view.selection[-1].activeCell == "B2"


def test_links_stay_inside_and_comments_are_kept(book: openpyxl.Workbook) -> None:
    sheet = book["表三"]
    assert (sheet["A5"].hyperlink.location, sheet["B5"].hyperlink.location) == ("'校 验'!A1", "'校 验'!A1")
    assert sheet["B2"].comment.text == "请核对\n第二行"


def test_one_font_everywhere(made: bytes) -> None:
    """Excel and WPS measure columns by the default format's font."""
    with zipfile.ZipFile(BytesIO(made)) as archive:
        styles = archive.read("xl/styles.xml").decode()
    fonts = re.findall(r"<font>.*?</font>", styles)
    assert '<sz val="11"/><color theme="1"/><name val="宋体"/>' in fonts[0] and "scheme" not in styles
    assert "Calibri" not in styles


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "+1",
        "@a",
        "'x",
        " 前后 ",
        "甲\n乙",
        "_x0041_",
        "\x01\r",
        "http://x.cn",
        "<r><t>a</t></r>",
        "<r></r>",
        "12",
    ],
)
def test_any_text_comes_back_as_it_is(text: str) -> None:
    sheet = openpyxl.load_workbook(BytesIO(write_workbook(plan(cell(text)), STYLES)))["表"]
    escaped = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), sheet["A1"].value)
    assert (text in (sheet["A1"].value, escaped)) and sheet["A1"].data_type == "s" and sheet["A1"].hyperlink is None


@given(
    st.lists(st.decimals("-9999999999999", "9999999999999", places=4).filter(lambda n: len(n.as_tuple().digits) <= 15))
)
def test_numbers_come_back_exactly(numbers: list[Decimal]) -> None:
    """As values and as results of formulas, through the one way numbers are read from cells."""
    cells = [PlanCell(row, 0, number) for row, number in enumerate(numbers)]
    cells += [PlanCell(row, 1, Formula("1+1", number)) for row, number in enumerate(numbers)]
    read = openpyxl.load_workbook(BytesIO(write_workbook(plan(*cells), STYLES)), data_only=True)["表"]
    for row, number in enumerate(numbers, 1):
        assert [from_cell(float(read.cell(row, col).value)) for col in (1, 2)] == [exact(number)] * 2


# --- the same bytes -------------------------------------------------------------------------------------------------


def test_equal_plans_give_equal_bytes(made: bytes) -> None:
    """Whatever the time zone, the locale, the hash seed and the process."""
    script = (
        "import sys; sys.path[:0] = ['tests', '.']\n"
        "import test_workbook_writer as t\n"
        "sys.stdout.buffer.write(t.write_workbook(t.sample(), t.STYLES))"
    )
    for zone, locale, seed in (("Asia/Shanghai", "zh_CN.UTF-8", "1"), ("America/Los_Angeles", "C", "2")):
        env = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
        run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, check=False)
        assert run.stdout == made, run.stderr.decode()


class SlowSheet(PlainSheet):
    """All that `PlainSheet` does in its own way, in XlsxWriter's."""

    _calculate_spans = Worksheet._calculate_spans
    _write_rows = Worksheet._write_rows

    def put(self, row: int, col: int, value: int | float | str | None, shape: Format) -> None:
        if value is None:
            done(self.write_blank(row, col, None, shape))
        elif isinstance(value, str):
            done(self.write_string(row, col, value, shape))
        else:
            done(self.write_number(row, col, value, shape))

    def measure(self) -> None:
        """XlsxWriter has seen each cell."""


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
_WHOLE = st.integers(-(10**15) + 1, 10**15 - 1)
_VALUES = st.none() | _TEXTS | _WHOLE | st.decimals(-(10**6), 10**6, places=2).map(exact)
_CELLS = st.builds(
    PlanCell,
    st.integers(0, 60),
    st.integers(0, 40),
    _VALUES | st.builds(Formula, st.just("A1+1"), _WHOLE | st.just("文")),
    st.sampled_from(["text", "number", "label", "input"]),
    rows=st.just(1),
    cols=st.just(1),
    locked=st.booleans(),
    link=st.just(""),
    number_format=st.just(""),
    comment=st.sampled_from(["", "", "", "请核对"]),
)


@settings(max_examples=25)
@given(st.lists(_CELLS, max_size=60, unique_by=lambda each: (each.row, each.col)), st.booleans())
def test_parts_are_those_of_xlsxwriter_itself(cells: list[PlanCell], wide: bool) -> None:
    """Byte for byte, rows with a height and nothing in them too."""
    planned = plan(*cells, heights={3: 30.0, 70: 20.0} if wide else {})
    own = workbook_parts(planned, STYLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbook_writer, "PlainSheet", SlowSheet)
        assert workbook_parts(planned, STYLES) == own


def test_all_that_a_plan_can_say_is_written_as_by_xlsxwriter(monkeypatch: pytest.MonkeyPatch) -> None:
    own = workbook_parts(sample(), STYLES)
    with zipfile.ZipFile(BytesIO(write_workbook(sample(), STYLES))) as archive:
        assert [(info.filename, archive.read(info)) for info in archive.infolist()] == own
    monkeypatch.setattr(workbook_writer, "PlainSheet", SlowSheet)
    assert workbook_parts(sample(), STYLES) == own


def test_nothing_of_the_machine_is_in_the_file(made: bytes) -> None:
    with zipfile.ZipFile(BytesIO(made)) as archive:
        core = archive.read("docProps/core.xml").decode()
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2000-01-01T00:00:00Z"}


# --- what is refused ------------------------------------------------------------------------------------------------

BAD_CELLS: dict[str, PlanCell] = {
    "unknown style": cell(style="missing"),
    "longer than": cell("长" * 32_768),
    "surrogate": cell("\ud800"),
    "not a number: True": cell(True),
    "not a number: Decimal": cell(Decimal("NaN")),
    "15 digits": cell(12345678901234567),
    "too large": cell(10**400),
    "own sign": cell(Formula("=1")),
    "braces": cell(Formula("{1}")),
    "newer": cell(Formula("UNIQUE(A1:A2)")),
    "newer than": cell(Formula("IFNA(STDEV.S(A1:A2),0)")),
    "literal": cell(Formula(f'"{"a" * 256}"')),
    "error value": cell(Formula("1/0", "#DIV/0!")),
    "15 digits that": cell(Formula("1+1", Decimal("1.2345678901234567"))),
    "link to nowhere": cell("a", link="'别处'!A1"),
    "link to nowhere: 'http": cell("a", link="http://x.cn"),
    "out of the sheet": PlanCell(-1, 0),
    "turned around": cell(rows=0),
    "XML cannot hold": cell("a", comment="\x00"),
}


@pytest.mark.parametrize("bad", BAD_CELLS.values(), ids=BAD_CELLS)
def test_what_a_cell_cannot_hold_is_an_error_naming_it(bad: PlanCell) -> None:
    with pytest.raises(WorkbookPlanError) as error:
        write_workbook(plan(bad), STYLES)
    assert error.value.sheet == "表"
    assert error.value.cell == ("A0" if bad.row < 0 else "A1")
    assert str(error.value).startswith(f"表!{error.value.cell}: ")


AREA = Area(0, 0, 0, 0)
BAD_SHEETS: dict[str, dict[str, Any]] = {
    "long title": {"validations": (Validation(AREA, "A1>0", prompt_title="题" * 33),)},
    "long prompt": {"validations": (Validation(AREA, "A1>0", prompt="字" * 256),)},
    "long error title": {"validations": (Validation(AREA, "A1>0", error_title="题" * 33),)},
    "long error": {"validations": (Validation(AREA, "A1>0", error="𠀀" * 128),)},
    "choice with a comma": {"validations": (Validation(AREA, ("a,b",)),)},
    "choices too long": {"validations": (Validation(AREA, ("项目",) * 90),)},
    "no choices": {"validations": (Validation(AREA, ()),)},
    "two validations of a cell": {"validations": (Validation(AREA, "A1>0"), Validation(AREA, "A1>1"))},
    "unknown difference": {"conditionals": (Conditional(AREA, "A1>0", "missing"),)},
    "four rules": {"conditionals": (Conditional(AREA, "A1>0", "fail"),) * 4},
    "high row": {"heights": {0: 401}},
    "wide column": {"widths": {0: 256}},
    "long footer": {"page": Page(footer="脚" * 256)},
    "picture in footer": {"page": Page(footer="&G")},
    "rows turned around": {"page": Page(repeat_rows=(2, 1))},
    "colour that is none": {"tab": "blueish"},
    "hidden book": {"visibility": "very_hidden"},
}


@pytest.mark.parametrize("more", BAD_SHEETS.values(), ids=BAD_SHEETS)
def test_what_xlsxwriter_would_drop_or_change_is_an_error(more: dict[str, Any]) -> None:
    with pytest.raises(WorkbookPlanError):
        write_workbook(plan(cell("a"), **more), STYLES)


def test_cells_may_not_overlap() -> None:
    for other in (PlanCell(0, 0), PlanCell(1, 1), PlanCell(1, 0, rows=2)):
        with pytest.raises(WorkbookPlanError, match="twice"):
            write_workbook(plan(cell("a", rows=2, cols=2), other), STYLES)


@pytest.mark.parametrize("name", ["N21", "R", "c", "R1C1", "rc", "a b", "1a", "", "xfd1", "TRUE", "_xlnm.x", "a" * 256])
def test_illegal_names_are_errors(name: str) -> None:
    with pytest.raises(WorkbookPlanError):
        write_workbook(dataclasses.replace(plan(cell("a")), names={name: "'表'!$A$1"}), STYLES)


@pytest.mark.parametrize(
    "change",
    [
        {"names": {"XL_a.b": "'表'!$A$1", "xl_a_b": "'表'!$A$1"}},
        {"names": {"XL_a": "'无'!$A$1"}},
        {"names": {"XL_a": "1+1"}},
        {"names": {"XL_a": '"' + "a" * 256 + '"'}},
        {"properties": {"era": "a" * 256}},
        {"properties": {"": "a"}},
        {"password": "密码"},
        {"password": "a" * 16},
        {"sheets": ()},
        {"sheets": (SheetPlan("a/b", ()),)},
        {"sheets": (SheetPlan("表" * 32, ()),)},
        {"sheets": (SheetPlan("a", ()), SheetPlan("A", ()))},
    ],
)
def test_books_that_would_lose_something_are_errors(change: dict[str, Any]) -> None:
    """Names that xls cannot tell apart among them."""
    with pytest.raises(WorkbookPlanError):
        write_workbook(dataclasses.replace(plan(cell("a")), **change), STYLES)


# --- styles ---------------------------------------------------------------------------------------------------------


def test_the_styles_file_is_what_its_meta_schema_says() -> None:
    schema = json.loads(META_FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert not list(validator.iter_errors(STYLE_DATA))
    assert (STYLES_FILE.parent / STYLE_DATA["$schema"]).resolve() == META_FILE
    for wrong in ({"bolder": True}, {"bg_color": "red"}, {"locked": False}):
        assert list(validator.iter_errors({**STYLE_DATA, "styles": {"a": wrong}}))


def test_every_style_can_be_written(made: bytes) -> None:
    cells = [PlanCell(row, 0, "字", style) for row, style in enumerate(STYLES)]
    rules = tuple(Conditional(Area(row, 1, row, 1), "TRUE", name) for row, name in enumerate(STYLES.differential))
    assert write_workbook(plan(*cells, conditionals=rules), STYLES)
    assert all("font_name" in style for style in STYLES.values())
    # Long texts begin at the top of their cell, everything else stands in its middle.
    assert all(
        style["valign"] == ("top" if name.startswith("input_long") else "vcenter") for name, style in STYLES.items()
    )


def test_a_style_has_all_of_the_one_it_is_based_on() -> None:
    styles = styles_from({"font": {"font_name": "宋体"}, "styles": {"a": {"bold": True}, "b": {"based_on": "a", "indent": 1}}, "differential": {}})  # fmt: skip
    assert styles["b"] == {"font_name": "宋体", "bold": True, "indent": 1}
    with pytest.raises(ValueError, match="before"):
        styles_from({"font": {}, "styles": {"b": {"based_on": "a"}, "a": {}}, "differential": {}})


# --- office suites --------------------------------------------------------------------------------------------------


def names_of(book: openpyxl.Workbook) -> dict[str, str]:
    return {name: (book.defined_names[name].attr_text or "").replace("'", "") for name in book.defined_names}


def test_a_workbook_survives_libreoffice_and_xls(made: bytes, soffice: Any, tmp_path: Path) -> None:
    """Saved as xls and back: values, formulas, locks, names, validations, conditional formats, properties."""
    source = tmp_path / "a.xlsx"
    source.write_bytes(made)
    (old,) = soffice.convert([source], "xls", tmp_path / "xls")
    (back,) = soffice.convert([old], "xlsx", tmp_path / "back")
    before, after = openpyxl.load_workbook(source), openpyxl.load_workbook(back)
    one, two = before["表三"], after["表三"]
    attribute: Callable[[Any], Any]
    for attribute in (lambda c: c.value, lambda c: c.protection.locked, lambda c: c.number_format):
        places = [c.coordinate for row in one.iter_rows() for c in row if c.value is not None]
        assert {place: attribute(two[place]) for place in places} == {place: attribute(one[place]) for place in places}
    assert names_of(before).items() <= names_of(after).items()
    assert {p.name: p.value for p in before.custom_doc_props.props} == {p.name: p.value for p in after.custom_doc_props.props}  # fmt: skip
    facts = [
        {(v.type, str(v.sqref), v.formula1, v.prompt, v.error) for v in sheet.data_validations.dataValidation}
        for sheet in (one, two)
    ]
    assert facts[0] == facts[1]
    rules = [[rule.formula for area in sheet.conditional_formatting for rule in area.rules] for sheet in (one, two)]
    assert rules[0] == rules[1]
    assert two.protection.sheet and after["元数据"].sheet_state != "visible"
    assert {str(area) for area in two.merged_cells.ranges} == {str(area) for area in one.merged_cells.ranges}


def test_a_workbook_prints(made: bytes, soffice: Any, tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    source.write_bytes(made)
    (pdf,) = soffice.convert([source], "pdf", tmp_path / "pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
