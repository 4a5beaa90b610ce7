"""The readers: one workbook gives one `Book`, whatever container it comes in and whoever saved it."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from conftest import Office
from hypothesis import given
from hypothesis import strategies as st
from test_guard import (
    LINK,
    MAIN,
    assert_survives,
    compound,
    mutants,
    ods_parts,
    relations,
    row,
    with_rows,
    xlsx_parts,
    zipped,
)

from xltool.io.books.containers import open_book, sniff
from xltool.io.books.number_formats import kind_of, serial_text
from xltool.io.books.references import excel_meaning, odf_meaning
from xltool.model.book import Book, Cell, DateValue, ErrorValue, PercentValue, Sheet, Target
from xltool.model.finding import Refused

MAIN_SHEET, QUOTED, META = "表二 主动公开", 'it\'s "b"', "_meta"


def form() -> bytes:
    """A workbook with everything a return may hold."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_custom_property("XLTOOL_ERA", "national-2021")
    book.set_custom_property("编码", "220381-SFJ")
    book.set_custom_property("number", 5)
    sheet = book.add_worksheet(MAIN_SHEET)
    _values(book, sheet)
    _formulas(book, sheet)
    _layout(book, sheet)
    hidden = book.add_worksheet(QUOTED)
    hidden.hide()
    hidden.write_string("A1", "x")
    hidden.write_number("C3", 3.5, book.add_format({"locked": False}))
    meta = book.add_worksheet(META)
    meta.very_hidden()
    meta.write_string("A1", "GKB")
    for name, text in NAMES.items():
        book.define_name(name, text)
    book.define_name(f"{META}!LOCAL", f"={META}!$A$1")
    book.close()
    return out.getvalue()


NAMES = {
    "XL_a__b": f"='{MAIN_SHEET}'!$B$1",
    "XL_c": "='it''s \"b\"'!$C$3",
    "XL_meta": "=_meta!$A$1",
    "FORM_META": '="GKB|1|""q"""',
    "FORM_NUMBER": "=5",
    "XL_area": f"='{MAIN_SHEET}'!$B$1:$B$3",
    "XL_broken": "=#REF!",
    "XL_expression": '=_meta!$A$1&"x"',
}
MEANINGS = {
    "XL_A__B": Target(MAIN_SHEET, 0, 1),
    "XL_C": Target(QUOTED, 2, 2),
    "XL_META": Target(META, 0, 0),
    "FORM_META": 'GKB|1|"q"',
    "FORM_NUMBER": "5",
    "XL_AREA": None,
    "XL_BROKEN": None,
    "XL_EXPRESSION": None,
}


def _values(book: Any, sheet: Any) -> None:
    opened = book.add_format({"locked": False})
    sheet.write_string("A1", "政府信息公开")
    sheet.write_rich_string("A2", "其中：", book.add_format({"bold": True}), "规章 abc", "（件）")
    sheet.write_string("A3", "  前后  空格  ")
    sheet.write_string("A4", "一\n二", book.add_format({"text_wrap": True}))
    sheet.write_string("A5", "0012", opened)
    sheet.write_string("A6", "a_x0041_b")
    sheet.write_string("A7", "=1+1")
    for place, number in {"B1": 12, "B2": 0.58, "B3": -3, "B4": 0, "B5": 123456789012}.items():
        sheet.write_number(place, number, opened)
    sheet.write_blank("B6", None, opened)
    sheet.write_blank("B7", None, opened)
    for place, (number, code) in FORMATTED.items():
        sheet.write_number(place, number, book.add_format({"num_format": code}))


FORMATTED: dict[str, tuple[float, str | int]] = {
    "D1": (46022, "yyyy-mm-dd"),
    "D2": (46022, 'yyyy"年"m"月"d"日"'),
    "D3": (0.5208333333333334, "hh:mm:ss"),
    "D4": (46022.4375, "yyyy-mm-dd hh:mm"),
    "D5": (46022, 14),
    "D6": (7, '0"件"'),
    "D7": (0.05, "0.0%"),
    "D8": (3, "#,##0"),
    "D9": (4, "[Red]0;[Blue]-0"),
}


