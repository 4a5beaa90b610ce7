"""The HTML report in the browser people will open it in: every control, keyboard, paper, languages, hostile names."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest
from click.testing import CliRunner
from conftest import window
from pages import HOSTILE, code_of, findings_page_of, name_of, returns, summary_page_of

from xltool.cli.main import xltool
from xltool.model.finding import Refused

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

COUNT = 30
MANY = 2_000
CONTROLS = "button, input, select, textarea, a[href], [tabindex]:not([tabindex='-1'])"
CJK = re.compile("[\u4e00-\u9fff]")
ALL_ROWS = """table => {
  dispatchEvent(new Event("beforeprint"));
  const rows = [...document.querySelectorAll(`#panel-${table} tbody tr:not(.space)`)];
  const cells = rows.map((row) => [...row.cells].map((cell) => cell.textContent));
  dispatchEvent(new Event("afterprint"));
  return cells;
}"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The two pages, of thirty agencies, and the same of very many."""
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "findings": findings_page_of(COUNT),
        "summary": summary_page_of(COUNT),
        "many": findings_page_of(MANY),
        "english": summary_page_of(COUNT, "en"),
    }
    for name, data in made.items():
        (folder / f"{name}.html").write_bytes(data)
    return {name: folder / f"{name}.html" for name in made}


@contextmanager
def shown(browser: Browser, file: Path, width: int = 1280, **settings: Any) -> Iterator[Page]:
    """The page, opened from a file as from an attachment. It must stay silent and ask for nothing."""
    page = window(browser, viewport={"width": width, "height": 900}, **settings)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1; }")
    page.goto(file.as_uri())
    yield page
    assert said == []
    assert asked == [file.as_uri()]
    page.context.close()


def island(file: Path) -> Any:
    """What the page was given."""
    text = file.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="island">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


def tables(page: Page) -> list[str]:
    ids = page.locator("[role=tab]").evaluate_all("tabs => tabs.map(tab => tab.id.replace('tab-', ''))")
    return [each for each in ids if each != "overview"]


def go(page: Page, table: str) -> Locator:
    page.locator(f"#tab-{table}").click()
    return page.locator(f"#panel-{table}")


def rows(page: Page, table: str) -> list[list[str]]:
    """The texts of all rows that pass the filters, in order."""
    found: list[list[str]] = page.evaluate(ALL_ROWS, table)
    return found


def column(page: Page, table: str, title: str) -> list[str]:
    heads = page.locator(f"#panel-{table} th").evaluate_all("heads => heads.map(head => head.dataset.label)")
    return [row[heads.index(title)] for row in rows(page, table)]


# --- every control ------------------------------------------------------------------------------------------------


def tab_buttons(page: Page) -> None:
    """Each tab shows its own panel and no other."""
    for tab in page.locator("[role=tab]").all():
        tab.click()
        assert page.locator("[role=tabpanel]:visible").evaluate_all("all => all.map(each => each.id)") == [
            tab.get_attribute("aria-controls")
        ]
        assert tab.get_attribute("aria-selected") == "true"


