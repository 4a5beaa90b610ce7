"""This year beside last year: what changed, what was copied, what jumped, and checks that look back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from strategies import ERAS, SHELF, records
from test_succession import record

from xltool.app.comparing import compare_years
from xltool.cli.main import xltool
from xltool.io.records import dump_record
from xltool.model.comparison import Comparison
from xltool.model.record import Record
from xltool.model.returned import Returned
from xltool.model.succession import Change, Succession
from xltool.passes.check import check, judgements
from xltool.passes.compare import compare, copied, jumps, percent

RULES = SHELF.library.compare_rules
NEW, IN, OUT = (f"applications.total.{name}" for name in ("new", "carried_in", "carried_out"))
ISSUED, REPEALED, IN_FORCE = (f"disclosure.normative_documents.{name}" for name in ("issued", "repealed", "in_force"))


def returns(*found: Record) -> list[Returned]:
    return [Returned(f"{each.agency.code}-{each.year}.json", each) for each in found]


def with_(base: Record, figures: Mapping[str, int | None]) -> Record:
    return replace(base, values={**base.values, **figures})


def one(last: Record, this: Record, *changes: Change) -> Comparison:
    (found,) = [each for each in compare_years(returns(last), returns(this), SHELF, Succession(changes)) if each.record]
    return found


def codes(found: Comparison) -> list[str]:
    return [finding.instance or finding.code for finding in found.findings]


LAST, THIS = record("A", 2022), record("A", 2023)


# --- checks that look back ---------------------------------------------------------------------------------------


def test_carried_in_is_last_years_carried_out_in_every_column() -> None:
    """上年结转 against 结转下年度: the totals agree, two columns do not, and each is found."""
    columns = {
        "applications.natural_person": (2, 1),
        "applications.commercial_enterprise": (1, 2),
        "applications.total": (3, 3),
    }
    last = with_(LAST, {f"{column}.carried_out": before for column, (before, _) in columns.items()})
    this = with_(THIS, {f"{column}.carried_in": after for column, (_, after) in columns.items()})
    assert [each for each in codes(one(last, this)) if "CARRIED" in each] == [
        "N21-T3-CARRIED-PRIOR@applications.natural_person",
        "N21-T3-CARRIED-PRIOR@applications.commercial_enterprise",
    ]


def test_documents_in_force_are_last_years_and_what_was_issued_less_what_was_repealed() -> None:
    """现行有效 = 上年 + 制发 - 废止."""
    last = with_(LAST, {IN_FORCE: 10})
    right = with_(THIS, {ISSUED: 3, REPEALED: 1, IN_FORCE: 12})
    assert codes(one(last, right)) == []
    assert codes(one(last, with_(right, {IN_FORCE: 13}))) == ["N21-T2-IN-FORCE-PRIOR@disclosure.normative_documents"]


def test_cumulative_figures_are_last_years_and_this_years() -> None:
    """累计 = 上年累计 + 当年, on the form of 2013."""
    base = Record("jilin-2013", 2012, LAST.agency, dict.fromkeys(SHELF.era("jilin-2013").indicators))
    row = "disclosed.channels.website"
    last = with_(base, {f"{row}.cumulative": 47, f"{row}.year": 7})
    this = with_(replace(base, year=2013), {f"{row}.cumulative": 52, f"{row}.year": 5})
    assert codes(one(last, this)) == []
    assert codes(one(with_(last, {f"{row}.cumulative": 48}), this)) == [f"J13-CUMULATIVE-PRIOR@{row}"]


def test_a_check_that_looks_back_shows_last_years_figure() -> None:
    """A finding without last year's number could not be acted on: it is in no cell of this year's return."""
    (finding,) = [each for each in one(with_(LAST, {OUT: 4}), with_(THIS, {IN: 3})).findings if "CARRIED" in each.code]
    assert finding.args[f"prior.{OUT}"] == "4"


@pytest.mark.parametrize("era", ERAS)
def test_without_last_year_no_check_that_looks_back_is_judged(era: str) -> None:
    """No return of last year is missing figures, not zeros: such checks have no verdict."""
    loaded = SHELF.era(era)
    zero = Record(era, 2023, LAST.agency, {path: 0 for path in loaded.indicators})
    back = [
        judged
        for each, judged in judgements(zero, loaded, zero.agency)
        if any(ref.origin == "prior" for ref in each.facts)
    ]
    assert all(judged.verdict == "not_assessable" for judged in back)


@given(records("national-2021"))
def test_a_prior_record_adds_findings_of_checks_that_look_back_and_no_others(found: Record) -> None:
    """Last year's record never changes the verdict of a check within this year's."""
    era = SHELF.era("national-2021")
    back = {each.check.id for each in era.instances if any(ref.origin == "prior" for ref in each.facts)}
    with_prior = [each for each in check(found, era, prior=found) if each.code not in back]
    assert with_prior == list(check(found, era))


# --- copies and jumps --------------------------------------------------------------------------------------------


def test_a_return_equal_to_last_years_may_be_a_copy() -> None:
    """雷同: every figure the same, and not all of them 0."""
    assert "COMPARE-COPIED" in codes(one(with_(LAST, {NEW: 4}), with_(THIS, {NEW: 4})))


def test_two_years_of_zeros_are_no_copy() -> None:
    """Most small offices have nothing to report, year after year."""
    assert codes(one(LAST, THIS)) == []
    assert not copied(with_(THIS, dict.fromkeys(THIS.values)), with_(LAST, dict.fromkeys(LAST.values)), RULES)


def test_one_figure_changed_is_no_copy() -> None:
    """A return that differs anywhere was at least looked at."""
    assert "COMPARE-COPIED" not in codes(
        one(with_(LAST, {NEW: 4, "applications.total.granted": 4}), with_(THIS, {NEW: 4}))
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (3, 30, True),
        (30, 3, True),
        (1, 10, False),
        (2, 11, False),
        (2, 20, True),
        (100, 999, False),
        (0, 99, False),
        (0, 100, True),
        (100, 0, True),
        (None, 1000, False),
        (5, None, False),
    ],
)
def test_a_jump_is_ten_times_and_ten_more(before: int | None, after: int | None, expected: bool) -> None:
    """The limits are data; from and to 0, where there is no ratio, only a large figure is one."""
    assert (RULES.times, RULES.least, RULES.from_zero) == (10, 10, 100)
    assert jumps(before, after, RULES) is expected


def test_a_total_that_jumps_with_its_part_is_said_once() -> None:
    """The part is the question; its total follows."""
    part = "applications.natural_person.new"
    found = one(with_(LAST, {part: 2, NEW: 2}), with_(THIS, {part: 40, NEW: 40}))
    assert [each.paths for each in found.findings if each.code == "COMPARE-JUMP"] == [(part,)]


@pytest.mark.parametrize(
    ("before", "after", "expected"), [(4, 5, "25"), (5, 4, "-20"), (0, 5, None), (None, 5, None), (3, 4, "33.3")]
)
def test_no_percentage_after_a_zero(before: int | None, after: int | None, expected: str | None) -> None:
    """A change from 0 has no percentage."""
    found = percent(before, after)
    assert (None if found is None else str(found)) == expected


def test_no_rate_is_computed_from_cumulative_figures() -> None:
    """累计 grows whatever happens."""
    era = SHELF.era("jilin-2013")
    base = Record("jilin-2013", 2012, LAST.agency, dict.fromkeys(era.indicators))
    row = "disclosed.content.total"
    last, this = (with_(base, {f"{row}.cumulative": n, f"{row}.year": m}) for n, m in ((40, 8), (50, 10)))
    changed, _ = compare(this, last, era, RULES, {})
    assert {each.path: each.percent for each in changed} == {f"{row}.cumulative": None, f"{row}.year": 25}


# --- agencies ----------------------------------------------------------------------------------------------------


def test_agencies_that_no_longer_report_are_listed_with_the_reason() -> None:
    """Gone without a reason is to be explained; abolished and merged ones are not expected."""
    last = [record(code, 2022) for code in ("A", "B", "C", "D")]
    changes = (Change("B", "", "abolished", "2023-02-01"), Change("C", "A", "merged", "2023-02-01"))
    found = compare_years(returns(*last), returns(THIS), SHELF, Succession(changes))
    gone = {each.code: each.findings[0].code for each in found if each.record is None}
    assert gone == {"B": "COMPARE-ABOLISHED", "C": "COMPARE-SUCCEEDED", "D": "COMPARE-GONE"}


def test_a_sum_of_several_returns_is_never_a_copy() -> None:
    """Whoever reports what two others reported together did not copy."""
    changes = (Change("A", "N", "merged", "2023-02-01"), Change("B", "N", "merged", "2023-02-01"))
    last = [with_(record("A", 2022), {NEW: 4}), with_(record("B", 2022), {NEW: 1})]
    (found,) = [
        each
        for each in compare_years(
            returns(*last), returns(with_(record("N", 2023), {NEW: 5})), SHELF, Succession(changes)
        )
        if each.record
    ]
    assert codes(found) == ["PRIOR-MERGED"]


def test_years_apart_are_compared_without_the_checks_of_last_year() -> None:
    """结转 of two years ago says nothing about this year's."""
    found = one(with_(record("A", 2020), {OUT: 4}), with_(record("A", 2022), {IN: 3}))
    assert codes(found) == ["COMPARE-GAP"]
    assert {each.path for each in found.differences} == {OUT, IN}


