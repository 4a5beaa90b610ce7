"""Returns read in processes of their own, from this side of the pipe."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xltool.app.shelf import Shelf
from xltool.io.books.guard import MAX_FILE
from xltool.io.books.isolation import Reader
from xltool.io.books.return_wire import load_return
from xltool.io.books.wire import Malformed
from xltool.model.finding import Argument, Finding, Refused
from xltool.model.place import Place, Places
from xltool.model.returned import Returned
from xltool.model.texts import visible

if TYPE_CHECKING:
    from xltool.model.expected import Expected
    from xltool.plan.form import Options

PARSER = "xltool.app.reading:in_process"
# The fields of `Options` that are a number, a text or a truth, with what each must be.
PLAIN_OPTIONS = {"year": int, "scope": str, "totals": str, "lang": str, "anonymous": bool, "texts": bool, "prior": bool}


def returns_reader(shelf: Shelf, jobs: int, parser: str = PARSER) -> Reader[Returned]:
    """Reads returns in `jobs` processes."""
    return Reader(jobs, parser=parser, load=partial(load_return, places_of=partial(_places_of, shelf)))


def read_remotely(data: bytes, file: str, shelf: Shelf, expected: Expected, *, judge: bool) -> Returned:
    """The return in `data`, with the verdict on it where `judge`. Raises Refused where the file cannot be opened."""
    if len(data) > MAX_FILE:
        raise Refused(Finding("FILE-TOO-LARGE", "error", args={"megabytes": MAX_FILE // (1024 * 1024)}))
    told = _message(data, file, shelf.library.extra, expected, judge=judge)
    answer = shelf.returns.answer(told, len(told))
    if isinstance(answer, Refused):
        raise answer
    return answer


def _message(data: bytes, file: str, extra: Path | None, expected: Expected, *, judge: bool) -> bytes:
    """The key of a campaign goes through a pipe, never as an argument, which others could see."""
    head = {
        "file": file,
        "extra": None if extra is None else str(extra),
        "expected": {**asdict(expected), "key": expected.key.hex()},
        "judge": judge,
    }
    return json.dumps(head).encode("ascii") + b"\n" + data


def _places_of(shelf: Shelf, file: str, era_id: str, said: list[Any]) -> Places:
    """The places of a return that has everything where its form has it. Raises Malformed."""
    *plain, extras = said
    if [type(each) for each in plain] != list(PLAIN_OPTIONS.values()) or {type(each) for each in extras} - {str}:
        raise Malformed
    return Places(file, partial(_refs, shelf, era_id, plain, extras), (era_id, *plain, *extras))


def _refs(shelf: Shelf, era_id: str, plain: list[Any], extras: list[str]) -> dict[str, tuple[str, str]]:
    from xltool.passes.unchanged import refs_of  # only where a place is asked for, and with it the whole plan

    return refs_of(shelf.plan(era_id, _options(plain, extras)))


def _options(plain: list[Any], extras: list[str]) -> Options:
    from xltool.plan.form import Options

    return Options(**dict(zip(PLAIN_OPTIONS, plain, strict=True)), extras=frozenset(extras))


def in_file(finding: Finding, file: str) -> Finding:
    """A finding that says which file it is about."""
    places = tuple(replace(place, file=file) for place in finding.places) or (Place(file),)
    return replace(finding, places=places)


def internal(file: str, error: Exception) -> Returned:
    """FILE-INTERNAL; where a developer wants to see it, the error itself is raised."""
    if os.environ.get("XLTOOL_TRACEBACK"):
        raise error
    args: dict[str, Argument] = {"summary": visible(f"{type(error).__name__}: {error}")}
    return Returned(file, findings=(Finding("FILE-INTERNAL", "error", (Place(file),), args=args),))
