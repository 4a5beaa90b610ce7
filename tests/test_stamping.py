"""A stamped workbook is the workbook written whole: part for part, byte for byte, whatever is stamped on it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random
from zlib import crc32, decompress

import openpyxl
import pytest
from conftest import Office
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import ERAS, ROOT, SHELF, TEXTS, pick

from xltool.app.forms import generate
from xltool.io.writing.crc import Follower
from xltool.io.writing.plan_limits import WorkbookPlanError
from xltool.io.writing.stamping import Press
from xltool.io.writing.workbook_writer import workbook_parts
from xltool.io.writing.zips import deflated, deflated_start, stored
from xltool.model.finding import Refused
from xltool.model.record import Agency
from xltool.model.roster import Roster, RosterEntry
from xltool.model.stamp import Stamp, stamped
from xltool.model.workbook import Formula, PlanCell, SheetPlan, WorkbookPlan
from xltool.passes.identify import identify
from xltool.plan.fill import fill, unstamped
from xltool.plan.form import Content, FormPlan, Options, Typed
from xltool.plan.meta import seal_of
from xltool.plan.stamps import Stamps

STYLES = SHELF.library.styles
KEY = b"0123456789abcdef"
# Plain ones, those XML and the format escape, those XlsxWriter treats in ways of its own, long ones, and some that
# the workbook itself has in other cells.
CODES = ("220381-SFJ", "0012", "A&B", "A!1", "it's", '"x"', "_x0041_", "(SUM(1))", "UNIQUE(1)", " a", "own", "𠮷-1")
NAMES = (
    "公主岭市司法局", "A&B <公司>", " 前后有空格\u3000", "<r>富文本</r>", "_x005F_x000D_", "_x0041_局", '"引号"局', "封面",
    "国" * 121, "𠮷" * 100, "是", "220381-SFJ", "xlstamp0001x", "=1+1", "#N/A", "national-2021", "制表\t符",
)  # fmt: skip


def parts(data: bytes) -> list[tuple[str, bytes]]:
    """The parts of a file by a reader that has nothing to do with us, checked against their sums."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def press_of(plan: FormPlan, content: Content, *, key: bytes = b"", password: str = "") -> tuple[Press, Stamps]:
    stamps = Stamps(plan, key)
    return Press(unstamped(plan, content, stamps, password=password, sealed=bool(key)), STYLES), stamps


# --- against writing whole ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("era", ERAS)
def test_a_stamped_form_is_the_form_written_whole(era: str) -> None:
    """Every era, in every kind of options, sealed or not, for names and codes of every kind."""
    for number, options in enumerate(
        [
            Options(2023),
            Options(2024, "level", "typed", "en"),
            Options(2024, "area", texts=True, prior=True, extras=extras(era)),
        ]
    ):
        plan, rnd = SHELF.plan(era, options), Random(number)
        content = Content(
            Agency("", "", pick(rnd, (None, "县")), pick(rnd, (None, True, False))), prior=last_year(plan)
        )
        password, key = pick(rnd, ("", "ab12")), pick(rnd, (b"", KEY))
        press, stamps = press_of(plan, content, key=key, password=password)
        for _ in range(3):
            agency = replace(content.agency, code=pick(rnd, CODES), name=pick(rnd, NAMES))
            whole = fill(plan, replace(content, agency=agency), key=key, password=password)
            assert parts(press.write(stamps.of(agency))) == workbook_parts(whole, STYLES)


def extras(era: str) -> frozenset[str]:
    return frozenset(path for path, each in SHELF.era(era).indicators.items() if each.optional)


def last_year(plan: FormPlan) -> dict[str, Typed]:
    return {path.removeprefix("prior."): 3 for path in plan.fields if path.startswith("prior.")}


@pytest.mark.parametrize("name", NAMES)
def test_no_name_and_no_code_is_stamped_otherwise_than_written(name: str) -> None:
    plan = SHELF.plan("jilin-2016", Options(2023))
    press, stamps = press_of(plan, Content())
    for code in (CODES[len(name) % len(CODES)], name[:64]):
        agency = Agency(code, name)
        stamp = stamps.of(agency)
        whole = fill(plan, Content(agency))
        try:
            want = workbook_parts(whole, STYLES)
        except WorkbookPlanError as error:
            with pytest.raises(WorkbookPlanError) as refused:
                press.write(stamp)
            assert refused.value.what == error.what or refused.value.what.startswith("not constant")
        else:
            assert parts(press.write(stamp)) == want


