"""Merging: each agency once, missing is never 0, nothing is left out without a word, and order never matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltool.io.library import Library
from xltool.model.era import Era, Method, Total
from xltool.model.finding import Finding
from xltool.model.record import Agency, Mark, Record, Source, Value
from xltool.model.roster import Roster, RosterEntry
from xltool.model.summary import Return, Summary
from xltool.numbers import exact
from xltool.passes.merge import merge
from xltool.rules.nodes import Binary, Node, Ref

LIBRARY = Library()
ERA = LIBRARY.era("national-2021")
NEW, FEES = "applications.natural_person.new", "disclosure.fees.amount"
IN_FORCE, PENDING = "disclosure.rules.in_force", "review_litigation.reconsideration.pending"
MISC, GROUP = "applications.natural_person.other.misc", "applications.natural_person.other.group"
PATHS = (NEW, FEES, IN_FORCE, PENDING, MISC, GROUP)


def record(code: str, values: Mapping[str, Value], submission: int = 1, era: Era = ERA, **more: object) -> Record:
    """A record of agency `code` with only `values` filled in."""
    full = {path: values.get(path) for path in era.indicators}
    return replace(Record(era.id, 2023, Agency(code, f"{code}局"), full, submission=submission), **more)


def sent(made: Record, file: str = "", errors: int = 0, explains: int = 0) -> Return:
    """The record as a return, in a file named after agency and number unless `file` says otherwise."""
    name = file or f"{made.agency.code}_{made.submission}.xlsx"
    return Return(replace(made, source=Source(name, f"{len(name):064x}")), name, errors, explains)


def roster(*codes: str, uncounted: Sequence[str] = ()) -> Roster:
    return Roster(tuple(RosterEntry(code, f"{code}局", counted=code not in uncounted) for code in codes))


def merged(returns: Sequence[Return], names: Roster | None = None, *, invalid: bool = False, era: Era = ERA) -> Summary:
    summary, _ = merge(returns, era, names, include_invalid=invalid)
    assert summary is not None
    return summary


def said(returns: Sequence[Return], names: Roster | None = None, *, invalid: bool = False) -> list[Finding]:
    return list(merge(returns, ERA, names, include_invalid=invalid)[1])


def statuses(summary: Summary) -> dict[str, str]:
    return {each.code: each.status for each in summary.coverage}


def with_method(path: str, method: Method, formula: Node | None = None) -> Era:
    """The era with one indicator added up by another method."""
    changed = {**ERA.indicators, path: replace(ERA.indicators[path], method=method, decimals=2)}
    totals = {**ERA.totals, path: Total(path, formula)} if formula else ERA.totals
    return replace(ERA, indicators=changed, totals=totals)


counts = st.none() | st.integers(0, 10**10 - 1)
amounts = st.none() | st.decimals(0, 10**7 - 1, places=6).map(exact)
figures = st.fixed_dictionaries({path: amounts if path == FEES else counts for path in PATHS})


@st.composite
def campaigns(draw: st.DrawFn) -> list[Return]:
    """Returns of up to eight agencies, some sent again, some in copies, some with errors."""
    made = []
    for number in range(draw(st.integers(1, 8))):
        for submission in range(1, draw(st.integers(1, 3)) + 1):
            one = record(f"A{number}", draw(figures), submission)
            errors = draw(st.sampled_from([0, 0, 0, 2]))
            copies = draw(st.sampled_from([1, 1, 2]))
            made += [sent(one, f"A{number}_{submission}_{copy}.xlsx", errors) for copy in range(copies)]
    return made


@given(st.lists(figures, min_size=1, max_size=12))
def test_a_sum_is_the_exact_sum_of_what_was_reported(given_figures: list[dict[str, Value]]) -> None:
    """Every total equals the sum of fractions of all figures given; where none is given there is no total."""
    summary = merged([sent(record(f"A{number:02}", values)) for number, values in enumerate(given_figures)])
    for path in PATHS:
        present = [Fraction(values[path]) for values in given_figures if values[path] is not None]
        line = summary.lines.get(path)
        if path == GROUP and not present:
            assert line is None
            continue
        assert line is not None
        assert (None if line.value is None else Fraction(line.value)) == (sum(present) if present else None)
        assert (line.counted, line.of) == (len(present), len(given_figures))
        assert line.partial == (len(present) < len(given_figures))


@given(campaigns(), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_files_does_not_matter(returns: list[Return], chance: Random, invalid: bool) -> None:
    """Any order of the same returns gives the same summary and the same findings."""
    shuffled = list(returns)
    chance.shuffle(shuffled)
    assert merge(returns, ERA, include_invalid=invalid) == merge(shuffled, ERA, include_invalid=invalid)


@given(campaigns(), st.booleans())
def test_no_agency_is_added_twice(returns: list[Return], invalid: bool) -> None:
    """Totals are those of each agency's highest number alone, and copies of all files change no total."""
    last = {item.code: item for item in sorted(returns, key=lambda item: item.record.submission)}
    wanted = [item.record.values for item in last.values() if invalid or not item.errors]
    copies = [replace(item, file=f"again/{item.file}") for item in returns]
    for files in (returns, returns + copies):
        lines = merged(files, invalid=invalid).lines
        for path in PATHS[:-1]:
            present = [values[path] for values in wanted if values[path] is not None]
            assert lines[path].value == (sum(present) if present else None)
            assert lines[path].counted == len(present)


