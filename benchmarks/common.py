"""What all benchmarks share: works timed in turns, the memory of a process, and the rows of the table of goals.

Each benchmark has ``run(rounds, sizes) -> list[Row]``. Figures of one machine mean little, ratios of works timed in
turns in the same run mean more: whatever else the machine does, it does to all of them.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Literal

from xltool.cycles import look_seldom

ROOT = Path(__file__).resolve().parents[1]
Work = Callable[[Path], object]
"""What is timed: it gets an empty folder of its own, which is removed in the end, unmeasured."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: how `ratio`, of the medians of `work` and of what it is held `against`, meets its goal.

    `seconds` are the medians a unit (a workbook, a start) that the ratio was made of, and others worth seeing.
    """

    work: str
    against: str
    ratio: float
    bound: Literal["at least", "at most"]
    goal: float
    seconds: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def met(self) -> bool:
        return self.ratio >= self.goal if self.bound == "at least" else self.ratio <= self.goal


def interleaved(works: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """The median seconds of each work, all done in each round, every round beginning with another one.

    What they made is removed when all are done: a file system may be slow to make files where thousands were just
    removed, and would charge that to whichever work comes next.
    """
    names = list(works)
    taken: dict[str, list[float]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(prefix="xltool-bench-") as base:
        for number in range(rounds):
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                taken[name].append(_timed(works[name], Path(tempfile.mkdtemp(dir=base))))
    return {name: median(seconds) for name, seconds in taken.items()}


def _timed(work: Work, folder: Path) -> float:
    gc.collect()
    if hasattr(os, "sync"):
        os.sync()  # what others left unwritten is not charged to this one
    start = perf_counter()
    work(folder)
    return perf_counter() - start


def as_the_program(work: Work) -> Work:
    """`work` as the command line of xltool does its own: looking for cycles of objects less often than Python would."""

    def done(folder: Path) -> None:
        before = gc.get_threshold()
        look_seldom()
        try:
            work(folder)
        finally:
            gc.set_threshold(*before)

    return done


def python(*args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """This Python, run on this source tree."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *args], env=environment, check=check, capture_output=True, text=True)


def peak_memory(code: str, *args: str) -> int:
    """The most bytes in memory at once while Python ran `code`, as the command line of xltool runs its own; it finds
    `args` in ``sys.argv[1:]``.

    Linux only. ``VmHWM`` starts anew with each program; what `resource` reports begins with the parent's.
    """
    report = "\nprint([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
    before = "from xltool.cycles import look_seldom\nlook_seldom()\n"
    return int(python("-c", before + code + report, *args).stdout.split()[-1]) * 1024


def table(rows: Iterable[Row]) -> str:
    """The rows as a table in Markdown."""
    lines = ["| work | against | goal | measured | | medians |", "|---|---|---:|---:|---|---|"]
    for row in rows:
        medians = ", ".join(f"{name} {_said(seconds)}" for name, seconds in row.seconds.items())
        goal = f"{'≥' if row.bound == 'at least' else '≤'} {row.goal:g} ×"
        parts = [row.work, row.against, goal, f"{row.ratio:.2f} ×", "met" if row.met else "**missed**"]
        lines.append(f"| {' | '.join(parts)} | {medians}{f' ({row.note})' if row.note else ''} |")
    return "\n".join(lines)


def _said(seconds: float) -> str:
    return (
        f"{seconds * 1e6:.0f} µs"
        if seconds < 0.001
        else f"{seconds * 1e3:.1f} ms"
        if seconds < 1
        else f"{seconds:.1f} s"
    )


def main(run: Callable[[int, Sequence[int]], list[Row]], sizes: Sequence[int]) -> None:
    """A benchmark by itself: ``python -m benchmarks.generating [ROUNDS [SIZE...]]``."""
    rounds, *wanted = [int(each) for each in sys.argv[1:]] or [5]
    print(table(run(rounds, wanted or sizes)))
