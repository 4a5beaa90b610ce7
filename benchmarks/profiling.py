"""Where the time goes: generate, validate and merge under Python's profiler, by the part of the program."""

from __future__ import annotations

import cProfile
import pstats
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import generating, merging, validating
from benchmarks.common import ROOT
from xltool.app.returns.validating import validate_files
from xltool.app.shelf import Shelf
from xltool.io.inputs import gather
from xltool.io.library import Library
from xltool.model.expected import Expected

_SHOWN = 8


def profiles(size: int) -> str:
    """The three profiles in Markdown."""
    with tempfile.TemporaryDirectory(prefix="xltool-bench-") as folder:
        base = Path(folder)
        roster = generating.roster_file(base / "roster.csv", size)
        valid, _, _ = validating.returns_of(base)
        returns = validating.copies(valid, base / "returns", size)
        merging.write_province(base / "province", size)
        judged = merging.judged(base / "province")
        works: dict[str, Callable[[], object]] = {
            f"generate {size:,} workbooks": lambda: generating.xltool(roster, base / "made"),
            f"validate {size:,} returns, in this process": lambda: _validate(returns),
            f"merge {size:,} records": lambda: merging.xltool(*judged),
        }
        return "\n\n".join(_profile(name, work) for name, work in works.items())


def _validate(folder: Path) -> None:
    """As the reading process does it."""
    shelf = Shelf(Library(), isolated=False)
    list(validate_files(gather([str(folder)]), shelf, Expected()))


def _profile(name: str, work: Callable[[], object]) -> str:
    profiler = cProfile.Profile()
    profiler.enable()
    work()
    profiler.disable()
    found = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    total = sum(own for _, _, own, _, _ in found.values())
    spent: dict[str, float] = {}
    for (file, _, function), (_, _, own, _, _) in found.items():
        # Work of the libraries in C is their functions' own; anything else is its module's.
        key = function.strip("<>{}").partition(" at 0x")[0] if file == "~" else _module(file)
        spent[key] = spent.get(key, 0) + own
    top = sorted(spent.items(), key=lambda each: -each[1])[:_SHOWN]
    rows = [f"| `{key}` | {own / total:.0%} |" for key, own in top]
    rest = 1 - sum(own for _, own in top) / total
    return "\n".join([f"**{name}**", "", "| where | share |", "|---|---:|", *rows, f"| all else | {rest:.0%} |"])


def _module(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).as_posix()
    return "/".join(path.parts[-2:])
