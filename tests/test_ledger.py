"""The ledger: whole transactions, one command at a time, and no surprise about what is in the file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from campaigns import SHELF, make_campaign, put, record, take

from xltool.app.campaigns.campaign import open_campaign
from xltool.app.campaigns.judging import source_of
from xltool.io.campaigns.ledger import Arrival, open_ledger
from xltool.io.campaigns.ledger_schema import VERSION
from xltool.io.campaigns.store import Store
from xltool.lang import Text
from xltool.model.campaign import Answer, Paper, Version
from xltool.model.finding import Finding, Refused
from xltool.model.place import Place


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [finding.code for finding in refused.value.findings]


def test_findings_come_out_as_they_went_in(tmp_path: Path) -> None:
    findings = (
        Finding("A-B", "error", (Place("a.xlsx", "表三", "D8"), Place("a.xlsx")), ("x.y",), {"n": 3, "t": "甲"}),
        Finding("C", "explain", args={"both": Text("甲", "a")}, instance="C@x.y"),
    )
    with open_ledger(tmp_path / "l.sqlite") as ledger:
        with ledger.transaction():
            number = ledger.add_version(Version(0, "f" * 64, "a.xlsx", "2024-01-01"), "", findings)
        assert ledger.findings(number) == findings


def test_an_interrupted_transaction_leaves_nothing(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.sqlite") as ledger:
        with pytest.raises(KeyboardInterrupt), ledger.transaction():
            ledger.add_arrival(Arrival("f" * 64, "a", "2024-01-01", "accepted"), 1, "xlsx")
            raise KeyboardInterrupt
        assert ledger.arrivals() == []
        with ledger.transaction():
            ledger.remind(["X"], "2024-01-01")
        assert ledger.reminders() == {"X": 1}


def test_a_second_command_waits_and_then_says_that_the_ledger_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    with open_ledger(path) as first, open_ledger(path, busy=0.05) as second:
        with first.transaction():
            with pytest.raises(Refused) as refused, second.transaction():
                raise AssertionError("two transactions at once")
            assert codes(refused) == ["LEDGER-BUSY"]
        with second.transaction():
            second.remind(["X"], "2024-01-01")


def test_a_ledger_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    with open_ledger(path):
        pass
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    with pytest.raises(Refused) as refused, open_ledger(path):
        pass
    assert codes(refused) == ["LEDGER-NEWER"]


def test_a_damaged_ledger_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(Refused) as refused, open_ledger(path):
        pass
    assert codes(refused) == ["LEDGER-DAMAGED"]


def test_a_ledger_that_cannot_be_opened_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused, open_ledger(tmp_path / "no" / "l.sqlite"):
        pass
    assert codes(refused) == ["LEDGER-FAILED"]


def test_a_lost_ledger_is_not_silently_replaced_by_an_empty_one(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"a.json": record("X-SFJ")})
    (campaign.folder / "ledger.sqlite").unlink()
    with pytest.raises(Refused) as refused, campaign.ledger():
        pass
    assert codes(refused) == ["LEDGER-MISSING"]


def test_the_store_notices_a_file_that_is_gone_or_changed(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    sha256 = store.put(b"content")
    assert store.put(b"content") == sha256 and store.load(sha256) == b"content"
    store.path(sha256).write_bytes(b"CONTENT")
    with pytest.raises(Refused) as refused:
        store.load(sha256)
    assert codes(refused) == ["STORE-CHANGED"]
    store.put(b"content")
    assert store.load(sha256) == b"content"
    store.path(sha256).unlink()
    with pytest.raises(Refused) as refused:
        store.load(sha256)
    assert codes(refused) == ["STORE-MISSING"]


def test_a_stored_return_that_was_changed_is_a_finding_and_never_figures(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    version = take(campaign, {"a.json": record("X-SFJ")})[0].version
    assert version is not None
    campaign.store.path(version.sha256).write_bytes(record("X-SFJ", 2))
    from xltool.app.returns.validating import read_file

    read = read_file(source_of(campaign, version), SHELF)
    assert read.record is None and [finding.code for finding in read.findings] == ["STORE-CHANGED"]


def test_what_arrived_on_paper_adds_up(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.sqlite") as ledger, ledger.transaction():
        ledger.set_paper(Paper("X", "123456", as_of="2024-01-01"))
        ledger.set_paper(Paper("X", sealed=True, as_of="2024-01-02"))
        assert ledger.papers() == {"X": Paper("X", "123456", True, False, "2024-01-02")}


def test_two_reminders_on_one_day_are_one(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.sqlite") as ledger, ledger.transaction():
        for day in ("2024-01-01", "2024-01-01", "2024-01-02"):
            ledger.remind(["X", "Y"], day)
        assert ledger.reminders() == {"X": 2, "Y": 2}


def test_a_decision_stays_with_a_repeated_explanation_and_goes_with_a_new_one(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.sqlite") as ledger, ledger.transaction():
        given = Answer("X", "C", "p", "情况属实", "abc", as_of="2024-01-01")
        ledger.give(given)
        ledger.decide(Answer("X", "C", "p", "情况属实", "abc", "accepted", "", "2024-01-02"))
        ledger.give(given)
        assert ledger.answers()[0].decision == "accepted"
        ledger.give(Answer("X", "C", "p", "另有原因", "abc", as_of="2024-01-03"))
        assert (ledger.answers()[0].decision, ledger.answers()[0].text) == ("pending", "另有原因")


def test_two_intakes_at_once_take_every_file_in_once(tmp_path: Path) -> None:
    """Two processes over one inbox: the ledger is whole, each file is in it once, and both end well."""
    campaign = make_campaign(tmp_path / "c")
    names = [f"{number:02}.json" for number in range(30)]
    put(campaign, {name: record("X-SFJ", number + 1) for number, name in enumerate(names)})
    command = [sys.executable, "-m", "xltool", "intake", "--campaign", str(campaign.folder), "--as-of", "2024-01-15"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for each in running:
        _, errors = each.communicate(timeout=120)
        assert each.returncode == 0, errors.decode("utf-8", "replace")
    with open_campaign(campaign.folder).ledger() as ledger:
        assert sorted(arrival.name for arrival in ledger.arrivals()) == names
        versions = ledger.versions()
    assert sorted(version.name for version in versions) == names
    assert [version.name for version in versions if version.state == "accepted"] == ["29.json"]
    with sqlite3.connect(campaign.folder / "ledger.sqlite") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
