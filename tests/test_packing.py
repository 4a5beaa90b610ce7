"""Return packs: an agency gets back what it sent, unchanged, with every finding where it is, and a letter of one page."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random

import docx
import openpyxl
import pytest
from campaigns import ERA, ODD, ROSTER, RULES, SHELF, WRONG, make_campaign, record, take
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from strategies import content, plan_of

from xltool.app.campaigns.packing import Letter, Pack, as_given, distinct, needs_pack, pack_files, pack_return
from xltool.app.campaigns.reviewing import decide
from xltool.app.campaigns.sending import pack_campaign
from xltool.app.forms import fill_record
from xltool.app.returns.opening import Opened, open_form
from xltool.app.returns.validating import validate_file
from xltool.cli.main import xltool
from xltool.io.inputs import Source
from xltool.io.records import parse_json, record_from
from xltool.model.book import Cell
from xltool.model.letter import fits
from xltool.model.place import a1
from xltool.model.record import Agency
from xltool.model.returned import Returned
from xltool.passes.identify import Expected
from xltool.plan.content import TotalsChoice
from xltool.plan.fill import fill
from xltool.plan.form import Content
from xltool.report.letter import letter_parts

LETTER = Letter("示例市政务公开办公室", "2024-01-15", "1月20日17:00")
LIST = "退回清单"
PERSON = "applications.natural_person."
FIRM = "applications.commercial_enterprise."


# --- making returns and packs ------------------------------------------------------------------------------------


@cache
def workbook(data: bytes, totals: TotalsChoice = "typed") -> bytes:
    """A return of `campaigns` as the workbook an agency sends."""
    made, _ = record_from(parse_json(data), SHELF.era(ERA))
    made = replace(made, agency=replace(made.agency, rule_making=False))
    return fill_record(made, SHELF, totals, "zh")[0]


def edited(data: bytes, edit: Callable[[Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def set_cell(book: Workbook, name: str, value: object, number_format: str = "") -> None:
    """What stands in the cell that has a defined name."""
    sheet, _, cell = book.defined_names[name].attr_text.rpartition("!")
    found = book[sheet.strip("'")][cell.replace("$", "")]
    found.value = value
    found.number_format = number_format or found.number_format


def named(path: str) -> str:
    return "XL_" + path.replace(".", "__")


@cache
def judged(data: bytes) -> Returned:
    return validate_file(Source("return.xlsx", lambda: data), SHELF, Expected())


@cache
def pack(data: bytes, letter: Letter = LETTER) -> Pack:
    return pack_return(Source("return.xlsx", lambda: data), judged(data), SHELF, letter)


def opened(data: bytes) -> Opened:
    found = open_form(data, "return.xlsx", SHELF)
    assert isinstance(found, Opened)
    return found


def cells(data: bytes) -> dict[str, object]:
    """What stands in every input of a form, the submission number aside."""
    located = opened(data).located.cells
    return {path: cell.value for path, cell in located.items() if path != "submission" and cell.value is not None}


FAULTY = workbook(record("X-SFJ", 1, {**WRONG, **ODD}, filler="张三"))


# --- nothing is altered ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("totals", ["typed", "computed"])
@pytest.mark.parametrize("era", SHELF.library.era_folders)
@settings(max_examples=3)
@given(st.data())
def test_every_input_is_given_back_as_it_stood(era: str, totals: str, data: st.DataObject) -> None:
    """Numbers of any size, texts in any shape, blanks, declarations and explanations, cell by cell."""
    plan = plan_of(era, totals=totals)
    filled = content(Random(data.draw(st.integers(0, 2**32))), plan)
    sent = SHELF.write(fill(plan, filled))
    back = pack(sent).outputs[0].data
    assert cells(back) == cells(sent)


def test_the_pack_reads_to_the_same_record_one_submission_later() -> None:
    """Figures, marks, texts and findings are those of the return; only 报送次数 is one higher."""
    first, again = judged(FAULTY), judged(pack(FAULTY).outputs[0].data)
    assert first.record is not None and again.record is not None
    assert (first.record.submission, again.record.submission) == (1, 2)
    for what in ("era", "year", "scope", "agency", "values", "marks", "cover", "text", "explanations"):
        assert getattr(again.record, what) == getattr(first.record, what), what
    assert {(each.code, each.paths) for each in again.findings} == {(each.code, each.paths) for each in first.findings}


ODDITIES: dict[str, tuple[object, str]] = {
    "one hundred per cent is not 1": (1.0, "0%"),
    "a percentage": (0.15, "0.00%"),
    "a date": (datetime(2024, 1, 5), "yyyy-mm-dd"),
    "a formula": ("=1+2", ""),
    "true is not 1": (True, ""),
    "an error": ("#REF!", ""),
    "more digits than a number holds": (1234567890123456789, ""),
    "a fraction": (2.5, ""),
    "a word": ("约十件", ""),
    "a number as text, full width": (" １２件 ", "@"),
}


@pytest.mark.parametrize("case", ODDITIES)
def test_what_is_no_number_does_not_become_one(case: str) -> None:
    """A cell that was not read is not read in the pack either, and one that was reads as the same number."""
    value, form = ODDITIES[case]
    sent = edited(FAULTY, lambda book: set_cell(book, named(f"{PERSON}granted"), value, form))
    first, again = judged(sent).record, judged(pack(sent).outputs[0].data).record
    assert first is not None and again is not None
    assert again.values == first.values
    assert again.marks.keys() == first.marks.keys()


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (datetime(2024, 1, 5), "yyyy-mm-dd", "2024-01-05"),
        ("=1+2", "", "=1+2"),
        (0.15, "0.00%", "15%"),
        ("约十件", "", "约十件"),
        (" １２件 ", "@", " １２件 "),
    ],
)
def test_odd_contents_stand_in_their_cell_as_text(value: object, form: str, shown: str) -> None:
    """A date as it is shown, a formula as its text: a person sees what was typed, and nothing is computed."""
    sent = edited(FAULTY, lambda book: set_cell(book, named(f"{PERSON}granted"), value, form))
    cell = opened(pack(sent).outputs[0].data).located.cells[f"{PERSON}granted"]
    assert cell.formula is None and cell.value == shown


@pytest.mark.parametrize("answer", ["是", "否", "对，都是零"])
def test_what_was_answered_about_blanks_is_kept(answer: str) -> None:
    sent = edited(FAULTY, lambda book: set_cell(book, "XL_declared__T2", answer))
    assert opened(pack(sent).outputs[0].data).located.cells["declared.T2"].value == answer


def test_last_years_figures_stay_in_the_workbook() -> None:
    """The checks against last year give the same in the pack."""
    plan = plan_of("national-2021", prior=True, totals="typed")
    path = next(name for name in plan.fields if name.startswith("prior.")).removeprefix("prior.")
    sent = SHELF.write(fill(plan, Content(agency=Agency("1", "甲局"), prior={path: 7})))
    assert judged(pack(sent).outputs[0].data).prior == judged(sent).prior
    assert cells(pack(sent).outputs[0].data)[f"prior.{path}"] == 7


def test_a_text_no_workbook_can_hold_does_not_stop_the_pack() -> None:
    """Control characters, and more letters than a cell has room for."""
    plan = plan_of(ERA, totals="typed", texts=True)
    for text in ("甲\x07乙", "长" * 40_000, "😀" * 20_000):
        found = opened(SHELF.write(fill(plan, Content(agency=Agency("1", "甲局")))))
        odd = {path: Cell(text) for path in ("cover.filler", "text.overview", f"{PERSON}new")}
        located = replace(found.located, cells={**found.located.cells, **odd})
        SHELF.write(fill(plan, as_given(replace(found, located=located), Agency("1", text), 2)))


def test_a_sealed_workbook_keeps_its_seal() -> None:
    key = b"0123456789abcdef0123456789abcdef"
    plan = plan_of(ERA, totals="typed")
    sent = SHELF.write(fill(plan, Content(agency=Agency("1", "甲局")), key=key))
    back = pack(sent).outputs[0].data
    found = validate_file(Source("a.xlsx", lambda: back), SHELF, Expected(key=key))
    assert not [each.code for each in found.findings if "SEAL" in each.code] and found.record is not None


# --- findings where they are -------------------------------------------------------------------------------------


def test_the_first_sheet_lists_every_open_finding_with_a_link_to_its_cell() -> None:
    """The text of each line is that of the report; its link leads to a cell of the form."""
    book = openpyxl.load_workbook(io.BytesIO(pack(FAULTY).outputs[0].data))
    assert book.sheetnames[0] == LIST and book.active is not None and book.active.title == LIST
    rows = [row for row in book[LIST].iter_rows(min_row=5) if row[0].value is not None]
    open_ = [each for each in judged(FAULTY).findings if each.severity != "notice"]
    assert len(rows) == len(open_) > 1
    assert {row[1].value for row in rows} == {"强制", "核实"}
    for row in rows:
        assert row[2].hyperlink is not None and row[3].value.startswith("【")
        sheet, _, cell = row[2].hyperlink.location.rpartition("!")
        assert book[sheet.strip("'")][cell] is not None
        assert row[2].value == f"{sheet.strip(chr(39))} {cell}"


def test_every_finding_is_marked_in_the_cells_it_is_about() -> None:
    """Colour on all of them, a comment with rule and difference on the first."""
    before = openpyxl.load_workbook(io.BytesIO(FAULTY))
    after = openpyxl.load_workbook(io.BytesIO(pack(FAULTY).outputs[0].data))
    plan = plan_of(ERA, totals="typed")
    for finding in judged(FAULTY).findings:
        for number, path in enumerate(finding.paths):
            sheet, row, col = plan.figures[path]
            old, new = before[sheet][a1(row, col)], after[sheet][a1(row, col)]
            assert new.fill.fgColor.rgb != old.fill.fgColor.rgb, path
            if number == 0:
                assert new.comment is not None and "【" in new.comment.text
    total = after["表三"][a1(*plan.figures["applications.total.handled"][1:])]
    assert total.comment is not None and "相差1" in total.comment.text


def test_cells_without_findings_look_as_before() -> None:
    before = openpyxl.load_workbook(io.BytesIO(FAULTY))
    after = openpyxl.load_workbook(io.BytesIO(pack(FAULTY).outputs[0].data))
    plan = plan_of(ERA, totals="typed")
    concerned = {plan.figures[path] for each in judged(FAULTY).findings for path in each.paths}
    for sheet, row, col in set(plan.figures.values()) - concerned:
        old, new = before[sheet][a1(row, col)], after[sheet][a1(row, col)]
        assert new.fill.fgColor.rgb == old.fill.fgColor.rgb and new.comment is None


def test_an_input_stays_open_and_the_rest_locked() -> None:
    """A marked cell can be corrected in the pack."""
    after = openpyxl.load_workbook(io.BytesIO(pack(FAULTY).outputs[0].data))
    plan = plan_of(ERA, totals="typed")
    for path in ("applications.total.handled", RULES):
        sheet, row, col = plan.figures[path]
        assert not after[sheet][a1(row, col)].protection.locked and after[sheet].protection.sheet


def test_corrected_in_the_pack_it_passes() -> None:
    """The agency types the right figure and its explanation into the pack, and sends that back."""

    def correct(book: Workbook) -> None:
        set_cell(book, named("applications.total.handled"), 19)
        set_cell(book, named(RULES), 0)

    found = judged(edited(pack(FAULTY).outputs[0].data, correct))
    assert found.record is not None and found.record.submission == 2
    assert not needs_pack(found)


# --- the letter --------------------------------------------------------------------------------------------------


def lines_of(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]


def test_the_letter_says_what_such_letters_say() -> None:
    """Who, which return, how many findings of each kind, by when, what to do, and that nothing was altered."""
    returned = judged(FAULTY)
    errors = sum(each.severity == "error" for each in returned.findings)
    said = lines_of(pack(FAULTY).outputs[-1].data)
    assert said[0] == "退回通知" and said[2] == "示例市司法局："
    assert said[3] == (
        f"你单位第1次报送的2023年度年报统计表，有强制性问题{errors}项、核实性问题1项，现予退回。"
        "请于1月20日17:00前更正；数据属实的，在“校验”表填写核实说明。经负责人签字、加盖公章后重新报送。"
    )
    assert said[4] == "我们未改动你单位任何数据。"
    assert said[-2:] == ["示例市政务公开办公室", "2024年1月15日"]


def test_without_something_to_explain_the_letter_asks_for_no_explanation() -> None:
    said = "\n".join(lines_of(pack(workbook(record("X-SFJ", 3, WRONG)), Letter("", "2024-02-01")).outputs[-1].data))
    assert "核实" not in said and "第3次" in said and "请尽快更正" in said


@given(st.lists(st.integers(1, 400), max_size=300), st.integers(0, 60))
def test_a_letter_never_needs_a_second_page(lengths: list[int], office: int) -> None:
    """What has no room is counted, none of it goes unsaid."""
    made, _ = record_from(parse_json(record("X-SFJ")), SHELF.era(ERA))
    lines = ["字" * length for length in lengths]
    counts = {"error": len(lines), "explain": 7}
    letter = letter_parts(made, counts, lines, SHELF.library.words, "办" * office, "2024-01-15", "1月20日17:00")
    assert fits(letter)
    shown = len(letter.items) - 1 if len(letter.items) < len(lines) else len(lines)
    assert len(letter.items) == len(lines) or f"其余{len(lines) - shown}项" in letter.items[-1]


def test_the_same_return_gives_the_same_bytes() -> None:
    first, again = pack(FAULTY), pack.__wrapped__(FAULTY)
    assert [(each.name, each.data) for each in first.outputs] == [(each.name, each.data) for each in again.outputs]


# --- who gets one ------------------------------------------------------------------------------------------------


def test_a_clean_return_gets_none() -> None:
    assert not needs_pack(judged(workbook(record("X-SFJ"))))


def test_a_return_that_could_not_be_read_gets_none() -> None:
    assert not needs_pack(validate_file(Source("a.xlsx", lambda: b"no workbook"), SHELF, Expected()))


def test_a_return_whose_findings_are_all_explained_gets_none() -> None:
    assert needs_pack(judged(workbook(record("X-SFJ", 1, ODD))))
    assert not needs_pack(judged(workbook(record("X-SFJ", 1, ODD, explained="省里授权"))))


def test_what_is_explained_is_not_asked_for_again() -> None:
    """Errors beside an explained finding: the letter counts and lists the errors alone."""
    made = pack(workbook(record("X-SFJ", 1, {**WRONG, **ODD}, explained="省里授权")))
    said = "\n".join(lines_of(made.outputs[-1].data))
    assert "核实性问题" not in said and "省里授权" not in said


def test_a_rejected_explanation_is_sent_back(tmp_path: Path) -> None:
    """In a campaign the desk's decision counts."""
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"a.xlsx": workbook(record("X-SFJ", 1, ODD, explained="省里授权"))})
    assert not list(pack_campaign(campaign, SHELF, LETTER))
    with campaign.ledger() as ledger:
        name = ledger.answers()[0].name
    decide(campaign, SHELF, "X-SFJ", [name], "rejected", "没有授权文件", "2024-01-16")
    (made,) = pack_campaign(campaign, SHELF, LETTER)
    assert "核实性问题1项" in "".join(lines_of(made.outputs[-1].data))


