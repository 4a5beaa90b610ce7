"""Options several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli.context import FAIL_LEVELS


def complete_eras(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The eras that begin with what is typed, for shell completion; one's own too where --schemas says where."""
    from xltool.io.library import Library
    from xltool.model.finding import Refused

    schemas = context.find_root().params.get("schemas")
    try:
        eras = Library(Path(schemas) if schemas else None).era_folders
    except Refused:
        return []
    return [era for era in eras if era.startswith(incomplete)]


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
era = click.option("--era", shell_complete=complete_eras, help="The era every file should be of; another is a finding.")
year = click.option("--year", type=click.IntRange(2000, 2100), help="The year every file should be of.")
scope = click.option("--scope", type=click.Choice(["own", "level", "area"]), help="The scope every file should be of.")
agency = click.option("--agency", metavar="CODE", help="The agency every file should be of, by its code.")
files_from = click.option(
    "--files-from",
    type=click.File("r", encoding="utf-8"),
    help="Read further paths from this file, one a line; - is standard input.",
)
prior = click.option(
    "--prior",
    type=click.Path(exists=True),
    help="Last year's returns (file, folder, zip or JSON Lines), matched by agency code.",
)
succession = click.option(
    "--succession",
    type=click.Path(dir_okay=False),
    help="Which agencies became which: CSV with 原代码,现代码,类型,生效日期,结转承接单位.",
)
key_file = click.option(
    "--key-file",
    type=click.Path(dir_okay=False),
    help="The campaign's key, any file of 16 to 4096 bytes: workbooks are sealed with it, returns verified.",
)
confirm_mapping = click.option(
    "--confirm-mapping",
    is_flag=True,
    help="Read also what needs a person's confirmation, such as tables whose cells are found by their labels alone.",
)


def key_of(path: str | None) -> bytes:
    """The key in the file, none where none is named. Raises Refused."""
    from xltool.io.key_file import read_key

    return read_key(Path(path)) if path else b""
