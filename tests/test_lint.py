"""`lint`: every kind of fault in an era's data files is found, and the eras that ship have none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from xltool.io.meta_schemas import meta_findings
from xltool.model.finding import Finding
from xltool.model.parse_era import parse_era
from xltool.passes.lint import lint
from xltool.plan.layout import parse_layout

ROOT = Path(__file__).resolve().parents[1]
ERAS = sorted(path.parent.name for path in (ROOT / "schemas").glob("*/checks.json"))
METAS = sorted(path.name for path in (ROOT / "schemas" / "meta").glob("*.schema.json"))

Files = dict[str, Any]
Change = Callable[[Files], object]


def load(path: str) -> Any:
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def files_of(era: str) -> Files:
    return {
        "record": load(f"schemas/{era}/record.schema.json"),
        "checks": load(f"schemas/{era}/checks.json"),
        "layout": load(f"templates/{era}/layout.json"),
    }


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def leaf(ref: str, zh: str, en: str, **more: object) -> dict[str, object]:
    return {"$ref": f"#/$defs/{ref}", "title": zh, "x-en": en, **more}


def check(name: str, rule: str, **more: object) -> dict[str, object]:
    source = both("来源", "source")
    return {"id": f"TOY-{name}", "severity": "error", "basis": "implied", "source": source, "rule": rule} | {
        **both("规则", "rule"),
        **more,
    }


def toy() -> Files:
    """A small era without faults: two columns of three figures, a text, and a figure in parts."""
    record = load("schemas/national-2021/record.schema.json")
    envelope = {name: record["$defs"][name] for name in ("agency", "cover", "text", "marks", "explanations", "source")}
    row = {"type": "object", "additionalProperties": False}
    record |= {
        "$id": "urn:xltool:era:toy:record",
        "title": "小表",
        "x-en": "Toy",
        "x-era": {**record["x-era"], "id": "toy", "code": "TOY"},
        "x-totals": [
            {"for": {"c": ["items.*"]}, "total": "c.total", "is": "sum(c.first, c.second)"},
        ],
        "$defs": {
            "count": {"type": ["integer", "null"], "minimum": 0, "maximum": 999999, "x-decimals": 0, "x-method": "sum"},
            "words": {"type": ["string", "null"], "maxLength": 500, "x-method": "none"},
            "column": {
                **row,
                "properties": {
                    "first": leaf("count", "甲", "first"),
                    "second": leaf("count", "乙", "second"),
                    "total": leaf("count", "合计", "total"),
                },
            },
            **envelope,
        },
    }
    record["properties"]["era"] = {"const": "toy"}
    record["properties"]["data"]["properties"] = {
        "items": {
            "title": "物品",
            "x-en": "Items",
            **row,
            "properties": {"old": leaf("column", "旧", "old"), "new": leaf("column", "新", "new")},
        },
        "remark": leaf("words", "备注", "remark"),
        "given": {
            "title": "赠",
            "x-en": "Given",
            "x-either": {"whole": "whole", "parts": ["here", "there"]},
            **row,
            "properties": {
                "here": leaf("count", "本地", "here"),
                "there": leaf("count", "外地", "there"),
                "whole": leaf("count", "未分", "undivided", **{"x-optional": True}),
            },
        },
    }
    checks = {
        "era": "toy",
        "checks": [
            check(
                "TOTAL", "c.total == sum(c.first, c.second)", **{"for": {"c": ["items.*"]}, "where": both("{c}", "{c}")}
            ),
            check("GIVEN", "sum(given) <= items.old.total"),
        ],
    }
    figures = {"cells": "column.row", "rows": ["first", "second", "total"], "columns": ["items.old", "items.new"]}
    single = {"cells": "row.column", "columns": [{"label": both("数", "number")}]}
    others = {**single, "rows": ["remark", {"path": "given", "children": ["here", "there", "whole"]}]}
    sheet = {
        "id": "T1",
        "name": both("表一", "Table 1"),
        "path": "items",
        "columns": [20, 20, 10, 10],
        "blocks": [figures, others],
    }
    return {"record": record, "checks": checks, "layout": {"era": "toy", "sheets": [sheet]}}


def findings(files: Files) -> list[Finding]:
    """What `xltool lint` says: the meta-schemas first, and only where they agree the rest."""
    meta = [
        finding
        for kind, data in files.items()
        for finding in meta_findings(data, load(f"schemas/meta/{kind}.schema.json"), f"{kind}.json")
    ]
    if meta:
        return meta
    era, faults = parse_era(files["record"], files["checks"])
    return list(lint(era, faults, parse_layout(files["layout"]), files["checks"]["era"]))


def data_of(files: Files) -> Any:
    return files["record"]["properties"]["data"]["properties"]


def count_of(files: Files) -> Any:
    return files["record"]["$defs"]["count"]


def sheet_of(files: Files) -> Any:
    return files["layout"]["sheets"][0]


def add_check(name: str, rule: str, **more: object) -> Change:
    return lambda files: files["checks"]["checks"].append(check(name, rule, **more))


def add_total(total: str, formula: str, **more: object) -> Change:
    return lambda files: files["record"]["x-totals"].append({"total": total, "is": formula, **more})


def change_check(**more: object) -> Change:
    return lambda files: files["checks"]["checks"][0].update(more)


def change_sheet(**more: object) -> Change:
    return lambda files: sheet_of(files).update(more)


def add_charts(*charts: list[str]) -> Change:
    made = [{"id": "CHART", "kind": "bar", "title": both("图", "chart"), "paths": paths} for paths in charts]
    return lambda files: files["layout"].update(charts=made)


def set_unit(files: Files, name: str) -> None:
    data_of(files)["given"]["properties"][name].update({"x-unit": both("元", "yuan")})


def captured(*patterns: str, name: str = "c") -> dict[str, object]:
    return {"for": {name: list(patterns)}, "where": both("处", "place")}


@pytest.mark.parametrize("era", ERAS)
def test_the_eras_that_ship_have_no_faults(era: str) -> None:
    """Every shipped era is clean by the meta-schemas and by lint."""
    assert findings(files_of(era)) == []


def test_the_toy_era_has_no_faults() -> None:
    """What the tests below break was whole before."""
    assert findings(toy()) == []


@pytest.mark.parametrize("meta", METAS)
def test_meta_schemas_are_schemas(meta: str) -> None:
    """Each meta-schema is itself a valid JSON Schema of 2020-12, and says in words what it is for."""
    schema = load(f"schemas/meta/{meta}")
    Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("era", ERAS)
def test_record_schemas_are_plain_json_schemas(era: str) -> None:
    """Anybody's validator can use them."""
    Draft202012Validator.check_schema(load(f"schemas/{era}/record.schema.json"))


FAULTS: list[tuple[str, Change]] = [
    # what parsing meets
    ("LINT-DUPLICATE-ID", add_check("GIVEN", "items.old.total >= given.here")),
    ("LINT-CAPTURE-NAME", add_check("X", "old.total <= 5", **captured("items.*", name="old"))),
    ("LINT-NO-MATCH", add_check("X", "c.total <= 5", **captured("things.*"))),
    ("LINT-UNKNOWN-PATH", add_check("X", "items.old.tottal <= 5")),
    ("LINT-UNKNOWN-PATH", add_check("X", "items.old <= 5")),
    ("LINT-UNKNOWN-PATH", add_check("X", "items.old.total <= prior.items.gone.total")),
    ("LINT-UNKNOWN-PATH", add_check("X", "agency.size <= 5")),
    ("LINT-UNKNOWN-PATH", add_total("items.old.sum", "sum(items.old)")),
    ("LINT-UNKNOWN-PATH", add_total("given.here", "items.sum")),
    ("LINT-TOTAL-TWICE", add_total("items.old.total", "items.new.first + items.new.second")),
    ("LINT-RULE", add_check("X", "items.old.total <= 5 <= items.new.total")),
    ("LINT-RULE", add_check("X", "items.old.total")),
    ("LINT-RULE", add_check("X", "items.old.total <= 1e3")),
    ("LINT-RULE", add_check("X", "items.old.total <=")),
    ("LINT-RULE", add_check("X", "sqrt(items.old.total) <= 5")),
    ("LINT-RULE", add_total("given.here", "items.old.first if 1 else 2")),
    ("LINT-CIRCULAR-TOTAL", add_total("items.old.first", "items.old.total - items.old.second")),
    ("LINT-CIRCULAR-TOTAL", add_total("given.here", "given.here + given.there")),
    # the three files against each other
    ("LINT-OTHER-ERA", lambda files: files["checks"].update(era="toys")),
    ("LINT-OTHER-ERA", lambda files: files["layout"].update(era="toys")),
    ("LINT-OTHER-ERA", lambda files: files["record"]["properties"]["era"].update(const="toys")),
    # the record schema
    ("LINT-NO-TITLE", lambda files: [data_of(files)["remark"].pop(key) for key in ("title", "x-en")]),
    ("LINT-NO-TITLE", lambda files: [data_of(files)["given"].pop(key) for key in ("title", "x-en")]),
    ("LINT-LONG-SHORT", lambda files: data_of(files)["remark"].update(title="长" * 21)),
    ("LINT-LONG-SHORT", lambda files: data_of(files)["given"].update({"x-short": both("短", "l" * 41)})),
    ("LINT-LONG-NOTE", lambda files: data_of(files)["remark"].update({"x-note": both("长" * 181, "short")})),
    ("LINT-DIGITS", lambda files: count_of(files).update(maximum=10**13)),
    ("LINT-DIGITS", lambda files: count_of(files).update({"type": ["number", "null"], "x-decimals": 8})),
    ("LINT-RATIO-FORMULA", lambda files: data_of(files)["given"]["properties"]["here"].update({"x-method": "ratio"})),
    ("LINT-UNKNOWN-PATH", lambda files: data_of(files)["given"]["x-either"]["parts"].append("gone")),
    # checks
    ("LINT-ID-PREFIX", change_check(id="TOYS-TOTAL")),
    ("LINT-YEARS", change_check(**{"from": 2022, "until": 2021})),
    ("LINT-YEARS-OUTSIDE", change_check(until=2020)),
    ("LINT-PLACEHOLDER", change_check(where=both("{c}", "{d}"))),
    ("LINT-PLACEHOLDER", change_check(say=both("{c.number}", "{c}"))),
    ("LINT-PLACEHOLDER", change_check(where=both("{c.first}", "{c}"))),
    ("LINT-DIVISION-DECIMALS", add_check("X", "items.old.first / items.new.first <= 2")),
    ("LINT-WORD", add_check("X", 'items.old.first + "a" <= 2')),
    ("LINT-WORD", add_check("X", 'items.old.first == "a"')),
    ("LINT-WORD", add_check("X", 'agency.level >= "county"')),
    ("LINT-WORD", add_check("X", "agency.level * items.old.first <= 2")),
    ("LINT-TEXT-OPERAND", add_check("X", "remark <= 2")),
    ("LINT-TEXT-OPERAND", add_check("X", "prior.remark <= 2")),
    # the layout
    ("LINT-NOT-SHOWN", lambda files: sheet_of(files)["blocks"][1]["rows"].pop(0)),
    ("LINT-NOT-SHOWN", lambda files: sheet_of(files)["blocks"][1]["rows"][1]["children"].pop()),
    ("LINT-SHOWN-TWICE", lambda files: sheet_of(files)["blocks"][1]["rows"].append("given.here")),
    ("LINT-SHOWN-TWICE", lambda files: sheet_of(files)["blocks"][0]["columns"].append("items.new")),
    ("LINT-UNKNOWN-PATH", lambda files: sheet_of(files)["blocks"][0]["rows"].append("third")),
    ("LINT-UNKNOWN-PATH", lambda files: sheet_of(files)["blocks"][0]["columns"].append("items.used")),
    ("LINT-UNKNOWN-PATH", change_sheet(path="thing")),
    ("LINT-MIXED-LABEL", lambda files: data_of(files)["items"]["properties"].update(new=differing(files))),
    ("LINT-SHEET-NAME", change_sheet(name=both("表/一", "Table 1"))),
    ("LINT-SHEET-NAME", change_sheet(name=both("表一", "T" * 32))),
    ("LINT-SHEET-NAME", change_sheet(name=both("表一", "History"))),
    (
        "LINT-SHEET-TWICE",
        lambda files: files["layout"]["sheets"].append(empty_sheet(id="T1", name=both("表二", "Table 2"))),
    ),
    (
        "LINT-SHEET-TWICE",
        lambda files: files["layout"]["sheets"].append(empty_sheet(id="T2", name=both("表二", "TABLE 1"))),
    ),
    ("LINT-WIDTH", change_sheet(columns=[71, 20, 10, 10])),
    ("LINT-FEW-COLUMNS", change_sheet(columns=[20, 20])),
    # the charts of the summary
    ("LINT-UNKNOWN-PATH", add_charts(["items.old.first", "items.old.third"])),
    ("LINT-CHART-SUM", add_charts(["items.old", "items.new.total"])),
    ("LINT-CHART-SUM", add_charts(["items.old.first", "remark"])),
    ("LINT-CHART-UNITS", lambda files: [add_charts(["given.here", "given.there"])(files), set_unit(files, "here")]),
    ("LINT-CHART-TWICE", add_charts(["items.old.first", "given"], ["items.old.total", "items.new.total"])),
    ("LINT-SCHEMA", add_charts(["items.old.first"])),
    # the meta-schemas
    ("LINT-MISSING-KEY", lambda files: files["checks"]["checks"][0].pop("source")),
    ("LINT-MISSING-KEY", lambda files: files["checks"]["checks"][0].pop("where")),
    ("LINT-MISSING-KEY", lambda files: files["checks"]["checks"][0].pop("en")),
    ("LINT-MISSING-KEY", lambda files: files["record"]["x-era"]["short"].pop("en")),
    ("LINT-MISSING-KEY", lambda files: data_of(files)["remark"].pop("x-en")),
    ("LINT-MISSING-KEY", lambda files: count_of(files).pop("maximum")),
    ("LINT-MISSING-KEY", lambda files: data_of(files)["given"].pop("type")),
    ("LINT-MISSING-KEY", lambda files: sheet_of(files).pop("columns")),
    ("LINT-UNKNOWN-KEY", lambda files: files["checks"]["checks"][0].update(severitty="error")),
    ("LINT-UNKNOWN-KEY", lambda files: count_of(files).update(multipleOf=1)),
    ("LINT-UNKNOWN-KEY", lambda files: data_of(files)["given"].update({"x-decimals": 1})),
    ("LINT-UNKNOWN-KEY", lambda files: sheet_of(files)["blocks"][0].update(color="red")),
    ("LINT-REFERENCE", lambda files: data_of(files)["remark"].update({"$ref": "#/$defs/wordss"})),
    ("LINT-REFERENCE", lambda files: files["record"]["$defs"].update(count={"$ref": "#/$defs/count"})),
    (
        "LINT-REFERENCE",
        lambda files: files["record"]["$defs"]["column"]["properties"].update(more=leaf("column", "再", "more")),
    ),
    ("LINT-SCHEMA", change_check(severity="warning")),
    ("LINT-SCHEMA", change_check(id="toy-total")),
    ("LINT-SCHEMA", lambda files: count_of(files).update(type="integer")),
    ("LINT-SCHEMA", lambda files: count_of(files).update({"x-decimals": 2})),
    ("LINT-SCHEMA", lambda files: data_of(files).update({"not": data_of(files).pop("remark")})),
    ("LINT-SCHEMA", lambda files: data_of(files).update({"re__mark": data_of(files).pop("remark")})),
    ("LINT-SCHEMA", lambda files: data_of(files).update({"prior": data_of(files).pop("remark")})),
    ("LINT-SCHEMA", lambda files: data_of(files)["given"].update(additionalProperties=True)),
    ("LINT-SCHEMA", lambda files: files["record"]["properties"].update(year={"type": "integer"})),
    ("LINT-SCHEMA", lambda files: sheet_of(files)["blocks"][0].update(cells="diagonal")),
    ("LINT-SCHEMA", lambda files: sheet_of(files)["blocks"][0]["rows"].append({"children": ["first"]})),
]