def _formulas(book: Any, sheet: Any) -> None:
    sheet.write_formula("F1", "=SUM(B1:B3)", None, 9.58)
    sheet.write_formula("F2", '=""', book.add_format({"locked": False}), "")
    sheet.write_formula("F3", "=1/0", None, "#DIV/0!")
    sheet.write_formula("F4", "=B1/100", book.add_format({"num_format": "0%"}), 0.12)
    sheet.write_formula("F5", '=A1&"x"', None, "政府信息公开x")
    sheet.write_array_formula("G1:G3", "{=B1:B3*2}", None, 24)


def _layout(book: Any, sheet: Any) -> None:
    sheet.protect("", {})
    sheet.merge_range("A10:C11", "合并", book.add_format({"locked": False}))
    sheet.write_comment("A1", "批注不是单元格的内容")
    sheet.set_row(14, None, None, {"hidden": True})
    sheet.set_column("J:K", None, None, {"hidden": True})
    sheet.write_string("J15", "藏")
    sheet.print_area("A1:F20")
    sheet.repeat_rows(0, 1)
    sheet.autofilter("A1:C1")


def main_sheet(book: Book) -> Sheet:
    return book.sheets[0]


# --- what XlsxWriter wrote ---------------------------------------------------------------------------------------


def test_every_kind_of_value_is_read_as_it_is() -> None:
    cells = main_sheet(open_book(form())).cells
    assert cells[0, 0] == Cell("政府信息公开")
    assert cells[1, 0].value == "其中：规章 abc（件）"
    assert cells[2, 0].value == "  前后  空格  "
    assert cells[3, 0].value == "一\n二"
    assert cells[4, 0] == Cell("0012", locked=False)
    assert cells[0, 1] == Cell(12, locked=False) and type(cells[0, 1].value) is int
    assert cells[1, 1].value == 0.58
    assert cells[3, 1] == Cell(0, locked=False)
    assert cells[5, 1] == Cell(None, locked=False)
    assert cells[0, 3].value == cells[1, 3].value == cells[4, 3].value == DateValue(46022.0, "2025-12-31")
    assert cells[2, 3].value == DateValue(0.5208333333333334, "12:30:00")
    assert cells[3, 3].value == DateValue(46022.4375, "2025-12-31T10:30:00")
    assert [cells[index, 3].value for index in (5, 6, 7, 8)] == [7, PercentValue(0.05), 3, 4]


def test_formulas_are_read_with_their_results() -> None:
    cells = main_sheet(open_book(form())).cells
    assert cells[0, 5] == Cell(9.58, "SUM(B1:B3)")
    assert cells[1, 5] == Cell(None, '""', locked=False)
    assert cells[2, 5] == Cell(ErrorValue("#DIV/0!"), "1/0")
    assert cells[3, 5] == Cell(PercentValue(0.12), "B1/100")
    assert [cells[index, 6].formula for index in range(3)] == ["B1:B3*2", "?", "?"]


def test_names_states_and_properties_are_read() -> None:
    book = open_book(form())
    assert book.names == MEANINGS
    assert book.local_names == 1
    assert book.properties == {"XLTOOL_ERA": "national-2021", "编码": "220381-SFJ"}
    assert [(sheet.name, sheet.visibility, sheet.protected) for sheet in book.sheets] == [
        (MAIN_SHEET, "visible", True),
        (QUOTED, "hidden", False),
        (META, "very_hidden", False),
    ]
    sheet = main_sheet(book)
    assert (sheet.merges, sheet.hidden_rows, sheet.hidden_cols) == (((9, 0, 10, 2),), {14}, {9, 10})
    assert (book.container, book.strict, book.macros) == ("xlsx", False, False)


# --- against openpyxl --------------------------------------------------------------------------------------------


def assert_as_openpyxl(data: bytes) -> None:
    """Values, formulas and locks of every cell as openpyxl reads them."""
    book = open_book(data)
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True, rich_text=False)
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    assert [sheet.name for sheet in book.sheets] == values.sheetnames
    for sheet in book.sheets:
        for line in values[sheet.name].iter_rows():
            for other in line:
                cell = sheet.cells.get((other.row - 1, other.column - 1), Cell())
                assert simple(cell.value) == expected(other), other.coordinate
                with_formula = formulas[sheet.name].cell(other.row, other.column)
                assert (cell.formula is not None) == (with_formula.data_type == "f" or cell.formula == "?")
                if other.has_style and type(other).__name__ == "Cell":
                    assert cell.locked == other.protection.locked, other.coordinate


