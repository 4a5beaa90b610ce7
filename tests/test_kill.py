"""A command that is killed loses nothing: every file is in the inbox still, or in store and ledger both.

The process is ended without notice at a hundred points drawn from a seed, while it takes in and while it makes return
packs: at a call inside the code that stores, enters and writes, or after a time. After each the ledger and all files are
whole, and running the command again ends where an undisturbed run ends.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from unittest.mock import patch

import pytest
from campaigns import ODD, SHELF, WRONG, make_campaign, put, record

from xltool.app.campaigns.campaign import Campaign, open_campaign
from xltool.app.campaigns.intake import intake
from xltool.cli.main import xltool

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to start a hundred processes in seconds")

FILES = {
    "a1.json": record("X-SFJ", 1, WRONG),
    "a2.json": record("X-SFJ", 2),
    "again.json": record("X-SFJ", 2),
    "b.json": record("X-CZJ", 1, ODD, explained="省里授权"),
    "sub/c.json": record("X-JYJ"),
    "sub/x.txt": "不是报表".encode(),
}
# Where a kill hurts: between storing, entering, committing and moving.
_WATCHED = ("store.py", "files.py", "ledger.py", "ledger_schema.py", "inbox.py", "intake.py", "sqlite")
_WATCHED_PACKING = ("files.py", "sinks.py", "packing.py", "sending.py", "ledger.py", "store.py", "letter_docx.py")
KILLS, BY_TIME = 60, 20
PACK_KILLS, PACKS_BY_TIME = 40, 10
Work = Callable[[Path], None]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign whose inbox is full, and one that took all of it in undisturbed."""
    folder = tmp_path_factory.mktemp("kill")
    put(make_campaign(folder / "full"), FILES)
    shutil.copytree(folder / "full", folder / "done")
    _run(folder / "done")
    shutil.copytree(folder / "done", folder / "unpacked")
    faulty = {f"{code}-9.json": record(code, 9, WRONG) for code in ("X-ZF", "X-SFJ", "X-CZJ", "X-JYJ")}
    put(open_campaign(folder / "unpacked"), faulty)
    _run(folder / "unpacked")
    shutil.copytree(folder / "unpacked", folder / "packed")
    _pack(folder / "packed")
    return folder


def _run(folder: Path) -> None:
    list(intake(open_campaign(folder), SHELF, (), "2024-01-15", move=True))


def _pack(folder: Path) -> None:
    arguments = ["--lang", "zh", "pack", "--campaign", str(folder), "--as-of", "2024-02-01", "--deadline", "2月9日"]
    # Reading in processes of their own is proven elsewhere; here a hundred of them would only be started and ended.
    with patch("xltool.app.shelf.shelf", lambda extra=None: SHELF):
        xltool.main(arguments, standalone_mode=False)


@contextmanager
def _counted(at: Callable[[], None], watched: tuple[str, ...]) -> Iterator[None]:
    """Calls `at` with every call made in the watched modules, C functions such as `fsync` and `execute` included."""

    def hook(frame: FrameType, event: str, _: object) -> None:
        if event in ("call", "c_call", "c_return") and frame.f_code.co_filename.endswith(watched):
            at()

    sys.setprofile(hook)
    try:
        yield
    finally:
        sys.setprofile(None)


def _points(start: Path, tmp_path: Path, work: Work, watched: tuple[str, ...]) -> int:
    """How many points there are in an undisturbed run."""
    shutil.copytree(start, tmp_path / "count")
    total = 0

    def count() -> None:
        nonlocal total
        total += 1

    with _counted(count, watched):
        work(tmp_path / "count")
    return total


