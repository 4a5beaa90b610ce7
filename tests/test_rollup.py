"""本级 and 全域: each agency once at every node of the tree, nothing missing taken for 0, no doubt settled in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from provinces import FEES, POLICY, Province, province
from test_merge import ERA, LIBRARY, NEW, record, sent

from xltool.io.roster_file import roster_from
from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.record import Scope
from xltool.model.roster import Roster, RosterEntry
from xltool.model.summary import Node, Return, Summary, Via
from xltool.passes.merge import merge
from xltool.passes.merge.effect import effect

# A city, its office and a bureau; two counties, one of them with a bureau.
CITY = ("S", "S-1", "A", "A-1", "B")
PARENTS = {"S": "", "S-1": "S", "A": "S", "A-1": "A", "B": "S"}
FIGURES = {"S": 1, "S-1": 10, "A": 100, "A-1": 1000, "B": 10000}


def tree_of(scopes: Mapping[str, Scope] | None = None, kinds: Mapping[str, str] | None = None) -> Roster:
    """The roster of the city; B has nobody below it and is called a county."""
    kinds, scopes = kinds or {"B": "县"}, scopes or {}
    entries = (
        RosterEntry(code, f"{code}局", parent=PARENTS[code], level=kinds.get(code, ""), scope=scopes.get(code))
        for code in CITY
    )
    return Roster(tuple(entries))


def own(code: str, **more: object) -> Return:
    return sent(record(code, {NEW: FIGURES[code]}, **more))


def total(code: str, figure: int, scope: Scope = "area", **more: object) -> Return:
    """What a government reports of its whole area or level, typed by hand."""
    return sent(replace(record(code, {NEW: figure}), scope=scope), f"{code}_{scope}.xlsx", **more)  # type: ignore[arg-type]


def rolled(
    returns: Sequence[Return], names: Roster | None, scope: Scope = "area", **policy: object
) -> tuple[Summary | None, tuple[Finding, ...]]:
    return merge(returns, ERA, names, scope=scope, policy=replace(POLICY, **policy))  # type: ignore[arg-type]


def summary_of(returns: Sequence[Return], names: Roster | None, scope: Scope = "area", **policy: object) -> Summary:
    made, findings = rolled(returns, names, scope, **policy)
    assert made is not None, [each.code for each in findings]
    return made


def codes(returns: Sequence[Return], names: Roster | None, scope: Scope = "area", **policy: object) -> list[str]:
    return [each.code for each in rolled(returns, names, scope, **policy)[1]]


def nodes(summary: Summary) -> dict[str, Node]:
    return {node.code: node for node in summary.nodes}


def sums(summary: Summary) -> dict[str, tuple[object, object]]:
    """本级 and 全域 of every node."""
    return {node.code: (node.level[NEW].value, node.area[NEW].value) for node in summary.nodes}


def whole(summary: Summary) -> bool:
    """Whether nobody is lacking."""
    return not summary.lacking and not summary.lines[NEW].partial


def statuses(summary: Summary) -> dict[tuple[str, str | None], str]:
    return {(each.code, each.scope): each.status for each in summary.coverage}


# --- laws over random trees ---------------------------------------------------------------------------------------


@st.composite
def trees(draw: st.DrawFn) -> tuple[Roster, list[Return]]:
    """Any forest of up to nine agencies, some missing, some with errors or sent twice, some not counted."""
    count = draw(st.integers(1, 9))
    entries, returns = [], []
    for number in range(count):
        code = f"A{number}"
        parent = draw(st.sampled_from(["", *(f"A{above}" for above in range(number))]))
        kind = draw(st.sampled_from(["", "部门", "县"]))
        entries.append(RosterEntry(code, code, parent=parent, level=kind, counted=draw(st.integers(0, 7)) > 0))
        for submission in range(1, draw(st.integers(0, 2)) + 1):
            values = {NEW: draw(st.none() | st.integers(0, 99)), FEES: draw(st.none() | st.decimals(0, 9, places=4))}
            returns.append(sent(record(code, values, submission), errors=draw(st.sampled_from([0, 0, 0, 1]))))
    order = draw(st.permutations(range(count)))
    return Roster(tuple(entries[at] for at in order)), draw(st.permutations(returns))


@given(trees())
def test_every_node_adds_each_of_its_agencies_once(made: tuple[Roster, list[Return]]) -> None:
    """The root's area is all that is counted; a node's area is its level and the areas below, its level lies within;
    the rows behind it are consecutive, and nodes are nested; n of N counts who ought to be there."""
    roster, returns = made
    summary, _ = rolled(returns, roster)
    if summary is None:
        assert not returns
        return
    included, root = summary.included, summary.nodes[0]
    assert len({item.code for item in included}) == len(included)
    assert (root.start, root.end, root.depth) == (0, len(included), 0)
    assert root.area == summary.lines and root.area_expected == summary.expected
    assert summary.expected == sum(entry.counted for entry in roster.entries)
    for at, node in enumerate(summary.nodes):
        assert node.start <= node.level_end <= node.end
        below = [each for each in summary.nodes[at + 1 :] if each.parent == node.code and each.depth == node.depth + 1]
        edges = [node.level_end, *(each.end for each in below)]
        assert [each.start for each in below] == edges[:-1] and edges[-1] == node.end
        assert node.area_expected == node.level_expected + sum(each.area_expected for each in below)
        for lines, end in ((node.level, node.level_end), (node.area, node.end)):
            rows = [item.record.values for item in included[node.start : end]]
            for path in (NEW, FEES):
                figures = [Decimal(str(values[path])) for values in rows if values[path] is not None]
                assert lines[path].value == (sum(figures) if figures else None), "missing is never 0"
                assert lines[path].counted == len(figures)


@given(trees(), st.randoms(use_true_random=False), st.sampled_from(["level", "area"]))
def test_the_order_of_the_files_does_not_matter(
    made: tuple[Roster, list[Return]], chance: Random, scope: Scope
) -> None:
    roster, returns = made
    shuffled = list(returns)
    chance.shuffle(shuffled)
    assert rolled(returns, roster, scope) == rolled(shuffled, roster, scope)


@given(trees(), st.sampled_from(["level", "area"]))
def test_every_file_is_counted_or_accounted_for(made: tuple[Roster, list[Return]], scope: Scope) -> None:
    summary, _ = rolled(made[1], made[0], scope)
    if summary is not None:
        files = [item.file for item in summary.included] + [item.file for item, _ in summary.left_out]
        assert sorted(files) == sorted(item.file for item in made[1])


@given(trees())
def test_the_level_of_the_root_is_the_same_in_both_summaries(made: tuple[Roster, list[Return]]) -> None:
    """本级 by itself, and as part of 全域."""
    roster, returns = made
    level, area = rolled(returns, roster, "level")[0], rolled(returns, roster, "area")[0]
    assert (level is None) == (area is None)
    if level and area:
        assert level.nodes[0].level == area.nodes[0].level == level.lines
        assert level.expected == area.nodes[0].level_expected
        assert {item.code for item in level.included} <= {item.code for item in area.included}


# --- the tree -----------------------------------------------------------------------------------------------------


def test_a_city_has_its_level_and_its_area() -> None:
    """本机关, 本级 and 全域 of each government are different numbers, and each is right."""
    summary = summary_of([own(code) for code in CITY], tree_of())
    assert sums(summary) == {"S": (11, 11111), "A": (1100, 1100), "B": (10000, 10000)}
    assert [(node.depth, node.parent) for node in summary.nodes] == [(0, ""), (1, "S"), (1, "S")]
    assert summary.agency.code == "S" and whole(summary)


@pytest.mark.parametrize("kind", ["县", "市辖区", "街道办事处", "government", "county"])
def test_a_word_of_the_roster_makes_a_government(kind: str) -> None:
    """类别 says that B, who has nobody below it, is an area of its own and not a department of the city."""
    assert kind in LIBRARY.governments
    assert sums(summary_of([own(code) for code in CITY], tree_of(kinds={"B": kind})))["S"][0] == 11
    plain = summary_of([own(code) for code in CITY], tree_of(kinds={"B": "局"}))
    assert sums(plain) == {"S": (10011, 11111), "A": (1100, 1100)}


def test_without_a_single_top_the_desk_is_the_root() -> None:
    """Two cities, no province: the root has no code, and its level is empty."""
    names = Roster(tuple(replace(entry, parent="") if entry.code in "AB" else entry for entry in tree_of().entries))
    summary = summary_of([own(code) for code in CITY], names)
    assert [node.code for node in summary.nodes] == ["", "S", "A", "B"]
    assert (summary.nodes[0].level[NEW].value, summary.lines[NEW].value) == (None, 11111)


def test_without_a_roster_whoever_reports_an_area_stands_for_it() -> None:
    """Nobody knows who is missing, and the summary says so."""
    summary = summary_of([own("S"), own("S-1"), total("A", 1100), total("B", 10000)], None)
    assert not summary.has_roster
    assert summary.lines[NEW].value == 11111 and summary.nodes[0].level[NEW].value == 11
    assert [node.code for node in summary.nodes if node.reported] == ["A", "B"]
    twice = rolled([own("A"), total("A", 1100)], None)
    assert twice[0] is None and "MERGE-DOUBLE-NODE" in [each.code for each in twice[1]]


def test_the_level_leaves_the_areas_outside() -> None:
    """They are named with what they sent, and neither counted nor missing."""
    summary = summary_of([own(code) for code in CITY if code != "B"], tree_of(), "level")
    assert (summary.lines[NEW].value, summary.expected, whole(summary)) == (11, 2, True)
    assert statuses(summary) == {
        ("S", "own"): "included",
        ("S-1", "own"): "included",
        ("A", "own"): "outside",
        ("A-1", "own"): "outside",
    }


def test_own_is_added_flat() -> None:
    """The scope 本机关 asks for no tree: every agency's own return, all alike."""
    summary = summary_of([own(code) for code in CITY], tree_of(), "own")
    assert summary.nodes == () and summary.lines[NEW].value == 11111
    assert codes([own("S"), total("A", 5)], tree_of(), "own") == ["MERGE-MIXED-SCOPE"]