@given(campaigns())
def test_every_file_is_counted_or_accounted_for(returns: list[Return]) -> None:
    """Each return is either added or in the list of those left out, never both and never neither."""
    summary = merged(returns, roster("A0", "A1", "A2", "A9", uncounted=["A1"]))
    files = [item.file for item in summary.included] + [item.file for item, _ in summary.left_out]
    assert sorted(files) == sorted(item.file for item in returns)


def test_totals_are_added_as_reported() -> None:
    """A reported total is added, not computed from its parts."""
    path = "review_litigation.reconsideration.total"
    summary = merged([sent(record("A", {path: 5, PENDING: 1})), sent(record("B", {path: 7, PENDING: 1}))])
    assert summary.lines[path].value == 12


def test_a_blank_is_not_zero() -> None:
    """A blank, a 不适用 and an unreadable figure count nowhere; a declared zero is a 0."""
    marks = {"B": Mark("not_applicable", "/"), "C": Mark("unreadable", "约12")}
    returns = [sent(record(code, {}, marks={NEW: mark})) for code, mark in marks.items()]
    returns += [sent(record("A", {})), sent(record("D", {NEW: 0}, marks={NEW: Mark("declared_zero")}))]
    line = merged(returns).lines[NEW]
    assert (line.value, line.counted, line.of, line.state) == (0, 1, 4, "partial")
    assert merged(returns[:3]).lines[NEW].state == "none"


# --- Versions ------------------------------------------------------------------------------------------------------


def test_the_higher_number_wins_whatever_the_file_is_called() -> None:
    """Names of files never decide; the notice names both files."""
    old, new = sent(record("A", {NEW: 1}, 1), "z新.xlsx"), sent(record("A", {NEW: 2}, 2), "a旧.xlsx")
    assert merged([old, new]).lines[NEW].value == 2
    (notice,) = said([old, new])
    assert (notice.code, notice.severity) == ("MERGE-SUPERSEDED", "notice")
    assert (notice.args["file"], notice.args["other"]) == ("z新.xlsx", "a旧.xlsx")


def test_an_older_return_never_stands_in_for_a_faulty_newer_one() -> None:
    """The highest number with errors stays out, and the agency with it."""
    returns = [sent(record("A", {NEW: 1}, 1)), sent(record("A", {NEW: 2}, 2), errors=1)]
    assert merged(returns).lines[NEW].value is None
    assert statuses(merged(returns)) == {"A": "errors"}


def test_identical_copies_count_once() -> None:
    """Same number and same figures: one of them counts, and a notice names both, whoever filled them in."""
    copies = [sent(record("A", {NEW: 4}, cover={"filler": name}), f"{name}.xlsx") for name in ("甲", "乙")]
    assert merged(copies).lines[NEW].value == 4
    (notice,) = said(copies)
    assert notice.code == "MERGE-IDENTICAL"
    assert {notice.args["file"], notice.args["other"]} == {"甲.xlsx", "乙.xlsx"}


@pytest.mark.parametrize("other", [{NEW: 5}, {}, {NEW: 4, FEES: 0}], ids=["other number", "blank", "0 for blank"])
def test_two_different_returns_of_one_number_are_both_left_out(other: dict[str, Value]) -> None:
    """Which is valid is not known: neither counts, and the error names both files and where they differ."""
    returns = [sent(record("A", {NEW: 4}), "1.xlsx"), sent(record("A", other), "2.xlsx"), sent(record("B", {NEW: 1}))]
    summary = merged(returns)
    assert (summary.lines[NEW].value, summary.lines[NEW].counted, summary.lines[NEW].of) == (1, 1, 2)
    (error,) = said(returns)
    assert (error.code, error.severity) == ("MERGE-CONFLICT", "error")
    assert [place.file for place in error.places] == ["1.xlsx", "2.xlsx"]
    assert error.paths == tuple(path for path in ERA.indicators if other.get(path) != {NEW: 4}.get(path))
    assert {reason for _, reason in summary.left_out} == {"conflict"}


def test_a_mark_makes_a_difference() -> None:
    """Blank and 不适用 are different data."""
    returns = [
        sent(record("A", {}), "1.xlsx"),
        sent(record("A", {}, marks={NEW: Mark("not_applicable", "无")}), "2.xlsx"),
    ]
    (error,) = said(returns)
    assert error.code == "MERGE-CONFLICT"
    assert "空白" in error.args["indicators"]("zh")  # type: ignore[operator]
    assert "无" in error.args["indicators"]("zh")  # type: ignore[operator]


def test_a_higher_number_settles_a_conflict() -> None:
    """Two different returns of one number do not matter once a higher one is there."""
    returns = [
        sent(record("A", {NEW: 4}), "1.xlsx"),
        sent(record("A", {NEW: 5}), "2.xlsx"),
        sent(record("A", {NEW: 6}, 2)),
    ]
    assert merged(returns).lines[NEW].value == 6
    assert [finding.code for finding in said(returns)] == ["MERGE-SUPERSEDED"] * 2


# --- Errors --------------------------------------------------------------------------------------------------------


def test_returns_with_errors_stay_out_unless_asked_for() -> None:
    """They are listed, the totals lack them; with include_invalid they count, and it is said."""
    returns = [sent(record("A", {NEW: 1})), sent(record("B", {NEW: 2}), errors=3)]
    without, within = merged(returns), merged(returns, invalid=True)
    assert (without.lines[NEW].value, without.lines[NEW].counted, without.lines[NEW].of) == (1, 1, 2)
    assert (within.lines[NEW].value, within.lines[NEW].partial) == (3, False)
    assert (statuses(without)["B"], statuses(within)["B"]) == ("errors", "included_invalid")
    assert [(each.code, each.severity) for each in said(returns)] == [("MERGE-LEFT-OUT", "error")]
    assert [each.code for each in said(returns, invalid=True)] == ["MERGE-INVALID-INCLUDED"]


def test_nothing_to_merge_is_said() -> None:
    """No return at all makes no summary."""
    summary, (error,) = merge([], ERA)
    assert (summary, error.code) == (None, "MERGE-NOTHING")


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"era": "jilin-2013"}, "MERGE-MIXED-ERA", "jilin-2013：B_1.xlsx；national-2021：A_1.xlsx"),
        ({"year": 2022}, "MERGE-MIXED-YEAR", "2022：B_1.xlsx；2023：A_1.xlsx"),
        ({"scope": "area"}, "MERGE-MIXED-SCOPE", "全域：B_1.xlsx；本机关：A_1.xlsx"),
    ],
)
def test_eras_years_and_scopes_are_never_mixed(change: dict[str, object], code: str, words: str) -> None:
    """Two of them refuse the merge, naming the files of each."""
    summary, (error,) = merge([sent(record("A", {})), sent(replace(record("B", {}), **change))], ERA)
    assert (summary, error.code, error.severity) == (None, code, "error")
    assert error.args["values"]("zh") == words  # type: ignore[operator]


# --- Codes and rosters ---------------------------------------------------------------------------------------------


def test_a_return_without_a_code_belongs_to_nobody() -> None:
    """An anonymous return is an error; without a roster every total is short of it."""
    returns = [sent(record(" ", {NEW: 9}), "匿名.xlsx"), sent(record("A", {NEW: 1}))]
    summary = merged(returns)
    assert (summary.lines[NEW].value, summary.lines[NEW].counted, summary.lines[NEW].of) == (1, 1, 2)
    assert [each.code for each in said(returns)] == ["MERGE-NO-CODE"]


def test_spaces_around_a_code_do_not_make_another_agency() -> None:
    """Codes are compared without the spaces around them."""
    returns = [sent(record("A ", {NEW: 1}), "1.xlsx"), sent(record("A", {NEW: 1}), "2.xlsx")]
    assert [each.code for each in said(returns)] == ["MERGE-IDENTICAL"]