def simple(value: object) -> object:
    return {DateValue: lambda v: v.text, PercentValue: lambda v: v.number, ErrorValue: lambda v: v.text}.get(
        type(value), lambda v: v
    )(value)


def expected(cell: Any) -> object:
    value = cell.value
    if isinstance(value, datetime.datetime):
        day = value.time() == datetime.time()
        return value.date().isoformat() if day else value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="seconds")
    return None if value == "" else value


def test_openpyxl_reads_the_same() -> None:
    assert_as_openpyxl(form())


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="￾￿"), min_size=1, max_size=20
)
NUMBERS = st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12).map(lambda x: float(f"{x:.15g}")))


@given(st.lists(st.one_of(NUMBERS, TEXTS, st.booleans()), max_size=30))
def test_any_values_are_read_as_openpyxl_reads_them(values: list[object]) -> None:
    """Written by openpyxl, read by both."""
    book = openpyxl.Workbook()
    for index, value in enumerate(values):
        cell = book.active.cell(index // 5 + 1, index % 5 + 1)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    if not any(isinstance(value, str) and "_x" in value for value in values):
        assert_as_openpyxl(out.getvalue())


# --- after LibreOffice -------------------------------------------------------------------------------------------

FORMATS = ("xlsx", "xls", "ods")


@pytest.fixture(scope="module")
def resaved(soffice: Office, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The form saved again by LibreOffice in each format."""
    folder = tmp_path_factory.mktemp("resaved")
    source = folder / "form.xlsx"
    source.write_bytes(form())
    return {to: soffice.convert([source], to, folder / to)[0].read_bytes() for to in FORMATS}


def normal(cell: Cell) -> Cell:
    """Formula texts differ by container, and LibreOffice writes 15 digits of a time."""
    value = cell.value
    if isinstance(value, DateValue):
        value = replace(value, serial=round(value.serial, 9))
    return Cell(value, cell.formula and "?", cell.locked)


@pytest.mark.parametrize("container", FORMATS)
def test_a_form_saved_again_reads_the_same(container: str, resaved: Mapping[str, bytes]) -> None:
    before, after = open_book(form()), open_book(resaved[container])
    assert after.container == container
    assert after.names == before.names
    assert after.local_names == before.local_names
    assert {**after.properties, **before.properties} == after.properties
    # LibreOffice knows one kind of hidden only, computes array formulas on loading, and stores 0 in xls for
    # the text of a formula it has not computed.
    for old, new in zip(before.sheets, after.sheets, strict=True):
        assert (new.name, new.visibility == "visible", new.protected) == (
            old.name,
            old.visibility == "visible",
            old.protected,
        )
        assert (new.merges, new.hidden_rows, new.hidden_cols) == (old.merges, old.hidden_rows, old.hidden_cols)
        covered = {
            (r, c)
            for top, left, bottom, right in old.merges
            for r in range(top, bottom + 1)
            for c in range(left, right + 1)
        }
        skipped = (
            covered - {(top, left) for top, left, _, _ in old.merges}
            | {(row, 6) for row in range(3)}
            | ({(4, 5)} if container == "xls" else set())
        )
        assert kept(new, skipped) == kept(old, skipped)
        assert all(new.cells[row, 6].formula for row in range(3) if old.name == MAIN_SHEET)


def kept(sheet: Sheet, skipped: set[tuple[int, int]]) -> dict[tuple[int, int], Cell]:
    return {place: normal(cell) for place, cell in sorted(sheet.cells.items()) if place not in skipped}


@pytest.mark.parametrize("container", FORMATS)
def test_mutants_of_a_saved_form_are_read_or_refused(container: str, resaved: Mapping[str, bytes]) -> None:
    for mutant in mutants(resaved[container], 3, 200, (0, 3)):
        assert_survives(mutant)


def test_openpyxl_reads_the_same_of_a_form_saved_again(resaved: Mapping[str, bytes]) -> None:
    assert_as_openpyxl(resaved["xlsx"])


# --- xlsx as others write it -------------------------------------------------------------------------------------


def strict(data: bytes) -> bytes:
    """A workbook in the namespaces of strict OOXML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            for loose, tight in (
                (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
                (LINK, "http://purl.oclc.org/ooxml/officeDocument/relationships"),
                (
                    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
                    "http://purl.oclc.org/ooxml/officeDocument/customProperties",
                ),
                (
                    "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",
                    "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes",
                ),
            ):
                content = content.replace(loose.encode(), tight.encode())
            target.writestr(name, content)
    return out.getvalue()


def test_strict_ooxml_reads_the_same() -> None:
    assert open_book(strict(form())) == replace(open_book(form()), strict=True)


def test_dates_may_count_from_1904() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": True})
    book.add_worksheet().write_datetime(
        "A1", datetime.datetime(2025, 12, 31), book.add_format({"num_format": "yyyy-mm-dd"})
    )
    book.close()
    assert open_book(out.getvalue()).sheets[0].cells[0, 0].value == DateValue(44560.0, "2025-12-31")


def only(rows: str) -> dict[tuple[int, int], Cell]:
    return dict(open_book(with_rows(rows)).sheets[0].cells)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> 一 </t></is></c>', Cell(" 一 ")),
        ('<c r="A1" t="inlineStr"><is><r><t>汉</t></r><rPh sb="0" eb="1"><t>han</t></rPh><r><t>字</t></r></is></c>', Cell("汉字")),
        ('<c r="A1" t="str"><v>a_x000A_b_x005F_x0041_</v></c>', Cell("a\nb_x0041_")),
        ('<c r="A1" t="str"><v>_xD842__xDFB7__xD800_</v></c>', Cell("𠮷\ufffd")),
        ('<c r="A1" t="b"><v>1</v></c>', Cell(True)),
        ('<c r="A1" t="b"><v>2</v></c>', Cell(ErrorValue("2"))),
        ('<c r="A1" t="e"><v>#SPILL!</v></c>', Cell(ErrorValue("#SPILL!"))),
        ('<c r="A1" t="d"><v>2025-12-31T10:30:00Z</v></c>', Cell(DateValue(46022.4375, "2025-12-31T10:30:00"))),
        ('<c r="A1"><v>3.0</v></c>', Cell(3.0)),
        ('<c r="A1"><v> 12 </v></c>', Cell(12)),
        ('<c r="A1"><f>1+1</f></c>', Cell(None, "1+1")),
        ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', Cell(2, "?")),
        ('<c r="A1"><f>[1]Sheet1!A1</f><v>2</v></c>', Cell(2, "[1]Sheet1!A1")),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_written(cell: str, read: Cell) -> None:
    (found,) = only(row(cell)).values()
    assert found == read and type(found.value) is type(read.value)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"/>',
        '<c r="A1"><v></v></c>',
        '<c r="A1" t="str"><v></v></c>',
        '<c r="A1" t="inlineStr"><is><t/></is></c>',
    ],
)
def test_blank_is_neither_zero_nor_empty_text(cell: str) -> None:
    assert only(row(cell)) == {}


def test_macros_are_noticed() -> None:
    assert open_book(zipped({**xlsx_parts(), "xl/vbaProject.bin": b"x"})).macros
    parts = xlsx_parts()
    parts["xl/_rels/workbook.xml.rels"] = relations(("xlMacrosheet", "worksheets/sheet1.xml"))
    parts["xl/worksheets/sheet1.xml"] = (
        f'<m:macrosheet xmlns:m="http://schemas.microsoft.com/office/excel/2006/main"><x xmlns="{MAIN}"/></m:macrosheet>'
    )
    book = open_book(zipped(parts))
    assert book.macros and book.sheets[0].cells == {}


# --- number formats and names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code", "kind"),
    [
        (0, "", "number"), (14, "", "date"), (22, "", "date"), (31, "", "date"), (47, "", "date"), (57, "", "date"),
        (9, "", "percent"), (10, "", "percent"), (49, "", "number"), (164, "General", "number"), (164, "@", "number"),
        (164, "yyyy/m/d", "date"), (164, "[$-804]aaaa;@", "number"), (164, "[h]:mm", "date"), (164, "[mm]", "date"),
        (164, '0"年"', "number"), (164, r"0\d", "number"), (164, "[Red]#,##0;[DBNum1]0", "number"), (164, "m月d日", "date"),
        (164, "0.00%", "percent"), (164, r"0\%", "number"), (164, "_ * #,##0_ ", "number"), (164, '"ymd', "number"),
    ],
)  # fmt: skip
def test_a_number_format_tells_dates_and_percentages(number: int, code: str, kind: str) -> None:
    assert kind_of(number, code) == kind


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        (1, "1900-01-01"), (59, "1900-02-28"), (60, "1900-02-29"), (61, "1900-03-01"), (46022, "2025-12-31"),
        (0, "00:00:00"), (0.999999999, "1900-01-01"), (46022.5, "2025-12-31T12:00:00"), (-1, "-1"), (1e18, "1e+18"),
    ],
)  # fmt: skip
def test_a_serial_is_the_day_excel_shows(serial: float, text: str) -> None:
    assert serial_text(serial) == text


