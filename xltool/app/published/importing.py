"""Reading published reports: bytes → document → cells and sentences → record, with a report of what became what."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xltool.app.shelf import Shelf
from xltool.io.inputs import Source as InputFile
from xltool.io.published.document import read_document
from xltool.io.published.simplify import simplifier
from xltool.model import texts
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding, Refused, refuse
from xltool.model.grid import Document
from xltool.model.imported import Imported, Mapped
from xltool.model.place import Place
from xltool.model.record import COVER_FIELDS, TEXT_PARTS, Agency, Mark, Record, Source, Value
from xltool.model.sentences import Figure
from xltool.passes.recognise.detect import agency_said, best, years_said
from xltool.passes.recognise.labels import Labels, parse_vocabulary
from xltool.passes.recognise.recognise import Recognised, recognise
from xltool.passes.recognise.sections import text_parts
from xltool.passes.recognise.shape import shape_of
from xltool.passes.sentences import find_figures, narrative_values
from xltool.passes.text_checks import text_findings, text_vs_table
from xltool.passes.values import read_published

_SENTENCE = 120
# Fewer figures than this in a text are no report in sentences.
_FEW_FIGURES = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person says of a report; None and empty where nothing."""

    era: str | None = None
    year: int | None = None
    agency: str = ""
    code: str = ""


def import_file(source: InputFile, shelf: Shelf, asked: Asked) -> Imported:
    """The record in a published report. Refusals become findings of the file."""
    try:
        data = source.load()
        document = read_document(data, shelf.open_book)
        return import_document(document, source.name, hashlib.sha256(data).hexdigest(), shelf, asked)
    except Refused as error:
        findings = tuple(
            replace(finding, places=tuple(replace(place, file=source.name) for place in finding.places))
            for finding in error.findings
        )
        return Imported(source.name, findings=findings)


def import_document(document: Document, file: str, sha256: str, shelf: Shelf, asked: Asked) -> Imported:
    """The record in a document. Raises Refused where era or year cannot be told."""
    simplify = simplifier()
    labels = Labels(parse_vocabulary(shelf.library.json(shelf.library.root / "schemas" / "aliases.json")), simplify)
    years = years_said(document, simplify)
    recognised, notes = _of_era(document, file, shelf, labels, asked, years, simplify)
    era = shelf.era(recognised.era)
    year, said = _year(years, asked, file)
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    figures = find_figures(text, shelf.library.text_patterns(era.id), simplify=simplify)
    reading = _Reading(era, file, shelf)
    reading.cells(recognised)
    in_words = reading.sentences(figures, year, narrative=not recognised.score)
    agency = Agency(asked.code, asked.agency or texts.without_controls(agency_said(document, simplify)))
    form = shelf.library.report_form(era.id)
    own = {part.heading.zh: part.text for part in form.parts} if form else None
    parts = text_parts(document, era, labels, own)
    record = Record(
        era=era.id,
        year=year,
        agency=agency,
        values=reading.values,
        cover=dict.fromkeys(COVER_FIELDS, ""),
        text={part: parts.get(part, "") for part in TEXT_PARTS},
        marks={path: reading.marks[path] for path in era.indicators if path in reading.marks},
        source=Source(file.rsplit("/", 1)[-1], sha256),
    )
    data = shelf.library.text_data(era.id)
    advice = text_findings(text, year, figures, era=era, shares=data.shares, simplify=simplify)
    if recognised.score:
        advice += text_vs_table(record.values, figures, era, year=year)
    found = (*notes, *said, *recognised.findings, *reading.findings, *in_words, *_placed(advice, file))
    gone = _not_printed(era, reading.mapped, recognised)
    found = (*found, *_summed_up(recognised, gone, file))
    mapped = tuple(reading.mapped.values())
    return Imported(file, record, found, mapped, recognised.left, recognised.refused, gone)


def _of_era(
    document: Document,
    file: str,
    shelf: Shelf,
    labels: Labels,
    asked: Asked,
    years: Sequence[int],
    simplify: Callable[[str], str],
) -> tuple[Recognised, tuple[Finding, ...]]:
    """The document read as the era that explains it best, or as the one asked for."""
    eras = {era_id: shelf.era(era_id) for era_id in shelf.library.era_folders}
    if asked.era is not None:
        shelf.era(asked.era)
    found = {
        era_id: recognise(document, shape_of(era, shelf.library.layout(era_id), labels), labels, file)
        for era_id, era in eras.items()
    }
    wanted = [asked.year] if asked.year is not None else years
    likely = best(list(found.values()), eras, wanted) or _narrative(document, shelf, eras, found, wanted, simplify)
    names = [each.era for each in likely]
    if asked.era is not None:
        if asked.era in names or not likely:
            return found[asked.era], ()
        args: dict[str, Argument] = {"asked": asked.era, "found": ", ".join(names)}
        return found[asked.era], (Finding("IMPORT-ERA", "error", (Place(file),), args=args),)
    if not likely:
        raise refuse("IMPORT-NOTHING", places=(Place(file),))
    if len(likely) > 1:
        raise refuse("IMPORT-ERA-UNCLEAR", places=(Place(file),), eras=", ".join(names))
    return likely[0], ()


