"""Nothing a file does can hurt the batch: each hostile file is refused, or read to the figures plainly in it."""

from __future__ import annotations

import io
import os
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hostile.of_others import ODS, OTHERS, RECORDS, XLS, zip_of
from hostile.of_xlsx import CASES as XLSX
from hostile.parts import Case, honest, honest_record
from strategies import SHELF
from test_guard import xlsx_parts, zipped

from xltool.app.returns.remote import returns_reader
from xltool.app.returns.validating import read_file, validate_files
from xltool.app.shelf import Shelf
from xltool.io.books import archives
from xltool.io.books.containers import open_book
from xltool.io.books.isolation import Reader
from xltool.io.books.worker import Limits
from xltool.io.inputs import Source, gather
from xltool.model.finding import Refused
from xltool.model.returned import Returned
from xltool.passes.identify import Expected

GIGABYTE = 1024**3
CASES = {**XLSX, **ODS, **XLS, **OTHERS, **RECORDS}
HOOKS = "hostile.hooks:misbehaving"
posix = pytest.mark.skipif(sys.platform == "win32", reason="no pipes, links or signals of this kind here")


class Measured:
    """One reader for the whole corpus, and the memory its processes took."""

    def __init__(self, notes: Path) -> None:
        self.notes = notes
        self.shelf = Shelf(SHELF.library)
        self.reader = returns_reader(self.shelf, 1, parser="hostile.hooks:measured")
        self.shelf.returns = self.reader

    def peak(self) -> int:
        return max(map(int, self.notes.read_text(encoding="utf-8").split()), default=0)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    notes = tmp_path_factory.mktemp("peaks") / "peaks.txt"
    notes.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XLTOOL_TEST_PEAKS", str(notes))
        made = Measured(notes)
        with made.reader:
            yield made


def source(data: bytes, name: str = "甲.xlsx") -> Source:
    return Source(name, lambda: data)


def codes(found: Returned) -> list[str]:
    return [finding.code for finding in found.findings]


def is_whole(found: Returned) -> bool:
    return found.record is not None and found.record.values == honest_record().values


# --- the corpus --------------------------------------------------------------------------------------------------


def test_the_corpus_is_large_enough() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_refused_or_read_to_what_it_plainly_says(name: str, measured: Measured) -> None:
    """Within 30 s and 1 GB; and an honest file right after it gives its record."""
    case = CASES[name]
    data = case.make()
    start = time.monotonic()
    found = read_file(source(data, "甲" + case.ending), measured.shelf)
    assert time.monotonic() - start < 30
    assert measured.peak() < GIGABYTE
    _judge(case, found)
    assert is_whole(read_file(source(honest()), measured.shelf))


def _judge(case: Case, found: Returned) -> None:
    if found.record is None:
        assert set(codes(found)) & {*case.codes, *(["FORM-UNKNOWN"] if case.codes == ("ANY",) else [])}, codes(found)
        return
    assert not case.codes or case.codes == ("ANY",)
    true = honest_record().values
    changed = {path for path, value in found.record.values.items() if value != true[path]}
    assert all(found.record.values[path] is None for path in changed)
    if not case.codes:
        assert changed == set(case.lost)
        # Whatever is lost is said.
        assert all(any(path in finding.paths for finding in found.findings) for path in case.lost)


def test_macros_are_ignored_and_said(measured: Measured) -> None:
    found = read_file(source(XLSX["macros"].make(), "甲.xlsm"), measured.shelf)
    assert is_whole(found) and "FILE-MACROS" in codes(found)


def test_every_refusal_says_what_the_agency_should_do(measured: Measured) -> None:
    """Each code a hostile file may meet has its sentence, cause and remedy in the catalogue."""
    catalogue = SHELF.library.catalogue
    for code in {code for case in CASES.values() for code in case.codes} - {"ANY"}:
        assert catalogue[code].remedy.zh and catalogue[code].remedy.en


# --- what a process may do ---------------------------------------------------------------------------------------

DEATHS = {
    b"panic": "FILE-CRASHED", b"exit": "FILE-CRASHED", b"interrupt": "FILE-CRASHED", b"recurse": "FILE-CRASHED",
    b"abort": "FILE-CRASHED", b"kill": "FILE-CRASHED", b"crash": "FILE-CRASHED", b"vanish": "FILE-CRASHED",
    b"nonsense": "FILE-CRASHED",
}  # fmt: skip
GOOD = zipped(xlsx_parts())


