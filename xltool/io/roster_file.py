"""A roster from a CSV or xlsx file: whole, or every reason why not with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xltool.io.roster_columns import COLUMNS, REQUIRED, Column, Unclear, column_of, faults
from xltool.io.small_table import Item, Row, Table, read_table
from xltool.lang import Text, same
from xltool.model.finding import Argument, Finding, Refused, refuse
from xltool.model.place import Place, a1, column_name
from xltool.model.roster import Roster, RosterEntry, circles, duplicates, folded
from xltool.model.texts import visible

MOST = 100
_HEADER_WITHIN = 10


def read_roster(path: Path) -> tuple[Roster, tuple[Finding, ...]]:
    """The roster in `path` and what was noticed in it. Raises `Refused` with all its faults."""
    try:
        return roster_from(_bytes(path), path.name)
    except Refused as refusal:
        at = Place(file=path.name)
        raise Refused(*(one if one.places else replace(one, places=(at,)) for one in refusal.findings)) from None


def roster_from(data: bytes, file: str) -> tuple[Roster, tuple[Finding, ...]]:
    """The roster in `data`, which messages call `file`, and what was noticed in it. Raises `Refused`."""
    return _Reading(file, read_table(data, _is_header)).roster()


def dump_roster(roster: Roster) -> bytes:
    """A roster as CSV with all its columns, as Excel opens it: UTF-8 with a mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.title.zh for column in COLUMNS])
    writer.writerows([column.shown(getattr(entry, column.name)) for column in COLUMNS] for entry in roster.entries)
    return out.getvalue().encode("utf-8-sig")


def _bytes(path: Path) -> bytes:
    # Neither folders nor pipes and devices, which could be read for ever.
    if not path.is_file():
        raise refuse("ROSTER-NOT-FOUND", file=path.name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise refuse("ROSTER-NOT-READ", file=path.name, reason=error.strerror or type(error).__name__) from None


def _is_header(row: Row) -> bool:
    found = {column.name for item in row.items if (column := column_of(item.text)) is not None}
    return found.issuperset(REQUIRED)


# The place of a field that could not be read.
_FAULTY = object()


class _Reading:
    """One roster being read; findings gather here, and any error among them refuses the file."""

    def __init__(self, file: str, table: Table) -> None:
        self._file = file
        self._table = table
        self._findings: list[Finding] = []
        self._numeric_codes: list[int] = []

    def roster(self) -> tuple[Roster, tuple[Finding, ...]]:
        index = next((at for at, row in enumerate(self._table.rows[:_HEADER_WITHIN]) if _is_header(row)), None)
        if index is None:
            raise refuse("ROSTER-NO-HEADER")
        above, header, rows = self._table.rows[:index], self._table.rows[index], self._table.rows[index + 1 :]
        if not rows:
            raise refuse("ROSTER-EMPTY")
        columns = self._columns(header, rows)
        entries = [self._entry(row, header, columns) for row in rows]
        resolved = _resolved([entry for entry in entries if entry.code])
        self._compare(resolved)
        self._notices(above)
        return self._result(resolved)

    def _result(self, entries: Sequence[RosterEntry]) -> tuple[Roster, tuple[Finding, ...]]:
        errors = [finding for finding in self._findings if finding.severity == "error"]
        if errors:
            errors.sort(key=lambda finding: int(str(finding.args.get("line", 0))))
            more = [Finding("ROSTER-MORE", "error", args={"count": len(errors) - MOST})] if len(errors) > MOST else []
            raise Refused(*errors[:MOST], *more)
        return Roster(tuple(entries)), tuple(self._findings)

    def _say(self, code: str, line: int = 0, col: int | None = None, /, **args: Argument) -> None:
        """An error of a line, and of a cell of it where there are cells to point at."""
        ref = a1(line - 1, col) if self._table.sheet and col is not None else ""
        place = Place(self._file, self._table.sheet, ref)
        self._findings.append(Finding(code, "error", (place,), args={"line": line, **args} if line else args))

    def _notice(self, code: str, /, **args: Argument) -> None:
        self._findings.append(Finding(code, "notice", (Place(self._file, self._table.sheet),), args=args))

    def _columns(self, header: Row, rows: Sequence[Row]) -> Mapping[int, Column]:
        """The columns by position. One that is not known is said aloud if there is anything in it."""
        columns: dict[int, Column] = {}
        for col, item in enumerate(header.items):
            column = column_of(item.text)
            if column in columns.values() and column is not None:
                self._say("ROSTER-COLUMN-TWICE", header.line, col, column=column.title)
            elif column is not None:
                columns[col] = column
            elif any(col < len(row.items) and row.items[col] for row in rows):
                self._notice("ROSTER-COLUMN-UNKNOWN", column=_column_words(item.text, col))
        return columns

    def _entry(self, row: Row, header: Row, columns: Mapping[int, Column]) -> RosterEntry:
        # A comma inside an unquoted name moves all that follows by one column.
        if any(row.items[len(header.items) :]):
            self._say("ROSTER-EXTRA-CELLS", row.line, len(header.items), columns=len(header.items))
        fields: dict[str, Any] = {}
        for col, column in columns.items():
            item = row.items[col] if col < len(row.items) else Item()
            fields[column.name] = self._field(row.line, col, column, item)
        clean = {name: value for name, value in fields.items() if value is not _FAULTY}
        return RosterEntry(**{"code": "", "name": ""} | clean, line=row.line)

    def _field(self, line: int, col: int, column: Column, item: Item) -> object:
        """The value of one cell, or `_FAULTY` with the reasons said."""
        before = len(self._findings)
        for code, args in faults(column, item):
            self._say(code, line, col, column=column.title, given=visible(item.text, 60), **args)
        if len(self._findings) > before:
            return _FAULTY
        if column.name == "code" and item.kind == "number":
            self._numeric_codes.append(line)
        try:
            return column.parse(item.text)
        except Unclear as unclear:
            self._say(str(unclear), line, col, column=column.title, given=visible(item.text, 60))
            return _FAULTY

    def _compare(self, entries: Sequence[RosterEntry]) -> None:
        """What only shows between lines: codes twice, circles, superiors that are not there."""
        for finding in (*duplicates(entries), *circles(entries)):
            self._say(finding.code, **finding.args)
        codes = {entry.code for entry in entries}
        names = {name: entry.code for entry in reversed(entries) for name in (entry.short_name, entry.name) if name}
        outside: dict[str, list[int]] = {}
        for entry in entries:
            if entry.parent and entry.parent not in codes:
                outside.setdefault(entry.parent, []).append(entry.line)
        for parent, lines in outside.items():
            if parent in names:
                self._say("ROSTER-PARENT-NAME", lines[0], parent=parent, code=names[parent])
            else:
                self._notice("ROSTER-PARENT-OUTSIDE", parent=parent, count=len(lines), line=lines[0])

    def _notices(self, above: Sequence[Row]) -> None:
        if above:
            self._notice("ROSTER-ROWS-ABOVE", count=len(above))
        if self._numeric_codes:
            self._notice("ROSTER-CODE-NUMBER", count=len(self._numeric_codes), line=self._numeric_codes[0])
        if self._table.other_sheets:
            self._notice("ROSTER-OTHER-SHEETS", sheet=self._table.sheet, sheets="、".join(self._table.other_sheets))


def _resolved(entries: Sequence[RosterEntry]) -> list[RosterEntry]:
    """The entries, each superior's code as its own line spells it."""
    spelt = {folded(entry.code): entry.code for entry in reversed(entries)}
    return [replace(entry, parent=spelt.get(folded(entry.parent), entry.parent)) for entry in entries]


def _column_words(heading: str, col: int) -> Text:
    if heading:
        return same(visible(heading, 60))
    letter = column_name(col)
    return Text(f"{letter} 列（无列名）", f"column {letter} (no heading)")
