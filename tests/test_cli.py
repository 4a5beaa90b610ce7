"""The command line: what each command does, writes, prints and exits with."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from strategies import ROOT, SHELF, plan_of

from xltool.app.forms import fill_record
from xltool.app.returns.validating import read_file
from xltool.cli.main import main
from xltool.io.inputs import Source
from xltool.model.place import a1

RECORDS = ROOT / "examples" / "records"
FAULTY, BLANK, CLEAN = (
    RECORDS / f"{name}.json"
    for name in ("jilin-2013-gongzhuling-2013", "national-2021-jingyan-2023", "national-2021-xilinhot-2023")
)
ROSTER = "代码,全称,上级,规章制定权\n100,某市人民政府,,是\n100-JY,某市教育局,100,否\n100-SF,某市司法局,100,否\n"


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def xltool(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line run in this process, in Chinese."""
    monkeypatch.setenv("XLTOOL_LANG", "zh")
    monkeypatch.delenv("XLTOOL_TRACEBACK", raising=False)

    def run(*args: object, stdin: str = "") -> Ran:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        out, err = capfdbinary.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Ran(code, out.decode(), err.decode())

    return run


def roster_file(folder: Path, text: str = ROSTER, encoding: str = "utf-8-sig") -> Path:
    file = folder / "名单.csv"
    file.write_bytes(text.encode(encoding))
    return file


def workbook(record: Path, totals: str = "auto") -> bytes:
    found = read_file(Source(record.name, record.read_bytes), SHELF).record
    assert found is not None
    return fill_record(found, SHELF, totals, "zh")[0]  # type: ignore[arg-type]


