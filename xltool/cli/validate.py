"""xltool validate"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

import click

from xltool.app.returns import record_name, validate_files
from xltool.cli import options
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.context import Session, fails
from xltool.cli.expecting import expected_of
from xltool.cli.last_year import last_year
from xltool.io.inputs import gather
from xltool.model.finding import refuse
from xltool.report.findings import FORMATS


@click.command("validate", short_help="Read, check and report on returned files.")
@click.argument("paths", nargs=-1, type=click.Path())
@options.files_from
@campaign_option
@options.era
@options.year
@options.scope
@options.roster
@options.prior
@options.succession
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="Output format."
)
@click.option(
    "--records", type=click.Path(file_okay=False), help="Write each file's canonical record into this folder."
)
@options.agency
@options.key_file
@options.confirm_mapping
@options.fail_on
@options.force
@click.pass_obj
def command(session: Session, /, paths: tuple[str, ...], files_from: IO[str] | None, **given: Any) -> None:
    """Read workbooks and records (JSON), check them, and print what was found.

    PATHS are files, folders, zips or patterns. Exit code 0: nothing at or above the fail level, 1: findings,
    2: could not be done.
    """
    from xltool.io.records import dump_record
    from xltool.io.roster_file import read_roster
    from xltool.io.writing.sinks import write_all

    roster = None
    if given["roster"]:
        roster, notices = read_roster(Path(given["roster"]))
        session.say(notices)
    named = [*paths, *(line.strip() for line in files_from or () if line.strip())]
    sources = gather(named)
    if not sources:
        raise refuse("INPUT-NONE")
    expected = expected_of(given)
    prior = last_year(session, given["prior"], given["succession"])
    found = list(validate_files(sources, session.shelf, expected, roster, prior))
    if given["records"]:
        outputs = [(record_name(each), dump_record(each.record)) for each in found if each.record is not None]
        write_all(Path(given["records"]), outputs, force=given["force"])
        session.note("done_records", count=len(outputs), folder=given["records"])
    for line in FORMATS[given["form"]](found, session.wording):
        click.echo(line)
    sys.exit(1 if fails((finding for each in found for finding in each.findings), given["fail_on"]) else 0)
