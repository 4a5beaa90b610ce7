"""What is told about a return from one process to another, and what both sides say of it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path

from xltool.model.expected import Expected
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place
from xltool.model.returned import Returned
from xltool.model.texts import visible

# The fields of `Options` that are a number, a text or a truth, with what each must be.
PLAIN_OPTIONS = {"year": int, "scope": str, "totals": str, "lang": str, "anonymous": bool, "texts": bool, "prior": bool}


def message(data: bytes, file: str, extra: Path | None, expected: Expected, *, judge: bool) -> bytes:
    """What the reading process is told of a file. A campaign's key goes through the pipe, never as an argument, which
    others could see."""
    head = {
        "file": file,
        "extra": None if extra is None else str(extra),
        "expected": _asked(expected),
        "judge": judge,
    }
    return json.dumps(head).encode("ascii") + b"\n" + data


@lru_cache(8)  # the same for every file of a run
def _asked(expected: Expected) -> dict[str, object]:
    return {**asdict(expected), "key": expected.key.hex()}


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
