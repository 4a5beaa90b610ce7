"""xltool transfer"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from xltool.app.summaries.issued import Asked
from xltool.app.summaries.transferring import transfer_file
from xltool.cli import options
from xltool.cli.context import Session, fails
from xltool.io.inputs import Source, gather
from xltool.io.writing.files import write_atomic
from xltool.model.finding import Finding, refuse
from xltool.model.place import Place
from xltool.report.transfer import transfer_json, transfer_lines


@click.command("transfer", short_help="Put a summary's totals into the form a superior office issued.")
@click.argument("summary", type=click.Path())
@click.option(
    "--into", required=True, type=click.Path(), metavar="FILE", help="The issued workbook (xlsx), not changed."
)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The filled workbook to write.")
@click.option("--sheet", "sheets", multiple=True, metavar="NAME", help="Fill this sheet only. May be repeated.")
@click.option(
    "--year", type=click.IntRange(2000, 2100), help="The issued workbook's year. Default: what it says itself."
)
@click.option("--replace", is_flag=True, help="Write also over figures that stand in the issued workbook.")
@click.option("--allow-partial", is_flag=True, help="Transfer also totals that lack a figure of some agency.")
@click.option("--confirm-mapping", "--yes", "confirmed", is_flag=True, help="The mapping was looked at: ask nothing.")
@click.option("--mapping", type=click.Path(dir_okay=False), help="Write which cell gets which indicator here (JSON).")
@options.fail_on
@options.force
@click.pass_obj
def command(session: Session, /, summary: str, into: str, sheets: tuple[str, ...], **given: Any) -> None:
    """Fill the totals of SUMMARY, a workbook made by merge, into a workbook of any layout with the same statistics.

    SUMMARY may be a record (JSON) or a returned workbook too. Cells are found by their labels; which cell gets which
    figure is shown and must be confirmed. Nothing else in the workbook changes, and it is read back before it is
    written. Exit code 1: findings, or nothing written for want of confirmation.
    """
    output = Path(given["output"])
    if output.exists() and not given["force"]:
        raise refuse("WRITE-EXISTS", places=(Place(output.name),), file=output.name)
    asked = Asked(sheets, given["year"], given["replace"], given["allow_partial"])
    made = transfer_file(_only(summary), _only(into), session.shelf, asked)
    for line in transfer_lines(made.transfer, session.campaign_wording, session.wording):
        click.echo(line)
    if given["mapping"]:
        write_atomic(Path(given["mapping"]), transfer_json(made.transfer), force=given["force"])
    if made.refused or not (given["confirmed"] or _agreed(session, output)):
        code = "TRANSFER-NOT-ALLOWED" if made.refused else "TRANSFER-UNCONFIRMED"
        session.say([Finding(code, "error", args={"file": output.name})])
        sys.exit(1)
    write_atomic(output, made.workbook, force=given["force"])
    session.note("done_transfer", file=str(output), count=len(made.transfer.written))
    sys.exit(1 if fails(made.transfer.findings, given["fail_on"]) else 0)


def _only(path: str) -> Source:
    sources = gather([path])
    if len(sources) != 1:
        raise refuse("INPUT-ONE-FILE", path=path, count=len(sources))
    return sources[0]


def _agreed(session: Session, output: Path) -> bool:
    """Whether the person at the terminal says yes; without one nobody does."""
    if not sys.stdin.isatty():
        return False
    return click.confirm(session.said("transfer_confirm", file=output.name), default=False)
