"""xltool fill"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from xltool.app.forms import fill_record
from xltool.app.returns.validating import read_file
from xltool.cli import options
from xltool.cli.context import Session
from xltool.io.inputs import gather
from xltool.io.writing.files import write_atomic
from xltool.lang import Lang
from xltool.model.finding import Finding, Refused
from xltool.model.record import Record
from xltool.plan.content import TotalsChoice


@click.command("fill", short_help="Write a record into its workbook.")
@click.argument("record", type=click.Path(dir_okay=False))
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The workbook to write.")
@click.option(
    "--totals",
    type=click.Choice(["auto", "typed", "computed"]),
    default="auto",
    show_default=True,
    help="auto computes totals where all equal the record's, else leaves them typed.",
)
@options.password
@options.file_lang
@options.force
@click.pass_obj
def command(
    session: Session, record: str, output: str, totals: TotalsChoice, password: str, file_lang: Lang, force: bool
) -> None:
    """Write RECORD, a canonical record in JSON, into its era's workbook."""
    (source,) = gather([record])
    found = read_file(source, session.shelf)
    if found.record is None:
        raise Refused(*found.findings)
    session.say(found.findings)
    try:
        data, notices = fill_record(found.record, session.shelf, totals, file_lang, password)
    except Refused as error:
        _say(session, error.findings, found.record)
        sys.exit(2)
    write_atomic(Path(output), data, force=force)
    _say(session, notices, found.record)
    session.note("done_written", file=output)


def _say(session: Session, findings: Iterable[Finding], record: Record) -> None:
    for line in session.wording.lines(findings, record):
        click.echo(line, err=True)