def test_an_anonymous_blank_is_stamped_too() -> None:
    plan = SHELF.plan("national-2021", Options(2023, anonymous=True))
    press, stamps = press_of(plan, Content())
    assert parts(press.write(stamps.of(Agency()))) == workbook_parts(fill(plan, Content()), STYLES)


texts = st.one_of(st.sampled_from(TEXTS), st.text(min_size=1, max_size=40)).filter(
    lambda text: text.encode("utf-8", "replace").decode() == text
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(texts, min_size=7, max_size=7), st.lists(st.sampled_from((0, 1, 2)), min_size=3, max_size=3))
def test_any_stamp_on_any_workbook(found: list[str], same: list[int]) -> None:
    """Texts of cells may be equal to each other and to the workbook's own; what cannot be written is refused alike."""
    cells = [found[index] for index in same]
    workbook = WorkbookPlan(
        (
            SheetPlan("一", (PlanCell(0, 0, found[0]), PlanCell(1, 0), PlanCell(2, 0), PlanCell(3, 0, Formula("A1")))),
            SheetPlan("二", (PlanCell(0, 0), PlanCell(1, 0, "甲"), PlanCell(2, 0, Formula("A2", 5)))),
        ),
        {"XL_a": "'一'!$A$1"},
        {"z": "1"},
    )
    stamp = Stamp(
        {("一", 1, 0): cells[0], ("一", 2, 0): cells[1], ("二", 0, 0): cells[2]},
        {("一", 3, 0): found[3], ("二", 2, 0): found[4]},
        {"XL_META": '"' + found[5].replace('"', '""') + '"'},
        {"a": found[6], "z": "1", "b": found[1]},
    )
    press = Press(workbook, STYLES)
    press.write(Stamp({spot: "x" for spot in stamp.cells}, {spot: "y" for spot in stamp.results}))
    try:
        want = workbook_parts(stamped(workbook, stamp), STYLES)
    except WorkbookPlanError:
        with pytest.raises(WorkbookPlanError):
            press.write(stamp)
    else:
        assert parts(press.write(stamp)) == want


def test_an_empty_stamp_leaves_the_workbook_as_it_is() -> None:
    workbook = WorkbookPlan((SheetPlan("一", (PlanCell(0, 0, "甲"),)),))
    assert parts(Press(workbook, STYLES).write(Stamp())) == workbook_parts(workbook, STYLES)


def test_a_text_too_long_for_its_place_is_refused() -> None:
    workbook = WorkbookPlan((SheetPlan("一", (PlanCell(0, 0), PlanCell(1, 0, Formula("A1")))),))
    for stamp in (
        Stamp(cells={("一", 0, 0): "长" * 32_768}),
        Stamp(results={("一", 1, 0): "长" * 32_768}),
        Stamp(results={("一", 1, 0): "#REF!"}),
        Stamp(properties={"a": "𠮷" * 128}),
        Stamp(names={"XL_META": '"' + "𠮷" * 128 + '"'}),
        Stamp(names={"XL_META": "无引号"}),
    ):
        with pytest.raises(WorkbookPlanError):
            Press(workbook, STYLES).write(stamp)


def test_a_stamp_for_another_workbook_is_refused() -> None:
    workbook = WorkbookPlan((SheetPlan("一", (PlanCell(0, 0),)),))
    with pytest.raises(ValueError, match="another workbook"):
        Press(workbook, STYLES).write(Stamp(cells={("一", 5, 5): "甲"}))


def test_a_workbook_that_contains_a_mark_is_refused() -> None:
    """Its own text would be taken for a place of the stamp."""
    workbook = WorkbookPlan((SheetPlan("一", (PlanCell(0, 0), PlanCell(1, 0, "xlstamp0000x"))),))
    with pytest.raises(WorkbookPlanError, match="mark for stamps"):
        Press(workbook, STYLES)


# --- what is generated -------------------------------------------------------------------------------------------


def entries(*given: tuple[str, str, bool | None]) -> Roster:
    return Roster(tuple(RosterEntry(code, name, rule_making=power, level="县") for code, name, power in given))


def made(roster: Roster) -> dict[str, bytes]:
    return {each.name: each.make() for each in generate(SHELF, "national-2021", Options(2023), roster, key=KEY)}


def test_a_workbook_does_not_depend_on_those_made_before_it() -> None:
    """Nor on the order: a plate made for one agency is the plate of all."""
    given = [("1", "甲", True), ("2", "封面", False), ("3", "乙" * 130, None), ("4", "丙", True), ("5", "5", False)]
    together = made(entries(*given))
    assert together == made(entries(*reversed(given)))
    assert together == {name: data for each in given for name, data in made(entries(each)).items()}


