"""xltool read"""

from __future__ import annotations

import sys
from typing import Any

import click

from xltool.app.returns import read_file
from xltool.cli import options
from xltool.cli.context import Session, fails
from xltool.cli.expecting import expected_of
from xltool.io.inputs import gather
from xltool.io.records import dump_record
from xltool.model.finding import Refused, refuse


@click.command("read", short_help="Print the canonical record of a file.")
@click.argument("file", type=click.Path())
@options.key_file
@options.confirm_mapping
@click.pass_obj
def command(session: Session, /, file: str, **given: Any) -> None:
    """Print the canonical record (JSON) of FILE, a workbook or a record. No checks are run.

    Exit code 1 where a cell could not be read; blanks are no findings here.
    """
    sources = gather([file])
    if len(sources) != 1:
        raise refuse("INPUT-ONE-FILE", path=file, count=len(sources))
    found = read_file(sources[0], session.shelf, expected_of(given))
    if found.record is None:
        raise Refused(*found.findings)
    sys.stdout.buffer.write(dump_record(found.record))
    for line in session.wording.lines(found.findings, found.record):
        click.echo(line, err=True)
    sys.exit(1 if fails(found.findings, "error") else 0)
