"""A form whose cell names are gone, as when its tables were pasted into a new workbook: found by its labels alone.

The visible form code on the cover and the title must agree on what form it is, and a person must confirm the mapping
(``--confirm-mapping``) before a figure of it counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import get_args

from xltool.app.shelf import Shelf
from xltool.io.published.simplify import simplifier
from xltool.io.published.workbook_grid import document
from xltool.lang import Lang
from xltool.model.book import Book, Cell, Sheet
from xltool.model.era import Era
from xltool.model.expected import Expected
from xltool.model.finding import Finding
from xltool.model.grid import Document
from xltool.model.place import Place, a1
from xltool.model.record import SCOPES, Agency, Scope
from xltool.passes.locate import Located
from xltool.passes.recognise.labels import Labels, parse_vocabulary
from xltool.passes.recognise.recognise import Recognised, recognise
from xltool.passes.recognise.shape import shape_of
from xltool.passes.tamper.sheets import match_sheets
from xltool.plan.form import Field, FormPlan, Options
from xltool.plan.meta import Meta, form_code, meta_of

_CODE = r"{era}-(?P<year>20\d\d)-(?P<scope>own|level|area)(?:-(?P<agency>.+))?-(?P<print>[0-9a-f]{{8}})"


@dataclass(frozen=True, slots=True)
class ByLabels:
    """A form as its labels tell it."""

    meta: Meta
    plan: FormPlan
    located: Located


def by_code(book: Book, shelf: Shelf) -> tuple[Meta, FormPlan] | None:
    """Metadata and plan by the form code on the cover; None where there is none, or there are two."""
    return _by_code(_texts(book), shelf)


def map_by_labels(
    book: Book, file: str, shelf: Shelf, expected: Expected, meta: Meta, plan: FormPlan
) -> ByLabels | tuple[Finding, ...]:
    """The cells of a form whose names are gone. Findings where code and title on the cover disagree with `meta`, or
    nobody has confirmed the mapping."""
    texts = _texts(book)
    place = (Place(file),)
    code, title = form_code(plan.era.code, meta.values), plan.era.title(plan.options.lang, year=plan.options.year)
    for wanted in (code, title):
        if wanted not in texts:
            shown = next((text for text in texts if _like(text, plan.era)), "") if wanted == code else ""
            return (Finding("FORM-CODE", "error", place, args={"found": shown, "expected": wanted}),)
    recognised = _recognised(document(_tables(book, plan)), plan, shelf, file)
    asked = [path for path, entry in plan.fields.items() if entry.name and path in plan.figures]
    args = {"found": sum(path in recognised.cells for path in asked), "total": len(asked)}
    if not expected.confirmed:
        return (Finding("FORM-NAMES-LOST", "error", place, args=args),)
    said = Finding("FORM-MAPPED-BY-LABELS", "explain", place, args=args)
    return ByLabels(_named_after_cover(book, meta, plan), plan, _located(book, plan, recognised, said, file))


def _tables(book: Book, plan: FormPlan) -> Book:
    """`book` without what the recogniser would take for parts of a table: the form's sheets that hold none, whose
    labels also name indicators, and the verdicts beside the rows."""
    own = {name: planned for planned, name in match_sheets(book, plan, {}).own.items()}
    beside: dict[str, set[tuple[int, int]]] = {}
    for (planned, row, col), result in plan.formulas.items():
        if result.kind != "total":
            beside.setdefault(planned, set()).add((row, col))
    kept = []
    for sheet in book.sheets:
        planned = own.get(sheet.name, "")
        if not planned or planned in plan.tables.values():
            without = beside.get(planned, set())
            kept.append(replace(sheet, cells={at: cell for at, cell in sheet.cells.items() if at not in without}))
    return replace(book, sheets=tuple(kept))


def _texts(book: Book) -> list[str]:
    return [cell.value.strip() for _, cell in _visible(book) if isinstance(cell.value, str)]


def _visible(book: Book) -> Iterator[tuple[Sheet, Cell]]:
    return ((sheet, cell) for sheet in book.sheets if sheet.visibility == "visible" for cell in sheet.cells.values())


def _like(text: str, era: Era) -> bool:
    return re.fullmatch(_CODE.format(era=re.escape(era.code)), text) is not None


def _by_code(texts: list[str], shelf: Shelf) -> tuple[Meta, FormPlan] | None:
    eras = [shelf.era(era_id) for era_id in shelf.library.era_folders]
    found = {
        (era.id, match[0]): (era, match)
        for text in texts
        for era in eras
        if (match := re.fullmatch(_CODE.format(era=re.escape(era.code)), text)) is not None
    }
    if len(found) != 1:
        return None
    era, match = next(iter(found.values()))
    scope = next(each for each in SCOPES if each == match["scope"])
    agency = Agency(match["agency"] or "")
    plan = _of_print(era, int(match["year"]), scope, agency, match["print"], shelf)
    meta = meta_of(plan, agency)
    values = {**meta.values, "fingerprint": match["print"]}
    return Meta(values, form_code(era.code, values)), plan


def _of_print(era: Era, year: int, scope: Scope, agency: Agency, wanted: str, shelf: Shelf) -> FormPlan:
    """The plan whose fingerprint begins as the code says; else, since no other can be told, with totals typed."""
    optional = frozenset(path for path, indicator in era.indicators.items() if indicator.optional)
    first = Options(year, scope, anonymous=not agency.code)
    for totals, lang, texts, prior, extras in product(
        ("computed", "typed"), get_args(Lang), (False, True), (False, True), dict.fromkeys((frozenset[str](), optional))
    ):
        options = replace(first, totals=totals, lang=lang, texts=texts, prior=prior, extras=extras)
        plan = shelf.plan(era.id, options)
        if plan.fingerprint.startswith(wanted):
            return plan
    return shelf.plan(era.id, replace(first, totals="typed"))


def _recognised(pages: Document, plan: FormPlan, shelf: Shelf, file: str) -> Recognised:
    library = shelf.library
    labels = Labels(parse_vocabulary(library.json(library.root / "schemas" / "aliases.json")), simplifier())
    return recognise(pages, shape_of(plan.era, library.layout(plan.era.id), labels), labels, file)


def _located(book: Book, plan: FormPlan, recognised: Recognised, said: Finding, file: str) -> Located:
    """The cells of all fields: figures as recognised, all others beside the one label they have."""
    cells: dict[str, Cell] = {}
    places = {path: Place(file, entry.sheet, a1(entry.row, entry.col)) for path, entry in plan.fields.items()}
    totals: dict[str, tuple[Cell, Place]] = {}
    for path, spot in recognised.cells.items():
        if path in plan.fields:
            cells[path], places[path] = spot.cell.content, spot.place
        elif path in plan.figures:
            totals[path] = (spot.cell.content, spot.place)
    lost = [path for path, entry in plan.fields.items() if entry.name and path in plan.figures and path not in cells]
    sheets = _sheets_of_tables(plan, places, cells)
    for path, entry in plan.fields.items():
        found = _beside(book, plan, entry, sheets.get(entry.table)) if path not in plan.figures else None
        if found is not None:
            sheet, row, col = found
            cells[path] = sheet.cells.get((row, col), Cell(locked=False))
            places[path] = Place(file, sheet.name, a1(row, col))
    gone = [_lost(plan.fields[path], places[path]) for path in lost]
    return Located(cells, places, frozenset(lost), totals, (said, *recognised.findings, *gone))


def _lost(entry: Field, place: Place) -> Finding:
    return Finding(
        "PLACE-LOST", "error", (place,), (entry.path,), {"row": entry.row_label, "column": entry.column_label}
    )


def _sheets_of_tables(plan: FormPlan, places: Mapping[str, Place], cells: Mapping[str, Cell]) -> dict[str, str]:
    """The sheet on which most figures of each table were found."""
    counts: dict[str, Counter[str]] = {}
    for path in cells:
        counts.setdefault(plan.fields[path].table, Counter())[places[path].sheet] += 1
    return {table: count.most_common(1)[0][0] for table, count in counts.items()}


def _beside(book: Book, plan: FormPlan, entry: Field, only: str | None) -> tuple[Sheet, int, int] | None:
    """The cell as far from its label as in the form, where that label stands in one cell only."""
    if not entry.row_label:
        return None
    planned = next(sheet for sheet in plan.workbook.sheets if sheet.name == entry.sheet)
    cols = [cell.col for cell in planned.cells if cell.row == entry.row and cell.value == entry.row_label]
    if len(cols) != 1:
        return None
    found = [
        (sheet, row, col + entry.col - cols[0])
        for sheet in book.sheets
        if sheet.visibility == "visible" and only in (None, sheet.name)
        for (row, col), cell in sheet.cells.items()
        if cell.value == entry.row_label
    ]
    return found[0] if len(found) == 1 else None


def _named_after_cover(book: Book, meta: Meta, plan: FormPlan) -> Meta:
    """The metadata with the agency's name from the cover, where nothing else has it."""
    if meta.values["agency_name"] or plan.options.anonymous:
        return meta
    found = _beside(book, plan, plan.fields["agency.name"], None)
    cell = found[0].cells.get(found[1:]) if found else None
    name = cell.value.strip() if cell is not None and isinstance(cell.value, str) else ""
    return Meta({**meta.values, "agency_name": name}, meta.form_code)
