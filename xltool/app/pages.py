"""Reports for a browser: what was judged or added up, as one file of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xltool.app.shelf import Shelf
from xltool.app.summaries.merging import wording
from xltool.io.pages import render_page
from xltool.lang import Lang, Text
from xltool.model.finding import Finding
from xltool.model.returned import Returned
from xltool.model.summary import Summary
from xltool.report.page_details import called_in
from xltool.report.page_findings import findings_page, row_of, rows_of
from xltool.report.page_parts import Page
from xltool.report.page_summary import summary_page


def findings_html(returned: Sequence[Returned], shelf: Shelf, lang: Lang) -> bytes:
    """The page of what was found in `returned`, first shown in `lang`."""
    words = {**shelf.library.words, **shelf.library.page_words}
    return _rendered(findings_page(returned, wording(shelf, lang), words), shelf, lang)


def summary_html(
    summary: Summary, returned: Iterable[Returned], noticed: Iterable[Finding], shelf: Shelf, lang: Lang
) -> bytes:
    """The page of a summary, first shown in `lang`, with what was found in its returns and by the merge itself."""
    library = shelf.library
    words = {**library.words, **library.summary_words, **library.page_words}
    said = wording(shelf, lang)
    era = shelf.era(summary.era)
    names = {key: called_in(each) for each in summary.coverage for key in (each.code, each.name) if key}
    rows = [row_of(each, None, said, names.get(_named(each), _named(each)), _file(each)) for each in noticed]
    rows += [row for each in returned for row in rows_of(each, said, names.get(_code(each), ""))]
    return _rendered(summary_page(summary, era, library.layout(era.id), words, rows), shelf, lang)


def _rendered(page: Page, shelf: Shelf, lang: Lang) -> bytes:
    return render_page("report", page.plain(), shelf.library.page_words, lang, page.title)


def _named(finding: Finding) -> str:
    name = finding.args.get("name", "")
    return name.zh if isinstance(name, Text) else str(name)


def _code(each: Returned) -> str:
    return each.record.agency.code.strip() if each.record else ""


def _file(finding: Finding) -> str:
    return finding.places[0].file if finding.places else ""
