"""xltool status"""

from __future__ import annotations

from pathlib import Path

import click

from xltool.app.campaigns.chasing import campaign_status, remind, status_words
from xltool.cli import options, tables
from xltool.cli.campaign import as_of as as_of_option
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.campaign import opened
from xltool.cli.context import Session
from xltool.report.status import FORMATS, status_book, status_parts


@click.command("status", short_help="Who has reported, who must correct, whom to remind.")
@campaign_option
@as_of_option
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, "xlsx"]),
    default="text",
    show_default=True,
    help="chat is a message for a group of the agencies' people, always in Chinese; xlsx needs -o.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="The workbook to write, with --format xlsx.")
@click.option("--remind", "counted", is_flag=True, help="Count a reminder for every agency on the list.")
@options.force
@click.pass_obj
def command(
    session: Session, campaign: Path | None, as_of: str, form: str, output: str | None, counted: bool, force: bool
) -> None:
    """Where the campaign stands on a day, and the 催报 list.

    Names that resemble one of the roster are suggested for files of no agency; nothing is matched by name.
    """
    from xltool.io.writing.files import write_atomic

    here = opened(campaign)
    found = campaign_status(here, as_of)
    words = status_words(here, session.shelf, session.lang)
    if form == "xlsx":
        if output is None:
            raise click.UsageError("--format xlsx needs -o.")
        write_atomic(Path(output), session.shelf.write(status_book(found, words)), force=force)
        session.note("done_written", file=output)
    elif form == "text" and tables.on_terminal():
        tables.show(status_parts(found, words))
    else:
        for line in FORMATS[form](found, words):
            click.echo(line)
    if counted:
        session.note("status_reminded", n=remind(here, found), as_of=as_of)
