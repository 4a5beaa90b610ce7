"""xltool init"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from xltool.app.campaigns.campaign import init_campaign, next_year, open_campaign
from xltool.cli.campaign import Day
from xltool.cli.context import Session
from xltool.cli.options import complete_eras
from xltool.model.campaign import Settings


@click.command("init", short_help="Make a campaign folder.")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))
@click.option("--era", shell_complete=complete_eras, help="The form's version, such as national-2021.")
@click.option("--year", type=click.IntRange(2000, 2100), help="The year the figures are about.")
@click.option(
    "--scope", type=click.Choice(["own", "level", "area"]), help="own 本机关 (default), level 本级, area 全域."
)
@click.option("--roster", type=click.Path(dir_okay=False), help="The agencies that must report; copied into DIR.")
@click.option("--deadline", type=Day(), metavar="DATE", help="Where the roster gives none.")
@click.option("--title", help="What the campaign is called in papers.")
@click.option("--office", help="The office that signs papers.")
@click.option("--totals", type=click.Choice(["computed", "typed"]), help="Totals in the forms. Default: computed.")
@click.option("--file-lang", type=click.Choice(["zh", "en"]), help="Language inside the files. Default: zh.")
@click.option("--key-file", type=click.Path(dir_okay=False), help="Key that signs the forms; it stays where it is.")
@click.option("--prior", type=click.Path(exists=True), help="Last year's returns, to compare with.")
@click.option("--succession", type=click.Path(dir_okay=False), help="Which agencies became which.")
@click.option(
    "--from",
    "last",
    metavar="LAST",
    type=click.Path(file_okay=False),
    help="Last year's campaign folder, to go on from.",
)
@click.pass_obj
def command(session: Session, /, folder: str, last: str | None, **given: Any) -> None:
    """Make the campaign folder DIR: settings (xltool.toml), roster, ledger, and a folder for each kind of file.

    With --from, roster, office and settings are last year's with the year one higher, and its accepted records are
    what this year's are compared with. Nothing that exists is overwritten.
    """
    former = open_campaign(Path(last)) if last else None
    wanted = {name: value for name, value in given.items() if value is not None}
    for name in ("key_file", "prior", "succession"):
        if name in wanted:
            wanted[name] = str(Path(wanted[name]).resolve())
    roster = Path(wanted.pop("roster")) if "roster" in wanted else None
    if former is None:
        for name, found in (("era", wanted.get("era")), ("year", wanted.get("year")), ("roster", roster)):
            if found is None:
                raise click.UsageError(f"--{name} is needed, or --from.")
        settings = Settings(**wanted)
    else:
        settings = replace(next_year(former), **wanted)
        roster = roster or former.folder / former.settings.roster
    assert roster is not None
    campaign, notices = init_campaign(Path(folder), settings, roster, session.shelf, former)
    session.say(notices)
    session.note("init_done", folder=folder, count=len(campaign.roster.entries))
    session.note("init_next")
