"""What twelve made-up agencies send in three rounds of a campaign, for the tutorial: good returns, slips and junk."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from docs.generate import ROOT, Desk, fence
from xltool.app.forms import fill_record
from xltool.app.shelf import shelf
from xltool.io.records import parse_json, record_from
from xltool.io.writing.zips import write_zip

ERA, YEAR = "national-2021", 2023
AGENCIES = {
    "900000-ZFB": "示例市人民政府办公室",
    "900001-SFJ": "示例市司法局",
    "900002-CZJ": "示例市财政局",
    "900003-JYJ": "示例市教育局",
    "900004-GAJ": "示例市公安局",
    "900005-MZJ": "示例市民政局",
    "900006-RSJ": "示例市人力资源和社会保障局",
    "900007-WJW": "示例市卫生健康委员会",
    "900008-SWJ": "示例市水务局",
    "900009-JTJ": "示例市交通运输局",
    "900010-SHJ": "示例市商务局",
    "900011-TYJ": "示例市体育局",
}
ROSTER = "代码,全称,规章制定权,联系人,电话\n" + "".join(
    f"{code},{name},否,联系人{number},0000-{1000 + number}\n"
    for number, (code, name) in enumerate(AGENCIES.items(), start=1)
)
SLIP = {"applications.total.handled": 18}
"""A total that is not the sum of its parts."""
ODD = {"disclosure.rules.issued": 1}
"""A rule made by an office that may make none: to be corrected, or explained."""
CHECK = {"check": "N21-T2-RULE-MAKING", "place": "disclosure.rules.issued"}
BOMB = 40_000_000
Files = Iterator[tuple[str, bytes]]

_MENU = re.compile(r"^xltool　.*\n(?:  \d .*\n)+", re.MULTILINE)
# Shows typed answers where they were typed, as a terminal would.
_ECHO = """
import io, sys
class Typed(io.StringIO):
    def readline(self, size=-1):
        line = super().readline(size)
        print(line, end="", flush=True)
        return line
sys.stdin = Typed(sys.stdin.read())
from xltool.cli.main import main
main()
"""


@cache
def _answered(code: str, nth: int, changes: str, explanation: str, year: int, name: str) -> bytes:
    library = shelf()
    tree = json.loads((ROOT / "examples/records/example-2023.json").read_text(encoding="utf-8"))
    tree |= {"year": year, "submission": nth, "agency": {"code": code, "name": name}}
    for path, value in json.loads(changes).items():
        *above, leaf = path.split(".")
        node = tree["data"]
        for step in above:
            node = node[step]
        node[leaf] = value
    if explanation:
        tree["explanations"] = [{**CHECK, "text": explanation}]
    record, _ = record_from(parse_json(json.dumps(tree).encode()), library.era(ERA))
    record = replace(record, agency=replace(record.agency, rule_making=False))
    return fill_record(record, library, "typed", "zh")[0]


def answer(
    code: str, nth: int = 1, changes: Mapping[str, int] | None = None, explanation: str = "", year: int = YEAR
) -> bytes:
    """An agency's form, filled in."""
    return _answered(code, nth, json.dumps(changes or {}), explanation, year, AGENCIES.get(code, "示例县水务局"))


def called(code: str, nth: int = 1) -> str:
    return f"{YEAR}年报_{code}_{AGENCIES[code]}_第{nth}次.xlsx"


def first() -> Files:
    """By the deadline: five returns, two more in a zip, and what else comes with the mail."""
    yield called("900000-ZFB"), answer("900000-ZFB")
    yield called("900001-SFJ"), answer("900001-SFJ", changes=SLIP)
    yield called("900002-CZJ"), answer("900002-CZJ", changes=ODD)
    yield called("900003-JYJ"), answer("900003-JYJ")
    yield called("900003-JYJ").replace(".xlsx", " (1).xlsx"), answer("900003-JYJ")
    yield called("900004-GAJ"), answer("900004-GAJ", changes=ODD, explanation="受市政府委托起草，省司法厅备案")
    yield called("900005-MZJ"), answer("900005-MZJ", changes=ODD, explanation="属实")
    yield "两家一起报.zip", write_zip((called(code), answer(code)) for code in ("900006-RSJ", "900007-WJW"))
    yield "水务局报表.xlsx", "<html><table><tr><td>新收</td><td>17</td></tr></table></html>".encode()
    yield "交通局盖章扫描件.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(400)
    yield "示例县水务局.xlsx", answer("900099-XSW")
    yield "点我领奖.xlsx", _bomb()


def second() -> Files:
    """After the deadline: corrections, late returns, an old file under a new name, two that contradict each other."""
    yield called("900001-SFJ", 2), answer("900001-SFJ", 2)
    yield "司法局最终版2.xlsx", answer("900001-SFJ", changes=SLIP)
    yield called("900002-CZJ", 2), answer("900002-CZJ", 2, ODD, "市政府2023年第3号令由我局起草并联合发布")
    yield called("900005-MZJ", 2), answer("900005-MZJ", 2)
    yield called("900008-SWJ"), answer("900008-SWJ")
    yield called("900009-JTJ"), answer("900009-JTJ", changes=SLIP)
    yield called("900010-SHJ"), answer("900010-SHJ", year=YEAR - 1)
    yield called("900011-TYJ"), answer("900011-TYJ")
    yield "体育局.xlsx", answer("900011-TYJ", changes={"disclosure.penalties.decisions": 8})


def third() -> Files:
    """The last ones."""
    yield called("900009-JTJ", 2), answer("900009-JTJ", 2)
    yield called("900010-SHJ"), answer("900010-SHJ")
    yield called("900011-TYJ", 2), answer("900011-TYJ", 2)


def _bomb() -> bytes:
    """A small file that would become large when opened."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=zlib.Z_BEST_SPEED) as package:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            package.writestr(zipfile.ZipInfo(name), bytes(BOMB), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def arrive(desk: Desk, inbox: str, files: Files, *, show: bool = True) -> None:
    """Lay files into an inbox and list them."""
    names = []
    for name, data in files:
        (desk.home / inbox / name).write_bytes(data)
        names.append(f"{inbox}/{name}")
    if show:
        print(fence("text", "\n".join(names)))


def menu(desk: Desk, folder: str, *lines: str) -> None:
    """Bare `xltool`, with what is typed; today's date, which changes, is shown as a word."""
    found = subprocess.run(
        [sys.executable, "-c", _ECHO],
        cwd=desk.home / folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XLTOOL_LANG": "zh", "XLTOOL_MENU": "1", "NO_COLOR": "1"},
        input="\n".join(lines) + "\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if found.returncode:
        raise RuntimeError(found.stdout)
    text = re.sub(r"\[\d{4}-\d\d-\d\d\]", "[今天]", found.stdout)
    text = text.replace(f"[{date.today().year - 1}]", "[去年]")
    for home in (desk.home.resolve(), desk.home):
        text = text.replace(str(home), "…")
    head, *later = _MENU.split(text)
    shown = _MENU.findall(text)[:1]
    text = head + "".join(shown) + "\n…\n".join(part.rstrip("\n") for part in later)
    print(fence("console", "$ xltool\n" + text.strip("\n")))


def letter(desk: Desk, pattern: str) -> None:
    """The text of a letter."""
    import docx

    (file,) = desk.home.glob(pattern)
    lines = [paragraph.text for paragraph in docx.Document(str(file)).paragraphs]
    print(fence("text", "\n".join(lines)))
