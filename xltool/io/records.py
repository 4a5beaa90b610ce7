"""Canonical records as JSON, and JSON as records: the whole record, or every reason why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Protocol, cast

from xltool.io.exact_json import dump_json, parse_json
from xltool.io.schema_findings import capped, frame_findings, schema_findings, shown, type_finding
from xltool.lang import Text
from xltool.model import texts
from xltool.model.finding import Argument, Finding, Refused
from xltool.model.place import Place
from xltool.model.record import COVER_FIELDS, TEXT_PARTS, Agency, Explanation, Mark, Record, Source, Value, in_order
from xltool.numbers import decimals, exact, plain
from xltool.once import once

__all__ = ["EraLike", "IndicatorLike", "dump_line", "dump_record", "parse_json", "record_from"]


class IndicatorLike(Protocol):
    """What reading a record needs to know of an indicator."""

    @property
    def path(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def decimals(self) -> int: ...


class EraLike(Protocol):
    """What reading a record needs to know of its era; `indicators` are in schema order."""

    @property
    def indicators(self) -> Mapping[str, IndicatorLike]: ...
    @property
    def schema(self) -> Mapping[str, Any]: ...


def dump_record(record: Record) -> bytes:
    """The canonical JSON of `record`, for files."""
    return (dump_json(_tree(record), indent=2) + "\n").encode("utf-8")


def dump_line(record: Record) -> bytes:
    """The same on one line, for JSON Lines."""
    return (dump_json(_tree(record)) + "\n").encode("utf-8")


def _tree(record: Record) -> dict[str, object]:
    agency = record.agency
    facts = {"level": agency.level, "rule_making": agency.rule_making}
    tree: dict[str, object] = {
        "era": record.era,
        "year": record.year,
        "scope": record.scope,
        "submission": record.submission,
        "agency": {"code": agency.code, "name": agency.name}
        | {key: fact for key, fact in facts.items() if fact is not None},
        "cover": {name: record.cover.get(name, "") for name in COVER_FIELDS},
        "data": _nested(record.values),
        "text": {part: record.text.get(part, "") for part in TEXT_PARTS},
        "marks": {path: {"kind": mark.kind, "raw": mark.raw} for path, mark in _in_order(record.marks, record.values)},
        "explanations": [{"check": one.check, "place": one.place, "text": one.text} for one in record.explanations],
    }
    if record.source is not None:
        tree["source"] = {"file": record.source.file, "sha256": record.source.sha256}
    return tree


def _nested(values: Mapping[str, object]) -> dict[str, object]:
    """Dotted paths as objects within objects, in the order they come."""
    root: dict[str, Any] = {}
    for path, value in values.items():
        *folders, leaf = path.split(".")
        node = root
        for folder in folders:
            node = node.setdefault(folder, {})
        node[leaf] = value
    return root


def _in_order(marks: Mapping[str, Mark], paths: Mapping[str, object]) -> Iterator[tuple[str, Mark]]:
    yield from ((path, marks[path]) for path in paths if path in marks)
    yield from ((path, mark) for path, mark in marks.items() if path not in paths)


def record_from(data: object, era: EraLike) -> tuple[Record, tuple[Finding, ...]]:
    """The record that `data`, a parsed JSON value, holds, and what is to be said about its numbers.

    Raises `Refused` with everything that keeps `data` from being a record of `era`.
    """
    problems = frame_findings(data)
    if problems:
        raise Refused(*capped(problems))
    tree = cast(dict[str, Any], data)
    leaves = dict(_leaves(tree["data"]))
    values = {path: leaves.get(steps) for steps, path in _figures(era).items()}
    problems += _unknown(leaves, era)
    problems += schema_findings({**tree, "data": _nested(values)}, era.schema)
    problems += _misfits(values, era)
    reader = _Texts(problems)
    record = _record(tree, {path: _value(path, value, reader) for path, value in values.items()}, reader)
    problems += _mark_problems(record)
    if problems:
        raise Refused(*capped(problems))
    return record, tuple(_too_precise(record, era))


_KINDS = {"number": Text("数字或空（null）", "a number or null"), "text": Text("文字或空（null）", "a text or null")}
_OBJECT = Text("对象", "an object")


def _misfits(values: Mapping[str, object], era: EraLike) -> Iterator[Finding]:
    """Values that no schema may let through."""
    for path, indicator in era.indicators.items():
        value = values[path]
        types = str if indicator.kind == "text" else int | Decimal
        if value is not None and (isinstance(value, bool) or not isinstance(value, types)):
            yield type_finding(f"data.{path}", _KINDS[indicator.kind], value, path)


def _leaves(node: object, steps: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Everything in `data` that is no object with keys, by the keys that lead to it."""
    if isinstance(node, dict) and (node or not steps):
        for key, item in node.items():
            yield from _leaves(item, (*steps, key))
    else:
        yield steps, node


