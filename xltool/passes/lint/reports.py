"""Faults of the form of an annual report: tables and texts that stand in no part, or in several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.record import TEXT_PARTS
from xltool.model.report_form import ReportForm
from xltool.passes.lint.found import found
from xltool.plan.layout import Layout

FILE = "report.json"


def report_findings(era: Era, layout: Layout, form: ReportForm) -> Iterator[Finding]:
    """What is wrong with the form of the era's report."""
    if form.era != era.id:
        yield found("LINT-OTHER-ERA", era.id, FILE, "era", era=era.id, found=form.era)
    counts = Counter(table for part in form.parts for table in part.tables)
    counts.update(part.text for part in form.parts if part.text)
    known = [sheet.id for sheet in layout.sheets] + list(TEXT_PARTS)
    for thing in known:
        if counts[thing] != 1:
            yield found("LINT-REPORT-PLACE", era.id, FILE, "parts", thing=thing, count=counts[thing])
    for thing in counts:
        if thing not in known:
            yield found("LINT-REPORT-TABLE", era.id, FILE, "parts", thing=thing)
