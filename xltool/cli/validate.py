"""xltool validate"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from xltool.cli import options
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.context import Session, fails
from xltool.cli.progress import Work, results_of
from xltool.cli.scheduling import executing, scheduler
from xltool.model.finding import refuse
from xltool.model.place import Place

if TYPE_CHECKING:
    from xltool.app.comparing import LastYear
    from xltool.io.inputs import Source
    from xltool.model.returned import Returned
    from xltool.model.roster import Roster

# The names of `report.findings.FORMATS`, which is not imported for `--help`.
_LINES = ("text", "json", "jsonl")
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
    type=click.Choice([*_LINES, *_FILES]),
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
@click.option(
    "--partitions",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Write the records into files of several thousand each, while checking goes on; merge reads DIR as one.",
)
@click.option(
    "--partition-format",
    type=click.Choice(["jsonl", "parquet"]),
    default="jsonl",
    show_default=True,
    help='Form of --partitions; parquet needs pip install "xltool[parquet]".',
)
@click.option("--partition-size", type=click.IntRange(1, 100_000), default=5000, show_default=True, hidden=True)
@scheduler
@click.option(
    "--shared",
    metavar="FOLDER",
    type=click.Path(file_okay=False),
    help="A folder that all machines of the cluster see: files in it are not sent, workers read them there.",
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
    from xltool.app.returns.validating import validate_files
    from xltool.cli.expecting import expected_of
    from xltool.io.inputs import gather

    output = Path(given["output"]) if given["output"] else None
    if output and output.exists() and not given["force"]:
        raise refuse("WRITE-EXISTS", file=output.name, places=(Place(output.name),))
    roster = _roster(session, given["roster"])
    named = [*paths, *(line.strip() for line in files_from or () if line.strip())]
    sources = gather(named)
    if not sources:
        raise refuse("INPUT-NONE")
    prior = _prior(session, given["prior"], given["succession"])
    failing = False

    def told(found: Iterator[Returned]) -> Iterator[Returned]:
        """One after the other: of thousands of returns none is kept."""
        nonlocal failing
        for each in found:
            failing = failing or fails(each.findings, given["fail_on"])
            yield each

    sent = _sent(given["shared"])
    with executing(session, given["scheduler"]) as executor:
        judged = validate_files(sources, session.shelf, expected_of(given), roster, prior, executor=executor, sent=sent)
        found = results_of(session, judged, "check", len(sources))
        if given["partitions"]:
            found = _in_parts(found, session, given)
        if given["records"]:
            found = _written(list(found), session, Path(given["records"]), force=given["force"])
        _put(output, _formatted(told(found), session, given["form"]), force=given["force"])
    sys.exit(1 if failing else 0)


def _sent(shared: str | None) -> Callable[[Source], Source] | None:
    """How files are sent to where they are read."""
    if not shared:
        return None
    from xltool.app.returns.validating import loaded
    from xltool.io.shared_folder import by_place

    folder = Path(shared)
    if not folder.is_dir():
        raise refuse("SHARED-OUTSIDE", folder=shared)
    return lambda source: by_place(source, folder) or loaded(source)


def _in_parts(found: Iterator[Returned], session: Session, given: dict[str, Any]) -> Iterator[Returned]:
    """All that was found, while records are written in parts."""
    from xltool.app.machines.partitioning import in_parts, ready

    folder, form, force = Path(given["partitions"]), given["partition_format"], given["force"]
    ready(folder, form, force=force)
    yield from in_parts(found, session.shelf, folder, form, given["partition_size"], force=force)
    session.note("done_partitions", folder=folder)


def _roster(session: Session, path: str | None) -> Roster | None:
    if not path:
        return None
    from xltool.io.roster_file import read_roster

    roster, notices = read_roster(Path(path))
    session.say(notices)
    return roster


def _prior(session: Session, prior: str | None, succession: str | None) -> LastYear | None:
    if not prior and not succession:
        return None
    from xltool.cli.last_year import last_year

    return last_year(session, prior, succession)


def _written(found: list[Returned], session: Session, folder: Path, *, force: bool) -> Iterator[Returned]:
    """All that was found, once every record is written."""
    from xltool.app.returns.validating import record_name
    from xltool.io.records import dump_record
    from xltool.io.writing.sinks import write_all

    outputs = [(record_name(each), dump_record(each.record)) for each in found if each.record is not None]
    with Work(session, "write", len(outputs)) as work:
        write_all(folder, outputs, force=force, again=True, told=work.step)
    session.note("done_records", count=len(outputs), folder=folder)
    return iter(found)


def _formatted(found: Iterable[Returned], session: Session, form: str) -> Iterator[str | bytes]:
    """The report: lines, or a file in one piece."""
    if form == "html":
        from xltool.app.pages import findings_html

        yield findings_html(list(found), session.shelf, session.lang)
    elif form in _FILES:
        from xltool.app.outputs import findings_data

        yield findings_data(list(found), session.shelf, form, session.lang)
    else:
        from xltool.report.findings import FORMATS

        yield from FORMATS[form](found, session.wording)


def _put(output: Path | None, pieces: Iterator[str | bytes], *, force: bool) -> None:
    from xltool.io.writing.files import write_atomic

    if output is None:
        for piece in pieces:
            click.echo(piece, nl=isinstance(piece, str))
    else:
        data = (piece if isinstance(piece, bytes) else f"{piece}\n".encode() for piece in pieces)
        write_atomic(output, b"".join(data), force=force)
