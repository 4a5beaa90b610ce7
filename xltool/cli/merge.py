"""xltool merge"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

import click

from xltool.app.summaries.merging import Merged, wording
from xltool.app.summaries.summarising import summary_workbook
from xltool.cli import handing, options, outputs, summing, tables
from xltool.cli.context import Session, fails
from xltool.cli.last_year import last_year
from xltool.cli.outputs import Wanted
from xltool.io.writing.files import write_atomic
from xltool.model.finding import Finding, Refused
from xltool.report.summary_listing import summary_parts

FORMS = ("xlsx", "html", *outputs.DATA)


@click.command("merge", short_help="Add returns up into a summary workbook.")
@click.argument("paths", nargs=-1, type=click.Path())
@options.files_from
@click.option(
    "-o",
    "--output",
    multiple=True,
    required=True,
    type=click.Path(dir_okay=False),
    help="The summary to write, by its ending: a workbook (.xlsx), a page (.html), or the figures counted as .csv, "
    ".jsonl or .parquet. May be repeated.",
)
@click.option("--format", "form", type=click.Choice(FORMS), help="The form of -o, whatever its ending.")
@outputs.shape
@click.option("--records", type=click.Path(dir_okay=False), help="Write the records counted, one a line (JSONL).")
@summing.options
@handing.options
@options.fail_on
@options.force
@click.pass_obj
def command(session: Session, /, paths: tuple[str, ...], files_from: IO[str] | None, **given: Any) -> None:
    """Validate PATHS and add them up into the era's official tables, each total live over the detail sheet.

    One era, year and scope. Returns with errors stay out and are listed. Two returns of one agency are never added.
    A package (上报包) is one return, and its details are added. In a campaign and without PATHS: the returns that its
    ledger has accepted, into summary/.
    """
    from xltool.io.records import dump_line

    wanted = outputs.wanted(given["output"], given["form"], FORMS)
    records = Path(given["records"]) if given["records"] else None
    package = Path(given["as_return"]) if given["as_return"] else None
    files = [*(each.path for each in wanted), records, package]
    outputs.refuse_existing([each for each in files if each], force=given["force"])
    merged, origin = summing.merged_of(session, paths, files_from, given)
    if merged.summary is None:
        raise Refused(*merged.findings)
    handed = handing.package_of(merged, summing.request_of(given), given, session, origin) if package else b""
    made = [(each.path, _made(each, merged, origin, session, given)) for each in wanted]
    for path, data in made:
        write_atomic(path, data, force=given["force"])
    if records:
        write_atomic(records, b"".join(dump_line(record) for record in merged.records), force=given["force"])
    for line in session.wording.lines(merged.findings, None):
        click.echo(line)
    if tables.on_terminal():
        tables.show(summary_parts(merged.summary, wording(session.shelf, session.lang)))
    findings = _all(merged.findings, merged.returned)
    if package:
        findings += handing.write_package(package, handed, merged, session, force=given["force"])
    shown = session.said("place_separator").join(str(each.path) for each in wanted)
    session.note("done_merged", file=shown, included=len(merged.records), count=len(merged.returned))
    sys.exit(1 if fails(findings, given["fail_on"]) else 0)


def _made(wanted: Wanted, merged: Merged, origin: summing.Origin, session: Session, given: dict[str, Any]) -> bytes:
    """The summary in one of its forms."""
    summary, lang = merged.summary, given["file_lang"]
    assert summary is not None
    if wanted.form == "xlsx":
        link = summing.linked(merged, origin, wanted.path, given)
        prior = last_year(session, given["prior"], given["succession"])
        return summary_workbook(merged, session.shelf, lang, link=link, last_year=prior)
    if wanted.form == "html":
        from xltool.app.pages import summary_html

        return summary_html(summary, merged.judged, merged.findings, session.shelf, lang)
    from xltool.app.outputs import figures_data

    return figures_data(summary.included, summary.era, session.shelf, wanted.form, given["shape"])


def _all(findings: tuple[Finding, ...], returned: Any) -> list[Finding]:
    return [*findings, *(finding for each in returned for finding in each.findings)]
