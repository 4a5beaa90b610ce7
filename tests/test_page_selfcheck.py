"""The self-check page in Chromium: every control does what it says, and what it saves is judged like a workbook."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from campaigns import SHELF as QUICK
from campaigns import make_campaign, states, take
from campaigns import record as campaign_record
from click.testing import CliRunner
from selfcheck_pages import opened, page_of
from strategies import ERAS, chance, number, pick, plan_of

from xltool.app.returns.validating import validate_file
from xltool.cli.main import xltool
from xltool.io.inputs import Source
from xltool.io.records import dump_record, parse_json, record_from
from xltool.model.era import Indicator
from xltool.model.record import Agency
from xltool.model.returned import Returned
from xltool.model.roster import Roster, RosterEntry
from xltool.passes.identify import Expected
from xltool.plan.fill import fill
from xltool.plan.form import Content, FormPlan

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

Test = TypeVar("Test", bound=Callable[..., None])
COVERED: set[str] = set()
NEW = "applications.natural_person.new"
IN = "applications.natural_person.carried_in"
OUT = "applications.natural_person.carried_out"
GRANTED = "applications.natural_person.granted"
BALANCE = "N21-T3-BALANCE@applications.natural_person"
AGENCY = Agency("X-SFJ", "示例市司法局", "部门", False)
HOSTILE = "</script><img src=x onerror=document.title='x'><b>\u202e"


def covers(*controls: str) -> Callable[[Test], Test]:
    """The controls a test exercises."""
    COVERED.update(controls)
    return lambda test: test


@pytest.fixture
def page(chromium: Browser, tmp_path: Path) -> Page:
    """The page of 2023's form for nobody in particular."""
    return opened(chromium, tmp_path, page_of(plan_of("national-2021", anonymous=True)))


def control(name: str) -> str:
    return f'[data-control="{name}"]'


def figure(path: str) -> str:
    return f'[data-figure="{path}"]'


def verdict(page: Page, name: str) -> str:
    return page.locator(f'tr[data-check="{name}"] [data-kind="verdict"]').inner_text()


def headline(page: Page) -> str:
    return page.locator("#bar .headline").inner_text()


def notes(page: Page) -> str:
    return page.locator("#notes").inner_text()


def code(page: Page) -> str:
    return page.locator("#cover .code").inner_text()


