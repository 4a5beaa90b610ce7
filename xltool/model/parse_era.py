"""Parsed JSON of an era's data files to an `Era`. Pure; the files are read by `io.eras`.

The files have passed their meta-schemas; what those cannot see (a path that is not there, a total in a circle)
is reported as `Fault`s, all of them, so that `lint` can show them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from xltool.lang import Text, text_of
from xltool.model.check import Check, Instance
from xltool.model.era import Era, Group, Indicator, Total
from xltool.numbers import Number, exact
from xltool.rules.captures import bindings, substitute
from xltool.rules.nodes import Either, Node, Ref, refs
from xltool.rules.parse import RuleError, parse_formula, parse_rule

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a data file: a code of the catalogue, where in the file, and what."""

    code: str
    where: str
    args: Mapping[str, str]


def parse_era(schema: Json, checks: Json) -> tuple[Era, tuple[Fault, ...]]:
    """The era of a record schema and its checks, and what is wrong with them."""
    nodes = list(_walk(schema, _resolved(schema, schema["properties"]["data"]), ""))
    head = schema["x-era"]
    faults: list[Fault] = []
    leaves = [path for path, node in nodes if "properties" not in node]
    era = Era(
        id=head["id"],
        version=head["version"],
        code=head["code"],
        title=Text(schema["title"], schema["x-en"]),
        short=text_of(head["short"]),
        basis=text_of(head["basis"]),
        first_year=head["years"].get("from"),
        last_year=head["years"].get("until"),
        not_applicable=frozenset(head["not_applicable"]),
        indicators={path: _indicator(path, node, head["blank"]) for path, node in nodes if "properties" not in node},
        groups={path: Group(path, *_names(node)) for path, node in nodes if "properties" in node},
        totals={},
        eithers={each.whole.path: each for each in _eithers(nodes, leaves, faults)},
        checks={},
        instances=(),
        schema=schema,
    )
    totals = {total.path: total for total in _totals(era, schema.get("x-totals", ()), faults)}
    found = [_check(entry) for entry in checks["checks"]]
    for check in _repeated(found):
        faults.append(Fault("LINT-DUPLICATE-ID", f"checks.json {check.id}", {"id": check.id}))
    instances = tuple(instance for check in found for instance in _instances(era, check, faults))
    faults.extend(_circles(totals))
    whole = replace(era, totals=totals, checks={check.id: check for check in found}, instances=instances)
    return whole, tuple(faults)


