"""One rule, three readings: the self-check page's JavaScript, run in Chromium, says what Python evaluates.

The domain is that of the parity with LibreOffice, and beyond it: JavaScript's numbers here are exact, so figures that
doubles cannot hold are compared too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from selfcheck_pages import COMPUTE, given, opened, page_of
from strategies import ERAS, SHELF, TEXT_CONTENTS, UNREADABLE, chance, content, huge_content, pick, plan_of, record

from xltool.app.returns.saved import as_returned
from xltool.io.records import dump_record, parse_json, record_from
from xltool.lang import Text
from xltool.model.book import Cell
from xltool.model.era import Indicator
from xltool.model.finding import Refused
from xltool.numbers import exact, plain
from xltool.passes.values import read_value
from xltool.plan.form import Content, FormPlan
from xltool.plan.results import Results
from xltool.rules.evaluate import Judgement, judge
from xltool.rules.javascript import rule_source
from xltool.rules.nodes import Binary, Call, Compare, Either, Function, Negative, Node, Num, Ref

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KINDS = (("computed", "zh"), ("typed", "zh"), ("typed", "en"))
CONTENTS = 40
WANTED = 10_000


def contents(rnd: Random, plan: FormPlan) -> Iterator[Content]:
    """What may be typed, sensible or not, with last year's figures beside; now and then of any size."""
    back = [path.removeprefix("prior.") for path in plan.fields if path.startswith("prior.")]
    for number in range(CONTENTS):
        made = huge_content(rnd, plan) if number % 10 == 9 else content(rnd, plan)
        known = {path: rnd.randrange(30) for path in back if not chance(rnd, 20)}
        yield replace(made, prior=known)


def expected(plan: FormPlan, made: Content, names: list[str]) -> dict[str, Any]:
    results = Results(plan, made)
    return {
        "judgements": {each.name: list(_judgement(results.judgement(each.name))) for each in plan.instances},
        "states": {path: state for path, state in results.states.items() if path != "submission"},
        "totals": {
            path: _plain(results.total(path))
            for path in plan.era.totals
            if path in plan.figures and path not in plan.fields
        },
        "verdicts": {each.name: results.verdict(each.name) for each in plan.instances},
        "beside": {each: results.beside(each) for each in names},
        "blank": {
            table: [
                results.blank_verdict(table),
                results.count(table, "blank"),
                results.count(table, "text", "invalid"),
            ]
            for table in plan.tables
        },
        "headline": results.headline,
        "code": f"{results.code:06d}",
    }


def _judgement(found: Judgement) -> Iterator[str | None]:
    yield found.verdict
    yield from map(_plain, (found.left, found.right, found.difference))


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, int | Decimal) else value


def test_ten_thousand_verdicts_and_all_else_agree(chromium: Browser, tmp_path: Path) -> None:
    """Both sides, differences and verdicts of checks, states, totals, live checks, counts, headline, 数据校验码."""
    verdicts = set()
    count = 0
    for era in ERAS:
        for totals, lang in KINDS:
            rnd = Random(f"page {era} {totals} {lang}")
            plan = plan_of(era, totals=totals, lang=lang, prior=True)
            page = opened(chromium, tmp_path, page_of(plan))
            made = list(contents(rnd, plan))
            cases = [given(each, plan) for each in made]
            for number, (each, shown) in enumerate(zip(made, page.evaluate(COMPUTE, cases), strict=True)):
                due = expected(plan, each, cases[number]["beside"])  # type: ignore[arg-type]
                for part, values in due.items():
                    assert shown[part] == values, (era, totals, lang, number, part)
                count += len(due["judgements"])
                verdicts |= {found[0] for found in due["judgements"].values()}
            assert page.problems == []  # type: ignore[attr-defined]
            page.context.close()
    assert count >= WANTED
    assert verdicts == {"pass", "fail", "not_assessable"}


# --- the language itself -----------------------------------------------------------------------------------------