def paste(page: Page, path: str, text: str) -> None:
    page.locator(figure(path)).evaluate(
        """(field, text) => {
          field.focus();
          const data = new DataTransfer();
          data.setData("text/plain", text);
          field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def enter(page: Page, values: dict[str, str]) -> None:
    """Figures entered as if typed, all at once."""
    page.evaluate(
        """values => {
          for (const [path, text] of Object.entries(values)) {
            const field = document.querySelector(`[data-figure="${path}"]`);
            field.value = text;
            field.dispatchEvent(new Event("input", {bubbles: true}));
          }
        }""",
        values,
    )


def saved(page: Page) -> tuple[str, bytes]:
    """Name and bytes of what the button saves."""
    with page.expect_download() as caught:
        page.click(control("save"))
    return caught.value.suggested_filename, Path(caught.value.path()).read_bytes()


def _upload(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/json", "buffer": data}


def judged(name: str, data: bytes, roster: Roster | None = None, **expected: Any) -> Returned:
    return validate_file(Source(name, lambda: data), QUICK, Expected(**expected), roster)


def said(returned: Returned) -> list[tuple[object, ...]]:
    """What a file's findings say, but for where in the file."""
    return sorted(
        (each.code, each.severity, each.paths, str(sorted(each.args.items(), key=str)), each.instance)
        for each in returned.findings
    )


# --- every control -----------------------------------------------------------------------------------------------


def test_every_control_is_exercised(chromium: Browser, tmp_path: Path) -> None:
    """Whatever can be clicked, chosen or typed into has a name, and some test here is about it."""
    found = set()
    for era in ("national-2021", "jilin-2013"):
        page = opened(chromium, tmp_path, page_of(plan_of(era, anonymous=True, prior=True)))
        page.fill(control("submission"), "x")
        page.click(control("save"))  # which is refused with a note, and that has a control too
        found |= set(
            page.eval_on_selector_all(
                "button, input, select, textarea, a[href], summary, [tabindex='0'], [contenteditable]",
                "all => all.map(each => each.dataset.control ?? each.outerHTML)",
            )
        )
    assert found - COVERED == set()
    assert COVERED - found == set()


@covers("figure")
def test_typing_shows_totals_and_verdicts_at_once(page: Page) -> None:
    """新收＋上年结转＝总计＋结转下年: open while something is missing, wrong, then right; the total counts itself."""
    assert headline(page) == "审核未通过：强制0项，待核实0项，未填166格，请勿盖章报送"
    assert verdict(page, BALANCE) == "未填全"
    page.locator(control("declared")).nth(1).select_option("yes")
    for path, text in ((NEW, "12"), (IN, "３"), (GRANTED, "1,4"), (OUT, "1")):
        page.fill(figure(path), text)
    assert verdict(page, BALANCE) == "未填全"  # "1,4" is no number
    assert page.locator(figure(GRANTED)).get_attribute("aria-invalid") == "true"
    page.focus(figure(GRANTED))
    assert "“1,4”" in page.inner_text("#hint")
    page.fill(figure(GRANTED), "13")
    row = page.locator(f'tr[data-check="{BALANCE}"]')
    assert [row.locator(f'[data-kind="{side}"]').inner_text() for side in ("verdict", "left", "right", "difference")] == [
        "不通过", "15", "14", "1",
    ]  # fmt: skip
    assert page.locator('[data-path="applications.natural_person.handled"]').inner_text() == "13"
    assert page.locator(".beside", has_text="差1").count() == 2
    page.fill(figure(GRANTED), "14")
    assert verdict(page, BALANCE) == "通过"
    assert page.problems == []  # type: ignore[attr-defined]


def test_a_figure_tells_how_it_was_read(page: Page) -> None:
    for text, told in (
        ("１，２３４", "读作 1234"),
        ("12件", "单位"),
        ("约5", "约5"),
        ("/", "不适用"),
        ("45658", "2025-01-01"),
    ):
        page.fill(figure(NEW), text)
        assert told in page.inner_text("#hint")
    page.fill(figure(NEW), "5")
    assert "读作" not in page.inner_text("#hint")


def test_keys_move_between_cells(page: Page) -> None:
    """Arrows and Enter go to the neighbour in the column or row, left and right only from the edge of the text."""
    page.focus(figure(NEW))
    for key, path in (
        ("ArrowDown", IN), ("Enter", GRANTED), ("ArrowUp", IN), ("Shift+Enter", NEW),
        ("ArrowRight", "applications.commercial_enterprise.new"), ("ArrowLeft", NEW), ("Tab", "applications.commercial_enterprise.new"),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.dataset.figure") == path
    page.fill(figure(NEW), "123")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.figure") == NEW


@covers("declared")
def test_blanks_are_zero_only_where_the_agency_says_so(page: Page) -> None:
    declared = page.locator(control("declared"))
    declared.nth(0).select_option("yes")
    assert "未填156格" in headline(page)
    assert page.locator(figure("disclosure.fees.amount")).get_attribute("placeholder") == "0"
    declared.nth(0).select_option("no")
    assert "未填166格" in headline(page)
    declared.nth(0).select_option("yes")
    tree = json.loads(saved(page)[1])
    assert tree["marks"]["disclosure.fees.amount"] == {"kind": "declared_zero", "raw": ""}
    assert tree["data"]["disclosure"]["fees"]["amount"] == 0
    assert tree["data"]["applications"]["natural_person"]["new"] is None


@covers("submission", "cover.filler", "cover.reviewer", "cover.phone", "cover.date", "agency.code", "agency.name",
        "texts", "text.overview", "text.problems", "text.other", "save", "close")  # fmt: skip
def test_cover_agency_and_texts_are_saved(page: Page) -> None:
    """And the file has the name a workbook would have; a bad submission number keeps it from being saved."""
    page.fill(control("submission"), "0")
    page.click(control("save"))
    assert "报送次数" in notes(page)
    page.click(control("close"))
    assert notes(page) == ""
    page.fill(control("submission"), "3")
    entered = {"agency.code": " X-SFJ ", "agency.name": "示例市/司法局"}
    entered |= {f"cover.{name}": f"{name}<b>" for name in ("filler", "reviewer", "phone", "date")}
    page.click(control("texts"))
    entered |= {f"text.{name}": f"{name}\n二行" for name in ("overview", "problems", "other")}
    for name, text in entered.items():
        page.fill(control(name), text)
    name, data = saved(page)
    assert name == "2023年报_X-SFJ_示例市／司法局_第3次.json"
    tree = json.loads(data)
    assert (tree["submission"], tree["agency"]) == (3, {"code": "X-SFJ", "name": "示例市/司法局"})
    assert tree["cover"]["phone"] == "phone<b>"
    assert tree["text"] == {name: f"{name}\n二行" for name in ("overview", "problems", "other")}
    assert name in notes(page)
    assert code(page) in notes(page)


@covers("explanation")
def test_an_explanation_is_asked_for_and_saved(chromium: Browser, tmp_path: Path) -> None:
    """A body without rule-making power that reports a rule: to explain, then explained."""
    page = opened(chromium, tmp_path, page_of(plan_of("national-2021"), AGENCY))
    name = "N21-T2-RULE-MAKING@disclosure.rules.issued"
    page.fill(figure("disclosure.rules.issued"), "1")
    assert verdict(page, name) == "待核实"
    page.fill(f'{control("explanation")}[data-check="{name}"]', "联合发布，\u0007由我局牵头")
    assert verdict(page, name) == "已说明"
    assert "控制字符" in notes(page)
    tree = json.loads(saved(page)[1])
    check, _, place = name.partition("@")
    assert tree["explanations"] == [{"check": check, "place": place, "text": "联合发布，由我局牵头"}]
    assert tree["agency"] == {"code": "X-SFJ", "name": "示例市司法局", "level": "部门", "rule_making": False}


@covers("only_open", "go")
def test_open_checks_can_be_seen_alone_and_found(page: Page) -> None:
    rows = page.locator("tr[data-check]:visible")
    every = rows.count()
    page.check(control("only_open"))
    assert 0 < rows.count() < every
    assert "通过" not in [
        page.locator("tr[data-check]:visible .verdict").nth(at).inner_text() for at in range(rows.count())
    ]
    page.click(f'tr[data-check="{BALANCE}"] {control("go")}')
    assert page.evaluate("document.activeElement.dataset.figure") == NEW
    assert page.locator(".pointed").count() == 4
    page.fill(figure(OUT), "x")
    page.click(f'tr[data-check="format:T3"] {control("go")}')
    assert page.evaluate("document.activeElement.dataset.figure") == OUT
    page.uncheck(control("only_open"))
    assert rows.count() == every


@covers("lang")
def test_the_language_changes_and_the_entries_stay(page: Page) -> None:
    page.fill(figure(NEW), "7")
    page.fill(control("cover.filler"), "张三")
    before = code(page)
    page.click('[data-lang="en"]')
    assert headline(page).startswith("Not yet passed")
    assert page.inner_text(control("save")) == "Save data"
    assert (page.input_value(figure(NEW)), page.input_value(control("cover.filler")), code(page)) == (
        "7",
        "张三",
        before,
    )
    assert "审核" not in page.inner_text("#checks")
    page.click('[data-lang="zh"]')
    assert headline(page).startswith("审核未通过")


@covers("section", "guide", "prior")
def test_every_part_can_be_reached(chromium: Browser, tmp_path: Path) -> None:
    """Links lead to each part; the instructions and last year's figures unfold, and checks look back at these."""
    plan = plan_of("national-2021", prior=True)
    page = opened(chromium, tmp_path, page_of(plan, AGENCY, {"applications.natural_person.carried_out": 5}))
    for link in page.locator(control("section")).all():
        assert page.locator(link.get_attribute("href") or "").count() == 1
        link.click()
    page.click(control("guide"))
    assert page.get_by_text("空格表示未填，不等于0").is_visible()
    page.click(control("prior"))
    assert page.locator("#prior td.total", has_text="5").is_visible()
    page.fill(figure(IN), "4")
    assert verdict(page, "N21-T3-CARRIED-PRIOR@applications.natural_person") == "待核实"
    assert verdict(page, "N21-T3-CARRIED-PRIOR@applications.total") == "无上年数"


@covers("undo", "clear")
def test_clearing_asks_first_and_can_be_undone(page: Page) -> None:
    page.fill(figure(NEW), "7")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click(control("clear"))
    assert page.input_value(figure(NEW)) == "7"
    page.once("dialog", lambda dialog: dialog.accept())
    page.click(control("clear"))
    assert page.input_value(figure(NEW)) == ""
    page.click(control("undo"))
    assert page.input_value(figure(NEW)) == "7"
    assert page.is_disabled(control("undo"))


# --- pasting -----------------------------------------------------------------------------------------------------


def test_a_block_fills_the_rectangle(page: Page) -> None:
    """From the focused cell on; what stood there goes, pasted totals are compared with the computed ones."""
    page.fill(figure("applications.commercial_enterprise.carried_in"), "9")
    paste(page, NEW, "1\t2\t3\t4\t5\t6\t22\r\n１，０００\t\t0\t0\t0\t0\t1000\r\n")
    assert [
        page.input_value(figure(f"applications.{who}.new"))
        for who in ("natural_person", "commercial_enterprise", "other_organisation")
    ] == ["1", "2", "6"]
    assert page.input_value(figure("applications.commercial_enterprise.carried_in")) == ""
    assert page.locator('[data-path="applications.total.new"]').inner_text() == "21"
    assert "粘贴22，计算21" in notes(page)
    assert "已粘贴12格" in notes(page)
    page.click(control("undo"))
    assert page.input_value(figure("applications.commercial_enterprise.carried_in")) == "9"


def test_a_block_that_does_not_fit_changes_nothing(page: Page) -> None:
    """Too wide, too long, or with blanks that leave open which merged column is meant."""
    for text, told in (
        ("1\t2\t3\t4\t5\t6\t7\t8", "超出表格"), ("\n".join(["1"] * 40), "超出表格"), ("1\t" * 200, "太多"),
    ):  # fmt: skip
        paste(page, NEW, text)
        assert told in notes(page)
        assert page.input_value(figure(NEW)) == ""
    assert page.is_disabled(control("undo"))


def test_merged_columns_are_met_by_either_way_of_copying(chromium: Browser, tmp_path: Path) -> None:
    """A source with merged cells has blanks between its figures, another none; where both fit, nothing is guessed."""
    page = opened(chromium, tmp_path, page_of(plan_of("national-2021")))
    place = "([rows, cells]) => { const found = pasted.place(rows, cells, 0, 2); return found.refused ?? found.targets.filter(t => t.text).map(t => t.cell.col); }"
    cells = [{"row": 0, "col": col} for col in (2, 4, 6)]
    for texts, due in (
        (["1", "", "2", "", "3"], [2, 4, 6]),
        (["1", "2", "3"], [2, 4, 6]),
        (["1", "", "3"], "page_paste_unclear"),
        (["1", "2", "3", "4"], "page_paste_outside"),
    ):
        assert page.evaluate(place, [[texts], cells]) == due


def test_hostile_text_stays_text(page: Page) -> None:
    """Wherever it comes from: pasted, typed, or in a file and its name."""
    paste(page, NEW, f"{HOSTILE}\t{HOSTILE}")
    page.fill(control("agency.name"), HOSTILE)
    name, data = saved(page)
    page.set_input_files(control("file"), _upload(f"{HOSTILE}.json", data))
    page.wait_for_selector("#notes p")
    other = json.dumps({"era": HOSTILE, "year": 2023}).encode()
    page.set_input_files(control("file"), _upload("x.json", other))
    page.wait_for_selector("#notes p.bad")
    assert HOSTILE.replace("\u202e", "") in notes(page).replace("\u202e", "")
    assert page.locator("img, #form b >> text=onerror").count() == 0
    assert page.title() != "x"
    assert not set(name) & set('<>:"/\\|?*')
    assert json.loads(data)["marks"][NEW]["kind"] == "unreadable"
    assert page.problems == []  # type: ignore[attr-defined]


# --- saving and loading ------------------------------------------------------------------------------------------


def entries(rnd: Random, plan: FormPlan) -> Content:
    """What somebody enters: numbers as the form wants them, blanks, now and then something unreadable."""
    typed: dict[str, Any] = {}
    for path in plan.figures:
        indicator = plan.era.indicators[path]
        if path in plan.fields and not chance(rnd, 10):
            value = number(rnd, indicator, small=True) if chance(rnd, 20) else rnd.randrange(4)
            text = pick(rnd, ["约5", "/", "12.345", "-7", "45658"]) if chance(rnd, 3) else None
            typed[path] = text or (value if indicator.kind == "number" else "简报3期")
    explain = [each.name for each in plan.instances if each.check.severity == "explain"]
    return Content(
        agency=AGENCY,
        submission=rnd.randrange(1, 100),
        typed={path: _as_typed(value, plan.era.indicators[path]) for path, value in typed.items()},
        cover={"filler": "张三", "phone": "0431-1"},
        declared=frozenset(table for table in plan.tables if chance(rnd, 40)),
        explanations={name: "属实" for name in explain if chance(rnd, 50)},
    )


def _as_typed(value: Any, indicator: Indicator) -> Any:
    """What an office suite makes a number when it is typed."""
    negative = indicator.minimum is None or indicator.minimum < 0
    return int(value) if value == "45658" or (value == "-7" and negative) else value


@pytest.mark.parametrize("totals", ["computed", "typed"])
@pytest.mark.parametrize("era", ERAS)
def test_the_saved_record_is_judged_like_the_workbook_with_the_same_figures(
    era: str, totals: str, chromium: Browser, tmp_path: Path
) -> None:
    """The same record, findings and 数据校验码; and the page's own verdict is that of the workbook."""
    plan = plan_of(era, totals=totals)
    rnd = Random(f"saved {era} {totals}")
    page = opened(chromium, tmp_path, page_of(plan, AGENCY))
    for _ in range(3):
        content = entries(rnd, plan)
        page.once("dialog", lambda dialog: dialog.accept())
        page.click(control("clear"))
        enter(page, {path: str(value) for path, value in content.typed.items()})
        page.fill(control("submission"), str(content.submission))
        for name, text in content.cover.items():
            page.fill(control(f"cover.{name}"), text)
        for table in content.declared:
            page.select_option(f'{control("declared")}[data-table="{table}"]', "yes")
        for name, text in content.explanations.items():
            page.fill(f'{control("explanation")}[data-check="{name}"]', text)
        _, data = saved(page)
        mine, theirs = judged("a.json", data), judged("a.xlsx", QUICK.write(fill(plan, content)))
        assert mine.record is not None
        assert theirs.record is not None
        assert replace(mine.record, source=None) == replace(theirs.record, source=None)
        assert said(mine) == said(theirs)
        assert dump_record(replace(mine.record, source=None)) == data
        assert code(page) == mine.check_code
        if totals == "computed":
            assert mine.check_code == theirs.check_code
    assert page.problems == []  # type: ignore[attr-defined]


@covers("load", "file")
def test_what_was_saved_is_loaded_again(page: Page) -> None:
    """All of it, so that saving again gives the same bytes; what the page cannot hold as it was, it names."""
    page.click(control("texts"))
    for name, text in (("agency.code", "X-SFJ"), ("cover.date", "2024-01-15"), ("text.other", "无其他事项")):
        page.fill(control(name), text)
    enter(page, {NEW: "12", IN: "约3", GRANTED: "/", "disclosure.fees.amount": "3.25"})
    page.locator(control("declared")).nth(2).select_option("yes")
    _, data = saved(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.click(control("clear"))
    with page.expect_file_chooser() as chooser:
        page.click(control("load"))
    chooser.value.set_files(_upload("a.json", data))
    page.wait_for_selector("#notes p")
    assert notes(page).startswith("已载入“a.json”")
    assert saved(page)[1] == data
    tree = json.loads(data)
    tree["data"]["review_litigation"]["reconsideration"]["total"] = 9
    page.set_input_files(control("file"), _upload("b.json", json.dumps(tree).encode()))
    page.wait_for_selector("#notes p.bad")
    assert "文件中9，本页0" in notes(page)


def test_a_record_of_another_agency_is_not_loaded(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, page_of(plan_of("national-2021"), AGENCY))
    data = json.dumps({"era": "national-2021", "year": 2023, "agency": {"code": "X-CZJ"}, "data": {}}).encode()
    page.set_input_files(control("file"), _upload("c.json", data))
    page.wait_for_selector("#notes p.bad")
    assert "X-CZJ" in notes(page)
    assert page.is_disabled(control("undo"))


def test_a_total_beyond_the_form_keeps_the_data_from_being_saved(page: Page) -> None:
    """No record could hold it, and nothing is cut."""
    most = str(plan_of("national-2021").era.indicators[NEW].maximum)
    enter(page, {NEW: most, "applications.commercial_enterprise.new": most} | {
        f"applications.{who}.new": "0"
        for who in ("research_institution", "social_organisation", "legal_service_organisation", "other_organisation")
    })  # fmt: skip
    page.click(control("save"))
    assert "超出本表能填的范围" in notes(page)


def test_leaving_with_unsaved_figures_is_asked_about(page: Page) -> None:
    asked = []
    page.fill(figure(NEW), "7")

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    page.reload()
    assert asked == ["beforeunload"]
    assert page.input_value(figure(NEW)) == ""


# --- print, and what the desk does with it -----------------------------------------------------------------------


@covers("print")
def test_it_prints_like_the_form(page: Page, tmp_path: Path) -> None:
    """Every table with title, body, signatures and 数据校验码; nothing of the screen; the button asks for it."""
    page.evaluate("window.print = () => { window.printed = true; }")
    page.click(control("print"))
    assert page.evaluate("window.printed")
    page.fill(control("agency.name"), "示例市司法局")
    page.fill(control("cover.filler"), "张三")
    page.fill(figure(NEW), "1234")
    page.locator(control("declared")).nth(0).select_option("yes")
    pdf = tmp_path / "a.pdf"
    page.pdf(path=str(pdf), prefer_css_page_size=True)
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    assert text.count("\f") == 3
    squeezed = text.replace(" ", "")
    assert squeezed.count(f"数据校验码：{code(page)}") == 3
    assert (
        squeezed.count("单位负责人（签字）：") == squeezed.count("填报人：张三") == squeezed.count("示例市司法局") == 3
    )
    assert "请勿盖章报送" in squeezed
    assert "1234" in squeezed
    for screen in ("保存数据", "定位", "审核公式", "填表说明", "未填全"):
        assert screen not in squeezed


def test_intake_takes_the_record_like_a_workbook(chromium: Browser, tmp_path: Path) -> None:
    """The agency's page of a campaign: its record is accepted, its code is in the ledger, a second one is newer."""
    campaign = make_campaign(tmp_path / "c")
    run = CliRunner().invoke(xltool, ["generate", "--campaign", str(campaign.folder), "national-2021", "--html"])
    assert run.exit_code == 0, run.output
    (made,) = (campaign.folder / "outbox").glob("*X-SFJ*.html")
    page = opened(chromium, tmp_path, made.read_bytes())
    for at in range(3):
        page.locator(control("declared")).nth(at).select_option("yes")
    enter(page, {NEW: "1", GRANTED: "1"})
    assert headline(page) == "审核通过：可打印签字盖章"
    first = saved(page)
    take(campaign, dict([first]))
    assert states(campaign) == {first[0]: "accepted"}
    with campaign.ledger() as ledger:
        (version,) = ledger.versions("X-SFJ")
    assert (version.agency, version.check_code) == ("X-SFJ", code(page))
    page.fill(control("submission"), "2")
    second = saved(page)
    take(campaign, dict([second]))
    assert states(campaign) == {first[0]: "superseded", second[0]: "accepted"}


def test_a_page_made_for_somebody_else_is_found_out(page: Page) -> None:
    """Another year, agency or nobody named: findings, as of a workbook."""
    page.locator(control("declared")).nth(0).select_option("yes")
    roster = Roster((RosterEntry("X-SFJ", "示例市司法局"),))
    _, data = saved(page)
    assert "AGENCY-BLANK" in {each.code for each in judged("a.json", data, roster).findings}
    page.fill(control("agency.code"), "X-CZJ")
    _, data = saved(page)
    codes = {each.code for each in judged("a.json", data, roster, year=2024, agency="X-SFJ", scope="area").findings}
    assert {"AGENCY-UNLISTED", "AGENCY-OTHER", "FORM-YEAR", "FORM-SCOPE"} <= codes


def test_a_record_tells_of_marks_that_a_text_alone_would_not_give() -> None:
    """RECORD-UNREADABLE: a formula's cell was not read, though what it showed looks like a number."""
    tree = json.loads(campaign_record("X-SFJ", changes={NEW: None, IN: None}))
    tree["marks"] = {NEW: {"kind": "unreadable", "raw": "12"}, IN: {"kind": "unreadable", "raw": "约12"}}
    found = judged("a.json", json.dumps(tree).encode())
    assert {(each.code, each.paths) for each in found.findings} >= {
        ("RECORD-UNREADABLE", (NEW,)),
        ("VALUE-TEXT", (IN,)),
    }


def test_the_same_page_is_the_same_bytes_and_asks_nothing_of_the_network(page: Page) -> None:
    plan = plan_of("national-2021", anonymous=True)
    assert page_of(plan) == page_of(plan)
    text = unescape(page_of(plan).decode("utf-8"))
    assert "default-src 'none'" in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    assert record_from(parse_json(saved(page)[1]), plan.era)[1] == ()
    assert page.problems == []  # type: ignore[attr-defined]


def test_a_phone_shows_it_without_sideways_scrolling(chromium: Browser, tmp_path: Path) -> None:
    """Only the tables scroll, within themselves."""
    page = opened(chromium, tmp_path, page_of(plan_of("national-2021")), viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_pages_are_made_like_workbooks_from_the_command_line(tmp_path: Path) -> None:
    """One an agency, or one for nobody; --dry-run only names them; what is for workbooks only is refused."""
    roster = tmp_path / "roster.csv"
    roster.write_text("代码,全称,口径\nX-SFJ,示例市司法局,\nX-ZF,示例市,全域\n", encoding="utf-8")
    made = ["generate", "national-2021", "--year", "2023", "--html", "-o", str(tmp_path / "out")]
    run = CliRunner().invoke
    assert "2023年报_X-SFJ_示例市司法局_第1次.html" in run(xltool, [*made, "--roster", str(roster), "--dry-run"]).output
    assert not (tmp_path / "out").exists()
    assert run(xltool, [*made, "--roster", str(roster)]).exit_code == 0
    pages = {file.name: file.read_text(encoding="utf-8") for file in (tmp_path / "out").iterdir()}
    assert sorted(pages) == ["2023年报_X-SFJ_示例市司法局_第1次.html", "2023年报_X-ZF_示例市_第1次.html"]
    assert '"scope":"own"' in pages["2023年报_X-SFJ_示例市司法局_第1次.html"]
    assert '"scope":"area"' in pages["2023年报_X-ZF_示例市_第1次.html"]
    assert run(xltool, [*made, "--roster", str(roster), "--pack-by", "parent"]).exit_code == 2
    assert run(xltool, [*made, "--password", "abc"]).exit_code == 2
    assert run(xltool, made).exit_code == 0
    assert (tmp_path / "out" / "2023年报_空白表_第1次.html").is_file()
