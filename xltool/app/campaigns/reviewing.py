"""The desk's decisions on explanations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xltool.app.campaigns.campaign import Campaign
from xltool.app.campaigns.judging import record_of, restate
from xltool.app.shelf import Shelf
from xltool.io.campaigns.ledger import Ledger
from xltool.model.campaign import Answer, Decision, Version
from xltool.model.finding import Finding, refuse
from xltool.model.record import Record
from xltool.passes import answers as explained
from xltool.passes.campaign.standing import concerning, newest


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation with the finding it answers in the agency's newest return; None where it has lapsed."""

    answer: Answer
    agency_name: str
    finding: Finding | None
    record: Record | None


def explanations(campaign: Campaign, shelf: Shelf, *, everything: bool = False) -> Iterator[Explained]:
    """The explanations that await a decision, or all of them, in the order of the roster."""
    with campaign.ledger() as ledger:
        agencies: dict[str, list[Answer]] = {}
        for answer in ledger.answers():
            agencies.setdefault(answer.agency, []).append(answer)
        for entry in campaign.roster.entries:
            own = agencies.get(entry.code, [])
            latest = _latest(ledger, entry.code, campaign) if own else None
            record = record_of(ledger, latest, shelf) if latest else None
            found = ledger.findings(latest.id) if latest else ()
            for answer in own:
                finding = _answered(answer, found, record, shelf) if record else None
                if everything or (answer.decision == "pending" and finding is not None):
                    yield Explained(answer, entry.name, finding, record)


def _latest(ledger: Ledger, agency: str, campaign: Campaign) -> Version | None:
    found = newest(concerning(ledger.versions(agency), campaign.settings, campaign.scope_of(agency)))
    return found if found and found.figures else None


def _answered(answer: Answer, found: Sequence[Finding], record: Record, shelf: Shelf) -> Finding | None:
    era = shelf.era(record.era)
    return next(
        (
            each
            for each in found
            if explained.spot(each) == (answer.check, answer.place)
            and each.severity == "explain"
            and explained.fingerprint(each, record, era) == answer.fingerprint
        ),
        None,
    )


def decide(
    campaign: Campaign, shelf: Shelf, agency: str, names: Sequence[str], decision: Decision, note: str, as_of: str
) -> list[Answer]:
    """Accept or reject the explanations ``CHECK@PLACE`` of an agency's newest return.

    A finding that nobody explained can be accepted for a reason of the desk's own, given as `note`.
    """
    campaign.listed(agency)
    with campaign.ledger() as ledger, ledger.transaction():
        latest = _latest(ledger, agency, campaign)
        if latest is None:
            raise refuse("REVIEW-NO-RETURN", agency=agency)
        record = record_of(ledger, latest, shelf)
        known = {(each.check, each.place, each.fingerprint): each for each in ledger.answers(agency)}
        decided = []
        for name in names:
            finding = _named(name, ledger.findings(latest.id), latest)
            mark = explained.fingerprint(finding, record, shelf.era(record.era))
            given = known.get((*explained.spot(finding), mark))
            text = given.text if given else note
            if not text:
                raise refuse("REVIEW-NO-TEXT", name=name)
            answer = Answer(agency, *explained.spot(finding), text, mark, decision, note, as_of)
            ledger.decide(answer)
            decided.append(answer)
        restate(ledger, shelf, agency)
    return decided


def _named(name: str, found: Sequence[Finding], latest: Version) -> Finding:
    """The finding called ``CHECK@PLACE``, or ``CHECK`` where it has one place only."""
    open_ones = [each for each in found if each.severity == "explain"]
    full = {"@".join(part for part in explained.spot(each) if part): each for each in open_ones}
    if name in full:
        return full[name]
    same = [each for each in open_ones if explained.spot(each)[0] == name]
    if len(same) == 1:
        return same[0]
    names = "、".join(full) or "—"
    raise refuse("REVIEW-UNKNOWN", name=name, file=latest.name, names=names)
