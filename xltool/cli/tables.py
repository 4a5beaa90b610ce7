"""Lists as tables, where standard output is a terminal; rich is imported only there."""

from __future__ import annotations

import os
import sys

import click

from xltool.report.listing import Listing, Parts

_STYLES = {"good": "green", "amber": "yellow", "red": "red", "": ""}


def on_terminal() -> bool:
    """Whether somebody reads the standard output as it comes."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def show(parts: Parts) -> None:
    """Lines as they are, lists as tables."""
    for part in parts:
        if isinstance(part, Listing):
            _draw(part)
        else:
            click.echo(part)


def _draw(listing: Listing) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in listing.heads:
        table.add_column(head, overflow="fold")  # nothing is cut off
    tones = listing.tones or ("",) * len(listing.rows)
    for row, tone in zip(listing.rows, tones, strict=True):
        # As texts: what stands in brackets is no markup.
        table.add_row(*(Text(cell) for cell in row), style=_STYLES[tone])
    Console().print(table)