def differing(files: Files) -> dict[str, object]:
    column = copy.deepcopy(files["record"]["$defs"]["column"])
    column["properties"]["first"]["title"] = "丙"
    return {"title": "新", "x-en": "new", **column}


def empty_sheet(**more: object) -> dict[str, object]:
    block = {"cells": "row.column", "rows": [{"label": both("空", "none")}], "columns": [{"label": both("空", "none")}]}
    return {"path": "items", "columns": [10, 10], "blocks": [block], **more}


@pytest.mark.parametrize(
    ("code", "change"), FAULTS, ids=[f"{number}-{code}" for number, (code, _) in enumerate(FAULTS)]
)
def test_each_fault_is_found_and_nothing_else(code: str, change: Change) -> None:
    """A fault made in a whole era is found by its own code, with a file and a place, and brings no other along."""
    files = toy()
    change(files)
    found = findings(files)
    assert {finding.code for finding in found} == {code}
    assert all(finding.severity == "error" and finding.places[0].file for finding in found)


ALWAYS = [
    "items.old.first == items.old.first",
    "items.old.first + items.old.second == items.old.second + items.old.first",
    "sum(items.old.first, items.old.second) - items.old.second >= items.old.first",
    "items.old.first <= items.old.first + items.new.first",
    "items.old.first * 2 == items.old.first + items.old.first",
    "items.old.first >= 0",
    "items.old.first <= 999999",
    "items.old.first < 1000000",
    "0 - items.old.first != 1",
    "items.old.first * items.new.first >= 0",
    "abs(items.old.first - items.new.first) >= 0",
    "max(items.old.first, items.new.first) >= 0",
    "min(items.old.first, 5) <= 999999",
    "round(items.old.first, 0) >= 0 - 1",
    "prior.items.old.first >= 0",
    "items.old.first * (1 - agency.rule_making) >= 0",
    "sum(given) + 1 > 0",
]
NEVER = [
    "items.old.first != items.old.first",
    "items.old.first + 1 <= items.old.first",
    "items.old.first == 1000000",
    "items.old.first < 0",
    "items.old.first + items.new.first > 1999998",
    "items.old.first / 2 + 3 == items.old.first * 0.5",
    "sum(given) < 0",
]
EITHER_WAY = [
    "items.old.first == items.new.first",
    "items.old.first <= items.old.second",
    "items.old.total == sum(items.old.first, items.old.second)",
    "items.old.first * items.new.first == 0",
    "items.old.first <= 999998",
    "items.old.first > 0",
    "items.old.first == prior.items.old.first",
    "abs(items.old.first - items.new.first) <= 5",
    "min(items.old.first, items.new.first) >= 1",
    "max(items.old.first, 5) >= items.new.first",
    "round(items.old.first / 3, 2) <= 5",
    "items.old.first * (1 - agency.rule_making) == 0",
    'agency.level == "county"',
    "sum(given) == items.old.total",
]


def verdict_on(rule: str) -> set[str]:
    files = toy()
    add_check("X", rule, decimals=2)(files)
    return {finding.code for finding in findings(files)}


@pytest.mark.parametrize("rule", ALWAYS)
def test_rules_that_never_fail_are_found(rule: str) -> None:
    """A rule that holds for all figures within their limits, totals taken as typed, checks nothing."""
    assert verdict_on(rule) == {"LINT-NEVER-FAILS"}


@pytest.mark.parametrize("rule", NEVER)
def test_rules_that_never_pass_are_found(rule: str) -> None:
    """A rule that no figures within their limits can satisfy is a mistake."""
    assert verdict_on(rule) == {"LINT-NEVER-PASSES"}


@pytest.mark.parametrize("rule", EITHER_WAY)
def test_rules_that_can_do_both_are_left_alone(rule: str) -> None:
    """Lint accuses no rule that can pass and can fail; a check of a total counts as such, since totals may be typed."""
    assert verdict_on(rule) == set()


def test_sentences_may_show_the_numbers_of_the_rule() -> None:
    """Labels of captures, numbers of captures and of the figures below them, and the two sides."""
    files = toy()
    change_check(say=both("{c}{c.value}{c.first}{c.total}", "{left} {right} {difference}"))(files)
    assert findings(files) == []


