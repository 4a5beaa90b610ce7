"""xltool lint"""

from __future__ import annotations

import sys

import click

from xltool.app.linting import lint_eras
from xltool.cli import options
from xltool.cli.context import Session, fails


@click.command("lint", short_help="Check the data files of eras.")
@click.argument("eras", nargs=-1)
@options.fail_on
@click.pass_obj
def command(session: Session, eras: tuple[str, ...], fail_on: str) -> None:
    """Check record schemas, checks and layouts of ERAS (default: all), and the message catalogue.

    Finds what the meta-schemas forbid, unknown paths, circular totals, labels without layout, layout without schema,
    rules that can never fail, and more.
    """
    wanted = eras or tuple(session.shelf.library.era_folders)
    findings = lint_eras(session.shelf, wanted)
    for line in session.wording.lines(findings, None):
        click.echo(line)
    if not findings:
        session.note("lint_clean", eras=", ".join(wanted))
    sys.exit(1 if fails(findings, fail_on) else 0)
