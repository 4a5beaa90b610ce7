"""The figures of published reports give exactly the findings a careful reader gives them: as records, in workbooks
with typed totals, and after an office suite saved those."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import Format, Office
from strategies import ROOT, SHELF

from xltool.app.forms import fill_record
from xltool.app.returns.validating import read_file, validate_file
from xltool.io.inputs import Source
from xltool.model.returned import Returned
from xltool.passes.identify import Expected

# Severity, code, what it is about, and the numbers of the sentence.
Line = tuple[str, str, str, Mapping[str, object]]
EXPECTED: Mapping[str, list[Line]] = {
    "jilin-2013-gongzhuling-2013": [
        ("error", "J13-TIMELY-WITHIN", "year", {"left": "15", "right": "5", "difference": "10"}),
        ("error", "J13-TIMELY-SUM", "cumulative", {"left": "50", "right": "52", "difference": "-2"}),
        ("notice", "J13-TRAINING-SAME", "basics.training.sessions", {"left": "1", "right": "1", "difference": "0"}),
        ("notice", "J13-TRAINING-SAME", "basics.training.participants", {"left": "1", "right": "1", "difference": "0"}),
    ],
    "national-2021-jingyan-2023": [("error", "VALUE-BLANK", "applications.natural_person.handled", {})],
    "national-2021-xilinhot-2023": [],
}


def loaded(name: str) -> bytes:
    return (ROOT / "examples" / "records" / f"{name}.json").read_bytes()


def validated(data: bytes, name: str = "return") -> Returned:
    return validate_file(Source(name, lambda: data), SHELF, Expected())


def workbook(name: str, totals: str = "typed") -> bytes:
    found = read_file(Source(name, lambda: loaded(name)), SHELF)
    assert found.record is not None
    return fill_record(found.record, SHELF, totals, "zh")[0]  # type: ignore[arg-type]


def said(found: Returned) -> list[Line]:
    assert found.record is not None
    return [
        (each.severity, each.code, each.instance.partition("@")[2] or ",".join(each.paths), each.args)
        for each in found.findings
    ]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_record_gets_exactly_these_findings(name: str) -> None:
    assert said(validated(loaded(name))) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_its_workbook_gets_the_same(name: str) -> None:
    """With typed totals, so that the blank total of a table stays blank and every check has two figures."""
    found = validated(workbook(name))
    assert said(found) == EXPECTED[name]
    places = [place for each in found.findings for place in each.places]
    assert all(place.sheet and place.ref for place in places)


@pytest.mark.parametrize("format_", ["xlsx", "xls", "ods"])
def test_so_does_the_workbook_saved_again(format_: Format, soffice: Office, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.xlsx" for name in EXPECTED]
    for file in files:
        file.write_bytes(workbook(file.stem))
    for name, file in zip(EXPECTED, soffice.convert(files, format_, tmp_path / "saved"), strict=True):
        assert said(validated(file.read_bytes())) == EXPECTED[name]


def test_blank_parts_and_sections_are_no_findings_in_the_local_form() -> None:
    """In the form of 2013 a blank is no figure: sums leave it out, whole sections stay empty without a word."""
    found = validated(loaded("jilin-2013-gongzhuling-2013"))
    assert found.record is not None
    assert found.record.values["key_areas.budgets.disclosed"] is None
    assert "VALUE-BLANK" not in {each.code for each in found.findings}


@pytest.mark.parametrize("name", EXPECTED)
def test_auto_computes_totals_only_where_that_changes_nothing(name: str) -> None:
    """Whatever `fill` chooses, the record that comes back is the one that went in."""
    found = read_file(Source(name, lambda: loaded(name)), SHELF)
    again = read_file(Source(name, lambda: workbook(name, "auto")), SHELF)
    assert found.record is not None
    assert again.record is not None
    assert again.record.values == found.record.values
    assert again.record.marks == found.record.marks
