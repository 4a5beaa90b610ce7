"""This year beside last year: last year's returns by agency, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xltool.app.shelf import Shelf
from xltool.model.comparison import Comparison, Prior
from xltool.model.crosswalk import same_figures
from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.place import OwnPaths, Place
from xltool.model.record import Agency, Record, Scope
from xltool.model.returned import Returned
from xltool.model.roster import folded
from xltool.model.succession import Succession
from xltool.passes.check import check
from xltool.passes.compare import compare
from xltool.passes.prior import Priors

_NOTICES = {"none": "PRIOR-NONE", "split": "PRIOR-SPLIT", "new": "PRIOR-NEW", "partial": "PRIOR-PARTIAL"}


@dataclass(slots=True)
class LastYear:
    """Returns of earlier years, found by agency, year and scope; the highest submission of each counts."""

    shelf: Shelf
    records: Iterable[Record]
    succession: Succession
    _years: dict[tuple[int, Scope], dict[str, Record]] = field(default_factory=dict)
    _shared: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for record in self.records:
            known = self._years.setdefault((record.year, record.scope), {})
            code = folded(record.agency.code.strip())
            if code and (code not in known or known[code].submission < record.submission):
                known[code] = record

    def of(self, agency: Agency, year: int, scope: Scope, era: Era, *, since: int | None = None) -> Prior:
        """What stands behind `agency`'s return for `year`: that of the year before, or of `since`, as `era` sees it."""
        before = year - 1 if since is None else since
        found = self.years(before, scope)
        rules = self.shelf.library.compare_rules
        priors = Priors(found, before, year, self.succession, self.shelf.era, rules.carried)
        return self._in_form(priors.of(agency), era)

    def years(self, year: int, scope: Scope) -> Mapping[str, Record]:
        """The records of a year by folded code."""
        return self._years.get((year, scope), {})

    def latest(self, year: int, scope: Scope) -> int | None:
        """The last year before `year` of which there are records."""
        return max((known for known, about in self._years if about == scope and known < year), default=None)

    def _in_form(self, prior: Prior, era: Era) -> Prior:
        """The record as far as its figures mean the same in `era`."""
        record = prior.record
        if record is None or record.era == era.id:
            return prior
        paths = self._same(record.era, era)
        if not paths:
            return Prior(None, "other_era", prior.codes)
        values = {path: record.values[path] if path in paths else None for path in era.indicators}
        return replace(prior, record=replace(record, era=era.id, values=values, marks={}, text={}))

    def _same(self, other: str, era: Era) -> frozenset[str]:
        key = (other, era.id)
        if key not in self._shared:
            crosswalk = self.shelf.library.crosswalk(*key)
            self._shared[key] = same_figures(crosswalk, self.shelf.era(other), era) if crosswalk else frozenset()
        return self._shared[key]


def prior_findings(prior: Prior, file: str) -> list[Finding]:
    """What is to be said about last year's return itself."""
    place = (Place(file),)
    listed = "、".join(prior.codes)
    if prior.record is not None and not prior.absent:
        taken = "、".join(prior.inherited)
        merged = [Finding("PRIOR-MERGED", "notice", place, args={"codes": listed})] if prior.reason == "merged" else []
        return [*merged, *([Finding("PRIOR-INHERITED", "notice", place, args={"codes": taken})] if taken else [])]
    if prior.reason == "other_era":
        return [Finding("PRIOR-OTHER-ERA", "notice", place)]
    code = _NOTICES.get(prior.reason, "PRIOR-PARTIAL" if prior.absent else "PRIOR-NONE")
    return [Finding(code, "notice", place, args={"codes": "、".join(prior.absent or prior.codes)})]


