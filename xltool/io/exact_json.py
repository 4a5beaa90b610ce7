"""JSON without surprises: numbers exact both ways, no key twice, no NaN, positions in every refusal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from xltool.model.finding import Argument, Finding, Refused, refuse
from xltool.model.texts import visible
from xltool.numbers import Number, exact

MAX_BYTES = 16 * 1024 * 1024
# Of brackets and commas, those in texts included: an honest record has a few thousand. Judging a million
# wrong members would take minutes and gigabytes.
MAX_MARKS = 150_000
MAX_DEPTH = 64
# `exact` is exact up to the 28 digits of the decimal module's default context.
MAX_DIGITS = 28

# Possessive, and content with a string that never ends: the time must not grow with the square of the text.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[-+.\w]++|[{}\[\]]', re.DOTALL)
_COLON = re.compile(r"[ \t\r\n]*:")


class _Bad(Exception):
    """What the standard parser lets through and we do not; where it is, is looked for afterwards."""


def parse_json(data: bytes) -> object:
    """The JSON value in `data` (UTF-8, a BOM is tolerated). Numbers are int or Decimal, never float."""
    if len(data) > MAX_BYTES:
        raise refuse("RECORD-TOO-BIG", limit=MAX_BYTES // (1024 * 1024))
    if sum(map(data.count, (b"{", b"[", b","))) > MAX_MARKS:
        raise refuse("RECORD-TOO-MANY", limit=MAX_MARKS)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("RECORD-NOT-UTF8", position=error.start + 1) from None
    try:
        value: object = json.loads(
            text, parse_int=_whole, parse_float=_number, parse_constant=_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        raise _refused("RECORD-NOT-JSON", text, error.pos) from None
    except (_Bad, RecursionError):
        raise _explain(text) from None
    if _nests_beyond(value, MAX_DEPTH):
        raise _explain(text)
    return value


def _whole(literal: str) -> Number:
    return int(literal) if len(literal) <= MAX_DIGITS else _number(literal)


def _number(literal: str) -> Number:
    if _is_long(literal):
        raise _Bad
    return exact(Decimal(literal))


def _is_long(literal: str) -> bool:
    """Whether a number needs more than `MAX_DIGITS` digits in plain notation."""
    if len(literal) > 2 * MAX_DIGITS:
        return True
    try:
        number = Decimal(literal)
    except InvalidOperation:  # an exponent beyond the machine's integers
        return True
    _, digits, exponent = number.as_tuple()
    return not isinstance(exponent, int) or max(len(digits), number.adjusted() + 1, -exponent) > MAX_DIGITS


def _constant(name: str) -> object:
    raise _Bad(name)


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _Bad
    return made


def _nests_beyond(value: object, depth: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return inner is not None and (depth == 0 or any(_nests_beyond(item, depth - 1) for item in inner))


def _refused(code: str, text: str, index: int, given: str = "") -> Refused:
    start = text.rfind("\n", 0, index) + 1
    args: dict[str, Argument] = {"line": text.count("\n", 0, index) + 1, "column": index - start + 1}
    return Refused(Finding(code, "error", args=args | ({"given": visible(given, 60)} if given else {})))


def _explain(text: str) -> Refused:
    """The refusal of a text the parser stumbled over, at its first fault."""
    code, index, token = min(_faults(text), key=lambda fault: fault[1], default=("RECORD-NOT-JSON", 0, ""))
    return _refused(code, text, index, token)


def _faults(text: str) -> Iterator[tuple[str, int, str]]:
    """Code, index and words of everything but syntax that we refuse."""
    deep = _too_deep(text)
    if deep is not None:
        yield "RECORD-TOO-DEEP", deep, ""
        return
    keys: list[set[str]] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "{":
            keys.append(set())
        elif token == "}" and keys:
            keys.pop()
        elif token.endswith(("NaN", "Infinity")):
            yield "RECORD-NOT-FINITE", match.start(), token
        elif token[0] in "-0123456789" and _is_long(token):
            yield "RECORD-NUMBER-TOO-LONG", match.start(), token
        elif token[0] == '"' and keys and _COLON.match(text, match.end()):
            name = json.loads(token, strict=False)
            if name in keys[-1]:
                yield "RECORD-KEY-TWICE", match.start(), name
            keys[-1].add(name)


def _too_deep(text: str) -> int | None:
    """Where brackets nest deeper than `MAX_DEPTH`."""
    depth = 0
    for match in _TOKEN.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match[0], 0)
        if depth > MAX_DEPTH:
            return match.start()
    return None


def dump_json(value: object, indent: int | None = None) -> str:
    """`value` as JSON: keys in the order given, characters as they are, numbers in plain notation."""
    return "".join(_pieces(value, indent, 0))


def _pieces(value: object, indent: int | None, level: int) -> Iterator[str]:
    match value:
        case None:
            yield "null"
        case bool():
            yield "true" if value else "false"
        case int():
            yield str(value)
        case Decimal() if value.is_finite():
            yield _plain(value)
        case str():
            yield json.dumps(value, ensure_ascii=False)
        case Mapping():
            yield from _container("{}", [(_key(key, indent), item) for key, item in value.items()], indent, level)
        case list() | tuple():
            yield from _container("[]", [("", item) for item in value], indent, level)
        case _:
            # A float here would be a number somebody rounded already.
            raise TypeError(type(value).__name__)


def _plain(value: Decimal) -> str:
    """Every digit that counts, and none that does not: equal numbers give equal bytes."""
    text = format(value, "f") if value else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _key(name: str, indent: int | None) -> str:
    return json.dumps(name, ensure_ascii=False) + (":" if indent is None else ": ")


def _container(brackets: str, items: Sequence[tuple[str, object]], indent: int | None, level: int) -> Iterator[str]:
    if not items:
        yield brackets
        return
    inner, outer = ("", "") if indent is None else ("\n" + " " * indent * (level + 1), "\n" + " " * indent * level)
    yield brackets[0]
    for number, (key, item) in enumerate(items):
        yield ("," if number else "") + inner + key
        yield from _pieces(item, indent, level + 1)
    yield outer + brackets[1]
