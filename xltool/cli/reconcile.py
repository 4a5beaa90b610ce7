"""xltool reconcile"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from xltool.app.published.importing import Asked
from xltool.app.published.reconciling import reconcile_files
from xltool.cli import options
from xltool.cli.context import Session, fails
from xltool.io.inputs import gather
from xltool.model.finding import refuse
from xltool.report.reconciling import FORMATS


@click.command("reconcile", short_help="Compare an agency's return, Word report and web page.")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--era", shell_complete=options.complete_eras, help="The era to read reports as. Default: what their labels say."
)
@click.option("--year", type=click.IntRange(2000, 2100), help="The year reports are of. Default: what they say.")
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="Output format."
)
@options.fail_on
@click.pass_obj
def command(
    session: Session, /, paths: tuple[str, ...], era: str | None, year: int | None, form: str, fail_on: str
) -> None:
    """Compare what an agency returned with what it published, cell by cell.

    PATHS are the files of one agency, or folders and zips with those of many, told apart by code and name in the
    files or in their names. Exit code 0: all agree, 1: they differ, 2: could not be done.
    """
    sources = gather(paths)
    if not sources:
        raise refuse("INPUT-NONE")
    one_agency = len(sources) == len(paths) and all(Path(path).is_file() for path in paths)
    groups, unread = reconcile_files(sources, session.shelf, Asked(era, year), one_agency=one_agency)
    for line in FORMATS[form](groups, session.wording):
        click.echo(line)
    for each in unread:
        session.say(each.findings)
    findings = [finding for group in groups for finding in group.findings]
    findings += [finding for each in unread for finding in each.findings]
    sys.exit(1 if fails(findings, fail_on) else 0)
