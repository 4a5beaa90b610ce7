"""What a reading process sends back, as JSON: a `Book`, or why there is none.

The process that wrote it has parsed a file of unknown origin, so its answer is data like any other: it is
checked while it is read, and nothing in it is ever executed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, get_args

from xltool.lang import Text
from xltool.model.book import (
    Book,
    Cell,
    CellValue,
    Container,
    DateValue,
    ErrorValue,
    PercentValue,
    Sheet,
    Target,
    Visibility,
)
from xltool.model.finding import SEVERITIES, Argument, Finding, Refused
from xltool.model.place import Place

Json = Any
_T = TypeVar("_T")
_VISIBILITIES: tuple[Visibility, ...] = get_args(Visibility)
_CONTAINERS: tuple[Container, ...] = get_args(Container)
_TEXT, _ERROR, _DATE, _PERCENT = "text", "error", "date", "percent"
# Longer ones are written once: thousands of cells may share one text of a megabyte.
_SHORT = 32


class Malformed(ValueError):
    """The answer is not what a reading process says."""


def dump_answer(answer: Book | Refused) -> bytes:
    """The answer as bytes."""
    if isinstance(answer, Refused):
        return packed({"findings": [finding_out(finding) for finding in answer.findings]})
    texts: dict[str, int] = {}
    book = _book_out(answer, lambda text: texts.setdefault(text, len(texts)))
    return packed({"texts": list(texts), "book": book})


def load_answer(data: bytes) -> Book | Refused:
    """The answer in `data`. Raises Malformed."""
    try:
        tree = json.loads(data)
        if "findings" in tree:
            findings = [finding_in(item) for item in a_list(tree["findings"])]
            if not findings:
                raise Malformed
            return Refused(*findings)
        return _book_in(tree["book"], [a_text(item) for item in a_list(tree["texts"])])
    except (KeyError, TypeError, ValueError, IndexError, RecursionError) as error:
        raise Malformed from error


def packed(tree: Json) -> bytes:
    """A tree as bytes."""
    return json.dumps(tree, separators=(",", ":")).encode("ascii")


# --- books -------------------------------------------------------------------------------------------------------


def _book_out(book: Book, index: Callable[[str], int]) -> Json:
    return {
        "container": book.container,
        "sheets": [_sheet_out(sheet, index) for sheet in book.sheets],
        "names": {name: _meaning_out(meaning) for name, meaning in book.names.items()},
        "local_names": book.local_names,
        "properties": dict(book.properties),
        "macros": book.macros,
        "strict": book.strict,
    }


def _book_in(tree: Json, texts: list[str]) -> Book:
    return Book(
        one_of(_CONTAINERS, tree["container"]),
        tuple(_sheet_in(item, texts) for item in a_list(tree["sheets"])),
        {name: _meaning_in(item) for name, item in a_mapping(tree["names"]).items()},
        whole(tree["local_names"]),
        {name: a_text(item) for name, item in a_mapping(tree["properties"]).items()},
        truth(tree["macros"]),
        truth(tree["strict"]),
    )


def _sheet_out(sheet: Sheet, index: Callable[[str], int]) -> Json:
    return {
        "name": sheet.name,
        "cells": [[row, col, *_cell_out(cell, index)] for (row, col), cell in sheet.cells.items()],
        "visibility": sheet.visibility,
        "protected": sheet.protected,
        "merges": sheet.merges,
        "hidden_rows": sorted(sheet.hidden_rows),
        "hidden_cols": sorted(sheet.hidden_cols),
    }


def _sheet_in(tree: Json, texts: list[str]) -> Sheet:
    return Sheet(
        a_text(tree["name"]),
        {(whole(row), whole(col)): _cell_in(rest, texts) for row, col, *rest in a_list(tree["cells"])},
        one_of(_VISIBILITIES, tree["visibility"]),
        truth(tree["protected"]),
        tuple(_merge_in(item) for item in a_list(tree["merges"])),
        frozenset(map(whole, a_list(tree["hidden_rows"]))),
        frozenset(map(whole, a_list(tree["hidden_cols"]))),
    )


def _merge_in(item: Json) -> tuple[int, int, int, int]:
    top, left, bottom, right = map(whole, a_list(item))
    return top, left, bottom, right


def _meaning_out(meaning: Target | str | None) -> Json:
    return [meaning.sheet, meaning.row, meaning.col] if isinstance(meaning, Target) else meaning


def _meaning_in(item: Json) -> Target | str | None:
    if item is None or isinstance(item, str):
        return item
    sheet, row, col = a_list(item)
    return Target(a_text(sheet), whole(row), whole(col))


# --- cells -------------------------------------------------------------------------------------------------------


def _cell_out(cell: Cell, index: Callable[[str], int]) -> list[Json]:
    formula = None if cell.formula is None else index(cell.formula)
    return [cell.locked, _value_out(cell.value, index), formula]


def _value_out(value: CellValue, index: Callable[[str], int]) -> Json:
    """Blanks, truths, numbers and short texts as they are; everything else names its kind."""
    match value:
        case str() if len(value) > _SHORT:
            return [_TEXT, index(value)]
        case ErrorValue(text=text):
            return [_ERROR, index(text)]
        case DateValue(serial=serial, text=text):
            return [_DATE, index(text), serial]
        case PercentValue(number=number):
            return [_PERCENT, number]
        case _:
            return value


def _cell_in(rest: list[Json], texts: list[str]) -> Cell:
    locked, value, formula = rest
    return Cell(_value_in(value, texts), None if formula is None else texts[whole(formula)], truth(locked))


def _value_in(value: Json, texts: list[str]) -> CellValue:
    if value is None or isinstance(value, (str, int, float)):
        return value
    match a_list(value):
        case [str(kind), number] if kind == _PERCENT:
            return PercentValue(number_in(number))
        case [str(kind), index, number] if kind == _DATE:
            return DateValue(number_in(number), texts[whole(index)])
        case [str(kind), index] if kind in (_TEXT, _ERROR):
            text = texts[whole(index)]
            return text if kind == _TEXT else ErrorValue(text)
    raise Malformed


# --- findings ----------------------------------------------------------------------------------------------------


def finding_out(finding: Finding) -> Json:
    """A finding as a tree."""
    args = {key: [arg.zh, arg.en] if isinstance(arg, Text) else arg for key, arg in finding.args.items()}
    places = [[place.file, place.sheet, place.ref] for place in finding.places]
    return {
        "code": finding.code,
        "severity": finding.severity,
        "places": places,
        "paths": finding.paths,
        "args": args,
        "instance": finding.instance,
    }


def finding_in(tree: Json) -> Finding:
    """A finding from a tree."""
    return Finding(
        a_text(tree["code"]),
        one_of(SEVERITIES, tree["severity"]),
        tuple(Place(*map(a_text, a_list(item))) for item in a_list(tree["places"])),
        tuple(map(a_text, a_list(tree["paths"]))),
        {key: _argument_in(item) for key, item in a_mapping(tree["args"]).items()},
        a_text(tree["instance"]),
    )


def _argument_in(item: Json) -> Argument:
    if isinstance(item, list):
        return Text(*map(a_text, item))
    if isinstance(item, str) or type(item) is int:
        return item
    raise Malformed


# --- kinds -------------------------------------------------------------------------------------------------------


def a_list(item: Json) -> list[Json]:
    """A list. Raises Malformed, as all of these do."""
    if not isinstance(item, list):
        raise Malformed
    return item


def a_mapping(item: Json) -> Mapping[str, Json]:
    """An object."""
    if not isinstance(item, dict):
        raise Malformed
    return item


def a_text(item: Json) -> str:
    """A text."""
    if not isinstance(item, str):
        raise Malformed
    return item


def whole(item: Json) -> int:
    """A whole number, not negative."""
    # What `json` makes is exactly of its type; `isinstance` would take a truth for a number.
    if type(item) is not int or item < 0:
        raise Malformed
    return item


def number_in(item: Json) -> float:
    if type(item) not in (int, float):
        raise Malformed
    return float(item)


def truth(item: Json) -> bool:
    if not isinstance(item, bool):
        raise Malformed
    return item


def one_of(options: Iterable[_T], item: Json) -> _T:
    """One of `options`."""
    for option in options:
        if option == item:
            return option
    raise Malformed
