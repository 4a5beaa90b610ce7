"""xltool compare"""

from __future__ import annotations

import sys

import click

from xltool.app.comparing import compare_years
from xltool.app.returns.validating import read_file
from xltool.cli import options
from xltool.cli.context import Session, fails
from xltool.cli.last_year import succession_of
from xltool.io.inputs import gather
from xltool.model.finding import refuse
from xltool.model.returned import Returned
from xltool.report.comparison import FORMATS


@click.command("compare", short_help="What changed from one year to the next, and what is to be explained.")
@click.argument("last", type=click.Path())
@click.argument("this", type=click.Path())
@options.succession
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="Output format."
)
@options.fail_on
@click.pass_obj
def command(session: Session, last: str, this: str, succession: str | None, form: str, fail_on: str) -> None:
    """Compare the returns of THIS with those of LAST, agencies matched by code.

    Both are files, folders, zips or JSON Lines, of workbooks or records. Printed are the figures that changed, checks
    against last year that fail, returns copied unchanged (雷同) and unlikely jumps.
    """
    changes = succession_of(succession)
    older, newer = (_read(session, path) for path in (last, this))
    found = compare_years(older, newer, session.shelf, changes)
    for line in FORMATS[form](found, session.wording):
        click.echo(line)
    unread = [finding for each in (*older, *newer) if each.record is None for finding in each.findings]
    sys.exit(1 if fails([*unread, *(finding for each in found for finding in each.findings)], fail_on) else 0)


def _read(session: Session, path: str) -> list[Returned]:
    found = [read_file(source, session.shelf) for source in gather([path])]
    for each in found:
        session.say(finding for finding in each.findings if each.record is None)
    if not any(each.record is not None for each in found):
        raise refuse("COMPARE-NOTHING", which=path)
    return found
