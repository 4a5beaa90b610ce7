"""xltool series"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from xltool.app.returns.validating import read_file
from xltool.app.series import series_of
from xltool.cli import options
from xltool.cli.context import Session, fails
from xltool.cli.progress import each_of
from xltool.io.inputs import gather
from xltool.io.writing.files import write_atomic
from xltool.model.finding import refuse
from xltool.report.series_book import series_book
from xltool.report.series_svg import series_svg
from xltool.report.series_table import FORMATS


@click.command("series", short_help="One indicator over years and forms: a table and a chart.")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--indicator", required=True, help="A path of --era's record, or the name of a series in the crosswalks.")
@click.option(
    "--era",
    shell_complete=options.complete_eras,
    default="national-2021",
    show_default=True,
    help="The form whose meaning the series has.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write series.xlsx or series.svg.")
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="Printed without -o."
)
@options.fail_on
@options.force
@click.pass_obj
def command(
    session: Session,
    /,
    paths: tuple[str, ...],
    indicator: str,
    era: str,
    output: str | None,
    form: str,
    fail_on: str,
    force: bool,
) -> None:
    """Put the returns in PATHS, of any years and forms, into one series, breaks marked.

    What does not mean the same in two forms is left out with the reason; yuan and 10,000 yuan are converted.
    """
    ending = Path(output).suffix.lower() if output else ""
    if output and ending not in (".xlsx", ".svg"):
        raise click.UsageError("-o must end in .xlsx or .svg.")
    found = [read_file(source, session.shelf) for source in each_of(session, gather(paths), "read")]
    for each in found:
        session.say(finding for finding in each.findings if each.record is None)
    records = [each.record for each in found if each.record is not None]
    if not records:
        raise refuse("SERIES-NOTHING", indicator=indicator)
    series = series_of(records, indicator, era, session.shelf)
    if output:
        svg = ending == ".svg"
        data = series_svg(series, session.wording) if svg else session.shelf.write(series_book(series, session.wording))
        write_atomic(Path(output), data, force=force)
        session.say(series.findings)
        session.note("done_written", file=output)
    else:
        for line in FORMATS[form](series, session.wording):
            click.echo(line)
    unread = [finding for each in found if each.record is None for finding in each.findings]
    sys.exit(1 if fails([*unread, *series.findings], fail_on) else 0)
