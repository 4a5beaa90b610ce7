"""The summary as a workbook: its face, the official tables, and the lists and details behind every total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xltool.lang import Lang
from xltool.model.era import Era
from xltool.model.summary import FindingRow, Summary
from xltool.model.workbook import WorkbookPlan
from xltool.plan.form import Words, defined_name
from xltool.plan.layout import Layout
from xltool.report.summary_context import Book, sheet_names
from xltool.report.summary_detail import draw_detail, places
from xltool.report.summary_face import draw_face
from xltool.report.summary_lists import draw_coverage, draw_findings, draw_indicators
from xltool.report.summary_tables import draw_table, spots_of
from xltool.rules.excel import reference

FORM = "xltool-summary-1"


def summary_book(
    summary: Summary,
    era: Era,
    layout: Layout,
    words: Words,
    findings: Sequence[FindingRow] = (),
    *,
    lang: Lang = "zh",
) -> WorkbookPlan:
    """The plan of the summary's workbook. `words` are those of the forms and of summaries together.

    The defined names ``TOTAL_…`` lead to each total; the properties say that this is a summary and no return.
    """
    book = _book(summary, era, layout, words, lang)
    tables = [draw_table(sheet, book) for sheet in layout.sheets]
    sheets = (
        draw_face(book, [table.name for table in tables]),
        *tables,
        draw_indicators(book),
        draw_coverage(book),
        draw_findings(book, findings),
        draw_detail(book),
    )
    return WorkbookPlan(
        sheets,
        names={
            defined_name(path).replace("XL_", "TOTAL_", 1): reference(*spot, absolute=True)
            for path, spot in book.spots.items()
        },
        properties={
            "xltool_form": FORM,
            "xltool_era": summary.era,
            "xltool_era_version": str(era.version),
            "xltool_year": str(summary.year),
            "xltool_scope": summary.scope,
        },
        title=book.said("sum_file_title", year=summary.year, title=era.title(lang, year=summary.year)),
    )


def _book(summary: Summary, era: Era, layout: Layout, words: Words, lang: Lang) -> Book:
    names = sheet_names(words, lang, [sheet.name(lang) for sheet in layout.sheets])
    book = Book(summary, era, words, lang, names, places(summary, names["detail"]))
    drawn = [(sheet, spots_of(sheet, book).spots) for sheet in layout.sheets]
    spots = {path: spot for _, found in drawn for path, spot in found.items() if path in summary.lines}
    return replace(book, spots=spots, tables={path: sheet for sheet, found in drawn for path in found})
