"""Ctrl-C: how long it takes until a command that has long to work has ended, and said what was done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.common import ROOT, Row, main, python
from benchmarks.generating import ERA, roster_file

_YEAR, _AFTER_SECONDS, _STOPPED = "2025", 1.5, 130
# Enough that no machine is done with them before it is stopped.
_RETURNS, _AGENCIES = 3_000, 30_000


def run(rounds: int, sizes: Sequence[int] = ()) -> list[Row]:
    """The rows of stopping; there are no sizes. Only where there are signals, and nobody told to ignore them."""
    if os.name != "posix" or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        return []
    with tempfile.TemporaryDirectory(prefix="xltool-bench-") as folder:
        return list(_rows(rounds, Path(folder)))


def _rows(rounds: int, base: Path) -> Iterator[Row]:
    few, many = (roster_file(base / f"{size}.csv", size) for size in (_RETURNS, _AGENCIES))
    returns = str(base / "returns")
    assert python("-m", "xltool", *_generate(few, returns)).returncode == 0
    commands = {
        "generate": lambda number: _generate(many, str(base / f"made-{number}")),
        "validate": lambda number: ("validate", returns),
        "merge": lambda number: ("merge", returns, "-o", str(base / "summary.xlsx")),
    }
    for name, command in commands.items():
        seconds = median(_stopped(command(number)) for number in range(rounds))
        yield Row(
            f"Ctrl-C while xltool {name} works", "1 second", seconds, "at most", 1, {"until it has ended": seconds}
        )


def _generate(roster: Path, folder: str) -> tuple[str, ...]:
    return ("generate", ERA, "--year", _YEAR, "--roster", str(roster), "-o", folder)


def _stopped(command: Sequence[str]) -> float:
    """Seconds from the signal to the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "xltool", *command],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(_AFTER_SECONDS)
    start = time.perf_counter()
    process.send_signal(signal.SIGINT)
    code = process.wait()
    seconds = time.perf_counter() - start
    assert code == _STOPPED, f"xltool {command[0]} ended with {code}"
    return seconds


if __name__ == "__main__":
    main(run, ())
