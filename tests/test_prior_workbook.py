"""Last year's figures in a workbook: open cells, live checks, and no part of this year's return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from conftest import Office
from strategies import ERAS, SHELF, content, pick, plan_of
from test_parity import differences, recalculated

from xltool.app.comparing import LastYear
from xltool.app.forms import fill_record, generate
from xltool.app.returns.validating import read_file, validate_file
from xltool.cli.main import xltool
from xltool.io.books.containers import open_book
from xltool.io.inputs import Source
from xltool.io.records import dump_record
from xltool.model.record import Agency, Explanation, Record
from xltool.model.returned import Returned
from xltool.model.roster import Roster, RosterEntry
from xltool.model.succession import Succession
from xltool.passes.identify import Expected
from xltool.plan.fill import fill
from xltool.plan.form import Content, FormPlan, Options, Typed
from xltool.plan.prior import prior_paths
from xltool.plan.results import Results

ENTRIES = ("", 0, 1, 2, 3, 7, 12, "无", " ", "12")
LOOKING_BACK = [era for era in ERAS if prior_paths(SHELF.era(era), 2023)]


def given(rnd: Random, plan: FormPlan) -> Content:
    """Contents with last year's figures, sensible or not."""
    last: dict[str, Typed] = {
        path: pick(rnd, ENTRIES) or None for path in prior_paths(plan.era, plan.options.year) if rnd.randrange(4)
    }
    return replace(content(rnd, plan), prior=last)


def test_two_eras_at_least_look_back() -> None:
    """The tests below are about something."""
    assert {"jilin-2013", "national-2021"} <= set(LOOKING_BACK)


@pytest.mark.parametrize("era", LOOKING_BACK)
def test_every_formula_shows_what_python_evaluates(era: str, soffice: Office, tmp_path: Path) -> None:
    """Checks against last year agree with LibreOffice's recalculation, whatever stands in either year's cells."""
    rnd = Random(f"prior figures {era}")
    plans = [
        plan_of(era, totals=totals, lang=lang, prior=True) for totals, lang in (("computed", "zh"), ("typed", "en"))
    ]
    cases = [(plan, given(rnd, plan)) for plan in plans for _ in range(6)]
    found = [
        line for plan, typed, book in recalculated(soffice, tmp_path, cases) for line in differences(plan, typed, book)
    ]
    assert not found, "\n".join([f"{len(found)} differences", *found[:20]])


@pytest.mark.parametrize("era", LOOKING_BACK)
def test_a_workbook_without_last_year_has_nothing_of_it(era: str) -> None:
    """Only those who ask for last year's figures get the sheet, its names and its checks."""
    without, with_ = plan_of(era), plan_of(era, prior=True)
    assert not any(path.startswith("prior.") for path in without.fields)
    assert {sheet.name for sheet in with_.workbook.sheets} - {sheet.name for sheet in without.workbook.sheets} == {
        "上年数据"
    }
    assert len(with_.instances) > len(without.instances)
    assert {name for name in with_.workbook.names if name.startswith("XP_")} == {
        entry.name for path, entry in with_.fields.items() if path.startswith("prior.")
    }


@pytest.mark.parametrize("era", LOOKING_BACK)
def test_last_years_cells_are_open_and_not_in_the_check_code(era: str) -> None:
    """Correcting last year's figure changes neither the return nor its 数据校验码."""
    plan = plan_of(era, prior=True)
    sheet = next(each for each in plan.workbook.sheets if each.name == "上年数据")
    open_cells = {(cell.row, cell.col) for cell in sheet.cells if not cell.locked}
    assert open_cells == {(entry.row, entry.col) for path, entry in plan.fields.items() if path.startswith("prior.")}
    last = dict.fromkeys(prior_paths(plan.era, plan.options.year), 3)
    assert Results(plan, Content(prior=last)).code == Results(plan, Content()).code


CODE = "000000-SL"
AGENCY = Agency(CODE, "示例市商务局")
ROSTER = Roster((RosterEntry(CODE, AGENCY.name),))
CARRIED = "applications.total.carried_out"


def zeros(era: str, year: int, **figures: int) -> Record:
    paths = SHELF.era(era).indicators
    values = {path: None if indicator.optional else 0 for path, indicator in paths.items()}
    return Record(era, year, AGENCY, {**values, **{path.replace("__", "."): value for path, value in figures.items()}})


def last_year(*records: Record) -> LastYear:
    return LastYear(SHELF, records, Succession())


def made(prior: Record) -> bytes:
    options = Options(2024, prior=True)
    (output,) = generate(SHELF, "national-2021", options, ROSTER, prior=last_year(prior))
    return output.make()


def source(data: bytes) -> Source:
    return Source("return.xlsx", lambda: data)


