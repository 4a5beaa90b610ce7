"""The workbook that a superior office issued: which of its cells is which indicator's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xltool.app.returns.opening import Opened, open_form
from xltool.app.shelf import Shelf
from xltool.io.published.simplify import simplifier
from xltool.io.published.workbook_grid import document
from xltool.model.book import Book
from xltool.model.finding import Finding, Refused, refuse
from xltool.model.grid import Document, Grid
from xltool.model.place import Place
from xltool.model.transfer import Totals
from xltool.passes.identify import Expected
from xltool.passes.recognise.detect import best, years_said
from xltool.passes.recognise.labels import Labels, parse_vocabulary
from xltool.passes.recognise.recognise import Recognised, recognise
from xltool.passes.recognise.shape import shape_of
from xltool.passes.transfer.match import Issued
from xltool.passes.transfer.units import Units

_NOT_OURS = {"FORM-UNKNOWN", "FORM-NAMES-LOST"}
# Said of cells that hold different things; here each cell is looked at by itself.
_SAID_OTHERWISE = {"IMPORT-TWICE", "IMPORT-WHOLE"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person says: which sheets to fill, all without any; of which year the issued workbook is; whether
    figures that stand in it are written over; whether totals may lack agencies."""

    sheets: tuple[str, ...] = ()
    year: int | None = None
    replace: bool = False
    allow_partial: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """The issued workbook with its cells found. `own`: it is a form that this program made."""

    issued: Issued
    own: bool
    labels: Labels
    findings: tuple[Finding, ...] = ()


def find_cells(data: bytes, file: str, totals: Totals, shelf: Shelf, asked: Asked) -> Known:
    """The cells of the era's indicators. Raises Refused where the workbook is of another era, year or scope."""
    labels = labels_of(shelf)
    opened = open_form(data, file, shelf, Expected(confirmed=True))
    if isinstance(opened, Opened):
        return _own(opened, file, totals, labels)
    if not {finding.code for finding in opened} & _NOT_OURS:
        raise Refused(*opened)
    book = shelf.open_book(data)
    pages = _pages(book, file, asked.sheets)
    found = _recognised(pages, file, totals.era, shelf, labels)
    years = years_said(pages, simplifier())
    if asked.year is not None:
        years = (asked.year,)
    if years and totals.year not in years:
        raise refuse("TRANSFER-YEAR", places=(Place(file),), found=years[0], expected=totals.year)
    places = {path: tuple(dict.fromkeys(spot.place for spot in spots)) for path, spots in found.spots.items()}
    findings = tuple(each for each in found.findings if each.code not in _SAID_OTHERWISE)
    return Known(Issued(file, book, pages, places, frozenset(found.refused) - set(places)), False, labels, findings)


def _own(opened: Opened, file: str, totals: Totals, labels: Labels) -> Known:
    """A form of ours tells its cells by their names, and of itself what it is."""
    options, era, located = opened.plan.options, opened.plan.era, opened.located
    if era.id != totals.era:
        raise refuse("TRANSFER-ERA", places=(Place(file),), found=era.id, expected=totals.era)
    if options.year != totals.year:
        raise refuse("TRANSFER-YEAR", places=(Place(file),), found=options.year, expected=totals.year)
    if options.scope != totals.scope:
        raise refuse("TRANSFER-SCOPE", places=(Place(file),), found=options.scope, expected=totals.scope)
    places = {path: (located.places[path],) for path in era.indicators if path in located.cells}
    places |= {path: (place,) for path, (_, place) in located.totals.items() if path in era.indicators}
    issued = Issued(file, opened.book, document(opened.book), places, located.lost)
    # Whose form it is, its own office fills in afterwards.
    return Known(issued, True, labels, tuple(each for each in opened.findings if each.code != "AGENCY-BLANK"))


def _pages(book: Book, file: str, sheets: Sequence[str]) -> Document:
    """The visible sheets, or those asked for."""
    pages = document(book, below=1)
    grids = {grid.name: grid for grid in pages.grids}
    for name in sheets:
        if name not in grids:
            raise refuse("TRANSFER-NO-SHEET", places=(Place(file),), sheet=name, sheets="、".join(grids))
    return Document(tuple(grids[name] for name in sheets)) if sheets else pages


def _recognised(pages: Document, file: str, era_id: str, shelf: Shelf, labels: Labels) -> Recognised:
    """What the tables say to each era; that of `era_id`, which must explain them best. Raises Refused."""
    eras = {each: shelf.era(each) for each in shelf.library.era_folders}
    found = {
        each: recognise(pages, shape_of(era, shelf.library.layout(each), labels), labels, file)
        for each, era in eras.items()
    }
    likely = [each.era for each in best(list(found.values()), eras, ())]
    if not likely:
        raise refuse("TRANSFER-NOTHING", places=(Place(file),))
    if era_id not in likely:
        raise refuse("TRANSFER-ERA", places=(Place(file),), found="、".join(likely), expected=era_id)
    return found[era_id]


def again(book: Book, known: Known, era_id: str, shelf: Shelf) -> Recognised:
    """What the recogniser says of the same sheets once they are filled in."""
    names = {grid.name for grid in known.issued.document.grids}
    grids: tuple[Grid, ...] = tuple(grid for grid in document(book, below=1).grids if grid.name in names)
    shape = shape_of(shelf.era(era_id), shelf.library.layout(era_id), known.labels)
    return recognise(Document(grids), shape, known.labels, known.issued.file)


def labels_of(shelf: Shelf) -> Labels:
    """The reader of labels."""
    library = shelf.library
    return Labels(parse_vocabulary(library.json(library.root / "schemas" / "aliases.json")), simplifier())


def units_of(labels: Labels) -> Units:
    """The reader of units."""
    words = labels.vocabulary
    return Units(words.units, words.scales, words.money, labels.plain)
