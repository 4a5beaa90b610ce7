"""Every check of every era has a case where it passes, one where it fails, and one where it cannot be judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xltool.model.check import Instance
from xltool.model.era import Era, Indicator
from xltool.model.parse_era import parse_era
from xltool.numbers import Number, decimals
from xltool.rules.evaluate import Lookup, judge
from xltool.rules.nodes import Ref, refs

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"
VERDICTS = ("pass", "fail", "not_assessable")


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def load_era(name: str) -> Era:
    folder = ROOT / "schemas" / name
    return parse_era(load(folder / "record.schema.json"), load(folder / "checks.json"))[0]


ERAS = {path.parent.name: load_era(path.parent.name) for path in sorted((ROOT / "schemas").glob("*/checks.json"))}
CHECKS = [(era, check) for era in ERAS for check in ERAS[era].checks]


def case_file(era: str, check: str) -> Path:
    return CASES / era / f"{check}.json"


def instance_of(era: Era, name: str) -> Instance:
    return next(instance for instance in era.instances if instance.name == name)


def given(case: Mapping[str, Any]) -> dict[Ref, Number | str]:
    """The figures and facts a case gives; everything else is missing."""
    return {
        Ref(path, origin): int(value) if isinstance(value, bool) else value
        for origin in ("data", "prior", "agency")
        for path, value in case.get(origin, {}).items()
    }


def lookup(case: Mapping[str, Any]) -> Lookup:
    return given(case).get


@pytest.mark.parametrize(("era", "check"), CHECKS)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_case_gets_its_verdict(era: str, check: str, verdict: str) -> None:
    """The figures of the case named after a verdict get that verdict; a check without its three cases fails here."""
    case = load(case_file(era, check))
    instance = instance_of(ERAS[era], case["instance"])
    assert instance.check.id == check
    assert judge(instance.rule, lookup(case[verdict]), instance.places).verdict == verdict


@pytest.mark.parametrize(("era", "check"), CHECKS)
def test_cases_give_only_what_the_rule_looks_at(era: str, check: str) -> None:
    """A case whose figures the rule no longer mentions, or that an indicator could not hold, is stale."""
    case = load(case_file(era, check))
    assert set(case) == {"instance", *VERDICTS}
    wanted = set(refs(instance_of(ERAS[era], case["instance"]).rule))
    for verdict in VERDICTS:
        seen = given(case[verdict])
        assert set(seen) <= wanted
        assert all(fits(ERAS[era].indicators[ref.path], seen[ref]) for ref in seen if ref.origin != "agency")


def fits(indicator: Indicator, value: Number | str) -> bool:
    """Whether a cell of the form could hold `value`."""
    if isinstance(value, str) or indicator.minimum is None or indicator.maximum is None:
        return False
    return indicator.minimum <= value <= indicator.maximum and decimals(value) <= indicator.decimals


def test_there_are_no_cases_without_a_check() -> None:
    """A case file left behind by a check that is gone or renamed is found."""
    files = {path.relative_to(CASES) for path in CASES.rglob("*") if path.is_file()}
    assert files == {case_file(era, check).relative_to(CASES) for era, check in CHECKS}


EXAMPLES = {
    "jilin-2013-gongzhuling-2013": {
        "J13-TIMELY-WITHIN@year",
        "J13-TIMELY-SUM@cumulative",
        "J13-TRAINING-SAME@basics.training.sessions",
        "J13-TRAINING-SAME@basics.training.participants",
    },
    "national-2021-jingyan-2023": set(),
    "national-2021-xilinhot-2023": set(),
}


def flat(node: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Leaves of nested objects by dotted path."""
    found: dict[str, Any] = {}
    for name, value in node.items():
        found |= flat(value, f"{above}{name}.") if isinstance(value, dict) else {above + name: value}
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_published_reports_fail_exactly_what_a_careful_reader_finds(example: str) -> None:
    """Two errors and two notices in the Jilin report of 2013, and nothing in the two of 2023."""
    record = load(ROOT / "examples" / "records" / f"{example}.json")
    era, values = ERAS[record["era"]], flat(record["data"])
    assert list(values) == list(era.indicators)
    see = {Ref(path): value for path, value in values.items()}.get
    failed = {each.name for each in era.instances if judge(each.rule, see, each.places).verdict == "fail"}
    assert failed == EXAMPLES[example]


def test_the_report_with_a_blank_total_has_one_missing_figure() -> None:
    """Of the figures that must be filled, exactly the blank total of the published table is missing."""
    record = load(ROOT / "examples" / "records" / "national-2021-jingyan-2023.json")
    indicators = ERAS[record["era"]].indicators
    missing = [path for path, value in flat(record["data"]).items() if value is None and not indicators[path].optional]
    assert missing == ["applications.natural_person.handled"]


def test_items_at_reading_points_in_both_media_are_no_fault() -> None:
    """The parts of 汇集 may each equal the whole: the same items exist electronically and on paper."""
    assert "J13-COLLECTED" in ERAS["jilin-2013"].checks
    whole, parts = "disclosed.channels.collected", ("collected_electronic", "collected_paper")
    see = {Ref(f"{path}.year"): 52 for path in (whole, *(f"disclosed.channels.{part}" for part in parts))}.get
    verdicts = {judge(each.rule, see, each.places).verdict for each in ERAS["jilin-2013"].instances}
    assert "fail" not in verdicts
