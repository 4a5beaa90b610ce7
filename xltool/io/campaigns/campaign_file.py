"""``xltool.toml``, the settings of a campaign."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, cast, get_args

from xltool.io.campaigns.folder import NAME, find_campaign
from xltool.model.campaign import Settings
from xltool.model.dates import iso_day
from xltool.model.finding import refuse
from xltool.model.record import SCOPES
from xltool.plan.form import Totals

__all__ = ["NAME", "find_campaign", "read_settings"]

_TABLE = "campaign"
_HEAD = """# 本任务的设置。命令行选项优先于本文件。 Settings of this campaign; options of the command line come first.
"""
_NOTES = {
    "era": "版式 form",
    "year": "年度 year of the figures",
    "scope": "口径 own 本机关, level 本级, area 全域",
    "title": "任务名称 name of the campaign",
    "office": "落款单位 the office that signs papers",
    "roster": "报送单位名单 roster",
    "deadline": "报送期限 deadline, where the roster has none",
    "totals": "合计 computed 自动计算, typed 手工填写",
    "file_lang": "文件语言 language inside files: zh, en",
    "key_file": "密钥文件 key file",
    "prior": "上年数据 last year's returns or records",
    "succession": "单位变动表 which agencies became which",
}


def read_settings(folder: Path) -> Settings:
    """The settings of the campaign in `folder`. Raises Refused, naming the setting that makes no sense."""
    try:
        data = tomllib.loads((folder / NAME).read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise refuse("CAMPAIGN-NONE", folder=str(folder)) from error
    except OSError as error:
        raise refuse("FILE-UNREADABLE", reason=error.strerror or type(error).__name__) from error
    except ValueError as error:
        raise refuse("CAMPAIGN-NOT-TOML", reason=str(error)) from error
    table = data.get(_TABLE)
    if not isinstance(table, dict):
        raise refuse("CAMPAIGN-SETTING", key=f"[{_TABLE}]", value="")
    known = {each.name for each in fields(Settings)}
    for key, value in table.items():
        if key not in known or not _FITS.get(key, _is_text)(value):
            raise refuse("CAMPAIGN-SETTING", key=key, value=str(value))
    for key in ("era", "year"):
        if key not in table:
            raise refuse("CAMPAIGN-SETTING", key=key, value="")
    return Settings(**cast(dict[str, Any], table))


def dump_settings(settings: Settings) -> bytes:
    """The file for `settings`, each with a note of what it is."""
    values = {each.name: _literal(getattr(settings, each.name)) for each in fields(settings)}
    lines = [f"# {_NOTES[name]}\n{name} = {value}" for name, value in values.items()]
    return (_HEAD + f"\n[{_TABLE}]\n" + "\n".join(lines) + "\n").encode("utf-8")


def _literal(value: object) -> str:
    """A TOML value: of what we write, JSON writes the same."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "year": lambda value: isinstance(value, int) and not isinstance(value, bool) and 2000 <= value <= 2100,
    "scope": lambda value: value in SCOPES,
    "deadline": lambda value: value == "" or (isinstance(value, str) and iso_day(value) == value),
    "totals": lambda value: value in get_args(Totals),
    "file_lang": lambda value: value in ("zh", "en"),
}
