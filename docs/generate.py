"""Makes the generated parts of these pages; cog calls it (`make docs`), and `make lint` fails where a page is stale.

Everything comes from the program and its data files: a command, check or code added there appears here by itself.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from xltool.cli.main import COMMANDS, xltool
from xltool.io.library import Library
from xltool.lang import Text
from xltool.model.check import Check
from xltool.model.era import Era
from xltool.model.summary import trail_text
from xltool.report.open_data import FINDINGS, LONG, MARK, Column, wide_columns

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 100
BASES = {
    "printed": "printed on the form (表内印明)",
    "implied": "implied by the form (由表式推出)",
    "practice": "practice of those who check (审核惯例)",
}
DECISIONS = {
    "read": "read all the same (照常读取)",
    "confirm": "read only with `--confirm-mapping` (确认后读取)",
    "refuse-field": "the fields concerned are not read (该项不读取)",
    "refuse-file": "the file is not read (整份不读取)",
}
# A command without an entry is shown with its English help.
ZH_COMMANDS = {
    "generate": "生成锁定的填报表：名单上每个单位一份，或一份不指定单位的空白表",
    "fill": "把一份报表数据（JSON）填进对应的工作簿",
    "read": "读出一份工作簿的报表数据（JSON），不审核",
    "validate": "读取并审核收回的报表，逐条说明哪一格、哪条审核公式、差多少",
    "merge": "汇总：按官方表式生成汇总表，每个合计可追溯到单位",
    "transfer": "上报：把汇总数填入上级下发的表，其余内容一字不动",
    "compare": "与上年逐项比较：哪些数变了，哪些需要说明",
    "series": "把多年的数接成时间序列，口径变了的地方标出来",
    "init": "建立任务文件夹（可从上年任务接续）",
    "intake": "收表：原件存档、审核、记入台账，并与上一次报送逐格比较",
    "status": "报送情况和催报名单（文字、群消息、xlsx、JSON）",
    "review": "查看核实说明，采纳或不采纳",
    "explain": "解释一个代码或审核公式：含义、原因、处理办法、依据",
    "pack": "给有问题的上报件做退回包：批注副本和一页通知",
    "import": "读取别的表格、网页或已发布报告里的数",
    "reconcile": "核对上级汇总数与下级各单位之和",
    "demo": "用示例数字走完全部流程，并指出该看哪里",
    "lint": "检查版式的数据文件有没有错误；用往年报表试跑审核公式（--replay）",
    "doctor": "查看安装了什么、找到哪些办公软件、缺什么会影响什么",
}


# --- commands ----------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, click.Context]]:
    """Every command with its full name, `xltool` first, subcommands after their group."""
    root = click.Context(xltool, info_name="xltool", **{**xltool.context_settings, "terminal_width": WIDTH})
    root.max_content_width = WIDTH
    yield from _below(root, "xltool")


def _below(context: click.Context, name: str) -> Iterator[tuple[str, click.Context]]:
    yield name, context
    if not isinstance(context.command, click.Group):
        return
    for each in context.command.list_commands(context):
        command = context.command.get_command(context, each)
        if command is not None and not command.hidden:
            below = click.Context(command, info_name=each, parent=context)
            below.terminal_width = below.max_content_width = WIDTH
            yield from _below(below, f"{name} {each}")


def print_commands() -> None:
    """The help of every command, at one width."""
    for name, context in commands():
        print(f"\n## {name}\n")
        print(fence("text", context.get_help()))


def print_command_table(lang: str = "en") -> None:
    """One line a command, linked to its help."""
    base = "docs/reference/commands.md"
    print("| 命令 | 用途 |" if lang == "zh" else "| command | what it does |")
    print("|---|---|")
    for name in COMMANDS:
        command = xltool.get_command(click.Context(xltool), name)
        assert command is not None
        short = command.get_short_help_str(limit=200)
        print(f"| [`{name}`]({base}#xltool-{name}) | {ZH_COMMANDS.get(name, short) if lang == 'zh' else short} |")


def print_eras(lang: str = "en") -> None:
    """One line an era, linked to its checks."""
    library = Library()
    print("| 版式 | 表 | 年度 | 审核公式 |" if lang == "zh" else "| era | form | report years | checks |")
    print("|---|---|---|---|")
    for era_id in library.era_folders:
        era = library.era(era_id)
        title = era.title.zh if lang == "zh" else both(era.title)
        span = years(era.first_year, era.last_year, lang)
        print(f"| [`{era.id}`](docs/reference/checks.md#{era.id}) | {cell(title)} | {span} | {len(era.checks)} |")


# --- checks and findings -----------------------------------------------------------------------------------------


def print_checks() -> None:
    """Every check of every era."""
    library = Library()
    for era_id in library.era_folders:
        era = library.era(era_id)
        print(f"\n## {era.id}\n\n{era.title.zh} · {era.title.en}\n")
        print(f"- Report years: {years(era.first_year, era.last_year)}")
        print(f"- Basis: {era.basis.zh} · {era.basis.en}")
        print(f"- Indicators: {len(era.indicators)}, of them totals: {len(era.totals)}")
        print(f"- Checks: {len(era.checks)} at {len(era.instances)} places")
        for check in era.checks.values():
            _print_check(check, era, library)


def _print_check(check: Check, era: Era, library: Library) -> None:
    instances = sum(instance.check.id == check.id for instance in era.instances)
    print(f"\n### {check.id}\n\n{check.text.zh}<br>\n{check.text.en}\n")
    print("| | |\n|---|---|")
    rows = {
        "Severity": standing(library, check),
        "Basis": BASES[check.basis],
        "Source": both(check.source),
        "Rule": f"`{check.rule}`",
        **{f"where `{name}` is": ", ".join(f"`{one}`" for one in given) for name, given in check.captures.items()},
        "Blanks": "parts left blank are left out of sums" if check.skip else "",
        "Years": years(check.from_year, check.until_year) if check.from_year or check.until_year else "",
        "Places": str(instances),
    }
    for name, value in rows.items():
        if value:
            print(f"| {name} | {cell(value)} |")


def years(first: int | None, last: int | None, lang: str = "en") -> str:
    """The years something is in force."""
    if first == last:
        return str(first or ("不限" if lang == "zh" else "all"))
    if first and last:
        return f"{first}–{last}"
    if lang == "zh":
        return f"{first}起" if first else f"至{last}"
    return f"from {first}" if first else f"until {last}"


def print_findings() -> None:
    """Every code of the catalogue, under a heading for each family of codes."""
    library = Library()
    family = ""
    for code, message in sorted(library.catalogue.items()):
        if code.split("-", maxsplit=1)[0] != family:
            family = code.split("-", maxsplit=1)[0]
            print(f"\n## {family}")
        decided = f" · {DECISIONS[message.decision]}" if message.decision else ""
        print(f"\n### {code}\n\n{severity(library, message.severity)}{decided}\n")
        print(f"> {plain(message.text.zh)}<br>\n> {plain(message.text.en)}\n")
        print(f"- Cause: {plain(message.cause.en)}<br>原因：{plain(message.cause.zh)}")
        print(f"- What to do: {plain(message.remedy.en)}<br>处理：{plain(message.remedy.zh)}")


def standing(library: Library, check: Check) -> str:
    """What a failure counts as, and of a rule on trial also what it will count as."""
    if not check.trial:
        return severity(library, check.declared)
    return f"{severity(library, check.severity)}, on trial (试行); afterwards {severity(library, check.declared)}"


def severity(library: Library, level: str) -> str:
    """A severity in both languages."""
    words = library.words[f"severity_{level}"]
    return f"{words.zh} `{level}`"


# --- data files --------------------------------------------------------------------------------------------------


def print_data_files() -> None:
    """Every kind of data file, from the descriptions in its meta-schema."""
    for file in sorted((ROOT / "schemas" / "meta").glob("*.schema.json")):
        meta = json.loads(file.read_text(encoding="utf-8"))
        print(f"\n## {plain(meta['title'])}\n\n{plain(meta.get('description', ''))}\n")
        print(f"Meta-schema: [`schemas/meta/{file.name}`](../../schemas/meta/{file.name})\n")
        _print_members(meta, meta)
        for name, part in meta.get("$defs", {}).items():
            if "properties" in part and name != "text":
                print(f"\n### {file.name.split('.', maxsplit=1)[0]}: {name}\n")
                if part.get("description"):
                    print(plain(part["description"]) + "\n")
                _print_members(part, meta)


def _print_members(part: Mapping[str, Any], meta: Mapping[str, Any]) -> None:
    required = part.get("required", ())
    members = {name: each for name, each in part.get("properties", {}).items() if name != "$schema"}
    if not members:
        return
    print("| key | required | what it is | values |\n|---|---|---|---|")
    for name, each in members.items():
        target = _target(each, meta)
        said = each.get("description") or target.get("description", "")
        print(f"| `{name}` | {'yes' if name in required else ''} | {cell(plain(said))} | {cell(_values(target))} |")


def _target(each: Any, meta: Mapping[str, Any]) -> dict[str, Any]:
    """A member with what it refers to laid under it."""
    if not isinstance(each, dict):
        return {}
    references = [each, *each.get("allOf", ())]
    found: dict[str, Any] = {}
    for one in references:
        name = str(one.get("$ref", "")).removeprefix("#/$defs/")
        found |= meta.get("$defs", {}).get(name, {})
    return found | each


def _values(target: Mapping[str, Any]) -> str:
    if "enum" in target:
        return ", ".join(f"`{json.dumps(one, ensure_ascii=False)}`" for one in target["enum"])
    if "const" in target:
        text = json.dumps(target["const"], ensure_ascii=False)
        return f"`{text}`" if len(text) < 60 else "the same in every era"
    low, high = target.get("minimum"), target.get("maximum")
    kind = target.get("type", "")
    bounds = "" if low is None else f", from {low}" if high is None else f", {low} to {high}"
    return f"{' or '.join(kind) if isinstance(kind, list) else kind}{bounds}"


# --- open outputs ------------------------------------------------------------------------------------------------


def print_columns(table: str) -> None:
    """Every column of an open output: `wide`, `long` or `findings`; of those of indicators the first for all."""
    print("| column | kind | unit | what it is | where it is from |\n|---|---|---|---|---|")
    era = _some_era()
    first = next(iter(era.indicators))
    columns: Sequence[Column[Any]] = {"long": LONG, "findings": FINDINGS}.get(table) or wide_columns(era)
    for each in columns:
        if each.name == first:
            _print_column("*indicator*", replace(each, name="wide_value"), "number or text")
        elif each.name == first + MARK:
            _print_column(f"*indicator*`{MARK}`", replace(each, name="wide_mark"), each.kind)
        elif each.name.removesuffix(MARK) not in era.indicators:
            _print_column(f"`{each.name}`", each, each.kind)


def _print_column(shown: str, column: Column[Any], kind: str) -> None:
    words = Library().output_words
    unit = both(words[f"out_unit_of_{column.unit}"]) if column.unit else ""
    meaning, source = words[f"out_{column.name}"], words[f"out_from_{column.source}"]
    print(f"| {shown} | {kind} | {unit} | {cell(both(meaning))} | {cell(both(source))} |")


def _some_era() -> Era:
    library = Library()
    return library.era(next(iter(library.era_folders)))


def print_indicators() -> None:
    """Every indicator of every era, as the columns of wide tables are named."""
    library = Library()
    for era_id in library.era_folders:
        era = library.era(era_id)
        print(f"\n### {era.id}\n\n| indicator | label | unit | decimals |\n|---|---|---|---|")
        for path, each in era.indicators.items():
            unit = f"{each.unit.zh} · {each.unit.en}" if each.unit else ""
            label = trail_text(era, path, era.last_year or era.first_year or 2025)
            decimals = "text" if each.kind == "text" else str(each.decimals)
            print(f"| `{path}` | {cell(f'{label.zh} · {label.en}')} | {cell(unit)} | {decimals} |")


# --- pieces of files ---------------------------------------------------------------------------------------------


def print_file(path: str, start: str = "", end: str = "") -> None:
    """A file of the project, or its lines from the first that contains `start` to the next that contains `end`."""
    lines = (ROOT / path).read_text(encoding="utf-8").rstrip("\n").split("\n")
    first = next(number for number, line in enumerate(lines) if start in line)
    last = next(number for number, line in enumerate(lines[first:], first) if end in line) if end else len(lines) - 1
    print(fence("json", "\n".join(lines[first : last + 1])))


def print_record(path: str, keep: Iterable[str]) -> None:
    """A record of which `data` is cut down to the groups in `keep`."""
    record = json.loads((ROOT / path).read_text(encoding="utf-8"))
    record["data"] = {name: group for name, group in record["data"].items() if name in set(keep)}
    print(fence("json", json.dumps(record, ensure_ascii=False, indent=2)))


def fence(language: str, text: str) -> str:
    """A block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def both(text: Text) -> str:
    return f"{text.zh}<br>{text.en}"


