"""xltool lint"""

from __future__ import annotations

import sys

import click
from click.shell_completion import CompletionItem

from xltool.app.linting import lint_eras
from xltool.app.replaying import can_prove, replay_files
from xltool.cli import options
from xltool.cli.context import Session, fails
from xltool.cli.progress import each_of
from xltool.io.inputs import gather
from xltool.model.finding import refuse
from xltool.report.replay import FORMATS


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Eras, or with --replay files, for shell completion."""
    if context.params.get("replay"):
        return [CompletionItem(incomplete, type="file")]
    return [CompletionItem(era) for era in options.complete_eras(context, parameter, incomplete)]


@click.command("lint", short_help="Check the data files of eras, or try their rules on earlier returns.")
@click.argument("names", nargs=-1, metavar="[ERA]... | --replay PATH...", shell_complete=_complete)
@click.option("--replay", is_flag=True, help="Try the rules on earlier returns: the PATHs are these, not eras.")
@click.option(
    "--era",
    "eras",
    multiple=True,
    shell_complete=options.complete_eras,
    help="With --replay: only returns of this era. May be repeated.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="With --replay: output format.",
)
@options.fail_on
@click.pass_obj
def command(
    session: Session, names: tuple[str, ...], replay: bool, eras: tuple[str, ...], form: str, fail_on: str
) -> None:
    """Check record schemas, checks and layouts of each ERA (default: all), and the message catalogue.

    Finds what the meta-schemas forbid, unknown paths, circular totals, labels without layout, layout without schema,
    rules that can never fail, rules that contradict each other, and more.

    With --replay, PATHs are earlier returns: workbooks and records (JSON), folders, zips, JSON Lines or patterns. Shows
    how often each rule fails there, which never do, which always fail together, and which contradict each other.
    Failed rules are what one came to see: the exit code is 1 only for contradictions and for files that hold no return.
    """
    if replay:
        _replay(session, names, eras, form, fail_on)
    wanted = names or tuple(session.shelf.library.era_folders)
    findings = lint_eras(session.shelf, wanted)
    for line in session.wording.lines(findings, None):
        click.echo(line)
    if not findings:
        session.note("lint_clean", eras=", ".join(wanted))
    if not can_prove():
        session.note("replay_no_solver")
    sys.exit(1 if fails(findings, fail_on) else 0)


def _replay(session: Session, paths: tuple[str, ...], eras: tuple[str, ...], form: str, fail_on: str) -> None:
    for era in eras:
        session.shelf.era(era)
    sources = gather(paths)
    if not sources:
        raise refuse("INPUT-NONE")
    found, unread = replay_files(each_of(session, sources, "read"), session.shelf, eras)
    for each in unread:
        click.echo(f"{each.places[0].file}  {session.wording.line(each, None)}", err=True)
    if not found:
        session.note("replay_nothing")
    for line in FORMATS[form](found, unread, session.campaign_wording):
        click.echo(line)
    findings = [*unread, *(each for replay in found for each in replay.findings)]
    sys.exit(1 if fails(findings, fail_on) else 0)
