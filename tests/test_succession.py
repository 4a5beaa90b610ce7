"""Which agencies became which: read from a list, and applied to last year's returns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from strategies import SHELF

from xltool.app.comparing import LastYear
from xltool.io.succession import read_succession
from xltool.model.comparison import Prior
from xltool.model.finding import Refused
from xltool.model.record import Agency, Record
from xltool.model.succession import Change, Succession

ERA = "national-2021"
NEW, OUT = "applications.total.new", "applications.total.carried_out"
HEAD = "原代码,现代码,类型,生效日期,结转承接单位\n"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def file(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "succession.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return file


def record(code: str, year: int = 2023, *, era: str = ERA, **figures: int | None) -> Record:
    """All zeros but for `figures`, of which a dot is two underscores."""
    indicators = SHELF.era(era).indicators
    values = {path: None if indicator.optional else 0 for path, indicator in indicators.items()}
    given = {path.replace("__", "."): value for path, value in figures.items()}
    return Record(era, year, Agency(code, code), {**values, **given})


def returned(code: str, new: int | None, out: int | None) -> Record:
    return record(code, applications__total__new=new, applications__total__carried_out=out)


A, B = returned("A", 5, 1), returned("B", 7, 2)


def prior(code: str, *changes: Change, last: tuple[Record, ...] = (A, B)) -> Prior:
    """What stands behind `code`'s return of 2024."""
    return LastYear(SHELF, last, Succession(changes)).of(Agency(code, code), 2024, "own", SHELF.era(ERA))


def figures(found: Prior) -> tuple[object, object]:
    assert found.record is not None
    return found.record.values[NEW], found.record.values[OUT]


# --- reading -----------------------------------------------------------------------------------------------------


def test_every_kind_of_change_is_read_with_its_line(write: Write) -> None:
    """Six kinds, dates in the usual ways of writing, the last column optional."""
    text = (
        HEAD
        + "A,N,更名,2024-03-01\nB,C,合并,2024/3/1,\nD,E,分立,2024年3月1日,E\nF,,撤销,2024.3.1,G\nH,I,划转,2024-3-1\n,J,新设,2024-03-01\n"
    )
    changes = read_succession(write(text)).changes
    assert [each.kind for each in changes] == ["renamed", "merged", "split", "abolished", "transferred", "new"]
    assert {each.date for each in changes} == {"2024-03-01"}
    assert [each.line for each in changes] == [2, 3, 4, 5, 6, 7]
    assert changes[3] == Change("F", "", "abolished", "2024-03-01", "G", 5)


def test_chinese_excel_writes_gb18030(write: Write) -> None:
    """A list saved by a Chinese Excel as CSV is the same list."""
    assert read_succession(write(HEAD + "A,N,更名,2024-03-01,\n")) == read_succession(
        write(HEAD + "A,N,更名,2024-03-01,\n", "gb18030")  # type: ignore[call-arg]
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("A,N,改名,2024-03-01,", "SUCCESSION-KIND"),
        ("A,N,更名,2024-02-30,", "SUCCESSION-DATE"),
        ("A,N,更名,,", "SUCCESSION-DATE"),
        ("A,,更名,2024-03-01,", "SUCCESSION-MISSING"),
        (",N,合并,2024-03-01,", "SUCCESSION-MISSING"),
        ("A,N,撤销,2024-03-01,", "SUCCESSION-UNEXPECTED"),
        ("A,N,新设,2024-03-01,", "SUCCESSION-UNEXPECTED"),
        ("=A1,N,更名,2024-03-01,", "SUCCESSION-CODE"),
        ("A,N,更名,2024-03-01,,多", "SUCCESSION-EXTRA-CELLS"),
    ],
)
def test_a_faulty_line_refuses_the_list_and_is_named(write: Write, line: str, code: str) -> None:
    """What cannot be understood is said with its line, and nothing is taken from the list."""
    with pytest.raises(Refused) as refusal:
        read_succession(write(HEAD + "X,Y,更名,2024-01-01,\n" + line + "\n"))
    assert (code, 3) in [(each.code, each.args.get("line")) for each in refusal.value.findings]


def test_one_change_twice_is_refused(write: Write) -> None:
    """Twice the same line would add a predecessor twice."""
    with pytest.raises(Refused) as refusal:
        read_succession(write(HEAD + "A,N,合并,2024-03-01,\nB,N,合并,2024-03-01,\na,n,合并,2024-03-01,\n"))
    (finding,) = refusal.value.findings
    assert (finding.code, finding.args["line"], finding.args["first"]) == ("SUCCESSION-TWICE", 4, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("代码,全称\nA,甲\n", "SUCCESSION-NO-HEADER"),
        ("\0\1", "SUCCESSION-NOT-A-TABLE"),
        (HEAD + 'A,"N,更名\n', "SUCCESSION-NOT-A-TABLE"),
    ],
)
def test_a_file_that_is_no_list_is_refused(write: Write, text: str, code: str) -> None:
    """A roster, a broken file and an open quotation mark each say what they are."""
    with pytest.raises(Refused) as refusal:
        read_succession(write(text))
    assert refusal.value.findings[0].code == code


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(Refused) as refusal:
        read_succession(tmp_path / "none.csv")
    assert refusal.value.findings[0].code == "SUCCESSION-NOT-FOUND"


# --- last year's record ------------------------------------------------------------------------------------------


def test_an_agency_that_stayed_has_its_own_record_whatever_the_case_of_its_code() -> None:
    """Without a change last year's record is that of the same code."""
    found = prior("a")
    assert (found.reason, figures(found)) == ("same", (5, 1))