# --- 口径 in the roster ---------------------------------------------------------------------------------------------


def test_who_is_asked_for_an_area_need_not_send_its_own() -> None:
    """口径 全域: the county's total counts, its own office's return is not missed."""
    names = tree_of({"B": "area"})
    summary = summary_of([*(own(code) for code in CITY[:4]), total("B", 10000)], names)
    assert whole(summary) and sums(summary)["B"] == (None, 10000)
    missing = summary_of([own(code) for code in CITY[:4]], names)
    assert [(each.code, each.scope, each.status) for each in missing.lacking] == [("B", "area", "missing")]
    assert (missing.lines[NEW].counted, missing.lines[NEW].of) == (4, 5)


def test_who_sends_its_own_though_asked_for_more_is_counted() -> None:
    summary = summary_of([own(code) for code in CITY], tree_of({"B": "area"}))
    assert summary.lines[NEW].value == 11111 and whole(summary)


def test_the_column_is_read_in_words_of_both_languages() -> None:
    text = "代码,全称,上级,口径\nS,市,,本机关\nA,甲县,S,全域\nB,乙县,S,area\nC,丙县,S,本级\nD,丁局,S,\n"
    roster, findings = roster_from(text.encode(), "名单.csv")
    assert [entry.scope for entry in roster.entries] == ["own", "area", "area", "level", None]
    assert not findings


