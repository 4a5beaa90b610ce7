"""What a JSON Schema says against a record, in the project's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from xltool.io.certain import Certain, certainly
from xltool.io.exact_json import dump_json
from xltool.lang import Text, same
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place
from xltool.model.record import COVER_FIELDS, SCOPES, TEXT_PARTS
from xltool.model.texts import visible

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

MOST = 50
_TEXT = {"type": "string"}


def _frame(properties: Mapping[str, object], *required: str) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


# What every record is, whatever its era: what the code relies on does not hang on the care of a data file.
_FRAME = _frame(
    {
        "era": _TEXT,
        "year": {"type": "integer", "minimum": 1900, "maximum": 2999},
        "scope": {"enum": list(SCOPES)},
        "submission": {"type": "integer", "minimum": 1, "maximum": 9999},
        "agency": _frame(
            {
                "code": _TEXT,
                "name": _TEXT,
                "level": {"type": ["string", "null"]},
                "rule_making": {"type": ["boolean", "null"]},
            }
        ),
        "cover": _frame(dict.fromkeys(COVER_FIELDS, _TEXT)),
        "data": {"type": "object"},
        "text": _frame(dict.fromkeys(TEXT_PARTS, _TEXT)),
        "marks": {
            "type": "object",
            "additionalProperties": _frame(
                {"kind": {"enum": ["not_applicable", "unreadable", "declared_zero"]}, "raw": _TEXT}, "kind"
            ),
        },
        "explanations": {"type": "array", "items": _frame({"check": _TEXT, "place": _TEXT, "text": _TEXT}, "check")},
        "source": _frame(
            {"file": _TEXT, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "maxLength": 64}},
            "file",
            "sha256",
        ),
    },
    "era",
    "year",
    "agency",
    "data",
)

_TYPES: Mapping[str, Text] = {
    "integer": Text("整数", "a whole number"),
    "number": Text("数字", "a number"),
    "string": Text("文字", "a text"),
    "boolean": Text("真或假（true/false）", "true or false"),
    "null": Text("空（null）", "null"),
    "object": Text("对象", "an object"),
    "array": Text("列表", "a list"),
}
_WHOLE = Text("整份数据", "the record")
_CODES: Mapping[str, str] = {
    "type": "RECORD-TYPE",
    "required": "RECORD-MISSING-KEY",
    "additionalProperties": "RECORD-UNKNOWN-KEY",
    "unevaluatedProperties": "RECORD-UNKNOWN-KEY",
    "minimum": "RECORD-RANGE",
    "exclusiveMinimum": "RECORD-RANGE",
    "maximum": "RECORD-RANGE",
    "exclusiveMaximum": "RECORD-RANGE",
    "enum": "RECORD-NOT-ALLOWED",
    "const": "RECORD-NOT-ALLOWED",
    "pattern": "RECORD-PATTERN",
    "format": "RECORD-PATTERN",
    "minLength": "RECORD-LENGTH",
    "maxLength": "RECORD-LENGTH",
}
_BOUNDS: Mapping[str, Text] = {
    "minimum": Text("不小于 {limit}", "at least {limit}"),
    "exclusiveMinimum": Text("大于 {limit}", "above {limit}"),
    "maximum": Text("不大于 {limit}", "at most {limit}"),
    "exclusiveMaximum": Text("小于 {limit}", "below {limit}"),
    "minLength": Text("不少于 {limit} 个字符", "at least {limit} characters"),
    "maxLength": Text("不超过 {limit} 个字符", "at most {limit} characters"),
}


@dataclass(frozen=True)
class _Known:
    """A schema in use. Building a validator costs a hundred times as much as using it, and most records need none."""

    schema: Mapping[str, Any]

    @cached_property
    def certain(self) -> Certain:
        return certainly(self.schema)

    @cached_property
    def validator(self) -> Validator:
        from jsonschema import Draft202012Validator

        return Draft202012Validator(self.schema)


# The schema is kept with what is known of it, so its id stays its own.
_KNOWN: dict[int, _Known] = {}


def frame_findings(data: Any) -> list[Finding]:
    """What keeps `data` from being a record of any era."""
    return schema_findings(data, _FRAME)


def schema_findings(data: Any, schema: Mapping[str, Any]) -> list[Finding]:
    """What `schema` says against `data`, in the order of places."""
    known = _KNOWN.setdefault(id(schema), _Known(schema))
    if known.certain(data):
        return []
    errors = sorted(known.validator.iter_errors(data), key=lambda error: [str(step) for step in error.absolute_path])
    return [finding for error in errors for finding in _findings(error)]


def capped(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """At most `MOST` findings, each thing said once; the last one counts the rest."""
    by_place: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        by_place.setdefault((finding.code, str(finding.args.get("path", ""))), finding)
    once = list(by_place.values())
    if len(once) <= MOST:
        return tuple(once)
    return (*once[: MOST - 1], Finding("RECORD-MORE", "error", args={"count": len(once) - MOST + 1}))


def type_finding(path: str, expected: Text, value: object, indicator: str = "") -> Finding:
    """A value of the wrong kind at `path`."""
    args: dict[str, Argument] = {"path": visible(path), "expected": expected, "found": shown(value)}
    paths = (indicator,) if indicator else ()
    return Finding("RECORD-TYPE", "error", (Place(ref=indicator or visible(path)),), paths, args)


def shown(value: object) -> Text:
    """A value of a JSON file, short enough for a message."""
    if isinstance(value, dict | list):
        return _TYPES["object" if isinstance(value, dict) else "array"]
    return same(visible(str(value) if isinstance(value, float) else dump_json(value), 60))


def _findings(error: ValidationError) -> list[Finding]:
    """One finding, or one a key where keys are missing or unknown."""
    keyword, path = (
        str(error.validator),
        [str(step + 1 if isinstance(step, int) else step) for step in error.absolute_path],
    )
    code = _CODES.get(keyword, "RECORD-SCHEMA")
    if code in ("RECORD-MISSING-KEY", "RECORD-UNKNOWN-KEY"):
        return [_finding(code, [*path, key], {}) for key in _keys(error)]
    return [
        _finding(code, path, {"expected": _expected(keyword, error.validator_value), "found": shown(error.instance)})
    ]


def _finding(code: str, path: Sequence[str], args: Mapping[str, Argument]) -> Finding:
    indicator = visible(".".join(path[1:])) if path[:1] == ["data"] else ""
    dotted = visible(".".join(path))
    paths = (indicator,) if indicator else ()
    return Finding(code, "error", (Place(ref=indicator or dotted),), paths, {"path": dotted or _WHOLE, **args})


def _keys(error: ValidationError) -> list[str]:
    instance: Mapping[str, object] = cast(Any, error.instance)
    if error.validator == "required":
        return [key for key in cast(list[str], error.validator_value) if key not in instance]
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    extra = [key for key in instance if key not in schema.get("properties", {})]
    return [key for key in extra if not any(re.search(pattern, key) for pattern in schema.get("patternProperties", {}))]


def _expected(keyword: str, wanted: Any) -> Text:
    if keyword == "type":
        types = [_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
        return Text("或".join(one.zh for one in types), " or ".join(one.en for one in types))
    if keyword in _BOUNDS:
        bound = _BOUNDS[keyword]
        return Text(bound("zh", limit=wanted), bound("en", limit=wanted))
    choices = wanted if isinstance(wanted, list) else [wanted]
    words = [shown(choice) for choice in choices] if keyword in ("enum", "const") else [same(keyword)]
    return Text("、".join(word.zh for word in words), ", ".join(word.en for word in words))
