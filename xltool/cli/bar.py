"""The bar that shows how far work is, drawn by rich."""

from __future__ import annotations

import io
import sys
from typing import TextIO

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


class _Above(io.TextIOBase):
    """A stream of the terminal whose lines appear above the bar.

    rich has one too, but it wraps lines, and click writes past it: click takes only a stream that tells its encoding.
    """

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, console: Console, stream: TextIO) -> None:
        self._console, self._stream, self._begun = console, stream, ""

    def write(self, text: str) -> int:
        """Whole lines at once; one that is begun waits for its end."""
        *lines, self._begun = (self._begun + text).split("\n")
        if lines:
            self._console.print(Text("\n".join(lines)), soft_wrap=True)
        return len(text)

    @property
    def rich_proxied_file(self) -> TextIO:
        """Where rich itself writes."""
        return self._stream

    def isatty(self) -> bool:
        return True

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def bar(session: Session, kind: str, total: int, done: int) -> Progress:
    """A bar on the standard error that is already shown, and leaves nothing behind when it is stopped. What is printed
    meanwhile on the same terminal appears above it."""
    console = Console(stderr=True)
    shown = Progress(
        TextColumn("{task.description}"),
        BarColumn(complete_style="green", finished_style="green"),
        MofNCompleteColumn(),
        _Pace(session),
        console=console,
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
    )
    shown.add_task(session.said(f"work_{kind}"), total=total, completed=done)
    streams = {"stderr": sys.stderr, "stdout": sys.stdout}
    shown.start()
    for name, stream in streams.items():
        if getattr(sys, name) is not stream:  # rich will put it back
            setattr(sys, name, _Above(console, stream))
    return shown
