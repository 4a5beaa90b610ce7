"""Work on several machines gives what one machine gives, byte for byte, also where a worker dies in the middle."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from campaigns import NAMES, ODD, ROSTER, WRONG, record
from cluster_work import Squares
from hostile.parts import honest
from strategies import SHELF

from xltool.app.machines import carriage, cluster
from xltool.app.machines.carriage import dumps, fingerprint, loads, own_eras
from xltool.app.machines.cluster import Cluster
from xltool.app.returns.validating import Judge, loaded
from xltool.cli.main import main
from xltool.io.inputs import gather
from xltool.io.library import Library
from xltool.model.expected import Expected
from xltool.model.finding import Refused, refuse

distributed = pytest.importorskip("distributed", reason="needs the extra: pip install 'xltool[cluster]'")

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
RETURNS = 40


@contextmanager
def cluster_of(workers: int) -> Iterator[str]:
    """The address of a new cluster. One for every test, since a nanny does not always bring back a worker that died."""
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            worker_dashboard_address=None,
        ) as made,
    ):
        yield str(made.scheduler_address)


@pytest.fixture
def address() -> Iterator[str]:
    """A cluster of two worker processes."""
    with cluster_of(2) as made:
        yield made


@pytest.fixture
def killing(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One worker dies when the first answer is there and the next are on their way; who died."""
    killed: list[int] = []
    ordinary = Cluster.map

    def deadly(self: Cluster, work: Any, items: Iterable[Any], /) -> Iterator[Any]:
        pids = sorted(self._client.run(os.getpid).values())
        for number, found in enumerate(ordinary(self, work, items)):
            if number == 0 and not killed:
                assert len(pids) == 2
                os.kill(pids[0], KILL)
                killed.append(pids[0])
            yield found

    monkeypatch.setattr(cluster, "CHUNK", 2)
    monkeypatch.setattr(Cluster, "map", deadly)
    return killed