def test_a_renamed_or_transferred_agency_has_its_old_record() -> None:
    """更名 and 划转 of a whole body change the code and nothing else."""
    for kind in ("renamed", "transferred"):
        found = prior("N", Change("A", "N", kind, "2024-03-01"))  # type: ignore[arg-type]
        assert (found.reason, figures(found)) == ("renamed", (5, 1))


def test_a_merged_agency_has_the_sum_of_its_predecessors() -> None:
    """合并: indicator by indicator."""
    found = prior("N", Change("A", "N", "merged", "2024-03-01"), Change("B", "N", "merged", "2024-03-01"))
    assert (found.reason, found.codes, figures(found)) == ("merged", ("A", "B"), (12, 3))


def test_a_body_that_takes_another_in_adds_its_own_record() -> None:
    """B merged into A, which goes on under its own code."""
    found = prior("A", Change("B", "A", "merged", "2024-03-01"))
    assert (found.reason, set(found.codes), figures(found)) == ("merged", {"A", "B"}, (12, 3))


def test_what_is_missing_in_one_predecessor_is_missing_in_the_sum() -> None:
    """A sum over a blank would be a wrong number."""
    found = prior(
        "N",
        Change("A", "N", "merged", "2024-03-01"),
        Change("B", "N", "merged", "2024-03-01"),
        last=(A, returned("B", None, 2)),
    )
    assert figures(found) == (None, 3)


def test_a_merger_without_all_its_returns_has_no_record() -> None:
    """A sum without one of its parts is not last year's figure; the part is named."""
    found = prior("N", Change("A", "N", "merged", "2024-03-01"), Change("C", "N", "merged", "2024-03-01"))
    assert (found.record, found.reason, found.absent) == (None, "partial", ("C",))


def test_a_split_agency_has_no_record() -> None:
    """分立: neither part, nor what is left of the whole, has figures to compare with."""
    changes = (Change("A", "A1", "split", "2024-03-01"),)
    assert prior("A1", *changes) == Prior(None, "split")
    assert prior("A", *changes) == Prior(None, "split")


def test_a_new_agency_has_no_record() -> None:
    """新设 is an answer of its own."""
    assert prior("N", Change("", "N", "new", "2024-03-01")) == Prior(None, "new")


def test_nobody_reported_is_an_answer_of_its_own() -> None:
    """No return of last year is not a return of zeros."""
    assert prior("Z").reason == "none"


def test_the_heir_takes_over_unfinished_business_and_nothing_else() -> None:
    """撤销 with 结转承接单位: the heir's 上年结转 is its own and the abolished body's; its other figures are its own."""
    assert figures(prior("A", Change("B", "", "abolished", "2024-03-01", "A"))) == (5, 3)


def test_the_heir_of_a_split_body_has_its_unfinished_business_alone() -> None:
    """分立 with 结转承接单位: the carried figures are known, all others are not."""
    assert figures(prior("A1", Change("A", "A1", "split", "2024-03-01", "A1"))) == (None, 1)


def test_unfinished_business_that_went_elsewhere_is_not_counted_twice() -> None:
    """A merged body whose applications went to a third one leaves them out of the sum."""
    changes = (Change("A", "N", "merged", "2024-03-01"), Change("B", "N", "merged", "2024-03-01", "C"))
    assert figures(prior("N", *changes)) == (12, 1)
    assert figures(prior("C", *changes, last=(A, B, returned("C", 4, 4)))) == (4, 6)


def test_changes_of_other_years_do_not_matter() -> None:
    """Last year's return was made under the codes of last year."""
    assert figures(prior("A", Change("B", "A", "merged", "2023-03-01"))) == (5, 1)
    assert figures(prior("A", Change("B", "A", "merged", "2025-03-01"))) == (5, 1)


def test_changes_of_one_year_follow_each_other() -> None:
    """A was renamed M, and M then merged with B to N."""
    changes = (
        Change("A", "M", "renamed", "2024-02-01"),
        Change("M", "N", "merged", "2024-06-01"),
        Change("B", "N", "merged", "2024-06-01"),
    )
    assert figures(prior("N", *changes)) == (12, 3)


def test_two_agencies_may_exchange_their_codes() -> None:
    """A circle of changes ends."""
    changes = (Change("A", "B", "renamed", "2024-02-01"), Change("B", "A", "renamed", "2024-02-01"))
    assert (figures(prior("A", *changes)), figures(prior("B", *changes))) == ((7, 2), (5, 1))


def test_the_highest_submission_counts() -> None:
    """Of two returns of last year the later submission is last year's."""
    from dataclasses import replace

    again = replace(returned("A", 6, 1), submission=2)
    assert figures(prior("A", last=(again, A))) == (6, 1)


def test_last_years_form_serves_as_far_as_its_figures_mean_the_same() -> None:
    """A return of 2020 on the form of 2019 gives the form of 2021 its 结转下年度, and nothing the forms do not share."""
    old = record(
        "A", 2020, era="national-2019", applications__total__carried_out=3, disclosure__rules__total_published=9
    )
    found = LastYear(SHELF, (old,), Succession()).of(Agency("A", "A"), 2021, "own", SHELF.era(ERA))
    assert found.record is not None
    assert found.record.values[OUT] == 3
    assert found.record.values["disclosure.rules.in_force"] is None


def test_a_form_without_common_figures_is_an_answer_of_its_own() -> None:
    """Nothing of the Jilin form is a figure of the form of 2021."""
    old = Record("jilin-2013", 2020, Agency("A", "A"), dict.fromkeys(SHELF.era("jilin-2013").indicators))
    assert LastYear(SHELF, (old,), Succession()).of(Agency("A", "A"), 2021, "own", SHELF.era(ERA)).reason == "other_era"
