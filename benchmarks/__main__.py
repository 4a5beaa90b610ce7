"""All benchmarks, their table printed and written into docs/explanation/performance.md.

    python -m benchmarks [--quick]

`--quick` does with fewer and smaller works, for a look after a change.
"""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter

from benchmarks import cold_start, generating, merging, stopping, validating
from benchmarks.common import ROOT, Row, table
from benchmarks.profiling import profiles

_PAGE = ROOT / "docs" / "explanation" / "performance.md"
_START, _END = "<!-- measured: written by make bench -->", "<!-- end of what is measured -->"
_PEERS = ("xlsxwriter", "openpyxl", "pandas", "python-calamine", "jsonschema", "frictionless")


def main(*, quick: bool) -> None:
    began = perf_counter()
    sizes = (100, 1_000) if quick else (100, 1_000, 10_000)
    rows: list[Row] = []
    for name, found in (
        ("cold start", lambda: cold_start.run(5 if quick else 9)),
        ("stop", lambda: stopping.run(3)),
        ("generate", lambda: generating.run(3, sizes)),
        ("validate", lambda: validating.run(3, sizes)),
        ("merge", lambda: merging.run(2, (1_000,) if quick else (5_000,))),
    ):
        print(f"{name} …", file=sys.stderr)
        rows += found()
    text = "\n\n".join([_machine(), table(rows), "### Where the time goes", profiles(200 if quick else 1_000)])
    print(text)
    print(f"{perf_counter() - began:.0f} s", file=sys.stderr)
    page = _PAGE.read_text(encoding="utf-8")
    before, after = page[: page.index(_START)], page[page.index(_END) :]
    _PAGE.write_text(f"{before}{_START}\n\n{text}\n\n{after}", encoding="utf-8")


def _machine() -> str:
    """What it was measured on, and with."""
    load = f", {os.getloadavg()[0]:.1f} processes waiting for it on the average" if hasattr(os, "getloadavg") else ""
    return (
        f"{os.cpu_count()} cores{load}; Python {platform.python_version()} on {platform.system()}; "
        f"{', '.join(f'{name} {_version(name)}' for name in _PEERS)}."
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed, and left out"


if __name__ == "__main__":
    main(quick="--quick" in sys.argv[1:])
