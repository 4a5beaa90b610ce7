"""Cold starts of the command line, against Python importing click, which every command needs."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common import Row, Work, interleaved, main, python
from benchmarks.generating import ERA
from benchmarks.validating import valid_return


def run(rounds: int, sizes: Sequence[int] = ()) -> list[Row]:
    """The rows of cold starts; there are no sizes."""
    with tempfile.TemporaryDirectory(prefix="xltool-bench-") as folder:
        file = Path(folder) / "one.xlsx"
        file.write_bytes(valid_return())
        seconds = interleaved(
            {
                "python": _start("-c", "pass"),
                "import click": _start("-c", "import click"),
                "--version": _start("-m", "xltool", "--version"),
                "validate": _start("-m", "xltool", "validate", str(file)),
                "generate": _start("-m", "xltool", "generate", ERA, "--year", "2025", "--force", "-o", folder),
            },
            rounds,
        )
    floor = seconds["import click"]
    return [
        Row(f"xltool {name}", "import click", seconds[command] / floor, "at most", goal, seconds)
        for name, command, goal in (("--version", "--version", 1.5), ("validate one.xlsx", "validate", 4))
    ]


def _start(*args: str) -> Work:
    return lambda folder: python(*args)


if __name__ == "__main__":
    main(run, ())