# --- doubts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", [("A", "A-1"), ("A",), ("A-1",)])
@pytest.mark.parametrize("scope", ["level", "area"])
def test_a_total_and_its_parts_are_not_both_counted(inside: tuple[str, ...], scope: Scope) -> None:
    """Parent and child both in: refused by default, naming the files; decided by policy, either counts and once."""
    returns = [own("S"), own("S-1"), own("B"), *map(own, inside), total("A", 7000, scope)]
    made, findings = rolled(returns, tree_of())
    (refusal,) = (each for each in findings if each.code == "MERGE-DOUBLE-NODE")
    assert made is None and refusal.severity == "error"
    assert {place.file for place in refusal.places} == {f"A_{scope}.xlsx", *(f"{code}_1.xlsx" for code in inside)}
    parts = sum(FIGURES[code] for code in inside)
    children = summary_of(returns, tree_of(), nodes="children")
    assert children.lines[NEW].value == 10011 + parts and statuses(children)["A", scope] == "checked"
    reported = summary_of(returns, tree_of(), nodes="reported")
    assert reported.lines[NEW].value == 17011
    assert {statuses(reported)[code, "own"] for code in inside} == {"covered"}


def test_the_city_s_own_total_against_everything_below_it() -> None:
    """The root too: its area, its level, or both at once."""
    returns = [*(own(code) for code in CITY), total("S", 11111), total("S", 11, "level")]
    assert codes(returns, tree_of()).count("MERGE-DOUBLE-NODE") == 2
    children = summary_of(returns, tree_of(), nodes="children")
    assert children.lines[NEW].value == 11111 and len(children.checks) == 2
    assert summary_of(returns, tree_of(), nodes="reported").lines[NEW].value == 11111


