"""The menu of bare ``xltool``: a whole campaign for people who type no commands.

Each entry asks the few things it needs and runs the command that a person would have typed.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from xltool.app.campaigns.campaign import Campaign, open_campaign
from xltool.cli.campaign import today
from xltool.cli.context import Session
from xltool.cli.review import ask_each
from xltool.io.campaigns.campaign_file import find_campaign
from xltool.model.dates import iso_day
from xltool.model.finding import Refused

SWITCH = "XLTOOL_MENU"
"""Set to 1, the menu also opens where standard input is no terminal, and to 0 never."""
LAST_ERA = "national-2021"
Arguments = list[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: its key, its word, the command it runs, and what asks for that command's arguments."""

    key: str
    word: str
    command: str
    ask: Callable[[Session, Campaign | None], Arguments]
    anywhere: bool = False


def wanted() -> bool:
    """Whether bare ``xltool`` opens the menu rather than printing help."""
    switch = os.environ.get(SWITCH, "")
    return switch == "1" or (switch != "0" and sys.stdin.isatty() and sys.stdout.isatty())


def open_menu(ctx: click.Context, session: Session) -> None:
    """Show the menu until somebody leaves it."""
    here = find_campaign(Path.cwd())
    while True:
        entries = {entry.key: entry for entry in ENTRIES}
        _show(session, entries, here)
        key = _line(session, "menu_choose", "0")
        if key in ("", "0", "q"):
            session.tell("menu_bye")
            return
        if key not in entries:
            session.tell("menu_unknown", key=key)
            continue
        here = _run(ctx, session, entries[key], here)


def _show(session: Session, entries: Mapping[str, Entry], here: Path | None) -> None:
    campaign = _opened(session, here)
    name = (
        campaign.settings.title or str(campaign.folder.resolve().name) if campaign else session.said("menu_no_campaign")
    )
    click.echo("")
    session.tell("menu_head", title=name)
    for key, entry in entries.items():
        session.tell("menu_line", key=key, name=session.said(f"menu_{entry.word}"))
    session.tell("menu_line", key="0", name=session.said("menu_quit"))


def _opened(session: Session, here: Path | None) -> Campaign | None:
    if here is None:
        return None
    try:
        return open_campaign(here)
    except Refused as error:
        session.refused(error)
        return None


def _run(ctx: click.Context, session: Session, entry: Entry, here: Path | None) -> Path | None:
    """Run an entry; the campaign to go on with. Whatever goes wrong, the menu stays."""
    campaign = _opened(session, here)
    if campaign is None and not entry.anywhere:
        session.tell("menu_need_campaign")
        return here
    try:
        arguments = entry.ask(session, campaign)
        command: click.Command = importlib.import_module(f"xltool.cli.{entry.command}").command
        command.main(arguments, prog_name=entry.command, standalone_mode=False, parent=ctx)
    except SystemExit as ended:
        if ended.code not in (None, 0, 1):  # 1 is what findings give, and they have been shown
            session.tell("menu_not_done")
            return here
    except Refused as error:
        session.refused(error)
        session.tell("menu_not_done")
        return here
    except click.ClickException as error:
        error.show()
        session.tell("menu_not_done")
        return here
    if entry.command == "intake" and campaign is not None:
        as_of = arguments[arguments.index("--as-of") + 1]
        ask_each(session, campaign, as_of, lambda word: _line(session, word))
    return Path(arguments[0]) if entry.command == "init" else here


# --- what is asked -----------------------------------------------------------------------------------------------


def _line(session: Session, word: str, default: str = "") -> str:
    """An answer; where input ends, the menu does."""
    shown = f"{session.said(word)} [{default}]" if default else session.said(word)
    click.echo(f"{shown}: ", nl=False)
    sys.stdout.flush()
    text = sys.stdin.readline()
    if not text:
        click.echo("")
        return "0" if word == "menu_choose" else default
    return text.strip() or default


def _yes(session: Session, word: str, *, default: bool, **values: object) -> bool:
    yes, no = session.said("yes"), session.said("no")
    click.echo(f"{session.said(word, **values)}？{yes}/{no} [{yes if default else no}]: ", nl=False)
    sys.stdout.flush()
    text = sys.stdin.readline().strip().casefold()
    return text in (yes.casefold(), "y", "yes", "是") if text else default


def _day(session: Session) -> str:
    while True:
        day = iso_day(_line(session, "menu_ask_as_of", today()))
        if day:
            return day


def _ask_init(session: Session, campaign: Campaign | None) -> Arguments:
    last_year = str(int(today()[:4]) - 1)
    arguments = [_line(session, "menu_ask_folder", f"{last_year}")]
    if campaign is not None and campaign.settings.year < int(last_year):
        arguments += ["--from", str(campaign.folder)]
    else:
        arguments += ["--era", _line(session, "menu_ask_era", LAST_ERA)]
        arguments += ["--year", _line(session, "menu_ask_year", last_year)]
        arguments += ["--roster", _line(session, "menu_ask_roster", "roster.csv")]
    for option in ("deadline", "office"):
        answer = _line(session, f"menu_ask_{option}")
        arguments += [f"--{option}", answer] if answer else []
    return arguments


def _in(campaign: Campaign | None) -> Arguments:
    assert campaign is not None
    return ["--campaign", str(campaign.folder)]


def _ask_generate(session: Session, campaign: Campaign | None) -> Arguments:
    return _in(campaign)


def _ask_intake(session: Session, campaign: Campaign | None) -> Arguments:
    arguments = [*_in(campaign), "--as-of", _day(session)]
    return [*arguments, "--move"] if _yes(session, "menu_ask_move", default=True) else arguments


def _ask_pack(session: Session, campaign: Campaign | None) -> Arguments:
    arguments = [*_in(campaign), "--as-of", _day(session)]
    deadline = _line(session, "menu_ask_answer_by")
    return [*arguments, "--force", *(["--deadline", deadline] if deadline else [])]


def _ask_status(session: Session, campaign: Campaign | None) -> Arguments:
    arguments = [*_in(campaign), "--as-of", _day(session), "--format", "chat"]
    return [*arguments, "--remind"] if _yes(session, "menu_ask_remind", default=False) else arguments


def _ask_merge(session: Session, campaign: Campaign | None) -> Arguments:
    assert campaign is not None
    made = campaign.summary / "汇总.xlsx"
    if made.exists() and _yes(session, "menu_ask_force", default=True, file=made.name):
        return [*_in(campaign), "--force"]
    return _in(campaign)


def _ask_report(session: Session, campaign: Campaign | None) -> Arguments:
    assert campaign is not None
    package = campaign.summary / "上报包.zip"
    number = _line(session, "menu_ask_submission", "1")
    arguments = [*_in(campaign), "--scope", "area", "--as-return", str(package), "--submission", number]
    made = [each for each in (campaign.summary / "汇总.xlsx", package) if each.exists()]
    if made and _yes(session, "menu_ask_force", default=True, file=made[-1].name):
        return [*arguments, "--force"]
    return arguments


ENTRIES = (
    Entry("1", "init", "init", _ask_init, anywhere=True),
    Entry("2", "generate", "generate", _ask_generate),
    Entry("3", "intake", "intake", _ask_intake),
    Entry("4", "pack", "pack", _ask_pack),
    Entry("5", "status", "status", _ask_status),
    Entry("6", "merge", "merge", _ask_merge),
    Entry("7", "report", "merge", _ask_report),
)
