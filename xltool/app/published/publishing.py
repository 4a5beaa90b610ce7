"""Publishing: figures that were filed, and text, become the annual report in the form of its era."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from xltool.app.campaigns.campaign import Campaign
from xltool.app.campaigns.judging import Desk, accepted, source_of
from xltool.app.returns.validating import validate_file
from xltool.app.shelf import Shelf
from xltool.app.watching import Watch, unwatched
from xltool.io.inputs import Source
from xltool.io.published.simplify import simplifier
from xltool.io.writing.files import safe_name
from xltool.model import texts
from xltool.model.era import Era
from xltool.model.finding import Finding, Refused, refuse
from xltool.model.grid import Document
from xltool.model.paper import Paper, PaperPart, PaperTable
from xltool.model.place import Place
from xltool.model.record import Record
from xltool.model.report_form import ReportForm
from xltool.model.returned import Returned
from xltool.model.summary_read import SummaryRead, TotalRead
from xltool.numbers import plain
from xltool.passes.identify import Expected
from xltool.passes.recognise.labels import Labels, parse_vocabulary
from xltool.passes.report_texts import PartTexts, headings_within, sorted_texts
from xltool.passes.sentences import find_figures
from xltool.passes.summary_book_reading import is_summary, read_summary, summary_era
from xltool.passes.text_checks import text_findings, text_vs_table
from xltool.plan.paper import blank_table, extras_of, printed, with_figures

Format = Literal["docx", "html"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person wants besides the figures: a text, read from `text_file`; figures with errors as a draft; another
    name in the title."""

    text: Document | None = None
    text_file: str = ""
    include_invalid: bool = False
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """The report of one file: what is printed, None where there can be none, under which name (without ending), and
    what was found. `record` is that of the figures, if it was one."""

    file: str
    name: str = ""
    paper: Paper | None = None
    findings: tuple[Finding, ...] = ()
    record: Record | None = None


# What a summary is refused with where a return is read: it is none, or it is too large to be one.
_OF_SUMMARIES = ("FORM-SUMMARY", "FILE-SUSPICIOUS")


