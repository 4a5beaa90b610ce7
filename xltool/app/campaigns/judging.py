"""Returns a campaign has stored: judged, with what was decided on their explanations, and which of them count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from xltool.app.campaigns.campaign import Campaign
from xltool.app.comparing import LastYear
from xltool.app.returns.validating import Judge
from xltool.app.shelf import Shelf
from xltool.app.summaries.doubles import Doubles
from xltool.app.watching import Watch, unwatched
from xltool.io.campaigns.ledger import Ledger
from xltool.io.inputs import Source
from xltool.io.records import parse_json, record_from
from xltool.model.campaign import Answer, Version
from xltool.model.record import Record
from xltool.model.returned import Returned
from xltool.passes import answers as explained
from xltool.passes.campaign.standing import concerning, newest, standings
from xltool.passes.identify import Expected


@dataclass(frozen=True, slots=True)
class Desk:
    """What returns are judged by: the campaign, the data files, last year's returns."""

    campaign: Campaign
    shelf: Shelf
    prior: LastYear | None
    doubles: Doubles

    @classmethod
    def of(cls, campaign: Campaign, shelf: Shelf) -> Desk:
        return cls(campaign, shelf, campaign.last_year(shelf), Doubles(campaign))

    def judge(self, *, confirmed: bool = False) -> Judge:
        """What judges a return as the campaign asks for it; `confirmed` where a person has looked at what is
        doubtful."""
        settings = self.campaign.settings
        expected = Expected(settings.era, settings.year, settings.scope, key=self.campaign.key, confirmed=confirmed)
        return Judge(self.shelf, expected, self.campaign.roster, self.prior)

    def source(self, name: str, sha256: str) -> Source:
        """The bytes as they are stored."""
        return Source(name, partial(self.campaign.store.load, sha256))

    def validated(self, name: str, sha256: str, *, confirmed: bool = False) -> Returned:
        """The verdict on the bytes as they are stored."""
        returned = self.judge(confirmed=confirmed)(self.source(name, sha256))
        return self.doubles.noticed(returned, sha256)

    def judged(self, version: Version, answers: Iterable[Answer]) -> Returned:
        """A stored return read and judged anew, with the desk's decisions on its explanations."""
        returned = self.validated(version.name, version.sha256, confirmed=version.confirmed)
        return with_decisions(returned, self.shelf, answers)


def with_decisions(returned: Returned, shelf: Shelf, answers: Iterable[Answer]) -> Returned:
    """A judged return whose findings know what was decided on their explanations."""
    record = returned.record
    if record is None:
        return returned
    return replace(returned, findings=explained.decided(returned.findings, record, shelf.era(record.era), answers))


def record_of(ledger: Ledger, version: Version, shelf: Shelf) -> Record:
    """The record of a return as it was entered."""
    tree = parse_json(ledger.record_json(version.id).encode("utf-8"))
    return record_from(tree, shelf.era(version.era))[0]


def restate(ledger: Ledger, shelf: Shelf, agency: str) -> None:
    """Enter anew what each return of an agency lacks and which of them counts."""
    answers = ledger.answers(agency) if agency else []
    versions = [_recounted(each, ledger, shelf, answers) for each in ledger.versions(agency)]
    states = standings(versions)
    for each in versions:
        ledger.set_standing(each.id, states[each.id], each.explains)


def _recounted(version: Version, ledger: Ledger, shelf: Shelf, answers: list[Answer]) -> Version:
    if not answers or not version.figures:
        return version
    record = record_of(ledger, version, shelf)
    found = explained.decided(ledger.findings(version.id), record, shelf.era(record.era), answers)
    return replace(version, explains=sum(map(explained.is_open, found)))


def source_of(campaign: Campaign, version: Version) -> Source:
    """A stored return as an input."""
    return Source(version.name, partial(campaign.store.load, version.sha256))


def accepted(campaign: Campaign) -> list[Version]:
    """The return of each agency that counts, in the order of the roster, then agencies not on it."""
    with campaign.ledger() as ledger:
        found = [each for each in ledger.versions() if each.state == "accepted"]
    order = {entry.code: place for place, entry in enumerate(campaign.roster.entries)}
    return sorted(found, key=lambda each: (order.get(each.agency, len(order)), each.agency))


def faulty(campaign: Campaign) -> list[Version]:
    """The newest return of each agency of the roster where it must be corrected or explained."""
    agencies: dict[str, list[Version]] = {}
    with campaign.ledger() as ledger:
        for version in ledger.versions():
            agencies.setdefault(version.agency, []).append(version)
    latest = (
        newest(concerning(agencies.get(each.code, []), campaign.settings, each.scope))
        for each in campaign.roster.entries
    )
    return [each for each in latest if each is not None and each.state in ("returned", "conflict")]


def returned_sources(campaign: Campaign) -> list[Source]:
    """The files of `faulty` returns, the stored bytes under the names they came with."""
    return [source_of(campaign, version) for version in faulty(campaign)]


def to_return(campaign: Campaign, shelf: Shelf, watch: Watch = unwatched) -> Iterator[tuple[Version, Returned]]:
    """The `faulty` returns, judged anew."""
    with campaign.ledger() as ledger:
        answers = ledger.answers()
    desk = Desk.of(campaign, shelf)
    for version in watch(faulty(campaign)):
        yield version, desk.judged(version, answers)
