"""The summary as a workbook: its face, the official tables, and the lists and details behind every total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from xltool.lang import Lang, Text
from xltool.model.era import Era
from xltool.model.summary import FindingRow, Summary
from xltool.model.workbook import WorkbookPlan
from xltool.numbers import Number
from xltool.plan.form import Spot, Words, defined_name
from xltool.plan.layout import Layout, SheetLayout
from xltool.report.summary_charts import draw_charts
from xltool.report.summary_context import FILES, Book, sheet_names
from xltool.report.summary_detail import draw_detail, places
from xltool.report.summary_face import FILES_SPOT, draw_face
from xltool.report.summary_levels import draw_levels, level_names
from xltool.report.summary_lists import draw_coverage, draw_findings, draw_indicators
from xltool.report.summary_long import draw_long
from xltool.report.summary_method import draw_method
from xltool.report.summary_nodes import draw_checks
from xltool.report.summary_sources import draw_sources
from xltool.report.summary_tables import draw_table, spots_of
from xltool.rules.excel import reference

FORM = "xltool-summary-1"
LANGS: tuple[Lang, ...] = ("zh", "en")
_SHEET_NAME = 31  # characters, in every office suite


@dataclass(frozen=True, slots=True)
class Beside:
    """What a summary shows besides its returns: last year's totals by indicator; where each file lies, seen from the
    summary, by its name; what was explained and accepted, by agency and indicator."""

    last_year: Mapping[str, Number] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def summary_book(
    summary: Summary,
    era: Era,
    layout: Layout,
    words: Words,
    findings: Sequence[FindingRow] = (),
    beside: Beside = Beside(),
    *,
    lang: Lang = "zh",
) -> WorkbookPlan:
    """The plan of the summary's workbook. `words` are those of the forms and of summaries together.

    The defined names ``TOTAL_…`` lead to each total of the summary's scope, ``LEVEL_…`` in a summary of an area to
    those of its 本级; the properties say that this is a summary and no return.
    """
    book = _book(summary, era, layout, words, lang, beside)
    tables = [draw_table(sheet, book) for sheet in layout.sheets]
    level = _level_book(book, layout) if summary.scope == "area" and summary.nodes else None
    own_level = [draw_table(sheet, level) for sheet in _renamed(layout, book)] if level else []
    every = [*tables, *own_level]
    sheets = (
        draw_face(book, [table.name for table in every], level_names(book)),
        *every,
        *draw_levels(book),
        draw_charts(book, layout.charts),
        draw_indicators(book),
        *((draw_checks(book),) if summary.checks else ()),
        draw_coverage(book),
        draw_findings(book, findings),
        draw_method(book),
        draw_detail(book),
        draw_long(book),
        draw_sources(book),
    )
    return WorkbookPlan(
        sheets,
        names={
            **_names("TOTAL_", book.spots),
            **(_names("LEVEL_", level.spots) if level else {}),
            **({FILES: reference(book.names["face"], *FILES_SPOT, absolute=True)} if book.files else {}),
        },
        properties={
            "xltool_form": FORM,
            "xltool_era": summary.era,
            "xltool_era_version": str(era.version),
            "xltool_year": str(summary.year),
            "xltool_scope": summary.scope,
            "xltool_agency": summary.agency.code,
            "xltool_lang": lang,
        },
        title=book.said("sum_file_title", year=summary.year, title=era.title(lang, year=summary.year)),
    )


def _names(prefix: str, spots: Mapping[str, Spot]) -> dict[str, str]:
    return {
        defined_name(path).replace("XL_", prefix, 1): reference(*spot, absolute=True) for path, spot in spots.items()
    }


def _book(summary: Summary, era: Era, layout: Layout, words: Words, lang: Lang, beside: Beside) -> Book:
    taken = [sheet.name(lang) for sheet in layout.sheets]
    names = sheet_names(words, lang, taken)
    book = Book(summary, era, words, lang, names, places(summary, names["detail"]))
    book = replace(book, files=beside.files, notes=beside.notes, last_year=beside.last_year)
    return _spotted(book, layout.sheets)


def _spotted(book: Book, sheets: Sequence[SheetLayout]) -> Book:
    """The book with the places of its totals in the official tables."""
    drawn = [(sheet, spots_of(sheet, book).spots) for sheet in sheets]
    spots = {path: spot for _, found in drawn for path, spot in found.items() if path in book.summary.lines}
    return replace(book, spots=spots, tables={path: sheet for sheet, found in drawn for path in found})


def _level_book(book: Book, layout: Layout) -> Book:
    """The same for the 本级 of the root, whose agencies come first in the details."""
    root = book.summary.nodes[0]
    lines = {
        path: root.level.get(path) or replace(line, value=None, counted=0) for path, line in book.summary.lines.items()
    }
    kept = [each for each in book.summary.coverage if each.included][: root.level_end]
    summary = replace(
        book.summary,
        scope="level",
        expected=root.level_expected,
        coverage=tuple(kept),
        lines={path: replace(line, of=root.level_expected) for path, line in lines.items()},
    )
    return _spotted(replace(book, summary=summary, detail=book.detail.part(0, root.level_end)), _renamed(layout, book))


def _renamed(layout: Layout, book: Book) -> list[SheetLayout]:
    """The sheets of the official tables once more, for the 本级."""
    return [
        replace(sheet, name=Text(*(_level_name(sheet.name(lang), book.words["sum_of_level"](lang)) for lang in LANGS)))
        for sheet in layout.sheets
    ]


def _level_name(name: str, suffix: str) -> str:
    return name[: _SHEET_NAME - len(suffix)] + suffix
