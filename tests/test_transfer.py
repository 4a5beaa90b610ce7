"""A summary in the superior's own form: each total under its own label, nothing else changed, nothing unsaid."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner
from conftest import Office
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from issued import YEAR, Issued, Look, full, issue
from strategies import ERAS
from test_merge import merged, record, roster, sent

from xltool.app.forms import generate
from xltool.app.returns.validating import read_file
from xltool.app.shelf import Shelf
from xltool.app.summaries.issued import Asked, find_cells, units_of
from xltool.app.summaries.transferring import Filled, transfer_file
from xltool.cli.main import xltool
from xltool.io.books.containers import open_book
from xltool.io.inputs import Source
from xltool.io.library import Library
from xltool.io.records import dump_record
from xltool.io.writing.sheet_edit import edit_sheet
from xltool.io.writing.zip_edit import with_members
from xltool.io.writing.zips import write_zip
from xltool.lang import Lang
from xltool.model.finding import Refused
from xltool.model.place import Place, a1
from xltool.model.record import Record
from xltool.model.summary import TotalLine
from xltool.model.transfer import Totals
from xltool.numbers import Number, exact, plain
from xltool.passes.transfer.formulas import Calculator, Unclear
from xltool.passes.transfer.match import Match, match
from xltool.plan.form import Options
from xltool.report.summary_book import summary_book

SHELF = Shelf(Library(), isolated=False)
ERA = "national-2021"
FEES, ISSUED_RULES = "disclosure.fees.amount", "disclosure.rules.issued"

looks = st.builds(
    Look,
    apart=st.booleans(),
    top=st.integers(1, 9),
    left=st.integers(0, 30),
    gap=st.integers(1, 4),
    shuffled=st.integers(0, 9),
    protected=st.booleans(),
    names=st.sampled_from(["表", "附件", "Sheet", "2023 统计'表"]),
)


def source(made: Record) -> Source:
    return Source("汇总.json", lambda: dump_record(made))


def into(data: bytes, made: Record, asked: Asked = Asked()) -> Filled:  # noqa: B008
    return transfer_file(source(made), Source("省表.xlsx", lambda: data), SHELF, asked)


def codes(made: Filled) -> list[str]:
    return [finding.code for finding in made.transfer.findings]


def refusal(data: bytes, made: Record, asked: Asked = Asked()) -> str:  # noqa: B008
    with pytest.raises(Refused) as caught:
        into(data, made, asked)
    return caught.value.findings[-1].code


def cells(data: bytes, *, values: bool = False) -> dict[tuple[str, str], tuple[object, ...]]:
    """Everything openpyxl sees of every cell."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=values)
    found: dict[tuple[str, str], tuple[object, ...]] = {}
    for sheet in book:
        found[sheet.title, ""] = (sheet.merged_cells, sheet.protection.sheet, sheet.sheet_state, sheet.freeze_panes)
        for row in sheet.iter_rows():
            for cell in row:
                found[sheet.title, cell.coordinate] = (
                    cell.value,
                    cell.number_format,
                    cell.protection.locked,
                    cell.style_id,
                )
    return found


def number(value: object) -> Number:
    assert isinstance(value, int | float)
    return exact(Decimal(repr(value)))


@pytest.mark.parametrize("era_id", ERAS)
@given(look=looks, rnd=st.randoms(use_true_random=False), program=st.sampled_from(["xlsxwriter", "openpyxl"]))
@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
def test_each_figure_stands_under_its_own_label_and_no_other_cell_has_changed(
    era_id: str, look: Look, rnd: Random, program: str
) -> None:
    """openpyxl sees each figure of the record in the cell that was drawn for it, and every other cell as it was."""
    era = SHELF.era(era_id)
    blank, made = issue(era, look, program=program), full(era, rnd)
    filled = into(blank.data, made)
    before, after = cells(blank.data), cells(filled.workbook)
    wanted = {
        (sheet, a1(row, col)): made.values[path]
        for path, (sheet, row, col) in blank.sites.items()
        if era.indicators[path].kind == "number"
    }
    assert {place: number(after[place][0]) for place in wanted} == wanted
    assert {place: each[1:] for place, each in after.items()} == {place: each[1:] for place, each in before.items()}
    assert {place: each for place, each in after.items() if place not in wanted} == {
        place: each for place, each in before.items() if place not in wanted
    }
    assert [code for code in codes(filled) if code not in ("TRANSFER-NO-VALUE", "TRANSFER-LEFT")] == []


