"""xltool trace"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import click

from xltool.app.campaigns.campaign import open_campaign
from xltool.app.summaries.tracing import trace
from xltool.cli import options
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.context import Session, fails
from xltool.cli.progress import each_of
from xltool.io.inputs import Source, gather
from xltool.model.finding import refuse
from xltool.report.tracing import trace_lines, trace_object


@click.command("trace", short_help="Show the agencies, files and cells behind a number of a summary.")
@click.argument("summary", type=click.Path())
@click.argument("wanted", required=False, default="", metavar="[CELL|INDICATOR]")
@click.option("--what-if-without", "leave_out", metavar="CODE", help="What it would be without this agency, or area.")
@click.option(
    "--files",
    multiple=True,
    type=click.Path(),
    metavar="PATH",
    help="Hold each figure against its file: returns, folders, packages. In a campaign: against its store.",
)
@campaign_option
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options.fail_on
@click.pass_obj
def command(
    session: Session,
    /,
    summary: str,
    wanted: str,
    leave_out: str | None,
    files: tuple[str, ...],
    campaign: Path | None,
    shape: str,
    fail_on: str,
) -> None:
    """Show what a number of SUMMARY is made of: each agency's figure, its file with the hash, its sheet and cell.

    SUMMARY is a workbook made by merge, or a package. CELL is such as 表三!D8, or D8 where one sheet only has a total
    there; INDICATOR a path such as applications.total.new. Without either: every total. The trace goes on through
    packages, to the returns of the agencies below.
    """
    if not wanted and not leave_out:
        raise click.UsageError("Name a cell or an indicator, or --what-if-without.")
    sources = gather([summary])
    if len(sources) != 1:
        raise refuse("TRACE-NO-SUMMARY")
    held = gather(files)
    if campaign is not None and not files:
        store = open_campaign(campaign).store
        held = [Source(path.name, partial(store.load, path.name), path) for path in store.files()]
    found = trace(sources[0], wanted, session.shelf, files=each_of(session, held, "read"), leave_out=leave_out or "")
    shown = found.traces if wanted else ()
    if shape == "json":
        click.echo(json.dumps(trace_object(shown, found.without), ensure_ascii=False, indent=2))
    else:
        for line in trace_lines(
            shown, found.without, session.shelf.era(found.era), found.year, session.campaign_wording
        ):
            click.echo(line)
    session.say(found.findings)
    sys.exit(1 if fails(found.findings, fail_on) else 0)
