"""Faults of a ``text.json`` that its meta-schema cannot see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xltool.model.era import Era
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place
from xltool.passes.sentences.parse import PatternError, parse_patterns

_FILE = "text.json"


def text_lint(era: Era, data: Mapping[str, Any], words: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the patterns of `era`; `words` are those all eras share."""
    if data["era"] != era.id:
        yield _found(era, "LINT-OTHER-ERA", "era", era=era.id, found=data["era"])
    seen: set[str] = set()
    for entry in data["patterns"]:
        if entry["id"] in seen:
            yield _found(era, "LINT-DUPLICATE-ID", entry["id"], id=entry["id"])
        seen.add(entry["id"])
        try:
            (pattern,) = parse_patterns({**words, **data, "patterns": [entry]})
        except PatternError:
            yield _found(era, "LINT-PATTERN", entry["id"], id=entry["id"])
            continue
        yield from _unknown(era, data, entry["id"], pattern.paths)
    for share in data.get("shares", ()):
        yield from _unknown(era, data, "shares", share.values())


def _unknown(era: Era, data: Mapping[str, Any], where: str, paths: Any) -> Iterator[Finding]:
    """Paths that are neither numbers of the form nor declared text-only keys."""
    for path in paths:
        indicator = era.indicators.get(path)
        if path not in data.get("keys", {}) and (indicator is None or indicator.kind != "number"):
            yield _found(era, "LINT-UNKNOWN-PATH", where, path=path)


def _found(era: Era, code: str, ref: str, /, **args: Argument) -> Finding:
    place = Place(file=f"{era.id}/{_FILE}", ref=ref)
    return Finding(code, "error", places=(place,), args={"file": place.file, "where": ref, **args})