def test_a_level_and_an_area_of_one_county_are_not_both_counted() -> None:
    """Its 本级 lies within its 全域."""
    returns = [own("S"), own("S-1"), own("B"), total("A", 900, "level"), total("A", 1100)]
    assert "MERGE-DOUBLE-NODE" in codes(returns, tree_of())
    assert summary_of(returns, tree_of(), nodes="reported").lines[NEW].value == 11111


def test_the_same_return_on_two_ways_is_refused() -> None:
    """Through a package and by itself, and through two packages, even when all are alike."""
    ways = [replace(own("A-1"), file=f"{at}", via=via) for at, via in enumerate([(), (Via("甲.zip", "1"),)])]
    for pair in (ways, [replace(each, via=(Via(f"{each.file}.zip", each.file),)) for each in ways]):
        made, findings = rolled([own("S"), *pair], tree_of(), nodes="children")
        assert made is None and [each.code for each in findings] == ["MERGE-DOUBLE"]


@pytest.mark.parametrize("nodes_policy", ["refuse", "children", "reported"])
def test_a_faulty_total_never_displaces_its_parts(nodes_policy: str) -> None:
    """With errors it does not count, so that nothing is in doubt."""
    returns = [*(own(code) for code in CITY), total("A", 7000, errors=1)]
    summary = summary_of(returns, tree_of(), nodes=nodes_policy)
    assert summary.lines[NEW].value == 11111


@pytest.mark.parametrize("errors", [0, 1])
def test_a_conflict_of_totals_is_no_total(errors: int) -> None:
    """Two different totals of one number: neither counts, and the area is short."""
    names = tree_of({"B": "area"})
    two = [replace(total("B", figure, errors=errors), file=f"{figure}.xlsx") for figure in (1, 2)]
    summary = summary_of([own("S"), own("S-1"), own("A"), own("A-1"), *two], names)
    assert summary.lines[NEW].value == 1111 and [each.status for each in summary.lacking] == ["conflict"]


def test_missing_agencies_mark_or_stop_the_summary() -> None:
    """partial: n of N at every node concerned, and only there; refuse: no summary, and who is missing."""
    returns = [own(code) for code in CITY if code != "A-1"]
    made = nodes(summary_of(returns, tree_of()))
    of = {code: (node.area[NEW].counted, node.area[NEW].of, node.area[NEW].partial) for code, node in made.items()}
    assert of == {"S": (4, 5, True), "A": (1, 2, True), "B": (1, 1, False)}
    assert not made["S"].level[NEW].partial
    stopped, findings = rolled(returns, tree_of(), missing="refuse")
    (refusal,) = (each for each in findings if each.code == "MERGE-INCOMPLETE")
    assert stopped is None and refusal.args["n"] == 1 and "A-1局" in refusal.args["names"]("zh")  # type: ignore[operator]
    assert rolled([own(code) for code in CITY], tree_of(), missing="refuse")[0] is not None


def test_strangers_stay_outside() -> None:
    """Not in the roster: no place in the tree, an error, and the totals do not lack it."""
    stranger = sent(record("X", {NEW: 5}))
    summary = summary_of([*(own(code) for code in CITY), stranger], tree_of())
    assert summary.lines[NEW].value == 11111 and statuses(summary)["X", None] == "unexpected"


# --- node checks --------------------------------------------------------------------------------------------------


def test_a_total_that_differs_from_its_parts_is_said_indicator_by_indicator() -> None:
    """Reported, sum, difference, in the order of the form; the place is that of the reported figure."""
    place = Place("A_area.xlsx", "表三", "D8")
    typed = replace(total("A", 1200), places={NEW: place})
    made, findings = rolled([*(own(code) for code in CITY), typed], tree_of(), nodes="children")
    assert made is not None
    (check,) = made.checks
    (line,) = check.differing
    assert (line.path, line.reported, line.summed, line.difference, line.counted, line.of) == (
        NEW,
        1200,
        1100,
        100,
        2,
        2,
    )
    assert (check.code, check.scope, check.counted) == ("A", "area", "children")
    (said,) = (each for each in findings if each.code == "NODE-DIFFERS")
    assert said.severity == "explain" and said.places == (place,) and said.paths == (NEW,)
    assert "1200" in said.args["indicators"]("zh") and "1100" in said.args["indicators"]("en")  # type: ignore[operator]