PATHS = tuple("abcdefgh")
JUDGE = """
([rules, cases]) => {
  const made = Function("x", `const {figure, add, subtract, multiply, divide, negative, absolute, round, least, greatest, sum, either} = exactNumbers; return [${rules.join(",")}]`)();
  return made.map((rule, index) => cases[index].map(values => {
    const see = path => values[path] === undefined || values[path] === null ? null
      : /[a-z]/.test(values[path]) ? values[path] : figures.numberOf(values[path]);
    const found = exactNumbers.judge(rule, {data: see, prior: see, agency: see});
    const shown = value => exactNumbers.isNumber(value) ? exactNumbers.plain(value) : value;
    return [found.verdict, shown(found.left), shown(found.right), shown(found.difference)];
  }));
}
"""


def node(rnd: Random, depth: int) -> Node:
    kind = rnd.randrange(3 if depth == 0 else 9)
    if kind == 0:
        return Num(exact(Decimal(rnd.randrange(2000)).scaleb(-rnd.randrange(4))))
    if kind in (1, 2):
        return Ref(pick(rnd, PATHS), pick(rnd, ["data", "data", "prior"]))
    if kind == 3:
        parts = tuple(Ref(path) for path in rnd.sample(PATHS[1:], 3))
        return Either(Ref("a"), parts)
    if kind == 4:
        return Negative(node(rnd, depth - 1))
    if kind in (5, 6):
        return Binary(pick(rnd, ["+", "-", "*", "/", "/"]), node(rnd, depth - 1), node(rnd, depth - 1))
    if kind == 7:
        return Call("round", (node(rnd, depth - 1), Num(rnd.randrange(4))))
    names: tuple[Function, ...] = ("sum", "min", "max", "abs")
    name = pick(rnd, names)
    arguments = tuple(node(rnd, depth - 1) for _ in range(1 if name == "abs" else rnd.randrange(1, 5)))
    return Call(name, arguments, skip=name != "abs" and chance(rnd, 50))


def rule_values(rnd: Random) -> dict[str, str]:
    values = {}
    for path in PATHS:
        if chance(rnd, 85):
            value = exact(Decimal(rnd.randrange(-(10 ** rnd.randrange(1, 14)), 10**13)).scaleb(-rnd.randrange(5)))
            values[path] = plain(0 if chance(rnd, 15) else value)
    return values


def test_any_rule_of_the_language_is_judged_alike(chromium: Browser, tmp_path: Path) -> None:
    """Divisions without end, products beyond every cell, halves, sums that skip, figures in parts: the same digits."""
    rnd = Random("language")
    rules = [
        (Compare(pick(rnd, ["==", "!=", "<=", ">=", "<", ">"]), node(rnd, 3), node(rnd, 2)), rnd.randrange(4))
        for _ in range(400)
    ]
    cases = [[rule_values(rnd) for _ in range(25)] for _ in rules]
    page = opened(chromium, tmp_path, page_of(plan_of("selfcheck-2016")), bypass_csp=True)
    sources = [rule_source(rule, places) for rule, places in rules]
    judged = page.evaluate(JUDGE, [sources, cases])
    verdicts: dict[str, int] = {}
    for (rule, places), values, found in zip(rules, cases, judged, strict=True):
        for one, shown in zip(values, found, strict=True):
            numbers = {path: exact(Decimal(text)) for path, text in one.items()}
            due = judge(rule, lambda ref, numbers=numbers: numbers.get(ref.path), places)  # type: ignore[misc]
            assert shown == list(_judgement(due)), (rule, one)
            verdicts[due.verdict] = verdicts.get(due.verdict, 0) + 1
    assert sum(verdicts.values()) == 10_000
    assert min(verdicts.values()) > 500


# --- what is typed -----------------------------------------------------------------------------------------------