def test_a_record_in_json_gets_a_letter_alone() -> None:
    (made,) = pack_files([Source("a.json", lambda: record("X-SFJ", 1, WRONG))], SHELF, LETTER)
    assert [each.name for each in made.outputs] == ["退回通知_X-SFJ_示例市司法局_第1次.docx"]


def test_two_returns_of_one_name_give_two_packs() -> None:
    """None replaces the other."""
    twice = [Source(f"{n}.json", lambda n=n: record("X-SFJ", 1, {**WRONG, RULES: n})) for n in (2, 3)]  # type: ignore[misc]
    names = [each.name for made in distinct(pack_files(twice, SHELF, LETTER)) for each in made.outputs]
    assert len(set(names)) == 2


# --- the command -------------------------------------------------------------------------------------------------


def test_packs_are_chinese_whatever_the_terminal_speaks(tmp_path: Path) -> None:
    """The same bytes in both languages."""
    (tmp_path / "a.xlsx").write_bytes(FAULTY)
    for lang in ("zh", "en"):
        arguments = [
            "--lang",
            lang,
            "pack",
            str(tmp_path / "a.xlsx"),
            "-o",
            str(tmp_path / lang),
            "--as-of",
            "2024-01-15",
        ]
        run = CliRunner().invoke(xltool, arguments)
        assert run.exit_code == 0, run.output
    made = sorted((tmp_path / "zh").iterdir())
    assert [path.name[:3] for path in made] == ["退回_", "退回通"]
    for path in made:
        assert path.read_bytes() == (tmp_path / "en" / path.name).read_bytes()


def test_packing_again_changes_nothing_and_replaces_nothing_else(tmp_path: Path) -> None:
    """The same pack is left alone; another one of its name is refused without --force, and nothing is written."""
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "a.xlsx").write_bytes(FAULTY)
    base = ["pack", str(tmp_path / "a.xlsx"), "-o", str(tmp_path / "packs"), "--as-of"]
    assert CliRunner().invoke(xltool, [*base, "2024-01-15"]).exit_code == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "packs").iterdir()}
    assert CliRunner().invoke(xltool, [*base, "2024-01-15"]).exit_code == 0
    assert CliRunner().invoke(xltool, [*base, "2024-01-16"]).exit_code != 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "packs").iterdir()} == first
