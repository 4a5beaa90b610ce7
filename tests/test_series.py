"""One indicator over years, agencies and forms: joined where the figures mean the same, refused where they do not."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from strategies import SHELF

from xltool.app.series import series_of
from xltool.app.summaries.merging import wording
from xltool.cli.main import xltool
from xltool.io.books.containers import open_book
from xltool.io.records import parse_json, record_from
from xltool.model.finding import Refused
from xltool.model.record import Agency, Record
from xltool.model.series import Series
from xltool.numbers import Number
from xltool.report.series_book import series_book
from xltool.report.series_svg import series_svg
from xltool.report.series_table import as_text

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "series" / "made-up-2012-2023.jsonl"
NEW = "applications.total.new"
FIGURE = {
    "jilin-2013": "requests.received.total.year",
    "national-2014": "applications.received.total",
    "national-2019": NEW,
    "national-2021": NEW,
}


def record(era: str, year: int, figures: dict[str, Number | None], code: str = "A") -> Record:
    return Record(era, year, Agency(code, f"示例{code}"), {**dict.fromkeys(SHELF.era(era).indicators), **figures})


def received(*points: tuple[str, int, Number | None]) -> list[Record]:
    return [record(era, year, {FIGURE[era]: value}) for era, year, value in points]


def made(records: Sequence[Record], indicator: str = NEW, era: str = "national-2021") -> Series:
    return series_of(records, indicator, era, SHELF)


def values(series: Series, line: int = 0) -> dict[int, Number | None]:
    return {year: point.value for year, point in series.lines[line].points.items()}


def rates(series: Series) -> dict[int, Number | None]:
    return {year: point.percent for year, point in series.lines[0].points.items()}


def codes(series: Series) -> list[str]:
    return [each.code for each in series.findings]


def example() -> list[Record]:
    trees = [parse_json(line) for line in EXAMPLE.read_bytes().splitlines()]
    return [record_from(tree, SHELF.era(tree["era"]))[0] for tree in trees if isinstance(tree, dict)]


# --- what is joined ----------------------------------------------------------------------------------------------

FOUR = received(
    ("jilin-2013", 2013, 5), ("national-2014", 2014, 6), ("national-2019", 2019, 7), ("national-2021", 2021, 8)
)


def test_requests_received_run_through_all_four_forms() -> None:
    """One figure a year whatever the form, and one break, between local forms and the first national one."""
    found = made(FOUR)
    assert values(found) == {2013: 5, 2014: 6, 2019: 7, 2021: 8}
    assert [(each.before, each.after) for each in found.breaks] == [(2013, 2014)]
    assert codes(found) == ["SERIES-BREAK"]


def test_a_series_goes_by_its_name_as_well_as_by_a_path() -> None:
    """`applications_new` is what the crosswalks call it; of one form alone it is known too."""
    assert values(made(FOUR, "applications_new")) == values(made(FOUR))
    assert values(made(FOUR[-1:], "applications_new")) == {2021: 8}


def test_a_series_may_have_the_meaning_of_an_older_form() -> None:
    """Newer figures enter the form of 2014 as far as they mean the same."""
    assert values(made(FOUR, "applications.received.total", "national-2014")) == {2013: 5, 2014: 6, 2019: 7, 2021: 8}


def test_parts_are_added_up_where_the_newer_form_joins_them() -> None:
    """予以公开 of 2021 is two rows of 2014; a missing one of them is no 0."""
    paths = ("applications.replies.already_public", "applications.replies.granted")
    both, half = (
        record("national-2014", year, dict(zip(paths, given, strict=True)))
        for year, given in ((2017, (2, 3)), (2018, (2, None)))
    )
    new = record("national-2021", 2021, {"applications.total.granted": 9})
    found = made([both, half, new], "applications.total.granted")
    assert values(found) == {2017: 5, 2018: None, 2021: 9}
    assert [(each.before, each.after) for each in found.breaks] == [(2018, 2021)]


def test_what_two_forms_share_needs_no_entry_of_its_own() -> None:
    """Columns and rows that are the same in 2019 and 2021 are joined without a break."""
    path = "applications.natural_person.carried_out"
    found = made([record("national-2019", 2020, {path: 3}), record("national-2021", 2021, {path: 4})], path)
    assert (values(found), found.breaks, codes(found)) == ({2020: 3, 2021: 4}, (), [])


def test_yuan_and_ten_thousand_yuan_are_converted() -> None:
    """依申请收费 is in 元 on the Jilin form and in 万元 on that of 2014, exactly."""
    jilin = record("jilin-2013", 2013, {"fees.charged.total.year": 12345})
    national = record("national-2014", 2014, {"fees": Decimal("0.5")})
    assert values(made([jilin, national], "information_fee", "national-2014")) == {
        2013: Decimal("1.2345"),
        2014: Decimal("0.5"),
    }
    back = made([jilin, national], "fees.charged.total.year", "jilin-2013")
    assert values(back) == {2013: 12345, 2014: 5000}


# --- what is not -------------------------------------------------------------------------------------------------


def test_figures_of_grade_c_are_refused_with_the_reason() -> None:
    """收费 of 2019 counts kinds of fee, that of 2021 is an amount: never in one series."""
    records = [
        record("national-2019", 2020, {"disclosure.fees.items_last_year": 3}),
        record("national-2021", 2021, {"disclosure.fees.amount": 4}),
    ]
    found = made(records, "disclosure.fees.amount")
    assert (values(found), codes(found)) == ({2021: 4}, ["SERIES-NOT-COMPARABLE"])
    reason = found.findings[0].args["reason"]
    assert "万元" in str(getattr(reason, "zh", ""))


def test_figures_no_crosswalk_speaks_of_are_left_out_and_said() -> None:
    """Silence of the crosswalk is no permission to join."""
    path = "disclosure.procurement.items"
    found = made([record("national-2019", 2020, {path: 1}), record("national-2021", 2021, {})], path, "national-2019")
    assert (values(found), codes(found)) == ({2020: 1}, ["SERIES-NO-MAPPING"])


@pytest.mark.parametrize(
    ("indicator", "records", "code"),
    [
        ("applications.total.nothing", FOUR, "SERIES-UNKNOWN"),
        ("applications", FOUR, "SERIES-UNKNOWN"),
        ("applications.total.carried_in", FOUR[:2], "SERIES-NOTHING"),
    ],
)
def test_a_series_that_cannot_be_is_refused(indicator: str, records: list[Record], code: str) -> None:
    """An unknown indicator, a group of them, and records none of which has it."""
    with pytest.raises(Refused) as refusal:
        made(records, indicator)
    assert refusal.value.findings[0].code == code


# --- rates -------------------------------------------------------------------------------------------------------


def test_rates_stop_at_breaks_gaps_zeros_and_blanks() -> None:
    """A percentage needs the year before, in the same meaning, and not 0."""
    points = [
        ("jilin-2013", 2012, 4),
        ("jilin-2013", 2013, 5),
        ("national-2014", 2014, 6),
        ("national-2014", 2015, 0),
        ("national-2014", 2016, 3),
        ("national-2014", 2018, 4),
    ]
    assert rates(made(received(*points))) == {2012: None, 2013: 25, 2014: None, 2015: -100, 2016: None, 2018: None}


def test_no_rate_is_computed_from_cumulative_figures() -> None:
    """累计数 of two years has no rate of change."""
    path = "requests.received.total.cumulative"
    found = made([record("jilin-2013", year, {path: year}) for year in (2012, 2013)], path, "jilin-2013")
    assert rates(found) == {2012: None, 2013: None}


def test_one_record_a_year_is_taken_and_the_other_said() -> None:
    """Of two records of one year that of the form asked for counts, then the later submission; never their sum."""
    twice = [
        *received(("national-2019", 2021, 3), ("national-2021", 2021, 4)),
        replace(received(("national-2021", 2021, 5))[0], submission=2),
    ]
    found = made(twice)
    assert (values(found), codes(found)) == ({2021: 5}, ["SERIES-TWICE"])


def test_scopes_are_lines_of_their_own() -> None:
    """A county's own office and its whole area are two series."""
    own, area = received(("national-2021", 2021, 3))[0], replace(received(("national-2021", 2021, 30))[0], scope="area")
    assert [(line.scope, line.points[2021].value) for line in made([own, area]).lines] == [("area", 30), ("own", 3)]