def _narrative(
    document: Document,
    shelf: Shelf,
    eras: Mapping[str, Era],
    found: Mapping[str, Recognised],
    years: Iterable[int],
    simplify: Callable[[str], str],
) -> list[Recognised]:
    """Where no table says anything, the eras whose sentences the text has most of."""
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    counts = {}
    for era_id, era in eras.items():
        figures = find_figures(text, shelf.library.text_patterns(era_id), simplify=simplify)
        counts[era_id] = len({figure.path for figure in figures if figure.path in era.indicators})
    top = max(counts.values(), default=0)
    if top < _FEW_FIGURES:
        return []
    leading = [era_id for era_id, count in counts.items() if count == top]
    wanted = list(years)
    in_force = [
        era_id
        for era_id in leading
        if any((eras[era_id].first_year or 0) <= year <= (eras[era_id].last_year or 9999) for year in wanted)
    ]
    return [found[era_id] for era_id in (in_force or leading)]


def _year(years: Sequence[int], asked: Asked, file: str) -> tuple[int, tuple[Finding, ...]]:
    if asked.year is None:
        if not years:
            raise refuse("IMPORT-YEAR-UNKNOWN", places=(Place(file),))
        if len(years) == 1:
            return years[0], ()
        args: dict[str, Argument] = {"years": ", ".join(map(str, years)), "taken": years[0]}
        return years[0], (Finding("IMPORT-YEAR-SEVERAL", "explain", (Place(file),), args=args),)
    if not years or asked.year == years[0]:
        return asked.year, ()
    args = {"asked": asked.year, "found": years[0]}
    return asked.year, (Finding("IMPORT-YEAR", "error", (Place(file),), args=args),)


class _Reading:
    """Values, marks and findings of one report, by indicator."""

    def __init__(self, era: Era, file: str, shelf: Shelf) -> None:
        self.era, self.file, self.shelf = era, file, shelf
        self.values: dict[str, Value] = dict.fromkeys(era.indicators)
        self.marks: dict[str, Mark] = {}
        self.mapped: dict[str, Mapped] = {}
        self.findings: list[Finding] = []

    def cells(self, recognised: Recognised) -> None:
        """What the tables say."""
        for path, spot in recognised.cells.items():
            reading = read_published(spot.cell.content, self.era.indicators[path], self.era.not_applicable)
            self.values[path] = reading.value
            if reading.mark is not None:
                self.marks[path] = reading.mark
            self.mapped[path] = Mapped(path, spot.place, spot.cell.text, reading.value)
            self.findings += [
                Finding(code, self.shelf.severity(code), (spot.place,), (path,), args)
                for code, args in reading.findings
            ]
        for path, raw in recognised.refused.items():
            self.marks[path] = Mark("unreadable", texts.visible(raw))

    def sentences(self, figures: Sequence[Figure], year: int, *, narrative: bool) -> tuple[Finding, ...]:
        """What the sentences say, where there is no table to say it."""
        if not narrative:
            return ()
        values, findings = narrative_values(figures, self.era, year)
        for path, value in values.items():
            figure = next(each for each in figures if each.path == path and each.value == value and not each.part)
            sentence = texts.visible(figure.sentence, _SENTENCE)
            self.values[path] = value
            self.mapped[path] = Mapped(path, Place(self.file, "", sentence), figure.raw, value)
        return _placed(findings, self.file)


def _placed(findings: Iterable[Finding], file: str) -> tuple[Finding, ...]:
    return tuple(
        replace(finding, places=tuple(replace(place, file=place.file or file) for place in finding.places))
        for finding in findings
    )


def _not_printed(era: Era, mapped: Mapping[str, Mapped], recognised: Recognised) -> tuple[str, ...]:
    """The indicators the report has no cell or sentence for; the parts of a figure given whole are not asked for."""
    wholes = [each for each in era.eithers.values() if each.whole.path in mapped]
    parts = {part.path for each in wholes for part in each.parts}
    return tuple(
        path
        for path, indicator in era.indicators.items()
        if path not in mapped and path not in recognised.refused and path not in parts and not indicator.optional
    )


def _summed_up(recognised: Recognised, gone: Sequence[str], file: str) -> list[Finding]:
    """Figures that became nothing, and that the report does not print all."""
    found = [
        Finding("IMPORT-LEFT-OVER", "explain", (each.place,), args={"text": each.text, "row": each.row})
        for each in recognised.left
    ]
    if gone and recognised.score:
        found.append(Finding("IMPORT-MISSING", "notice", (Place(file),), args={"count": len(gone)}))
    return found