SHEET_NAMES = {"表 1": "表 1", "it's": "it's", "s": "S"}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("'表 1'!$A$1", Target("表 1", 0, 0)), ("'it''s'!$B$3", Target("it's", 2, 1)), ("s!$XFD$1048576", Target("S", 1048575, 16383)),
        ("S!$A$1:$A$1", Target("S", 0, 0)), ("S!$A$1:$A$2", None), ("S!A1", None), ("gone!$A$1", None), ("#REF!", None),
        ("S!#REF!", None), ("[1]S!$A$1", None), ("S!$A$1,S!$B$1", None), ("S!$XFE$1", None), ("S!$A$1048577", None),
        ('"a""b"', 'a"b'), ('""', ""), ("1.5", "1.5"), ('"a"&"b"', None), ("TRUE", None), ("", None),
    ],
)  # fmt: skip
def test_a_name_is_one_cell_a_constant_or_nothing(text: str, meaning: object) -> None:
    assert excel_meaning(text, SHEET_NAMES) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("$'表 1'.$A$1", Target("表 1", 0, 0)), ("$S.$A$1:.$A$1", Target("S", 0, 0)), ("$S.$A$1:.$A$2", None), ("[$S.$B$2]", Target("S", 1, 1)),
        ("$S.#REF!", None), ("$S.A1", None), ("'file:///x.ods'#$S.$A$1", None), ('"GKB|1"', "GKB|1"),
    ],
)  # fmt: skip
def test_so_is_an_opendocument_name(text: str, meaning: object) -> None:
    assert odf_meaning(text, SHEET_NAMES) == meaning


