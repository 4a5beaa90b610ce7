"""xltool import"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from xltool.app.published.importing import Asked, import_file
from xltool.cli import options
from xltool.cli.context import Session, fails
from xltool.cli.progress import each_of
from xltool.io.inputs import gather
from xltool.io.records import dump_record
from xltool.io.writing.files import write_atomic
from xltool.model.finding import Refused, refuse
from xltool.report.mapping import import_json, import_lines, mapping_json


@click.command("import", short_help="Read a published report into a record.")
@click.argument("file", type=click.Path())
@click.option(
    "--era", shell_complete=options.complete_eras, help="The era to read it as. Default: what its labels say."
)
@click.option("--year", type=click.IntRange(2000, 2100), help="The year it is of. Default: what it says itself.")
@click.option("--agency", default="", help="The agency's name. Default: what title or header say.")
@click.option("--code", default="", help="The agency's code.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write the record here, not to standard output.")
@click.option("--mapping", type=click.Path(dir_okay=False), help="Write which cell became which indicator here (JSON).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the findings on standard error.",
)
@options.force
@click.pass_obj
def command(session: Session, /, file: str, **given: Any) -> None:
    """Read FILE, a published annual report, and print its canonical record (JSON).

    FILE is a web page, a text with a table cell a line, a Word document (docx), a workbook that is no form of ours,
    or a PDF with a text layer. No checks are run. Exit code 1 where a cell or row could not be read.
    """
    sources = gather([file])
    if len(sources) != 1:
        raise refuse("INPUT-ONE-FILE", path=file, count=len(sources))
    asked = Asked(given["era"], given["year"], given["agency"], given["code"])
    (found,) = (import_file(source, session.shelf, asked) for source in each_of(session, sources, "read"))
    if found.record is None:
        raise Refused(*found.findings)
    if given["mapping"]:
        write_atomic(Path(given["mapping"]), mapping_json(found), force=given["force"])
    if given["output"]:
        write_atomic(Path(given["output"]), dump_record(found.record), force=given["force"])
    else:
        sys.stdout.buffer.write(dump_record(found.record))
        sys.stdout.flush()
    lines = [import_json(found, session.wording)] if given["form"] == "json" else import_lines(found, session.wording)
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1 if fails(found.findings, "error") else 0)