def test_a_total_that_agrees_is_checked_in_silence() -> None:
    made, findings = rolled([*(own(code) for code in CITY), total("A", 1100)], tree_of(), nodes="children")
    assert made is not None and [check.differing for check in made.checks] == [()]
    assert "NODE-DIFFERS" not in [each.code for each in findings]


def test_a_blank_differs_from_a_sum_of_zero() -> None:
    """What is missing on one side is not equal to 0 on the other."""
    zero = sent(record("A", {NEW: 0}))
    blank = replace(total("A", 0), record=replace(record("A", {}), scope="area", source=total("A", 0).record.source))
    made, _ = rolled([own("S"), zero, blank], tree_of(), nodes="children")
    assert made is not None
    assert [(line.reported, line.summed) for line in made.checks[0].differing] == [(None, 0)]


@given(st.lists(st.integers(0, 50), min_size=3, max_size=3), st.integers(0, 200))
def test_a_node_check_is_the_difference_of_the_two(figures: list[int], typed: int) -> None:
    names = Roster(
        (RosterEntry("A", "A"), RosterEntry("A-1", "A-1", parent="A"), RosterEntry("A-2", "A-2", parent="A"))
    )
    made = [sent(record(code, {NEW: value})) for code, value in zip(("A", "A-1", "A-2"), figures, strict=True)]
    summary = summary_of([*made, total("A", typed)], names, nodes="children")
    (check,) = summary.checks
    assert sum(line.difference for line in check.differing) == typed - sum(figures)
    assert bool(check.differing) == (typed != sum(figures))


# --- a province ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sixty() -> tuple[Province, Summary]:
    made = province(60, valid=False)
    summary, _ = merge(made.returns, ERA, made.roster, scope="area", policy=POLICY)
    assert summary is not None
    return made, summary


def test_three_levels_have_three_depths(sixty: tuple[Province, Summary]) -> None:
    made, summary = sixty
    assert {node.depth for node in summary.nodes} == {0, 1, 2}
    for node in summary.nodes:
        below = {office.code for office in made.below(node.code)}
        assert {item.code for item in summary.included[node.start : node.end]} == below & made.records.keys()
        level = {office.code for office in made.offices if office.parent == node.code and not office.government}
        found = {item.code for item in summary.included[node.start : node.level_end]}
        assert found == ({node.code} | level) & made.records.keys()
        assert (node.level_expected, node.area_expected) == (len(level) + 1, len(below))


# --- ranking ------------------------------------------------------------------------------------------------------


def test_the_effect_of_a_finding_is_its_share_of_the_total() -> None:
    """A difference by itself, any other finding by its figures; never more than all; nothing without figures."""
    returns = [own("S"), own("S-1")]
    lines = summary_of(returns, None, "own").lines
    finding = Finding("X", "error", paths=(NEW,))
    assert effect(finding, returns[1].record, lines, counted=True).as_integer_ratio() == (10, 11)
    assert effect(finding, returns[1].record, lines, counted=False).as_integer_ratio() == (10, 21)
    by_two = replace(finding, args={"difference": "-2"})
    assert effect(by_two, returns[1].record, lines, counted=True).as_integer_ratio() == (2, 11)
    assert effect(replace(finding, args={"difference": "99"}), returns[1].record, lines, counted=True) == 1
    assert effect(replace(finding, paths=()), returns[1].record, lines, counted=True) == 0
    assert effect(finding, None, lines, counted=True) == 0
    unheard = replace(finding, paths=("applications.natural_person.carried_in",))
    assert effect(unheard, returns[1].record, lines, counted=True) == 0


@given(st.integers(0, 99), st.integers(0, 99), st.integers(-300, 300), st.booleans())
def test_an_effect_is_a_share(one: int, other: int, difference: int, counted: bool) -> None:
    """Between none and all; and what moves more has no smaller share."""
    returns = [sent(record("A", {NEW: one})), sent(record("B", {NEW: other}))]
    lines = summary_of(returns, None, "own").lines
    shares = [
        effect(
            Finding("X", "error", paths=(NEW,), args={"difference": str(by)}), returns[0].record, lines, counted=counted
        )
        for by in (difference, 2 * difference)
    ]
    assert 0 <= shares[0] <= shares[1] <= 1
    assert (shares[0] == 0) == (difference == 0)
