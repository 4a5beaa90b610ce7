"""xltool merge"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

import click

from xltool.app.adding import merge_campaign
from xltool.app.merging import merge_files
from xltool.cli import options
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.campaign import opened
from xltool.cli.context import Session, fails
from xltool.cli.expecting import expected_of
from xltool.io.inputs import gather
from xltool.io.writing.files import write_atomic
from xltool.model.finding import Finding, Refused, refuse
from xltool.model.place import Place


@click.command("merge", short_help="Add returns up into a summary workbook.")
@click.argument("paths", nargs=-1, type=click.Path())
@options.files_from
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The summary workbook to write.")
@click.option("--records", type=click.Path(dir_okay=False), help="Write the records counted, one a line (JSONL).")
@campaign_option
@options.era
@options.year
@options.scope
@options.roster
@click.option("--include-invalid", is_flag=True, help="Count returns with errors too; the summary says so on its face.")
@options.file_lang
@options.key_file
@options.confirm_mapping
@options.fail_on
@options.force
@click.pass_obj
def command(session: Session, /, paths: tuple[str, ...], files_from: IO[str] | None, **given: Any) -> None:
    """Validate PATHS and add them up into the era's official tables, each total live over the detail sheet.

    One era, year and scope. Returns with errors stay out and are listed. Two returns of one agency are never added.
    In a campaign and without PATHS: the returns that its ledger has accepted, into summary/.
    """
    from xltool.io.records import dump_line
    from xltool.io.roster_file import read_roster

    output = Path(given["output"])
    records = Path(given["records"]) if given["records"] else None
    _refuse_existing([output, *([records] if records else [])], force=given["force"])
    roster = None
    if given["roster"]:
        roster, notices = read_roster(Path(given["roster"]))
        session.say(notices)
    named = [*paths, *(line.strip() for line in files_from or () if line.strip())]
    if given["campaign"] and not named:
        merged = merge_campaign(
            opened(given["campaign"]), session.shelf, include_invalid=given["include_invalid"], lang=given["file_lang"]
        )
    else:
        sources = gather(named)
        if not sources:
            raise refuse("INPUT-NONE")
        merged = merge_files(
            sources,
            session.shelf,
            roster,
            include_invalid=given["include_invalid"],
            lang=given["file_lang"],
            expected=expected_of(given),
        )
    if merged.workbook is None:
        raise Refused(*merged.findings)
    write_atomic(output, merged.workbook, force=given["force"])
    if records:
        write_atomic(records, b"".join(dump_line(record) for record in merged.records), force=given["force"])
    for line in session.wording.lines(merged.findings, None):
        click.echo(line)
    session.note("done_merged", file=str(output), included=len(merged.records), count=len(merged.returned))
    sys.exit(1 if fails(_all(merged.findings, merged.returned), given["fail_on"]) else 0)


def _all(findings: tuple[Finding, ...], returned: Any) -> list[Finding]:
    return [*findings, *(finding for each in returned for finding in each.findings)]


def _refuse_existing(files: list[Path], *, force: bool) -> None:
    """Before any work is done, not after."""
    existing = [file for file in files if file.exists() and not force]
    if existing:
        raise Refused(
            *(Finding("WRITE-EXISTS", "error", (Place(file.name),), args={"file": file.name}) for file in existing)
        )
