"""xltool publish"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, cast

import click

from xltool.app.published.publishing import Asked, Format, Press, Published, publish_campaign, publish_files, render
from xltool.cli import options
from xltool.cli.campaign import campaign as campaign_option
from xltool.cli.campaign import opened
from xltool.cli.context import Session, fails
from xltool.cli.progress import Work, each_of, watch
from xltool.io.inputs import gather
from xltool.model.finding import refuse

_ENDINGS: dict[str, Format] = {".docx": "docx", ".html": "html", ".htm": "html"}


@click.command("publish", short_help="Write the annual report from the figures that were filed.")
@click.argument("paths", nargs=-1, type=click.Path())
@options.files_from
@campaign_option
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(),
    help="The report to write, .docx or .html; with --each a folder.",
)
@click.option("--each", is_flag=True, help="A report for every file of PATHS; in a campaign for every accepted return.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["docx", "html"]),
    help="Kind of file. Default: what the name of the output says; docx with --each.",
)
@click.option(
    "--text",
    type=click.Path(dir_okay=False),
    help="The report's text, Word or Markdown: its headings say which part it belongs to.",
)
@click.option("--agency", metavar="NAME", default="", help="The name in the title. Default: that of the record.")
@click.option("--include-invalid", is_flag=True, help="Publish figures with errors too; the report says 草稿 (draft).")
@options.fail_on
@options.force
@options.dry_run
@click.pass_obj
def command(session: Session, /, paths: tuple[str, ...], files_from: IO[str] | None, **given: Any) -> None:
    """Write the annual report in its official parts, with its tables, from a record, a returned workbook or a summary.

    PATHS are records (JSON, JSON Lines), returned workbooks, or a summary made by merge. Figures are validated first.
    """
    from xltool.io.writing.sinks import write_all

    output = Path(given["output"])
    form = _form(given["form"], output, each=given["each"])
    named = [*paths, *(line.strip() for line in files_from or () if line.strip())]
    asked = Asked(**_text(given["text"]), include_invalid=given["include_invalid"], agency=given["agency"])
    press = Press(session.shelf, asked)
    found = list(_published(session, press, named, given))
    for each in found:
        _say(session, each)
    if not given["each"] and found[0].paper is None:
        sys.exit(2)
    outputs = _outputs(session, found, form, None if given["each"] else output.name)
    if given["dry_run"]:
        for name, _ in outputs:
            session.note("would_generate", name=name)
    else:
        folder = output if given["each"] else output.parent
        with Work(session, "write", len(outputs)) as work:
            write_all(folder, outputs, force=given["force"], again=given["each"], told=work.step)
        if given["each"]:
            session.note("done_published", count=len(outputs), folder=str(output))
        else:
            session.note("done_written", file=str(output))
    sys.exit(1 if fails((finding for each in found for finding in each.findings), given["fail_on"]) else 0)


def _published(session: Session, press: Press, named: list[str], given: dict[str, Any]) -> Iterable[Published]:
    if given["each"] and given["campaign"] and not named:
        return publish_campaign(opened(given["campaign"]), press, watch(session, "check"))
    sources = gather(named)
    if not sources:
        raise refuse("INPUT-NONE")
    if not given["each"] and len(sources) != 1:
        raise refuse("PUBLISH-SEVERAL", count=len(sources))
    return publish_files(each_of(session, sources, "check"), press)


def _form(asked: str | None, output: Path, *, each: bool) -> Format:
    if asked:
        return cast(Format, asked)
    if each:
        return "docx"
    if output.suffix.lower() not in _ENDINGS:
        raise refuse("PUBLISH-ENDING", file=output.name)
    return _ENDINGS[output.suffix.lower()]


def _text(path: str | None) -> dict[str, Any]:
    """The text's document, and what it is called."""
    if not path:
        return {}
    from xltool.io.published.document import read_prose

    sources = gather([path])
    if len(sources) != 1:
        raise refuse("INPUT-ONE-FILE", path=path, count=len(sources))
    return {"text": read_prose(sources[0].load()), "text_file": sources[0].name}


def _outputs(session: Session, found: Iterable[Published], form: Format, name: str | None) -> list[tuple[str, bytes]]:
    """The reports that could be made, each under a name of its own."""
    from xltool.io.writing.files import unique_names

    made = [(each.name, each.paper) for each in found if each.paper is not None]
    names = [name] if name else [f"{each}.{form}" for each in unique_names(each for each, _ in made)]
    papers = each_of(session, [paper for _, paper in made], "make")
    return [(given, render(paper, form)) for given, paper in zip(names, papers, strict=True)]


def _say(session: Session, found: Published) -> None:
    for line in session.wording.lines(found.findings, found.record):
        click.echo(line, err=True)