def edited(data: bytes, sheet: str, **cells: object) -> bytes:
    """The workbook with cells typed into, as a person would."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for cell, value in cells.items():
        book[sheet][cell] = value  # type: ignore[assignment]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ISSUED = a1(*plan_of("national-2021").figures["disclosure.rules.issued"][1:])


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


# --- generate ----------------------------------------------------------------------------------------------------


def test_generate_without_a_roster_makes_one_blank(xltool: Run, tmp_path: Path) -> None:
    ran = xltool("generate", "national-2021", "--year", 2023, "-o", tmp_path / "表")
    assert (ran.code, ran.out) == (0, "")
    assert names(tmp_path / "表") == ["2023年报_空白表_第1次.xlsx"]
    assert "1个文件" in ran.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_generate_makes_one_workbook_an_agency(xltool: Run, tmp_path: Path, encoding: str) -> None:
    """A roster is read in the encodings Chinese offices save CSV in."""
    ran = xltool(
        "generate", "national-2021", "--year", 2023, "--roster", roster_file(tmp_path, encoding=encoding),
        "-o", tmp_path / "表",
    )  # fmt: skip
    assert ran.code == 0
    assert names(tmp_path / "表") == [
        "2023年报_100-JY_某市教育局_第1次.xlsx",
        "2023年报_100-SF_某市司法局_第1次.xlsx",
        "2023年报_100_某市人民政府_第1次.xlsx",
    ]
    found = json.loads(xltool("read", tmp_path / "表" / "2023年报_100-JY_某市教育局_第1次.xlsx").out)
    assert found["agency"] == {"code": "100-JY", "name": "某市教育局", "rule_making": False}


def test_pack_by_parent_makes_one_zip_for_each_superior(xltool: Run, tmp_path: Path) -> None:
    ran = xltool(
        "generate", "jilin-2013", "--year", 2013, "--roster", roster_file(tmp_path), "--pack-by", "parent",
        "-o", tmp_path / "包",
    )  # fmt: skip
    assert ran.code == 0
    assert names(tmp_path / "包") == ["100_某市人民政府.zip", "直报单位.zip"]
    with zipfile.ZipFile(tmp_path / "包" / "100_某市人民政府.zip") as archive:
        assert archive.namelist() == ["2013年报_100-JY_某市教育局_第1次.xlsx", "2013年报_100-SF_某市司法局_第1次.xlsx"]
        assert all(info.flag_bits & 0x800 for info in archive.infolist())


def test_dry_run_says_what_would_be_written_and_writes_nothing(xltool: Run, tmp_path: Path) -> None:
    ran = xltool(
        "generate",
        "national-2021",
        "--year",
        2023,
        "--roster",
        roster_file(tmp_path),
        "--dry-run",
        "-o",
        tmp_path / "表",
    )
    assert ran.code == 0
    assert "2023年报_100-SF_某市司法局_第1次.xlsx" in ran.err
    assert not (tmp_path / "表").exists()


def test_nothing_is_overwritten_without_force(xltool: Run, tmp_path: Path) -> None:
    """Every file in the way is named, and none is touched; with --force all are written."""
    args = ("generate", "national-2021", "--year", 2023, "--roster", roster_file(tmp_path), "-o", tmp_path / "表")
    assert xltool(*args).code == 0
    victim = tmp_path / "表" / "2023年报_100-SF_某市司法局_第1次.xlsx"
    victim.write_bytes(b"filled in")
    ran = xltool(*args)
    assert ran.code == 2
    assert victim.name in ran.err
    assert "--force" in ran.err
    assert victim.read_bytes() == b"filled in"
    assert xltool(*args, "--force").code == 0
    assert victim.read_bytes() != b"filled in"


def test_a_bad_roster_is_refused_with_its_line(xltool: Run, tmp_path: Path) -> None:
    ran = xltool(
        "generate", "national-2021", "--year", 2023, "--roster", roster_file(tmp_path, ROSTER + "100-SF,另一局,100,否\n"),
        "-o", tmp_path / "表",
    )  # fmt: skip
    assert ran.code == 2
    assert "第 5 行" in ran.err
    assert "100-SF" in ran.err
    assert not (tmp_path / "表").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("generate", "no-such-era", "--year", 2023), "no-such-era"),
        (("generate", "national-2021", "--year", 2023, "--password", "口令"), "密码"),
        (("generate", "national-2021", "--year", 2023, "--pack-by", "parent"), "--roster"),
        (("generate", "national-2021"), "--year"),
    ],
)
def test_what_cannot_be_done_exits_2_and_says_why(
    xltool: Run, tmp_path: Path, args: tuple[object, ...], said: str
) -> None:
    ran = xltool(*args, "-o", tmp_path / "表")
    assert ran.code == 2
    assert said in ran.err
    assert not (tmp_path / "表").exists()


def test_an_unknown_era_names_the_known_ones(xltool: Run, tmp_path: Path) -> None:
    """Only eras: the folder of meta-schemas is none."""
    ran = xltool("generate", "national-2012", "--year", 2023, "-o", tmp_path)
    known = ran.err.split("：")[-1] if "：" in ran.err else ran.err
    assert "national-2021" in ran.err
    assert "jilin-2013" in ran.err
    assert "meta" not in known


# --- fill and read -----------------------------------------------------------------------------------------------


def totals_of(workbook_file: Path) -> str:
    book = openpyxl.load_workbook(workbook_file)
    return str(book["_xltool"]["B6"].value)


def test_auto_totals_are_computed_where_they_equal_the_records(xltool: Run, tmp_path: Path) -> None:
    ran = xltool("fill", CLEAN, "-o", tmp_path / "a.xlsx")
    assert ran.code == 0
    assert totals_of(tmp_path / "a.xlsx") == "computed"
    assert "手工填写" not in ran.err


def test_auto_totals_are_typed_with_a_notice_where_they_differ(xltool: Run, tmp_path: Path) -> None:
    ran = xltool("fill", BLANK, "-o", tmp_path / "a.xlsx")
    assert ran.code == 0
    assert totals_of(tmp_path / "a.xlsx") == "typed"
    assert "手工填写" in ran.err


def test_computed_totals_are_refused_where_they_differ(xltool: Run, tmp_path: Path) -> None:
    """A workbook that would show another total than the record's is not written."""
    ran = xltool("fill", BLANK, "--totals", "computed", "-o", tmp_path / "a.xlsx")
    assert ran.code == 2
    assert "2个合计" in ran.err
    assert "自然人·总计" in ran.err or "三（七）总计" in ran.err
    assert not (tmp_path / "a.xlsx").exists()
    assert xltool("fill", CLEAN, "--totals", "computed", "-o", tmp_path / "a.xlsx").code == 0


def test_typed_totals_are_typed_even_where_they_agree(xltool: Run, tmp_path: Path) -> None:
    assert xltool("fill", CLEAN, "--totals", "typed", "-o", tmp_path / "a.xlsx").code == 0
    assert totals_of(tmp_path / "a.xlsx") == "typed"


