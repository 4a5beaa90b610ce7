"""A return read the fast way and the careful one, which must tell the same of it."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from xltool.app.returns import opening
from xltool.app.returns.reading import read_data
from xltool.app.shelf import Shelf
from xltool.io.books import xlsx_reader, xlsx_sheet
from xltool.io.books.familiar import Unfamiliar
from xltool.io.library import Library
from xltool.model.expected import Expected
from xltool.model.finding import Refused
from xltool.model.returned import Returned
from xltool.rules import compiled
from xltool.rules.evaluate import judge

# Workbooks of the tests' own making; a process of its own would hide what is patched here.
BARE = Shelf(Library(), isolated=False)


def read_twice(data: bytes, name: str = "甲.xlsx", **expected: Any) -> tuple[object, object]:
    """What is found in `data`: with everything the program remembers, and with nothing of it."""
    given = Expected(**expected)
    _found(data, name, given)  # met once, so that the next time it is familiar
    fast = _found(data, name, given)
    with (
        patch.object(xlsx_sheet, "taken_apart", _unfamiliar),
        patch.object(xlsx_reader, "taken_apart", _unfamiliar),
        patch.object(opening, "unchanged", lambda book, plan: False),
        patch.object(compiled.Rules, "__call__", _walked),
    ):
        return fast, _found(data, name, given)


def _found(data: bytes, name: str, expected: Expected) -> object:
    try:
        found = read_data(data, name, BARE, expected, judge=True)
    except Refused as refused:
        return refused.findings
    return comparable(found)


def comparable(found: Returned) -> object:
    """Everything a return says, order included, with its places one by one."""
    record = found.record
    values = None if record is None else [(path, type(value), value) for path, value in record.values.items()]
    rest = (found.file, record, found.findings, found.computed, found.prior, found.check_code)
    return values, rest, sorted((path, place) for path, place in found.places.items() if record is not None)


def _unfamiliar(*_: object) -> Any:
    raise Unfamiliar


def _walked(rules: compiled.Rules, data: Any, prior: Any, agency: Any) -> list[Any]:
    facts = {"data": data, "prior": prior, "agency": agency}
    return [judge(rule, lambda ref: facts[ref.origin].get(ref.path), places).verdict for rule, places in rules.rules]
