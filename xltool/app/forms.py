"""Writing forms: blank ones for a roster, and ones filled from records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from xltool.app.shelf import Shelf
from xltool.io.writing.files import safe_name, unique_names
from xltool.io.writing.zips import write_zip
from xltool.lang import Lang
from xltool.model.book import Cell
from xltool.model.finding import Finding, Refused, refuse
from xltool.model.place import Place
from xltool.model.record import Agency, Record, Scope
from xltool.model.roster import Roster, RosterEntry
from xltool.passes.values import read_value
from xltool.plan.content import TotalsChoice, content_of, options_for
from xltool.plan.fill import fill, unstamped
from xltool.plan.form import Content, FormPlan, Options, Typed, Words
from xltool.plan.stamps import Stamps

if TYPE_CHECKING:
    from xltool.app.comparing import LastYear
    from xltool.io.writing.stamping import Press

# Levels and powers of agencies come in few combinations; a roster with more is written all the same.
_PRESSES = 16


@dataclass(frozen=True, slots=True)
class Output:
    """A file to write: its name within the output folder, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Planned:
    """A file to make: its name within the output folder, and how to make its bytes."""

    name: str
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Order:
    """A workbook to make: its name, and for whom."""

    name: str
    agency: Agency
    scope: Scope


@dataclass(frozen=True, slots=True)
class Pack:
    """A zip of workbooks to make."""

    name: str
    members: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Forms:
    """What makes the workbooks of an era before anybody has filled them in, as the work of an executor.

    With `prior` and a plan that has room for it, each shows its agency's figures of last year. With `key` each is
    sealed by it.
    """

    shelf: Shelf
    era: str
    options: Options
    password: str = ""
    prior: LastYear | None = None
    key: bytes = b""
    _blanks: dict[Scope, _Blanks] = field(default_factory=dict, repr=False)

    def __call__(self, order: Order | Pack, /) -> bytes:
        if isinstance(order, Pack):
            return write_zip((each.name, self(each)) for each in order.members)
        if order.scope not in self._blanks:
            # An agency's line in the roster (口径) goes before what all are asked for.
            plan = self.shelf.plan(self.era, replace(self.options, scope=order.scope))
            self._blanks[order.scope] = _Blanks(self.shelf, plan, self.prior, self.password, self.key)
        return self._blanks[order.scope].workbook(order.agency)

    def lost(self, order: Order | Pack, /) -> bytes:
        """Raises Refused: no workbook kills who makes it, so that something is wrong with the workers."""
        raise refuse("CLUSTER-LOST", reason=order.name)


def check_password(password: str) -> None:
    """Raises Refused where office suites could not be given this password."""
    if password and not (len(password) <= 15 and password.isascii() and password.isprintable()):
        raise refuse("PASSWORD-UNFIT")


def form_name(words: Words, options: Options, agency: Agency, submission: int = 1) -> str:
    """The file name of an agency's workbook, safe on every system."""
    year = words["file_year"](options.lang, year=options.year)
    nth = words["file_nth"](options.lang, n=submission)
    name = agency.name or words["file_blank"](options.lang)
    return safe_name(*[part for part in (year, agency.code, name, nth) if part]) + ".xlsx"


def generate(
    shelf: Shelf,
    era_id: str,
    options: Options,
    roster: Roster | None,
    *,
    password: str = "",
    pack_by_parent: bool = False,
    prior: LastYear | None = None,
    key: bytes = b"",
) -> list[Planned]:
    """The files of `orders`, as `Forms` makes them. All names are told first, nothing is made until asked for."""
    forms = Forms(shelf, era_id, options, password, prior, key)
    return [Planned(each.name, partial(forms, each)) for each in orders(forms, roster, pack_by_parent=pack_by_parent)]


def orders(forms: Forms, roster: Roster | None, *, pack_by_parent: bool = False) -> list[Order | Pack]:
    """One locked workbook an agency of the roster, or one anonymous blank; or one zip for each superior office."""
    check_password(forms.password)
    options = forms.options
    words = forms.shelf.plan(forms.era, options).words
    if roster is None:
        return [Order(form_name(words, options, Agency()), Agency(), options.scope)]
    agencies = [_agency(each) for each in roster.entries]
    names = unique_names(form_name(words, options, each) for each in agencies)
    made = [
        Order(name, agency, entry.scope or options.scope)
        for name, entry, agency in zip(names, roster.entries, agencies, strict=True)
    ]
    if not pack_by_parent:
        return [*made]
    packs: dict[str, list[Order]] = {}
    for entry, each in zip(roster.entries, made, strict=True):
        packs.setdefault(entry.parent, []).append(each)
    top = words["file_top"](options.lang)
    return [Pack(_pack_name(parent, roster, top), tuple(below)) for parent, below in packs.items()]


class _Blanks:
    """Makes the workbooks of one plan before anybody has filled them in: agencies alike in all but code and name
    share a press."""

    def __init__(self, shelf: Shelf, plan: FormPlan, prior: LastYear | None, password: str, key: bytes) -> None:
        self._shelf, self._plan, self._password, self._sealed = shelf, plan, password, bool(key)
        self._prior = prior if plan.options.prior else None
        self._stamps = Stamps(plan, key)
        self._shared = lru_cache(_PRESSES)(self._press)

    def workbook(self, agency: Agency) -> bytes:
        """The workbook of `agency`."""
        last = self._last_year(agency)
        press = self._press(agency, last) if last else self._shared(self._stamps.facts(agency))
        return press.write(self._stamps.of(agency))

    def _last_year(self, agency: Agency) -> Mapping[str, Typed]:
        if self._prior is None:
            return {}
        options = self._plan.options
        last = self._prior.of(agency, options.year, options.scope, self._plan.era).record
        return last.values if last else {}

    def _press(self, agency: Agency, last: Mapping[str, Typed] | None = None) -> Press:
        content = Content(agency=agency, prior=last or {})
        return self._shelf.press(
            unstamped(self._plan, content, self._stamps, password=self._password, sealed=self._sealed)
        )


def _agency(entry: RosterEntry) -> Agency:
    return Agency(entry.code, entry.name, entry.level or None, entry.rule_making)


def _pack_name(parent: str, roster: Roster, top: str) -> str:
    entry = roster.by_code.get(parent)
    return safe_name(*(part for part in (parent or top, entry.name if entry else "") if part)) + ".zip"


def fill_record(
    record: Record, shelf: Shelf, totals: TotalsChoice, lang: Lang, password: str = ""
) -> tuple[bytes, tuple[Finding, ...]]:
    """The workbook that holds `record`, and notices. Raises Refused where no workbook could give it back unchanged."""
    check_password(password)
    era = shelf.era(record.era)
    options, findings = options_for(record, era, totals, lang)
    if any(finding.severity == "error" for finding in findings):
        raise Refused(*findings)
    plan = shelf.plan(record.era, options)
    content, problems = content_of(record, plan)
    problems += tuple(_unfit_marks(record, shelf))
    if problems:
        raise Refused(*problems)
    return shelf.write(fill(plan, content, password=password)), findings


def _unfit_marks(record: Record, shelf: Shelf) -> Iterator[Finding]:
    """Marks whose raw text would be read back as something else, such as an unreadable ``12``."""
    era = shelf.era(record.era)
    for path, mark in record.marks.items():
        if mark.kind == "declared_zero":
            continue
        again = read_value(Cell(mark.raw or None), era.indicators[path], era.not_applicable)
        if again.mark != mark:
            yield Finding("FILL-MARK", "error", (Place(ref=path),), (path,), {"raw": mark.raw})
