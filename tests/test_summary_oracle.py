"""Summaries of whole provinces against a recomputation that shares no code with them: SQL over the records, exact."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pandas
import pytest
from campaigns import SHELF
from conftest import Office
from packages import AREA, sources
from provinces import ERA, POLICY, Province, handed_up, province
from python_calamine import CalamineWorkbook

from xltool.app.summaries.merging import merge_files
from xltool.app.summaries.summarising import summary_workbook
from xltool.io.roster_file import roster_from
from xltool.model.summary import Summary
from xltool.passes.merge import merge
from xltool.report.summary_book import summary_book

WORDS = {**SHELF.library.words, **SHELF.library.summary_words}
Key = tuple[str, str, str]
"""A government, ``level`` or ``area``, and the path of an indicator."""


@dataclass(frozen=True)
class Figure:
    """What must stand in a cell: the sum, None where nobody gave a figure, and how many of how many gave one."""

    value: Decimal | None
    counted: int
    of: int


_SQL = """
create table office as
    select 代码 as code, coalesce(上级, '') as parent, 类别 = '政府' as government
    from read_csv('{roster}', header = true, all_varchar = true);
create table figure as
    select json ->> '$.agency.code' as code, unnest({paths}) as path, unnest(json ->> {json_paths}) as text
    from read_json_objects('{records}', format = 'newline_delimited');
create table member as
    with recursive above(code, node) as (
        select code, code from office
        union all
        select above.code, office.parent from above join office on office.code = above.node where office.parent <> ''
    )
    select 'area' as scope, above.node, above.code
    from above join office on office.code = above.node where office.government
    union all
    select 'level', code, code from office where government
    union all
    select 'level', parent, code from office where not government;
"""
_SUMS = """
select member.node, scope, asked.path, sum(text :: decimal(38, 6)), count(text), (
    select count(*) from member as each where each.node = member.node and each.scope = member.scope
)
from member
cross join (select distinct path from figure) as asked
left join figure on figure.code = member.code and figure.path = asked.path
group by all
"""


def recomputed(made: Province, folder: Path) -> dict[Key, Figure]:
    """本级 and 全域 of every government, from the roster and the records alone."""
    records, roster = folder / "records.jsonl", folder / "roster.csv"
    records.write_bytes(made.jsonl)
    roster.write_text(made.roster_csv, encoding="utf-8")
    paths = list(ERA.indicators)
    with duckdb.connect() as base:
        base.execute(
            _SQL.format(roster=roster, records=records, paths=paths, json_paths=[f"$.data.{p}" for p in paths])
        )
        rows = base.execute(_SUMS).fetchall()
    return {(node, scope, path): Figure(value, n, of) for node, scope, path, value, n, of in rows}


@dataclass(frozen=True)
class Read:
    """A summary's workbook as any reader of workbooks sees it."""

    file: Path

    @cached_property
    def names(self) -> dict[str, tuple[str, int, int]]:
        """Where each defined name leads to: sheet, row and column from 0."""
        with zipfile.ZipFile(self.file) as archive:
            tree = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        found = {}
        for each in tree.iterfind(".//{*}definedName"):
            match = re.fullmatch(r"'?([^'!]+)'?!\$([A-Z]+)\$([0-9]+)", each.text or "")
            if match:
                col = 0
                for letter in match[2]:
                    col = col * 26 + ord(letter) - 64
                found[each.attrib["name"]] = (match[1], int(match[3]) - 1, col - 1)
        return found

    @cached_property
    def sheets(self) -> Callable[[str], list[list[object]]]:
        book, known = CalamineWorkbook.from_path(str(self.file)), {}

        def rows(name: str) -> list[list[object]]:
            if name not in known:
                known[name] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            return known[name]

        return rows

    def official(self, prefix: str) -> dict[str, object]:
        """The cells of the official tables, by the path in their names."""
        return {
            name.removeprefix(prefix).replace("__", "."): self.sheets(sheet)[row][col]
            for name, (sheet, row, col) in self.names.items()
            if name.startswith(prefix)
        }

    def levels(self) -> dict[Key, object]:
        """The cells of the sheets of levels, by the code and scope of their row and the path above."""
        found: dict[Key, object] = {}
        for depth in (1, 2, 3):
            rows = self.sheets(WORDS["sum_sheet_level"]("zh", n=depth))
            paths = {col: str(path) for col, path in enumerate(rows[1]) if path in ERA.indicators}
            scopes = {
                WORDS["sum_level_level"].zh: ["level"],
                WORDS["sum_level_area"].zh: ["area"],
                WORDS["sum_level_both"].zh: ["level", "area"],
            }
            for row in rows[5:]:
                for scope in scopes[str(row[4])]:
                    found |= {(str(row[1]), scope, path): row[col] for col, path in paths.items()}
        return found


def held_against(read: Read, wanted: Mapping[Key, Figure]) -> int:
    """Every figure of the official tables and the sheets of levels is the one recomputed; how many there are."""
    every: dict[Key, object] = {("SH", "area", path): value for path, value in read.official("TOTAL_").items()}
    every |= {("SH", "level", path): value for path, value in read.official("LEVEL_").items()}
    levels = read.levels()
    wrong = [
        (key, value, wanted[key])
        for found in (every, levels)
        for key, value in found.items()
        if (value != "—" and Decimal(repr(value)) != wanted[key].value) or (value == "—") != (wanted[key].value is None)
    ]
    assert not wrong
    used = {key for key, figure in wanted.items() if figure.counted or not ERA.indicators[key[2]].optional}
    assert used <= levels.keys(), "no figure of any government is left out"
    assert {key for key in used if key[0] == "SH"} <= every.keys()
    return len(every) + len(levels)


