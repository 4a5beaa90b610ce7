"""Why a file is not opened, in words: the reasons that FILE-SUSPICIOUS carries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from xltool.lang import Text

SUSPICIONS: Mapping[str, Text] = MappingProxyType(
    {
        # the container
        "entries": Text("压缩包内文件过多", "too many entries in the package"),
        "part-size": Text("内部某一部分过大", "one part is too large"),
        "total-size": Text("解压后总量过大", "too large when unpacked"),
        "ratio": Text("压缩比异常", "compressed beyond reason"),
        "method": Text("压缩方式不是表格软件所用", "a compression method no office suite uses"),
        "path": Text("内部文件名不合规", "an unsafe name inside the package"),
        "duplicate-part": Text("内部有重名部分，不同软件会读出不同的数", "two parts of one name, read differently"),
        "two-names": Text("内部同一部分有两个名字", "one part under two names"),
        "overlap": Text("内部各部分互相重叠", "parts overlap"),
        "doctype": Text("含有文档类型声明", "a DOCTYPE declaration"),
        "depth": Text("内部层次过深", "nested too deeply"),
        "token": Text("内部某段文字过长", "one token is too long"),
        "tags": Text("内部元素过多", "too many elements"),
        "relation": Text("内部链接指向异常", "an internal link leads astray"),
        # the sheets
        "sheets": Text("工作表过多", "too many sheets"),
        "same-part": Text("几张工作表共用同一份数据", "several sheets share one part"),
        "same-name": Text("有同名工作表", "two sheets of one name"),
        "same-cell": Text("同一单元格出现两次，不同软件会读出不同的数", "one cell twice, read differently"),
        "two-values": Text("同一单元格有两个值，不同软件会读出不同的数", "two values in one cell, read differently"),
        "position": Text("单元格位置超出工作表范围", "a cell outside the sheet"),
        "cells": Text("有内容的单元格过多", "too many filled cells"),
        "open-cells": Text("未锁定的空单元格过多", "too many unlocked empty cells"),
        "array": Text("数组公式范围过大", "array formulas cover too much"),
        "merges": Text("合并单元格过多", "too many merged areas"),
        "merged-area": Text("合并单元格范围过大", "merged areas cover too much"),
        "hidden": Text("隐藏的行列过多", "too many hidden rows and columns"),
        "names": Text("定义的名称过多", "too many defined names"),
        "records": Text("内部记录过多", "too many records"),
    }
)
