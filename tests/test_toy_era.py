"""A new form is data: three files in a folder go through lint, generate, fill, validate and merge, without any code."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from strategies import ROOT

from xltool.cli.main import main
from xltool.io.books.containers import open_book

Run = Callable[..., tuple[int, str, str]]

# A shelter counts its animals; nothing of it is known to the program.
KINDS = ("cats", "dogs")


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def leaf(part: str, zh: str, en: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{part}", "title": zh, "x-en": en}


def group(zh: str, en: str, **members: object) -> dict[str, Any]:
    return {"title": zh, "x-en": en, "type": "object", "additionalProperties": False, "properties": members}


def shipped() -> dict[str, Any]:
    """What the record schemas of all eras share."""
    schema: dict[str, Any] = json.loads((ROOT / "schemas/jilin-2013/record.schema.json").read_text(encoding="utf-8"))
    return schema


def record_schema(shared: dict[str, Any]) -> dict[str, Any]:
    parts = ("agency", "cover", "text", "marks", "explanations", "source")
    data = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "animals": group(
                "动物",
                "Animals",
                cats={**leaf("kind", "猫", "Cats")},
                dogs={**leaf("kind", "狗", "Dogs")},
                total={**leaf("kind", "总计", "Total")},
            ),
            "money": group(
                "经费", "Money", spent=leaf("yuan", "支出", "Spent"), donated=leaf("yuan", "捐款", "Donated")
            ),
        },
    }
    return {
        "$schema": shared["$schema"],
        "$id": "urn:xltool:era:toy-2020:record",
        "title": "收容所年报",
        "x-en": "Annual return of shelters",
        "description": "只为测试而设。",
        "x-era": {
            "id": "toy-2020",
            "version": 1,
            "code": "TOY",
            "short": both("玩具版", "toy"),
            "basis": both("测试", "a test"),
            "years": {"from": 2020},
            "blank": "missing",
            "not_applicable": ["无"],
        },
        "x-totals": [
            {
                "for": {"row": ["animals.total.(*)"]},
                "total": "animals.total.row",
                "is": "sum(animals.cats.row, animals.dogs.row)",
            }
        ],
        "type": "object",
        "required": shared["required"],
        "additionalProperties": False,
        "properties": {**shared["properties"], "era": {"const": "toy-2020"}, "data": data},
        "$defs": {
            **{part: shared["$defs"][part] for part in parts},
            "count": {
                "type": ["integer", "null"],
                "minimum": 0,
                "maximum": 99999,
                "x-decimals": 0,
                "x-unit": both("只", "animals"),
                "x-method": "sum",
            },
            "yuan": {
                "type": ["number", "null"],
                "minimum": 0,
                "maximum": 9999999,
                "x-decimals": 2,
                "x-unit": both("元", "yuan"),
                "x-method": "sum",
            },
            "kind": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "arrived": leaf("count", "本年接收", "Arrived"),
                    "adopted": leaf("count", "本年领养", "Adopted"),
                    "left": leaf("count", "年末在养", "Left"),
                },
            },
        },
    }


CHECKS = {
    "era": "toy-2020",
    "checks": [
        {
            "id": "TOY-BALANCE",
            "severity": "error",
            "basis": "implied",
            "source": both("测试", "a test"),
            "for": {"k": ["animals.*"]},
            "rule": "k.arrived == k.adopted + k.left",
            "where": both("{k}列", "column {k}"),
            "zh": "接收＝领养＋在养",
            "en": "arrived = adopted + left",
        },
        {
            "id": "TOY-MONEY",
            "severity": "explain",
            "basis": "practice",
            "source": both("测试", "a test"),
            "rule": "money.spent <= money.donated * 2",
            "zh": "支出一般不超过捐款的两倍",
            "en": "Spending is normally at most twice the donations",
        },
    ],
}
LAYOUT = {
    "era": "toy-2020",
    "sheets": [
        {
            "id": "A",
            "name": both("动物表", "Animals"),
            "path": "animals",
            "columns": [30, 12, 12, 12],
            "blocks": [
                {
                    "corner": both("指标", "Indicator"),
                    "cells": "column.row",
                    "rows": ["arrived", "adopted", "left"],
                    "columns": ["animals.cats", "animals.dogs", "animals.total"],
                }
            ],
        },
        {
            "id": "M",
            "name": both("经费表", "Money"),
            "path": "money",
            "columns": [30, 10, 14],
            "blocks": [
                {
                    "corner": both("指标", "Indicator"),
                    "units": both("单位", "Unit"),
                    "cells": "row.column",
                    "rows": ["money.spent", "money.donated"],
                    "columns": [{"label": both("金额", "Amount")}],
                }
            ],
        },
    ],
}
FIGURES = {"arrived": {"cats": 7, "dogs": 5}, "adopted": {"cats": 4, "dogs": 5}, "left": {"cats": 3, "dogs": 0}}


def record(code: str, **changes: object) -> dict[str, Any]:
    animals = {kind: {row: FIGURES[row][kind] for row in FIGURES} for kind in KINDS}
    animals["total"] = {row: sum(FIGURES[row].values()) for row in FIGURES}
    return {
        "era": "toy-2020",
        "year": 2024,
        "agency": {"code": code, "name": f"{code}收容所"},
        "data": {"animals": animals, "money": {"spent": 12.5, "donated": 10.07}},
        **changes,
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the toy era, and nothing else the program knows."""
    shared = shipped()
    era = tmp_path / "我的版式" / "toy-2020"
    era.mkdir(parents=True)
    for name, content in (
        ("record.schema.json", record_schema(shared)),
        ("checks.json", CHECKS),
        ("layout.json", LAYOUT),
    ):
        (era / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return era.parent


@pytest.fixture
def xltool(folder: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("XLTOOL_LANG", "zh")

    def run(*args: object) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--schemas", str(folder), *map(str, args)])
        out, err = capfdbinary.readouterr()
        return int(ended.value.code or 0), out.decode(), err.decode()

    return run


def test_lint_finds_nothing_wrong_with_it(xltool: Run) -> None:
    code, out, err = xltool("lint", "toy-2020")
    assert (code, out) == (0, "")
    assert "toy-2020" in err


def test_lint_says_what_is_wrong_and_where(xltool: Run, folder: Path) -> None:
    broken = {**CHECKS, "checks": [{**CHECKS["checks"][1], "rule": "money.spent <= money.lost"}]}  # type: ignore[dict-item]
    (folder / "toy-2020" / "checks.json").write_text(json.dumps(broken, ensure_ascii=False), encoding="utf-8")
    code, out, _ = xltool("lint", "toy-2020")
    assert code == 1
    assert "TOY-MONEY" in out
    assert "money.lost" in out
    code, _, err = xltool("generate", "toy-2020", "--year", 2024, "-o", "表")
    assert code == 2
    assert "xltool lint" in err


def test_its_blank_can_be_filled_in_by_hand(xltool: Run) -> None:
    """Generated, typed into, sent back: the record has the figures, the totals are computed, the checks judge."""
    code, _, err = xltool("generate", "toy-2020", "--year", 2024, "-o", "表")
    assert code == 0, err
    (blank,) = Path("表").iterdir()
    book = openpyxl.load_workbook(blank)
    assert "动物表" in book.sheetnames
    typed: dict[str, object] = {f"animals.{kind}.{row}": FIGURES[row][kind] for kind in KINDS for row in FIGURES}
    typed |= {
        "money.spent": 30,
        "money.donated": 10.07,
        "agency.code": "T1",
        "agency.name": "甲收容所",
        "submission": 1,
    }
    typed["animals.dogs.left"] = 2
    for path, value in typed.items():
        ((sheet, cell),) = book.defined_names[f"XL_{path.replace('.', '__')}"].destinations
        book[sheet][cell] = value  # type: ignore[assignment]
    out = io.BytesIO()
    book.save(out)
    Path("上报.xlsx").write_bytes(out.getvalue())
    code, said, _ = xltool("read", "上报.xlsx")
    assert json.loads(said)["data"] == {
        "animals": {
            "cats": {"arrived": 7, "adopted": 4, "left": 3},
            "dogs": {"arrived": 5, "adopted": 5, "left": 2},
            "total": {"arrived": 12, "adopted": 9, "left": 5},
        },
        "money": {"spent": 30, "donated": 10.07},
    }
    code, said, _ = xltool("validate", "上报.xlsx", "--era", "toy-2020", "--year", 2024, "--format", "json")
    assert code == 1
    assert sorted(
        (each["severity"], each["instance"])
        for each in json.loads(said)[0]["findings"]
        if each["code"].startswith("TOY-")
    ) == [
        ("error", "TOY-BALANCE@animals.dogs"),
        ("error", "TOY-BALANCE@animals.total"),
        ("explain", "TOY-MONEY"),
    ]
    code, said, _ = xltool("validate", "上报.xlsx")
    assert "动物表狗列" in said
    assert "相差2" in said


def test_its_records_become_workbooks_and_one_summary(xltool: Run) -> None:
    """Filled, validated, merged: each total is the sum of what was reported, traced to the returns."""
    Path("上报").mkdir()
    for code in ("T1", "T2"):
        Path(f"{code}.json").write_text(json.dumps(record(code), ensure_ascii=False), encoding="utf-8")
        ended, _, err = xltool("fill", f"{code}.json", "-o", f"上报/{code}.xlsx")
        assert ended == 0, err
    ended, out, _ = xltool("validate", "上报")
    assert ended == 0, out
    assert out.count("审核通过") == 2
    ended, out, err = xltool("merge", "上报", "-o", "汇总.xlsx", "--records", "汇总.jsonl")
    assert ended == 0, out + err
    records = [json.loads(line) for line in Path("汇总.jsonl").read_bytes().splitlines()]
    assert [each["agency"]["code"] for each in records] == ["T1", "T2"]
    summary = open_book(Path("汇总.xlsx").read_bytes())
    numbers = {cell.value for sheet in summary.sheets for cell in sheet.cells.values() if cell.formula}
    assert {14, 10, 8, 6, 24, 18, 25, 20.14} <= numbers


def test_eras_of_ones_own_stand_beside_those_that_ship(xltool: Run) -> None:
    _, _, err = xltool("generate", "no-such-era", "--year", 2024, "-o", "表")
    assert "toy-2020" in err
    assert "national-2021" in err