def test_a_name_defined_twice_means_nothing() -> None:
    parts = xlsx_parts()
    names = '<definedNames><definedName name="n">表!$A$1</definedName><definedName name="N">表!$A$2</definedName></definedNames>'
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("</workbook>", f"{names}</workbook>")
    assert open_book(zipped(parts)).names == {"N": None}


# --- ods as others write it --------------------------------------------------------------------------------------


def ods_cell(attributes: str, inside: str = "") -> object:
    table = f"<table:table-row><table:table-cell {attributes}>{inside}</table:table-cell></table:table-row>"
    cells = open_book(zipped(ods_parts(table))).sheets[0].cells
    return cells[0, 0].value if cells else None


@pytest.mark.parametrize(
    ("attributes", "inside", "value"),
    [
        ('office:value-type="float" office:value="12"', "<text:p>12.00</text:p>", 12),
        ('office:value-type="float" office:value="１２"', "", ErrorValue("１２")),
        ('office:value-type="percentage" office:value="0.05"', "", PercentValue(0.05)),
        ('office:value-type="currency" office:value="1.5"', "", 1.5),
        ('office:value-type="boolean" office:boolean-value="true"', "", True),
        ('office:value-type="date" office:date-value="2025-12-31"', "", DateValue(46022.0, "2025-12-31")),
        ('office:value-type="date" office:date-value="2025-12-31T10:30:00"', "", DateValue(46022.4375, "2025-12-31T10:30:00")),
        ('office:value-type="date" office:date-value="never"', "", ErrorValue("never")),
        ('office:value-type="time" office:time-value="PT12H00M00S"', "", DateValue(0.5, "12:00:00")),
        ('office:value-type="string"', "<text:p>一<text:s text:c='2'/>二<text:tab/><text:span>三</text:span></text:p><text:p>四<text:line-break/>五</text:p>", "一  二\t三\n四\n五"),
        ('office:value-type="string"', "<office:annotation><text:p>批注</text:p></office:annotation><text:p>字</text:p>", "字"),
        ('office:value-type="string"', "<text:p> a\n  b</text:p>", "a b"),
        ("", "<text:p></text:p>", None),
    ],
)  # fmt: skip
def test_a_cell_of_an_ods_is_read_as_written(attributes: str, inside: str, value: object) -> None:
    assert ods_cell(attributes, inside) == value