def packed(data: bytes) -> dict[str, tuple[bytes, zipfile.ZipInfo]]:
    """The members of a zip as they lie in it, packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {}
        for info in archive.infolist():
            length = int.from_bytes(data[info.header_offset + 26 : info.header_offset + 28], "little")
            extra = int.from_bytes(data[info.header_offset + 28 : info.header_offset + 30], "little")
            end = info.header_offset + 30 + length + extra + info.compress_size
            found[info.filename] = (data[info.header_offset : end], info)
        return found


@pytest.mark.parametrize("program", ["xlsxwriter", "openpyxl"])
def test_every_member_but_the_filled_sheets_stays_byte_for_byte(program: str) -> None:
    era = SHELF.era(ERA)
    blank = issue(era, Look(apart=True), program=program)
    filled = into(blank.data, full(era, Random(3)))
    before, after = packed(blank.data), packed(filled.workbook)
    assert list(before) == list(after)
    changed = {name for name in before if before[name][0] != after[name][0]}
    assert changed and all(name.startswith("xl/worksheets/sheet") for name in changed)
    assert all(before[name][1].date_time == after[name][1].date_time for name in before)
    assert all(before[name][1].external_attr == after[name][1].external_attr for name in before)
    assert zipfile.ZipFile(io.BytesIO(filled.workbook)).testzip() is None


def test_the_same_input_gives_the_same_bytes() -> None:
    era = SHELF.era(ERA)
    blank, made = issue(era).data, full(era, Random(5))
    assert into(blank, made).workbook == into(blank, made).workbook


@pytest.mark.parametrize("totals", ["computed", "typed"])
@pytest.mark.parametrize("era_id", ERAS)
def test_our_own_blank_forms_are_filled_by_their_names(era_id: str, totals: Any) -> None:
    """Read as a return, the filled form has the summary's figures; whatever else was in it is unchanged."""
    era = SHELF.era(era_id)
    made = _with_true_totals(era_id)
    blank = own_form(era_id, Options(YEAR, totals=totals))
    filled = into(blank, made)
    assert not [code for code in codes(filled) if code.startswith("TRANSFER-FORMULA")]
    read = read_file(Source("省表.xlsx", lambda: filled.workbook), SHELF).record
    assert read is not None
    numbers = {path for path, each in era.indicators.items() if each.kind == "number"}
    assert {path: read.values[path] for path in numbers} == {path: made.values[path] for path in numbers}
    written = {(entry.place.sheet, entry.place.ref) for entry in filled.transfer.written}
    before, after = cells(blank), cells(filled.workbook)
    assert {place: each for place, each in after.items() if place not in written} == {
        place: each for place, each in before.items() if place not in written
    }


def own_form(era_id: str, options: Options) -> bytes:
    """A blank form of ours as `generate` makes it."""
    [output] = generate(SHELF, era_id, replace(options, anonymous=True), None)
    return output.make()


@cache
def _with_true_totals(era_id: str) -> Record:
    """A record with each total as its parts make it: read back from a form that computes them."""
    made = full(SHELF.era(era_id), Random(8))
    figures = {path: 3 if isinstance(each, int | Decimal) else each for path, each in made.values.items()}
    filled = into(own_form(era_id, Options(YEAR)), replace(made, values=figures))
    read = read_file(Source("", lambda: filled.workbook), SHELF).record
    assert read is not None
    return replace(made, values={path: read.values[path] for path in figures})


def test_a_form_of_ours_for_another_year_scope_or_era_is_refused() -> None:
    made = full(SHELF.era(ERA), Random(1))
    for options, code in ((Options(YEAR + 1), "TRANSFER-YEAR"), (Options(YEAR, "area"), "TRANSFER-SCOPE")):
        assert refusal(own_form(ERA, options), made) == code
    other = own_form("national-2019", Options(YEAR))
    assert refusal(other, made) == "TRANSFER-ERA"


