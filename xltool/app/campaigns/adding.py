"""The summary of a campaign: from the returns its ledger has accepted."""

from __future__ import annotations

from collections.abc import Sequence

from xltool.app.campaigns.campaign import Campaign
from xltool.app.campaigns.judging import Desk
from xltool.app.shelf import Shelf
from xltool.app.summaries.merging import Merged, Request, merge_returned
from xltool.app.watching import Watch, unwatched
from xltool.model.campaign import Version
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place
from xltool.passes.answers import is_open
from xltool.passes.campaign.standing import newest


def merge_campaign(campaign: Campaign, shelf: Shelf, request: Request, watch: Watch = unwatched) -> Merged:
    """Add up what was accepted. Returns that were not are passed on too: the summary lists them, and why they are out.

    Each is read and judged anew from the store, so that every total leads to a cell.
    """
    settings = campaign.settings
    with campaign.ledger() as ledger:
        versions = [
            each
            for each in ledger.versions()
            if each.figures
            and (each.era, each.year, each.scope) == (settings.era, settings.year, campaign.scope_of(each.agency))
        ]
        answers = ledger.answers()
    chosen, noticed = _chosen(versions, campaign)
    desk = Desk.of(campaign, shelf)
    returned = [desk.judged(each, answers) for each in watch(chosen)]
    return merge_returned(
        returned,
        shelf,
        campaign.roster,
        request,
        held=lambda each: any(map(is_open, each.findings)),
        noticed=noticed,
    )


def _chosen(versions: Sequence[Version], campaign: Campaign) -> tuple[list[Version], tuple[Finding, ...]]:
    """Of each agency the accepted return, else those of its highest number; and where an older one stands in."""
    agencies: dict[str, list[Version]] = {}
    for version in versions:
        agencies.setdefault(version.agency, []).append(version)
    chosen: list[Version] = []
    noticed = []
    for own in agencies.values():
        accepted = next((each for each in own if each.state == "accepted"), None)
        latest = newest(own)
        if accepted is None:
            top = max(each.submission for each in own)
            chosen += [each for each in own if each.submission == top and each.state != "identical"]
            continue
        chosen.append(accepted)
        if latest is not None and latest.submission > accepted.submission:
            entry = campaign.roster.by_code.get(accepted.agency)
            args: dict[str, Argument] = {
                "name": entry.name if entry else accepted.agency_name,
                "number": accepted.submission,
                "latest": latest.submission,
            }
            noticed.append(Finding("MERGE-OLDER", "explain", (Place(accepted.name),), args=args))
    return chosen, tuple(noticed)
