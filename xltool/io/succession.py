"""``succession.csv``: which agencies became which; whole, or every reason why not with its line."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from xltool.io.small_table import Item, Row, read_table
from xltool.lang import Text
from xltool.model.finding import Argument, Finding, Refused, refuse
from xltool.model.place import Place
from xltool.model.roster import MAX_CODE, folded, unsafe_character, unsafe_code
from xltool.model.succession import Change, Kind, Succession
from xltool.model.texts import visible

MOST = 100
_HEADER_WITHIN = 10
_COLUMNS = {
    "old": Text("原代码", "old code"),
    "new": Text("现代码", "new code"),
    "kind": Text("类型", "kind"),
    "date": Text("生效日期", "effective date"),
    "heir": Text("结转承接单位", "heir"),
}
_REQUIRED = ("old", "new", "kind", "date")
_KINDS: Mapping[str, Kind] = {
    "更名": "renamed",
    "renamed": "renamed",
    "合并": "merged",
    "merged": "merged",
    "分立": "split",
    "split": "split",
    "撤销": "abolished",
    "abolished": "abolished",
    "划转": "transferred",
    "transferred": "transferred",
    "新设": "new",
    "new": "new",
}
_DATE = re.compile(r"([0-9]{4})[-/年.]([0-9]{1,2})[-/月.]([0-9]{1,2})日?")


def read_succession(path: Path) -> Succession:
    """The changes in `path`. Raises `Refused` with all its faults."""
    try:
        return _Reading(path.name).succession(_bytes(path))
    except Refused as refusal:
        at = (Place(path.name),)
        raise Refused(
            *(Finding(one.code, one.severity, one.places or at, one.paths, one.args) for one in refusal.findings)
        ) from None


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise refuse("SUCCESSION-NOT-FOUND", file=path.name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise refuse("FILE-UNREADABLE", reason=error.strerror or type(error).__name__) from None


def _plain(heading: str) -> str:
    return re.sub(r"[\s_*＊-]", "", heading).casefold()


_BY_HEADING = {_plain(word): name for name, text in _COLUMNS.items() for word in (text.zh, text.en)}


def _is_header(row: Row) -> bool:
    return {_BY_HEADING.get(_plain(item.text)) for item in row.items}.issuperset(_REQUIRED)


class _Reading:
    """One list being read; any finding refuses the file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def say(self, code: str, line: int, /, **args: Argument) -> str:
        self.findings.append(Finding(code, "error", (Place(self.file),), args={"line": line, **args}))
        return ""

    def succession(self, data: bytes) -> Succession:
        try:
            rows = read_table(data, _is_header).rows
        except Refused:
            raise refuse("SUCCESSION-NOT-A-TABLE", file=self.file) from None
        index = next((at for at, row in enumerate(rows[:_HEADER_WITHIN]) if _is_header(row)), None)
        if index is None:
            raise refuse("SUCCESSION-NO-HEADER", file=self.file)
        names = [_BY_HEADING.get(_plain(item.text), "") for item in rows[index].items]
        for name in _REQUIRED:
            if names.count(name) > 1:
                self.say("SUCCESSION-COLUMN-TWICE", rows[index].line, column=_COLUMNS[name])
        changes = [self.change(row, names) for row in rows[index + 1 :]]
        self.repeated(changes)
        if self.findings:
            raise Refused(*self.findings[:MOST])
        return Succession(tuple(changes))

    def change(self, row: Row, names: Sequence[str]) -> Change:
        if any(row.items[len(names) :]):
            self.say("SUCCESSION-EXTRA-CELLS", row.line, columns=len(names))
        cells = {name: item for name, item in zip(names, row.items, strict=False) if name}
        empty = Item()
        old, new, heir = (self.code(row.line, name, cells.get(name, empty)) for name in ("old", "new", "heir"))
        kind = self.kind(row.line, cells.get("kind", empty))
        date = self.date(row.line, cells.get("date", empty))
        change = Change(old, new, kind, date, heir, row.line)
        for name, wanted in (("old", kind != "new"), ("new", kind != "abolished")):
            given = bool(cells.get(name, empty))
            if given != wanted:
                code = "SUCCESSION-MISSING" if wanted else "SUCCESSION-UNEXPECTED"
                self.say(code, row.line, column=_COLUMNS[name], kind=cells.get("kind", empty).text)
        return change

    def code(self, line: int, name: str, item: Item) -> str:
        if not item:
            return ""
        bad = item.fault or item.kind not in ("text", "number") or len(item.text) > MAX_CODE
        if bad or unsafe_character(item.text, code=True) or unsafe_code(item.text):
            return self.say("SUCCESSION-CODE", line, column=_COLUMNS[name], given=visible(item.text, 60))
        return item.text

    def kind(self, line: int, item: Item) -> Kind:
        kind = _KINDS.get(item.text.casefold())
        if kind is None:
            self.say("SUCCESSION-KIND", line, given=visible(item.text, 60))
            return "renamed"
        return kind

    def date(self, line: int, item: Item) -> str:
        match = _DATE.fullmatch(item.text)
        try:
            return datetime.date(*(int(part) for part in cast(re.Match[str], match).groups())).isoformat()
        except (ValueError, AttributeError):
            self.say("SUCCESSION-DATE", line, given=visible(item.text, 60))
            return "0001-01-01"

    def repeated(self, changes: Sequence[Change]) -> None:
        first: dict[tuple[str, ...], int] = {}
        for each in changes:
            key = (folded(each.old), folded(each.new), each.date)
            known = first.setdefault(key, each.line)
            if known != each.line:
                self.say("SUCCESSION-TWICE", each.line, first=known)
