"""``merge --as-return``: the package (上报包) that goes to the superior."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from xltool.app.campaigns.campaign import Campaign
from xltool.app.returns.validating import validate_file
from xltool.app.summaries.merging import Merged, Request
from xltool.app.summaries.packaging import HandUp, answers_in, hand_up, original_of
from xltool.cli.context import Session
from xltool.io.inputs import Source
from xltool.io.writing.files import write_atomic
from xltool.model.finding import Finding
from xltool.model.record import Agency
from xltool.passes.identify import Expected

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--as-return",
        metavar="FILE.zip",
        type=click.Path(dir_okay=False),
        help="Write the package (上报包) too, which the superior takes in as one return; with --scope area or level.",
    ),
    click.option(
        "--agency", metavar="CODE", help="Who hands up, as in the superior's roster. Default: the top of yours."
    ),
    click.option("--office", default="", help="The name of --agency, where the roster does not tell."),
    click.option(
        "--submission", type=click.IntRange(1, 99), default=1, show_default=True, help="The 报送次数 of the package."
    ),
    click.option("--with-returns", is_flag=True, help="Put the files of the returns into the package too."),
)


def options(command: Command) -> Command:
    """The options of a command that can hand up."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def package_of(
    merged: Merged,
    request: Request,
    given: Mapping[str, Any],
    session: Session,
    origin: Campaign | Sequence[Source],
) -> bytes:
    """The package of a summary made from a campaign or from files. Raises Refused where it is none to hand up."""
    agency = Agency(given["agency"] or "", given["office"])
    if isinstance(origin, Campaign):
        with origin.ledger() as ledger:
            answers = ledger.answers()
    else:
        answers = list(answers_in(merged.returned, session.shelf))
    original = original_of(origin, merged) if given["with_returns"] else None
    return hand_up(merged, request, HandUp(agency, given["submission"], original), session.shelf, answers)


def write_package(path: Path, data: bytes, merged: Merged, session: Session, *, force: bool) -> tuple[Finding, ...]:
    """Write a package, and say what the superior will find in it."""
    write_atomic(path, data, force=force)
    found = validate_file(Source(path.name, lambda: data), session.shelf, Expected())
    for line in session.wording.lines(found.findings, found.record):
        click.echo(line)
    of = merged.summary.expected if merged.summary else 0
    session.note("done_package", file=str(path), n=len(merged.records), of=of)
    return found.findings
