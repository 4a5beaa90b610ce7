"""Open outputs: CSV, JSON Lines and Parquet hold exactly what was reported, in the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from math import isnan
from pathlib import Path
from random import Random

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from campaigns import ODD, WRONG, record
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import ROOT, SHELF
from strategies import record as random_record

from xltool.app.outputs import figures_data, findings_data
from xltool.app.returns.validating import validate_files
from xltool.cli.main import main
from xltool.io.inputs import Source
from xltool.io.writing.data_files import FORMATS, as_csv, as_parquet
from xltool.model.data_table import Cell, DataTable, Field
from xltool.model.era import Era
from xltool.model.finding import Refused
from xltool.model.place import Place
from xltool.model.record import Agency, Mark, Record
from xltool.model.record import Source as From
from xltool.model.summary import Return, Via
from xltool.numbers import plain
from xltool.passes.identify import Expected
from xltool.report.open_data import FINDINGS, LONG, MARK, SHAPES, Shape, figures_table, wide_columns

ERAS = tuple(SHELF.library.era_folders)
LIVE = tuple("=+-@\t\r\n＝＋－＠")
Run = Callable[..., tuple[int, bytes, str]]


def returns(era_id: str, seed: int, count: int = 3) -> list[Return]:
    """Random returns of an era, as they come out of a workbook inside a package."""
    rnd, era, layout = Random(seed), SHELF.era(era_id), SHELF.library.layout(era_id)
    made = []
    for number in range(count):
        one = random_record(rnd, era, layout)
        one = replace(
            one, agency=replace(one.agency, code=f"A{number}"), source=From(f"{number}.xlsx", f"{number:064}")
        )
        places = {path: Place(f"{number}.xlsx", "表", f"B{row}") for row, path in enumerate(era.indicators, start=1)}
        made.append(Return(one, f"{number}.xlsx", places=places, via=(Via("包.zip", "0" * 64),)))
    return made


def rows_of(data: bytes) -> list[dict[str, str]]:
    """CSV as any program reads it, the apostrophes taken off."""
    text = data.decode("utf-8-sig")
    return [
        {key: value.removeprefix("'") for key, value in row.items()}
        for row in csv.DictReader(io.StringIO(text, newline=""))
    ]


def number_of(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def mark_of(item: Return, era: Era, path: str) -> str:
    """What the column of marks must say."""
    mark = item.record.marks.get(path)
    if mark:
        return mark.kind
    blank = item.record.values[path] in (None, "")
    return "blank" if blank and not era.indicators[path].optional else ""


@pytest.mark.parametrize("era_id", ERAS)
@settings(max_examples=8)
@given(seed=st.integers(0, 2**32))
def test_every_format_and_shape_holds_exactly_the_figures(era_id: str, seed: int) -> None:
    """Wide and long, CSV, JSON Lines and Parquet: value and mark of every figure, no digit more or less."""
    era, items = SHELF.era(era_id), returns(era_id, seed)
    wanted = {
        (item.code, path): (value, mark_of(item, era, path))
        for item in items
        for path, value in item.record.values.items()
    }
    wide = {form: figures_data(items, era_id, SHELF, form, "wide") for form in FORMATS}
    rows = {
        "csv": rows_of(wide["csv"]),
        "jsonl": [json.loads(line, parse_float=Decimal) for line in wide["jsonl"].splitlines()],
        "parquet": pq.read_table(io.BytesIO(wide["parquet"])).to_pylist(),
    }
    for form, found in rows.items():
        assert [row["agency_code"] for row in found] == [item.code for item in items]
        for row in found:
            for path, indicator in era.indicators.items():
                value, mark = wanted[row["agency_code"], path]
                cell = row[path]
                if form == "csv" and indicator.kind == "number":
                    cell = number_of(cell)
                assert (cell or None if indicator.kind == "text" else cell) == (value if value != "" else None)
                assert (row[path + MARK] or "") == mark
    long = rows_of(figures_data(items, era_id, SHELF, "csv", "long"))
    found_long = {(row["agency_code"], row["indicator"]): row for row in long}
    assert set(found_long) == {
        key for key, (value, mark) in wanted.items() if not era.indicators[key[1]].optional or mark or value is not None
    }
    for key, row in found_long.items():
        value, mark = wanted[key]
        assert (row["text"] if isinstance(value, str) else number_of(row["value"])) == value
        assert row["mark"] == mark
        assert (row["sheet"], row["via"], len(row["sha256"])) == ("表", "包.zip", 64)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("form", FORMATS)
def test_the_same_figures_give_the_same_bytes(form: str, shape: Shape) -> None:
    first, second = (figures_data(returns("national-2021", 7), "national-2021", SHELF, form, shape) for _ in range(2))
    assert first == second


def test_pandas_and_duckdb_read_back_what_was_written(tmp_path: Path) -> None:
    """Parquet in both as exact numbers, CSV in both digit for digit."""
    items = returns("national-2021", 11, 20)
    for form in ("csv", "parquet"):
        (tmp_path / f"f.{form}").write_bytes(figures_data(items, "national-2021", SHELF, form, "wide"))
    paths = list(SHELF.era("national-2021").indicators)
    wanted = [[None if isinstance(v := item.record.values[p], str) else v for p in paths] for item in items]

    def plainly(rows: Sequence[Sequence[object]]) -> list[list[str | None]]:
        def text(cell: object) -> str | None:
            if cell is None or cell is pd.NA or (isinstance(cell, float) and isnan(cell)):
                return None
            return plain(Decimal(str(cell)).normalize()) if Decimal(str(cell)) else "0"

        return [[text(cell) for cell in row] for row in rows]

    names = ", ".join(f'"{path}"' for path in paths)
    by_duck = duckdb.sql(f"select {names} from read_parquet('{tmp_path / 'f.parquet'}')").fetchall()
    by_duck_csv = duckdb.sql(
        f"select {names} from read_csv('{tmp_path / 'f.csv'}', all_varchar=true, header=true)"
    ).fetchall()
    frame = pd.read_parquet(tmp_path / "f.parquet", dtype_backend="pyarrow")[paths]
    frame_csv = pd.read_csv(tmp_path / "f.csv", dtype="string", encoding="utf-8-sig")[paths]
    expected = plainly(wanted)
    assert plainly(by_duck) == expected
    assert plainly(by_duck_csv) == expected
    assert plainly(frame.values.tolist()) == expected
    assert plainly(frame_csv.astype(object).values.tolist()) == expected


def test_parquet_knows_whole_numbers_from_decimals() -> None:
    """int64, or a decimal with as many places as the indicator has; never a float."""
    era = SHELF.era("national-2021")
    schema = pq.read_schema(io.BytesIO(figures_data(returns(era.id, 3), era.id, SHELF, "parquet", "wide")))
    for path, indicator in era.indicators.items():
        kind = schema.field(path).type
        assert kind == (pa.decimal128(18, indicator.decimals) if indicator.decimals else pa.int64()), path
    assert not any(pa.types.is_floating(field.type) for field in schema)


def test_a_number_with_more_digits_than_the_form_allows_keeps_them() -> None:
    """Figures that were found faulty are written as they are."""
    numbers: list[Cell] = [Decimal("0.1234567"), 10**20, None, -3]
    data = as_parquet(DataTable((Field("a", "number", 2),), [(each,) for each in numbers]))
    assert [row["a"] for row in pq.read_table(io.BytesIO(data)).to_pylist()] == numbers
    with pytest.raises(Refused) as refused:
        as_parquet(DataTable((Field("a", "number"),), [(10**40,)]))
    assert refused.value.findings[0].code == "PARQUET-NUMBER"


@given(st.lists(st.sampled_from([*LIVE, "'", "a", "1", '"', ","]), max_size=5).map("".join))
def test_no_text_in_csv_is_a_formula_and_none_is_lost(text: str) -> None:
    """Whatever would start a formula has an apostrophe; taking it off gives the text back. Numbers have none."""
    data = as_csv(DataTable((Field("a"), Field("n", "number")), [(text or None, -5)]))
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert not row["a"].startswith(LIVE)
    assert row["a"].removeprefix("'") == text
    assert row["n"] == "-5"
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")


def test_what_agencies_type_cannot_start_a_formula() -> None:
    """Names and raw contents come from outside."""
    item = returns("national-2021", 5, 1)[0]
    path = next(iter(item.record.values))
    evil = '=HYPERLINK("http://x","y")'
    bad = replace(
        item.record,
        agency=Agency("@A", evil),
        values={**item.record.values, path: None},
        marks={path: Mark("unreadable", "-1+1")},
    )
    text = figures_data([replace(item, record=bad)], "national-2021", SHELF, "csv", "long").decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text, newline="")))
    assert (row["agency_code"], row["agency_name"], row["raw"]) == ("'@A", f"'{evil}", "'-1+1")


# --- the command line --------------------------------------------------------------------------------------------


@pytest.fixture
def xltool(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line run in this process."""
    monkeypatch.setenv("XLTOOL_LANG", "zh")

    def run(*args: object) -> tuple[int, bytes, str]:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        out, err = capfdbinary.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err.decode()

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three returns, one of them with an error."""
    for code, changes in {"X-ZF": {}, "X-SFJ": ODD, "X-CZJ": WRONG}.items():
        (tmp_path / f"{code}.json").write_bytes(record(code, 1, changes))
    (tmp_path / "out").mkdir()
    return tmp_path


def test_one_merge_writes_every_form(folder: Path, xltool: Run) -> None:
    """Each as its ending says; the data hold the returns that were counted, and no others."""
    out = folder / "out"
    files = [out / name for name in ("汇总.xlsx", "汇总.html", "明细.csv", "明细.jsonl", "明细.parquet")]
    code, _, err = xltool("merge", *folder.glob("*.json"), *(f"-o{each}" for each in files))
    assert code == 1  # the return with an error
    assert all(each.name in err for each in files)
    assert zipfile.is_zipfile(files[0]) and files[1].read_bytes().startswith(b"<!")
    counted = {"X-ZF", "X-SFJ"}
    assert {row["agency_code"] for row in rows_of(files[2].read_bytes())} == counted
    assert {json.loads(line)["agency_code"] for line in files[3].read_bytes().splitlines()} == counted
    assert set(pq.read_table(files[4]).column("agency_code").to_pylist()) == counted
    again = [each.with_stem("again") for each in files]
    xltool("merge", *folder.glob("*.json"), *(f"-o{each}" for each in again))
    assert [each.read_bytes() for each in files[2:]] == [each.read_bytes() for each in again[2:]]


def test_the_form_is_that_of_the_ending_or_the_one_named(folder: Path, xltool: Run) -> None:
    """--format goes before the ending; an ending that says nothing is refused, before any work."""
    returned, target = folder / "X-ZF.json", folder / "out" / "明细.data"
    code, _, err = xltool("merge", returned, "-o", target)
    assert code == 2 and ".parquet" in err and not target.exists()
    assert xltool("merge", returned, "-o", target, "--format", "csv", "--shape", "long")[0] == 0
    assert list(rows_of(target.read_bytes())[0]) == [column.name for column in LONG]
    assert xltool("merge", returned, "-o", target, "-o", folder / "b.csv", "--format", "csv", "--force")[0] == 2
    before = target.read_bytes()
    code, _, err = xltool("merge", returned, "-o", folder / "out" / "new.csv", "-o", target.with_suffix(".csv"))
    assert code == 0
    code, _, err = xltool("merge", returned, "-o", folder / "out" / "other.csv", "-o", folder / "out" / "new.csv")
    assert code == 2 and "new.csv" in err and not (folder / "out" / "other.csv").exists()
    assert target.read_bytes() == before


def test_one_return_as_a_table(folder: Path, xltool: Run) -> None:
    """`read` gives what `merge` gives of that return, on standard output or into a file."""
    returned, target = folder / "X-SFJ.json", folder / "out" / "a.csv"
    code, out, _ = xltool("read", returned, "--format", "csv", "--shape", "long")
    assert code == 0 and len(rows_of(out)) > 100
    assert xltool("read", returned, "-o", target, "--shape", "long")[0] == 0
    assert target.read_bytes() == out
    assert xltool("read", returned, "-o", target)[0] == 2  # it is there
    assert json.loads(xltool("read", returned)[1])["agency"]["code"] == "X-SFJ"


def test_the_format_never_changes_the_exit_code(folder: Path, xltool: Run) -> None:
    for form in ("text", "json", "jsonl", "html", "csv", "xlsx", "parquet"):
        assert xltool("validate", folder / "X-CZJ.json", "--format", form)[0] == 1, form
        assert xltool("validate", folder / "X-ZF.json", "--format", form)[0] == 0, form


def test_findings_are_the_same_in_every_form(folder: Path, xltool: Run) -> None:
    """A row a finding in CSV, workbook and Parquet, as many as in JSON, in their words."""
    files = sorted(folder.glob("*.json"))
    tree = json.loads(xltool("validate", *files, "--format", "json")[1])
    wanted = [(each["file"], one["code"], one["text"]["zh"]) for each in tree for one in each["findings"]]
    assert len(wanted) > 2
    rows = rows_of(xltool("validate", *files, "--format", "csv")[1])
    assert [(row["file"], row["code"]) for row in rows] == [each[:2] for each in wanted]
    assert list(rows[0]) == [column.name for column in FINDINGS]
    assert all(re.search("[一-鿿]", row["message_zh"]) for row in rows)
    assert not any("【" in row["message_en"] for row in rows)
    table = pq.read_table(io.BytesIO(xltool("validate", *files, "--format", "parquet")[1])).to_pylist()
    assert [{k: "" if v is None else v for k, v in row.items()}["message_zh"] for row in table] == [
        row["message_zh"] for row in rows
    ]
    assert [row["trial"] for row in table] == [False] * len(table) and rows[0]["trial"] == "false"
    book = openpyxl.load_workbook(io.BytesIO(xltool("validate", *files, "--format", "xlsx")[1]))
    shown = [(row[7], row[4], row[6]) for row in book.active.iter_rows(min_row=3, values_only=True)]
    assert shown == wanted


def test_findings_data_say_where(tmp_path: Path) -> None:
    """Findings in a workbook name its cells."""
    from xltool.app.forms import fill_record
    from xltool.app.returns.validating import read_file

    made = read_file(Source("a.json", lambda: record("X-CZJ", 1, WRONG)), SHELF).record
    assert isinstance(made, Record)
    data, _ = fill_record(made, SHELF, "typed", "zh")
    found = list(validate_files([Source("a.xlsx", lambda: data)], SHELF, Expected()))
    rows = rows_of(findings_data(found, SHELF, "csv", "zh"))
    assert any(re.match(r"表三!\w+\d+; 表三!", row["cells"]) for row in rows)


def test_without_pyarrow_it_is_said_what_to_install(folder: Path, xltool: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """PARQUET-MISSING: nothing is written, and the other forms work."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    target = folder / "out" / "a.parquet"
    code, _, err = xltool("read", folder / "X-ZF.json", "-o", target)
    assert code == 2 and 'pip install "xltool[parquet]"' in err and not target.exists()
    assert xltool("read", folder / "X-ZF.json", "--format", "csv")[0] == 0


def test_every_column_is_documented() -> None:
    """Each has its words, and a line on the page; so has an ending its OUTPUT-ENDING."""
    words = SHELF.library.output_words
    page = (ROOT / "docs/reference/outputs.md").read_text(encoding="utf-8")
    fixed = [each for each in wide_columns(SHELF.era("national-2021")) if "." not in each.name]
    for column in (*LONG, *FINDINGS, *fixed):
        assert f"out_{column.name}" in words and f"out_from_{column.source}" in words
        assert not column.unit or f"out_unit_of_{column.unit}" in words
        assert f"| `{column.name}` |" in page
    assert "OUTPUT-ENDING" in SHELF.library.catalogue


def test_a_table_of_figures_is_made_row_by_row() -> None:
    """Rows are told one by one: of many returns none is held twice."""
    table = figures_table(returns("national-2021", 1), SHELF.era("national-2021"), "long")
    assert not isinstance(table.rows, Sequence)