def _unknown(leaves: Mapping[tuple[str, ...], object], era: EraLike) -> Iterator[Finding]:
    """Figures the form does not have: reported, since they would be lost."""
    strange = [steps for steps in leaves if steps not in _figures(era)]
    folders = {steps[:end] for steps in _figures(era) for end in range(1, len(steps))} if strange else ()
    for steps in strange:
        path = texts.visible(".".join(steps))
        if steps not in folders:
            yield Finding("RECORD-UNKNOWN-KEY", "error", (Place(ref=path),), args={"path": f"data.{path}"})
        elif leaves[steps] != {}:
            yield type_finding(f"data.{path}", _OBJECT, leaves[steps])


@once
def _figures(era: EraLike) -> dict[tuple[str, ...], str]:
    """The paths of the form by their steps."""
    return {tuple(path.split(".")): path for path in era.indicators}


class _Texts:
    """Canonical texts; what no text may have goes to `problems`."""

    def __init__(self, problems: list[Finding]) -> None:
        self._problems = problems

    def __call__(self, path: str, text: str) -> str:
        clean = texts.canonical(text)
        character = texts.forbidden(clean)
        where = (Place(ref=path),)
        if character:
            found: dict[str, Argument] = {"path": path, "character": character}
            self._problems.append(Finding("RECORD-CHARACTER", "error", where, args=found))
        length = texts.length(clean)
        if length > texts.MAX_TEXT:
            size: dict[str, Argument] = {"path": path, "length": length, "limit": texts.MAX_TEXT}
            self._problems.append(Finding("RECORD-TEXT-TOO-LONG", "error", where, args=size))
        return clean


def _value(path: str, value: object, read: _Texts) -> Value:
    if isinstance(value, str):
        return read(f"data.{path}", value).strip() or None
    return exact(value) if isinstance(value, int | Decimal) else None


def _record(tree: Mapping[str, Any], values: Mapping[str, Value], read: _Texts) -> Record:
    agency, source = tree.get("agency", {}), tree.get("source")
    cover, text, marks = tree.get("cover", {}), tree.get("text", {}), tree.get("marks", {})
    found = {
        path: Mark(mark["kind"], "" if mark["kind"] == "declared_zero" else read(_raw(path), mark.get("raw", "")))
        for path, mark in marks.items()
    }
    return Record(
        era=read("era", tree["era"]),
        year=int(tree["year"]),
        scope=tree.get("scope", "own"),
        submission=int(tree.get("submission", 1)),
        agency=Agency(
            read("agency.code", agency.get("code", "")).strip(),
            read("agency.name", agency.get("name", "")).strip(),
            read("agency.level", agency.get("level") or "") or None,
            agency.get("rule_making"),
        ),
        values=values,
        cover={name: read(f"cover.{name}", cover.get(name, "")) for name in COVER_FIELDS},
        text={part: read(f"text.{part}", text.get(part, "")) for part in TEXT_PARTS},
        marks=dict(_in_order(found, values)),
        explanations=_explanations(tree, read),
        source=source and Source(read("source.file", source["file"]), source["sha256"]),
    )


def _raw(path: str) -> str:
    return f"marks.{texts.visible(path)}.raw"


def _explanations(tree: Mapping[str, Any], read: _Texts) -> tuple[Explanation, ...]:
    """The explanations in their canonical order; a blank one explains nothing."""
    every = (
        Explanation(*(read(f"explanations.{number}.{key}", one.get(key, "")) for key in ("check", "place", "text")))
        for number, one in enumerate(tree.get("explanations", ()), start=1)
    )
    return in_order(one for one in every if one.text)


def _mark_problems(record: Record) -> Iterator[Finding]:
    """Marks that contradict the value they stand at."""
    for path, mark in record.marks.items():
        value = record.values.get(path)
        wanted = 0 if mark.kind == "declared_zero" else None
        if path not in record.values:
            yield Finding("RECORD-MARK-PATH", "error", (Place(ref=path),), args={"path": texts.visible(path)})
        elif value != wanted:
            code = "RECORD-MARK" if wanted is None else "RECORD-MARK-ZERO"
            args: dict[str, Argument] = {"path": path, "kind": mark.kind, "value": shown(value)}
            yield Finding(code, "error", (Place(ref=path),), (path,), args)


def _too_precise(record: Record, era: EraLike) -> Iterator[Finding]:
    for path, value in record.values.items():
        limit = era.indicators[path].decimals
        if isinstance(value, int | Decimal) and decimals(value) > limit:
            args: dict[str, Argument] = {"path": path, "value": plain(value), "decimals": limit}
            yield Finding("RECORD-DECIMALS", "error", (Place(ref=path),), (path,), args)
