"""xltool read"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from xltool.app.returns.validating import read_file
from xltool.cli import options, outputs
from xltool.cli.context import Session, fails
from xltool.cli.expecting import expected_of
from xltool.io.inputs import gather
from xltool.io.records import dump_record
from xltool.model.finding import Refused, refuse
from xltool.model.returned import Returned
from xltool.report.open_data import Shape

FORMS = ("json", *outputs.DATA)


@click.command("read", short_help="Print the canonical record of a file.")
@click.argument("file", type=click.Path())
@click.option(
    "--format", "form", type=click.Choice(FORMS), help="Output format. Default: by the ending of -o, else json."
)
@outputs.shape
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="Write into this file and not to standard output."
)
@options.key_file
@options.confirm_mapping
@options.force
@click.pass_obj
def command(session: Session, /, file: str, **given: Any) -> None:
    """Print the canonical record (JSON) of FILE, a workbook or a record, or its figures as a table. No checks are run.

    Exit code 1 where a cell could not be read; blanks are no findings here.
    """
    target = Path(given["output"]) if given["output"] else None
    form = given["form"] or "json"
    if target is not None:
        form = outputs.wanted([given["output"]], given["form"], FORMS)[0].form
        outputs.refuse_existing([target], force=given["force"])
    sources = gather([file])
    if len(sources) != 1:
        raise refuse("INPUT-ONE-FILE", path=file, count=len(sources))
    found = read_file(sources[0], session.shelf, expected_of(given))
    if found.record is None:
        raise Refused(*found.findings)
    data = _shown(found, session, form, given["shape"])
    outputs.put(target, data, force=given["force"])
    for line in session.wording.lines(found.findings, found.record):
        click.echo(line, err=True)
    sys.exit(1 if fails(found.findings, "error") else 0)


def _shown(found: Returned, session: Session, form: str, shape: Shape) -> bytes:
    """The record itself, or its figures as a table."""
    assert found.record is not None
    if form == "json":
        return dump_record(found.record)
    from xltool.app.outputs import figures_data, one_return

    return figures_data([one_return(found)], found.record.era, session.shelf, form, shape)