def run(*args: object) -> int:
    """The command's exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "zh", *map(str, args)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns of all kinds: sound, wrong, odd, workbooks, and files that are none."""
    folder = tmp_path_factory.mktemp("returns")
    codes = list(NAMES)
    for number in range(RETURNS):
        code = codes[number % len(codes)]
        changes = (None, WRONG, ODD)[number % 3]
        (folder / f"{number:02d}.json").write_bytes(record(code, 1 + number // len(codes), changes))
    (folder / "50.xlsx").write_bytes(honest())
    (folder / "51.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (folder / "52.xlsx").write_bytes(b"")
    shutil.make_archive(str(folder / "60"), "zip", folder, "00.json")
    return folder


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


# --- the same result ---------------------------------------------------------------------------------------------


def test_validate_gives_the_same_report_and_partitions(
    returns: Path, roster: Path, address: str, killing: list[int], tmp_path: Path
) -> None:
    def validated(name: str, *options: object) -> tuple[int, bytes, dict[str, bytes]]:
        out, parts = tmp_path / f"{name}.json", tmp_path / name
        how = ("--format", "json", "--roster", roster, "--partition-size", 7, "--partitions", parts)
        return run("validate", returns, *how, "-o", out, *options), out.read_bytes(), files(parts)

    alone = validated("alone")
    assert validated("many", "--scheduler", address) == alone
    assert killing and alone[0] == 1 and len(alone[2]) > 10
    assert validated("shared", "--scheduler", address, "--shared", returns) == alone


def test_generate_makes_the_same_bytes(roster: Path, address: str, killing: list[int], tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"0123456789abcdef")
    common = ("generate", "national-2021", "--year", 2024, "--roster", roster, "--key-file", key)
    rows = [f"Y-{number:02d},示例单位{number}<甲>,,X-ZF,{'是' if number % 2 else '否'},,,\n" for number in range(30)]
    roster.write_text(ROSTER + "".join(rows), encoding="utf-8")
    for name, options in (("alone", ()), ("many", ("--scheduler", address))):
        assert run(*common, "-o", tmp_path / name, *options) == 0
    assert killing
    made = files(tmp_path / "alone")
    assert len(made) == 34 and files(tmp_path / "many") == made
    # What is there already is left alone, what is missing is made again.
    for name in sorted(made)[::3]:
        (tmp_path / "many" / name).unlink()
    assert run(*common, "-o", tmp_path / "many", "--scheduler", address) == 0
    assert files(tmp_path / "many") == made
    for name, options in (("packs", ()), ("packs_many", ("--scheduler", address))):
        assert run(*common, "--pack-by", "parent", "-o", tmp_path / name, *options) == 0
    assert files(tmp_path / "packs") == files(tmp_path / "packs_many") != {}


def test_intake_enters_the_same_in_the_ledger(
    returns: Path, roster: Path, address: str, killing: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for name, options in (("alone", ()), ("many", ("--scheduler", address))):
        folder = tmp_path / name
        assert run("init", folder, "--era", "national-2021", "--year", 2023, "--roster", roster) == 0
        shutil.copytree(returns, folder / "inbox", dirs_exist_ok=True)
        capsys.readouterr()
        how = ("--campaign", folder, "--as-of", "2024-01-15", "--move", *options)
        assert run("intake", *how) == 1
        assert run("intake", returns, *how) in (0, 1)
        told.append((capsys.readouterr().out, ledger(folder), files(folder / "received"), files(folder / "inbox")))
    assert killing
    assert told[0] == told[1]
    assert len(told[0][2]) == RETURNS + 4 and not told[0][3]


def ledger(folder: Path) -> dict[str, list[Any]]:
    """Everything in the ledger, by table."""
    (path,) = folder.glob("ledger*")
    with sqlite3.connect(path) as base:
        tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: base.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall() for name in tables}


def test_own_eras_come_along(returns: Path, address: str, tmp_path: Path) -> None:
    """Workers have no folder of one's own eras: its files are sent."""
    own = tmp_path / "eras"
    shutil.copytree(SHELF.library.folder("national-2021"), own / "toy-2021")
    schema = own / "toy-2021" / "record.schema.json"
    schema.write_text(schema.read_text(encoding="utf-8").replace("national-2021", "toy-2021"), encoding="utf-8")
    shutil.copy(SHELF.library.layout_file("national-2021"), own / "toy-2021" / "layout.json")
    single = tmp_path / "one.json"
    single.write_bytes(record("X-ZF").replace(b"national-2021", b"toy-2021"))
    outs = [tmp_path / "a.json", tmp_path / "b.json"]
    codes = {
        run("--schemas", own, "validate", single, "--format", "json", "-o", out, *options)
        for out, options in zip(outs, ((), ("--scheduler", address)), strict=True)
    }
    assert len(codes) == 1 and outs[0].read_bytes() == outs[1].read_bytes()
    assert b"ERA-UNKNOWN" not in outs[0].read_bytes()
    assert own_eras(Library()) is None


def test_ctrl_c_takes_the_tasks_back(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CHUNK", 1)
    with Cluster(address, SHELF) as executor:
        found = executor.map(Squares(tmp_path / "log"), range(1000))
        assert next(found) == 0
        found.close()  # type: ignore[attr-defined]
        client, left = executor._client, {""}
        until = time.monotonic() + 5
        while left and time.monotonic() < until:
            left = {key for key in client.run_on_scheduler(_tasks) if key.startswith("work_on")}
    assert not left


def _tasks(dask_scheduler: Any) -> list[str]:
    return [str(key) for key in dask_scheduler.tasks]


# --- what travels ------------------------------------------------------------------------------------------------


def test_nothing_secret_is_shown(address: str, tmp_path: Path) -> None:
    """A campaign's key is in no key, log or representation of a task."""
    key = b"a very secret key of a campaign"
    with Cluster(address, SHELF) as executor:
        with pytest.raises(RuntimeError, match="ValueError"):
            list(executor.map(Squares(tmp_path / "log", key=key), [-1]))
        logs = repr(executor._client.get_worker_logs()) + repr(executor._client.get_scheduler_logs())
    assert "secret" not in logs and repr(carriage.Opaque(key)) == "Opaque"


def test_what_travels_comes_back_equal(returns: Path) -> None:
    """Judged returns and refusals, with the shelf of whoever reads them."""
    judge = Judge(SHELF, Expected())
    for source in gather([str(returns)]):
        found = judge(loads(dumps(loaded(source)), SHELF))
        again = loads(dumps(found), SHELF)
        assert again == found and dict(again.places) == dict(found.places)
    refused = refuse("INPUT-MISSING", path="x")
    assert loads(dumps(refused), SHELF).findings == refused.findings


# --- refusals ----------------------------------------------------------------------------------------------------


def refusals(capsys: pytest.CaptureFixture[str], *args: object) -> str:
    """The codes of what a command refused to do, by their remedies, and what it said."""
    assert run(*args) == 2
    said = capsys.readouterr().err
    codes = (code for code, each in SHELF.library.catalogue.items() if each.remedy and each.remedy.zh in said)
    return f"{' '.join(codes)} {said}"


def test_a_wrong_address_is_refused(
    returns: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_CONNECTING_SECONDS", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://x:1", "127.0.0.1:none"):
        assert f"调度节点“{address}”没有应答" in refusals(capsys, "validate", returns, "--scheduler", address)
    monkeypatch.setenv("XLTOOL_SCHEDULER", "tcp://127.0.0.1:9")
    assert "CLUSTER-UNREACHABLE" in refusals(capsys, "validate", returns)


def test_a_missing_extra_is_refused(
    returns: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    told = refusals(capsys, "validate", returns, "--scheduler", "tcp://127.0.0.1:9")
    assert "CLUSTER-MISSING" in told and 'pip install "xltool[cluster]"' in told


def test_workers_with_another_version_are_refused(
    returns: Path, address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = {**fingerprint(), "xltool": "99.9"}
    monkeypatch.setattr(cluster, "_ours", lambda: ours)
    told = refusals(capsys, "validate", returns, "--scheduler", address)
    assert "CLUSTER-DIFFERS" in told and "xltool 99.9" in told
    # One that comes later is found by its first task.
    monkeypatch.setattr(cluster, "_check", lambda client: None)
    assert "CLUSTER-DIFFERS" in refusals(capsys, "validate", returns, "--scheduler", address)


def test_a_cluster_without_workers_or_with_strangers_is_refused() -> None:
    class Told:
        def __init__(self, told: dict[str, object]) -> None:
            self.told = told

        def run(self, *_: object, **__: object) -> dict[str, object]:
            return self.told

    for told, code in (({}, "CLUSTER-NO-WORKERS"), ({"tcp://a": ModuleNotFoundError("xltool")}, "CLUSTER-WORKER")):
        with pytest.raises(Refused) as refused:
            cluster._check(Told(told))
        assert [each.code for each in refused.value.findings] == [code]


def test_a_lost_workbook_is_a_lost_cluster() -> None:
    from xltool.app.forms import Forms, Order
    from xltool.model.record import Agency
    from xltool.plan.form import Options

    with pytest.raises(Refused, match="CLUSTER-LOST"):
        Forms(SHELF, "national-2021", Options(2024)).lost(Order("a.xlsx", Agency(), "own"))


def test_a_file_that_killed_its_workers_is_a_finding(returns: Path) -> None:
    (source, *_) = gather([str(returns)])
    lost = Judge(SHELF, Expected()).lost(source)
    assert [each.code for each in lost.findings] == ["FILE-CRASHED"] and lost.findings[0].places[0].file == source.name


def test_shared_files_are_those_that_were_seen(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that sees another file, or none, takes nothing."""
    from xltool.io.shared_folder import by_place

    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "a.json").write_bytes(record("X-ZF"))
    (source,) = gather([str(folder)])
    sent = by_place(source, folder)
    assert sent is not None and loads(dumps(sent), SHELF).load() == record("X-ZF")
    (folder / "a.json").write_bytes(b"{}")
    with pytest.raises(Refused, match="SHARED-DIFFERS"):
        sent.load()
    (folder / "a.json").unlink()
    with pytest.raises(Refused, match="SHARED-DIFFERS"):
        sent.load()
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "a.json").write_bytes(record("X-ZF"))
    monkeypatch.setenv("XLTOOL_SHARED", str(other))
    assert sent.load() == record("X-ZF")
    assert by_place(source, tmp_path / "unrelated") is None
    assert "SHARED-OUTSIDE" in refusals(capsys, "validate", other, "--shared", tmp_path / "none")


def test_a_file_that_kills_workers_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CHUNK", 4)
    log = tmp_path / "deaths"
    # Two die of its chunk and two of it alone; one is left, also where no nanny brings another.
    with cluster_of(5) as address, Cluster(address, SHELF) as executor:
        found = list(executor.map(Squares(log, frozenset({6})), range(20)))
    assert found == [-6 if number == 6 else number * number for number in range(20)]
    assert log.read_text().count("6") >= 2  # tried again before it was given up
