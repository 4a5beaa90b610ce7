"""Canonical records: exact both ways, whole or refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltool.io.records import dump_line, dump_record, parse_json, record_from
from xltool.lang import Text
from xltool.model.finding import Finding, Refused
from xltool.model.record import SCOPES, Agency, Explanation, Mark, MarkKind, Record, Source, in_order
from xltool.numbers import exact


@dataclass(frozen=True)
class Leaf:
    path: str
    kind: str = "number"
    decimals: int = 0


COUNT: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0, "maximum": 999_999_999}
AMOUNT: dict[str, Any] = {"type": ["number", "null"], "minimum": 0, "maximum": 9_999_999}
NOTE: dict[str, Any] = {"type": ["string", "null"], "maxLength": 40}


def group(**properties: object) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["era", "year", "agency", "data"],
    "properties": {
        "era": {"const": "toy-1"},
        "agency": {"type": "object", "properties": {"code": {"type": "string", "pattern": "^[^ ]*$"}}},
        "data": group(
            disclosure=group(issued=COUNT, fees=group(amount=AMOUNT)), applications=group(new=COUNT, note=NOTE)
        ),
    },
}


@dataclass(frozen=True)
class ToyEra:
    indicators: Mapping[str, Leaf]
    schema: Mapping[str, Any] = field(default_factory=lambda: SCHEMA)


LEAVES = (
    Leaf("disclosure.issued"),
    Leaf("disclosure.fees.amount", decimals=6),
    Leaf("applications.new"),
    Leaf("applications.note", "text"),
)
ERA = ToyEra({leaf.path: leaf for leaf in LEAVES})
PATHS = list(ERA.indicators)
LAX = replace(ERA, schema={})

RECORD = Record(
    era="toy-1",
    year=2023,
    agency=Agency("220381-SFJ", "公主岭市司法局"),
    values={PATHS[0]: 3, PATHS[1]: Decimal("0.58"), PATHS[2]: None, PATHS[3]: "第一行\n第二行"},
    cover={"filler": "甲", "reviewer": "", "phone": "", "date": ""},
    text={"overview": "", "problems": "", "other": ""},
    marks={PATHS[2]: Mark("not_applicable", "/")},
)
CANONICAL = """{
  "era": "toy-1",
  "year": 2023,
  "scope": "own",
  "submission": 1,
  "agency": {
    "code": "220381-SFJ",
    "name": "公主岭市司法局"
  },
  "cover": {
    "filler": "甲",
    "reviewer": "",
    "phone": "",
    "date": ""
  },
  "data": {
    "disclosure": {
      "issued": 3,
      "fees": {
        "amount": 0.58
      }
    },
    "applications": {
      "new": null,
      "note": "第一行\\n第二行"
    }
  },
  "text": {
    "overview": "",
    "problems": "",
    "other": ""
  },
  "marks": {
    "applications.new": {
      "kind": "not_applicable",
      "raw": "/"
    }
  },
  "explanations": []
}
"""


def tree(**changes: object) -> dict[str, Any]:
    """The smallest record there is, with `changes`."""
    return {"era": "toy-1", "year": 2023, "agency": {"code": "A"}, "data": {}} | changes


def parse(data: object) -> Record:
    record, findings = record_from(data, ERA)
    assert findings == ()
    return record


def refused(data: object, era: ToyEra = ERA) -> tuple[Finding, ...]:
    with pytest.raises(Refused) as caught:
        record_from(data, era)
    return caught.value.findings


def said(findings: tuple[Finding, ...]) -> list[tuple[str, object]]:
    return [(finding.code, finding.args.get("path")) for finding in findings]


def test_the_canonical_form_is_this_text() -> None:
    assert dump_record(RECORD).decode() == CANONICAL
    assert parse(parse_json(CANONICAL.encode())) == RECORD


def test_a_line_is_the_same_record_on_one_line() -> None:
    line = dump_line(RECORD)
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert parse(parse_json(line)) == RECORD


def test_facts_of_the_agency_and_the_source_are_written_only_where_known() -> None:
    full = replace(RECORD, agency=Agency("A", "甲", "county", False), source=Source("甲.xlsx", "0" * 64))
    data = json.loads(dump_record(full))
    assert data["agency"] == {"code": "A", "name": "甲", "level": "county", "rule_making": False}
    assert list(data)[-1] == "source"
    assert parse(parse_json(dump_record(full))) == full


def test_order_of_marks_and_form_of_numbers_do_not_change_the_bytes() -> None:
    first = Mark("unreadable", "a")
    ways = [{PATHS[0]: first, PATHS[2]: first}, {PATHS[2]: first, PATHS[0]: first}]
    values = {**RECORD.values, PATHS[0]: None, PATHS[1]: Decimal("1.50")}
    one, other = (replace(RECORD, values=values, marks=marks) for marks in ways)
    assert dump_record(one) == dump_record(replace(other, values={**values, PATHS[1]: Decimal("1.5")}))


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-6"), "0.000001"),
        (Decimal("-0.0"), "0"),
        (Decimal("1.0"), "1"),
        (10**13, "1" + "0" * 13),
        (Decimal("1234567890123456789012345678.9"), "1234567890123456789012345678.9"),
    ],
)
def test_numbers_are_written_plain_and_whole(number: Decimal, written: str) -> None:
    line = dump_line(replace(RECORD, values={"a": number}, marks={}))
    assert f'"data":{{"a":{written}}}'.encode() in line


@pytest.mark.parametrize("value", [0.5, float("nan"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_exact_number_is_never_written(value: Any) -> None:
    with pytest.raises(TypeError):
        dump_record(replace(RECORD, values={"a": value}, marks={}))


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("0.1", Decimal("0.1")),
        ("3.0", 3),
        ("1e3", 1000),
        ("-0", 0),
        ("0.580", Decimal("0.58")),
        ("9007199254740993", 9007199254740993),
    ],
)
def test_numbers_are_read_exactly(literal: str, value: object) -> None:
    read = parse_json(literal.encode())
    assert (read, type(read)) == (value, type(value))


def test_a_byte_order_mark_is_tolerated() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("data", "code", "args"),
    [
        (b'{"a": 1,\n "b" 2}', "RECORD-NOT-JSON", {"line": 2, "column": 6}),
        (b"", "RECORD-NOT-JSON", {"line": 1, "column": 1}),
        (b'{"a": 1}{', "RECORD-NOT-JSON", {"line": 1, "column": 9}),
        (b'{"a": "x\ny"}', "RECORD-NOT-JSON", {"line": 1, "column": 9}),
        (b'{"a": 1, "b": {"a": 2},\n"a": 3}', "RECORD-KEY-TWICE", {"line": 2, "column": 1, "given": "a"}),
        (b'{"a": 1, "\\u0061": 3}', "RECORD-KEY-TWICE", {"line": 1, "column": 10, "given": "a"}),
        (b'{"NaN": NaN}', "RECORD-NOT-FINITE", {"line": 1, "column": 9, "given": "NaN"}),
        (b"[-Infinity]", "RECORD-NOT-FINITE", {"line": 1, "column": 2, "given": "-Infinity"}),
        (b"[1e999]", "RECORD-NUMBER-TOO-LONG", {"line": 1, "column": 2, "given": "1e999"}),
        (b"[1e99999999999999999999]", "RECORD-NUMBER-TOO-LONG", {"line": 1, "column": 2, "given": "1e99999999999999999999"}),
        (b"[0.12345678901234567890123456789]", "RECORD-NUMBER-TOO-LONG", {"line": 1, "column": 2, "given": "0.12345678901234567890123456789"}),
        (b"[" * 65 + b"]" * 65, "RECORD-TOO-DEEP", {"line": 1, "column": 65}),
        (b"[" * 100_000, "RECORD-TOO-DEEP", {"line": 1, "column": 65}),
        (b'{"a": "\xff"}', "RECORD-NOT-UTF8", {"position": 8}),
        (b'"' + b" " * (16 * 1024 * 1024), "RECORD-TOO-BIG", {"limit": 16}),
    ],
)  # fmt: skip
def test_what_json_leaves_open_is_refused_with_its_place(data: bytes, code: str, args: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        parse_json(data)
    assert [(finding.code, finding.args) for finding in caught.value.findings] == [(code, args)]


def test_sixty_four_levels_are_read() -> None:
    assert parse_json(b"[" * 64 + b"]" * 64) != []


def test_what_is_absent_gets_its_default() -> None:
    record = parse(tree())
    assert record.values == dict.fromkeys(PATHS)
    assert (record.scope, record.submission, record.source) == ("own", 1, None)
    assert record.cover == {"filler": "", "reviewer": "", "phone": "", "date": ""}
    assert record.text == {"overview": "", "problems": "", "other": ""}
    assert (record.agency.name, record.agency.level, record.agency.rule_making) == ("", None, None)
    assert (record.marks, record.explanations) == ({}, ())


def test_values_come_in_the_order_of_the_form() -> None:
    record = parse(tree(data={"applications": {"new": 1}, "disclosure": {"issued": 2}}))
    assert list(record.values) == PATHS
    assert record.values[PATHS[2]] == 1


def test_line_ends_become_line_feeds_and_blank_becomes_empty() -> None:
    record = parse(tree(text={"overview": "a\r\nb\rc", "other": " \n"}, data={"applications": {"note": " \r\n"}}))
    assert record.text == {"overview": "a\nb\nc", "problems": "", "other": ""}
    assert record.values["applications.note"] is None


def test_more_decimals_than_the_form_has_are_reported_and_the_value_kept() -> None:
    record, findings = record_from(tree(data={"disclosure": {"fees": {"amount": Decimal("0.1234567")}}}), ERA)
    assert record.values[PATHS[1]] == Decimal("0.1234567")
    assert said(findings) == [("RECORD-DECIMALS", PATHS[1])]
    assert findings[0].severity == "error"
    assert findings[0].paths == (PATHS[1],)


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"data": {"disclosure": {"issued": "3"}}}, "RECORD-TYPE", "data.disclosure.issued"),
        ({"data": {"disclosure": {"issued": True}}}, "RECORD-TYPE", "data.disclosure.issued"),
        ({"data": {"disclosure": {"issued": {}}}}, "RECORD-TYPE", "data.disclosure.issued"),
        ({"data": {"disclosure": {"issued": []}}}, "RECORD-TYPE", "data.disclosure.issued"),
        ({"data": {"disclosure": {"issued": Decimal("1.5")}}}, "RECORD-TYPE", "data.disclosure.issued"),
        ({"data": {"disclosure": {"issued": -1}}}, "RECORD-RANGE", "data.disclosure.issued"),
        ({"data": {"disclosure": {"issued": 10**9}}}, "RECORD-RANGE", "data.disclosure.issued"),
        ({"data": {"disclosure": 5}}, "RECORD-TYPE", "data.disclosure"),
        ({"data": {"disclosure": None}}, "RECORD-TYPE", "data.disclosure"),
        ({"data": {"applications": {"note": 5}}}, "RECORD-TYPE", "data.applications.note"),
        ({"data": {"applications": {"note": "x" * 41}}}, "RECORD-LENGTH", "data.applications.note"),
        ({"data": {"applications": {"old": None}}}, "RECORD-UNKNOWN-KEY", "data.applications.old"),
        ({"data": {"applications": {"old": {}}}}, "RECORD-UNKNOWN-KEY", "data.applications.old"),
        ({"data": {"applications.new": 5}}, "RECORD-UNKNOWN-KEY", "data.applications.new"),
        ({"data": []}, "RECORD-TYPE", "data"),
        ({"era": "toy-2"}, "RECORD-NOT-ALLOWED", "era"),
        ({"scope": "all"}, "RECORD-NOT-ALLOWED", "scope"),
        ({"year": 23}, "RECORD-RANGE", "year"),
        ({"submission": 0}, "RECORD-RANGE", "submission"),
        ({"agency": {"code": "A B"}}, "RECORD-PATTERN", "agency.code"),
        ({"agency": {"kode": "A"}}, "RECORD-UNKNOWN-KEY", "agency.kode"),
        ({"cover": {"filler": None}}, "RECORD-TYPE", "cover.filler"),
        ({"text": {"overview": "a\x07"}}, "RECORD-CHARACTER", "text.overview"),
        ({"text": {"overview": "\ud800"}}, "RECORD-CHARACTER", "text.overview"),
        ({"text": {"overview": "长" * 32_001}}, "RECORD-TEXT-TOO-LONG", "text.overview"),
        ({"marks": {PATHS[0]: {"kind": "empty"}}}, "RECORD-NOT-ALLOWED", f"marks.{PATHS[0]}.kind"),
        ({"marks": {PATHS[0]: {"kind": "declared_zero"}}}, "RECORD-MARK-ZERO", PATHS[0]),
        ({"marks": {"disclosure.old": {"kind": "unreadable"}}}, "RECORD-MARK-PATH", "disclosure.old"),
        ({"explanations": [{"check": "X"}, {"place": "Y"}]}, "RECORD-MISSING-KEY", "explanations.2.check"),
        ({"source": {"file": "a", "sha256": "0" * 64 + "\n"}}, "RECORD-LENGTH", "source.sha256"),
        ({"source": {"file": "a", "sha256": "X" * 64}}, "RECORD-PATTERN", "source.sha256"),
        ({"comment": ""}, "RECORD-UNKNOWN-KEY", "comment"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(changes: dict[str, object], code: str, path: str) -> None:
    assert (code, path) in said(refused(tree(**changes)))


@pytest.mark.parametrize(
    "data",
    [
        {"disclosure": {"issued": "3"}},
        {"disclosure": {"issued": 0.5}},
        {"disclosure": 5},
        {"applications": {"note": True}},
        {"old": 1},
    ],
)
def test_nothing_is_lost_even_where_a_schema_forbids_nothing(data: dict[str, object]) -> None:
    assert len(refused(tree(data=data), LAX)) == 1


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("not_applicable", 0, "RECORD-MARK"),
        ("unreadable", 5, "RECORD-MARK"),
        ("declared_zero", 5, "RECORD-MARK-ZERO"),
        ("declared_zero", None, "RECORD-MARK-ZERO"),
    ],
)
def test_a_mark_that_contradicts_its_value_is_refused(kind: str, value: int | None, code: str) -> None:
    findings = refused(tree(data={"applications": {"new": value}}, marks={"applications.new": {"kind": kind}}))
    assert said(findings) == [(code, "applications.new")]
    assert findings[0].paths == ("applications.new",)


def test_a_finding_says_what_was_expected_and_what_was_found() -> None:
    (finding,) = refused(tree(data={"disclosure": {"issued": -1}}))
    assert finding.args["expected"] == Text("不小于 0", "at least 0")
    assert finding.args["found"] == Text("-1", "-1")
    assert finding.paths == ("disclosure.issued",)


def test_all_faults_are_told_at_once_and_each_once() -> None:
    wrong = tree(data={"disclosure": {"issued": "3", "old": 1}, "applications": {"new": -1}}, text={"other": "\x00"})
    assert said(refused(wrong)) == [
        ("RECORD-UNKNOWN-KEY", "data.disclosure.old"),
        ("RECORD-RANGE", "data.applications.new"),
        ("RECORD-TYPE", "data.disclosure.issued"),
        ("RECORD-CHARACTER", "text.other"),
    ]


def test_missing_keys_are_all_named() -> None:
    assert said(refused({})) == [("RECORD-MISSING-KEY", key) for key in ("era", "year", "agency", "data")]


@pytest.mark.parametrize("data", [None, [], 5, "x", True])
def test_what_is_no_object_is_no_record(data: object) -> None:
    assert said(refused(data)) == [("RECORD-TYPE", Text("整份数据", "the record"))]


def test_of_many_faults_fifty_are_told() -> None:
    findings = refused(tree(data={f"old{number}": 1 for number in range(80)}))
    assert len(findings) == 50
    assert (findings[-1].code, findings[-1].args) == ("RECORD-MORE", {"count": 31})


def test_a_rule_of_the_schema_without_words_of_its_own_is_named() -> None:
    era = replace(ERA, schema={"not": {"required": ["year"]}})
    assert said(refused(tree(), era)) == [("RECORD-SCHEMA", Text("整份数据", "the record"))]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from("\n\t"), max_size=20).map(lambda text: text if text.strip() else "")  # fmt: skip
COUNTS = st.integers(0, 999_999_999)
AMOUNTS = st.decimals(0, 9_999_999, places=6, allow_nan=False, allow_infinity=False).map(exact)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    PATHS[0]: COUNTS,
    PATHS[1]: AMOUNTS,
    PATHS[2]: COUNTS,
    PATHS[3]: TEXTS.map(str.strip).filter(bool),
}


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any record of the toy era in its canonical form."""
    values: dict[str, Any] = {}
    marks: dict[str, Mark] = {}
    for path, value in VALUES.items():
        kinds = ["plain", "missing", "not_applicable", "unreadable"]
        kind = draw(st.sampled_from(kinds if ERA.indicators[path].kind == "text" else [*kinds, "declared_zero"]))
        values[path] = draw(value) if kind == "plain" else 0 if kind == "declared_zero" else None
        if kind not in ("plain", "missing"):
            marks[path] = Mark(cast(MarkKind, kind), "" if kind == "declared_zero" else draw(TEXTS))
    code = draw(TEXTS.map(lambda text: text.replace(" ", "").strip()))
    return Record(
        era="toy-1",
        year=draw(st.integers(1900, 2999)),
        agency=Agency(code, draw(TEXTS).strip(), draw(st.none() | TEXTS.filter(bool)), draw(st.none() | st.booleans())),
        values=values,
        scope=draw(st.sampled_from(SCOPES)),
        submission=draw(st.integers(1, 9999)),
        cover={name: draw(TEXTS) for name in ("filler", "reviewer", "phone", "date")},
        text={part: draw(TEXTS) for part in ("overview", "problems", "other")},
        marks=marks,
        explanations=in_order(draw(st.lists(st.builds(Explanation, TEXTS, TEXTS, TEXTS.filter(bool)), max_size=3))),
        source=draw(st.none() | st.builds(Source, TEXTS, st.text("0123456789abcdef", min_size=64, max_size=64))),
    )


@given(record=records())
def test_what_was_written_is_read_back_the_same(record: Record) -> None:
    for data in (dump_record(record), dump_line(record)):
        assert parse(parse_json(data)) == record
    assert dump_record(parse(parse_json(dump_line(record)))) == dump_record(record)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=5) | st.decimals(-9, 9, places=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(changes=st.dictionaries(st.sampled_from(["era", "year", "scope", "submission", "agency", "cover", "data", "text", "marks", "explanations", "source", "x"]), JSON, max_size=3))  # fmt: skip
def test_any_other_json_is_a_record_or_refused_with_reasons(changes: dict[str, object]) -> None:
    for era in (ERA, LAX):
        try:
            record, _ = record_from(tree(**changes), era)
        except Refused as refusal:
            assert 0 < len(refusal.findings) <= 50
        else:
            assert record_from(parse_json(dump_record(record)), era)[0] == record
