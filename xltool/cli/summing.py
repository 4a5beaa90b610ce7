"""What `merge` and `seal` have in common: which returns are added, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from xltool.app.campaigns.adding import merge_campaign
from xltool.app.campaigns.campaign import Campaign
from xltool.app.summaries.filing import as_they_lie, copied, loader
from xltool.app.summaries.merging import Merged, Request, merge_files
from xltool.app.summaries.summarising import Link
from xltool.cli import options as shared
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.campaign import opened
from xltool.cli.context import Session
from xltool.cli.expecting import expected_of
from xltool.cli.progress import each_of, watch
from xltool.io.inputs import Source, gather
from xltool.io.writing.sinks import write_all
from xltool.model.finding import refuse

Command = TypeVar("Command", bound=Callable[..., Any])
Origin = Campaign | list[Source]
"""Where the returns come from: the ledger of a campaign, or files."""

_OPTIONS = (
    campaign_option,
    shared.era,
    shared.year,
    click.option(
        "--scope",
        type=click.Choice(["own", "level", "area"]),
        help="The scope of the summary: own 本机关 adds returns of that scope; level 本级 and area 全域 roll up all "
        "scopes along the tree of the roster. Default: that of the returns.",
    ),
    click.option(
        "--nodes",
        type=click.Choice(["refuse", "children", "reported"]),
        default="refuse",
        show_default=True,
        help="What counts where an area reported its total and agencies of it are in too; the other side then serves "
        "the node check (节点检查).",
    ),
    click.option(
        "--missing",
        type=click.Choice(["partial", "refuse"]),
        default="partial",
        show_default=True,
        help="With agencies missing: a summary marked as partial, or none.",
    ),
    shared.roster,
    shared.prior,
    shared.succession,
    click.option(
        "--returns",
        metavar="DIR",
        type=click.Path(file_okay=False),
        help="Copy the returns counted, and the totals of node checks, into DIR, so that the links open them. Without: "
        "files below the folder of the summary are linked where they lie.",
    ),
    click.option(
        "--include-invalid", is_flag=True, help="Count returns with errors too; the summary says so on its face."
    ),
    shared.file_lang,
    shared.key_file,
    shared.confirm_mapping,
)


def options(command: Command) -> Command:
    """The options of a command that adds returns up."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def request_of(given: dict[str, Any]) -> Request:
    """How to add up, by the options."""
    return Request(given["scope"], given["include_invalid"], given["nodes"], given["missing"], lang=given["file_lang"])


def merged_of(
    session: Session, paths: Sequence[str], files_from: Iterable[str] | None, given: dict[str, Any]
) -> tuple[Merged, Origin]:
    """The returns added up, and where they came from. Raises Refused where there are none."""
    from xltool.io.roster_file import read_roster

    roster = None
    if given["roster"]:
        roster, notices = read_roster(Path(given["roster"]))
        session.say(notices)
    named = [*paths, *(line.strip() for line in files_from or () if line.strip())]
    if given["campaign"] and not named:
        campaign = opened(given["campaign"])
        return merge_campaign(campaign, session.shelf, request_of(given), watch(session, "check")), campaign
    sources = gather(named)
    if not sources:
        raise refuse("INPUT-NONE")
    # --agency is who hands up, not whose every return should be.
    expected = expected_of({**given, "agency": None})
    return merge_files(each_of(session, sources, "check"), session.shelf, roster, request_of(given), expected), sources


def linked(merged: Merged, origin: Origin, output: Path, given: dict[str, Any]) -> Link:
    """Where the returns lie, seen from `output`; copied first where that is asked for. Raises Refused where a copy
    would overwrite another file."""
    if not given["returns"] or merged.summary is None:
        return as_they_lie(origin, output) if isinstance(origin, list) else lambda item: ""
    folder = Path(given["returns"])
    link, files = copied(merged.summary, loader(origin), folder, output)
    write_all(folder, files.items(), force=given["force"], again=True)
    return link
