"""Packages in a campaign: taken in as the return of their government, added from the store, sent back when faulty."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from campaigns import ERA, ODD, SHELF, outcomes, record, states, take
from click.testing import CliRunner
from packages import PENALTIES, county, members, office, opened, package, roster_of
from test_menu import menu

from xltool.app.campaigns.adding import merge_campaign
from xltool.app.campaigns.campaign import Campaign, init_campaign
from xltool.app.campaigns.intake import revalidate
from xltool.app.campaigns.judging import source_of, to_return
from xltool.app.campaigns.packing import Letter, pack_return
from xltool.app.summaries.merging import Request
from xltool.app.summaries.packaging import HandUp
from xltool.cli.main import xltool
from xltool.io.package_lines import DETAILS
from xltool.io.packages import AREA as FORM
from xltool.io.packages import Members, read_manifest
from xltool.io.writing.zips import write_zip
from xltool.model.campaign import Settings
from xltool.passes.versions import Taken

ROSTER = """代码,全称,上级,口径
S,S,,
S-1,S-1,S,
A,A,S,全域
B,B,S,全域
"""


@pytest.fixture
def city(tmp_path: Path) -> Campaign:
    """The campaign of a city: it asks its own offices for their returns, and its counties for their areas."""
    roster = tmp_path / "名单.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    campaign, _ = init_campaign(tmp_path / "市", Settings(ERA, 2023, office="示例市"), roster, SHELF)
    return campaign


def findings(taken: list[Taken], name: str) -> list[str]:
    each = next(each for each in taken if each.name == name)
    return [finding.code for finding in (each.returned.findings if each.returned else ())]


def added(campaign: Campaign):  # type: ignore[no-untyped-def]
    made = merge_campaign(campaign, SHELF, Request("area"))
    assert made.summary is not None, [each.code for each in made.findings]
    return made.summary


def test_a_package_is_the_return_of_its_government(city: Campaign) -> None:
    taken = take(
        city,
        {"S.json": office("S", 100), "S-1.json": office("S-1", 200), "甲.zip": package(*county("A", (1, 2)))},
    )
    assert outcomes(taken) == {"S.json": "accepted", "S-1.json": "accepted", "甲.zip": "accepted"}
    with city.ledger() as ledger:
        (version,) = ledger.totals()
    assert (version.agency, version.scope, version.submission) == ("A", "area", 1)
    summary = added(city)
    assert summary.lines[PENALTIES].value == 303
    assert [item.code for item in summary.included] == ["S", "S-1", "A", "A-1"]
    assert [each.code for each in summary.lacking] == ["B"]
    (detail,) = (item for item in summary.included if item.code == "A-1")
    assert detail.via[0].sha256 == version.sha256 and city.store.path(version.sha256).is_file()


def test_a_corrected_package_replaces_the_first(city: Campaign) -> None:
    take(city, {"甲1.zip": package(*county("A", (1, 2)))})
    take(city, {"甲2.zip": package(*county("A", (1, 7)), how=HandUp(submission=2))})
    assert states(city) == {"甲1.zip": "superseded", "甲2.zip": "accepted"}
    assert added(city).lines[PENALTIES].value == 8


def test_the_same_agency_on_two_ways_is_said_when_it_comes(city: Campaign) -> None:
    """On the later arrival, whichever that is; and taken back when the package comes without it."""
    first = take(city, {"甲.zip": package(*county("A", (1, 2)))})
    assert not findings(first, "甲.zip")
    other = package({"B.json": office("B"), "A-1.json": office("A-1", 2)}, roster_of("B,,", "A-1,B,"))
    second = take(city, {"乙.zip": other})
    assert findings(second, "乙.zip") == ["PACKAGE-DOUBLE"]
    assert states(city) == {"甲.zip": "accepted", "乙.zip": "returned"}
    own = take(city, {"S.json": office("S"), "A.json": office("A", 1)})
    assert "PACKAGE-DOUBLE-SENT" in findings(own, "A.json")
    assert added(city).lines[PENALTIES].value == 3, "what came first counts, and once"
    revalidate(city, SHELF)
    assert states(city)["乙.zip"] == "returned"
    take(city, {"甲2.zip": package(*county("A", (1,)), how=HandUp(submission=2))})
    assert states(city)["乙.zip"] == "accepted"
    assert added(city).lines[PENALTIES].value == 3


def test_a_package_after_the_return_of_one_of_its_agencies(city: Campaign) -> None:
    take(city, {"S-1.json": office("S-1", 2)})
    later = take(
        city, {"甲.zip": package({"A.json": office("A", 1), "S-1.json": office("S-1", 2)}, roster_of("A,,", "S-1,A,"))}
    )
    assert findings(later, "甲.zip") == ["PACKAGE-DOUBLE"]


def test_a_faulty_package_is_sent_back_with_letter_and_form(city: Campaign) -> None:
    parts = members(package(*county("A", (1, 2))))
    take(city, {"甲.zip": write_zip({**parts, DETAILS: b""}.items())})
    assert states(city) == {"甲.zip": "returned"}
    ((version, returned),) = to_return(city, SHELF)
    pack = pack_return(source_of(city, version), returned, SHELF, Letter("示例市", "2024-01-20"))
    assert [each.name.rpartition(".")[2] for each in pack.outputs] == ["xlsx", "docx"]
    form = opened(pack.outputs[0].data, "a.xlsx")
    assert form.record is not None and form.record.values[PENALTIES] == 3 and form.record.submission == 2


def test_explanations_in_a_package_are_kept_up_to_the_top(city: Campaign, tmp_path: Path) -> None:
    files, roster = county("A", (1, 2))
    files = {**files, "A-1.json": record("A-1", 1, {**ODD, PENALTIES: 2}, name="A-1", explained="省里授权")}
    entries = tuple(replace(each, rule_making=each.code == "A") for each in roster.entries)
    take(city, {"甲.zip": package(files, replace(roster, entries=entries)), "S.json": office("S")})
    made = merge_campaign(city, SHELF, Request("area"))
    assert any(each.args.get("explanation") == "省里授权" for item in made.judged for each in item.findings)
    run = CliRunner().invoke(
        xltool,
        ["merge", "--campaign", str(city.folder), "--scope", "area", "--as-return", str(tmp_path / "市.zip")],
    )
    assert run.exit_code == 0, run.output
    package_ = opened((tmp_path / "市.zip").read_bytes()).package
    assert package_ is not None and [each.text for each in package_.answers] == ["省里授权"]


def test_a_partial_package_waits_for_the_desk(city: Campaign) -> None:
    files, roster = county("A", (1, 2))
    take(city, {"S.json": office("S"), "甲.zip": package({"A.json": files["A.json"]}, roster)})
    assert states(city)["甲.zip"] == "returned"
    assert PENALTIES in added(city).lines and [each.code for each in added(city).lacking] == ["S-1", "A", "B"]


def test_a_form_filled_by_hand_counts_as_reported(city: Campaign) -> None:
    inside = members(package(*county("A", (1, 2))))[FORM]
    taken = take(city, {"S.json": office("S"), "甲.xlsx": inside})
    assert findings(taken, "甲.xlsx") == ["NO-DETAILS"]
    summary = added(city)
    assert summary.lines[PENALTIES].value == 3
    assert [node.reported for node in summary.nodes if node.code == "A"] == [True]


def test_the_menu_hands_up(city: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entry 7 上报, twice: what is there is replaced only when asked."""
    take(city, {"S.json": office("S", 4), "S-1.json": office("S-1"), "甲.zip": package(*county("A", (1, 2)))})
    take(city, {"乙.zip": package(*county("B", (3,)))})
    run = menu(monkeypatch, city.folder, "7", "", "0")
    assert run.exit_code == 0 and "已生成上报包" in run.output, run.output
    found = opened((city.summary / "上报包.zip").read_bytes())
    assert not found.findings and found.record is not None and found.record.values[PENALTIES] == 10
    again = menu(monkeypatch, city.folder, "7", "2", "是", "0")
    assert "已生成上报包" in again.output
    manifest, _, _ = read_manifest(Members((city.summary / "上报包.zip").read_bytes()))
    assert (manifest.submission, manifest.agency.code) == (2, "S")