# --- a small issued workbook with formulas ---------------------------------------------------------------------------


def regulations(**more: object) -> bytes:
    """The first table of the national form, with whatever else a test puts into cells: `B9="=SUM(B3:B4)"`; a tuple
    is a formula with its stored result."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet("规章")
        page.write_row(0, 0, [f"{YEAR}年主动公开情况"])
        page.write_row(1, 0, ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"])
        for row, label in enumerate(("规章", "行政规范性文件"), start=2):
            page.write_string(row, 0, label)
        for ref, content in more.items():
            if isinstance(content, tuple):
                page.write_formula(ref, content[0], None, content[1])
            elif isinstance(content, str) and content.startswith("="):
                page.write_formula(ref, content, None, "旧")
            else:
                page.write(ref, content)
    return stream.getvalue()


def of(**values: Number | None) -> Record:
    """A record with figures of the first table: `issued`, `repealed`, `in_force` of rules and `n_…` of documents."""
    named = {
        f"disclosure.{'normative_documents' if name.startswith('n_') else 'rules'}.{name.removeprefix('n_')}": value
        for name, value in values.items()
    }
    return replace(record("220381", named), year=YEAR)


SIX: Mapping[str, Number] = {
    "issued": 3, "repealed": 1, "in_force": 40, "n_issued": 12, "n_repealed": 2, "n_in_force": 300,
}  # fmt: skip


def test_formulas_that_depend_on_figures_lose_their_old_results_and_no_others() -> None:
    """However long the way from the figure to the formula; what cannot be followed counts as depending."""
    blank = regulations(
        B8="=SUM(B3:B4)",
        B9="=B8*2",
        B10="=LEN(A1)",
        B11='=INDIRECT("B3")',
        B12="=1+1",
        B13="=IF(C3>0,B9,0)",
        B14=("=[1]上年!$B$3+'[2]前年 表'!C4", 77),
        B15="=SUM(B:B)",
        B16="=SUM(D3:D4)",
    )
    filled = into(blank, of(**SIX))
    before, after = cells(blank, values=True), cells(filled.workbook, values=True)
    lost = {ref for (_, ref), each in after.items() if ref and each[0] is None and before["规章", ref][0] is not None}
    assert lost == {"B8", "B9", "B11", "B13", "B15", "B16"}
    assert after["规章", "B14"][0] == 77  # another workbook's figures cannot be computed again without it
    assert cells(blank)["规章", "B8"] == cells(filled.workbook)["规章", "B8"]
    assert "TRANSFER-RECALC" in codes(filled) and filled.transfer.stale == 6
    with zipfile.ZipFile(io.BytesIO(filled.workbook)) as archive:
        assert b'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml")


def test_without_formulas_only_the_sheet_changes() -> None:
    blank = regulations()
    filled = into(blank, of(**SIX))
    with zipfile.ZipFile(io.BytesIO(blank)) as one, zipfile.ZipFile(io.BytesIO(filled.workbook)) as two:
        assert [name for name in one.namelist() if one.read(name) != two.read(name)] == ["xl/worksheets/sheet1.xml"]


def test_office_suites_show_computed_results_without_being_told_to_recalculate(soffice: Office, tmp_path: Path) -> None:
    """LibreOffice keeps stored results of foreign files; since they were taken out, it computes."""
    file = tmp_path / "省表.xlsx"
    file.write_bytes(into(regulations(B8="=SUM(B3:B4)", B9=("=B8*2", 0)), of(**SIX)).workbook)
    [saved] = soffice.convert([file], "xlsx", tmp_path / "out")
    page = openpyxl.load_workbook(saved, data_only=True)["规章"]
    assert (page["B3"].value, page["B8"].value, page["B9"].value) == (3, 15, 30)


def test_workbooks_saved_by_libreoffice_are_filled_too(soffice: Office, tmp_path: Path) -> None:
    """All eras' tables, their files written by LibreOffice; filled, LibreOffice shows the figures."""
    blanks: dict[str, Issued] = {}
    for number_, era_id in enumerate(ERAS):
        blanks[era_id] = issue(SHELF.era(era_id), Look(apart=number_ % 2 == 0, protected=number_ % 3 == 0))
        (tmp_path / f"{era_id}.xlsx").write_bytes(blanks[era_id].data)
    saved = soffice.convert([tmp_path / f"{era_id}.xlsx" for era_id in ERAS], "xlsx", tmp_path / "saved")
    records = {era_id: full(SHELF.era(era_id), Random(11)) for era_id in ERAS}
    for era_id, file in zip(ERAS, saved, strict=True):
        file.write_bytes(into(file.read_bytes(), records[era_id]).workbook)
    for era_id, file in zip(ERAS, soffice.convert(saved, "xlsx", tmp_path / "again"), strict=True):
        book = openpyxl.load_workbook(file, data_only=True)
        for path, (sheet, row, col) in blanks[era_id].sites.items():
            if SHELF.era(era_id).indicators[path].kind == "number":
                assert number(book[sheet].cell(row + 1, col + 1).value) == records[era_id].values[path], path


