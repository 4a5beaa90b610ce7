"""Options several commands share."""

from __future__ import annotations

import click

from xltool.cli.context import FAIL_LEVELS

force = click.option("--force", is_flag=True, help="Overwrite files that exist.")
dry_run = click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
password = click.option(
    "--password", default="", help="Sheet protection password, 1 to 15 ASCII characters. Guidance, not security."
)
file_lang = click.option(
    "--file-lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language inside the files written.",
)
fail_on = click.option(
    "--fail-on",
    type=click.Choice(FAIL_LEVELS),
    default="error",
    show_default=True,
    help="Lowest severity that makes the exit code 1.",
)
roster = click.option(
    "--roster",
    type=click.Path(dir_okay=False),
    help="The agencies that must report: CSV or xlsx with at least the columns 代码 (code) and 全称 (name).",
)
era = click.option("--era", help="The era every file should be of; another is a finding.")
year = click.option("--year", type=click.IntRange(2000, 2100), help="The year every file should be of.")
scope = click.option("--scope", type=click.Choice(["own", "level", "area"]), help="The scope every file should be of.")
files_from = click.option(
    "--files-from",
    type=click.File("r", encoding="utf-8"),
    help="Read further paths from this file, one a line; - is standard input.",
)
