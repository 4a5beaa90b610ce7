"""What a report's text says against its table, and against itself. Everything here is advice, never an error."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.sentences import Figure, Share
from xltool.passes.text_checks.dates import period_findings
from xltool.passes.text_checks.headings import heading_findings
from xltool.passes.text_checks.shares import share_findings
from xltool.passes.text_checks.table import text_vs_table

__all__ = ["text_findings", "text_vs_table"]


def _same(text: str) -> str:
    return text


def text_findings(
    text: str,
    year: int,
    figures: Sequence[Figure],
    *,
    era: Era | None = None,
    shares: Sequence[Share] = (),
    simplify: Callable[[str], str] = _same,
) -> tuple[Finding, ...]:
    """Percentages that do not follow from their counts, dates of another year, and headings numbered twice.

    Percentages that are indicators of `era` are left to its own checks.
    """
    known: Collection[str] = era.indicators if era else ()
    findings = [
        finding for share in shares if share.share not in known for finding in share_findings(share, figures, year)
    ]
    simple = simplify(text)
    return (*findings, *period_findings(simple, year), *heading_findings(simple, _labels(era)))


def _labels(era: Era | None) -> frozenset[str]:
    if era is None:
        return frozenset()
    return frozenset(indicator.title.zh for indicator in era.indicators.values())
