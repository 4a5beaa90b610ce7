"""Files are written whole or not at all, under names every system takes; zips are the same bytes every time."""

from __future__ import annotations

import os
import sys
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltool.io.writing import files as files_module
from xltool.io.writing import zips
from xltool.io.writing.files import safe_name, unique_names, write_atomic, write_together
from xltool.io.writing.sinks import write_all
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


MANY = {f"{number}.xlsx": bytes([number]) * 9 for number in range(40)}


def together(folder: Path, files: Mapping[str, bytes], *, force: bool = False) -> None:
    write_together(((folder / name, data) for name, data in files.items()), force=force)


def test_many_files_get_their_names_once_all_are_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[int] = []
    settle = files_module._settle

    def settled(files: Any) -> None:
        named.append(sum(not name.endswith(".tmp") for name in os.listdir(tmp_path)))
        settle(files)

    monkeypatch.setattr(files_module, "_settle", settled)
    together(tmp_path, MANY)
    assert named == [0]
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == MANY


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_a_disk_that_fails_while_many_are_written_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    def full(_: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(files_module, "_sync_file_system", full)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused) as error:
        together(tmp_path, MANY)
    assert code_of(error) == "WRITE-FAILED"
    assert os.listdir(tmp_path) == []


def test_a_file_that_cannot_be_made_leaves_no_temporary_ones(tmp_path: Path) -> None:
    def made() -> Iterator[tuple[Path, bytes]]:
        yield tmp_path / "a.xlsx", b"a"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_together(made(), force=False)
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="syncfs is of Linux")
def test_a_file_system_that_cannot_be_waited_for_is_an_error(tmp_path: Path) -> None:
    files_module._sync_file_system(str(tmp_path))
    with pytest.raises(OSError, match="No such file"):
        files_module._sync_file_system(str(tmp_path / "missing"))


def test_of_many_outputs_one_is_in_memory(tmp_path: Path) -> None:
    """Each is made when its turn has come, and written before the next is made."""
    alive: list[int] = []

    def make(number: int) -> bytes:
        alive.append(len([name for name in os.listdir(tmp_path) if name.endswith(".tmp")]))
        return bytes([number])

    outputs = [(f"{number}.xlsx", partial(make, number)) for number in range(5)]
    assert write_all(tmp_path, outputs, force=False) == [name for name, _ in outputs]
    assert alive == [0, 1, 2, 3, 4]
    assert (tmp_path / "4.xlsx").read_bytes() == bytes([4])


def test_nothing_is_made_where_a_file_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(b"old")
    made: list[str] = []

    def make(name: str) -> bytes:
        made.append(name)
        return b"new"

    outputs = [(name, partial(make, name)) for name in ("a.xlsx", "b.xlsx")]
    with pytest.raises(Refused) as error:
        write_all(tmp_path, outputs, force=False)
    assert [each.args["file"] for each in error.value.findings] == ["b.xlsx"]
    assert (made, os.listdir(tmp_path)) == ([], ["b.xlsx"])


def test_what_was_written_before_is_left_alone_when_done_again(tmp_path: Path) -> None:
    write_all(tmp_path, [("a.xlsx", b"a")], force=False)
    before = (tmp_path / "a.xlsx").stat().st_mtime_ns
    write_all(tmp_path, [("a.xlsx", lambda: b"a"), ("b.xlsx", lambda: b"b")], force=False, again=True)
    assert (tmp_path / "a.xlsx").stat().st_mtime_ns == before
    assert sorted(os.listdir(tmp_path)) == ["a.xlsx", "b.xlsx"]
    with pytest.raises(Refused):
        write_all(tmp_path, [("a.xlsx", lambda: b"changed"), ("c.xlsx", b"c")], force=False, again=True)
    assert sorted(os.listdir(tmp_path)) == ["a.xlsx", "b.xlsx"]


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


members_of_zips = st.dictionaries(
    st.text("ab局/_.é", min_size=1, max_size=8).filter(lambda name: "" not in name.split("/") and ".." not in name),
    st.binary(max_size=400),
    max_size=5,
).filter(lambda members: all(step != "." for name in members for step in name.split("/")))


def by_zipfile(members: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 0, 0x20
            archive.writestr(info, data, zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()


@given(members_of_zips)
def test_zips_are_those_of_the_standard_library(members: dict[str, bytes]) -> None:
    assert write_zip(members.items()) == by_zipfile(members)


def test_zips_of_more_members_than_16_bits_count() -> None:
    members = {f"{number}.txt": b"" for number in range(65_600)}
    assert write_zip(members.items()) == by_zipfile(members)


def test_zips_longer_than_32_bits_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard library reads what it would write itself, were there so much to write: the limit is lowered."""
    members = {f"{number}局.txt": bytes([number]) * 50 for number in range(30)}
    plain = write_zip(members.items())
    monkeypatch.setattr(zips, "_BYTES_LIMIT", 200)
    far = write_zip(members.items())
    assert len(far) > len(plain)
    with zipfile.ZipFile(BytesIO(far)) as archive:
        assert {info.filename: archive.read(info) for info in archive.infolist()} == members
        assert {info.extract_version for info in archive.infolist()} == {20, 45}


def test_a_member_too_large_for_a_zip_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "_BYTES_LIMIT", 200)
    with pytest.raises(ValueError, match="too large"):
        write_zip([("a", bytes(201))])


@pytest.mark.parametrize("names", [["a", "A"], ["../a"], ["/a"], ["a\\b"], ["C:a"], [""], ["a/"]])
def test_zip_members_that_unpack_badly_are_refused(names: list[str]) -> None:
    with pytest.raises(ValueError, match="zip member"):
        write_zip((name, b"") for name in names)
