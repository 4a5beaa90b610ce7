"""The columns of a roster: their headings, and what may stand in them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xltool.io.small_table import Item
from xltool.lang import Text
from xltool.model.finding import Argument
from xltool.model.record import Scope
from xltool.model.roster import MAX_CODE, MAX_NAME, unsafe_character, unsafe_code


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a roster: the field it fills, its heading, and other headings it goes by."""

    name: str
    title: Text
    parse: Callable[[str], object]
    kinds: frozenset[str] = frozenset({"text", "number"})
    aliases: tuple[str, ...] = ()

    def shown(self, value: object) -> str:
        """A value of the field as a roster file says it."""
        if value is None or isinstance(value, bool):
            return "" if value is None else "是" if value else "否"
        return _SCOPE_WORDS.get(str(value), "") if self.name == "scope" else str(value)


class Unclear(ValueError):
    """A word that is none of those a column takes; its message code."""


_WORDS = {"是": True, "yes": True, "true": True, "1": True, "否": False, "no": False, "false": False, "0": False}
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)"
)


def _flag(default: bool | None) -> Callable[[str], bool | None]:
    def parse(text: str) -> bool | None:
        if not text:
            return default
        if text.casefold() not in _WORDS:
            raise Unclear("ROSTER-YES-NO")
        return _WORDS[text.casefold()]

    return parse


def _date(text: str) -> str:
    match = _DATE.fullmatch(text)
    if not text:
        return ""
    if match is None:
        raise Unclear("ROSTER-DATE")
    try:
        return datetime.date(*(int(part) for part in match.groups() if part)).isoformat()
    except ValueError:
        raise Unclear("ROSTER-DATE") from None


_SCOPES: dict[str, Scope] = {
    **{"本机关": "own", "本级": "level", "全域": "area"},
    **{"own": "own", "level": "level", "area": "area"},
}


_SCOPE_WORDS: dict[str, str] = {scope: word for word, scope in reversed(_SCOPES.items())}


def _scope(text: str) -> Scope | None:
    if text and text.casefold() not in _SCOPES:
        raise Unclear("ROSTER-SCOPE")
    return _SCOPES.get(text.casefold())


_BOOLEAN = frozenset({"text", "number", "boolean"})
COLUMNS = (
    Column("code", Text("代码", "code"), str, aliases=("单位代码", "机构代码")),
    Column("name", Text("全称", "name"), str, aliases=("单位全称", "单位名称", "full name")),
    Column("short_name", Text("简称", "short name"), str, aliases=("单位简称",)),
    Column("parent", Text("上级", "parent"), str, aliases=("上级代码", "上级单位代码")),
    Column("level", Text("类别", "level"), str, aliases=("单位类别",)),
    Column("counted", Text("是否计入汇总", "counted"), _flag(True), _BOOLEAN, ("计入汇总",)),
    Column("rule_making", Text("规章制定权", "rule-making power"), _flag(None), _BOOLEAN, ("rule_making",)),
    Column("contact", Text("联系人", "contact"), str),
    Column("phone", Text("电话", "phone"), str, aliases=("联系电话",)),
    Column("deadline", Text("期限", "deadline"), _date, frozenset({"text", "date"}), ("截止日期",)),
    Column("scope", Text("口径", "scope"), _scope),
)
REQUIRED = ("code", "name")
_CODES = ("code", "parent")


def _heading(text: str) -> str:
    """A heading as it is compared: without case, spaces, hyphens, underscores and the asterisk of required columns."""
    return re.sub(r"[\s_*＊-]", "", text).casefold()


_BY_HEADING = {
    _heading(name): column for column in COLUMNS for name in (column.title.zh, column.title.en, *column.aliases)
}


def column_of(heading: str) -> Column | None:
    """The column that goes by `heading`."""
    return _BY_HEADING.get(_heading(heading))


def faults(column: Column, item: Item) -> Iterator[tuple[str, dict[str, Argument]]]:
    """What keeps a cell from being read at all."""
    if item.fault:
        yield item.fault, {}
        return
    if item.kind not in column.kinds and item.text:
        yield "ROSTER-CELL-KIND", {}
        return
    if not item.text:
        if column.name in REQUIRED:
            yield "ROSTER-MISSING", {}
        return
    is_code = column.name in _CODES
    limit = MAX_CODE if is_code else MAX_NAME
    character = unsafe_character(item.text, code=is_code)
    if character:
        yield "ROSTER-CHARACTER", {"character": character}
    if len(item.text) > limit:
        yield "ROSTER-TOO-LONG", {"length": len(item.text), "limit": limit}
    if is_code and (code := unsafe_code(item.text)):
        yield code, {}
