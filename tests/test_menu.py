"""Bare `xltool`: a whole campaign for people who type no commands; and `xltool explain`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from campaigns import ERA, ODD, ROSTER, SHELF, WRONG, make_campaign, put, record, states
from click.testing import CliRunner, Result

from xltool.app.campaigns.campaign import open_campaign
from xltool.app.explaining import checks
from xltool.cli.main import xltool
from xltool.cli.menu import ENTRIES, SWITCH
from xltool.model.finding import Finding, Refused
from xltool.model.place import Place
from xltool.model.record import Record
from xltool.report.grouping import capped, whole_sheets


def menu(monkeypatch: pytest.MonkeyPatch, folder: Path, *lines: str) -> Result:
    """What the menu shows for lines typed one after the other."""
    monkeypatch.setenv(SWITCH, "1")
    monkeypatch.chdir(folder)
    return CliRunner().invoke(xltool, ["--lang", "zh"], input="\n".join(lines) + "\n")


def test_a_whole_campaign_runs_in_the_menu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """建任务, 发表, 收表审核, 退回, 催报, 汇总: every answer but the folder's may be left to its default."""
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    made = menu(monkeypatch, tmp_path, "1", "任务", "", "2023", "", "2024-01-31", "示例市政务公开办", "2", "0")
    assert made.exit_code == 0, made.output
    folder = tmp_path / "任务"
    assert open_campaign(folder).settings.office == "示例市政务公开办"
    assert len(list((folder / "outbox").iterdir())) == 4
    (folder / "inbox" / "a.json").write_bytes(record("X-SFJ"))
    (folder / "inbox" / "b.json").write_bytes(record("X-CZJ", 1, WRONG))
    shutil.copy(next((folder / "outbox").glob("*X-JYJ*")), folder / "inbox")
    run = menu(
        monkeypatch, folder, "3", "2024-02-01", "否", "5", "2024-02-02", "是", "4", "2024-02-02", "2月9日", "6", "0"
    )
    assert run.exit_code == 0, run.output
    assert "本次新收3个文件（通过1，退回2" in run.output
    assert "【催报】" in run.output and "示例市财政局：退回待改" in run.output
    assert (folder / "summary" / "汇总.xlsx").is_file()
    assert any("X-JYJ" in path.name for path in (folder / "packs").rglob("*"))
    again = menu(monkeypatch, folder, "6", "否", "6", "是", "0")
    assert "已存在" in again.output and again.exit_code == 0


def test_explanations_are_decided_after_taking_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is accepted, the second rejected with a reason, the third left for later."""
    campaign = make_campaign(tmp_path / "c")
    put(campaign, {f"{code}.json": record(code, 1, ODD, explained="省里授权") for code in ("X-SFJ", "X-CZJ", "X-JYJ")})
    run = menu(monkeypatch, campaign.folder, "3", "2024-01-15", "否", "1", "2", "没有授权文件", "", "0")
    assert run.exit_code == 0, run.output
    with campaign.ledger() as ledger:
        assert {each.agency: each.decision for each in ledger.answers()} == {
            "X-SFJ": "accepted",
            "X-CZJ": "rejected",
            "X-JYJ": "pending",
        }
    assert states(campaign)["X-CZJ.json"] == "returned"


def test_a_wrong_answer_leaves_the_menu_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = menu(monkeypatch, tmp_path, "9", "3", "1", "x", "no-such-form", "2023", "nowhere.csv", "", "", "0")
    assert run.exit_code == 0, run.output
    assert "没有“9”这一项" in run.output and "请先建任务" in run.output and "没有完成" in run.output
    assert run.output.rstrip().endswith("再见。")


def test_the_end_of_input_ends_the_menu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert menu(monkeypatch, tmp_path).exit_code == 0


def test_without_a_terminal_bare_xltool_prints_its_help_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SWITCH, raising=False)
    run = CliRunner().invoke(xltool, [])
    assert run.exit_code == 2 and "Usage:" in run.output


def test_the_menu_has_the_steps_of_a_campaign_in_their_order() -> None:
    words = SHELF.library.campaign_words
    assert [f"{each.key} {words[f'menu_{each.word}'].zh}" for each in ENTRIES] == [
        "1 建任务", "2 发表", "3 收表审核", "4 退回", "5 催报", "6 汇总", "7 上报",
    ]  # fmt: skip


# --- explain -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(SHELF.library.catalogue))
def test_every_code_of_the_catalogue_is_explained(code: str) -> None:
    run = CliRunner().invoke(xltool, ["--lang", "zh", "explain", code.lower()])
    message = SHELF.library.catalogue[code]
    assert run.exit_code == 0 and message.text.zh in run.output
    assert message.cause.zh in run.output and message.remedy.zh in run.output


def test_every_check_is_explained_with_rule_basis_and_source() -> None:
    for check in checks(SHELF):
        run = CliRunner().invoke(xltool, ["--lang", "en", "explain", f"{check.id}@anywhere"])
        assert run.exit_code == 0, check.id
        assert check.rule in run.output and check.source.en in run.output


def test_an_unknown_code_suggests_close_ones() -> None:
    run = CliRunner().invoke(xltool, ["explain", "VALUE-BLANKS"])
    assert isinstance(run.exception, Refused)
    (finding,) = run.exception.findings
    assert finding.code == "CODE-UNKNOWN" and "VALUE-BLANK" in str(finding.args["similar"])


# --- one slip, few lines -----------------------------------------------------------------------------------------


def test_of_one_code_the_first_few_are_shown_and_the_rest_counted() -> None:
    many = [Finding("A-B", "error", (Place("f", "表", f"A{n}"),), args={"n": n}) for n in range(40)]
    found = capped([*many, Finding("C-D", "notice")])
    assert found[:8] == many[:8] and found[8] == (many[8], 32) and found[9:] == [Finding("C-D", "notice")]
    assert capped(many[:9]) == many[:9], "a line that stands for one finding may as well be that finding"


def test_a_sheet_that_lost_all_its_fields_is_one_line() -> None:
    era = SHELF.era(ERA)
    wording = _wording()
    sheets = wording.inputs(ERA)
    sheet = "表四"
    lost = [
        Finding("PLACE-LOST", "error", (Place("f", sheet, "A1"),), (path,), {"column": path, "row": ""})
        for path in sorted(sheets[sheet])
    ]
    blank = Record(ERA, 2023, agency=_agency(), values=dict.fromkeys(era.indicators))
    (line,) = wording.lines(lost, blank)
    assert "整张表“表四”找不到了" in line
    assert len(whole_sheets(lost[:-1], lambda: sheets)) == len(lost) - 1, "one field is still there"


def _wording():  # type: ignore[no-untyped-def]
    from xltool.app.summaries.merging import wording

    return wording(SHELF, "zh")


def _agency():  # type: ignore[no-untyped-def]
    from xltool.model.record import Agency

    return Agency("X", "甲")
