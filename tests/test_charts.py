"""The charts of summaries, as layouts ask for them."""

from __future__ import annotations

import pytest

from xltool.io.library import Library
from xltool.plan.charts import Bar, bars_of
from xltool.plan.layout import ChartLayout

LIBRARY = Library()
CHARTS = [
    pytest.param(era, chart, id=f"{era}-{chart.id}")
    for era in sorted(LIBRARY.era_folders)
    for chart in LIBRARY.layout(era).charts
]


def bars(era: str, chart: str) -> tuple[Bar, ...]:
    return bars_of(LIBRARY.era(era), chart_of(era, chart), 2024)


def chart_of(era: str, chart: str) -> ChartLayout:
    return next(each for each in LIBRARY.layout(era).charts if each.id == chart)


def test_every_era_has_charts() -> None:
    """So that no summary is without."""
    assert {era for era in LIBRARY.era_folders if not LIBRARY.layout(era).charts} == set()


@pytest.mark.parametrize(("era", "chart"), CHARTS)
def test_no_two_bars_are_called_alike(era: str, chart: ChartLayout) -> None:
    """In either language, and none is without a name."""
    labels = [bar.label for bar in bars_of(LIBRARY.era(era), chart, 2024)]
    for texts in ([label.zh for label in labels], [label.en for label in labels]):
        assert len(set(texts)) == len(texts)
        assert all(texts)


@pytest.mark.parametrize(("era", "chart"), CHARTS)
def test_no_figure_is_in_two_bars(era: str, chart: ChartLayout) -> None:
    """So that the bars of a chart may be added up by eye."""
    paths = [path for bar in bars_of(LIBRARY.era(era), chart, 2024) for path in bar.paths]
    assert paths
    assert len(set(paths)) == len(paths)


def test_a_label_says_what_tells_the_paths_apart() -> None:
    """Steps that all paths have in common, before or after, are left out; others are joined."""
    assert [bar.label.zh for bar in bars("national-2021", "APPLICANTS")][:2] == ["自然人", "商业企业"]
    assert [bar.label.zh for bar in bars("national-2021", "OUTCOMES")][1:3] == ["部分公开", "不予公开"]
    assert bars("national-2021", "DOCUMENTS")[0].label.zh == "规章·制发"


def test_a_group_stands_for_all_its_indicators() -> None:
    """A figure that some agencies give whole and others in parts is there in both forms."""
    other = bars("national-2021", "OUTCOMES")[-1]
    assert other.paths == tuple(
        f"applications.total.other.{name}" for name in ("uncorrected", "unpaid", "misc", "group")
    )
