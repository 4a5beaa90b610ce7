"""Files are written whole or not at all, under names every system takes; zips are the same bytes every time."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltool.io.writing.files import safe_name, unique_names, write_atomic
from xltool.io.writing.zips import write_zip
from xltool.model.finding import Refused

RESERVED = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    port + digit for port in ("COM", "LPT") for digit in "0123456789¹²³"
}
ODD = ["CON", "nul", "com1.a", "..", "a/b", "x" * 300, "公" * 100, "~$", "-", " ", "\u202e", "\ud800", "é", "e\u0301"]
parts = st.lists(st.one_of(st.text(max_size=150), st.sampled_from(ODD)), max_size=8)


def code_of(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.findings[0].code


# --- write_atomic --------------------------------------------------------------------------------------------------


def test_a_file_is_written_whole_with_its_folders(tmp_path: Path) -> None:
    target = tmp_path / "新建" / "汇总.xlsx"
    write_atomic(target, b"data", force=False)
    assert target.read_bytes() == b"data"
    assert os.listdir(target.parent) == ["汇总.xlsx"]


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(Refused) as error:
        write_atomic(target, b"new", force=False)
    assert code_of(error) == "WRITE-EXISTS"
    assert error.value.findings[0].args == {"file": "a.xlsx"}
    assert target.read_bytes() == b"old"


def test_force_replaces_the_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old and longer")
    write_atomic(target, b"new", force=True)
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a.xlsx"]


def test_a_refused_replacement_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows while the file is open in Excel."""

    def denied(*_: object) -> None:
        raise PermissionError(13, "in use")

    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    monkeypatch.setattr(os, "replace", denied)
    with pytest.raises(Refused) as error:
        write_atomic(target, b"new", force=True)
    assert code_of(error) == "WRITE-FAILED"
    assert error.value.findings[0].args == {"file": "a.xlsx", "reason": "in use"}
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.xlsx"]


def test_a_disk_that_fills_up_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused) as error:
        write_atomic(tmp_path / "a.xlsx", b"new", force=False)
    assert code_of(error) == "WRITE-FAILED"
    assert os.listdir(tmp_path) == []


def test_a_left_over_temporary_file_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / f".xltool-{os.getpid()}-0.tmp").write_bytes(b"from a crash")
    write_atomic(tmp_path / "a.xlsx", b"data", force=False)
    assert (tmp_path / "a.xlsx").read_bytes() == b"data"


def test_a_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(Refused) as error:
        write_atomic(tmp_path / "a.xlsx", b"new", force=True)
    assert code_of(error) == "WRITE-FAILED"
    assert os.listdir(tmp_path) == ["a.xlsx"]


# --- names ---------------------------------------------------------------------------------------------------------


@given(parts)
def test_a_safe_name_is_a_legal_file_name_on_windows(words: list[str]) -> None:
    name = safe_name(*words)
    assert 0 < len(name) <= 120 and len(name.encode()) <= 200
    assert not set(name) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in name)
    assert name == name.strip() and not name.endswith(".") and not name.startswith((".", "-", "~$"))
    assert name.partition(".")[0].rstrip(" ").upper() not in RESERVED
    assert (name + ".xlsx").partition(".")[0].rstrip(" ").upper() not in RESERVED


@given(parts)
def test_a_safe_name_stays_as_it_is(words: list[str]) -> None:
    name = safe_name(*words)
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("2025年报", "220381-SFJ", "公主岭市司法局", "第1次"), "2025年报_220381-SFJ_公主岭市司法局_第1次"),
        (("a", "", "b"), "a_b"),
        ((), "_"),
        (("..",), "_"),
        (("A/B:C*",), "A／B：C＊"),
        (("con",), "con_"),
        (("NUL.x",), "NUL_.x"),
        (("com¹ ",), "com¹_"),
        (("console",), "console"),
        (("a\u202egpj.exe",), "agpj.exe"),
        (("a.. ", "b. "), "a_b"),
        ((".hidden",), "_.hidden"),
    ],
)
def test_names_keep_what_people_read(words: tuple[str, ...], name: str) -> None:
    assert safe_name(*words) == name


def test_long_parts_are_cut_and_short_ones_kept() -> None:
    """A cut name still shows code and number, and differs from the name of another long text."""
    one, other = (safe_name("2025年报", "220381", "局" * 200 + end, "第1次") for end in "甲乙")
    assert one.startswith("2025年报_220381_局局") and "_第1次~" in one
    assert one != other


def test_decomposed_and_composed_letters_are_one_name() -> None:
    assert safe_name("e\u0301") == safe_name("é")


@given(st.lists(parts.map(lambda words: safe_name(*words)), max_size=12))
def test_names_made_unique_differ_by_more_than_case(names: list[str]) -> None:
    unique = unique_names(names)
    assert len({unicodedata.normalize("NFC", name.casefold()) for name in unique}) == len(names)
    assert all(safe_name(name) == name for name in unique)
    assert unique == unique_names(names)


def test_only_repeated_names_are_numbered() -> None:
    assert unique_names(["a", "b", "A", "a"]) == ("a", "b", "A_2", "a_3")


# --- zips ----------------------------------------------------------------------------------------------------------


def test_zip_entries_carry_nothing_of_the_machine() -> None:
    """Fixed time, system and attributes; the order given; the UTF-8 flag where the name needs it."""
    members = [("县/司法局.xlsx", b"1" * 500), ("a.txt", b"")]
    data = write_zip(members)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        infos = archive.infolist()
        assert [(info.filename, archive.read(info)) for info in infos] == members
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {(info.create_system, info.external_attr, info.extra) for info in infos} == {(0, 0x20, b"")}
    assert {info.compress_type for info in infos} == {zipfile.ZIP_DEFLATED}
    assert [bool(info.flag_bits & 0x800) for info in infos] == [True, False]
    assert data == write_zip(iter(members))


@pytest.mark.parametrize("names", [["a", "A"], ["../a"], ["/a"], ["a\\b"], ["C:a"], [""], ["a/"]])
def test_zip_members_that_unpack_badly_are_refused(names: list[str]) -> None:
    with pytest.raises(ValueError, match="zip member"):
        write_zip((name, b"") for name in names)