def test_a_cell_with_a_formula_is_never_written_but_held_against_the_total() -> None:
    right = into(regulations(B3="=1+2"), of(**SIX))
    assert [entry.role for entry in right.transfer.entries].count("formula") == 1
    assert "TRANSFER-FORMULA-DIFFERS" not in codes(right)
    wrong = into(regulations(B4="=B3*2"), of(**SIX))
    [finding] = [each for each in wrong.transfer.findings if each.code == "TRANSFER-FORMULA-DIFFERS"]
    assert (finding.args["computed"], finding.args["value"], finding.places[0].ref) == ("6", "12", "B4")
    unread = into(regulations(B4='=VLOOKUP("a",A1:B2,2)'), of(**SIX))
    assert "TRANSFER-FORMULA-UNREAD" in codes(unread)
    for made, ref in ((right, "B3"), (wrong, "B4"), (unread, "B4")):
        formula = cells(made.workbook)["规章", ref][0]
        assert isinstance(formula, str) and formula.startswith("=")


def test_figures_that_stand_there_are_left_alone_unless_asked_for() -> None:
    blank = regulations(B3=3, C3=9, D3="待定")
    kept = into(blank, of(**SIX))
    assert codes(kept).count("TRANSFER-OCCUPIED") == 2
    assert [cells(kept.workbook)["规章", ref][0] for ref in ("B3", "C3", "D3", "B4")] == [3, 9, "待定", 12]
    over = into(blank, of(**SIX), Asked(replace=True))
    assert "TRANSFER-OCCUPIED" not in codes(over)
    assert [cells(over.workbook)["规章", ref][0] for ref in ("B3", "C3", "D3")] == [3, 1, 40]
    assert {entry.place.ref: entry.before for entry in over.transfer.entries if entry.role == "replace"} == {
        "C3": "9", "D3": "待定"
    }  # fmt: skip


def fees(header: str = "收费金额", beside: str = "", above: str = "") -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet("收费")
        page.write_string(0, 0, f"{YEAR}年统计表 {above}")
        page.write_row(2, 0, ["信息内容", header])
        page.write_row(3, 0, ["行政事业性收费"])
        page.write_row(3, 2, [beside] if beside else [])
    return stream.getvalue()


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ({"header": "本年收费金额（单位：万元）"}, True),
        ({"header": "本年收费金额（单位：元）"}, False),
        ({"header": "本年收费金额（亿元）"}, False),
        ({"header": "本年收费金额", "above": "单位：件、万元"}, True),
        ({"header": "本年收费金额", "above": "单位：元"}, False),
        ({"header": "本年收费金额", "above": "单位：件"}, True),
        ({"header": "本年收费金额（万元）", "above": "单位：元"}, True),
    ],
)
def test_an_amount_in_another_unit_is_neither_filled_in_nor_converted(words: dict[str, str], fits: bool) -> None:
    made = replace(record("220381", {FEES: exact(Decimal("12.5"))}), year=YEAR)
    stated = fees(**words)
    if fits:
        assert cells(into(stated, made).workbook)["收费", "B4"][0] == 12.5
    else:
        with pytest.raises(Refused) as caught:
            into(stated, made)
        assert [each.code for each in caught.value.findings] == ["TRANSFER-NOTHING", "TRANSFER-UNIT"]


