"""A record comes back from its workbook as it went in, also when an office suite saved it in between."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import Format, Office
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import ERAS, ROOT, SHELF, for_office, parsed, record, records

from xltool.app.forms import fill_record
from xltool.app.returns.validating import read_file
from xltool.io.inputs import Source
from xltool.io.records import dump_record, parse_json, record_from
from xltool.model.finding import Refused
from xltool.model.record import Record
from xltool.model.returned import Returned

# Each example builds, writes and reads a whole workbook.
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "ci"
FEW, FILES = (60, 8) if THOROUGH else (15, 2)


def read(data: bytes) -> Returned:
    return read_file(Source("return.xlsx", lambda: data), SHELF)


def canonical(found: Record | None) -> bytes:
    """The canonical JSON, but for the file the record was read from."""
    assert found is not None
    return dump_record(replace(found, source=None))


@pytest.mark.parametrize("era", ERAS)
@settings(max_examples=FEW)
@given(data=st.data())
def test_reading_a_filled_workbook_gives_the_record(era: str, data: st.DataObject) -> None:
    """read(fill(r)) == r for any valid record, `source` aside, byte for byte."""
    given_record = data.draw(records(era))
    workbook, _ = fill_record(given_record, SHELF, "auto", data.draw(st.sampled_from(["zh", "zh", "en"])))
    assert canonical(read(workbook).record).decode() == canonical(given_record).decode()


@pytest.mark.parametrize("era", ERAS)
@settings(max_examples=FEW)
@given(data=st.data())
def test_generated_records_are_valid(era: str, data: st.DataObject) -> None:
    """The generator of these tests makes what the schema allows, in canonical form: its JSON reads back the same."""
    made = data.draw(records(era))
    again, notices = record_from(parse_json(dump_record(made)), SHELF.era(era))
    assert dump_record(again) == dump_record(made)
    assert not notices


def example(name: str) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads((ROOT / "examples" / "records" / f"{name}.json").read_bytes())
    return tree


def changed(**changes: object) -> Record:
    """A valid record of an agency without any requests, with parts of its JSON replaced."""
    return parsed(
        parse_json(json.dumps({**example("national-2021-xilinhot-2023"), **changes}).encode()), "national-2021"
    )


def explained(*texts: tuple[str, str]) -> list[dict[str, str]]:
    return [{"check": "N21-T2-RULE-MAKING", "place": f"disclosure.rules.{row}", "text": text} for row, text in texts]


def grouped() -> dict[str, Any]:
    """Every column with （六）其他处理 as one figure, as many offices still print it."""
    data: dict[str, Any] = example("national-2021-xilinhot-2023")["data"]
    for column in data["applications"].values():
        column["other"] = {"uncorrected": None, "unpaid": None, "misc": None, "group": 0}
    return data


ODD = {
    "a level of the roster that is blank": changed(agency={"code": "1", "name": "甲", "level": ""}),
    "an agency with spaces around it": changed(agency={"code": " 1 ", "name": " 甲 "}),
    "no agency, but a name": changed(agency={"code": "", "name": " 甲 "}),
    "names as long as they come": changed(agency={"code": "𠮷" * 64, "name": "𠮷" * 200, "level": "𠮷" * 40}),
    "a name of several lines": changed(agency={"code": "1", "name": "甲\n乙"}),
    "explanations in any order": changed(explanations=explained(("repealed", "甲"), ("issued", "乙"))),
    "a blank explanation": changed(explanations=explained(("repealed", " "), ("issued", "乙"))),
    "a text as long as they come": changed(text={"overview": "长" * 32_000, "problems": "", "other": ""}),
    "a text of rare characters": changed(text={"overview": "𠮷" * 16_000, "problems": "", "other": ""}),
    "text that looks like the format": changed(text={"overview": "<r>_x0031_</r>", "problems": "_x005F_x000D__x0041_"}),
    "a total declared zero": changed(marks={"applications.total.new": {"kind": "declared_zero"}}),
    "a declared zero with words": changed(marks={"applications.total.new": {"kind": "declared_zero", "raw": "是"}}),
    "figures given whole": changed(data=grouped()),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_records_come_back_too(case: str) -> None:
    workbook, _ = fill_record(ODD[case], SHELF, "auto", "zh")
    assert canonical(read(workbook).record).decode() == canonical(ODD[case]).decode()


def test_figures_given_whole_and_in_parts_come_back_as_they_are() -> None:
    """A faulty record is a record too: both figures are kept, for the checks to point at."""
    tree = example("national-2021-xilinhot-2023")
    tree["data"]["applications"]["total"]["other"]["group"] = 5
    faulty = changed(data=tree["data"])
    workbook, _ = fill_record(faulty, SHELF, "auto", "zh")
    assert canonical(read(workbook).record) == canonical(faulty)


def blank(kind: str, raw: str, path: str = "disclosure.rules.issued") -> dict[str, Any]:
    """The record with one figure missing for the reason given."""
    data: dict[str, Any] = example("national-2021-xilinhot-2023")["data"]
    table, row, cell = path.split(".")
    data[table][row][cell] = None
    return {"data": data, "marks": {path: {"kind": kind, "raw": raw}}}


IMPOSSIBLE = {
    "an unreadable cell without its words": ("FILL-MARK", changed(**blank("unreadable", ""))),
    "an unreadable cell that can be read": ("FILL-MARK", changed(**blank("unreadable", "12"))),
    "words that do not mean 不适用": ("FILL-MARK", changed(**blank("not_applicable", "没有"))),
    "blanks beside declared zeros": (
        "FILL-DECLARATION",
        changed(data=blank("", "")["data"], marks={"disclosure.rules.repealed": {"kind": "declared_zero"}}),
    ),
    "two answers to one check": (
        "FILL-EXPLANATION",
        changed(explanations=explained(("issued", "甲"), ("issued", "乙"))),
    ),
    "an answer to a check without a cell": (
        "FILL-EXPLANATION",
        changed(explanations=[{"check": "N21-T3-BALANCE", "place": "applications.total", "text": "甲"}]),
    ),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_a_workbook_cannot_give_back_is_refused(case: str) -> None:
    code, impossible = IMPOSSIBLE[case]
    with pytest.raises(Refused) as refusal:
        fill_record(impossible, SHELF, "auto", "zh")
    assert {finding.code for finding in refusal.value.findings} == {code}


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Record, Path]]:
    """Records of every era in their workbooks, and the odd ones, as far as LibreOffice can hold their texts."""
    folder = tmp_path_factory.mktemp("returns")
    made = [
        record(Random(f"office {era} {number}"), SHELF.era(era), SHELF.library.layout(era))
        for era in ERAS
        for number in range(FILES)
    ]
    # Not the text of rare characters: xlrd cannot read one whose halves lie in two records of an xls (FILE-DAMAGED).
    odd = [each for case, each in ODD.items() if "as long as" in case or "a name" in case or "looks like" in case]
    pairs = [(for_office(each), folder / f"return{number:03}.xlsx") for number, each in enumerate([*made, *odd])]
    for each, file in pairs:
        file.write_bytes(fill_record(each, SHELF, "auto", "zh")[0])
    return pairs


@pytest.mark.parametrize("format_", ["xlsx", "xls", "ods"])
def test_a_workbook_saved_again_gives_the_same_record(
    format_: Format, returns: list[tuple[Record, Path]], soffice: Office, tmp_path: Path
) -> None:
    """Record → workbook → LibreOffice saves it in any format → the same canonical bytes, `source` aside."""
    saved = soffice.convert([file for _, file in returns], format_, tmp_path)
    for (expected, _), file in zip(returns, saved, strict=True):
        found = read(file.read_bytes())
        assert canonical(found.record).decode() == canonical(expected).decode()
