"""What `xltool.io.certain` is sure of, held against jsonschema: it says yes to nothing that jsonschema refuses."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from strategies import ERAS, SHELF, pick, records

from xltool.io.certain import certainly
from xltool.io.exact_json import parse_json
from xltool.io.records import dump_record
from xltool.io.schema_findings import _FRAME

SCHEMAS: Mapping[str, Mapping[str, Any]] = {"": _FRAME, **{era: SHELF.era(era).schema for era in ERAS}}
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2025, 10**13, Decimal("0.5"), Decimal("-0.1"), Decimal("1E+20"), "", "own", "甲" * 201,
    "0" * 64, "0" * 64 + "\n", [], [None], [{}], {}, {"kind": "unreadable"}, {"code": "A", "name": "甲"}, {"": 1},
)  # fmt: skip


def valid(schema: Mapping[str, Any], value: object) -> bool:
    return Draft202012Validator(schema).is_valid(value)


def nodes(tree: Any) -> list[dict[str, Any] | list[Any]]:
    """Everything in a JSON value that holds something else."""
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return [*([tree] if isinstance(tree, dict | list) else []), *(node for item in inner for node in nodes(item))]


def spoilt(rnd: Random, tree: dict[str, Any]) -> None:
    """One thing of a record another: taken out, put in, or in place of what was there."""
    node = pick(rnd, nodes(tree))
    what = copy.deepcopy(pick(rnd, JUNK))
    if isinstance(node, list):
        node.append(what)
    else:
        key = pick(rnd, [*node, "comment"])
        if rnd.randrange(4):
            node[key] = what
        else:
            node.pop(key, None)


@pytest.mark.parametrize("era", ERAS)
@given(data=st.data())
def test_records_whole_and_spoilt_are_certain_just_where_the_schema_lets_them_through(
    era: str, data: st.DataObject
) -> None:
    tree: Any = parse_json(dump_record(data.draw(records(era))))
    schemas = [SCHEMAS[era], _FRAME]
    assert all(certainly(schema)(tree) for schema in schemas)
    rnd = data.draw(st.randoms(use_true_random=False))
    for _ in range(3):
        spoilt(rnd, tree)
        assert [certainly(schema)(tree) for schema in schemas] == [valid(schema, tree) for schema in schemas]


@pytest.mark.parametrize("era", ["", *ERAS])
@pytest.mark.parametrize("value", JUNK)
def test_what_is_no_record_is_never_certain(era: str, value: object) -> None:
    assert not certainly(SCHEMAS[era])(value)


TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
BOUNDS = st.sampled_from([-1, 0, 2, Decimal("0.5")])
KEYS = st.lists(st.sampled_from(["a", "b", "c"]), unique=True)
TEXTS = st.sampled_from(["", "a", "ab", "abc\n", "1"])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 3), st.sampled_from([Decimal("0.5"), Decimal("-0.5")]), TEXTS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
ODD = st.sampled_from([1.0, 0.5, float("inf"), (), ("a",), {1, 2}, b"a", 3j])
KNOWN: dict[str, st.SearchStrategy[Any]] = {
    "type": TYPES | st.lists(TYPES, min_size=1, unique=True),
    "minimum": BOUNDS,
    "maximum": BOUNDS,
    "minLength": st.integers(0, 3),
    "maxLength": st.integers(0, 3),
    "pattern": st.sampled_from(["^a", "b$", "[0-9]"]),
    "required": KEYS,
    "enum": st.lists(TEXTS, min_size=1),
    "const": TEXTS,
    "$ref": st.sampled_from(["#/$defs/part", "#/$defs/other"]),
    "title": TEXTS,
    "x-unit": TEXTS,
}
OTHER: dict[str, st.SearchStrategy[Any]] = {
    "enum": st.lists(VALUES, min_size=1),
    "const": VALUES,
    "exclusiveMinimum": BOUNDS,
    "minItems": st.integers(0, 2),
    "minProperties": st.integers(0, 2),
    "multipleOf": st.sampled_from([1, 2]),
    "not": st.fixed_dictionaries({"type": TYPES}),
    "anyOf": st.lists(st.fixed_dictionaries({"type": TYPES}), min_size=1),
    "patternProperties": st.fixed_dictionaries({"^a": st.fixed_dictionaries({"type": TYPES})}),
    "propertyNames": st.fixed_dictionaries({"maxLength": st.just(0)}),
    "dependentRequired": st.just({"a": ["b"]}),
    "uniqueItems": st.booleans(),
    "prefixItems": st.lists(st.fixed_dictionaries({"type": TYPES}), min_size=1),
    "unevaluatedProperties": st.just(False),
    "$ref": st.just("#/$defs/part/properties/a"),
}


def schemas(words: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Small schemas of some words, with parts that are referred to."""
    plain = {word: made for word, made in words.items() if word != "$ref"}
    parts = st.fixed_dictionaries({}, optional=plain)
    inner = st.fixed_dictionaries({}, optional=words) | st.booleans()
    deep = {
        "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        "additionalProperties": inner,
        "items": inner,
    }
    tops = st.fixed_dictionaries({}, optional=words | deep)
    held = parts.map(lambda part: part | {"properties": {"a": {"type": "null"}}})
    return st.builds(lambda top, part, other: top | {"$defs": {"part": part, "other": other}}, tops, held, parts)


@pytest.mark.parametrize("word", sorted(KNOWN.keys() - {"$ref"}))
@given(data=st.data(), value=TEXTS | VALUES)
def test_each_word_of_our_schemas_means_what_it_means_to_jsonschema(
    word: str, data: st.DataObject, value: object
) -> None:
    schema = {word: data.draw(KNOWN[word])}
    assert certainly(schema)(value) == valid(schema, value)


@given(schemas(KNOWN), VALUES)
def test_in_the_words_of_our_schemas_certain_is_valid(schema: dict[str, Any], value: object) -> None:
    assert certainly(schema)(value) == valid(schema, value)


@given(schemas(KNOWN | OTHER), VALUES | ODD | st.lists(ODD, max_size=1) | st.dictionaries(st.just("a"), ODD))
def test_nothing_is_certain_that_any_schema_refuses(schema: dict[str, Any], value: object) -> None:
    if certainly(schema)(value):
        assert valid(schema, value)


@pytest.mark.parametrize(
    "schema",
    [
        {"minItems": 0},
        {"properties": {"a": {"x-unit": "", "format": "date"}}},
        {"$ref": "part", "$defs": {"part": {}}},
        {"$ref": "#/$defs/gone"},
        {"properties": {"a": {"$defs": {}, "$id": "urn:a"}}},
        {"$ref": "#/$defs/part", "$defs": {"part": {"properties": {"a": {"$ref": "#/$defs/part"}}}}},
        {"type": "text"},
    ],
)
def test_of_a_schema_with_a_word_not_known_nothing_is_certain(schema: dict[str, Any]) -> None:
    assert not any(certainly(schema)(value) for value in (*JUNK, {"a": {}}))