def test_a_total_may_rest_on_last_year() -> None:
    """Last year's figure of the same name is another figure, and so no circle."""
    files = toy()
    add_total("given.here", "prior.given.here + given.there")(files)
    assert findings(files) == []


def test_dead_cells_of_a_matrix_are_no_fault() -> None:
    """A row and a column may meet where the form has no figure, as long as each has one somewhere."""
    files = toy()
    data_of(files)["items"]["properties"]["new"] = {
        "title": "新",
        "x-en": "new",
        "type": "object",
        "additionalProperties": False,
        "properties": {"total": leaf("count", "合计", "total")},
    }
    files["record"]["x-totals"] = []
    files["checks"]["checks"][0]["for"]["c"] = ["items.old"]
    assert findings(files) == []


def test_a_fault_names_its_place() -> None:
    """A departure from the meta-schema comes with file and JSON pointer, one from a rule with check and column."""
    files = toy()
    change_check(severity="warning")(files)
    (found,) = findings(files)
    assert (found.args["file"], found.args["where"]) == ("checks.json", "#/checks/0/severity")
    files = toy()
    add_check("X", "items.old.total <= sqrt(5)")(files)
    (found,) = findings(files)
    assert (found.args["file"], found.args["where"], found.args["column"]) == ("toy/checks.json", "TOY-X", "20")
