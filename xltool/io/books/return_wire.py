"""What a process that reads whole returns sends back, as JSON: a `Returned`, or why the file could not be opened.

Like the workbook of `wire` it is data of unknown origin, and checked while it is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from sys import intern
from typing import Any

from xltool.io.books.wire import (
    Json,
    Malformed,
    a_list,
    a_mapping,
    a_text,
    finding_in,
    finding_out,
    load_answer,
    one_of,
    packed,
    whole,
)
from xltool.model.finding import Refused
from xltool.model.place import OwnPaths, Place, Places
from xltool.model.record import (
    COVER_FIELDS,
    SCOPES,
    TEXT_PARTS,
    Agency,
    Explanation,
    Mark,
    MarkKind,
    Record,
    Source,
    Value,
)
from xltool.model.returned import Returned

PlacesOf = Callable[[str, str, Json], Mapping[str, Place]]
"""The places of a file made from the form of an era with these options."""
_MARKS: tuple[MarkKind, ...] = ("not_applicable", "unreadable", "declared_zero")


def dump_return(returned: Returned, options_out: Callable[[Any], Json]) -> bytes:
    """The return as bytes; `options_out` writes the options of the form whose places it has."""
    tree = {
        "file": returned.file,
        "record": None if returned.record is None else _record_out(returned.record),
        "findings": [finding_out(each) for each in returned.findings],
        "places": _places_out(returned.places, options_out),
        "computed": sorted(returned.computed),
        "prior": None if returned.prior is None else {path: _value_out(each) for path, each in returned.prior.items()},
        "check_code": returned.check_code,
    }
    return packed({"return": tree})


def load_return(data: bytes, places_of: PlacesOf) -> Returned | Refused:
    """The answer in `data`. Raises Malformed."""
    try:
        tree = json.loads(data)
        if "return" not in tree:
            refused = load_answer(data)
            if isinstance(refused, Refused):
                return refused
            raise Malformed
        return _returned(tree["return"], places_of)
    except (KeyError, TypeError, ValueError, IndexError, RecursionError, Refused, InvalidOperation) as error:
        raise Malformed from error


def _returned(tree: Json, places_of: PlacesOf) -> Returned:
    file, said = a_text(tree["file"]), tree["record"]
    findings = tuple(finding_in(each) for each in a_list(tree["findings"]))
    if said is None:
        return Returned(file, findings=findings)
    record, prior = _record_in(said), tree["prior"]
    return Returned(
        file,
        record,
        findings,
        _places_in(tree["places"], file, record, places_of),
        frozenset(map(a_text, a_list(tree["computed"]))),
        None if prior is None else _values_in(prior),
        a_text(tree["check_code"]),
    )


def _record_out(record: Record) -> Json:
    agency = record.agency
    return {
        "era": record.era,
        "year": record.year,
        "scope": record.scope,
        "submission": record.submission,
        "agency": [agency.code, agency.name, agency.level, agency.rule_making],
        "cover": [record.cover[name] for name in COVER_FIELDS],
        "values": {path: each if each.__class__ is int else _value_out(each) for path, each in record.values.items()},
        "text": [record.text[part] for part in TEXT_PARTS],
        "marks": {path: [mark.kind, mark.raw] for path, mark in record.marks.items()},
        "explanations": [[each.check, each.place, each.text] for each in record.explanations],
        "source": None if record.source is None else [record.source.file, record.source.sha256],
    }


def _record_in(tree: Json) -> Record:
    code, name, level, power = a_list(tree["agency"])
    if not (level is None or isinstance(level, str)) or not (power is None or isinstance(power, bool)):
        raise Malformed
    source, values = tree["source"], _values_in(tree["values"])
    return Record(
        era=a_text(tree["era"]),
        year=whole(tree["year"]),
        agency=Agency(a_text(code), a_text(name), level, power),
        values=values,
        scope=one_of(SCOPES, tree["scope"]),
        submission=whole(tree["submission"]),
        cover=_texts(COVER_FIELDS, tree["cover"]),
        text=_texts(TEXT_PARTS, tree["text"]),
        marks={path: _mark(values, path, each) for path, each in a_mapping(tree["marks"]).items()},
        explanations=tuple(Explanation(*map(a_text, a_list(each))) for each in a_list(tree["explanations"])),
        source=None if source is None else Source(*map(a_text, a_list(source))),
    )


def _texts(names: Iterable[str], texts: Json) -> dict[str, str]:
    return dict(zip(names, map(a_text, a_list(texts)), strict=True))


def _mark(values: Mapping[str, Value], path: str, each: Json) -> Mark:
    kind, raw = a_list(each)
    if path not in values:
        raise Malformed
    return Mark(one_of(_MARKS, kind), a_text(raw))


def _values_in(tree: Json) -> dict[str, Value]:
    """Values by path; the paths of all returns are the same texts."""
    return {
        intern(path): value if value.__class__ is int else _value_in(value) for path, value in a_mapping(tree).items()
    }


def _value_out(value: Value) -> Json:
    return [str(value)] if isinstance(value, Decimal) else value


def _value_in(value: Json) -> Value:
    if value is None or type(value) in (int, str):
        found: Value = value
        return found
    (text,) = a_list(value)
    number = Decimal(a_text(text))
    if not number.is_finite():
        raise Malformed
    return number


def _places_out(places: Mapping[str, Place], options_out: Callable[[Any], Json]) -> Json:
    """The form where all is in its place, nothing where each path is its own place, else every place."""
    if isinstance(places, OwnPaths):
        return None
    if isinstance(places, Places):
        return options_out(places.form)
    return {path: [place.sheet, place.ref] for path, place in places.items()}


def _places_in(tree: Json, file: str, record: Record, places_of: PlacesOf) -> Mapping[str, Place]:
    if tree is None:
        return OwnPaths(file, record.values)
    if isinstance(tree, list):
        return places_of(file, record.era, tree)
    return {path: Place(file, *map(a_text, a_list(each))) for path, each in a_mapping(tree).items()}