@pytest.mark.parametrize("record", [FAULTY, BLANK, CLEAN], ids=lambda path: path.stem)
def test_read_prints_the_canonical_record(xltool: Run, tmp_path: Path, record: Path) -> None:
    """Of a workbook and of a record alike; blanks are no finding here."""
    assert xltool("fill", record, "-o", tmp_path / "a.xlsx").code == 0
    from_json, from_book = xltool("read", record), xltool("read", tmp_path / "a.xlsx")
    assert from_json.code == from_book.code == 0
    assert from_json.out == record.read_text(encoding="utf-8")
    given, back = json.loads(from_json.out), json.loads(from_book.out)
    assert back.pop("source")["file"] == "a.xlsx"
    given.pop("source", None)
    assert back == given
    assert list(back) == [key for key in json.loads(from_book.out) if key != "source"]


def test_read_exits_1_where_a_cell_could_not_be_read(xltool: Run, tmp_path: Path) -> None:
    """The value is null, its words are kept, and what to do is said on standard error."""
    file = tmp_path / "a.xlsx"
    file.write_bytes(edited(workbook(CLEAN), "表二", **{ISSUED: "约12"}))
    ran = xltool("read", file)
    assert ran.code == 1
    found = json.loads(ran.out)
    (path,) = found["marks"]
    assert found["marks"][path] == {"kind": "unreadable", "raw": "约12"}
    assert f"表二{ISSUED}" in ran.err
    assert "约12" in ran.err


def test_read_takes_one_file(xltool: Run) -> None:
    ran = xltool("read", RECORDS)
    assert ran.code == 2
    assert "一次只读一个" in ran.err


# --- validate ----------------------------------------------------------------------------------------------------


def test_validate_prints_one_line_a_finding_grouped_by_file(xltool: Run) -> None:
    """With severity, sheet and place, live numbers, difference, and what to do."""
    ran = xltool("validate", FAULTY, CLEAN)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0].startswith(FAULTY.name)
    assert "强制2项" in lines[0]
    assert "提示2项" in lines[0]
    (line,) = (each for each in lines if "【强制】" in each and "15" in each and "相差10" in each)
    assert "表一" in line
    assert "请核对" in line
    (clean,) = (each for each in lines if each.startswith(CLEAN.name))
    assert "审核通过" in clean
    assert "共2个文件：通过1个，有问题1个" in lines[-1]


@pytest.mark.parametrize(
    ("file", "code"),
    [(CLEAN, 0), (FAULTY, 1), (BLANK, 1), (RECORDS / "absent.json", 2)],
    ids=lambda value: str(value)[-20:],
)
def test_validate_exits_with_0_1_or_2(xltool: Run, file: Path, code: int) -> None:
    assert xltool("validate", file).code == code


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("explain", 0), ("notice", 1), ("never", 0)])
def test_the_fail_level_moves_the_exit_code(xltool: Run, tmp_path: Path, level: str, code: int) -> None:
    """A workbook with nothing but a notice, in every format of the report."""
    file = tmp_path / "a.xlsx"
    file.write_bytes(edited(workbook(CLEAN, "typed"), "表二", **{ISSUED: "０"}))
    for form in ("text", "json", "jsonl"):
        assert xltool("validate", file, "--format", form, "--fail-on", level).code == code


def test_the_same_findings_as_json_and_json_lines(xltool: Run) -> None:
    (faulty, blank) = json.loads(xltool("validate", FAULTY, BLANK, "--format", "json").out)
    lines = [json.loads(line) for line in xltool("validate", FAULTY, BLANK, "--format", "jsonl").out.splitlines()]
    assert lines == [faulty, blank]
    assert faulty["counts"] == {"error": 2, "explain": 0, "notice": 2}
    assert faulty["agency"]["code"] == "220381-SFJ"
    (finding,) = blank["findings"]
    assert (finding["code"], finding["severity"], finding["paths"]) == (
        "VALUE-BLANK", "error", ["applications.natural_person.handled"],
    )  # fmt: skip
    assert "未填" in finding["text"]["zh"]
    assert "Not filled in" in finding["text"]["en"]


def test_validate_writes_canonical_records(xltool: Run, tmp_path: Path) -> None:
    file = tmp_path / "上报" / "甲.xlsx"
    file.parent.mkdir()
    file.write_bytes(workbook(FAULTY))
    assert xltool("validate", file, "--records", tmp_path / "数据").code == 1
    assert names(tmp_path / "数据") == ["甲.xlsx.json"]
    assert (tmp_path / "数据" / "甲.xlsx.json").read_text(encoding="utf-8") == xltool("read", file).out


