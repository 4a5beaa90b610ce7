"""xltool explain"""

from __future__ import annotations

import click

from xltool.app.explaining import Entry, entries, resembling
from xltool.cli.context import Session
from xltool.model.finding import refuse


@click.command("explain", short_help="What a code means, why it appears, what to do.")
@click.argument("code")
@click.pass_obj
def command(session: Session, code: str) -> None:
    """Print the text, cause and remedy of CODE; for a check also its rule, basis and source.

    CODE is as findings show it: VALUE-BLANK, N21-T3-BALANCE, or N21-T3-BALANCE@applications.total.
    """
    found = entries(session.shelf, code)
    if not found:
        close = resembling(session.shelf, code)
        text = session.said("explain_close", codes=", ".join(close)) if close else ""
        raise refuse("CODE-UNKNOWN", given=code, similar=text)
    for number, entry in enumerate(found):
        if number:
            click.echo("")
        _show(session, entry)


def _show(session: Session, entry: Entry) -> None:
    severity = session.said(f"severity_{entry.standing}")
    session.tell("explain_code", code=entry.code, severity=severity)
    for word, text in entry.parts(session.lang):
        session.tell(f"explain_{word}", text=text)