def judged_by(last_year: LastYear, returned: Returned, shelf: Shelf) -> tuple[Record | None, list[Finding]]:
    """The record of last year a return is checked against, and what is to be said of the two years.

    Where the desk has none, the workbook's own figures of last year serve.
    """
    record = returned.record
    assert record is not None
    era = shelf.era(record.era)
    prior = last_year.of(record.agency, record.year, record.scope, era)
    if prior.record is None:
        own = own_prior(returned)
        said = own is not None and any(value is not None for value in own.values.values())
        return (own, []) if said else (None, prior_findings(prior, returned.file))
    rules, whole = shelf.library.compare_rules, prior.reason in ("same", "renamed")
    _, noticed = compare(record, prior.record, era, rules, returned.places, whole=whole)
    return prior.record, [*prior_findings(prior, returned.file), *noticed]


def own_prior(returned: Returned) -> Record | None:
    """Last year's record as the workbook itself tells it."""
    record = returned.record
    if record is None or returned.prior is None:
        return None
    return replace(record, year=record.year - 1, values=returned.prior, marks={}, explanations=(), source=None)


def compare_years(
    last: Sequence[Returned], this: Sequence[Returned], shelf: Shelf, succession: Succession
) -> list[Comparison]:
    """Every agency of either year, those of this year first, with what changed and what is to be explained."""
    older = LastYear(shelf, [each.record for each in last if each.record is not None], succession)
    newest = _latest(this)
    found = [_compared(each, older, shelf) for each in newest]
    return [*found, *_gone(older, newest, succession)]


def _latest(returned: Sequence[Returned]) -> list[Returned]:
    """The highest submission of each agency, year and scope, in the order of first mention."""
    kept: dict[object, Returned] = {}
    for each in returned:
        record = each.record
        if record is not None:
            key = (folded(record.agency.code.strip()), record.year, record.scope)
            known = kept.get(key)
            if known is None or known.record is None or known.record.submission < record.submission:
                kept[key] = each
    return list(kept.values())


def _compared(returned: Returned, older: LastYear, shelf: Shelf) -> Comparison:
    record = returned.record
    assert record is not None
    era = shelf.era(record.era)
    since = older.latest(record.year, record.scope)
    next_to = since == record.year - 1
    prior = older.of(record.agency, record.year, record.scope, era, since=since)
    findings = prior_findings(prior, returned.file)
    if since is not None and not next_to:
        findings.append(
            Finding("COMPARE-GAP", "notice", (Place(returned.file),), args={"since": since, "year": record.year})
        )
    head = Comparison(record.agency.code, record.agency.name, record, prior, returned.file)
    if prior.record is None:
        return replace(head, findings=tuple(findings))
    places = returned.places or OwnPaths(returned.file, record.values)
    rules = shelf.library.compare_rules
    differences, noticed = compare(record, prior.record, era, rules, places, whole=prior.reason in ("same", "renamed"))
    if next_to:
        back = {each.check.id for each in era.instances if any(ref.origin == "prior" for ref in each.facts)}
        checked = check(record, era, places=places, computed=returned.computed, prior=prior.record)
        findings += [each for each in checked if each.code in back]
    return replace(head, differences=differences, findings=(*findings, *noticed))


def _gone(older: LastYear, newest: Sequence[Returned], succession: Succession) -> list[Comparison]:
    """Agencies that reported last year and not this year."""
    found = []
    for year, scope in dict.fromkeys((each.record.year, each.record.scope) for each in newest if each.record):
        since = older.latest(year, scope)
        here = {folded(each.record.agency.code.strip()) for each in newest if each.record and each.record.year == year}
        for code, record in older.years(since, scope).items() if since is not None else ():
            if code in here:
                continue
            left = succession.left(record.agency.code, since or 0, year)
            args = {"code": record.agency.code, "name": record.agency.name, "new": left.new if left else ""}
            kind = "COMPARE-GONE" if left is None else "COMPARE-ABOLISHED" if not left.new else "COMPARE-SUCCEEDED"
            gone = Finding(kind, "explain" if left is None else "notice", args=args)
            prior = Prior(record, "same", (record.agency.code,))
            found.append(Comparison(record.agency.code, record.agency.name, None, prior, findings=(gone,)))
    return found