def test_each_agency_gets_the_form_it_is_asked_for(tmp_path: Path, city: Campaign) -> None:
    """口径 of the roster: counties get a workbook of their area."""
    run = CliRunner().invoke(xltool, ["generate", "--campaign", str(city.folder)])
    assert run.exit_code == 0, run.output
    scopes = {}
    for path in city.outbox.iterdir():
        made = opened(path.read_bytes(), path.name).record
        assert made is not None
        scopes[made.agency.code] = made.scope
    assert scopes == {"S": "own", "S-1": "own", "A": "area", "B": "area"}


def test_the_desk_accepts_a_partial_package(city: Campaign) -> None:
    """What is lacking was explained: then its details count, and the summary says whom it lacks."""
    files, roster = county("A", (1, 2))
    take(city, {"S.json": office("S"), "甲.zip": package({"A.json": files["A.json"]}, roster)})
    run = CliRunner().invoke(
        xltool,
        ["review", "--campaign", str(city.folder), "--agency", "A", "--accept", "PACKAGE-PARTIAL", "--note", "已撤销"],
    )
    assert run.exit_code == 0, run.output
    assert states(city)["甲.zip"] == "accepted"
    summary = added(city)
    assert summary.lines[PENALTIES].value == 1
    assert [each.code for each in summary.lacking] == ["S-1", "A-1", "B"]