def test_what_was_not_asked_for_is_said_first(xltool: Run, tmp_path: Path) -> None:
    """A workbook of another era, year, scope or agency is named as such before anything else is said of it."""
    file = tmp_path / "a.xlsx"
    file.write_bytes(workbook(FAULTY))
    ran = xltool(
        "validate", file, "--era", "national-2021", "--year", 2023, "--scope", "level", "--roster", roster_file(tmp_path),
        "--format", "json",
    )  # fmt: skip
    assert ran.code == 1
    codes = [each["code"] for each in json.loads(ran.out)[0]["findings"]]
    assert codes[:4] == ["FORM-ERA", "FORM-YEAR", "FORM-SCOPE", "AGENCY-UNLISTED"]


def test_a_borrowed_workbook_is_named(xltool: Run, tmp_path: Path) -> None:
    """The cover says another agency than the workbook was made for."""
    file = tmp_path / "a.xlsx"
    file.write_bytes(edited(workbook(CLEAN), "封面", B6="另一个局"))
    ran = xltool("validate", file)
    assert ran.code == 1
    assert "另一个局" in ran.out
    assert "锡林浩特市司法局" in ran.out


def test_paths_come_from_files_folders_zips_patterns_and_lists(xltool: Run, tmp_path: Path) -> None:
    """In any of these ways the same files are read, in a fixed order."""
    folder = tmp_path / "上报"
    (folder / "下级").mkdir(parents=True)
    (folder / "甲.xlsx").write_bytes(workbook(CLEAN))
    (folder / "下级" / "乙.json").write_bytes(FAULTY.read_bytes())
    (folder / "~$甲.xlsx").write_bytes(b"lock")
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.write(folder / "甲.xlsx", "甲.xlsx")
        archive.write(folder / "下级" / "乙.json", "下级/乙.json")
    listed = "\n".join([str(folder / "甲.xlsx"), "", str(folder / "下级" / "乙.json")]) + "\n"
    (tmp_path / "清单.txt").write_text(listed, encoding="utf-8")

    def read(*args: object, stdin: str = "") -> list[str]:
        ran = xltool("validate", *args, "--format", "jsonl", stdin=stdin)
        return [json.loads(line)["file"] for line in ran.out.splitlines()]

    assert sorted(read(folder)) == ["下级/乙.json", "甲.xlsx"]
    assert sorted(read(tmp_path / "包.zip")) == ["包.zip/下级/乙.json", "包.zip/甲.xlsx"]
    assert sorted(read(folder / "**" / "*.*")) == ["乙.json", "甲.xlsx"]
    assert read("--files-from", tmp_path / "清单.txt") == ["甲.xlsx", "乙.json"]
    assert read("--files-from", "-", stdin=listed) == ["甲.xlsx", "乙.json"]


@pytest.mark.parametrize("paths", [[], ["no/such/file.xlsx"], ["no/such/*.xlsx"]], ids=["none", "missing", "no match"])
def test_paths_that_name_nothing_are_refused(xltool: Run, paths: list[str]) -> None:
    ran = xltool("validate", *paths)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("【强制】")
    assert all(path in ran.err for path in paths)


