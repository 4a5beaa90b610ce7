"""xltool generate"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from xltool.app.forms import Forms, orders
from xltool.app.machines.executors import Here
from xltool.cli import options
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.context import Session
from xltool.cli.last_year import last_year
from xltool.cli.progress import Work
from xltool.cli.scheduling import executing, scheduler
from xltool.plan.form import Options


@click.command("generate", short_help="Make locked workbooks to send out.")
@click.argument("era", shell_complete=options.complete_eras)
@campaign_option
@click.option("--year", type=click.IntRange(2000, 2100), required=True, help="The year the figures are about.")
@click.option(
    "--scope",
    type=click.Choice(["own", "level", "area"]),
    default="own",
    show_default=True,
    help="own 本机关, level 本级, area 全域.",
)
@options.roster
@click.option(
    "--totals",
    type=click.Choice(["computed", "typed"]),
    default="computed",
    show_default=True,
    help="Totals as locked formulas, or left to be typed and checked.",
)
@options.prior
@options.succession
@options.key_file
@options.password
@click.option("--html", is_flag=True, help="Self-check pages instead of workbooks, to fill in with a browser.")
@click.option("--pack-by", type=click.Choice(["parent"]), help="One zip for each superior office (needs --roster).")
@options.file_lang
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False), help="Folder to write to.")
@scheduler
@options.force
@options.dry_run
@click.pass_obj
def command(session: Session, /, era: str, roster: str | None, pack_by: str | None, output: str, **given: Any) -> None:
    """Make one locked workbook an agency of the roster, or one blank without an agency; with --html pages instead.

    ERA is a form's version, such as national-2021. In a campaign folder its settings are the defaults, ERA included.
    """
    from xltool.io.roster_file import read_roster
    from xltool.io.writing.sinks import write_all, write_made

    if given["html"]:
        given["scheduler"] = None  # a page is written as fast as it is sent
    if given["html"] and (pack_by or given["password"]):
        raise click.UsageError("--html goes without --pack-by and --password.")
    if pack_by and not roster:
        raise click.UsageError("--pack-by needs --roster.")
    if given["prior"] and not roster:
        raise click.UsageError("--prior needs --roster.")
    agencies = None
    if roster:
        agencies, notices = read_roster(Path(roster))
        session.say(notices)
    prior = last_year(session, given["prior"], given["succession"])
    wanted = Options(
        given["year"],
        given["scope"],
        given["totals"],
        given["file_lang"],
        anonymous=agencies is None,
        prior=prior is not None,
    )
    if given["html"]:
        from xltool.app.selfcheck import generate_pages

        pages = generate_pages(session.shelf, era, wanted, agencies, prior)
        names = [each.name for each in pages]
    else:
        forms = Forms(session.shelf, era, wanted, given["password"], prior, options.key_of(given["key_file"]))
        asked = orders(forms, agencies, pack_by_parent=bool(pack_by))
        names = [each.name for each in asked]
    if given["dry_run"]:
        for name in names:
            session.note("would_generate", name=name)
        return
    how = {"force": given["force"], "again": True}
    with executing(session, given["scheduler"]) as executor, Work(session, "write", len(names)) as work:
        if given["html"]:
            write_all(Path(output), ((each.name, each.make) for each in pages), **how, told=work.step)
        else:
            map_ = (executor or Here()).map
            write_made(
                Path(output), names, lambda some: map_(forms, map(asked.__getitem__, some)), **how, told=work.step
            )
    session.note("done_generated", count=len(names), folder=output)