def _resolved(schema: Json, node: Json) -> Json:
    """`node` with its local reference, if any, laid under its own annotations."""
    while "$ref" in node:
        name = str(node["$ref"]).removeprefix("#/$defs/")
        node = {**schema["$defs"][name], **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def _walk(schema: Json, node: Json, path: str) -> Iterator[tuple[str, Json]]:
    for name, child in node["properties"].items():
        below = f"{path}.{name}" if path else name
        resolved = _resolved(schema, child)
        yield below, resolved
        if "properties" in resolved:
            yield from _walk(schema, resolved, below)


def _names(node: Json) -> tuple[Text, Text, Text | None]:
    title = Text(node.get("title", ""), node.get("x-en", ""))
    short = text_of(node["x-short"]) if "x-short" in node else title
    return title, short, text_of(node["x-note"]) if "x-note" in node else None


def _indicator(path: str, node: Json, blank: str) -> Indicator:
    title, short, note = _names(node)
    text = "string" in node["type"]
    return Indicator(
        path=path,
        title=title,
        short=short,
        kind="text" if text else "number",
        unit=text_of(node["x-unit"]) if "x-unit" in node else None,
        note=note,
        decimals=node.get("x-decimals", 0),
        minimum=_number(node.get("minimum")),
        maximum=_number(node.get("maximum")),
        method=node.get("x-method", "none" if text else "sum"),
        blank=cast(Any, "allowed" if text else node.get("x-blank", blank)),
        optional=node.get("x-optional", False),
    )


def _number(value: object) -> Number | None:
    return None if value is None else exact(Decimal(str(value)))


def _eithers(nodes: list[tuple[str, Json]], leaves: list[str], faults: list[Fault]) -> Iterator[Either]:
    for path, node in nodes:
        if names := node.get("x-either"):
            either = Either(Ref(f"{path}.{names['whole']}"), tuple(Ref(f"{path}.{part}") for part in names["parts"]))
            unknown = [ref.path for ref in refs(either) if ref.path not in leaves]
            where = f"record.schema.json {path} x-either"
            faults.extend(Fault("LINT-UNKNOWN-PATH", where, {"path": each}) for each in unknown)
            if not unknown:
                yield either


def _captures(entry: Json) -> dict[str, tuple[str, ...]]:
    return {name: tuple(patterns) for name, patterns in entry.get("for", {}).items()}


def _paths(era: Era) -> list[str]:
    return [*era.groups, *era.indicators]


def _bound(era: Era, entry: Mapping[str, tuple[str, ...]], where: str, faults: list[Fault]) -> list[dict[str, str]]:
    segments = {segment for path in _paths(era) for segment in path.split(".")}
    for name in entry:
        if name in segments:
            faults.append(Fault("LINT-CAPTURE-NAME", where, {"name": name}))
    found = bindings(entry, era.groups, era.indicators)
    if not found:
        faults.append(Fault("LINT-NO-MATCH", where, {"patterns": ", ".join(p for ps in entry.values() for p in ps)}))
    return found


def _totals(era: Era, entries: Any, faults: list[Fault]) -> Iterator[Total]:
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        where = f"record.schema.json x-totals[{number}]"
        for binding in _bound(era, _captures(entry), where, faults):
            path = substitute(entry["total"], binding)
            if path not in era.indicators:
                faults.append(Fault("LINT-UNKNOWN-PATH", where, {"path": path}))
                continue
            if path in seen:
                faults.append(Fault("LINT-TOTAL-TWICE", where, {"path": path}))
            seen.add(path)
            try:
                skip = entry.get("blank") == "skip"
                yield Total(path, parse_formula(substitute(entry["is"], binding), era.leaves, skip=skip))
            except RuleError as error:
                faults.append(_rule_fault(error, where))


def _check(entry: Json) -> Check:
    return Check(
        id=entry["id"],
        declared=entry["severity"],
        basis=entry["basis"],
        text=text_of(entry),
        source=text_of(entry["source"]),
        rule=entry["rule"],
        captures=_captures(entry),
        skip=entry.get("blank") == "skip",
        where=text_of(entry["where"]) if "where" in entry else None,
        say=text_of(entry["say"]) if "say" in entry else None,
        decimals=entry.get("decimals"),
        from_year=entry.get("from"),
        until_year=entry.get("until"),
        trial=entry.get("trial", False),
    )


def _instances(era: Era, check: Check, faults: list[Fault]) -> Iterator[Instance]:
    where = f"checks.json {check.id}"
    for binding in _bound(era, check.captures, where, faults):
        try:
            rule = parse_rule(substitute(check.rule, binding), era.leaves, skip=check.skip)
        except RuleError as error:
            faults.append(_rule_fault(error, where))
            return
        operands = [era.indicators[ref.path].decimals for ref in refs(rule) if ref.origin != "agency"]
        places = check.decimals if check.decimals is not None else max(operands, default=0)
        yield Instance(check, binding, rule, places)


def _repeated(checks: list[Check]) -> list[Check]:
    ids = [check.id for check in checks]
    return [check for number, check in enumerate(checks) if check.id in ids[:number]]


def _circles(totals: Mapping[str, Total]) -> Iterator[Fault]:
    for path in totals:
        if path in _reached(totals, totals[path].formula):
            yield Fault("LINT-CIRCULAR-TOTAL", "record.schema.json x-totals", {"path": path})


def _reached(totals: Mapping[str, Total], formula: Node) -> set[str]:
    reached: set[str] = set()
    waiting = [formula]
    while waiting:
        for ref in refs(waiting.pop()):
            if ref.origin == "data" and ref.path not in reached:
                reached.add(ref.path)
                if ref.path in totals:
                    waiting.append(totals[ref.path].formula)
    return reached


def _rule_fault(error: RuleError, where: str) -> Fault:
    code = "LINT-UNKNOWN-PATH" if error.problem == "unknown_path" else "LINT-RULE"
    args = {"path": error.text, "problem": error.problem, "column": str(error.column), "text": error.text}
    return Fault(code, where, args)