@dataclass(slots=True)
class Press:
    """Makes reports, many of one form quicker than one at a time."""

    shelf: Shelf
    asked: Asked = field(default_factory=Asked)
    _blank: dict[tuple[str, int, frozenset[str]], dict[str, PaperTable]] = field(default_factory=dict)
    _labels: Labels | None = None

    def file(self, source: Source) -> Published:
        """The report of a record, a returned workbook or a summary."""
        return self.returned(validate_file(source, self.shelf, Expected()), source)

    def returned(self, found: Returned, source: Source) -> Published:
        """The report of a return that was judged."""
        try:
            if found.record is not None:
                return self._of_record(found.record, found)
            if any(finding.code in _OF_SUMMARIES for finding in found.findings):
                return self._of_summary(source, found)
        except Refused as error:
            return Published(found.file, findings=error.findings, record=found.record)
        return Published(found.file, findings=found.findings)

    def _of_record(self, record: Record, found: Returned) -> Published:
        form = self._form(record.era)
        errors = found.count("error")
        if errors and not self.asked.include_invalid:
            refused = Finding("PUBLISH-ERRORS", "error", (Place(found.file),), args={"count": errors})
            return Published(found.file, findings=(*found.findings, refused), record=record)
        notes = (self._said("publish_draft", n=errors),) if errors else ()
        agency = self.asked.agency or record.agency.name
        extras = extras_of(record, self.shelf.era(record.era))
        tables = self._tables(record.era, record.year, extras, printed(record))
        title = _title(form, agency, record.year)
        paper, noticed = self._paper(form, title, tables, record.text, notes, found.file)
        name = safe_name(record.agency.code, agency, self._said("publish_name", year=record.year))
        # With a draft go all its findings, otherwise only what concerns the report.
        findings = (*(found.findings if errors else ()), *noticed, *self._contradictions(paper, record, found.file))
        return Published(found.file, name, paper, findings, record)

    def _contradictions(self, paper: Paper, record: Record, file: str) -> Iterator[Finding]:
        """Figures in the report's sentences that its tables contradict, and what else is doubtful about its text."""
        library, era = self.shelf.library, self.shelf.era(record.era)
        text = "\n".join((*paper.lead, *(line for part in paper.parts for line in part.paragraphs)))
        data, simplify = library.text_data(era.id), simplifier()
        figures = find_figures(text, data.patterns, simplify=simplify)
        found = text_findings(text, record.year, figures, era=era, shares=data.shares, simplify=simplify)
        for each in (*found, *text_vs_table(record.values, figures, era, year=record.year)):
            yield replace(each, places=(Place(self.asked.text_file or file),))

    def _of_summary(self, source: Source, judged: Returned) -> Published:
        book = self.shelf.open_summary(source.load())
        if not is_summary(book):
            return Published(judged.file, findings=judged.findings)
        era = self.shelf.era(summary_era(book))
        form = self._form(era.id)
        found, wrong = read_summary(book, source.name, era, self.shelf.library.summary_words)
        if wrong:
            return Published(source.name, findings=wrong)
        notes, noticed = self._shortfall(found, era)
        extras = frozenset(path for path in found.totals if era.indicators[path].optional)
        figures = {path: self._figure(total) for path, total in found.totals.items()}
        tables = self._tables(era.id, found.year, extras, figures)
        title = _title(form, self.asked.agency, found.year)
        paper, more = self._paper(form, title, tables, {}, notes, source.name)
        name = safe_name(self.asked.agency, self._said("publish_name", year=found.year))
        return Published(source.name, name, paper, (*noticed, *more))

    def _shortfall(self, found: SummaryRead, era: Era) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
        """What is to be said of totals that lack agencies."""
        lacking = [each for each in found.partial if era.indicators[each.path].method != "none"]
        if not lacking:
            return (), ()
        args = {"count": len(lacking)}
        paths = tuple(each.path for each in lacking)
        finding = Finding("PUBLISH-PARTIAL", "explain", (Place(found.file),), paths, args)
        return (self._said("publish_partial", k=len(lacking)),), (finding,)

    def _figure(self, total: TotalRead) -> str:
        """A total as it is printed; where agencies are missing, with how many stand behind it."""
        if total.value is None:
            return ""
        text = plain(total.value)
        return self._said("publish_of", value=text, n=total.counted, of=total.of) if total.partial else text

    def _said(self, word: str, **values: object) -> str:
        """Reports are Chinese, whatever the language of the terminal."""
        return self.shelf.library.publish_words[word]("zh", **values)

    def _form(self, era_id: str) -> ReportForm:
        form = self.shelf.library.report_form(era_id)
        if form is None:
            raise refuse("PUBLISH-ERA", era=era_id)
        return form

    def _tables(
        self, era_id: str, year: int, extras: frozenset[str], figures: Mapping[str, str]
    ) -> dict[str, PaperTable]:
        key = (era_id, year, extras)
        if key not in self._blank:
            library = self.shelf.library
            sheets, era = library.layout(era_id).sheets, self.shelf.era(era_id)
            self._blank[key] = {sheet.id: blank_table(sheet, era, year, library.words, extras) for sheet in sheets}
        return {sheet: with_figures(table, figures) for sheet, table in self._blank[key].items()}

    def _paper(
        self,
        form: ReportForm,
        title: str,
        tables: Mapping[str, PaperTable],
        own: Mapping[str, str],
        notes: tuple[str, ...],
        file: str,
    ) -> tuple[Paper, tuple[Finding, ...]]:
        headings = self._headings(form)
        written = PartTexts()
        if self.asked.text is not None:
            written = sorted_texts(self.asked.text, self.asked.text_file, headings, title, self._words)
        findings = list(written.findings)
        parts = []
        for number, part in enumerate(form.parts):
            heading, lines = part.heading("zh"), _lines(own.get(part.text, ""))
            if number in written.parts:
                if lines and lines != written.parts[number]:
                    findings.append(Finding("PUBLISH-TEXT-BOTH", "explain", (Place(file),), args={"heading": heading}))
                lines = written.parts[number]
            parts.append(PaperPart(heading, tuple(lines), tuple(_under(heading, tables[each]) for each in part.tables)))
        shown = [line for part in parts for line in part.paragraphs]
        findings += [
            Finding("PUBLISH-TEXT-INSIDE", "explain", (Place(file),), args={"heading": line})
            for line in headings_within(shown, headings, self._words)
        ]
        empty = [part.heading for part in parts if not part.paragraphs and not part.tables]
        if empty:
            findings.append(Finding("PUBLISH-PART-EMPTY", "notice", (Place(file),), args={"parts": "；".join(empty)}))
        return Paper(title, tuple(parts), notes, tuple(written.lead)), tuple(findings)

    def _headings(self, form: ReportForm) -> dict[str, int]:
        """Which part each heading opens, in all its known wordings."""
        others = self._vocabulary.vocabulary.sections
        found: dict[str, int] = {}
        for number, part in enumerate(form.parts):
            for heading in (part.heading.zh, *others.get(part.text, ())):
                found.setdefault(self._words(heading), number)
        return found

    def _words(self, text: str) -> str:
        return self._vocabulary.key(text).words

    @property
    def _vocabulary(self) -> Labels:
        if self._labels is None:
            library = self.shelf.library
            data = library.json(library.root / "schemas" / "aliases.json")
            self._labels = Labels(parse_vocabulary(data), simplifier())
        return self._labels


def publish_campaign(campaign: Campaign, press: Press, watch: Watch = unwatched) -> Iterator[Published]:
    """The report of every agency whose return was accepted, in the order of the roster."""
    with campaign.ledger() as ledger:
        answers = ledger.answers()
    desk = Desk.of(campaign, press.shelf)
    for version in watch(accepted(campaign)):
        yield press.returned(desk.judged(version, answers), source_of(campaign, version))


def publish_files(sources: Iterable[Source], press: Press) -> Iterator[Published]:
    """The report of each file; one that cannot be read never stops the others."""
    return (press.file(source) for source in sources)


def render(paper: Paper, form: Format) -> bytes:
    """The report as a file."""
    if form == "html":
        from xltool.io.writing.report_html import report_html

        return report_html(paper)
    from xltool.io.writing.report_docx import report_docx

    return report_docx(paper)


def _title(form: ReportForm, agency: str, year: int) -> str:
    return " ".join(form.title("zh", agency=agency, year=year).split())


def _under(heading: str, table: PaperTable) -> PaperTable:
    """The table, without a title of its own where the part's heading is that already."""
    return replace(table, title="") if table.title == heading else table


def _lines(text: str) -> list[str]:
    return [line.strip() for line in texts.canonical(text).split("\n") if line.strip()]