# --- the example, as text, workbook and picture ------------------------------------------------------------------


def test_the_example_is_marked_as_made_up() -> None:
    """Nobody shall take the example's figures for an agency's."""
    assert all(each.agency.name.startswith("示例") for each in example())
    assert "made up" in (ROOT / "examples" / "README.md").read_text(encoding="utf-8").partition("series/")[2]


def test_the_example_runs_from_2012_to_2023_through_four_forms() -> None:
    """The documented example: twelve years, two agencies, four forms, one break."""
    records = example()
    found = made(records)
    assert found.years == tuple(range(2012, 2024))
    assert {each.era for each in records} == set(FIGURE)
    assert all(value is not None for line in (0, 1) for value in values(found, line).values())
    assert [(each.before, each.after) for each in found.breaks] == [(2013, 2014)]


def test_the_text_shows_years_breaks_and_reasons() -> None:
    """For a terminal: one row an agency, a mark at the break, the reason below."""
    lines = list(as_text(made(FOUR), wording(SHELF, "zh")))
    assert [each.split() for each in lines[2:4]] == [
        ["代码", "单位", "2013", "┊", "2014", "2019", "2021"],
        ["A", "示例A", "5", "┊", "6", "7", "8"],
    ]
    assert "断点" in lines[-1]


def test_the_workbook_has_the_table_and_a_chart_of_its_own() -> None:
    """A native chart over the table's cells; the break is an empty column, which interrupts the lines."""
    data = SHELF.write(series_book(made(example()), wording(SHELF, "zh")))
    assert data == SHELF.write(series_book(made(example()), wording(SHELF, "zh")))
    sheet = open_book(data).sheets[0]
    heads = {cell.value: col for (row, col), cell in sheet.cells.items() if row == 4}
    assert heads["┊"] == heads["2013"] + 1 == heads["2014"] - 1
    assert sheet.cells[5, heads["2012"]].value == 31
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert chart.count("<c:ser>") == 2
    assert "dispBlanksAs" not in chart  # a gap, which goes without saying


