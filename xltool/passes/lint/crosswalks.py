"""Faults of a crosswalk: formulas that name what a form does not have, and figures mapped twice."""

from __future__ import annotations

from collections.abc import Iterator

from xltool.model.crosswalk import Crosswalk, formula
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place
from xltool.passes.lint.wording import PROBLEMS
from xltool.rules.captures import bindings
from xltool.rules.nodes import refs
from xltool.rules.parse import RuleError


def crosswalk_findings(crosswalk: Crosswalk, older: Era, newer: Era, file: str) -> Iterator[Finding]:
    """What is wrong with the crosswalk of `older` and `newer`."""
    seen: set[str] = set()
    for entry in crosswalk.series:
        if entry.id in seen:
            yield _found("LINT-SERIES-TWICE", file, entry.id, id=entry.id)
        seen.add(entry.id)
        for era, source in ((older, entry.older), (newer, entry.newer)):
            if source:
                yield from _formula(source, era, file, entry.id)
    for pattern in crosswalk.same:
        for era in (older, newer):
            if not bindings({"p": (pattern,)}, era.groups, era.indicators):
                yield _found("LINT-NO-MATCH", file, "same", patterns=f"{era.id}: {pattern}")


def _formula(source: str, era: Era, file: str, where: str) -> Iterator[Finding]:
    try:
        found = list(refs(formula(source, era)))
    except RuleError as error:
        args: dict[str, Argument] = {"path": f"{era.id}: {error.text}", "column": error.column, "text": error.text}
        if error.problem == "unknown_path":
            yield _found("LINT-UNKNOWN-PATH", file, where, **args)
        else:
            yield _found("LINT-RULE", file, where, **args, problem=PROBLEMS[error.problem])
        return
    units = {era.indicators[ref.path].unit for ref in found if ref.origin == "data"}
    if len(units) > 1:
        names = "、".join(sorted(unit.zh if unit else "—" for unit in units))
        yield _found("LINT-SERIES-UNITS", file, where, era=era.id, units=names)
    for ref in found:
        if ref.origin != "data" or era.indicators[ref.path].kind == "text":
            yield _found("LINT-TEXT-OPERAND", file, where, id=where, name=ref.path)


def _found(code: str, file: str, where: str, /, **args: Argument) -> Finding:
    return Finding(code, "error", (Place(file, ref=where),), args={"file": file, "where": where, **args})