PIECES = (
    "1", "12", "0", "007", "1,234", "1,2345", "12,345,678", "1.50", ".5", "5.", "1e3", "2E-2", "1e400", "1e-999", "９", "１２",
    "３，４５６", "。", "－", "+", "-", "'", " ", "\u3000", "\xa0", "\t", "\n", "\x1c", "\x85", "\ufeff", "件", "件次", "万件", "万元",
    "元", "%", "％", "‰", "（其中3）", "(含)", "［注］", "【】", "约", "无", "不适用", "/", "／", "—", "——", "N/A", "ｎ／ａ", "#REF!", "#n/a",
    "＃ＲＥＦ！", "〇", "①", "五", "\x07", "🌀", "𠮷", "约5", "2024-01-01", "36526", "55153", "55154", "999999999999",
    "9999999999999", "1234567890123456", "0.1234567890123456", "0.99999999999999999999999999999999999", "000", "-0", "ſ", "K", "ı",
)  # fmt: skip
INDICATORS = (
    Indicator("p", Text("", ""), Text("", ""), unit=Text("件", "cases"), maximum=10**12, minimum=0),
    Indicator("p", Text("", ""), Text("", ""), unit=Text("万元", "10k"), decimals=2, minimum=0, maximum=10**9),
    Indicator("p", Text("", ""), Text("", ""), decimals=4, minimum=None, maximum=None),
    Indicator("p", Text("", ""), Text("", ""), minimum=5, maximum=exact(Decimal("12.5")), decimals=1),
    Indicator("p", Text("", ""), Text("", ""), kind="text"),
)
READ = """
([indicators, words, texts]) => {
  const known = indicators.map(each => ({...each, minimum: figures.numberOf(each.minimum), maximum: figures.numberOf(each.maximum)}));
  const folded = new Set(words.map(reading.folded));
  return texts.map(text => known.map(indicator => {
    const {value, mark, findings} = reading.read(text, indicator, folded);
    const shown = exactNumbers.isNumber(value) ? ["number", exactNumbers.plain(value)] : value;
    return [shown, mark && [mark.kind, mark.raw], findings.map(({code, args}) => [code, args])];
  }));
}
"""


def typed_texts() -> list[str]:
    rnd = Random("typed")
    made = ["".join(pick(rnd, PIECES) for _ in range(rnd.randrange(1, 5))) for _ in range(3000)]
    return [*PIECES, *UNREADABLE, *TEXT_CONTENTS, "长" * 300, "1" * 300, *made]


def test_a_typed_text_is_read_alike(chromium: Browser, tmp_path: Path) -> None:
    """Value, mark, raw text, and codes with arguments, for every kind of indicator."""
    words = frozenset({"不适用", "无", "/", "—", "——", "N/A", "kiss"})
    texts = typed_texts()
    page = opened(chromium, tmp_path, page_of(plan_of("selfcheck-2016")))
    known = [
        {
            "kind": each.kind,
            "decimals": each.decimals,
            "minimum": None if each.minimum is None else plain(each.minimum),
            "maximum": None if each.maximum is None else plain(each.maximum),
            "unit": each.unit and {"zh": each.unit.zh, "en": each.unit.en},
        }
        for each in INDICATORS
    ]
    read = page.evaluate(READ, [known, sorted(words), texts])
    codes = set()
    for text, found in zip(texts, read, strict=True):
        for indicator, (value, mark, findings) in zip(INDICATORS, found, strict=True):
            due = read_value(Cell(text), indicator, words)
            shown = due.value if due.value is None or isinstance(due.value, str) else ["number", plain(due.value)]
            assert value == shown, (text, indicator)
            assert mark == (due.mark and [due.mark.kind, due.mark.raw]), (text, indicator)
            assert findings == [[code, _args(args, indicator)] for code, args in due.findings], (text, indicator)
            codes |= {code for code, _ in due.findings}
    assert {"VALUE-PERCENT", "VALUE-FOREIGN-UNIT", "VALUE-ANNOTATED", "VALUE-UNIT", "VALUE-PRECISION"} <= codes
    assert {"VALUE-ERROR", "VALUE-NOT-APPLICABLE", "VALUE-CONTROL", "VALUE-TOO-SMALL", "VALUE-DECIMALS"} <= codes


def _args(args: Any, indicator: Indicator) -> dict[str, Any]:
    """A finding's arguments as the page has them; where there is no unit, it says so itself."""
    unit = indicator.unit and {"zh": indicator.unit.zh, "en": indicator.unit.en}
    return {name: unit if isinstance(value, Text) else value for name, value in args.items()}


def test_a_whole_number_that_is_a_day_is_asked_about_alike(chromium: Browser, tmp_path: Path) -> None:
    numbers = [36525, 36526, 45658, 55153, 55154]
    page = opened(chromium, tmp_path, page_of(plan_of("selfcheck-2016")))
    found = page.evaluate("values => values.map(value => reading.maybeDate(BigInt(value), {decimals: 0}))", numbers)
    due = [dict(read_value(Cell(value), INDICATORS[0]).findings).get("VALUE-MAYBE-DATE", {}) for value in numbers]
    assert found == [args.get("date", "") for args in due]


