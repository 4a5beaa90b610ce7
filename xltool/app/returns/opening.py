"""Opening a returned workbook as the form it is: what it says of itself, its plan, its cells, whose it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from xltool.app.shelf import Shelf
from xltool.model.book import Book, Cell, Sheet
from xltool.model.era import Era
from xltool.model.expected import Expected
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place, Places
from xltool.model.record import Agency
from xltool.once import once
from xltool.passes.identify import identify, unsealed
from xltool.passes.locate import Located, locate, named
from xltool.passes.tamper import tamper
from xltool.passes.unchanged import fields_of, refs_of, totals_of, unchanged
from xltool.plan.form import Field, FormPlan, Options, defined_name
from xltool.plan.hidden import SHEET, fact_site
from xltool.plan.meta import Meta, form_code, options_of

if TYPE_CHECKING:
    from xltool.app.returns.by_labels import ByLabels


@dataclass(frozen=True, slots=True)
class Opened:
    """A returned workbook recognised as one of ours, its cells found, and what was noticed on the way."""

    book: Book
    meta: Meta
    plan: FormPlan
    located: Located
    agency: Agency
    findings: tuple[Finding, ...] = ()
    by_labels: bool = False


def open_form(
    data: bytes,
    file: str,
    shelf: Shelf,
    expected: Expected = Expected(),  # noqa: B008 - frozen, and empty means nothing is asked for
) -> Opened | tuple[Finding, ...]:
    """The form in `data`, or why it is not read. Raises Refused where the file cannot be opened at all."""
    return form_of(shelf.open_book(data), file, shelf, expected)


def form_of(book: Book, file: str, shelf: Shelf, expected: Expected) -> Opened | tuple[Finding, ...]:
    """The form that a workbook is, or why it is not read."""
    meta, notes = identify(book, file)
    if meta is None:
        unknown = any(finding.code == "FORM-UNKNOWN" for finding in notes)
        told = _code_of(book, shelf) if unknown else None
        return notes if told is None else _told_by_cover(book, *told, file, shelf, expected)
    sealed = unsealed(meta, expected.key, file)
    if sealed is not None:
        if sealed.severity == "error":
            return (sealed,)
        notes = (*notes, sealed)
    options = options_of(meta)
    if options is None:
        return (Finding("FORM-META", "error", (Place(file),)),)
    plan = _plan(book, meta, options, shelf)
    if not named(book, plan):
        return _of_labels(book, _mapped(book, file, shelf, expected, meta, plan), file, expected, notes)
    return _named(book, meta, plan, file, expected, notes)


def _code_of(book: Book, shelf: Shelf) -> tuple[Meta, FormPlan] | None:
    from xltool.app.returns.by_labels import by_code  # the recogniser is a large part of the program, and rarely needed

    return by_code(book, shelf)


def _mapped(
    book: Book, file: str, shelf: Shelf, expected: Expected, meta: Meta, plan: FormPlan
) -> ByLabels | tuple[Finding, ...]:
    from xltool.app.returns.by_labels import map_by_labels

    return map_by_labels(book, file, shelf, expected, meta, plan)


def _told_by_cover(
    book: Book, meta: Meta, plan: FormPlan, file: str, shelf: Shelf, expected: Expected
) -> Opened | tuple[Finding, ...]:
    """A form of whose metadata only the visible code is left: read once a person has confirmed it."""
    if not named(book, plan):
        return _of_labels(book, _mapped(book, file, shelf, expected, meta, plan), file, expected)
    lost = Finding("FORM-META-LOST", "error", (Place(file),))
    sealed = unsealed(meta, expected.key, file)
    notes = (_confirmed(lost), *([sealed] if sealed else []))
    return _named(book, meta, plan, file, expected, notes) if expected.confirmed else (lost,)


def _plan(book: Book, meta: Meta, options: Options, shelf: Shelf) -> FormPlan:
    """The plan of the workbook. Where the list of its optional parts was lost, its names tell them."""
    plan = shelf.plan(meta.values["era"], options)
    if plan.fingerprint == meta.fingerprint or meta.values.get("extras"):
        return plan
    again = shelf.plan(meta.values["era"], _with_parts(book, options, plan.era))
    return again if again.fingerprint == meta.fingerprint else plan


def _with_parts(book: Book, options: Options, era: Era) -> Options:
    optional = [path for path, indicator in era.indicators.items() if indicator.optional]
    return replace(
        options,
        texts=any(name.startswith("XL_TEXT__") for name in book.names),
        prior=any(name.startswith("XP_") for name in book.names),
        extras=frozenset(path for path in optional if defined_name(path).upper() in book.names),
    )


def _named(
    book: Book, meta: Meta, plan: FormPlan, file: str, expected: Expected, notes: tuple[Finding, ...]
) -> Opened | tuple[Finding, ...]:
    """A form whose cells have their names."""
    differing = _cover_differs(book, meta, plan, file)
    if differing:
        return differing
    found = [*notes, *_template(meta, plan, file)]
    if meta.values["era_version"] != str(plan.era.version):
        args = {"found": meta.values["era_version"], "expected": str(plan.era.version)}
        found.append(Finding("FORM-ERA-VERSION", "error", (Place(file),), args=args))
        if not expected.confirmed:
            return tuple(found)
        found[-1] = _confirmed(found[-1])
    located, structure = _structure(book, plan, file, expected, same_template=not _template(meta, plan, file))
    missing = {each.args["sheet"] for each in structure if each.code == "STRUCTURE-SHEET-MISSING"}
    places = [each for each in located.findings if not _told(each, missing)]
    agency, blank = _agency(book, meta, plan, located)
    return Opened(book, meta, plan, located, agency, (*found, *blank, *structure, *places))


def _structure(
    book: Book, plan: FormPlan, file: str, expected: Expected, *, same_template: bool
) -> tuple[Located, tuple[Finding, ...]]:
    """Where the inputs are, and what was done to the workbook besides filling it in."""
    if not (same_template and unchanged(book, plan)):
        return _looked_through(book, plan, file, expected, same_template=same_template)
    short, trust = _as_sent(book, plan, file), _trust(plan)
    if trust.earned is None:
        # The first of a form is looked at both ways: where the two differ, the long way is taken ever after.
        located, structure = _looked_through(book, plan, file, expected, same_template=True)
        trust.earned = not structure and _same(short, located)
    return (short, ()) if trust.earned else _looked_through(book, plan, file, expected, same_template=True)


@dataclass(slots=True)
class _Trust:
    """Whether a form `unchanged` finds nothing on has nothing to be found; None before the first."""

    earned: bool | None = None


@once
def _trust(plan: FormPlan) -> _Trust:
    return _Trust()


def _as_sent(book: Book, plan: FormPlan, file: str) -> Located:
    places = Places(file, partial(refs_of, plan), (plan.era.id, plan.options))
    return Located(fields_of(book, plan), places, frozenset(), totals_of(book, plan, places))


def _same(one: Located, other: Located) -> bool:
    facts = ((each.cells, each.lost, each.totals, each.findings) for each in (one, other))
    return next(facts) == next(facts) and all(one.places[path] == place for path, place in other.places.items())


def _looked_through(
    book: Book, plan: FormPlan, file: str, expected: Expected, *, same_template: bool
) -> tuple[Located, tuple[Finding, ...]]:
    """The same, field by field and cell by cell."""
    located = locate(book, plan, file)
    wrong = frozenset(finding.paths[0] for finding in located.findings if finding.code == "PLACE-LABEL")
    tampered = tamper(book, plan, located.targets, wrong, located.shared, file, same_template=same_template)
    structure = tampered.findings
    if tampered.doubtful and expected.confirmed:
        structure = tuple(_confirmed(each) if each.code == "STRUCTURE-COPY-DIFFERS" else each for each in structure)
    elif tampered.doubtful:
        kept = {path: cell for path, cell in located.cells.items() if path not in tampered.doubtful}
        located = replace(located, cells=kept, lost=located.lost | tampered.doubtful)
    return located, structure


def _told(finding: Finding, missing: set[Argument]) -> bool:
    """Whether a lost field that is no figure is explained by its missing sheet."""
    if finding.code != "PLACE-LOST":
        return False
    other = finding.paths[0].startswith(("explain.", "cover.", "text.", "declared."))
    return other and finding.places[0].sheet in missing


def _of_labels(
    book: Book, mapped: ByLabels | tuple[Finding, ...], file: str, expected: Expected, notes: tuple[Finding, ...] = ()
) -> Opened | tuple[Finding, ...]:
    """A form whose cells were found by their labels alone."""
    if isinstance(mapped, tuple):
        return mapped
    agency, blank = _agency(book, mapped.meta, mapped.plan, mapped.located)
    sealed = unsealed(mapped.meta, expected.key, file) if not notes else None
    found = (*notes, *([sealed] if sealed else []), *_template(mapped.meta, mapped.plan, file), *blank)
    every = (*found, *mapped.located.findings)
    return Opened(book, mapped.meta, mapped.plan, mapped.located, agency, every, by_labels=True)


def _template(meta: Meta, plan: FormPlan, file: str) -> list[Finding]:
    if meta.fingerprint[:8] == plan.fingerprint[:8]:
        return []
    return [Finding("FORM-TEMPLATE", "notice", (Place(file),))]


def _confirmed(finding: Finding) -> Finding:
    """A finding on what is read because a person has confirmed it."""
    return Finding("FORM-CONFIRMED", "explain", finding.places, finding.paths, {"code": finding.code})


def _agency(book: Book, meta: Meta, plan: FormPlan, located: Located) -> tuple[Agency, tuple[Finding, ...]]:
    """Whose workbook it is."""
    facts = _hidden_facts(book)
    if not plan.options.anonymous:
        name = meta.values["agency_name"] or _shown_name(book, plan)
        return Agency(meta.values["agency_code"], name, *facts), ()
    code, name = (_typed(located, f"agency.{key}") for key in ("code", "name"))
    place = located.places.get("agency.code")
    blank = () if code else (Finding("AGENCY-BLANK", "error", (place,) if place else ()),)
    return Agency(code, name, *facts), blank


def _shown_name(book: Book, plan: FormPlan) -> str:
    """The name on the cover, where no carrier that holds it is left."""
    entry = plan.fields["agency.name"]
    sheet = _cover_sheet(book, plan, entry)
    shown = sheet.cells.get((entry.row, entry.col), Cell()).value if sheet is not None else None
    return shown if isinstance(shown, str) else ""


def _typed(located: Located, path: str) -> str:
    cell = located.cells.get(path)
    value = None if cell is None else cell.value
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _cover_differs(book: Book, meta: Meta, plan: FormPlan, file: str) -> tuple[Finding, ...]:
    """The locked code and name on the cover, and the visible form code, against the hidden metadata."""
    expected = {"meta.form_code": ("FORM-CODE", form_code(plan.era.code, meta.values))}
    if not plan.options.anonymous:
        expected["agency.code"] = ("AGENCY-COVER", meta.values["agency_code"])
        expected["agency.name"] = ("AGENCY-COVER", meta.values["agency_name"])
    found = []
    for path, (code, wanted) in expected.items():
        entry = plan.fields[path]
        sheet = _cover_sheet(book, plan, entry)
        if sheet is None or not wanted:
            continue
        shown = sheet.cells.get((entry.row, entry.col), Cell()).value
        if shown != wanted and not any(cell.value == wanted for cell in sheet.cells.values()):
            args = {"found": str(shown or ""), "expected": wanted}
            found.append(Finding(code, "error", (Place(file, sheet.name),), args=args))
    return tuple(found)


def _cover_sheet(book: Book, plan: FormPlan, entry: Field) -> Sheet | None:
    """The cover, by its name or by where the submission number is now."""
    sheet = book.sheet(entry.sheet)
    target = book.names.get(plan.fields["submission"].name.upper())
    return book.sheet(target.sheet) if sheet is None and target is not None and not isinstance(target, str) else sheet


def _hidden_facts(book: Book) -> tuple[str | None, bool | None]:
    sheet = book.sheet(SHEET)
    if sheet is None:
        return None, None
    level, power = (sheet.cells.get(fact_site(name)[1:]) for name in ("level", "rule_making"))
    text = level.value if level is not None and isinstance(level.value, str) else None
    number = power.value if power is not None and isinstance(power.value, int | float) else None
    return text, None if number is None else bool(number)
