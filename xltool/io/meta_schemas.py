"""Data files against their meta-schemas: every departure as a finding a person can act on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

from xltool.model.finding import Argument, Finding
from xltool.model.place import Place

_CUT = 80
_QUOTED = re.compile(r"'([^']*)'")
_DEFS = "#/$defs/"


def pointer(steps: Iterable[str | int]) -> str:
    """A place in a JSON document, as in ``#/checks/0/severity``."""
    return "#" + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def meta_findings(document: Any, meta: Mapping[str, Any], file: str) -> tuple[Finding, ...]:
    """What `meta` objects to in `document`, and its references that lead nowhere or in a circle."""
    found: dict[Finding | tuple[str, str, str], Finding] = {}
    for error in Draft202012Validator(meta).iter_errors(document):
        for finding in _of_error(_deepest(error), file):
            key = (finding.code, str(finding.args["where"]), str(finding.args.get("key", "")))
            found.setdefault(key, finding)
    broken = [_finding("LINT-REFERENCE", file, where, name=name) for where, name in _broken(document)]
    return (*found.values(), *broken)


def _deepest(error: ValidationError) -> ValidationError:
    """The fault behind a choice of forms none of which fits."""
    if not error.context:
        return error
    best = best_match([error])
    return best if isinstance(best, ValidationError) else error


def _of_error(error: ValidationError, file: str) -> Iterator[Finding]:
    where = pointer(error.absolute_path)
    validator: object = error.validator  # None where the schema at this place is plainly `false`
    if validator is None and error.absolute_path:
        *above, key = error.absolute_path
        yield _finding("LINT-UNKNOWN-KEY", file, pointer(above), key=str(key))
    elif error.validator == "required" and isinstance(error.instance, dict):
        wanted = cast(list[str], error.validator_value)
        for key in (each for each in wanted if each not in error.instance):
            yield _finding("LINT-MISSING-KEY", file, where, key=key)
    elif error.validator == "dependentRequired" and isinstance(error.instance, dict):
        pairs = cast(dict[str, list[str]], error.validator_value)
        needed = [each for key, wanted in pairs.items() if key in error.instance for each in wanted]
        for key in (each for each in needed if each not in error.instance):
            yield _finding("LINT-MISSING-KEY", file, where, key=key)
    elif error.validator in ("additionalProperties", "unevaluatedProperties") and isinstance(error.instance, dict):
        for key in _QUOTED.findall(error.message):
            if key in error.instance:
                yield _finding("LINT-UNKNOWN-KEY", file, where, key=key)
    else:
        expected = _short({str(error.validator): error.validator_value})
        yield _finding("LINT-SCHEMA", file, where, expected=expected, found=_short(error.instance))


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _CUT else text[: _CUT - 1] + "…"


def _finding(code: str, file: str, where: str, **args: Argument) -> Finding:
    return Finding(code, "error", (Place(file, "", where),), args={"file": file, "where": where, **args})


def _broken(document: Any) -> Iterator[tuple[str, str]]:
    """Places whose ``$ref`` is not in ``$defs``, and definitions that end up in themselves."""
    if not isinstance(document, dict) or not isinstance(document.get("$defs", {}), dict):
        return
    defs = document.get("$defs", {})
    for where, name in _references(document, ()):
        if not name.startswith(_DEFS) or name.removeprefix(_DEFS) not in defs:
            yield pointer(where), name
    for name in defs:
        if name in _reached(defs, name):
            yield f"{_DEFS}{name}", _DEFS + name


def _references(node: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield steps, node["$ref"]
        for key, child in node.items():
            yield from _references(child, (*steps, key))
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from _references(child, (*steps, number))


def _reached(defs: Mapping[str, Any], start: str) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        for _, name in _references(defs.get(waiting.pop(), {}), ()):
            target = name.removeprefix(_DEFS)
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached
