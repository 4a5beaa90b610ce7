"""A summary workbook read back: each total by its defined name, how many agencies stand behind it, and the details.

Nothing is taken on trust: totals whose cells say something else than the details below them are findings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xltool.lang import Text
from xltool.model.book import Book, CellValue, Sheet, Target
from xltool.model.era import Era, Method
from xltool.model.finding import Argument, Finding, Refused, refuse
from xltool.model.place import Place, a1
from xltool.model.record import Value
from xltool.model.summary import Via
from xltool.model.summary_read import (
    ARRANGEMENT,
    PATH,
    SOURCES,
    SUPERIORS,
    VIA,
    DetailRow,
    ListRead,
    SummaryRead,
    TotalRead,
)
from xltool.numbers import Number, exact, from_cell, plain
from xltool.plan.form import defined_name

_FORM = "xltool-summary"
_PREFIX = "TOTAL"
_LEAST_PATHS = 3
# A list is headed near its top; where the heads of a long one stand is found without going through all its cells.
_TOP_ROWS, _TOP_COLS = 20, 40
_ADDED: Mapping[Method, Callable[[Sequence[Number]], Number]] = {
    "sum": lambda numbers: sum(numbers, start=0),
    "stock": lambda numbers: sum(numbers, start=0),
    "max": max,
}


def is_summary(book: Book) -> bool:
    """Whether the workbook says of itself that it is a summary."""
    return book.properties.get("xltool_form", "").startswith(_FORM)


def summary_era(book: Book) -> str:
    """The era a summary says it is of."""
    return book.properties.get("xltool_era", "")


def read_summary(book: Book, file: str, era: Era, words: Mapping[str, Text]) -> tuple[SummaryRead, tuple[Finding, ...]]:
    """The totals and details, and what is wrong with them. `words` are those of summaries, in which its lists are
    headed. Raises Refused where the workbook has lost what is needed to read it."""
    year = book.properties.get("xltool_year", "")
    if not year.isdecimal():
        raise _damaged(file, "xltool_year")
    detail = _Detail.of(book, file, era, words)
    rows = tuple(_sourced(book, list(detail.rows())))
    counts = _counts(book, file, words, list(detail.columns))
    totals = {path: _total(book, file, path, *counts[path]) for path in detail.columns if _target(book, path)}
    scope, long = book.properties.get("xltool_scope", ""), _long(book, words)
    found = SummaryRead(file, era.id, int(year), scope, totals, rows, long)
    return found, tuple(_differing(found, era))


@dataclass(frozen=True, slots=True)
class _Detail:
    """The sheet of details: the column of each indicator, those of what is known of the agency, and the first row."""

    sheet: Sheet
    file: str
    columns: Mapping[str, int]
    heads: Mapping[str, int]
    first: int

    @classmethod
    def of(cls, book: Book, file: str, era: Era, words: Mapping[str, Text]) -> _Detail:
        for sheet in book.sheets:
            named: dict[int, dict[str, int]] = {}
            for (row, col), cell in sorted(sheet.cells.items()):
                if isinstance(cell.value, str) and cell.value in era.indicators:
                    named.setdefault(row, {})[cell.value] = col
            row, columns = max(named.items(), key=lambda each: len(each[1]), default=(0, {}))
            if len(columns) >= min(_LEAST_PATHS, len(era.indicators)):
                heads = _heads(sheet, words, ("number", "code", "name", "submission", "file", "sha256"), start=row)
                if heads is None:  # a sheet of levels, which is headed alike
                    continue
                labels = [at for at, _ in sheet.cells if at > row and _number(sheet, at, heads["number"]) is not None]
                return cls(sheet, file, columns, heads, min(labels, default=row + 1))
        raise _damaged(file, words["sum_sheet_detail"].zh)

    def rows(self) -> Iterator[DetailRow]:
        """The agencies, until the first row without a number."""
        row = self.first
        while _number(self.sheet, row, self.heads["number"]) is not None:
            submission = _number(self.sheet, row, self.heads["submission"])
            code, name, file, sha256 = (
                str(_shown(_value(self.sheet, row, self.heads[head])) or "")
                for head in ("code", "name", "file", "sha256")
            )
            values = {path: _shown(_value(self.sheet, row, col)) for path, col in self.columns.items()}
            places = {path: Place(self.file, self.sheet.name, a1(row, col)) for path, col in self.columns.items()}
            yield DetailRow(code, name, None if submission is None else int(submission), file, sha256, values, places)
            row += 1


def _sourced(book: Book, rows: Sequence[DetailRow]) -> Iterator[DetailRow]:
    """The rows with what the hidden sheet knows of each; as they are where it is gone."""
    sheet = book.sheet(SOURCES)
    heads = {cell.value: col for (row, col), cell in sheet.cells.items() if row == 0} if sheet else {}
    if sheet is None or not {ARRANGEMENT, SUPERIORS, VIA, PATH} <= heads.keys():
        yield from rows
        return
    paths = {row: str(cell.value) for (row, col), cell in sheet.cells.items() if col == heads[PATH] and row}
    arrangements: dict[object, dict[str, Place]] = {}
    for number, row in enumerate(rows, start=1):
        named = _number(sheet, number, heads[ARRANGEMENT])
        if named not in arrangements:
            col = heads.get(None if named is None else int(named), -1)
            arrangements[named] = {
                path: Place("", *str(text).rpartition("!")[::2])
                for at, path in paths.items()
                if (text := _value(sheet, at, col)) is not None
            }
        sources = {path: replace(place, file=row.file) for path, place in arrangements[named].items()}
        via = tuple(Via(str(file), str(sha)) for file, sha in _listed(sheet, number, heads[VIA]))
        superiors = tuple(str(code) for code in _listed(sheet, number, heads[SUPERIORS]))
        yield replace(row, sources=sources, superiors=superiors, via=via)


def _listed(sheet: Sheet, row: int, col: int) -> list[Any]:
    try:
        found = json.loads(str(_value(sheet, row, col)))
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _heads(sheet: Sheet, words: Mapping[str, Text], wanted: Sequence[str], *, start: int = 0) -> dict[str, int] | None:
    """The columns headed by the words, in whichever language, from row `start` on; None where any is not there."""
    found: dict[str, int] = {}
    for (row, col), cell in sorted(sheet.cells.items()):
        for head in wanted:
            word = words[f"sum_column_{head}"]
            if row >= start and cell.value in (word.zh, word.en):
                found.setdefault(head, col)
    return found if len(found) == len(wanted) else None


def _counts(book: Book, file: str, words: Mapping[str, Text], paths: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Of each indicator how many agencies gave it, and how many should have: from the list of indicators, which has
    them in the order of the details."""
    for sheet in book.sheets:
        heads = _heads(sheet, words, ("number", "indicator", "counted", "of"))
        if heads is None:
            continue
        numbered = sorted(row for row, col in sheet.cells if col == heads["number"] and _number(sheet, row, col))
        counts = [(_number(sheet, row, heads["counted"]), _number(sheet, row, heads["of"])) for row in numbered]
        whole = [(int(n), int(of)) for n, of in counts if n is not None and of is not None]
        if len(whole) != len(paths):
            break
        return dict(zip(paths, whole, strict=True))
    raise _damaged(file, words["sum_sheet_indicators"].zh)


def _long(book: Book, words: Mapping[str, Text]) -> ListRead | None:
    """The long sheet of details, if it is there."""
    spots = [(row, col) for row in range(_TOP_ROWS) for col in range(_TOP_COLS)]
    for sheet in book.sheets:
        top = {at: sheet.cells[at] for at in spots if at in sheet.cells}
        heads = _heads(replace(sheet, cells=top), words, ("code", "key", "file", "value"))
        if heads is not None:
            return ListRead(sheet.name, **heads)
    return None


def _target(book: Book, path: str) -> Target | None:
    target = book.names.get(defined_name(path, _PREFIX).upper())
    return target if isinstance(target, Target) else None


def _total(book: Book, file: str, path: str, counted: int, of: int) -> TotalRead:
    target = _target(book, path)
    assert target is not None
    sheet = book.sheet(target.sheet)
    value = _number(sheet, target.row, target.col) if sheet else None
    return TotalRead(path, Place(file, target.sheet, a1(target.row, target.col)), value, counted, of)


def _differing(found: SummaryRead, era: Era) -> Iterator[Finding]:
    """Totals that are not what the details add up to."""
    for path, total in found.totals.items():
        add = _ADDED.get(era.indicators[path].method)
        numbers = [row.values[path] for row in found.rows]
        given = [number for number in numbers if number is not None and not isinstance(number, str)]
        if add is None:
            continue
        summed = exact(add(given)) if given else None
        if summed != total.value:
            args: dict[str, Argument] = {
                "shown": "—" if total.value is None else plain(total.value),
                "summed": "—" if summed is None else plain(summed),
            }
            yield Finding("SUMMARY-TOTAL", "error", (total.place,), (path,), args)


def _value(sheet: Sheet, row: int, col: int) -> CellValue:
    cell = sheet.cells.get((row, col))
    return cell.value if cell else None


def _number(sheet: Sheet, row: int, col: int) -> Number | None:
    value = _value(sheet, row, col)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) else from_cell(value)


def _shown(value: CellValue) -> Value:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return value if isinstance(value, int) else from_cell(value)


def _damaged(file: str, lost: str) -> Refused:
    return refuse("SUMMARY-DAMAGED", places=(Place(file),), lost=lost)
