"""The terminal: progress where somebody watches, plain data where it is piped, and Ctrl-C that loses nothing."""

from __future__ import annotations

import hashlib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from campaigns import ERA, SHELF, WRONG, make_campaign, put, record

from xltool.app.campaigns.campaign import open_campaign
from xltool.app.forms import fill_record
from xltool.app.returns.validating import read_file
from xltool.cli.progress import Work, each_of, results_of
from xltool.io.inputs import Source

posix = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal and signals")
COUNT, AGENCIES = 150, 2000
TIMES = 6
# A second is promised; a loaded machine gets more.
AT_ONCE_SECONDS = 2.0
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ENVIRONMENT = {
    **os.environ,
    "XLTOOL_LANG": "zh",
    "COLUMNS": "120",
    "TERM": "xterm-256color",
    "PYTHONIOENCODING": "utf-8",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A roster of many agencies, and a return of each."""
    home = tmp_path_factory.mktemp("many")
    lines = [f"A{number:04},示例单位{number:04}" for number in range(AGENCIES)]
    (home / "roster.csv").write_text("代码,全称\n" + "\n".join(lines) + "\n", encoding="utf-8")
    returned = home / "returns"
    returned.mkdir()
    made = read_file(Source("a.json", lambda: record("A0000", name="示例单位0000")), SHELF).record
    assert made is not None
    book = fill_record(made, SHELF, "computed", "zh")[0]
    for number in range(COUNT):
        (returned / f"{number:04}.json").write_bytes(record(f"A{number:04}", name=f"示例单位{number:04}"))
    for number in range(0, COUNT, 5):  # workbooks among them: they are read in processes of their own
        (returned / f"{number:04}-book.xlsx").write_bytes(book)
    return home


@pytest.fixture(scope="module")
def many(folder: Path) -> Path:
    """The same returns several times over: work that is not over before it can be stopped."""
    again = folder / "many"
    again.mkdir()
    for path in (folder / "returns").iterdir():
        for number in range(TIMES):
            os.link(path, again / f"{number}-{path.name}")
    return again


def command(*args: object) -> list[str]:
    return [sys.executable, "-m", "xltool", *map(str, args)]


def piped(*args: object, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(*args), cwd=cwd, env=ENVIRONMENT, capture_output=True, check=False)


# --- a terminal --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What a person saw: with colours and movements, and without."""

    code: int
    raw: str

    @property
    def text(self) -> str:
        return _ESCAPE.sub("", self.raw)


def on_terminal(*args: object, env: dict[str, str] | None = None, out: Path | None = None) -> Seen:
    """Run on a pseudo-terminal; with `out` standard output goes into that file instead."""
    import pty

    master, slave = pty.openpty()
    stdout = out.open("wb") if out else slave
    process = subprocess.Popen(
        command(*args), stdin=slave, stdout=stdout, stderr=slave, env={**ENVIRONMENT, **(env or {})}
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            ready, _, _ = select.select([master], [], [], 0.2)
            piece = os.read(master, 65536) if ready else b""
        except OSError:  # the other end is closed
            break
        shown += piece
        if not piece and process.poll() is not None:
            break
    os.close(master)
    return Seen(process.wait(), shown.decode("utf-8", "replace"))


@posix
def test_long_work_shows_how_far_it_is(folder: Path, tmp_path: Path) -> None:
    """Done of all, how many a second and how long still, on standard error; data go where they always go."""
    out = tmp_path / "out.txt"
    seen = on_terminal("validate", folder / "returns", out=out)
    total = len(list((folder / "returns").iterdir()))
    assert re.search(rf"审核 .*\d+/{total}", seen.text)
    assert re.search(r"每秒[\d.]+个，还需\d+:\d\d", seen.text)
    assert out.read_bytes() == piped("validate", folder / "returns").stdout


@posix
def test_the_bar_is_gone_in_the_end_and_lines_stand_above_it(folder: Path, tmp_path: Path) -> None:
    """What is printed meanwhile is whole, each line once."""
    campaign = make_campaign(tmp_path / "c")
    put(campaign, {path.name: path.read_bytes() for path in sorted((folder / "returns").glob("*.json"))})
    seen = on_terminal("intake", "--campaign", campaign.folder, "--as-of", "2024-01-15")
    assert "收表" in seen.text
    assert len(re.findall(r"^\d{4}\.json ", seen.text.replace("\r", "\n"), re.MULTILINE)) == 150
    assert "本次新收150个文件" in seen.text


@posix
def test_no_color_takes_the_colours_away(folder: Path) -> None:
    """NO_COLOR: the bar moves, in one colour."""
    colour = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m|\x1b\[[0-9;]*9[0-7]m")
    with_colours = on_terminal("merge", folder / "returns", "-o", folder / "a.csv", "--force")
    without = on_terminal("merge", folder / "returns", "-o", folder / "a.csv", "--force", env={"NO_COLOR": "1"})
    assert colour.search(with_colours.raw)
    assert not colour.search(without.raw) and re.search(r"\d+/\d+", without.text)


def test_piped_output_is_plain(folder: Path) -> None:
    """No bar, no movement, no colour, on neither stream."""
    ran = piped("merge", folder / "returns", "-o", folder / "b.csv", "--force")
    assert b"\x1b" not in ran.stdout + ran.stderr and "审核 ".encode() not in ran.stderr
    assert "已写入".encode() in ran.stderr


def test_rich_is_not_imported_where_nobody_watches(folder: Path) -> None:
    """It would cost every start a tenth of a second."""
    program = (
        "import sys, runpy\n"
        "sys.argv = ['xltool', 'validate', sys.argv[1]]\n"
        "try: runpy.run_module('xltool', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print('rich' in sys.modules)"
    )
    run = [sys.executable, "-c", program, str(folder / "returns" / "0001.json")]
    ran = subprocess.run(run, env=ENVIRONMENT, capture_output=True, check=True)
    assert ran.stdout.endswith(b"False" + os.linesep.encode())


@posix
def test_lists_are_tables_on_a_terminal_and_lines_in_a_pipe(tmp_path: Path) -> None:
    """Status and summary: the same cells; a name in brackets is no markup."""
    campaign = make_campaign(tmp_path / "c")
    put(campaign, {"a.json": record("X-SFJ"), "[red]b.json": record("X-CZJ", 1, WRONG)})
    piped("intake", "--campaign", campaign.folder, "--as-of", "2024-01-15")
    asked = ("status", "--campaign", campaign.folder, "--as-of", "2024-02-01")
    seen, plain = on_terminal(*asked), piped(*asked).stdout.decode()
    assert "│" not in plain and "───" not in plain and "｜示例市财政局｜" in plain
    assert "───" in seen.text and "｜" not in seen.text
    for line in plain.splitlines():
        for cell in line.split("｜") if "｜" in line else [line]:
            assert cell in seen.text
    merged = on_terminal("merge", "--campaign", campaign.folder)
    assert re.search(r"已计入 +1\b", merged.text) and re.search(r"X-CZJ .*未通过 .*\[red\]b\.json", merged.text)


# --- Ctrl-C ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stopped:
    """How a command ended that was stopped."""

    code: int
    err: str
    seconds: float


def stopped(*args: object, when: Callable[[], bool]) -> Stopped:
    """Run, send SIGINT once `when` says so, and wait. No process of it is left."""
    process = subprocess.Popen(
        command(*args), env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    deadline = time.monotonic() + 120
    while not when():
        assert process.poll() is None, "it was over before it could be stopped"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    seconds = time.monotonic() - started
    with pytest.raises(ProcessLookupError):  # of its session nobody is left
        for _ in range(20):
            os.killpg(process.pid, 0)
            time.sleep(0.05)
    return Stopped(process.returncode, err.decode(), seconds)


def after(seconds: float) -> Callable[[], bool]:
    start = time.monotonic()
    return lambda: time.monotonic() - start > seconds


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def hashes(folder: Path) -> dict[str, str]:
    """What is in a folder, down to temporary files."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def generated(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an undisturbed run makes."""
    out = tmp_path_factory.mktemp("undisturbed")
    ran = piped("generate", ERA, "--year", "2023", "--roster", folder / "roster.csv", "-o", out)
    assert ran.returncode == 0, ran.stderr.decode()
    return out


@posix
def test_generating_is_stopped_and_goes_on(folder: Path, tmp_path: Path, generated: Path) -> None:
    """130, how many were written, whole files only; the same command makes the rest, and the result is that of an
    undisturbed run byte for byte."""
    out = tmp_path / "out"
    arguments = ("generate", ERA, "--year", "2023", "--roster", folder / "roster.csv", "-o", out)
    ended = stopped(*arguments, when=lambda: out.is_dir() and any(out.glob("*.xlsx")))
    assert (ended.code, ended.seconds < AT_ONCE_SECONDS) == (130, True)
    found = re.search(rf"已停止：共{AGENCIES}个文件，已写好(\d+)个", ended.err)
    there, wanted = hashes(out), hashes(generated)
    assert found and 0 < len(there) < AGENCIES and int(found[1]) <= len(there), ended.err
    assert there.items() <= wanted.items()
    again = piped(*arguments)
    assert again.returncode == 0, again.stderr.decode()
    assert hashes(out) == wanted


@posix
def test_files_made_before_are_left_alone(folder: Path, tmp_path: Path, generated: Path) -> None:
    """Generating again touches nothing that is there; a file with other bytes is still never overwritten."""
    for path in sorted(generated.iterdir())[:3]:
        shutil.copy(path, tmp_path)
    first, second, _ = sorted(tmp_path.iterdir())
    os.utime(first, (1, 1))
    arguments = ("generate", ERA, "--year", "2023", "--roster", folder / "roster.csv", "-o", tmp_path)
    assert piped(*arguments).returncode == 0
    assert first.stat().st_mtime == 1
    assert hashes(tmp_path) == hashes(generated)
    second.write_bytes(b"filled in meanwhile")
    refused = piped(*arguments)
    assert refused.returncode == 2 and second.name in refused.stderr.decode()
    assert second.read_bytes() == b"filled in meanwhile"


@posix
def test_validating_is_stopped_and_leaves_nothing(many: Path, tmp_path: Path) -> None:
    """Nothing half written, no process left that reads workbooks, and a rerun gives all."""
    report, records = tmp_path / "report.json", tmp_path / "records"
    arguments = ("validate", many, "--format", "json", "-o", report, "--records", records)
    total = len(list(many.iterdir()))
    ended = stopped(*arguments, when=after(1.5))
    assert (ended.code, ended.seconds < AT_ONCE_SECONDS) == (130, True)
    assert re.search(rf"已停止：共{total}个文件，已审核\d+个", ended.err), ended.err
    assert files(tmp_path) == {}
    assert piped(*arguments).returncode == 0
    first = files(tmp_path)
    assert len(first) == total + 1
    report.unlink()
    assert piped(*arguments).returncode == 0  # records that are there are left alone
    assert files(tmp_path) == first


@posix
def test_intake_is_stopped_and_goes_on_behind_its_ledger(folder: Path, tmp_path: Path) -> None:
    """What was taken in is in store and ledger; the same command takes in the rest, and the ledger says the same as
    after an undisturbed run."""
    full = make_campaign(tmp_path / "full")
    put(full, files(folder / "returns"))
    shutil.copytree(full.folder, tmp_path / "undisturbed")
    arguments = ("intake", "--as-of", "2024-01-15", "--campaign")

    def some() -> bool:
        return full.folder.joinpath("ledger.sqlite").exists() and entered(full.folder) >= 20

    ended = stopped(*arguments, full.folder, when=some)
    assert (ended.code, ended.seconds < AT_ONCE_SECONDS) == (130, True)
    found = re.search(r"已停止：共180个文件，已收(\d+)个", ended.err)
    assert found, ended.err
    rest = piped(*arguments, full.folder)
    known = re.search(r"此前已收(\d+)个", rest.stdout.decode())
    assert known and 20 <= int(found[1]) <= int(known[1]) <= int(found[1]) + 1
    assert rest.returncode == piped(*arguments, tmp_path / "undisturbed").returncode == 1  # none is on the roster
    assert ledger_of(full.folder) == ledger_of(tmp_path / "undisturbed")
    assert stored(full.folder) == stored(tmp_path / "undisturbed")


def entered(campaign: Path) -> int:
    with open_campaign(campaign).ledger() as ledger:
        return len(ledger.versions())


def ledger_of(campaign: Path) -> list[object]:
    with open_campaign(campaign).ledger() as ledger:
        return [(each, ledger.findings(each.id)) for each in ledger.versions()]


def stored(campaign: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in open_campaign(campaign).store.files()}


@posix
def test_a_merge_that_is_stopped_writes_nothing(many: Path, tmp_path: Path) -> None:
    ended = stopped("merge", many, "-o", tmp_path / "s.csv", when=after(1.5))
    assert ended.code == 130 and "尚未写入任何文件" in ended.err
    assert files(tmp_path) == {}


# --- counting ----------------------------------------------------------------------------------------------------


def test_a_thing_is_counted_when_it_is_done_and_not_before() -> None:
    """What goes in is done when the next is asked for; what comes out is done already."""
    session = None
    given = each_of(session, [1, 2, 3], "read")  # type: ignore[arg-type]
    assert next(given) == 1 and Work.latest is not None and Work.latest.done == 0
    assert next(given) == 2 and Work.latest.done == 1
    given.close()

    def made() -> Iterator[int]:
        yield from (1, 2)

    results = results_of(session, made(), "check", 2)  # type: ignore[arg-type]
    assert next(results) == 1 and Work.latest.done == 1
    assert list(results) == [2] and Work.latest.done == 2