def test_a_table_that_is_there_twice_needs_the_name_of_a_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(regulations()))
    copy = book.copy_worksheet(book["规章"])
    copy.title = "全域"
    stream = io.BytesIO()
    book.save(stream)
    blank = stream.getvalue()
    assert refusal(blank, of(**SIX)) == "TRANSFER-SEVERAL"
    filled = into(blank, of(**SIX), Asked(sheets=("全域",)))
    assert {entry.place.sheet for entry in filled.transfer.entries} == {"全域"}
    assert cells(filled.workbook)["规章", "B3"][0] is None
    assert refusal(blank, of(**SIX), Asked(sheets=("没有",))) == "TRANSFER-NO-SHEET"


def test_what_finds_no_cell_and_what_gets_nothing_is_said() -> None:
    filled = into(regulations(A5="另加一项"), replace(of(**{**SIX, "issued": None}), year=YEAR))
    assert [entry.path for entry in filled.transfer.entries if entry.path == ISSUED_RULES] == []
    assert {"TRANSFER-NO-VALUE", "TRANSFER-LEFT"} <= set(codes(filled))
    assert {place.ref for place in filled.transfer.left} >= {"C5", "D5"}
    more = into(regulations(), replace(of(**SIX), values={**of(**SIX).values, FEES: 7}))
    assert more.transfer.without_place == (FEES,)
    assert "TRANSFER-NO-PLACE" in codes(more)


def matched(totals: Totals, places: Mapping[str, tuple[Place, ...]] | None = None) -> Match:
    known = find_cells(regulations(), "省表.xlsx", totals, SHELF, Asked())
    issued = known.issued if places is None else replace(known.issued, found=places)
    return match(totals, SHELF.era(ERA), issued, units_of(known.labels), replace=False)


def of_totals(**values: Number) -> Totals:
    lines = {f"disclosure.rules.{name}": value for name, value in values.items()}
    return Totals(
        ERA, YEAR, "own", "汇总.xlsx", {path: TotalLine(path, "sum", each, 9, 9) for path, each in lines.items()}
    )


def test_totals_of_more_digits_than_suites_keep_are_not_filled_in() -> None:
    made = matched(of_totals(issued=10**16 + 1, repealed=10**14 + 1))
    assert [entry.value for entry in made.entries] == [10**14 + 1]
    assert "TRANSFER-DIGITS" in {finding.code for finding in made.findings}


def test_two_indicators_in_one_cell_are_both_left_out() -> None:
    spot = (Place("省表.xlsx", "规章", "B3"),)
    made = matched(of_totals(issued=1, repealed=2), dict.fromkeys((ISSUED_RULES, "disclosure.rules.repealed"), spot))
    assert made.entries == []
    assert [finding.code for finding in made.findings] == ["TRANSFER-SHARED"] * 2


def test_files_that_cannot_be_left_untouched_are_refused(soffice: Office, tmp_path: Path) -> None:
    file = tmp_path / "省表.xlsx"
    file.write_bytes(regulations())
    for kind in ("xls", "ods"):
        [other] = soffice.convert([file], kind, tmp_path / "out")
        assert refusal(other.read_bytes(), of(**SIX)) == "TRANSFER-KIND"
    signed = _with_part(regulations(), "_xmlsignatures/origin.sigs", b"")
    macros = _with_part(regulations(), "xl/vbaProject.bin", b"x")
    assert refusal(signed, of(**SIX)) == refusal(macros, of(**SIX)) == "TRANSFER-SEALED"


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def test_the_wrong_year_the_wrong_era_and_no_tables_are_refused() -> None:
    made = of(**SIX)
    other = replace(made, year=YEAR - 1)
    assert refusal(regulations(), other) == "TRANSFER-YEAR"
    assert codes(into(regulations(), other, Asked(year=YEAR - 1))) == codes(into(regulations(), made))
    foreign = issue(SHELF.era("national-2014")).data
    assert refusal(foreign, made) == "TRANSFER-ERA"
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("空").write_string(0, 0, "联系方式")
    assert refusal(stream.getvalue(), made) == "TRANSFER-NOTHING"


