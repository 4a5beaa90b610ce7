"""Writing forms: blank ones for a roster, and ones filled from records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from xltool.app.comparing import LastYear
from xltool.app.shelf import Shelf
from xltool.io.writing.files import safe_name, unique_names
from xltool.io.writing.zips import write_zip
from xltool.lang import Lang
from xltool.model.book import Cell
from xltool.model.finding import Finding, Refused, refuse
from xltool.model.place import Place
from xltool.model.record import Agency, Record
from xltool.model.roster import Roster, RosterEntry
from xltool.passes.values import read_value
from xltool.plan.content import TotalsChoice, content_of, options_for
from xltool.plan.fill import fill
from xltool.plan.form import Content, FormPlan, Options, Words


@dataclass(frozen=True, slots=True)
class Output:
    """A file to write: its name within the output folder, and its bytes."""

    name: str
    data: bytes


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
) -> Iterator[Output]:
    """One locked workbook an agency of the roster, or one anonymous blank; or one zip for each superior office.

    With `prior` and a plan that has room for it, each shows its agency's figures of last year. With `key` each is
    sealed by it.
    """
    check_password(password)
    plan = shelf.plan(era_id, options)
    if roster is None:
        yield Output(
            form_name(plan.words, options, Agency()), shelf.write(fill(plan, Content(), password=password, key=key))
        )
        return
    names = dict(
        zip(
            roster.by_code,
            unique_names(form_name(plan.words, options, _agency(each)) for each in roster.entries),
            strict=True,
        )
    )
    if not pack_by_parent:
        for entry in roster.entries:
            asked = _asked(shelf, era_id, options, entry)
            content = _blank(shelf, asked, entry, prior)
            yield Output(names[entry.code], shelf.write(fill(asked, content, password=password, key=key)))
        return
    for parent, below in _by_parent(roster).items():
        members = [
            (names[entry.code], shelf.write(fill(own, _blank(shelf, own, entry, prior), password=password, key=key)))
            for entry in below
            for own in [_asked(shelf, era_id, options, entry)]
        ]
        yield Output(_pack_name(parent, roster, plan.words["file_top"](options.lang)), write_zip(members))


def _asked(shelf: Shelf, era_id: str, options: Options, entry: RosterEntry) -> FormPlan:
    """The plan of what an agency is asked for: its line in the roster (口径) goes before what everybody is."""
    return shelf.plan(era_id, replace(options, scope=entry.scope or options.scope))


def _blank(shelf: Shelf, plan: FormPlan, entry: RosterEntry, prior: LastYear | None) -> Content:
    """What stands in an agency's workbook before anybody has filled it in."""
    content = Content(agency=_agency(entry))
    if prior is None or not plan.options.prior:
        return content
    last = prior.of(content.agency, plan.options.year, plan.options.scope, plan.era).record
    return replace(content, prior=last.values if last else {})


def _agency(entry: RosterEntry) -> Agency:
    return Agency(entry.code, entry.name, entry.level or None, entry.rule_making)


def _by_parent(roster: Roster) -> dict[str, list[RosterEntry]]:
    """Agencies by the superior that hands them their workbooks; those without one under the empty code."""
    packs: dict[str, list[RosterEntry]] = {}
    for entry in roster.entries:
        packs.setdefault(entry.parent, []).append(entry)
    return packs


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