def outcome(reader: Reader, data: bytes) -> str:
    answer = reader.answer(data)
    return answer.findings[0].code if isinstance(answer, Refused) else ""


@pytest.fixture(scope="module")
def misbehaving() -> Iterator[Reader]:
    with Reader(limits=Limits(wall=2, cpu=1), parser=HOOKS) as reader:
        yield reader


@pytest.mark.parametrize("how", DEATHS)
def test_a_process_that_dies_costs_only_its_file(how: bytes, misbehaving: Reader) -> None:
    assert outcome(misbehaving, GOOD) == ""
    assert outcome(misbehaving, how) == DEATHS[how]
    assert misbehaving.open_book(GOOD) == open_book(GOOD)


def test_a_process_that_hangs_is_ended(misbehaving: Reader) -> None:
    """Asleep it meets the clock, busy the limit of CPU where the system has one."""
    start = time.monotonic()
    assert [outcome(misbehaving, how) for how in (b"sleep", GOOD)] == ["FILE-TIMEOUT", ""]
    assert [outcome(misbehaving, how) for how in (b"spin", GOOD)] == ["FILE-TIMEOUT", ""]
    assert time.monotonic() - start < 15


@posix
def test_a_process_that_eats_memory_is_refused_more(misbehaving: Reader) -> None:
    if sys.platform == "darwin":
        pytest.skip("the system knows no such limit")
    assert [outcome(misbehaving, how) for how in (b"eat", GOOD)] == ["FILE-MEMORY", ""]


def test_the_cpu_of_one_file_is_not_charged_to_the_next() -> None:
    """The system counts what a process has used in all; the limit is raised for every file."""
    with Reader(limits=Limits(cpu=1)) as reader:
        big = zipped(xlsx_parts("<row>" + "".join(f"<c><v>{n * n}</v></c>" for n in range(15_000)) + "</row>"))
        assert all(outcome(reader, big) == "" for _ in range(12))


def test_what_a_library_prints_is_no_answer(misbehaving: Reader) -> None:
    assert [outcome(misbehaving, how) for how in (b"chatter", GOOD)] == ["", ""]


@posix
def test_a_process_killed_between_files_is_replaced_unnoticed() -> None:
    with Reader() as reader:
        assert outcome(reader, GOOD) == ""
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
        assert outcome(reader, GOOD) == ""


def who(reader: Reader) -> str:
    """The process that reads."""
    answer = reader.answer(b"who")
    assert not isinstance(answer, Refused)
    return str(answer.sheets[0].name)


@posix
def test_a_process_that_has_grown_is_replaced() -> None:
    """No file inherits another's memory."""
    with Reader(parser=HOOKS) as reader:
        first = who(reader)
        assert who(reader) == first
        assert outcome(reader, b"grow") == ""
        assert who(reader) != first


_LARGE = """
import sys
sys.path.insert(0, sys.argv[1])
from test_hostile import HOOKS, Reader, who
del bytearray(450 * 1024**2)[:]
with Reader(parser=HOOKS) as reader:
    sys.exit(who(reader) != who(reader))
"""


@posix
def test_how_large_the_program_is_that_asks_does_not_matter() -> None:
    """On Linux a process is told to have held whatever the one had that started it."""
    done = subprocess.run([sys.executable, "-c", _LARGE, str(Path(__file__).parent)], check=False)
    assert done.returncode == 0


