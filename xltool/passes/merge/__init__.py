"""Returns added up, each agency once. What is missing never counts as 0, and nothing is left out without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.package import heard as listed
from xltool.model.place import Place
from xltool.model.record import Agency, Scope
from xltool.model.roster import Roster
from xltool.model.summary import Coverage, Policy, Return, Summary, Via
from xltool.passes.merge.handed import area_values, not_added
from xltool.passes.merge.rollup import RollUp
from xltool.passes.merge.said import names_text, said, values_text
from xltool.passes.merge.settle import Rules, settle, sorted_out
from xltool.passes.merge.totals import imprecise, total_lines
from xltool.passes.merge.tree import tree

__all__ = ["area_values", "merge", "not_added"]
_REFUSING = frozenset({"MERGE-DOUBLE-NODE", "MERGE-INCOMPLETE"})


def merge(
    returns: Sequence[Return],
    era: Era,
    roster: Roster | None = None,
    *,
    include_invalid: bool = False,
    scope: Scope | None = None,
    policy: Policy = Policy(),  # noqa: B008 - frozen, and empty means that every doubt is refused
) -> tuple[Summary | None, tuple[Finding, ...]]:
    """The summary of `returns`, whatever their order, and what there is to say about it.

    With the scope ``level`` or ``area`` they are rolled up along the tree of the roster, returns of all scopes
    together. Without, returns of one scope are added; areas are always rolled up, since one may contain another.

    None where they cannot be added at all: nothing there, more than one era, year or (without `scope`) scope,
    somebody counted twice, or somebody missing where `policy` forbids it.
    """
    ordered = sorted(returns, key=_order)
    if not ordered:
        return None, (Finding("MERGE-NOTHING", "error"),)
    wanted = scope or ordered[0].record.scope
    rolled = wanted == "area" or (scope == "level")
    refused = (*_mixed(ordered, era, scopes=not rolled or scope is None), *_doubles(ordered))
    if refused:
        return None, refused
    add = _rolled if rolled else _flat
    summary, findings = add(ordered, era, roster, Rules(era, include_invalid), wanted, policy)
    findings += tuple(_missing(summary.coverage))
    if policy.missing == "refuse" and summary.lacking:
        names = names_text([each.name or each.code for each in summary.lacking])
        findings += (Finding("MERGE-INCOMPLETE", "error", args={"n": len(summary.lacking), "names": names}),)
    if any(each.code in _REFUSING for each in findings):
        return None, findings
    return summary, (*findings, *imprecise(era, summary.year, summary.lines.values()))


def _flat(
    ordered: Sequence[Return], era: Era, roster: Roster | None, rules: Rules, scope: Scope, policy: Policy
) -> tuple[Summary, tuple[Finding, ...]]:
    """Every agency once, all alike."""
    settled = list(settle(ordered, rules, roster))
    coverage = tuple(each for each, _ in settled)
    expected = sum(each.counted for each in roster.entries) if roster else len(coverage)
    records = [each.adopted.record for each in coverage if each.included and each.adopted]
    lines = {line.path: line for line in total_lines(era, records, expected)}
    year = ordered[0].record.year
    summary = Summary(era.id, year, scope, roster is not None, rules.include_invalid, expected, coverage, lines)
    return summary, tuple(finding for _, found in settled for finding in found)


def _rolled(
    ordered: Sequence[Return], era: Era, roster: Roster | None, rules: Rules, scope: Scope, policy: Policy
) -> tuple[Summary, tuple[Finding, ...]]:
    """Along the tree of governments; without a roster whoever sent a total of an area stands for that area."""
    groups, strays = sorted_out(ordered, roster)
    sent = {code: _by_scope(group) for code, group in groups.items()}
    heard = frozenset(code for code, scopes in sent.items() if {"level", "area"} & scopes.keys())
    root = tree(roster or listed([item for group in groups.values() for item in group]), policy.governments, heard)
    rolling = RollUp(era, rules, policy, sent)
    coverage = (*(rolling.area(root) if scope == "area" else rolling.level(root)), *(each for each, _ in strays))
    top = rolling.nodes[0]
    expected = top.area_expected if scope == "area" else top.level_expected
    known = roster is not None and not roster.heard
    lost = 0 if known else len(strays)
    lines = top.area if scope == "area" else top.level
    if lost:
        lines = {path: replace(line, of=line.of + lost) for path, line in lines.items()}
    summary = Summary(
        era.id,
        ordered[0].record.year,
        scope,
        known,
        rules.include_invalid,
        expected + lost,
        coverage,
        lines,
        tuple(rolling.nodes),
        tuple(rolling.checks),
        Agency(root.code, root.name),
    )
    return summary, (*rolling.findings, *(finding for _, found in strays for finding in found))


def _by_scope(group: Sequence[Return]) -> dict[Scope, list[Return]]:
    found: dict[Scope, list[Return]] = {}
    for item in group:
        found.setdefault(item.record.scope, []).append(item)
    return found


def _doubles(returns: Sequence[Return]) -> Iterator[Finding]:
    """Agencies that came on two ways: in a package and by themselves, or in two packages."""
    ways: dict[tuple[str, Scope], dict[tuple[Via, ...], Return]] = {}
    for item in returns:
        if item.code:
            ways.setdefault((item.code, item.record.scope), {}).setdefault(item.via, item)
    for found in ways.values():
        if len(found) > 1:
            one, other = list(found.values())[:2]
            finding = said("MERGE-DOUBLE", "error", one, other)
            yield replace(finding, places=tuple(Place(item.file) for item in found.values()))


def _order(item: Return) -> tuple[str, int, str, str, str]:
    """The order of the input must not show; only returns without a hash need their content to tell them apart."""
    record = item.record
    return item.code, record.submission, item.file, item.sha256, "" if record.source else repr(record)


def _mixed(returns: Sequence[Return], era: Era, *, scopes: bool) -> Iterator[Finding]:
    eras: dict[str, list[str]] = {era.id: []}
    years: dict[str, list[str]] = {}
    of_scope: dict[str, list[str]] = {}
    for item in returns:
        record = item.record
        for found, value in ((eras, record.era), (years, str(record.year)), (of_scope, record.scope)):
            found.setdefault(value, []).append(item.file)
    for code, found in (("MERGE-MIXED-ERA", eras), ("MERGE-MIXED-YEAR", years), ("MERGE-MIXED-SCOPE", of_scope)):
        if len(found) > 1 and (scopes or found is not of_scope):
            most = max(sorted(found), key=lambda value: len(found[value]))
            fewer = tuple(Place(file) for value in sorted(found) if value != most for file in found[value])
            yield Finding(code, "error", places=fewer, args={"values": values_text(found)})


def _missing(coverage: Iterable[Coverage]) -> Iterator[Finding]:
    absent = [each for each in coverage if each.status == "missing"]
    if absent:
        names = names_text([each.name or each.code for each in absent])
        yield Finding("MERGE-MISSING", "explain", args={"n": len(absent), "names": names})