def test_a_percentage_format_in_a_target_cell_leaves_nothing_behind() -> None:
    """Shown as 300% it would be another figure."""
    book = openpyxl.load_workbook(io.BytesIO(regulations()))
    book["规章"]["B3"].number_format = "0%"
    stream = io.BytesIO()
    book.save(stream)
    assert refusal(stream.getvalue(), of(**SIX)) == "TRANSFER-READ-BACK"


# --- summaries -------------------------------------------------------------------------------------------------------


def summary(lang: Lang = "zh", *, missing: bool = False) -> bytes:
    """A summary of two agencies, of three expected where one is `missing`."""
    sents = [
        sent(replace(record(code, {ISSUED_RULES: count, FEES: exact(Decimal("0.1"))}), year=YEAR))
        for code, count in (("A", 3), ("B", 4))
    ]
    made = merged(sents, roster("A", "B", "C") if missing else roster("A", "B"))
    library = SHELF.library
    words = {**library.words, **library.summary_words}
    return SHELF.write(summary_book(made, SHELF.era(ERA), library.layout(ERA), words, lang=lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_totals_of_a_summary_workbook_are_transferred(lang: Lang) -> None:
    made = transfer_file(Source("汇总.xlsx", lambda: summary(lang)), Source("省表.xlsx", regulations), SHELF, Asked())
    assert [(entry.path, entry.value) for entry in made.transfer.written] == [(ISSUED_RULES, 7)]
    assert made.transfer.without_place == (FEES,)
    assert not made.refused


def test_totals_that_lack_agencies_are_told_and_need_to_be_allowed() -> None:
    short = summary(missing=True)
    for allowed in (False, True):
        made = transfer_file(
            Source("汇总.xlsx", lambda: short), Source("省表.xlsx", regulations), SHELF, Asked(allow_partial=allowed)
        )
        [finding] = [each for each in made.transfer.findings if each.code == "TRANSFER-PARTIAL"]
        assert (finding.args["least"], finding.args["of"]) == (2, 3)
        assert made.refused is not allowed
        assert finding.severity == ("explain" if allowed else "error")


def test_a_summary_whose_totals_were_typed_over_is_refused() -> None:
    book = openpyxl.load_workbook(io.BytesIO(summary()), data_only=True)
    name = next(
        each for each in book.defined_names if each.upper() == f"TOTAL_{ISSUED_RULES}".upper().replace(".", "__")
    )
    [(sheet, ref)] = book.defined_names[name].destinations
    book[sheet][ref.replace("$", "")].value = 8
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(Refused) as caught:
        transfer_file(Source("汇总.xlsx", stream.getvalue), Source("省表.xlsx", regulations), SHELF, Asked())
    assert "SUMMARY-TOTAL" in {each.code for each in caught.value.findings}


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "汇总.json").write_bytes(dump_record(of(**SIX)))
    (tmp_path / "省表.xlsx").write_bytes(regulations())
    return tmp_path


def run(desk: Path, *more: str, stdin: str = "", summary_file: str = "汇总.json") -> tuple[int, str]:
    """Exit code and output; of what is refused the codes."""
    arguments = ["transfer", desk / summary_file, "--into", desk / "省表.xlsx", "-o", desk / "已填.xlsx", *more]
    result = CliRunner().invoke(xltool, ["--lang", "zh", *map(str, arguments)], input=stdin)
    if isinstance(result.exception, Refused):
        return 2, ",".join(finding.code for finding in result.exception.findings)
    return result.exit_code, result.output


def test_without_confirmation_the_mapping_is_shown_and_nothing_is_written(desk: Path) -> None:
    code, said = run(desk)
    assert code == 1, "TRANSFER-UNCONFIRMED"
    assert "B3" in said and "规章" in said and "--confirm-mapping" in said
    assert sorted(each.name for each in desk.iterdir()) == ["汇总.json", "省表.xlsx"]


def test_confirmed_it_is_written_and_the_issued_workbook_stays(desk: Path) -> None:
    before = (desk / "省表.xlsx").read_bytes()
    code, said = run(desk, "--confirm-mapping", "--mapping", str(desk / "对应.json"))
    assert code == 0, said
    assert (desk / "省表.xlsx").read_bytes() == before
    assert openpyxl.load_workbook(desk / "已填.xlsx")["规章"]["D4"].value == 300
    mapping = json.loads((desk / "对应.json").read_text(encoding="utf-8"))
    assert [(each["cell"], each["value"], each["role"]) for each in mapping["cells"]][:2] == [
        ("B3", "3", "fill"),
        ("C3", "1", "fill"),
    ]
    assert run(desk, "--yes")[1] == "WRITE-EXISTS"
    assert run(desk, "--yes", "--force")[0] == 0


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1)])
def test_at_a_terminal_the_person_is_asked(desk: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int) -> None:
    terminal = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True), exit=sys.exit)
    monkeypatch.setattr("xltool.cli.transfer.sys", terminal)
    assert run(desk, stdin=answer)[0] == code
    assert (desk / "已填.xlsx").exists() is (code == 0)