# --- which container ---------------------------------------------------------------------------------------------

KINDS: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "empty", "FILE-EMPTY"),
    "zeros": (bytes(5000), "empty", "FILE-EMPTY"),
    "pdf": (b"%PDF-1.7\n", "pdf", "FILE-PDF"),
    "png": (b"\x89PNG\r\n\x1a\n...", "image", "FILE-IMAGE"),
    "jpeg": (b"\xff\xd8\xff\xe0", "image", "FILE-IMAGE"),
    "heic": (b"\0\0\0\x18ftypheic....", "image", "FILE-IMAGE"),
    "rar": (b"Rar!\x1a\x07\x01\0", "rar", "FILE-ARCHIVE"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4", "7z", "FILE-ARCHIVE"),
    "zip": (zipped({"乙局.xlsx": b"x"}), "zip", "FILE-ARCHIVE"),
    "empty zip": (zipped({}), "zip", "FILE-ARCHIVE"),
    "docx": (zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}), "docx", "FILE-DOCUMENT"),
    "odt": (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "docx", "FILE-DOCUMENT"),
    "doc": (compound(b"x", "WordDocument"), "docx", "FILE-DOCUMENT"),
    "rtf": (b"{\\rtf1\\ansi", "docx", "FILE-DOCUMENT"),
    "xlsb": (zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"x"}), "xlsb", "FILE-XLSB"),
    "encrypted": (compound(b"x", "EncryptedPackage"), "encrypted", "FILE-ENCRYPTED"),
    "html": ("\n<html><table>表".encode("gb18030"), "html", "FILE-HTML"),
    "html with a BOM": ("\ufeff<!DOCTYPE html>".encode(), "html", "FILE-HTML"),
    "mhtml": (b"MIME-Version: 1.0\r\n", "html", "FILE-HTML"),
    "csv": ("单位,数\r\n县局,1\r\n".encode("gb18030"), "csv", "FILE-CSV"),
    "csv in UTF-16": ("单位\t数\r\n".encode("utf-16"), "csv", "FILE-CSV"),
    "text": ("公开情况".encode(), "text", "FILE-CSV"),
    "json": (b' {"era": "national-2021"}', "json", "FILE-JSON"),
    "other xml": (b'<?xml version="1.0"?><Workbook/>', "unknown", "FILE-UNKNOWN"),
    "noise": (b"\x01\x02\x03\x04", "unknown", "FILE-UNKNOWN"),
    "another compound file": (compound(b"x", "Quill"), "unknown", "FILE-UNKNOWN"),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_other_files_are_named_for_what_they_are(name: str) -> None:
    data, kind, code = KINDS[name]
    assert sniff(data) == kind
    with pytest.raises(Refused) as caught:
        open_book(data)
    assert [finding.code for finding in caught.value.findings] == [code]


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (form, "xlsx"),
        (lambda: strict(form()), "xlsx"),
        (lambda: form()[:-99], "xlsx"),
        (lambda: zipped(ods_parts("")), "ods"),
    ],
)
def test_workbooks_are_known_by_their_bytes(make: Callable[[], bytes], kind: str) -> None:
    assert sniff(make()) == kind


def test_a_long_text_cut_within_a_character_is_still_text() -> None:
    assert sniff(("县" * 5000).encode()) == "text"
    assert sniff(b"a" + ("县" * 5000).encode("gb18030")) == "text"


def test_nothing_depends_on_the_order_of_parts() -> None:
    parts = xlsx_parts()
    backwards = dict(reversed(parts.items()))
    assert open_book(zipped(backwards)) == open_book(zipped(parts))
