"""xltool validate"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import click

from xltool.app.returns import record_name, validate_files
from xltool.cli import options
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.context import Session, fails
from xltool.cli.expecting import expected_of
from xltool.cli.last_year import last_year
from xltool.cli.progress import Work, results_of
from xltool.io.inputs import gather
from xltool.model.finding import refuse
from xltool.model.place import Place
from xltool.model.returned import Returned
from xltool.report.findings import FORMATS

# Formats that are files and no lines.
_FILES = ("html", "csv", "xlsx", "parquet")


@click.command("validate", short_help="Read, check and report on returned files.")
@click.argument("paths", nargs=-1, type=click.Path())
@options.files_from
@campaign_option
@options.era
@options.year
@options.scope
@options.roster
@options.prior
@options.succession
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, *_FILES]),
    default="text",
    show_default=True,
    help="Output format; html is a page for a browser, one file that needs no network; csv, xlsx and parquet are a row "
    "for each finding.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="Write into this file and not to standard output."
)
@click.option(
    "--records", type=click.Path(file_okay=False), help="Write each file's canonical record into this folder."
)
@options.agency
@options.key_file
@options.confirm_mapping
@options.fail_on
@options.force
@click.pass_obj
def command(session: Session, /, paths: tuple[str, ...], files_from: IO[str] | None, **given: Any) -> None:
    """Read workbooks and records (JSON), check them, and print what was found.

    PATHS are files, folders, zips or patterns. Exit code 0: nothing at or above the fail level, 1: findings,
    2: could not be done.
    """
    from xltool.io.records import dump_record
    from xltool.io.roster_file import read_roster
    from xltool.io.writing.sinks import write_all

    output = Path(given["output"]) if given["output"] else None
    if output and output.exists() and not given["force"]:
        raise refuse("WRITE-EXISTS", file=output.name, places=(Place(output.name),))
    roster = None
    if given["roster"]:
        roster, notices = read_roster(Path(given["roster"]))
        session.say(notices)
    named = [*paths, *(line.strip() for line in files_from or () if line.strip())]
    sources = gather(named)
    if not sources:
        raise refuse("INPUT-NONE")
    expected = expected_of(given)
    prior = last_year(session, given["prior"], given["succession"])
    judged = validate_files(sources, session.shelf, expected, roster, prior)
    found = list(results_of(session, judged, "check", len(sources)))
    if given["records"]:
        outputs = [(record_name(each), dump_record(each.record)) for each in found if each.record is not None]
        with Work(session, "write", len(outputs)) as work:
            write_all(Path(given["records"]), outputs, force=given["force"], again=True, told=work.step)
        session.note("done_records", count=len(outputs), folder=given["records"])
    _put(output, _formatted(found, session, given["form"]), force=given["force"])
    sys.exit(1 if fails((finding for each in found for finding in each.findings), given["fail_on"]) else 0)


def _formatted(found: Sequence[Returned], session: Session, form: str) -> Iterator[str | bytes]:
    """The report: lines, or a page in one piece."""
    if form == "html":
        from xltool.app.pages import findings_html

        yield findings_html(found, session.shelf, session.lang)
    elif form in _FILES:
        from xltool.app.outputs import findings_data

        yield findings_data(found, session.shelf, form, session.lang)
    else:
        yield from FORMATS[form](found, session.wording)


def _put(output: Path | None, pieces: Iterator[str | bytes], *, force: bool) -> None:
    from xltool.io.writing.files import write_atomic

    if output is None:
        for piece in pieces:
            click.echo(piece, nl=isinstance(piece, str))
    else:
        data = (piece if isinstance(piece, bytes) else f"{piece}\n".encode() for piece in pieces)
        write_atomic(output, b"".join(data), force=force)
