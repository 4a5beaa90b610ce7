"""xltool seal"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

import click

from xltool.app.campaigns.campaign import Campaign
from xltool.app.summaries.sealing import prepare, write
from xltool.cli import options, summing
from xltool.cli.campaign import as_of
from xltool.cli.context import Session, fails
from xltool.cli.last_year import last_year
from xltool.io.seals import SUMMARY, folder_of
from xltool.report.corrections import corrections_lines

_INTO = "sealed"


@click.command("seal", short_help="Freeze the summary as its next version, with the page to be signed.")
@click.argument("paths", nargs=-1, type=click.Path())
@options.files_from
@click.option(
    "--into",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Where the sealed versions are kept. Default: summary/sealed of the campaign, else sealed.",
)
@as_of
@click.option("--corrections", is_flag=True, help="Only say what was corrected since the last version; seal nothing.")
@summing.options
@options.fail_on
@options.dry_run
@options.force
@click.pass_obj
def command(session: Session, /, paths: tuple[str, ...], files_from: IO[str] | None, as_of: str, **given: Any) -> None:
    """Seal the summary of PATHS, or of the campaign, as 汇总第N版: workbook, records, hashes of all returns, 送审单.

    A sealed version is never changed. When returns were corrected since, the next version is sealed with a 更正说明:
    agency, indicator, figure before and after, effect on the total. Without any correction nothing is sealed.
    """
    merged, origin = summing.merged_of(session, paths, files_from, given)
    home = origin.sealed if isinstance(origin, Campaign) else Path(_INTO)
    folder = Path(given["into"]) if given["into"] else home
    prior = last_year(session, given["prior"], given["succession"])
    sealing = prepare(merged, folder, as_of, session.shelf, prior)
    seal, since = sealing.seal, sealing.since
    session.say(merged.findings)
    if since is not None:
        words = session.shelf.library.campaign_words
        for line in corrections_lines(since, session.shelf.era(seal.era), seal.year, words, session.lang):
            click.echo(line)
    if not sealing.needed:
        session.note("seal_unchanged", version=seal.version, as_of=seal.as_of)
    elif given["corrections"]:
        session.note("seal_corrections", version=seal.version - 1, n=len(since.changes) if since else 0)
    elif given["dry_run"]:
        session.tell("seal_would", version=seal.version, folder=str(folder))
    else:
        link = summing.linked(merged, origin, folder / folder_of(seal.version) / SUMMARY, given)
        made = write(sealing, folder, session.shelf, given["file_lang"], link=link, last_year=prior)
        session.note("seal_done", version=seal.version, folder=str(made), digest=seal.digest)
    sys.exit(1 if fails(merged.findings, given["fail_on"]) else 0)