def test_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    """With another order of sets, in another time zone."""
    roster = tmp_path / "名单.csv"
    roster.write_text("代码,全称,规章制定权\n1,甲,是\n2,乙局,否\n3,1,\n", encoding="utf-8")
    found = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai")):
        out = tmp_path / seed
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "xltool", "generate", "national-2021", "--year", "2023"]
        subprocess.run([*command, "--roster", roster, "-o", out], env=environment, check=True)
        found.append({file.name: file.read_bytes() for file in sorted(out.iterdir())})
    assert found[0] == found[1]
    assert len(found[0]) == 3


def test_a_stamped_workbook_says_whose_it_is() -> None:
    """Read back by the same eyes as any return, in every carrier."""
    plan = SHELF.plan("national-2021", Options(2023))
    press, stamps = press_of(plan, Content(), key=KEY)
    book = SHELF.open_book(press.write(stamps.of(Agency("220381-SFJ", "公主岭市司法局"))))
    meta, findings = identify(book, "表.xlsx")
    assert meta is not None
    assert (meta.values["agency_code"], meta.values["agency_name"]) == ("220381-SFJ", "公主岭市司法局")
    assert meta.seal == seal_of(meta.values, KEY)
    assert findings == ()


def test_openpyxl_finds_what_was_planned() -> None:
    """Cell for cell and name for name, by somebody else's reader."""
    plan = SHELF.plan("national-2021", Options(2023))
    press, stamps = press_of(plan, Content())
    agency = Agency("220381-SFJ", "公主岭市 <司法局>")
    whole = fill(plan, Content(agency))
    data = press.write(stamps.of(agency))
    formulas, results = (openpyxl.load_workbook(BytesIO(data), data_only=only) for only in (False, True))
    for sheet in whole.sheets:
        for cell in sheet.cells:
            at = cell.row + 1, cell.col + 1
            value = cell.value
            if isinstance(value, Formula):
                assert formulas[sheet.name].cell(*at).value == "=" + value.text
                shown = results[sheet.name].cell(*at).value
                assert ("" if shown is None else shown) == value.cached
            else:
                assert formulas[sheet.name].cell(*at).value == value
    assert {name: each.attr_text for name, each in formulas.defined_names.items()} == dict(whole.names)
    assert {each.name: each.value for each in formulas.custom_doc_props.props} == dict(whole.properties)


def test_an_office_suite_opens_what_was_stamped(soffice: Office, tmp_path: Path) -> None:
    """A deflate stream set together from pieces is an ordinary one."""
    plan = SHELF.plan("national-2021", Options(2023))
    press, stamps = press_of(plan, Content(), key=KEY)
    file = tmp_path / "表.xlsx"
    file.write_bytes(press.write(stamps.of(Agency("220381-SFJ", "公主岭市司法局 & <A>"))))
    (again,) = soffice.convert([file], "xlsx", tmp_path / "again")
    book = openpyxl.load_workbook(again, data_only=True)
    assert book.worksheets[0]["B6"].value == "公主岭市司法局 & <A>"
    assert book.worksheets[1]["A2"].value.endswith("公主岭市司法局 & <A>")


def test_last_years_figures_are_stamped_the_same_way() -> None:
    """Each workbook is one of its own then, and still goes through the one path."""
    plan = SHELF.plan("national-2021", Options(2024, prior=True))
    content = Content(Agency(rule_making=True), prior=last_year(plan))
    press, stamps = press_of(plan, content)
    agency = Agency("1", "甲", None, True)
    assert parts(press.write(stamps.of(agency))) == workbook_parts(fill(plan, replace(content, agency=agency)), STYLES)


def test_an_unfit_password_is_refused_before_anything_is_made() -> None:
    with pytest.raises(Refused):
        generate(SHELF, "national-2021", Options(2023), None, password="密码")


# --- sums and streams --------------------------------------------------------------------------------------------


@given(st.binary(max_size=2000), st.binary(max_size=2000), st.integers(0, 2000))
def test_a_follower_knows_the_sum_of_what_it_follows(before: bytes, content: bytes, more: int) -> None:
    content = content + bytes(more)
    assert Follower(content).crc(crc32(before)) == crc32(before + content)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.binary(max_size=300))
def test_pieces_set_together_inflate_to_the_whole(pieces: list[bytes], last: bytes) -> None:
    stream = b"".join(deflated_start(piece) + stored(piece) for piece in pieces) + deflated(last)
    assert decompress(stream, -15) == b"".join(piece * 2 for piece in pieces) + last


def test_more_than_a_block_holds_is_stored_in_several() -> None:
    content = Random(1).randbytes(200_000)
    assert decompress(stored(content) + deflated(b"end"), -15) == content + b"end"
