"""The option ``--campaign``: a campaign's settings become defaults, below flags and environment."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xltool.io.campaigns.folder import find_campaign
from xltool.model.dates import iso_day
from xltool.model.finding import refuse

if TYPE_CHECKING:
    from xltool.app.campaigns.campaign import Campaign
    from xltool.model.campaign import Settings

# Where commands that write put what they make.
_OUTPUTS = {"generate": "outbox", "pack": "packs"}
_SUMMARY = "summary/汇总.xlsx"
_RETURNS = "summary/上报件"
_PATHS = ("roster", "key_file", "prior", "succession")
_PLAIN = ("era", "year", "scope", "office", "totals", "file_lang")


def defaults(folder: Path, settings: Settings, command: str) -> dict[str, object]:
    """What the settings say, by the names of options."""
    found = {name: getattr(settings, name) for name in _PLAIN}
    found |= {name: str(folder / getattr(settings, name)) for name in _PATHS if getattr(settings, name)}
    if command in _OUTPUTS:
        found["output"] = str(folder / _OUTPUTS[command])
    if command == "merge":
        found["output"] = [str(folder / _SUMMARY)]  # it may be given several times
    if command in ("merge", "seal"):
        found["returns"] = str(folder / _RETURNS)
    return {name: value for name, value in found.items() if value != ""}


def _take_defaults(ctx: click.Context, param: click.Parameter, value: str | None) -> Path | None:
    folder = Path(value) if value else find_campaign(Path.cwd())
    if folder is not None and not ctx.resilient_parsing:
        from xltool.io.campaigns.campaign_file import read_settings

        found = defaults(folder, read_settings(folder), ctx.info_name or "")
        ctx.default_map = {**(ctx.default_map or {}), **found}
    return folder


# Eager: it must be read before the options whose defaults it gives.
campaign = click.option(
    "--campaign",
    metavar="DIR",
    type=click.Path(file_okay=False),
    envvar="XLTOOL_CAMPAIGN",
    is_eager=True,
    callback=_take_defaults,
    help="Campaign folder whose settings are the defaults. Default: the one the current folder lies in.",
)


class Day(click.ParamType[str]):
    """A day, in any way a roster may write it."""

    name = "date"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        day = iso_day(value)
        if not day:
            self.fail(f"{value!r} is not a day such as 2026-01-20.", param, ctx)
        return day


def today() -> str:
    """Only the command line knows the clock."""
    return datetime.date.today().isoformat()


as_of = click.option("--as-of", metavar="DATE", type=Day(), default=today, help="The day to speak of. Default: today.")


def opened(folder: Path | None) -> Campaign:
    """The campaign a command works on. Raises Refused where there is none."""
    if folder is None:
        raise refuse("CAMPAIGN-NONE", folder=".")
    from xltool.app.campaigns.campaign import open_campaign

    return open_campaign(folder)
