"""Where a campaign stands, whom to remind, and what arrived on paper."""

from __future__ import annotations

from collections.abc import Iterable

from xltool.app.campaigns.campaign import Campaign
from xltool.app.shelf import Shelf
from xltool.io.campaigns.ledger import Ledger
from xltool.lang import Lang, Text, same
from xltool.model.campaign import Paper, Status, Version
from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.passes.campaign.standing import concerning, newest
from xltool.passes.campaign.status import Ledgered, status
from xltool.report.status import StatusWords


def campaign_status(campaign: Campaign, as_of: str) -> Status:
    """The status of a campaign on a day."""
    with campaign.ledger() as ledger:
        ledgered = Ledgered(ledger.reminders(), ledger.answers(), ledger.papers())
        return status([*ledger.versions(), *_unloaded(ledger)], campaign.roster, campaign.settings, as_of, ledgered)


def _unloaded(ledger: Ledger) -> list[Version]:
    """Files whose bytes could not be had and that have not come again."""
    arrivals = ledger.arrivals()
    loaded = {each.name for each in arrivals if each.sha256}
    return [Version(0, "", each.name, each.as_of) for each in arrivals if not each.sha256 and each.name not in loaded]


def remind(campaign: Campaign, found: Status) -> int:
    """Count a reminder for every agency not done yet; how many."""
    codes = [line.code for line in found.chased]
    with campaign.ledger() as ledger, ledger.transaction():
        ledger.remind(codes, found.as_of)
    return len(codes)


def status_words(campaign: Campaign, shelf: Shelf, lang: Lang) -> StatusWords:
    """The words a status is told in."""
    settings = campaign.settings
    era = shelf.era(settings.era)
    words = shelf.library.campaign_words
    forms: tuple[Lang, Lang] = ("zh", "en")
    zh, en = (
        words["status_form"](each, year=settings.year, form=era.title(each, year=settings.year)) for each in forms
    )
    title = same(settings.title) if settings.title else Text(zh, en)
    return StatusWords(words, lang, title, settings.office)


def record_papers(campaign: Campaign, papers: Iterable[Paper]) -> list[tuple[Paper, tuple[Finding, ...]]]:
    """Enter what arrived on paper, each with what comparing its 数据校验码 with the newest file gave."""
    known = campaign.roster.by_code
    entries = list(papers)
    for paper in entries:
        campaign.listed(paper.agency)
    with campaign.ledger() as ledger, ledger.transaction():
        for paper in entries:
            ledger.set_paper(paper)
        stored = ledger.papers()
        versions = {paper.agency: ledger.versions(paper.agency) for paper in entries}
    done = []
    for paper in entries:
        latest = newest(concerning(versions[paper.agency], campaign.settings, campaign.scope_of(paper.agency)))
        name = known[paper.agency].name
        found: tuple[Finding, ...] = ()
        if paper.check_code and latest is None:
            found = (Finding("PAPER-NO-FILE", "explain", args={"name": name, "typed": paper.check_code}),)
        elif paper.check_code and latest is not None and not latest.check_code:
            found = (Finding("PAPER-NO-CODE", "explain", (Place(latest.name),), args={"name": name}),)
        elif paper.check_code and latest is not None and latest.check_code != paper.check_code:
            args = {"name": name, "typed": paper.check_code, "computed": latest.check_code}
            found = (Finding("PAPER-CODE", "error", (Place(latest.name),), args=args),)
        done.append((stored[paper.agency], found))
    return done