def filled(this: dict[str, int], last: dict[str, Typed]) -> bytes:
    plan = SHELF.plan("national-2021", Options(2024, totals="typed", prior=True))
    figures: dict[str, Typed] = {path: 0 for path in plan.figures if not plan.era.indicators[path].optional}
    typed = {path: value for path, value in {**figures, **this}.items() if path in plan.fields}
    return SHELF.write(fill(plan, Content(agency=AGENCY, typed=typed, prior=last)))


def codes(returned: Returned) -> Iterator[str]:
    return (finding.instance or finding.code for finding in returned.findings)


def test_generate_writes_last_years_figures_beside_empty_cells() -> None:
    """The desk's figures of last year stand in the new workbook; this year's cells are empty."""
    book = open_book(made(zeros("national-2021", 2023, applications__total__carried_out=4)))
    sheet = book.sheet("上年数据")
    assert sheet is not None
    shown = [cell.value for (_, col), cell in sheet.cells.items() if col == 4 and isinstance(cell.value, int | float)]
    assert 4 in shown
    read = read_file(source(made(zeros("national-2021", 2023))), SHELF)
    assert read.record is not None and set(read.record.values.values()) == {None}
    assert read.prior is not None and read.prior[CARRIED] == 0


def test_reading_takes_last_years_cells_without_making_them_part_of_the_record() -> None:
    """What stands on 上年数据 is known to validation, and the record is the same as without."""
    with_, without = (read_file(source(filled({}, last)), SHELF) for last in ({CARRIED: 4}, {}))
    assert with_.prior is not None and with_.prior[CARRIED] == 4
    assert with_.record is not None and without.record is not None
    assert replace(with_.record, source=None) == replace(without.record, source=None)


def test_validate_uses_the_workbooks_own_figures_of_last_year() -> None:
    """上年结转 0 against 结转下年度 4 of last year is found, with last year's figure in the sentence."""
    returned = validate_file(source(filled({}, {CARRIED: 4})), SHELF, Expected())
    (finding,) = [each for each in returned.findings if each.code == "N21-T3-CARRIED-PRIOR"]
    assert finding.instance == "N21-T3-CARRIED-PRIOR@applications.total"
    assert (finding.args["left"], finding.args[f"prior.{CARRIED}"]) == ("0", "4")
    assert [place.sheet for place in finding.places] == ["表三", "上年数据"]


def test_the_desks_record_of_last_year_comes_before_the_workbooks_own_figures() -> None:
    """An agency that changes last year's cell to fit does not get past the desk that has last year's return."""
    data = filled({}, {CARRIED: 0})
    desk = last_year(zeros("national-2021", 2023, applications__total__carried_out=4))
    assert not [each for each in codes(validate_file(source(data), SHELF, Expected())) if "applications.total" in each]
    assert [
        each
        for each in codes(validate_file(source(data), SHELF, Expected(), prior=desk))
        if "applications.total" in each
    ]


def test_no_return_of_last_year_is_an_answer_of_its_own() -> None:
    """Where the desk has nothing of last year, validation says so once, and no check fails for it."""
    data = filled({}, {})
    returned = validate_file(source(data), SHELF, Expected(), prior=last_year())
    assert [each for each in codes(returned) if each.startswith("PRIOR-")] == ["PRIOR-NONE"]
    assert not any("@" in each for each in codes(returned))


def test_an_unreadable_figure_of_last_year_is_said() -> None:
    """A text in a cell of last year's figures is a finding at its place, and the check is not assessable."""
    returned = validate_file(source(filled({}, {CARRIED: "四件"})), SHELF, Expected())
    (finding,) = [each for each in returned.findings if each.places and each.places[0].sheet == "上年数据"]
    assert finding.code == "VALUE-TEXT"


def test_an_answer_to_a_check_that_looks_back_survives_filling_and_reading() -> None:
    """A record that explains a check against last year goes into a workbook that has that check, and comes back."""
    explained = Explanation("N21-T3-CARRIED-PRIOR", "applications.total", "上年多报1件")
    record = replace(zeros("national-2021", 2024), explanations=(explained,))
    data, _ = fill_record(record, SHELF, "auto", "zh")
    read = read_file(source(data), SHELF)
    assert read.record is not None and read.record.explanations == (explained,)


def test_last_years_figures_need_a_roster(tmp_path: Path) -> None:
    """A blank without an agency has no last year."""
    last = tmp_path / "last.json"
    last.write_bytes(dump_record(zeros("national-2021", 2023)))
    args = ["generate", "national-2021", "--year", "2024", "--prior", str(last), "-o", str(tmp_path / "out")]
    assert CliRunner().invoke(xltool, args).exit_code == 2
    roster = tmp_path / "roster.csv"
    roster.write_text(f"代码,全称\n{CODE},{AGENCY.name}\n", encoding="utf-8")
    assert CliRunner().invoke(xltool, [*args, "--roster", str(roster)]).exit_code == 0
    (made_,) = (tmp_path / "out").iterdir()
    assert open_book(made_.read_bytes()).sheet("上年数据") is not None
