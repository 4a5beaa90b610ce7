"""Returns added up, each agency once. What is missing never counts as 0, and nothing is left out without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.roster import Roster
from xltool.model.summary import Coverage, Return, Summary
from xltool.passes.merge.said import names_text, values_text
from xltool.passes.merge.settle import settle
from xltool.passes.merge.totals import imprecise, total_lines

__all__ = ["merge"]


def merge(
    returns: Sequence[Return], era: Era, roster: Roster | None = None, *, include_invalid: bool = False
) -> tuple[Summary | None, tuple[Finding, ...]]:
    """The summary of `returns`, whatever their order, and what there is to say about it.

    None where they cannot be added at all: nothing there, or more than one era, year or scope.
    """
    ordered = sorted(returns, key=_order)
    if not ordered:
        return None, (Finding("MERGE-NOTHING", "error"),)
    mixed = tuple(_mixed(ordered, era))
    if mixed:
        return None, mixed
    settled = list(settle(ordered, era, roster, include_invalid=include_invalid))
    coverage = tuple(each for each, _ in settled)
    expected = sum(each.counted for each in roster.entries) if roster else len(coverage)
    records = [each.adopted.record for each in coverage if each.included and each.adopted]
    lines = {line.path: line for line in total_lines(era, records, expected)}
    first = ordered[0].record
    summary = Summary(era.id, first.year, first.scope, roster is not None, include_invalid, expected, coverage, lines)
    findings = [finding for _, found in settled for finding in found]
    return summary, (*findings, *_missing(coverage), *imprecise(era, first.year, lines.values()))


def _order(item: Return) -> tuple[str, int, str, str, str]:
    """The order of the input must not show; only returns without a hash need their content to tell them apart."""
    record = item.record
    return item.code, record.submission, item.file, item.sha256, "" if record.source else repr(record)


def _mixed(returns: Sequence[Return], era: Era) -> Iterator[Finding]:
    eras: dict[str, list[str]] = {era.id: []}
    years: dict[str, list[str]] = {}
    scopes: dict[str, list[str]] = {}
    for item in returns:
        record = item.record
        for found, value in ((eras, record.era), (years, str(record.year)), (scopes, record.scope)):
            found.setdefault(value, []).append(item.file)
    for code, found in (("MERGE-MIXED-ERA", eras), ("MERGE-MIXED-YEAR", years), ("MERGE-MIXED-SCOPE", scopes)):
        if len(found) > 1:
            most = max(sorted(found), key=lambda value: len(found[value]))
            fewer = tuple(Place(file) for value in sorted(found) if value != most for file in found[value])
            yield Finding(code, "error", places=fewer, args={"values": values_text(found)})


def _missing(coverage: Iterable[Coverage]) -> Iterator[Finding]:
    absent = [each for each in coverage if each.status == "missing"]
    if absent:
        names = names_text([each.name or each.code for each in absent])
        yield Finding("MERGE-MISSING", "explain", args={"n": len(absent), "names": names})
