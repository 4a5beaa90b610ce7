"""Arguments of the messages about merging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xltool.lang import Text, same
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding, Severity
from xltool.model.place import Place
from xltool.model.record import Record
from xltool.model.summary import Return, trail_text
from xltool.numbers import plain

_NAMED = 10
_DIFFERENCES = 3
_SCOPES: Mapping[str, Text] = {
    "own": Text("本机关", "own office"),
    "level": Text("本级", "this level"),
    "area": Text("全域", "whole area"),
}
_BLANK = Text("空白", "blank")


def said(code: str, severity: Severity, item: Return, other: Return | None = None, **more: Argument) -> Finding:
    """A finding about one file, with what any message about a file may mention."""
    agency = item.record.agency
    args: dict[str, Argument] = {
        "file": item.file,
        "code": item.code,
        "name": agency.name,
        "submission": item.record.submission,
    }
    if other:
        args["other"] = other.file
    return Finding(code, severity, places=(Place(item.file),), args={**args, **more})


def scope_text(scope: str) -> Text:
    """A scope in words."""
    return _SCOPES[scope]


def names_text(names: Sequence[str]) -> Text:
    """The first few of many names, and how many there are."""
    zh, en = "、".join(names[:_NAMED]) or "—", ", ".join(names[:_NAMED]) or "—"
    more = len(names) - _NAMED
    return Text(f"{zh}等{len(names)}个", f"{en} and {more} more") if more > 0 else Text(zh, en)


def values_text(files: Mapping[str, Sequence[str]]) -> Text:
    """Each value with the files that have it."""
    shown = [(_SCOPES.get(value, same(value)), names_text(files[value])) for value in sorted(files)]
    return Text(
        "；".join(f"{value.zh}：{names.zh}" for value, names in shown),
        "; ".join(f"{value.en}: {names.en}" for value, names in shown),
    )


def differing(era: Era, one: Record, other: Record) -> tuple[str, ...]:
    """The indicators in which two records are not the same."""
    return tuple(path for path in era.indicators if _figure(one, path) != _figure(other, path))


def differences_text(era: Era, paths: Sequence[str], one: Record, other: Record) -> Text:
    """The first few of `paths` with both values."""
    shown = [(trail_text(era, path, one.year), _shown(one, path), _shown(other, path)) for path in paths[:_DIFFERENCES]]
    return Text(
        "、".join(f"{name.zh}（{left.zh}；{right.zh}）" for name, left, right in shown),
        ", ".join(f"{name.en} ({left.en}; {right.en})" for name, left, right in shown),
    )


def _figure(record: Record, path: str) -> object:
    return record.values.get(path), record.marks.get(path)


def _shown(record: Record, path: str) -> Text:
    value, mark = record.values.get(path), record.marks.get(path)
    if value is None or value == "":
        return same(mark.raw) if mark and mark.raw else _BLANK
    if mark and mark.kind == "declared_zero":
        return Text("声明的0", "declared 0")
    return same(value if isinstance(value, str) else plain(value))