def languages(page: Page) -> None:
    """English has no Chinese left but names and files; Chinese comes back as it was."""
    before = page.locator("body").inner_text()
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    for part in ("header p, nav, .controls label, .chip, th, h2, .note, .count, .verdict, dt", "figcaption"):
        assert [text for text in page.locator(part).all_text_contents() if CJK.search(text)] == []
    page.get_by_role("button", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator("body").inner_text() == before


def printing(page: Page) -> None:
    page.locator("#print").click()
    assert page.evaluate("window.printed") == 1


def skipping(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def search(page: Page) -> None:
    """Only rows that contain what was typed, whatever its case; nothing is hidden that does."""
    for table in tables(page):
        panel = go(page, table)
        every = rows(page, table)
        wanted = every[len(every) // 2][0][:3].lower()
        panel.locator("input[type=search]").fill(f" {wanted.upper()} ")
        left = rows(page, table)
        assert left
        assert set(map(tuple, left)) >= {tuple(row) for row in every if wanted in " ".join(row).lower()}
        panel.locator("input[type=search]").fill("no such words")
        assert rows(page, table) == []
        assert str(len(every)) in panel.locator(".count").inner_text()
        panel.locator("input[type=search]").fill("")
        assert rows(page, table) == every


def chips(page: Page) -> None:
    """As many rows as the chip says; several chips are either; pressed twice is all again."""
    for table in tables(page):
        panel = go(page, table)
        total = 0
        for chip in panel.locator(".chip").all():
            count = int(chip.locator(".number").inner_text())
            chip.click()
            assert chip.get_attribute("aria-pressed") == "true"
            total += count
            assert len(rows(page, table)) == total
        for chip in panel.locator(".chip").all():
            chip.click()
        assert len(rows(page, table)) == int(page.locator(f"#tab-{table} .number").inner_text())


def picks(page: Page) -> None:
    """As many rows as the option says, all with that value."""
    for select in page.locator("select[id^=pick]").all():
        table = str(select.get_attribute("id")).split("-")[1]
        go(page, table)
        title = select.locator("xpath=preceding-sibling::label").inner_text()
        for option in select.locator("option").all()[1:]:
            text, number = re.fullmatch(r"(.*)（(\d+)）", option.inner_text()).groups()  # type: ignore[union-attr]
            select.select_option(value=option.get_attribute("value"))
            assert column(page, table, title) == [text] * int(number)
        select.select_option(value="")


def finds(page: Page) -> None:
    """A part of a name gives all that contain it, a whole name only its own; fitting names are offered."""
    for field in page.locator("input[id^=find]").all():
        table = str(field.get_attribute("id")).split("-")[1]
        go(page, table)
        title = field.locator("xpath=preceding-sibling::label").inner_text()
        every = column(page, table, title)
        whole = max(every, key=len)
        field.fill("财政局")
        assert set(column(page, table, title)) == {name for name in every if "财政局" in name}
        offered = page.locator(f"#{field.get_attribute('list')} option")
        assert {option.get_attribute("value") for option in offered.all()} <= set(every)
        field.fill(whole)
        assert column(page, table, title) == [name for name in every if name == whole]
        field.fill("")


def groups(page: Page) -> None:
    """Each choice shows other indicators of the same agencies; together they are all there are."""
    seen: list[str] = []
    for select in page.locator("select[id^=group]").all():
        panel = go(page, "details")
        for option in select.locator("option").all():
            select.select_option(value=option.get_attribute("value"))
            heads = panel.locator("th button").evaluate_all("all => all.map(each => each.dataset.sort)")
            seen += [head for head in heads if "." in head]
            assert len(rows(page, "details")) == int(page.locator("#tab-details .number").inner_text())
        assert len(seen) == len(set(seen)) == int(page.locator("#tab-totals .number").inner_text())


def sorting(page: Page) -> None:
    """Up, down, and as given; numbers as numbers, nothing comes last; no row is lost."""
    for table in tables(page):
        panel = go(page, table)
        given = rows(page, table)
        for number, button in enumerate(panel.locator("th button").all()):
            head = button.locator("xpath=..")
            numeric = "is-number" in str(head.get_attribute("class"))
            for way, state in ((1, "ascending"), (-1, "descending")):
                button.click()
                assert head.get_attribute("aria-sort") == state
                found = rows(page, table)
                assert sorted(found) == sorted(given)
                values = [row[number] for row in found]
                filled = [value for value in values if value and value != "/"]
                assert [value for value in values if value in ("", "/")] == values[len(filled) :]
                if numeric:
                    assert [float(value) for value in filled] == sorted(map(float, filled), reverse=way < 0)
            button.click()
            assert head.get_attribute("aria-sort") == "none"
            assert rows(page, table) == given


def resets(page: Page) -> None:
    for table in tables(page):
        panel = go(page, table)
        panel.locator("input[type=search]").fill("no such words")
        for field in panel.locator("input[id^=find]").all():
            field.fill("no such agency")
        if panel.locator(".chip").count():
            panel.locator(".chip").first.click()
        panel.locator(".reset").click()
        assert len(rows(page, table)) == int(page.locator(f"#tab-{table} .number").inner_text())
        assert [each.input_value() for each in panel.locator("input").all()] == [""] * panel.locator("input").count()
        assert panel.locator(".chip[aria-pressed=true]").count() == 0


def chart_links(page: Page) -> None:
    """A bar leads to as many rows as it is long."""
    for number in range(page.locator(".chart .link").count()):
        page.locator("#tab-overview").click()
        link = page.locator(".chart .link").nth(number)
        value = int(link.locator("xpath=../following-sibling::span[@class='value']").inner_text())
        link.click()
        panel = page.locator("[role=tabpanel]:visible")
        assert len(rows(page, str(panel.get_attribute("id")).removeprefix("panel-"))) == value


def row_links(page: Page) -> None:
    """A link leads to the agency's row, to its findings, or to the column of its indicator."""
    for table in tables(page):
        go(page, table)
        if not page.locator(f"#panel-{table} td .link").count():
            continue
        link = page.locator(f"#panel-{table} td .link").nth(1)
        text, row = link.inner_text(), link.locator("xpath=../..").locator("td").all_inner_texts()
        link.click()
        panel = page.locator("[role=tabpanel]:visible")
        assert panel.get_attribute("id") != f"panel-{table}"
        if table == "totals":
            assert panel.locator("th.marked").count() == 1
            label = str(panel.locator("th.marked").get_attribute("data-label"))
            assert row[1].endswith(label)
            figures = [value for value in column(page, "details", label) if value and value != "/"]
            assert sum(map(float, figures)) == float(text)
        elif table == "findings":
            assert panel.locator("tr[aria-selected=true]").inner_text().startswith(text)
        else:
            assert set(column(page, "findings", "单位")) == {text}


def table_focus(page: Page) -> None:
    """The table itself takes the focus: see the tests of the keyboard."""
    for table in tables(page):
        go(page, table).locator("table").focus()
        assert page.evaluate("document.activeElement.tagName") == "TABLE"


DRIVERS: dict[str, Callable[[Page], None]] = {
    "[role=tab]": tab_buttons,
    "[data-lang]": languages,
    "#print": printing,
    "a.skip": skipping,
    "input[type=search]": search,
    ".chip": chips,
    "select[id^=pick]": picks,
    "input[id^=find]": finds,
    "select[id^=group]": groups,
    ".sort": sorting,
    ".reset": resets,
    ".chart .link": chart_links,
    "td .link": row_links,
    "table": table_focus,
}


@pytest.mark.parametrize("name", ["findings", "summary"])
def test_every_control_of_the_page_is_driven_by_a_test(name: str, files: dict[str, Path], chromium: Browser) -> None:
    """Whatever can be pressed, typed into or focused is known to exactly one driver, which uses it for what it says."""
    with shown(chromium, files[name]) as page:
        for table in tables(page):
            go(page, table)
        unknown = page.locator(CONTROLS).evaluate_all(
            "(all, known) => all.filter(each => known.filter(css => each.matches(css)).length !== 1)"
            ".map(each => each.outerHTML.slice(0, 120))",
            list(DRIVERS),
        )
        assert unknown == []
        used = [css for css in DRIVERS if page.locator(css).count()]
        assert set(used) == set(DRIVERS) - ({"select[id^=group]"} if name == "findings" else set())


@pytest.mark.parametrize("name", ["findings", "summary"])
@pytest.mark.parametrize("driver", DRIVERS.values(), ids=lambda driver: driver.__name__)
def test_every_control_does_what_it_says(
    name: str, driver: Callable[[Page], None], files: dict[str, Path], chromium: Browser
) -> None:
    with shown(chromium, files[name]) as page:
        driver(page)


# --- what is shown ------------------------------------------------------------------------------------------------


def test_every_finding_is_on_the_page(files: dict[str, Path], chromium: Browser) -> None:
    """One row a finding, with the file it is in."""
    with shown(chromium, files["findings"]) as page:
        go(page, "findings")
        expected = [each.file for each in returns(COUNT) for _ in each.findings]
        found = column(page, "findings", "文件")
        assert found[:-1] == expected
        assert "onerror" in found[-1]


def test_names_are_never_markup(files: dict[str, Path], chromium: Browser) -> None:
    """A name that looks like markup is shown letter by letter; marks that turn the direction of text are shown as such."""
    for name in ("findings", "summary"):
        with shown(chromium, files[name]) as page:
            table = "files" if name == "findings" else "coverage"
            go(page, table)
            agencies = [row[0] for row in rows(page, table)]
            assert HOSTILE.replace("\u202e", "\ufffd") + f" {code_of(3)}" in agencies
            assert page.locator("img, td b").count() == 0


def test_only_rows_in_sight_are_elements(files: dict[str, Path], chromium: Browser) -> None:
    """Of thousands of rows a few dozen exist, at the top, in the middle and at the end; the scroll bar knows them all."""
    with shown(chromium, files["many"]) as page:
        panel = go(page, "files")
        every = column(page, "files", "文件")
        assert len(every) == MANY + 1
        table = panel.locator("table")
        assert table.get_attribute("aria-rowcount") == str(MANY + 2)
        for part in (0, 0.5, 1):
            panel.locator(".scroller").evaluate("(each, part) => { each.scrollTop = part * each.scrollHeight; }", part)
            page.wait_for_timeout(200)
            there = panel.locator("tbody tr:not(.space)")
            assert 10 < there.count() < 80
            for row in (there.first, there.last):
                at = int(str(row.get_attribute("aria-rowindex"))) - 2
                assert row.locator("td").last.text_content() == every[at]
            sight = panel.locator(".scroller").bounding_box()
            assert sight
            first, last = there.first.bounding_box(), there.last.bounding_box()
            assert first and last
            assert first["y"] <= sight["y"] + 45
            assert last["y"] + last["height"] >= sight["y"] + sight["height"] - 2


def test_the_page_may_ask_for_nothing(files: dict[str, Path], chromium: Browser) -> None:
    """Its policy stops images, scripts, frames and requests, also those that a hostile name would have brought in."""
    page = window(chromium)
    stopped: list[str | None] = []
    answered: list[str] = []
    page.on("requestfailed", lambda request: stopped.append(request.failure))
    page.on("response", lambda response: answered.append(response.url))
    page.goto(files["summary"].as_uri())
    page.evaluate(
        """async () => {
          window.ran = 0;
          const image = document.createElement("img");
          image.src = "https://example.invalid/a.png";
          const script = document.createElement("script");
          script.textContent = "window.ran = 1";
          document.body.append(image, script);
          document.body.insertAdjacentHTML("beforeend", '<b onclick="window.ran = 2" style="color: red">x</b>');
          document.querySelector("body > b").click();
          await fetch("https://example.invalid/b").catch(() => 0);
        }"""
    )
    page.wait_for_timeout(200)
    assert answered in ([], [files["summary"].as_uri()])
    assert stopped
    assert set(stopped) == {"csp"}
    assert page.evaluate("window.ran") == 0
    page.context.close()


def test_a_page_opens_in_the_language_asked_for(files: dict[str, Path], chromium: Browser) -> None:
    with shown(chromium, files["english"]) as page:
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.title() == page.locator("h1").inner_text()
        assert not CJK.search(page.title())
        page.get_by_role("button", name="中文").click()
        assert CJK.search(page.title())


def test_charts_say_what_the_totals_say(files: dict[str, Path], chromium: Browser) -> None:
    """New requests by applicant are the totals of the table, to the digit."""
    with shown(chromium, files["summary"]) as page:
        chart = page.locator("[data-chart=APPLICANTS]")
        bars = dict(
            zip(chart.locator(".name").all_inner_texts(), chart.locator(".value").all_inner_texts(), strict=True)
        )
        go(page, "totals")
        totals = {row[1]: row[2] for row in rows(page, "totals")}
        assert bars == {name: totals[f"申请·{name}·新收"] for name in bars}
        assert len(bars) == 6


def test_a_total_that_lacks_agencies_says_so(files: dict[str, Path], chromium: Browser) -> None:
    """On its face, in its row, and below its charts."""
    with shown(chromium, files["summary"]) as page:
        assert "不完整" in page.locator(".verdict").inner_text()
        assert "不完整" in page.locator("[data-chart=OUTCOMES] .note").inner_text()
        go(page, "totals")
        assert set(column(page, "totals", "状态")) == {"部分"}


# --- keyboard -----------------------------------------------------------------------------------------------------


def focused(page: Page) -> str:
    """What has the focus, and that one sees it."""
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    name: str = page.evaluate(
        "document.activeElement.id || document.activeElement.dataset.sort || document.activeElement.className"
    )
    return name


def active(page: Page, table: str) -> int:
    """The row the keyboard is at, once it is in sight."""
    at = page.wait_for_function(
        """table => {
          const grid = document.querySelector(`#panel-${table} table`);
          const row = document.getElementById(grid.getAttribute("aria-activedescendant"));
          if (row?.getAttribute("aria-selected") !== "true") return null;
          const [box, sight] = [row, grid.parentElement].map((each) => each.getBoundingClientRect());
          const head = grid.querySelector("th").getBoundingClientRect();
          return box.top >= head.bottom - 1 && box.bottom <= sight.bottom + 1 ? row.getAttribute("aria-rowindex") : null;
        }""",
        arg=table,
    )
    return int(at.json_value()) - 2


def press(page: Page, key: str) -> None:
    page.keyboard.press(key)
    page.wait_for_timeout(150)


def test_all_of_it_works_by_keyboard(files: dict[str, Path], chromium: Browser) -> None:
    """From the first Tab to a filtered, sorted table, down its rows and along a link, without a mouse."""
    with shown(chromium, files["findings"]) as page:
        order = []
        for _ in range(5):
            press(page, "Tab")
            order.append(focused(page))
        assert order[0] == "skip"
        assert order[-2:] == ["print", "tab-overview"]
        press(page, "ArrowRight")
        assert focused(page) == "tab-findings"
        assert page.locator("#panel-findings").is_visible()
        press(page, "End")
        press(page, "ArrowRight")
        assert focused(page) == "tab-overview"
        press(page, "ArrowRight")
        press(page, "Tab")
        assert focused(page) == "search-findings"
        page.keyboard.type("总计")
        left = len(rows(page, "findings"))
        assert 0 < left < len(island(files["findings"])["data"]["tables"][0]["columns"][0]["cells"])
        while focused(page) != "rule":
            press(page, "Tab")
        for key, state in (("Enter", "ascending"), ("Space", "descending")):
            press(page, key)
            assert page.locator("#panel-findings th[aria-sort]").nth(1).get_attribute("aria-sort") == state
            assert focused(page) == "rule"
        page.locator("#panel-findings table").focus()
        press(page, "Home")
        assert active(page, "findings") == 0
        press(page, "ArrowDown")
        press(page, "ArrowDown")
        press(page, "ArrowUp")
        assert active(page, "findings") == 1
        press(page, "PageDown")
        assert active(page, "findings") > 3
        press(page, "End")
        assert active(page, "findings") == left - 1
        agency = rows(page, "findings")[-1][2]
        press(page, "Enter")
        assert page.locator("#panel-files").is_visible()
        assert page.locator("#panel-files tr[aria-selected=true] td").first.inner_text() == agency


def test_thousands_of_rows_are_reached_by_keyboard(files: dict[str, Path], chromium: Browser) -> None:
    with shown(chromium, files["many"]) as page:
        go(page, "files").locator("table").focus()
        for key, expected in (("End", MANY), ("Home", 0)):
            press(page, key)
            page.wait_for_timeout(300)
            assert active(page, "files") == expected
        before = 0
        for _ in range(5):
            press(page, "PageDown")
            assert active(page, "files") > before
            before = active(page, "files")


def test_controls_have_names(files: dict[str, Path], chromium: Browser) -> None:
    """What a screen reader calls each of them; columns say that they are sorted."""
    with shown(chromium, files["summary"]) as page:
        for table in tables(page):
            go(page, table)
            nameless = (
                page.locator(f"#panel-{table}")
                .locator("button, input, select")
                .evaluate_all(
                    "all => all.filter(each => !each.innerText && !each.labels?.length).map(each => each.outerHTML)"
                )
            )
            assert nameless == []


# --- paper and screens --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["findings", "english"])
def test_print_has_every_row(name: str, files: dict[str, Path], chromium: Browser, tmp_path: Path) -> None:
    """On A4, with rows that are no elements on screen, under heads repeated on each page; details across the page."""
    with shown(chromium, files[name]) as page:
        page.pdf(path=str(tmp_path / "page.pdf"), prefer_css_page_size=True)
        printed = [row for table in tables(page) for row in rows(page, table)]
    with pdfplumber.open(tmp_path / "page.pdf") as pdf:
        sizes = {tuple(sorted((round(each.width), round(each.height)))) for each in pdf.pages}
        texts = [each.extract_text() for each in pdf.pages]
        wide = [text for each, text in zip(pdf.pages, texts, strict=True) if each.width > each.height]
    assert sizes == {(595, 842)}
    marks = re.compile(r"\b22\d{6}\b|Table \d [A-Z]+\d+")
    expected = Counter(mark for row in printed for cell in row for mark in marks.findall(cell))
    found = Counter(mark for text in texts for mark in marks.findall(text))
    assert len(expected) >= COUNT
    assert {mark for mark, times in expected.items() if found[mark] < times} == set()
    if name == "english":
        totals = [text for text in texts if re.search(r"Table 3 [A-Z]+\d+", text)]
        assert len(totals) > 2
        assert all("With figure" in text for text in totals)
        assert wide
        assert all("SHA-256" in text for text in wide)


def test_print_says_which_rows_were_chosen(files: dict[str, Path], chromium: Browser) -> None:
    """A filter that holds on paper is named there."""
    with shown(chromium, files["findings"]) as page:
        panel = go(page, "findings")
        panel.locator(".chip").first.click()
        page.emulate_media(media="print")
        assert panel.locator(".printed").is_visible()
        assert "强制" in panel.locator(".printed").inner_text()
        assert not panel.locator(".controls").is_visible()


@pytest.mark.parametrize("name", ["findings", "summary"])
def test_nothing_is_cut_off_on_a_telephone(name: str, files: dict[str, Path], chromium: Browser) -> None:
    """At 390 pixels no part of the page is wider than the screen, and each figure carries its label."""
    with shown(chromium, files[name], width=390) as page:
        for table in ["overview", *tables(page)]:
            page.locator(f"#tab-{table}").click()
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.wait_for_timeout(200)
        cell = page.locator("[role=tabpanel]:visible tr:not(.space) td").first
        label, before = cell.evaluate("each => [each.dataset.label, getComputedStyle(each, '::before').content]")
        assert before == f'"{label}"'


# --- the command --------------------------------------------------------------------------------------------------


def test_the_format_never_changes_the_exit_code(tmp_path: Path) -> None:
    """A folder with a faulty return gives 1 in every format, and a page is the same on standard output and in a file."""
    example = Path(__file__).resolve().parents[1] / "examples" / "records" / "example-2023.json"
    tree = json.loads(example.read_text(encoding="utf-8"))
    tree["data"]["applications"]["total"]["handled"] += 1
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text(json.dumps(tree), encoding="utf-8")
    run = CliRunner()
    codes = {
        form: run.invoke(xltool, ["validate", str(tmp_path / "in"), "--format", form])
        for form in ("text", "json", "html")
    }
    assert {form: result.exit_code for form, result in codes.items()} == {"text": 1, "json": 1, "html": 1}
    output = tmp_path / "page.html"
    command = ["validate", str(tmp_path / "in"), "--format", "html", "-o", str(output)]
    assert run.invoke(xltool, command).exit_code == 1
    assert output.read_bytes() == codes["html"].stdout_bytes
    refused = run.invoke(xltool, command).exception
    assert isinstance(refused, Refused)
    assert [each.code for each in refused.findings] == ["WRITE-EXISTS"]
    assert run.invoke(xltool, [*command, "--force"]).exit_code == 1
    assert name_of(0) not in output.read_text(encoding="utf-8")