# --- records -----------------------------------------------------------------------------------------------------

LOADED = """
sources => {
  const form = figures.prepared(Page.data);
  form.lastYear = new Map();
  return sources.map(source => {
    const loaded = answers.load(form, source, null);
    if (loaded.failed) return loaded;
    const read = answers.readings(form, loaded.state);
    const results = figures.results(form, answers.content(form, loaded.state, read), Page.said);
    const record = answers.record(form, loaded.state, read, results);
    return {
      text: canonicalRecord.text(record), code: answers.checkCode(form, record, results),
      outside: answers.outside(form, record).map(({path}) => path),
      differing: answers.differing(form, loaded, record).map(({indicator}) => indicator.path),
    };
  });
}
"""


@pytest.mark.parametrize("totals", ["typed", "computed"])
def test_what_is_loaded_is_saved_again_byte_for_byte_or_the_page_says_what_differs(
    totals: str, chromium: Browser, tmp_path: Path
) -> None:
    """Any record that differs in no figure gives its own bytes, and the page's 数据校验码 is the tool's of that file."""
    kept = 0
    for era in ERAS:
        rnd, layout = Random(f"load {era}"), SHELF.library.layout(era)
        plan = plan_of(era, totals=totals)
        sources = [
            replace(record(rnd, plan.era, layout), year=plan.options.year, scope="own", source=None) for _ in range(60)
        ]
        page = opened(chromium, tmp_path, page_of(plan))
        saved = page.evaluate(LOADED, [dump_record(each).decode("utf-8") for each in sources])
        for source, found in zip(sources, saved, strict=True):
            if found["outside"]:  # figures that add up to more than the form can hold: the page does not save them
                with pytest.raises(Refused):
                    record_from(parse_json(found["text"].encode("utf-8")), plan.era)
                continue
            again, _ = record_from(parse_json(found["text"].encode("utf-8")), plan.era)
            assert dump_record(again).decode("utf-8") == found["text"]
            assert found["code"] == as_returned(again, "a.json", SHELF).check_code
            wrong = [p for p in plan.era.indicators if _said(again, p) != _said(source, p)]
            assert found["differing"] == wrong
            if not wrong:
                assert found["text"].encode("utf-8") == dump_record(source)
                kept += 1
        page.context.close()
    assert kept > (60 if totals == "typed" else 20)


def _said(one: Any, path: str) -> tuple[object, str]:
    mark = one.marks.get(path)
    return one.values.get(path), mark.kind if mark else ""


@pytest.mark.parametrize(
    ("tree", "word"),
    [
        ("{", "page_load_broken"),
        ("[]", "page_load_broken"),
        ("null", "page_load_broken"),
        ('{"era": "national-2019", "year": 2023, "data": {}}', "page_load_other_form"),
        ('{"era": "national-2021", "year": 2022, "data": {}}', "page_load_other_form"),
        ('{"era": "national-2021", "year": 2023, "scope": "area", "data": {}}', "page_load_other_form"),
        ('{"era": "national-2021", "year": 2023, "data": {"x": 1}}', "page_load_broken"),
        ('{"era": "national-2021", "year": 2023, "data": {"disclosure": 1}}', "page_load_broken"),
        ('{"era": "national-2021", "year": 2023, "data": {"disclosure": {"fees": {"amount": "12"}}}}', "page_load_broken"),
        ('{"era": "national-2021", "year": 2023, "data": {"disclosure": {"fees": {"amount": true}}}}', "page_load_broken"),
        ('{"era": "national-2021", "year": 2023, "data": {}, "marks": {"x": {"kind": "unreadable"}}}', "page_load_broken"),
        ('{"era": "national-2021", "year": 2023, "data": {}, "marks": {"disclosure.fees.amount": 1}}', "page_load_broken"),
    ],
)  # fmt: skip
def test_what_is_no_record_of_the_page_is_not_loaded(tree: str, word: str, chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, tmp_path, page_of(plan_of("national-2021")))
    (found,) = page.evaluate(LOADED, [tree])
    assert found["failed"] == word, json.dumps(found)