def test_a_total_that_lacks_agencies_is_not_written_though_confirmed(desk: Path) -> None:
    (desk / "汇总.xlsx").write_bytes(summary(missing=True))
    code, said = run(desk, "--yes", summary_file="汇总.xlsx")
    assert code == 1, "TRANSFER-NOT-ALLOWED"
    assert "--allow-partial" in said and not (desk / "已填.xlsx").exists()
    assert run(desk, "--yes", "--allow-partial", summary_file="汇总.xlsx")[0] == 0


def test_nothing_is_written_where_a_cell_reads_back_otherwise(desk: Path) -> None:
    book = openpyxl.load_workbook(desk / "省表.xlsx")
    book["规章"]["B3"].number_format = "yyyy-mm-dd"
    book.save(desk / "省表.xlsx")
    assert run(desk, "--yes") == (2, "TRANSFER-READ-BACK")
    assert sorted(each.name for each in desk.iterdir()) == ["汇总.json", "省表.xlsx"]


def test_findings_make_the_exit_code_1_though_the_rest_is_written(desk: Path) -> None:
    (desk / "省表.xlsx").write_bytes(regulations(C3=9))
    code, said = run(desk, "--yes")
    assert code == 1 and "--replace" in said
    assert openpyxl.load_workbook(desk / "已填.xlsx")["规章"]["C3"].value == 9


# --- bytes -----------------------------------------------------------------------------------------------------------