# --- the command -------------------------------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    for year, (taken, carried) in {2022: (4, 0), 2023: (50, 1)}.items():
        folder = tmp_path / str(year)
        folder.mkdir()
        (folder / "A.json").write_bytes(dump_record(with_(record("A", year), {NEW: taken, IN: carried})))
    (tmp_path / "succession.csv").write_text("原代码,现代码,类型,生效日期\nA,Z,更名,2023-01-01\n", encoding="utf-8")

    def command(*args: str) -> Result:
        return CliRunner().invoke(xltool, ["--lang", "zh", *(arg.replace("@", str(tmp_path)) for arg in args)])

    return command


def test_compare_prints_changes_and_findings(run: Run) -> None:
    """What changed, checks against last year, and jumps, for people; a jump does not fail by default."""
    result = run("compare", "@/2022", "@/2023")
    assert result.exit_code == 0, result.output
    for text in ("申请·总计·新收：4 → 50（+1150%）", "上年“结转下年”0", "上年4，本年50", "共1个单位：可比1个"):
        assert text in result.output
    assert run("compare", "@/2022", "@/2023", "--fail-on", "explain").exit_code == 1


def test_compare_prints_json(run: Run) -> None:
    """The same for programs, numbers as texts."""
    (found,) = json.loads(run("compare", "@/2022", "@/2023", "--format", "json").output)
    assert found["prior"] == {"year": 2022, "reason": "same", "codes": ["A"], "absent": []}
    assert {"path": NEW, "before": "4", "after": "50", "percent": "1150"} in found["differences"]


def test_compare_knows_who_became_whom(run: Run) -> None:
    """A renamed away: this year's A has nothing before it, and last year's A reports as Z."""
    result = run("compare", "@/2022", "@/2023", "--succession", "@/succession.csv")
    assert "没有变化" not in result.output


def test_validate_checks_against_last_year(run: Run) -> None:
    """--prior adds what looks back, and without it nothing is said of last year."""
    assert "CARRIED-PRIOR" in run("validate", "@/2023", "--prior", "@/2022", "--format", "json").output
    assert "PRIOR" not in run("validate", "@/2023", "--format", "json").output


def test_last_year_without_a_readable_return_is_refused(run: Run, tmp_path: Path) -> None:
    """A wrong path must not look like a clean comparison."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "a.json").write_text("{}", encoding="utf-8")
    result = run("compare", "@/empty", "@/2023")
    assert result.exit_code != 0