def test_an_unreadable_file_never_stops_the_batch(xltool: Run, tmp_path: Path) -> None:
    """It is named with what to do; all others are read."""
    (tmp_path / "1.pdf").write_bytes(b"%PDF-1.4\n")
    (tmp_path / "2.xlsx").write_bytes(workbook(CLEAN))
    (tmp_path / "3.xlsx").write_bytes(workbook(CLEAN)[:2000])
    (tmp_path / "4.json").write_text('{"era": "no-such-era"}', encoding="utf-8")
    (tmp_path / "5.json").write_text("{oops", encoding="utf-8")
    (tmp_path / "6.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    ran = xltool("validate", tmp_path)
    assert ran.code == 1
    assert sum("未能读取" in line and not line.startswith("共") for line in ran.out.splitlines()) == 5
    assert sum("审核通过" in line for line in ran.out.splitlines()) == 1
    assert "共6个文件：通过1个，有问题5个，其中未能读取5个" in ran.out
    for line in ran.out.splitlines():
        if line.startswith("  【"):
            assert line.rstrip().endswith("。")


def test_english_on_request(xltool: Run) -> None:
    """Only the words change: figures, codes and exit code stay."""
    ran = xltool("--lang", "en", "validate", FAULTY, BLANK)
    assert ran.code == 1
    assert "[must fix]" in ran.out
    assert "difference 10" in ran.out
    assert "2 files: 0 passed, 2 with findings" in ran.out
    assert "强制" not in ran.out


def test_files_speak_the_language_asked_for(xltool: Run, tmp_path: Path) -> None:
    """Independently of the terminal's."""
    ran = xltool("generate", "national-2021", "--year", 2023, "--file-lang", "en", "-o", tmp_path / "t")
    assert ran.code == 0
    assert names(tmp_path / "t") == ["2023-return_blank_no1.xlsx"]
    book = openpyxl.load_workbook(tmp_path / "t" / "2023-return_blank_no1.xlsx")
    assert book.sheetnames[:2] == ["Cover", "Table 2"]


# --- the command itself ------------------------------------------------------------------------------------------


def test_a_fault_of_the_program_exits_101_and_says_so(xltool: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("xltool.io.inputs.gather", broken)
    ran = xltool("validate", CLEAN)
    assert ran.code == 101
    assert "内部错误" in ran.err
    assert "broken on purpose" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "args", [("no-such-command",), ("validate", "--format", "xml"), ("fill",), ("--lang", "fr", "read", "x")]
)
def test_wrong_usage_exits_2(xltool: Run, args: tuple[str, ...]) -> None:
    ran = xltool(*args)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def process(*args: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own, in an environment of our choosing."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "XLTOOL", "TZ"))}
    return subprocess.run(
        [sys.executable, "-m", "xltool", *map(str, args)],
        cwd=cwd,
        env={**env, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def everything(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()
    }


WORLDS: tuple[Mapping[str, str], ...] = (
    {"TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "4242", "PYTHONIOENCODING": "latin-1"},
)


def test_two_runs_give_the_same_bytes_wherever_they_run(tmp_path: Path) -> None:
    """Workbooks, zips, records and reports: whatever the time zone, locale and hash seed, and the folder."""
    made: list[Any] = []
    for number, world in enumerate(WORLDS):
        folder = tmp_path / f"world{number}"
        folder.mkdir()
        roster_file(folder)
        said = [
            process("--lang", "zh", *args, cwd=folder, **world)
            for args in (
                (
                    "generate",
                    "national-2021",
                    "--year",
                    2023,
                    "--roster",
                    "名单.csv",
                    "--pack-by",
                    "parent",
                    "-o",
                    "包",
                ),
                ("fill", FAULTY, "-o", "甲.xlsx"),
                ("validate", "甲.xlsx", BLANK, "--records", "数据", "--format", "json"),
                ("validate", "甲.xlsx", BLANK),
            )
        ]
        assert [each.returncode for each in said] == [0, 0, 1, 1], said
        made.append((everything(folder), [(each.stdout, each.stderr) for each in said]))
    assert made[0] == made[1]


def test_the_terminals_language_is_that_of_the_locale(tmp_path: Path) -> None:
    chinese = process("validate", CLEAN, cwd=tmp_path, LC_ALL="zh_CN.UTF-8").stdout.decode()
    english = process("validate", CLEAN, cwd=tmp_path, LC_ALL="de_DE.UTF-8").stdout.decode()
    assert "审核通过" in chinese
    assert "passed" in english


def test_a_console_that_knows_no_chinese_kills_no_report(tmp_path: Path) -> None:
    """Redirected output is UTF-8 wherever it is written."""
    ran = process("--lang", "zh", "validate", FAULTY, cwd=tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert ran.returncode == 1
    assert "公主岭市司法局" in ran.stdout.decode("utf-8")


# --- what a start costs ------------------------------------------------------------------------------------------


def imported(*args: str) -> set[str]:
    """The modules that a run of the command line imports."""
    code = "import sys, xltool.cli.main as m\ntry: m.main(sys.argv[1:])\nfinally: print(*sys.modules, file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", code, *args], env=environment, capture_output=True, text=True, check=True
    )
    return set(ran.stderr.split())


def test_the_version_is_told_without_importing_the_program() -> None:
    own = {name for name in imported("--version") if name.startswith("xltool")}
    assert own == {"xltool", "xltool.cli", "xltool.cli.main"}


def test_generate_imports_nothing_that_reads_returns(tmp_path: Path) -> None:
    names = imported("generate", "national-2021", "--year", "2023", "-o", str(tmp_path / "表"))
    assert "xltool.io.writing.stamping" in names
    unneeded = {
        "xltool.app.returns.validating",
        "xltool.app.comparing",
        "xltool.io.books.isolation",
        "sqlite3",
        "jsonschema",
    }
    assert names & (unneeded | {"openpyxl", "pandas", "docx", "rich", "jinja2"}) == set()