def held_lines(summary: Summary, wanted: Mapping[Key, Figure]) -> None:
    """Every node's sums, and how many stand behind each."""
    for node in summary.nodes:
        for scope, lines in (("level", node.level), ("area", node.area)):
            for path, line in lines.items():
                assert wanted[node.code, scope, path] == Figure(line.value, line.counted, line.of), (node.code, path)


@dataclass(frozen=True)
class Case:
    """A summary as xltool wrote it, as LibreOffice recalculated it, and what must be in both."""

    made: Province
    summary: Summary
    written: Read
    wanted: Mapping[Key, Figure]
    recalculated: Read


def handed_province(count: int) -> tuple[Province, Summary, bytes]:
    """A province whose counties and cities hand packages up: county, city, province."""
    made = province(count)
    files, roster = handed_up(made)
    merged = merge_files(sources(files), SHELF, roster_from(roster.encode(), "名单.csv")[0], AREA)
    assert merged.summary is not None, [each.code for each in merged.findings]
    return made, merged.summary, summary_workbook(merged, SHELF, "zh")


def large_province() -> tuple[Province, Summary, bytes]:
    """5,000 agencies that all send their own returns to the province, some with blanks and marks."""
    made = province(5000, valid=False)
    summary, _ = merge(made.returns, ERA, made.roster, scope="area", policy=POLICY)
    assert summary is not None
    return made, summary, SHELF.write(summary_book(summary, ERA, SHELF.library.layout(ERA.id), WORDS))


CASES = {"12": lambda: handed_province(12), "500": lambda: handed_province(500), "5000": large_province}


@pytest.fixture(scope="session", params=CASES)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, soffice: Office) -> Case:
    made, summary, data = CASES[request.param]()
    folder = tmp_path_factory.mktemp(f"agencies{request.param}")
    file = folder / "汇总.xlsx"
    file.write_bytes(data)
    (saved,) = soffice.convert([file], "xlsx", folder / "saved", recalc=True)
    return Case(made, summary, Read(file), recomputed(made, folder), Read(saved))


def test_every_sum_is_what_the_records_add_up_to(case: Case) -> None:
    """Cell for cell, exact, and at every government how many stand behind it; LibreOffice's recalculation agrees."""
    held_lines(case.summary, case.wanted)
    assert {item.code for item in case.summary.included} == case.made.records.keys()
    assert case.summary.expected == len(case.made.offices)
    count = held_against(case.written, case.wanted)
    assert held_against(case.recalculated, case.wanted) == count > 2 * len(ERA.indicators)
    decimals = [figure.value.normalize() for figure in case.wanted.values() if figure.value and figure.value % 1]
    assert any(int(value.as_tuple().exponent) <= -4 for value in decimals), "exact decimals are among them"


def test_packages_are_handed_up_twice(case: Case) -> None:
    """The smaller provinces come through counties and cities, the large one as own returns, with gaps of its own."""
    chains = {len(item.via) for item in case.summary.included}
    assert chains == ({0} if len(case.made.offices) == 5000 else {0, 1, 2})
    assert all(not check.differing for check in case.summary.checks)
    assert len({figure.counted for figure in case.wanted.values() if figure.counted < figure.of}) > 1


def test_the_details_are_the_records(case: Case) -> None:
    """Read by pandas, the wide sheet has every agency's figures as reported, and its columns add up to the totals."""
    rows = case.written.sheets(WORDS["sum_sheet_detail"].zh)
    columns = {str(path): col for col, path in enumerate(rows[1]) if path in ERA.indicators}
    frame = pandas.DataFrame(rows[5:]).set_index(1)
    assert set(frame.index) == case.made.records.keys()
    for path, col in columns.items():
        found = frame[col].map(lambda value: Decimal(repr(value)) if isinstance(value, int | float) else None).dropna()
        wanted = case.wanted["SH", "area", path]
        assert (len(found), sum(found, start=Decimal(0))) == (wanted.counted, wanted.value or 0), path
        records = {code: record.values[path] for code, record in case.made.records.items()}
        assert {code: value for code, value in records.items() if value is not None} == found.to_dict()


def test_the_file_stays_usable(case: Case) -> None:
    """Every list is filtered, its heads stay in sight and are printed on every page; nobody is cut off."""
    lists = [WORDS[f"sum_sheet_{each}"].zh for each in ("detail", "long", "coverage", "indicators", "findings")]
    lists += [WORDS["sum_sheet_level"]("zh", n=depth) for depth in (1, 2, 3)]
    with zipfile.ZipFile(case.written.file) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        order = [each.attrib["name"] for each in book.iterfind(".//{*}sheet")]
        titled = [
            order[int(each.attrib["localSheetId"])]
            for each in book.iterfind(".//{*}definedName")
            if each.attrib["name"] == "_xlnm.Print_Titles"
        ]
        assert set(lists) <= set(titled)
        for name in lists:
            part = archive.read(f"xl/worksheets/sheet{order.index(name) + 1}.xml")
            assert b'state="frozen"' in part and b"<autoFilter ref=" in part, name
    assert len(case.written.sheets(lists[0])) - 5 == len(case.made.records)
