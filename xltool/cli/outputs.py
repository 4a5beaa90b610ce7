"""Where results go, and in which form: by the ending of the file's name, or by --format."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from xltool.model.finding import Finding, Refused
from xltool.model.place import Place

DATA = ("csv", "jsonl", "parquet")
"""What programs read: the names of `io.writing.data_files.FORMATS`, which is not imported for ``--help``."""
ENDINGS = {".htm": "html", ".ndjson": "jsonl", ".json": "json", ".pq": "parquet"}

shape = click.option(
    "--shape",
    type=click.Choice(["wide", "long"]),
    default="wide",
    show_default=True,
    help="Of csv, jsonl and parquet: wide is a row for each return, long a row for each figure.",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to write, and its form."""

    path: Path
    form: str


def wanted(outputs: Sequence[str], form: str | None, forms: Sequence[str]) -> list[Wanted]:
    """Each of `outputs` with its form, one of `forms`. Raises Refused where an ending names none of them."""
    if form and len(outputs) > 1:
        raise click.UsageError("--format goes with one -o; of several each is made as its ending says.")
    found = [Wanted(path, form or _by_ending(path)) for path in map(Path, outputs)]
    endings = ", ".join(f".{each}" for each in forms)
    unknown = [each.path.name for each in found if each.form not in forms]
    if unknown:
        raise Refused(
            *(
                Finding("OUTPUT-ENDING", "error", (Place(name),), args={"file": name, "endings": endings})
                for name in unknown
            )
        )
    return found


def _by_ending(path: Path) -> str:
    ending = path.suffix.lower()
    return ENDINGS.get(ending, ending.removeprefix("."))


def refuse_existing(files: Iterable[Path], *, force: bool) -> None:
    """Before any work is done, not after. Raises Refused."""
    existing = [file.name for file in files if file.exists() and not force]
    if existing:
        raise Refused(*(Finding("WRITE-EXISTS", "error", (Place(name),), args={"file": name}) for name in existing))


def put(path: Path | None, data: bytes, *, force: bool) -> None:
    """Into the file, or as they are to standard output."""
    from xltool.io.writing.files import write_atomic

    if path is not None:
        write_atomic(path, data, force=force)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
