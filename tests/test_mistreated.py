"""Workbooks as they come back: each mistreated in one way, in xlsx, xls and ods, and what must come of it.

The law: the expected findings and no others, the expected decision, and every figure either as it was typed or
nothing with a finding that says why. No wrong number is ever read silently.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from both_ways import read_twice
from conftest import Office, find_office
from mistreated.corpus import Case, codes, figures, judge, load, make, outcome, paths, plan_of, uno_python

from xltool.model.record import Value
from xltool.model.returned import Returned
from xltool.numbers import Number, exact
from xltool.plan.form import FormPlan
from xltool.rules.evaluate import evaluate
from xltool.rules.nodes import Ref

CASES = load()
EACH = [pytest.param(case, kind, id=f"{case.name}-{kind}") for case in CASES for kind in case.containers]
ENOUGH = 150


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """All files of the corpus, made once."""
    program = find_office()
    office = Office(program, tmp_path_factory.mktemp("office")) if program and uno_python() else None
    if office is None and os.environ.get("XLTOOL_REQUIRE_OFFICE") == "1":
        pytest.fail("LibreOffice or its Python module uno not found", pytrace=False)
    return make(CASES, tmp_path_factory.mktemp("mistreated"), office)


@pytest.mark.parametrize(("case", "kind"), EACH)
def test_a_mistreated_workbook_gives_its_findings_and_no_wrong_number(
    case: Case, kind: str, files: Mapping[tuple[str, str], Path]
) -> None:
    """Findings, decision and values are exactly those the case says."""
    if (case.name, kind) not in files:
        pytest.skip("LibreOffice with its Python module uno not found")
    returned = judge(files[case.name, kind], case)
    told = {**vars(case), **case.differs.get(kind, {})}
    assert (codes(returned, plan_of(case.base)), outcome(returned)) == (sorted(told["codes"]), told["outcome"])
    if returned.record is not None:
        assert wrong(returned, case.base, paths(told["null"], case.base), told["values"]) == []


@pytest.mark.parametrize(("case", "kind"), EACH)
def test_a_mistreated_workbook_is_told_the_same_both_ways(
    case: Case, kind: str, files: Mapping[tuple[str, str], Path]
) -> None:
    """The fast path, where it takes one, and the careful one find the same, in the same order."""
    if (case.name, kind) not in files:
        pytest.skip("LibreOffice with its Python module uno not found")
    data = files[case.name, kind].read_bytes()
    for confirmed in (False, True):
        fast, careful = read_twice(data, confirmed=confirmed)
        assert fast == careful


def wrong(returned: Returned, base: str, null: set[str], other: Mapping[str, object]) -> list[str]:
    """Every figure that is not as expected, and every missing one that no finding speaks of."""
    plan, record = plan_of(base), returned.record
    assert record is not None
    due = {path: None if path in null else given(other.get(path, value)) for path, value in figures(base).items()}
    due |= totals(plan, due)
    said = {path for finding in returned.findings for path in finding.paths}
    found = [
        f"{path}: {record.values[path]!r}, not {value!r}" for path, value in due.items() if record.values[path] != value
    ]
    return found + [
        f"{path}: nothing said"
        for path, value in due.items()
        if value is None and path in plan.fields and path not in said
    ]


def given(value: object) -> Value:
    """A figure as cases write it: JSON has no exact decimals, so these are texts there."""
    return exact(Decimal(str(value))) if isinstance(value, float) else value  # type: ignore[return-value]


def totals(plan: FormPlan, values: Mapping[str, Value]) -> dict[str, Value]:
    """The computed totals, from the inputs."""
    if plan.options.totals == "typed":
        return {}

    def lookup(ref: Ref) -> Number | str | None:
        total = plan.era.totals.get(ref.path)
        return evaluate(total.formula, lookup) if total else values.get(ref.path)

    return {path: evaluate(total.formula, lookup) for path, total in plan.era.totals.items() if path in plan.figures}


def test_the_corpus_is_large_enough() -> None:
    """At least 150 workbooks, in all three containers, names not repeated."""
    assert len(EACH) >= ENOUGH
    assert len({case.name for case in CASES}) == len(CASES)
    assert {kind for case in CASES for kind in case.containers} == {"xlsx", "xls", "ods"}


def test_every_code_of_structure_has_a_case() -> None:
    """Every code that carries a decision is met in the corpus."""
    from strategies import SHELF

    decided = {code for code, message in SHELF.library.catalogue.items() if message.decision}
    met = {code for case in CASES for each in (vars(case), *case.differs.values()) for code in each.get("codes", [])}
    assert decided <= met
