"""How far long work is: a bar on the standard error of a terminal, and what to say when somebody stops it.

rich is only imported on a terminal, and only for work that takes more than a moment.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

    from xltool.app.watching import Watch
    from xltool.cli.context import Session

Kind = Literal["check", "read", "make", "write", "take", "again"]
"""What is done with each thing: its words are ``work_<kind>`` on the bar and ``stopped_<kind>``."""
Item = TypeVar("Item")

# What is done sooner has no bar.
_MOMENT_SECONDS = 0.5


def on_terminal() -> bool:
    """Whether somebody watches the standard error."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


class Work:
    """Long work on `total` things, of which `done` are done. Shown while in its `with` block."""

    latest: ClassVar[Work | None] = None

    def __init__(self, session: Session, kind: Kind, total: int) -> None:
        self.session, self.kind, self.total, self.done = session, kind, total, 0
        self._bar: Progress | None = None
        self._due = time.monotonic() + _MOMENT_SECONDS if on_terminal() else float("inf")
        Work.latest = self

    def __enter__(self) -> Work:
        return self

    def __exit__(self, *_: object) -> None:
        self.hide()

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self.done += count
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self.done)
        elif time.monotonic() > self._due:
            from xltool.cli.bar import bar

            # By whoever prints the lines: one printed by another thread just now would end up in the bar.
            self._bar = bar(self.session, self.kind, self.total, self.done)

    def hide(self) -> None:
        """Take the bar away for good."""
        self._due = float("inf")
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def each_of(session: Session, items: Collection[Item], kind: Kind) -> Iterator[Item]:
    """The items one after the other, each counted when the next is asked for: until then it is worked on."""
    with Work(session, kind, len(items)) as work:
        for item in items:
            yield item
            work.step()


def watch(session: Session, kind: Kind) -> Watch:
    """`each_of` for a use case that goes through things of its own."""
    return partial(each_of, session, kind=kind)


def results_of(session: Session, results: Iterable[Item], kind: Kind, total: int) -> Iterator[Item]:
    """The results one after the other, each counted as it comes."""
    with Work(session, kind, total) as work:
        for result in results:
            work.step()
            yield result


def say_stopped() -> None:
    """After Ctrl-C: what was done, and that the same command goes on from there."""
    work = Work.latest
    if work is None:
        return
    work.hide()
    if work.total:
        work.session.note(f"stopped_{work.kind}", done=work.done, total=work.total)
    else:
        work.session.note("stopped")
