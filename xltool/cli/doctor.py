"""xltool doctor"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from xltool.app.doctor import Desk, examine
from xltool.cli.context import Session
from xltool.report.health import FORMATS


@click.command("doctor", short_help="What is installed and found here, and what is missing for what.")
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="Output format."
)
@click.pass_obj
def command(session: Session, form: str) -> None:
    """Look at Python, libraries, data files, folders, office suites, Chinese fonts and the terminal.

    Nothing is changed and nothing is sent. What is optional and missing is told with what it is for. Exit code 1 only
    where something is broken that xltool needs.
    """
    items = examine(Desk(session.shelf, Path.cwd()))
    for line in FORMATS[form](items, session.shelf.library.campaign_words, session.lang):
        click.echo(line)
    sys.exit(1 if any(item.health == "broken" for item in items) else 0)
