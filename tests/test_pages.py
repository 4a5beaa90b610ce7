"""Pages as files: the same bytes, nothing that could become markup, numbers as given, colours that can be read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import SHELF, findings_page_of, summary_page_of
from test_merge import merged, record, roster, sent

from xltool.app.pages import summary_html
from xltool.io.pages import island_text
from xltool.model.era import Era
from xltool.model.roster import Roster, RosterEntry
from xltool.model.summary import Policy, Summary
from xltool.numbers import Number, exact, plain
from xltool.passes.merge import merge
from xltool.plan.charts import bars_of
from xltool.report.page_parts import number

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "templates" / "pages"
ERAS = sorted(SHELF.library.era_folders)
# The page without data, that is scripts, styles and words, in bytes.
MOST_OVERHEAD = 100_000
READABLE = 4.5


def island(page: bytes) -> Any:
    found = re.search(rb'<script type="application/json" id="island">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_same_report_is_the_same_bytes() -> None:
    assert findings_page_of(12) == findings_page_of(12)
    assert summary_page_of(12) == summary_page_of(12)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.characters(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(values | st.sampled_from(["</script>", "<!--<script>", "\u2028", "\ud800", "]]>"]))
def test_data_cannot_leave_its_island(value: object) -> None:
    """No text ends the script element or opens a comment in it; what is read is what was written."""
    text = island_text(value)
    assert not set("<\u2028\u2029") & set(text)
    text.encode("utf-8")
    assert json.loads(text) == value


numbers = st.integers(-(10**17), 10**17) | st.decimals(-(10**9), 10**9, places=6).map(exact)


@given(numbers | st.decimals(allow_nan=False, allow_infinity=False, places=9).map(exact))
def test_numbers_arrive_as_they_were(value: Number) -> None:
    """What a browser makes of a number, a double, shows the digits that were given; else it travels as text."""
    sent_as = number(value)
    assert sent_as is not None
    assert isinstance(sent_as, str) or abs(sent_as) < 2**53
    assert Decimal(str(sent_as)) == value
    assert str(sent_as) == plain(value)


@pytest.mark.parametrize("era_id", ERAS)
def test_every_era_has_its_page(era_id: str) -> None:
    """Every total is in it, each chart says the sums of its totals, and every figure of every agency is there."""
    era = SHELF.era(era_id)
    summary = summary_of(era)
    data = island(summary_html(summary, [], [], SHELF, "zh"))["data"]
    tables = {each["id"]: each for each in data["tables"]}
    totals = columns(tables["totals"])
    assert totals["total"]["cells"] == [number(line.value) for line in summary.lines.values()]
    details = columns(tables["details"])
    assert [data["pool"][cell] for cell in details["agency"]["cells"]] == ["A局 A", "B局 B"]
    for path in summary.lines:
        figures = [item.record.values[path] for item in summary.included]
        assert details[path]["cells"] == [None if isinstance(value, str) else number(value) for value in figures]
    charts = {each["id"]: each for each in data["charts"]}
    for layout in SHELF.library.layout(era_id).charts:
        for bar, drawn in zip(bars_of(era, layout, summary.year), charts[layout.id]["bars"], strict=True):
            added = [summary.lines[path].value for path in bar.paths if path in summary.lines]
            assert drawn["value"] == sum(value for value in added if value is not None)


def summary_of(era: Era) -> Summary:
    """Of two agencies, each figure filled, and one that sent nothing."""
    filled = [
        {path: None if each.kind == "text" else by for path, each in era.indicators.items() if not each.optional}
        for by in (1, 2)
    ]
    returns = [sent(record(code, values, era=era)) for code, values in zip("AB", filled, strict=True)]
    return merged(returns, roster("A", "B", "C"), era=era)


def columns(table: Mapping[str, Any]) -> dict[str, Any]:
    return {each["id"]: each for each in table["columns"]}


def test_a_chart_of_fewer_agencies_says_so() -> None:
    """Below each chart, and behind a value that lacks more than the rest."""
    era = SHELF.era("national-2021")
    path = "applications.natural_person.new"
    returns = [sent(record("A", dict.fromkeys(era.indicators, 1))), sent(record("B", {path: 2}))]
    data = island(summary_html(merged(returns, roster("A", "B", "C")), [], [], SHELF, "zh"))["data"]
    chart = next(each for each in data["charts"] if each["id"] == "APPLICANTS")
    assert chart["note"][0].startswith("不完整：应计3家，计入2家。")
    assert [bar.get("note") for bar in chart["bars"]][:2] == [None, ["（1/3）", "(1/3)"]]


def test_a_roll_up_has_its_governments_and_node_checks() -> None:
    """Each sum of each government in a row, and each indicator in which a reported total differs."""
    era = SHELF.era("national-2021")
    tree = (("SH", ""), ("D", "SH"), ("CS", "SH"), ("CS-D", "CS"))
    names = Roster(tuple(RosterEntry(code, f"{code}局", parent=parent) for code, parent in tree))
    returns = [sent(record(code, dict.fromkeys(era.indicators, by))) for by, (code, _) in enumerate(tree, start=1)]
    total = sent(record("CS", dict.fromkeys(era.indicators, 9), scope="area"), "市.xlsx")
    summary, _ = merge([*returns, total], era, names, scope="area", policy=Policy("children"))
    assert summary is not None
    data = island(summary_html(summary, [], [], SHELF, "zh"))["data"]
    tables = {each["id"]: each for each in data["tables"]}
    levels, nodes, coverage = (columns(tables[name]) for name in ("levels", "nodes", "coverage"))
    said = [data["pool"][cell] for cell in levels["scope"]["cells"]]
    assert [each[0] for each in said] == ["本级", "全域", "本级即全域"]
    path = "applications.total.new"
    assert levels[path]["cells"] == [1 + 2, 1 + 2 + 3 + 4, 3 + 4]
    assert levels["of"]["cells"] == [2, 4, 2]
    assert set(nodes["difference"]["cells"]) == {9 - (3 + 4)}
    assert len(nodes["reported"]["cells"]) == len(summary.checks[0].differing)
    assert [data["pool"][cell][0] for cell in coverage["scope"]["cells"]].count("全域") == 1


# --- the files of the pages -----------------------------------------------------------------------------------------


def test_a_vendored_script_is_the_one_recorded() -> None:
    """The page of dependencies names every vendored file with its SHA-256; each comes with its licence."""
    text = (ROOT / "docs" / "explanation" / "dependencies.md").read_text(encoding="utf-8")
    scripts = sorted((PAGES / "vendor").glob("*.min.js"))
    assert scripts
    for script in scripts:
        assert f"`{script.name}`" in text
        assert hashlib.sha256(script.read_bytes()).hexdigest() in text
        assert script.with_name(script.name.replace(".min.js", ".LICENSE.txt")).is_file()


def test_the_page_itself_is_small() -> None:
    """Whatever it reports, scripts, styles and words weigh no more than a picture."""
    page = findings_page_of(0)
    assert len(page) < MOST_OVERHEAD


def test_scripts_and_styles_can_stand_in_a_page() -> None:
    """None of them would end its own element, or asks for another file."""
    for file in [*PAGES.rglob("*.js"), *PAGES.rglob("*.css")]:
        text = file.read_text(encoding="utf-8")
        assert "</script" not in text.lower()
        assert "</style" not in text.lower()
        assert not re.search(r"\bimport\s*\(|@import|url\(|https?://(?!www\.w3\.org/)", text), file.name


def test_every_word_of_the_page_is_used() -> None:
    """In a script, in a template, or by the reports."""
    words = json.loads((ROOT / "templates" / "page_words.json").read_text(encoding="utf-8"))
    sources = [*PAGES.glob("*.js"), *PAGES.glob("*.html"), *(ROOT / "xltool" / "report").glob("page_*.py")]
    text = "".join(file.read_text(encoding="utf-8") for file in sources)
    made = re.compile(r"page_(column|by|fact|state)_\w+$")
    unused = [word for word in words if not word.startswith("$") and word not in text and not made.match(word)]
    assert unused == []


# --- colours --------------------------------------------------------------------------------------------------------

_PAIRS = [
    *(("ink", paper) for paper in ("paper", "sheet", "soft", "amber-soft", "grey-soft")),
    *(("quiet", paper) for paper in ("paper", "sheet", "grey-soft")),
    *(("accent", paper) for paper in ("paper", "sheet", "soft", "amber-soft")),
    *((tone, f"{tone}-soft") for tone in ("good", "amber", "red")),
    *((tone, "sheet") for tone in ("good", "amber", "red")),
    ("on-accent", "accent"),
]


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_every_text_can_be_read(scheme: str) -> None:
    """Each colour of a text on each colour it stands on has the contrast of WCAG 2.1 AA, in the dark and on paper too."""
    page, report = ((PAGES / name).read_text(encoding="utf-8") for name in ("page.css", "report.css"))
    blocks = {
        "light": page.split("@media")[0],
        "dark": page.split("@media")[1],
        "print": report.split("@media print")[1],
    }
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", blocks[scheme]))
    faint = [
        (text, paper)
        for text, paper in _PAIRS
        if text in colours and paper in colours and contrast(colours[text], colours[paper]) < READABLE
    ]
    assert len(colours) > 10
    assert faint == []


def contrast(one: str, other: str) -> float:
    """The ratio of two luminances as WCAG defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
