"""xltool demo"""

from __future__ import annotations

from pathlib import Path

import click

from xltool.app.demo import BLANK, RETURNED, SUMMARY, demonstrate
from xltool.cli import options
from xltool.cli.context import Session
from xltool.report.findings import FORMATS


@click.command("demo", short_help="Run the main job on example figures and show where to look.")
@click.option(
    "-o", "--output", default="demo", show_default=True, type=click.Path(file_okay=False), help="Folder to write to."
)
@options.force
@click.pass_obj
def command(session: Session, output: str, force: bool) -> None:
    """Make workbooks for a small roster, fill them with real figures and realistic slips, validate and merge them."""
    from xltool.io.writing.sinks import write_all

    folder = Path(output)
    shown = list(demonstrate(session.shelf))
    texts = ["\n".join(FORMATS["text"](each.returned, session.wording)) + "\n" for each in shown]
    outputs = [(each.name, each.data) for one in shown for each in one.outputs]
    outputs += [(f"{one.folder}/findings.txt", text.encode("utf-8")) for one, text in zip(shown, texts, strict=True)]
    write_all(folder, outputs, force=force)
    for one, text in zip(shown, texts, strict=True):
        click.echo(f"== {one.folder} ==")
        click.echo(text)
        for line in session.wording.lines(one.merged.findings, None):
            click.echo(line)
        click.echo("")
    first = folder / shown[0].folder
    session.tell("demo_where", folder=output)
    session.tell("demo_blank", path=str(first / BLANK))
    session.tell("demo_returned", path=str(first / RETURNED))
    session.tell("demo_findings", path=str(first / "findings.txt"))
    session.tell("demo_summary", path=str(first / SUMMARY))
    session.tell("demo_second", path=str(folder / shown[1].folder))
