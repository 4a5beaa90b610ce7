"""Findings about data files."""

from __future__ import annotations

from xltool.model.finding import Argument, Finding
from xltool.model.place import Place


def found(code: str, era: str, file: str, ref: str = "", /, **args: Argument) -> Finding:
    """A finding about `file` of `era`; `ref` says where in it."""
    where = Place(file=f"{era}/{file}", ref=ref)
    return Finding(code, "error", places=(where,), args={"file": where.file, "where": ref, **args})
