"""Faults of the charts and headline a layout asks for: figures that are not there, cannot be added, or cannot stand
side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from xltool.lang import Text, same
from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.passes.lint.found import found
from xltool.plan.charts import under
from xltool.plan.layout import ChartLayout, Layout
from xltool.rules.nodes import refs

FILE = "layout.json"
_ADDED = ("sum", "stock")


def chart_findings(era: Era, layout: Layout) -> Iterator[Finding]:
    """What is wrong with the charts of `era`."""
    for chart in layout.charts:
        known = [path for path in chart.paths if era.titled(path)]
        for path in chart.paths:
            if path not in known:
                yield found("LINT-UNKNOWN-PATH", era.id, FILE, chart.id, path=path)
        for path in known:
            if not _can_be_added(era, path):
                yield found("LINT-CHART-SUM", era.id, FILE, chart.id, path=path)
        yield from _units(era, chart, known)
    for path in layout.headline:
        if not era.titled(path):
            yield found("LINT-UNKNOWN-PATH", era.id, FILE, "headline", path=path)
        elif not _can_be_added(era, path):
            yield found("LINT-CHART-SUM", era.id, FILE, "headline", path=path)
    for name, count in Counter(chart.id for chart in layout.charts).items():
        if count > 1:
            yield found("LINT-CHART-TWICE", era.id, FILE, name, chart=name)


def _can_be_added(era: Era, path: str) -> bool:
    """Whether agencies add up to a total, and the figures of a group to a sum, without counting any twice."""
    paths = under(era, path)
    totalled = {ref.path for leaf in paths if leaf in era.totals for ref in refs(era.totals[leaf].formula)}
    return totalled.isdisjoint(paths) and all(era.indicators[leaf].method in _ADDED for leaf in paths)


def _units(era: Era, chart: ChartLayout, known: list[str]) -> Iterator[Finding]:
    units = {era.indicators[leaf].unit or same("—") for path in known for leaf in under(era, path)}
    if len(units) > 1:
        named = Text("、".join(sorted(unit.zh for unit in units)), ", ".join(sorted(unit.en for unit in units)))
        yield found("LINT-CHART-UNITS", era.id, FILE, chart.id, units=named)
