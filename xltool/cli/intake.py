"""xltool intake"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from xltool.app.campaigns.campaign import Campaign
from xltool.app.campaigns.chasing import record_papers
from xltool.app.campaigns.intake import intake, revalidate
from xltool.app.campaigns.reviewing import explanations
from xltool.app.machines.executors import Executor
from xltool.cli import options
from xltool.cli.campaign import as_of as as_of_option
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.campaign import opened
from xltool.cli.context import Session, fails
from xltool.cli.progress import watch
from xltool.cli.scheduling import executing, scheduler
from xltool.model.campaign import Paper
from xltool.model.finding import Finding
from xltool.report.taken import count_outcomes, taken_lines


@click.command("intake", short_help="Take in returned files: store, check, compare, enter in the ledger.")
@click.argument("paths", nargs=-1, type=click.Path())
@campaign_option
@as_of_option
@click.option("--move", is_flag=True, help="Move files taken in from inbox/ to received/.")
@click.option("--again", is_flag=True, help="Judge every stored return anew, as after a change of roster or checks.")
@click.option(
    "--check-code",
    "codes",
    multiple=True,
    metavar="[CODE=]DIGITS",
    help="数据校验码 typed from paper: 220381-SFJ=123456, or with --paper the digits alone.",
)
@click.option("--paper", metavar="CODE", help="The agency whose papers arrived.")
@click.option("--sealed", is_flag=True, help="With --paper: its sealed scan arrived.")
@click.option("--word", is_flag=True, help="With --paper: its Word text arrived.")
@options.key_file
@options.confirm_mapping
@scheduler
@options.fail_on
@click.pass_obj
def command(session: Session, /, paths: tuple[str, ...], campaign: Path | None, as_of: str, **given: Any) -> None:
    """Take in PATHS, or whatever lies in the campaign's inbox/.

    Each file is stored by its hash, judged, and entered in the ledger; all versions are kept, and the highest
    报送次数 without faults counts. Names and dates of files decide nothing. Taking in the same file twice changes
    nothing, so a run that was interrupted is simply repeated.
    """
    here = opened(campaign)
    if given["key_file"]:
        here = replace(here, settings=replace(here.settings, key_file=str(Path(given["key_file"]).absolute())))
    arrived = papers(given["codes"], given["paper"], sealed=given["sealed"], word=given["word"], as_of=as_of)
    found: list[Finding] = []
    if arrived:
        found += enter_papers(session, here, arrived)
    if given["again"]:
        session.note("again_done", count=revalidate(here, session.shelf, watch(session, "again")))
    if paths or not (arrived or given["again"]):
        with executing(session, given["scheduler"]) as executor:
            how = {"move": given["move"], "confirmed": given["confirm_mapping"]}
            found += take_in(session, here, paths, as_of, **how, executor=executor)
    sys.exit(1 if fails(found, given["fail_on"]) else 0)


def take_in(
    session: Session,
    campaign: Campaign,
    paths: Iterable[str],
    as_of: str,
    *,
    move: bool,
    confirmed: bool = False,
    executor: Executor | None = None,
) -> list[Finding]:
    """Take in and say what came of it; the findings of new files."""
    outcomes: list[str] = []
    found: list[Finding] = []
    wording = session.campaign_wording
    watched = watch(session, "take")
    for taken in intake(
        campaign, session.shelf, paths, as_of, move=move, confirmed=confirmed, watch=watched, executor=executor
    ):
        outcomes.append(taken.outcome)
        if taken.outcome == "known":
            continue
        for line in taken_lines(taken, wording):
            click.echo(line)
        found += taken.returned.findings if taken.returned else ()
    if not outcomes:
        session.note("take_empty", folder=str(campaign.inbox))
    session.tell("take_done", **count_outcomes(outcomes))
    waiting = sum(1 for _ in explanations(campaign, session.shelf))
    if waiting:
        session.tell("status_pending", n=waiting)
    return found


def papers(codes: Iterable[str], agency: str | None, *, sealed: bool, word: bool, as_of: str) -> list[Paper]:
    """What the options say arrived on paper."""
    found = []
    own = ""
    for code in codes:
        named, equals, digits = code.rpartition("=")
        if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
            raise click.UsageError(f"--check-code: {digits!r} is not six digits.")
        if equals:
            found.append(Paper(named, digits, as_of=as_of))
        elif agency is None:
            raise click.UsageError("--check-code needs CODE=DIGITS, or --paper CODE.")
        else:
            own = digits
    if agency is not None:
        found.append(Paper(agency, own, sealed, word, as_of))
    elif sealed or word:
        raise click.UsageError("--sealed and --word need --paper CODE.")
    return found


def enter_papers(session: Session, campaign: Campaign, arrived: Iterable[Paper]) -> list[Finding]:
    """Enter papers and say what comparing them gave."""
    every: list[Finding] = []
    for paper, findings in record_papers(campaign, arrived):
        parts = [session.said("paper_code", code=paper.check_code)] if paper.check_code else []
        parts += [session.said(f"paper_{name}") for name in ("sealed", "word") if getattr(paper, name)]
        session.tell("paper_done", agency=paper.agency, what=session.said("place_separator").join(parts))
        session.say(findings)
        every += findings
    return every