def cell(text: str) -> str:
    """Fit for a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def plain(text: str) -> str:
    """Data text as Markdown: outside of code, angle brackets and stars are meant as such."""
    parts = text.split("`")
    parts[::2] = [part.replace("<", "&lt;").replace(">", "&gt;").replace("*", "\\*") for part in parts[::2]]
    return "`".join(parts)


# --- real sessions -----------------------------------------------------------------------------------------------


class Desk:
    """A temporary folder in which a tutorial's commands are really run."""

    def __init__(self, lang: str = "en") -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.home = Path(self._folder.name)
        self.lang = lang

    def run(self, line: str, *, show: bool = True, cut: int = 0) -> None:
        """Run `xltool …` and print what a reader would see; `cut` shows only the first lines."""
        found = subprocess.run(
            [sys.executable, "-m", "xltool", *shlex.split(line)[1:]],
            cwd=self.home,
            env={**os.environ, "PYTHONPATH": str(ROOT), "XLTOOL_LANG": self.lang, "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        if found.returncode not in (0, 1):
            raise RuntimeError(f"{line}\n{found.stdout}")
        lines = found.stdout.rstrip().splitlines()
        if cut and len(lines) > cut:
            lines = [*lines[:cut], "…"]
        if show:
            print(fence("console", "\n".join([f"$ {line}", *lines])))

    def write(self, name: str, text: str, language: str = "text") -> None:
        """Write a file and show it."""
        (self.home / name).write_text(text, encoding="utf-8")
        print(fence(language, text))

    def copy(self, files: str, folder: str) -> None:
        """Copy what matches `files` into `folder`."""
        (self.home / folder).mkdir(exist_ok=True)
        for file in sorted(self.home.glob(files)):
            shutil.copy(file, self.home / folder)

    def listing(self, folder: str) -> None:
        """The files of a folder."""
        print(fence("text", "\n".join(f"{folder}/{file.name}" for file in sorted((self.home / folder).iterdir()))))

    def correct(self, record: str, output: str, submission: int, values: Mapping[str, int]) -> None:
        """What an agency does by hand: other figures in the same form, and the next submission number."""
        tree = json.loads((self.home / record).read_text(encoding="utf-8"))
        tree["submission"] = submission
        for path, value in values.items():
            *folders, leaf = path.split(".")
            node = tree["data"]
            for folder in folders:
                node = node[folder]
            node[leaf] = value
        (self.home / "corrected.json").write_text(json.dumps(tree), encoding="utf-8")
        self.run(f"xltool fill corrected.json --totals typed -o {shlex.quote(output)}", show=False)
