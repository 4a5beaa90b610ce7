"""Where a campaign stands, whom to remind, and what arrived on paper."""

from __future__ import annotations

from collections.abc import Iterable

from xltool.app.campaign import Campaign
from xltool.app.shelf import Shelf
from xltool.lang import Lang
from xltool.model.campaign import Paper, Status
from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.passes.campaign.standing import concerning, newest
from xltool.passes.campaign.status import Ledgered, status
from xltool.report.status import StatusWords


def campaign_status(campaign: Campaign, as_of: str) -> Status:
    """The status of a campaign on a day."""
    with campaign.ledger() as ledger:
        ledgered = Ledgered(ledger.reminders(), ledger.answers(), ledger.papers())
        return status(ledger.versions(), campaign.roster, campaign.settings, as_of, ledgered)


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
    form = settings.title or era.short(lang)
    title = settings.title or f"{settings.year}年度{era.title('zh', year=settings.year)}"
    return StatusWords(shelf.library.campaign_words, lang, title, form, settings.year, settings.office)


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
        latest = newest(concerning(versions[paper.agency], campaign.settings))
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