def test_the_picture_is_the_same_every_time_and_interrupts_its_lines() -> None:
    """SVG of equal bytes; one line an agency and side of the break, a dashed line between."""
    found = made(example())
    data = series_svg(found, wording(SHELF, "zh"))
    assert data == series_svg(found, wording(SHELF, "zh"))
    root = ElementTree.fromstring(data)
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}polyline")) == 4
    assert len(root.findall(f"{space}circle")) == 24
    assert len([each for each in root.findall(f"{space}line") if each.get("stroke-dasharray")]) == 1


def test_names_are_no_markup_in_the_picture() -> None:
    """An agency called <b> is a name."""
    odd = [replace(each, agency=Agency("A", "<b>&甲")) for each in FOUR]
    root = ElementTree.fromstring(series_svg(made(odd), wording(SHELF, "zh")))
    assert "<b>&甲" in [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("value", [0, Decimal("0.05"), 9999999999, -3])
def test_the_picture_holds_any_figure(value: Number) -> None:
    """Zeros, decimals, the largest figure and negatives all lie within the picture."""
    records = [record("national-2021", 2021, {NEW: value}), record("national-2021", 2022, {NEW: 1})]
    root = ElementTree.fromstring(series_svg(made(records), wording(SHELF, "zh")))
    heights = [float(each.get("cy", "0")) for each in root.findall("{http://www.w3.org/2000/svg}circle")]
    assert len(heights) == 2 and all(64 <= height <= 364 for height in heights)


# --- the command -------------------------------------------------------------------------------------------------


def run(*args: str) -> Result:
    return CliRunner().invoke(xltool, ["--lang", "zh", "series", *args])


def test_the_command_prints_text_json_and_csv() -> None:
    """The same series in three forms."""
    assert "┊" in run(str(EXAMPLE), "--indicator", NEW).output
    tree = json.loads(run(str(EXAMPLE), "--indicator", NEW, "--format", "json").stdout)
    assert tree["lines"][0]["points"][0]["value"] == "31"
    rows = list(csv.DictReader(io.StringIO(run(str(EXAMPLE), "--indicator", NEW, "--format", "csv").stdout)))
    assert len(rows) == 24
    assert [row["year"] for row in rows if row["break"]] == ["2014", "2014"]


def test_the_command_writes_workbook_and_picture(tmp_path: Path) -> None:
    """By the ending of the file; another ending is refused, and nothing is overwritten unasked."""
    for name in ("s.xlsx", "s.svg"):
        assert run(str(EXAMPLE), "--indicator", NEW, "-o", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).stat().st_size > 1000
        assert run(str(EXAMPLE), "--indicator", NEW, "-o", str(tmp_path / name)).exit_code != 0
    assert run(str(EXAMPLE), "--indicator", NEW, "-o", str(tmp_path / "s.png")).exit_code == 2
