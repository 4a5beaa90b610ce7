"""Merging: returns validated and added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from xltool.app.returns.validating import validate_files
from xltool.app.shelf import Shelf
from xltool.io.inputs import Source
from xltool.lang import Lang
from xltool.model.finding import Finding, refuse
from xltool.model.package import Package, grafted, heard
from xltool.model.record import Record, Scope
from xltool.model.returned import Returned
from xltool.model.roster import Roster
from xltool.model.summary import Missing, Nodes, Policy, Return, Summary
from xltool.passes.identify import Expected
from xltool.passes.merge import merge
from xltool.passes.merge.said import said
from xltool.plan.form import Options
from xltool.report.wording import Wording


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge: the judged files, the summary, and what was noticed.

    `summary` is None where the returns cannot be added at all; `findings` say why. `roster` has the
    agencies of packages too, `packages` are those whose details were added, each with the total it came as.
    """

    returned: Sequence[Returned]
    summary: Summary | None
    findings: tuple[Finding, ...]
    roster: Roster | None = None
    packages: tuple[tuple[Return, Package], ...] = ()

    @property
    def judged(self) -> Iterator[Returned]:
        """All that was judged, the details of packages too."""
        yield from self.returned
        for _, package in self.packages:
            yield from details_judged(package)

    @property
    def records(self) -> list[Record]:
        """The records that were counted."""
        return [each.record for each in self.summary.included] if self.summary else []


@dataclass(frozen=True, slots=True)
class Request:
    """How to add up: the scope of the summary, None for that of the returns; what to do about doubts and gaps; the
    language of the files written."""

    scope: Scope | None = None
    include_invalid: bool = False
    nodes: Nodes = "refuse"
    missing: Missing = "partial"
    lang: Lang = "zh"

    @property
    def rolled(self) -> bool:
        """Whether returns of all scopes are added along the tree of governments."""
        return self.scope in ("level", "area")


def merge_files(
    sources: Iterable[Source],
    shelf: Shelf,
    roster: Roster | None,
    request: Request,
    expected: Expected = Expected(),  # noqa: B008 - frozen, and empty means nothing is asked for
) -> Merged:
    """Read, validate and add up. Raises Refused where no file holds a record."""
    if request.rolled:
        expected = replace(expected, scope=None)
    returned = list(validate_files(sources, shelf, expected, roster))
    return merge_returned(returned, shelf, roster, request)


def merge_returned(
    returned: Sequence[Returned],
    shelf: Shelf,
    roster: Roster | None,
    request: Request,
    *,
    held: Callable[[Returned], bool] = lambda each: False,
    noticed: tuple[Finding, ...] = (),
) -> Merged:
    """Add up returns that were judged. `held` says which the desk has not accepted, errors aside; `noticed` is what
    there is to say before. Raises Refused where no file holds a record."""
    gathered = with_details(returned, roster, held, include_invalid=request.include_invalid)
    returns = gathered.returns
    if not returns:
        raise refuse("MERGE-NOTHING-READ", count=len(returned))
    era = shelf.era(returns[0].record.era)
    policy = Policy(request.nodes, request.missing, shelf.library.governments)
    summary, findings = merge(
        returns, era, gathered.roster, include_invalid=request.include_invalid, scope=request.scope, policy=policy
    )
    return Merged(returned, summary, (*noticed, *gathered.aside, *findings), gathered.roster, gathered.packages)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The returns that can be added, those inside packages too, the roster with the agencies of the packages, and the
    packages that were opened, each with the total it came as. `aside` names returns that cannot count and came in a
    package too."""

    returns: tuple[Return, ...]
    roster: Roster | None
    packages: tuple[tuple[Return, Package], ...] = ()
    aside: tuple[Finding, ...] = ()


def with_details(
    returned: Iterable[Returned],
    roster: Roster | None,
    held: Callable[[Returned], bool] = lambda each: False,
    *,
    include_invalid: bool = False,
) -> Gathered:
    """Open the package of each government: that of the highest number, if it is sound and accepted. A total whose
    package stays closed is one without details."""
    found = [(_return(each, held), each.package) for each in returned if each.record is not None]
    latest: dict[str, int] = {}
    for item, _ in found:
        latest[item.code] = max(latest.get(item.code, 0), item.record.submission if item.packed else 0)
    opened: dict[str, tuple[Return, Package]] = {}
    for item, package in found:
        sound = package is not None and not (item.errors or item.held)
        if package is not None and sound and item.record.submission == latest[item.code]:
            opened.setdefault(item.code, (item, package))
    own = [item if opened.get(item.code, (None,))[0] is item else replace(item, packed=False) for item, _ in found]
    if opened and roster is None:
        roster = heard(own)
    for code, (_, package) in opened.items():
        assert roster is not None
        roster = grafted(roster, code, package.roster)
    details = [each for _, package in opened.values() for each in package.details]
    inside = {(each.code, each.record.scope): each for each in details}
    aside = [
        item
        for item in own
        if (item.code, item.record.scope) in inside and (item.errors or item.held) and not include_invalid
    ]
    kept = [item for item in own if not any(item is each for each in aside)]
    noticed = (said("MERGE-ASIDE", "notice", item, inside[item.code, item.record.scope]) for item in aside)
    return Gathered((*kept, *details), roster, tuple(opened.values()), tuple(noticed))


def _return(each: Returned, held: Callable[[Returned], bool]) -> Return:
    assert each.record is not None
    counts = (each.count("error"), each.count("explain"), held(each))
    return Return(each.record, each.file, *counts, places=each.places, packed=each.package is not None)


def details_judged(package: Package) -> Iterator[Returned]:
    """What was found in the details of a package, as of returns of their own."""
    for item, found in zip(package.details, package.found, strict=True):
        yield Returned(item.file, item.record, found, item.places)


def wording(shelf: Shelf, lang: Lang) -> Wording:
    """How findings are put into words in `lang`."""
    library = shelf.library
    return Wording(
        library.catalogue,
        {**library.words, **library.summary_words},
        shelf.era,
        lambda era, shown: shelf.plan(era, Options(year=2000, totals="typed", lang=shown)).figures,
        lang,
    )
