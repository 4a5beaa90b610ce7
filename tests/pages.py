"""Campaigns for tests and benchmarks of pages: many returns, some with findings, and names that try to be markup."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

from campaigns import ODD, SHELF, WRONG, record

from xltool.app.pages import findings_html, summary_html
from xltool.app.returns.validating import validate_file
from xltool.io.inputs import Source
from xltool.lang import Lang
from xltool.model.finding import Finding
from xltool.model.returned import Returned
from xltool.model.roster import Roster, RosterEntry
from xltool.model.summary import Return, Summary
from xltool.passes.identify import Expected
from xltool.passes.merge import merge

HOSTILE = "</script><img src=x onerror=alert(1)>&amp;\u202e<b>局"
_KINDS = ("司法局", "财政局", "教育局", "卫生健康委员会", "人力资源和社会保障局", "市场监督管理局", "自然资源局")
_PLACES = ("公主岭市", "双辽市", "梨树县", "伊通满族自治县", "铁西区", "铁东区")
_FILLED_ONCE = ("disclosure.fees.amount", "review_litigation.reconsideration.pending")
_VARIETY = 60
_NO_RULES = Roster((RosterEntry("X-ZF", "示例市人民政府办公室", rule_making=False),))


def name_of(number: int) -> str:
    """What the agency of that number is called; the fourth is hostile."""
    if number == 3:
        return HOSTILE
    more = f"第{number // 42 + 1}分局" if number >= 42 else ""
    return _PLACES[number % 6] + _KINDS[number % 7] + more


def code_of(number: int) -> str:
    return f"22{number:06}"


def returns(count: int) -> list[Returned]:
    """As many judged returns: every seventh with an error, every fifth to be explained, every eleventh with a blank."""
    return [_named(_judged(number % _VARIETY), number) for number in range(count)]


def unread() -> Returned:
    """A file that could not be read, with a hostile name."""
    name = f"{HOSTILE}.xlsx"
    return validate_file(Source(name, lambda: b"no workbook"), SHELF, Expected())


@cache
def _judged(number: int) -> Returned:
    tree: dict[str, Any] = json.loads(record("X-ZF", changes=_changes(number)))
    if not number % 13:
        path = "disclosure.coercion.decisions"
        tree["data"]["disclosure"]["coercion"]["decisions"] = None
        tree["marks"] = {path: {"kind": "not_applicable", "raw": "/"}}
    data = json.dumps(_times(tree, number % 9 + 1), ensure_ascii=False).encode("utf-8")
    return validate_file(Source("x.json", lambda: data), SHELF, Expected(), _NO_RULES)


def _changes(number: int) -> dict[str, object]:
    changes: dict[str, object] = {}
    if not number % 7:
        changes |= WRONG
    if not number % 5:
        changes |= ODD
    if not number % 11:
        changes |= dict.fromkeys(_FILLED_ONCE)
    return changes


def _times(tree: dict[str, Any], factor: int) -> dict[str, Any]:
    """Every figure of a record times `factor`: what added up before still does."""

    def times(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: times(inner) for key, inner in value.items()}
        return value * factor if isinstance(value, int | float) else value

    return {**tree, "data": times(tree["data"])}


def _named(judged: Returned, number: int) -> Returned:
    made = judged.record
    assert made is not None
    file = f"2023年报_{code_of(number)}.json"
    agency = replace(made.agency, code=code_of(number), name=name_of(number))
    places = tuple(
        replace(each, places=tuple(replace(place, file=file) for place in each.places)) for each in judged.findings
    )
    return replace(judged, file=file, record=replace(made, agency=agency), findings=places)


def roster(count: int) -> Roster:
    """As many agencies, and one more that sends nothing."""
    return Roster(tuple(RosterEntry(code_of(number), name_of(number)) for number in range(count + 1)))


def summed(count: int) -> tuple[Summary, tuple[Finding, ...], list[Returned]]:
    """A summary of as many agencies of a roster with one more; what the merge found; the returns."""
    judged = returns(count)
    items = [
        Return(each.record, each.file, each.count("error"), each.count("explain")) for each in judged if each.record
    ]
    summary, findings = merge(items, SHELF.era("national-2021"), roster(count))
    assert summary is not None
    return summary, findings, judged


def findings_page_of(count: int, lang: Lang = "zh") -> bytes:
    return findings_html([*returns(count), unread()], SHELF, lang)


def summary_page_of(count: int, lang: Lang = "zh") -> bytes:
    summary, findings, judged = summed(count)
    return summary_html(summary, judged, findings, SHELF, lang)
