"""xltool review"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from xltool.app.campaigns.campaign import Campaign
from xltool.app.campaigns.reviewing import Explained, decide, explanations
from xltool.cli.campaign import as_of as as_of_option
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.campaign import opened
from xltool.cli.context import Session
from xltool.model.campaign import Decision


@click.command("review", short_help="See explanations, accept or reject them.")
@campaign_option
@as_of_option
@click.option("--accept", multiple=True, metavar="CHECK@PLACE", help="Accept this explanation (repeatable).")
@click.option("--reject", multiple=True, metavar="CHECK@PLACE", help="Reject this explanation (repeatable).")
@click.option("--agency", metavar="CODE", help="Whose explanation it is.")
@click.option("--note", default="", help="The desk's reason; needed to reject, or to accept what nobody explained.")
@click.option("--all", "everything", is_flag=True, help="List those decided and lapsed too.")
@click.pass_obj
def command(
    session: Session,
    campaign: Path | None,
    as_of: str,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    agency: str | None,
    note: str,
    everything: bool,
) -> None:
    """List the explanations agencies gave on 校验 that await a decision, or decide on them.

    An accepted explanation answers its check in later versions too, until a value it explains changes.
    """
    here = opened(campaign)
    if not (accept or reject):
        _list(session, list(explanations(here, session.shelf, everything=everything)))
        return
    if agency is None:
        raise click.UsageError("--accept and --reject need --agency.")
    if reject and not note:
        raise click.UsageError("--reject needs --note.")
    decided = decide(here, session.shelf, agency, accept, "accepted", note, as_of) if accept else []
    decided += decide(here, session.shelf, agency, reject, "rejected", note, as_of) if reject else []
    for answer in decided:
        word = session.said(f"decision_{answer.decision}")
        session.tell("review_done", agency=agency, name=answer.name, decision=word)


def ask_each(session: Session, campaign: Campaign, as_of: str, ask: Callable[[str], str]) -> None:
    """Ask for a decision on every explanation that awaits one; `ask` puts a question and gives its answer."""
    for each in list(explanations(campaign, session.shelf)):
        _show(session, each)
        choice = ask("review_ask")
        note = ask("review_ask_note") if choice == "2" else ""
        decision: Decision | None = "accepted" if choice == "1" else "rejected" if choice == "2" and note else None
        if decision is not None:
            answer = each.answer
            decide(campaign, session.shelf, answer.agency, [answer.name], decision, note, as_of)
            word = session.said(f"decision_{decision}")
            session.tell("review_done", agency=answer.agency, name=answer.name, decision=word)


def _show(session: Session, each: Explained) -> None:
    answer = each.answer
    agency = session.said("take_agency", name=each.agency_name, code=answer.agency)
    session.tell("review_head", agency=agency, name=answer.name)
    if each.finding is not None and each.record is not None:
        click.echo(f"    {session.campaign_wording.line(each.finding, each.record)}")
    else:
        session.tell("review_lapsed")
    session.tell("review_text", text=answer.text)
    if answer.decision != "pending":
        note = f"（{answer.note}）" if answer.note else ""
        session.tell("review_state", decision=session.said(f"decision_{answer.decision}"), note=note)


def _list(session: Session, found: list[Explained]) -> None:
    for each in found:
        _show(session, each)
    if not found:
        session.note("review_none")
    else:
        session.note("review_how")