def children() -> list[int]:
    """Reading processes started by this one and still alive."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status, command = (folder / "stat").read_text(), (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(status.rpartition(")")[2].split()[1]) == os.getpid() and b"containers:open_book" in command:
            found.append(int(folder.name))
    return found


def test_many_files_keep_their_order_whatever_becomes_of_them() -> None:
    """Two processes at work, one of them dying now and then."""
    files = [
        b"abort" if n % 5 == 3 else zipped(xlsx_parts(f'<row r="1"><c r="A1"><v>{n}</v></c></row>')) for n in range(30)
    ]
    with Reader(2, parser=HOOKS) as reader:
        answers = list(reader.read_many(iter(files)))
    for number, answer in enumerate(answers):
        if isinstance(answer, Refused):
            assert number % 5 == 3
        else:
            assert answer.sheets[0].cells[0, 0].value == number


def test_files_are_read_ahead_a_few_at_a_time() -> None:
    """A folder of thousands never fills the memory."""
    taken = []

    def files() -> Iterator[bytes]:
        for number in range(50):
            taken.append(number)
            yield GOOD

    with Reader(2) as reader:
        first = next(reader.read_many(files()))
        assert not isinstance(first, Refused) and len(taken) < 10


def test_a_process_that_does_not_start_is_a_finding() -> None:
    with Reader(parser="no.such.module:f") as reader:
        assert [outcome(reader, GOOD) for _ in range(2)] == ["READER-NOT-STARTED"] * 2


def test_nothing_in_the_current_folder_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An inbox may hold a file called like a module."""
    (tmp_path / "zipfile.py").write_text("raise SystemExit", encoding="utf-8")
    (tmp_path / "xlrd.py").write_text("raise SystemExit", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with Reader() as reader:
        assert outcome(reader, GOOD) == ""


def test_a_fault_of_our_own_costs_only_the_file_that_brings_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XLTOOL_TRACEBACK", raising=False)

    def faulty() -> bytes:
        raise IndexError("no such thing")

    sources = [source(honest()), Source("乙.xlsx", faulty), source(honest())]
    before, found, after = validate_files(sources, SHELF, Expected())
    assert is_whole(before) and is_whole(after)
    assert codes(found) == ["FILE-INTERNAL"] and "no such thing" in str(found.findings[0].args)


# --- folders and archives ----------------------------------------------------------------------------------------


def found_in(*paths: Path) -> dict[str, Returned]:
    sources = gather(str(path) for path in paths)
    return {each.file: each for each in validate_files(sources, SHELF, Expected())}


@posix
def test_a_folder_of_traps_gives_a_finding_each(tmp_path: Path) -> None:
    """Pipes, links, devices and folders stop nothing, and nobody waits for them."""
    (tmp_path / "1.xlsx").write_bytes(honest())
    for name in ("2.xlsx", "2.zip", "2.jsonl"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "3.xlsx").symlink_to(tmp_path / "1.xlsx")
    (tmp_path / "4.xlsx").symlink_to("/dev/zero")
    (tmp_path / "5.xlsx").symlink_to(tmp_path / "5.xlsx")
    (tmp_path / "6.zip").symlink_to("/dev/zero")
    (tmp_path / "7.xlsx").mkdir()
    with open(tmp_path / "8.xlsx", "wb") as stream:
        stream.truncate(10 * GIGABYTE)
    (tmp_path / os.fsdecode("九.xlsx".encode("gb18030"))).write_bytes(honest())
    found = found_in(tmp_path)
    irregular = {name: codes(each) for name, each in found.items() if each.record is None}
    assert irregular == {
        **{
            name: ["FILE-NOT-REGULAR"] for name in ("2.xlsx", "2.zip", "2.jsonl", "3.xlsx", "4.xlsx", "5.xlsx", "6.zip")
        },
        "8.xlsx": ["FILE-TOO-LARGE"],
    }
    assert {name for name, each in found.items() if is_whole(each)} == {"1.xlsx", "九.xlsx"}


def renamed(data: bytes, old: str, new: bytes) -> bytes:
    assert len(old) == len(new)
    return data.replace(old.encode(), new)


def test_files_in_folders_and_zips_of_a_zip_are_found(tmp_path: Path) -> None:
    """Names are those of the packer, Chinese Windows included; by-products of suites and systems are left out."""
    inner = zip_of({"丙/甲.xlsx": honest(), "~$甲.xlsx": b"x", "更深.zip": zip_of({"x.xlsx": b""})})
    outer = zip_of(
        {
            "aabb.xlsx": honest(),
            "子/乙.xlsx": honest(),
            "里.zip": inner,
            "__MACOSX/._乙.xlsx": b"x",
            "空.zip": b"PK\x05\x06" + bytes(18),
        },
    )
    (tmp_path / "全.zip").write_bytes(renamed(outer, "aabb.xlsx", "县局.xlsx".encode("gb18030")))
    found = found_in(tmp_path)
    assert {name: is_whole(each) or codes(each) for name, each in found.items()} == {
        "全.zip/县局.xlsx": True,
        "全.zip/子/乙.xlsx": True,
        "全.zip/里.zip/丙/甲.xlsx": True,
        "全.zip/里.zip/更深.zip": ["ARCHIVE-NESTED"],
        "全.zip/空.zip": ["ARCHIVE-EMPTY"],
    }


def _link() -> bytes:
    link = zipfile.ZipInfo("乙.xlsx")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return _with(link, b"/etc/passwd")


def _with(info: zipfile.ZipInfo | str, content: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("甲.xlsx", honest())
        archive.writestr(info, content, method)
    return out.getvalue()


def _locked() -> bytes:
    data = bytearray(_with("乙.xlsx", honest()))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


MEMBERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (lambda: _with("乙.xlsx", bytes(15_000_000), zipfile.ZIP_DEFLATED), "FILE-SUSPICIOUS"),
    "21 MB": (lambda: _with("乙.xlsx", bytes(21 * 1024**2), zipfile.ZIP_DEFLATED), "FILE-TOO-LARGE"),
    "a link": (_link, "FILE-NOT-REGULAR"),
    "a password": (_locked, "ARCHIVE-ENCRYPTED"),
    "an uncommon method": (lambda: _with("乙.xlsx", honest(), zipfile.ZIP_LZMA), "ARCHIVE-METHOD"),
    "a name that climbs": (lambda: _with("../../乙.xlsx", b"x"), "FILE-CSV"),
    "a RAR within": (lambda: _with("乙.rar", b"Rar!\x1a\x07\x01\0"), "FILE-ARCHIVE"),
    "a zip within, cut off": (lambda: _with("乙.zip", zip_of({"x": b"x"})[:-9]), "FILE-DAMAGED"),
}  # fmt: skip


@pytest.mark.parametrize("name", MEMBERS)
def test_a_hostile_file_in_an_archive_spoils_only_itself(name: str, tmp_path: Path) -> None:
    make, code = MEMBERS[name]
    (tmp_path / "全.zip").write_bytes(make())
    good, bad = found_in(tmp_path).values()
    assert is_whole(good)
    assert codes(bad) == [code]


def test_two_files_of_one_name_in_an_archive_are_both_read(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        (tmp_path / "全.zip").write_bytes(_with("甲.xlsx", honest()))
    assert list(found_in(tmp_path)) == ["全.zip/甲.xlsx", "全.zip/甲.xlsx#2"]


PACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: zip_of({}), "ARCHIVE-EMPTY"),
    "folders only": (lambda: zip_of({"甲/": b"", ".DS_Store": b"x"}), "ARCHIVE-EMPTY"),
    "20,001 files": (lambda: zip_of({str(n): b"" for n in range(20_001)}), "FILE-SUSPICIOUS"),
    "cut off": (lambda: zip_of({"甲.xlsx": honest()})[:-50], "FILE-DAMAGED"),
    "zeros": (lambda: bytes(1000), "FILE-EMPTY"),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKS)
def test_an_archive_that_cannot_be_read_is_one_finding(name: str, tmp_path: Path) -> None:
    make, code = PACKS[name]
    (tmp_path / "全.zip").write_bytes(make())
    (found,) = found_in(tmp_path).values()
    assert codes(found) == [code]


def test_a_pack_of_500_workbooks_is_opened(tmp_path: Path) -> None:
    """The limits of one workbook are not those of a pack of them: 15,000 parts and 100 MB here."""
    file = tmp_path / "全.zip"
    file.write_bytes(zip_of({f"{n}.xlsx": honest() for n in range(500)}))
    sources = gather([str(file)])
    assert len(sources) == 500 and sources[-1].load() == honest()


def test_a_file_of_a_million_lines_is_one_finding(tmp_path: Path) -> None:
    (tmp_path / "全.jsonl").write_bytes(b"{}\n" * 1_000_000)
    (found,) = found_in(tmp_path).values()
    assert codes(found) == ["FILE-SUSPICIOUS"]


def test_an_archive_that_unpacks_beyond_reason_is_refused() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archives, "MAX_UNPACKED", 1000)
        with pytest.raises(Refused, match="ARCHIVE-UNPACKED"):
            archives.Archive(zip_of({"甲.xlsx": bytes(1001)}))