def streamed(members: Mapping[str, bytes]) -> bytes:
    """A zip written to a pipe: sizes follow the content, in zip64 form where asked for."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = "说明".encode()
        for name, content in members.items():
            with archive.open(name, "w", force_zip64=name.endswith("2")) as stream:
                stream.write(content)
    return bytes(pipe.data)


@given(st.dictionaries(st.sampled_from(["a1", "a2", "b/c1", "表2"]), st.binary(max_size=400), min_size=1), st.data())
def test_a_zip_keeps_all_members_but_those_changed(members: dict[str, bytes], data: st.DataObject) -> None:
    """Whoever wrote it, with sizes before or after the content, of 32 or of 64 bits."""
    packed_ = data.draw(st.sampled_from([streamed(members), write_zip(members.items())]))
    changed = {name: data.draw(st.binary(max_size=400)) for name in members if data.draw(st.booleans())}
    made = with_members(packed_, changed)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {**members, **changed}
        assert archive.comment == zipfile.ZipFile(io.BytesIO(packed_)).comment
    if not changed and b"PK\x06\x06" not in packed_ and packed_ == write_zip(members.items()):
        assert made == packed_


def test_a_member_that_is_not_there_is_no_member() -> None:
    with pytest.raises(KeyError):
        with_members(write_zip([("a", b"")]), {"b": b""})


SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<row r="1"><c r="B1" s="4" t="s"><v>7</v></c></row>', '<row r="1"><c r="B1" s="4"><v>5</v></c></row>'),
        ('<row r="1"><c r="B1" s="4"/></row>', '<row r="1"><c r="B1" s="4"><v>5</v></c></row>'),
        ("<row><c/><c s='1' /></row>", "<row><c/><c s='1'><v>5</v></c></row>"),
        ('<row r="1" spans="1:1"><c r="A1"/></row>', '<row r="1"><c r="A1"/><c r="B1"><v>5</v></c></row>'),
        ('<row r="1"><c r="A1"/><c r="C1"/></row>', '<row r="1"><c r="A1"/><c r="B1"><v>5</v></c><c r="C1"/></row>'),
        ('<row r="1" s="9" customFormat="1"/>', '<row r="1" s="9" customFormat="1"><c r="B1" s="9"><v>5</v></c></row>'),
        (
            '<row r="1"><c r="B1" t="inlineStr" a=">"><is><t>x</t></is><extLst/></c></row>',
            '<row r="1"><c r="B1" a=">"><v>5</v><extLst/></c></row>',
        ),
    ],
)
def test_only_the_cell_changes_in_the_sheet(before: str, after: str) -> None:
    frame = f"<?xml version='1.0'?>\r\n<worksheet {SPACE}><!-- <c r='B1'/> --><sheetData>%s</sheetData><x a='>'/></worksheet>"
    assert edit_sheet((frame % before).encode(), {(0, 1): "5"}, frozenset()).decode() == frame % after


def test_columns_give_new_cells_their_format_and_the_used_area_grows() -> None:
    frame = (
        "<x:worksheet xmlns:x='u'><x:dimension ref='A1'/><x:cols><x:col min='2' max='3' style='6'/></x:cols>"
        "<x:sheetData><x:row r='1'><x:c r='A1'/>%s</x:row></x:sheetData></x:worksheet>"
    )
    made = edit_sheet((frame % "").encode(), {(0, 2): "1.5"}, frozenset()).decode()
    assert made == (frame % '<x:c r="C1" s="6"><x:v>1.5</x:v></x:c>').replace(
        "<x:dimension ref='A1'/>", '<x:dimension ref="A1:C1"/>'
    )


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("SUM(B3:B4)", 15),
        ("SUM(B3:B4,C3,2)+D3", 58),
        ("B3+C3*2", 5),
        ("-(B3-D3)/2", exact(Decimal("18.5"))),
        ("ROUND(D3/7,2)", exact(Decimal("5.71"))),
        ("MAX(B3:D3)-MIN(B3:D3)", 39),
        ("规章!B3+'规章'!$C$3", 4),
        ("SUM(A1:B4)", 15),
        ("ABS(B3-D3)", 37),
        ("B30", 0),
    ],
)
def test_formulas_that_add_are_computed_exactly(formula: str, value: Number) -> None:
    book = open_book(into(regulations(H1=f"={formula}"), of(**SIX)).workbook)
    assert Calculator(book).value(("规章", 0, 7)) == value


@pytest.mark.parametrize(
    "formula",
    [
        "B3&C3",
        "H1+1",
        "VLOOKUP(1,B3:C3,1)",
        "A1+1",
        "B3/C40",
        "SUM(B:B)",
        "[1]表!A1",
        "B3:C4+1",
        "没有的名称+1",
        "IF(B3>1,2,3)",
    ],
)
def test_formulas_beyond_that_are_said_to_be_unread(formula: str) -> None:
    book = open_book(into(regulations(H1=f"={formula}"), of(**SIX)).workbook)
    with pytest.raises(Unclear):
        Calculator(book).value(("规章", 0, 7))


def test_plain_numbers_are_what_is_written() -> None:
    """No exponent, no float noise in the file itself."""
    made = replace(record("220381", {FEES: exact(Decimal("0.1"))}), year=YEAR)
    filled = into(fees("本年收费金额（万元）"), made)
    with zipfile.ZipFile(io.BytesIO(filled.workbook)) as archive:
        assert f"<v>{plain(exact(Decimal('0.1')))}</v>".encode() in archive.read("xl/worksheets/sheet1.xml")
