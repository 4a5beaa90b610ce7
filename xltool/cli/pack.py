"""xltool pack"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import IO, Any

import click

from xltool.app.campaigns.packing import Letter, distinct, pack_files
from xltool.app.campaigns.sending import pack_campaign
from xltool.cli import options
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.campaign import opened
from xltool.cli.context import Session
from xltool.cli.expecting import expected_of
from xltool.cli.progress import Work, each_of, watch
from xltool.io.inputs import gather
from xltool.model.finding import refuse


@click.command("pack", short_help="Make return packs for faulty returns.")
@click.argument("paths", nargs=-1, type=click.Path())
@options.files_from
@campaign_option
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False), help="Folder to write to.")
@click.option("--as-of", metavar="DATE", help="Date of the letters, as 2026-01-15. Default: today.")
@click.option("--deadline", default="", help="By when to answer, as the letter shall say it: 1月20日17:00.")
@click.option("--office", default="", help="Who signs the letters.")
@options.era
@options.year
@options.scope
@options.roster
@options.key_file
@options.force
@options.dry_run
@click.pass_obj
def command(session: Session, /, paths: tuple[str, ...], files_from: IO[str] | None, **given: Any) -> None:
    """For each faulty return among PATHS: its own workbook with the findings marked, and a one-page letter.

    The agency's figures are given back exactly as they are. Returns without open findings get no pack.
    In a campaign and without PATHS: the newest return of each agency that its ledger has not accepted, into packs/.
    """
    from xltool.io.roster_file import read_roster
    from xltool.io.writing.sinks import write_all

    roster = None
    if given["roster"]:
        roster, notices = read_roster(Path(given["roster"]))
        session.say(notices)
    named = [*paths, *(line.strip() for line in files_from or () if line.strip())]
    in_campaign = given["campaign"] and not named
    sources = [] if in_campaign else gather(named)
    if not sources and not in_campaign:
        raise refuse("INPUT-NONE")
    letter = Letter(given["office"], iso_date(given["as_of"]), given["deadline"])
    expected = expected_of(given)
    if in_campaign:
        packs = list(pack_campaign(opened(given["campaign"]), session.shelf, letter, watch(session, "check")))
    else:
        packs = list(
            pack_files(each_of(session, sources, "check"), session.shelf, letter, roster=roster, expected=expected)
        )
    outputs = [(each.name, each.data) for pack in distinct(packs) for each in pack.outputs]
    if given["dry_run"]:
        for name, _ in outputs:
            session.note("would_generate", name=name)
        sys.exit(0)
    with Work(session, "write", len(outputs)) as work:
        write_all(Path(given["output"]), outputs, force=given["force"], again=True, told=work.step)
    session.note("done_packed", count=len(packs), folder=given["output"])


def iso_date(text: str | None) -> str:
    """The date given, or today's. Raises UsageError for anything that is no date."""
    if not text:
        return datetime.date.today().isoformat()
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise click.UsageError(f"--as-of: {text} is not a date such as 2026-01-15.") from None