def _killed(folder: Path, work: Work, watched: tuple[str, ...], point: int | None, seconds: float) -> bool:
    """Do `work` in a process of its own and end it at a point or after a time; whether it was ended."""
    child = os.fork()
    if child == 0:
        try:
            if point is None:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process where it stands
                signal.setitimer(signal.ITIMER_REAL, seconds)
                work(folder)
            else:
                left = point

                def count() -> None:
                    nonlocal left
                    left -= 1
                    if left <= 0:
                        os.kill(os.getpid(), signal.SIGKILL)

                with _counted(count, watched):
                    work(folder)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_intakes_that_are_killed_lose_nothing(template: Path, tmp_path: Path) -> None:
    rnd = random.Random(4)
    points = _points(template / "full", tmp_path, _run, _WATCHED)
    assert points > 200
    ended = 0
    for number in range(KILLS):
        folder = tmp_path / str(number)
        shutil.copytree(template / "full", folder)
        by_time = number >= KILLS - BY_TIME
        ended += _killed(
            folder, _run, _WATCHED, None if by_time else rnd.randrange(1, points), rnd.uniform(0.001, 0.06)
        )
        _whole(open_campaign(folder))
        _run(folder)
        _whole(open_campaign(folder))
        assert _content(folder) == _content(template / "done"), f"kill {number}"
        shutil.rmtree(folder)
    assert ended >= KILLS - BY_TIME


def test_packs_that_are_killed_are_whole_or_not_there(template: Path, tmp_path: Path) -> None:
    """A file with its final name has all its bytes; ledger and store are untouched; a second run completes."""
    rnd = random.Random(5)
    expected = _files(template / "packed" / "packs")
    before = _content(template / "unpacked"), _files(template / "unpacked" / "store")
    assert len(expected) == 4
    points = _points(template / "unpacked", tmp_path, _pack, _WATCHED_PACKING)
    assert points > 100
    ended = 0
    for number in range(PACK_KILLS):
        folder = tmp_path / str(number)
        shutil.copytree(template / "unpacked", folder)
        point = None if number >= PACK_KILLS - PACKS_BY_TIME else rnd.randrange(1, points)
        ended += _killed(folder, _pack, _WATCHED_PACKING, point, rnd.uniform(0.001, 0.2))
        made = _files(folder / "packs")
        assert made.items() <= expected.items(), f"kill {number}"
        _pack(folder)
        assert _files(folder / "packs") == expected
        assert (_content(folder), _files(folder / "store")) == before
        shutil.rmtree(folder)
    assert ended >= PACK_KILLS - PACKS_BY_TIME


def _files(folder: Path) -> dict[str, bytes]:
    """Every file with its final name; what is being written has another one."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".xltool-"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def _whole(campaign: Campaign) -> None:
    """No file is lost, none is entered by halves."""
    with sqlite3.connect(campaign.folder / "ledger.sqlite") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute(
            "SELECT COUNT(*) FROM returns WHERE sha256 NOT IN (SELECT sha256 FROM arrivals)"
        ).fetchone() == (0,)
    db.close()
    with campaign.ledger() as ledger:
        entered = {arrival.name: arrival.sha256 for arrival in ledger.arrivals()}
        for version in ledger.versions():
            assert len(ledger.findings(version.id)) >= version.errors + version.explains
            assert bool(ledger.record_json(version.id)) == bool(version.figures)
    for name, data in FILES.items():
        sha256 = hashlib.sha256(data).hexdigest()
        if name in entered:
            assert entered[name] == sha256 and campaign.store.load(sha256) == data
        else:
            assert (campaign.inbox / name).read_bytes() == data
        assert (campaign.inbox / name).is_file() or (campaign.received / name).read_bytes() == data


def _content(folder: Path) -> object:
    """All that the ledger says and all files received."""
    campaign = open_campaign(folder)
    with campaign.ledger() as ledger:
        versions = [(each, ledger.record_json(each.id), ledger.findings(each.id)) for each in ledger.versions()]
        told = (versions, ledger.arrivals(), ledger.answers())
    received = sorted(path.relative_to(folder).as_posix() for path in campaign.received.rglob("*") if path.is_file())
    return told, received