@pytest.mark.parametrize("other", ["a-1", "Ａ-1"], ids=["case", "width"])
def test_codes_that_differ_in_case_or_width_are_not_trusted(other: str) -> None:
    """They may be one agency sent twice: neither counts. With a roster, the one written as there does."""
    returns = [sent(record("A-1", {NEW: 1})), sent(record(other, {NEW: 1}))]
    assert merged(returns).lines[NEW].value is None
    assert [each.code for each in said(returns)] == ["MERGE-CODE-SPELLING"] * 2
    listed = merged(returns, roster("A-1"))
    assert (listed.lines[NEW].value, listed.lines[NEW].counted, listed.lines[NEW].of) == (1, 1, 1)
    assert [each.args["written"] for each in said(returns, roster("A-1"))] == ["A-1"]


def test_the_roster_says_who_counts() -> None:
    """N is the number of agencies it counts; strangers and those not to be counted stay out; who is missing is named."""
    names = roster("C", "B", "A", "D", uncounted=["B"])
    returns = [sent(record(code, {NEW: 1})) for code in ("A", "B", "C", "X")]
    summary = merged(returns, names)
    assert [item.code for item in summary.included] == ["C", "A"]
    assert (summary.expected, summary.received, summary.lines[NEW].counted, summary.lines[NEW].of) == (3, 2, 2, 3)
    wanted = {"C": "included", "B": "not_counted", "A": "included", "D": "missing", "X": "unexpected"}
    assert statuses(summary) == wanted
    found = {each.code: each.severity for each in said(returns, names)}
    assert found == {"MERGE-NOT-COUNTED": "notice", "MERGE-UNEXPECTED": "error", "MERGE-MISSING": "explain"}
    assert [each.code for each in summary.lacking] == ["D"]


# --- Methods -------------------------------------------------------------------------------------------------------


def test_a_maximum_is_the_largest_figure_given() -> None:
    """`max` takes the largest of the figures there are."""
    returns = [sent(record(code, {NEW: value})) for code, value in (("A", 3), ("B", 8), ("C", None))]
    line = merged(returns, era=with_method(NEW, "max")).lines[NEW]
    assert (line.value, line.counted, line.partial) == (8, 2, True)


def test_a_ratio_is_computed_from_the_totals() -> None:
    """Ratios are not added; an agency stands behind one if it gave all that the ratio needs."""
    era = with_method(FEES, "ratio", Binary("/", Ref(NEW), Ref(PENDING)))
    returns = [
        sent(record("A", {NEW: 1, PENDING: 3, FEES: 99})),
        sent(record("B", {NEW: 1, PENDING: 0})),
        sent(record("C", {NEW: 5})),
    ]
    line = merged(returns[:2], era=era).lines[FEES]
    assert (line.value, line.counted, line.partial) == (Decimal("0.67"), 2, False)
    assert merged(returns, era=era).lines[FEES].counted == 2
    assert merged(returns[1:], era=era).lines[FEES].value is None


def test_a_ratio_takes_figures_given_whole_and_in_parts_together() -> None:
    """Of a figure that some agencies give whole and others in parts, the ratio's total has both."""
    either = ERA.eithers[GROUP]
    era = with_method(FEES, "ratio", Binary("/", either, Ref(NEW)))
    parts = {part.path: 2 for part in either.parts}
    summary = merged([sent(record("A", {GROUP: 4, NEW: 1})), sent(record("B", {**parts, NEW: 4}))], era=era)
    assert (summary.lines[FEES].value, summary.lines[FEES].counted) == (2, 2)


def test_what_is_not_added_has_no_total() -> None:
    """Words, and figures whose method is `none`, have no total and do not make a summary partial."""
    line = merged([sent(record("A", {NEW: 3})), sent(record("B", {}))], era=with_method(NEW, "none")).lines[NEW]
    assert (line.value, line.counted, line.state, line.partial) == (None, 1, "not_added", False)


def test_totals_longer_than_suites_can_hold_are_reported() -> None:
    """A total of more than 15 digits stays exact in the summary and is a finding, since cells cut it."""
    huge = [sent(record(f"A{number}", {FEES: Decimal("9999999.999999")})) for number in range(1001)]
    huge.append(sent(record("B", {FEES: Decimal("0.000002")})))
    assert merged(huge).lines[FEES].value == Decimal("9999999.999999") * 1001 + Decimal("0.000002")
    (finding,) = said(huge)
    assert (finding.code, finding.paths) == ("MERGE-PRECISION", (FEES,))
