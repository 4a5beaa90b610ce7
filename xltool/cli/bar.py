"""The bar that shows how far work is, drawn by rich."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from xltool.cli.context import Session


class _Pace(ProgressColumn):
    """How many a second, and how long it still takes."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def render(self, task: Task) -> Text:
        """Nothing until something is known."""
        speed, left = task.finished_speed or task.speed, task.time_remaining
        if not speed or left is None:
            return Text("")
        rate = f"{speed:.0f}" if speed >= 10 else f"{speed:.1f}"
        minutes, seconds = divmod(int(left), 60)
        return Text(self._session.said("work_pace", rate=rate, left=f"{minutes}:{seconds:02}"), style="dim")


def bar(session: Session, kind: str, total: int, done: int) -> Progress:
    """A bar on the standard error that is already shown, and leaves nothing behind when it is stopped. What is printed
    meanwhile on the same terminal appears above it."""
    shown = Progress(
        TextColumn("{task.description}"),
        BarColumn(complete_style="green", finished_style="green"),
        MofNCompleteColumn(),
        _Pace(session),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
    )
    shown.add_task(session.said(f"work_{kind}"), total=total, completed=done)
    shown.start()
    return shown
