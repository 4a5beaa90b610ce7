"""How the figures of two forms compare, as data: every path exists, and every grade says what it must."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from strategies import SHELF

from xltool.app.linting import lint_eras
from xltool.app.shelf import Shelf
from xltool.io.library import Library
from xltool.io.meta_schemas import meta_findings
from xltool.model.crosswalk import Crosswalk, SeriesMap, formula, same_figures
from xltool.passes.lint.crosswalks import crosswalk_findings
from xltool.rules.nodes import refs

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "schemas" / "crosswalk"
# Oldest first.
FORMS = ("jilin-2013", "national-2014", "national-2019", "national-2021")
PAIRS = list(combinations(FORMS, 2))


def crosswalk(older: str, newer: str) -> Crosswalk:
    found = SHELF.library.crosswalk(older, newer)
    assert found is not None
    return found


def entry(older: str, newer: str, name: str) -> SeriesMap:
    return next(each for each in crosswalk(older, newer).series if each.id == name)


def test_there_is_a_crosswalk_for_every_two_of_the_table_forms() -> None:
    """Six files, each named after its forms, the older first."""
    assert {file.stem for file in FOLDER.glob("*.json")} >= {"--".join(pair) for pair in PAIRS}


@pytest.mark.parametrize("pair", PAIRS)
def test_each_passes_its_meta_schema_and_lint(pair: tuple[str, str]) -> None:
    """Every formula names indicators of its own form, in one unit."""
    data = json.loads((FOLDER / f"{'--'.join(pair)}.json").read_text(encoding="utf-8"))
    meta = json.loads((ROOT / "schemas" / "meta" / "crosswalk.schema.json").read_text(encoding="utf-8"))
    assert not meta_findings(data, meta, "x")
    assert not list(crosswalk_findings(crosswalk(*pair), *(SHELF.era(each) for each in pair), "x"))


@pytest.mark.parametrize("pair", PAIRS)
def test_a_crosswalk_is_found_in_either_order(pair: tuple[str, str]) -> None:
    """Who asks need not know which form is older."""
    assert SHELF.library.crosswalk(*pair) == SHELF.library.crosswalk(*reversed(pair))


@pytest.mark.parametrize("pair", PAIRS)
def test_what_is_not_the_same_says_why(pair: tuple[str, str]) -> None:
    """Grade A needs no words, B and C both languages; A and B have a formula on either side."""
    for each in crosswalk(*pair).series:
        assert (each.break_ is None) == (each.grade == "A"), each.id
        assert each.grade == "C" or (each.older and each.newer), each.id
        assert each.older or each.newer, each.id


def test_a_series_has_one_name_in_all_crosswalks() -> None:
    """The same id means the same formula of a form wherever it stands."""
    said: dict[tuple[str, str], str] = {}
    for older, newer in PAIRS:
        for each in crosswalk(older, newer).series:
            for form, source in ((older, each.older), (newer, each.newer)):
                if source:
                    assert said.setdefault((each.id, form), source) == source


@pytest.mark.parametrize(
    ("older", "newer", "name", "grade"),
    [
        ("national-2014", "national-2021", "applications_new", "A"),
        ("jilin-2013", "national-2021", "applications_new", "B"),
        ("national-2014", "national-2021", "applications_carried_in", "C"),
        ("national-2014", "national-2021", "applications_handled", "B"),
        ("national-2014", "national-2021", "granted", "B"),
        ("national-2014", "national-2021", "partly_granted", "A"),
        ("national-2014", "national-2021", "refused_internal_affairs", "C"),
        ("national-2014", "national-2021", "not_held", "B"),
        ("national-2014", "national-2021", "unclear", "C"),
        ("national-2014", "national-2021", "litigation", "B"),
        ("national-2019", "national-2021", "normative_issued", "B"),
        ("national-2019", "national-2021", "normative_in_force", "C"),
        ("national-2019", "national-2021", "licensing_decisions", "A"),
        ("national-2019", "national-2021", "administrative_fees", "C"),
        ("national-2019", "national-2021", "other_misc", "C"),
        ("national-2019", "national-2021", "other_handling", "A"),
        ("jilin-2013", "national-2014", "disclosed_items", "A"),
        ("jilin-2013", "national-2014", "information_fee", "B"),
        ("national-2014", "national-2019", "staff", "C"),
    ],
)
def test_the_grades_are_those_of_the_comparison_of_the_forms(older: str, newer: str, name: str, grade: str) -> None:
    """What is the same, what breaks, and what must not be spliced."""
    assert entry(older, newer, name).grade == grade


def test_what_two_forms_share_excludes_what_they_only_call_alike() -> None:
    """(六)其他处理 is one figure in 2019 and three in 2021; 收费 is a count in one and an amount in the other."""
    shared = same_figures(
        crosswalk("national-2019", "national-2021"), SHELF.era("national-2019"), SHELF.era("national-2021")
    )
    assert "applications.total.carried_out" in shared
    assert "review_litigation.reconsideration.pending" in shared
    assert not [path for path in shared if path.endswith(".other") and path.startswith("applications")]
    assert not [path for path in shared if path.startswith("disclosure") and not path.endswith(".decisions")]
    assert not same_figures(
        crosswalk("jilin-2013", "national-2021"), SHELF.era("jilin-2013"), SHELF.era("national-2021")
    )


def test_refusals_leave_out_what_newer_forms_no_longer_call_so() -> None:
    """不予公开 of 2014 less 不是《条例》所指政府信息."""
    source = entry("national-2014", "national-2021", "refused").older
    paths = [ref.path.rsplit(".", 1)[-1] for ref in refs(formula(source, SHELF.era("national-2014")))]
    assert paths == ["refused", "not_government_information"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"older": "applications.received.totl"}, "LINT-UNKNOWN-PATH"),
        ({"newer": "applications.total.new +"}, "LINT-RULE"),
        ({"older": "fees + applications.received.total"}, "LINT-SERIES-UNITS"),
    ],
)
def test_lint_finds_formulas_that_cannot_be(change: dict[str, str], code: str) -> None:
    """A path of no form, a formula of no language, units that do not add up."""
    pair = ("national-2014", "national-2021")
    whole = crosswalk(*pair)
    faulty = replace(whole, series=(replace(whole.series[0], **change),))  # type: ignore[arg-type]
    assert [each.code for each in crosswalk_findings(faulty, *(SHELF.era(each) for each in pair), "x")] == [code]


def test_lint_finds_one_series_twice_and_patterns_of_nothing() -> None:
    """Two answers to one question, and a pattern that matches no path."""
    pair = ("national-2014", "national-2021")
    whole = crosswalk(*pair)
    faulty = replace(whole, same=("nothing.*",), series=(whole.series[0], whole.series[0]))
    codes = [each.code for each in crosswalk_findings(faulty, *(SHELF.era(each) for each in pair), "x")]
    assert codes == ["LINT-SERIES-TWICE", "LINT-NO-MATCH", "LINT-NO-MATCH"]


def test_lint_of_an_installation_looks_at_its_crosswalks(tmp_path: Path) -> None:
    """A crosswalk of one's own is checked with the eras, and one of an unknown era is named."""
    folder = tmp_path / "crosswalk"
    folder.mkdir()
    data = {"from": "national-2014", "to": "nowhere", "series": []}
    (folder / "national-2014--nowhere.json").write_text(json.dumps(data), encoding="utf-8")
    found = lint_eras(Shelf(Library(tmp_path)), ("national-2014",))
    assert [each.code for each in found] == ["LINT-CROSSWALK-ERA"]
