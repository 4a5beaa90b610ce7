"""A campaign from its folder to its summary: what is taken in, which version counts, what changed since the last."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from campaigns import CHECK, ERA, NAMES, ODD, RULES, SHELF, WRONG, make_campaign, outcomes, put, record, states, take
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from xltool.app.campaigns.adding import merge_campaign
from xltool.app.campaigns.campaign import init_campaign, next_year, open_campaign
from xltool.app.campaigns.chasing import record_papers
from xltool.app.campaigns.intake import revalidate
from xltool.app.campaigns.judging import to_return
from xltool.app.forms import fill_record
from xltool.app.summaries.merging import Request, wording
from xltool.cli.main import xltool
from xltool.io.campaigns.campaign_file import dump_settings, find_campaign, read_settings
from xltool.io.records import parse_json, record_from
from xltool.model.campaign import Paper, Settings, Version
from xltool.model.finding import Refused
from xltool.passes.campaign.standing import agency_state, newest, standings
from xltool.passes.versions import difference
from xltool.report.taken import taken_lines


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [finding.code for finding in refused.value.findings]


# --- the folder --------------------------------------------------------------------------------------------------


def test_a_campaign_folder_has_settings_roster_ledger_and_a_place_for_each_kind_of_file(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c", title="年报", totals="typed")
    inside = {path.name for path in campaign.folder.iterdir()}
    assert inside == {"xltool.toml", "roster.csv", "ledger.sqlite", "outbox", "inbox", "packs", "summary"}
    assert open_campaign(campaign.folder) == campaign
    assert campaign.settings.title == "年报" and len(campaign.roster.entries) == 4


def test_nothing_that_exists_is_overwritten(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    before = (campaign.folder / "xltool.toml").read_bytes()
    with pytest.raises(Refused) as refused:
        init_campaign(campaign.folder, Settings(ERA, 2024), campaign.folder / "roster.csv", SHELF)
    assert codes(refused) == ["CAMPAIGN-EXISTS"]
    assert (campaign.folder / "xltool.toml").read_bytes() == before


def test_an_init_that_was_interrupted_is_simply_repeated(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    (campaign.folder / "xltool.toml").unlink()
    again, _ = init_campaign(campaign.folder, campaign.settings, tmp_path / "c-roster.csv", SHELF)
    assert again == campaign


def test_settings_survive_their_file(tmp_path: Path) -> None:
    wanted = Settings(
        ERA, 2024, "area", '甲"乙\\丙\n', "办公室\x7f", "r.csv", "2025-01-20", "typed", "en", "k", "p", "s"
    )
    (tmp_path / "xltool.toml").write_bytes(dump_settings(wanted))
    assert read_settings(tmp_path) == wanted


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[campaign", "CAMPAIGN-NOT-TOML"),
        ('[campaign]\nera = "x"', "CAMPAIGN-SETTING"),
        ('[campaign]\nera = "x"\nyear = "2024"', "CAMPAIGN-SETTING"),
        ('[campaign]\nera = "x"\nyear = 2024\ndeadlin = ""', "CAMPAIGN-SETTING"),
        ('[campaign]\nera = "x"\nyear = 2024\ndeadline = "1月20日"', "CAMPAIGN-SETTING"),
        ('[campaign]\nera = "x"\nyear = 2024\nscope = "all"', "CAMPAIGN-SETTING"),
        ('[other]\nera = "x"', "CAMPAIGN-SETTING"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "xltool.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_settings(tmp_path)
    assert codes(refused) == [code]


def test_no_campaign_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        open_campaign(tmp_path)
    assert codes(refused) == ["CAMPAIGN-NONE"]
    assert find_campaign(tmp_path) is None


def test_next_year_goes_on_from_the_last_with_its_accepted_records_as_prior(tmp_path: Path) -> None:
    """Roster, office and settings are kept, year and deadline are one later."""
    last = make_campaign(tmp_path / "2023", title="2023年度年报")
    take(last, {"a.json": record("X-SFJ"), "b.json": record("X-CZJ", 1, WRONG)})
    runner = CliRunner()
    ran = runner.invoke(xltool, ["init", str(tmp_path / "2024"), "--from", str(last.folder), "--totals", "typed"])
    assert ran.exit_code == 0, ran.output
    this = open_campaign(tmp_path / "2024")
    assert (this.settings.year, this.settings.deadline, this.settings.office) == (
        2024,
        "2025-01-31",
        last.settings.office,
    )
    assert this.settings.title == "2024年度年报" and this.settings.totals == "typed"
    assert this.roster.by_code.keys() == last.roster.by_code.keys()
    lines = (this.folder / this.settings.prior).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["agency"]["code"] for line in lines] == ["X-SFJ"]
    taken = take(this, {"a.json": record("X-SFJ", 1, {"applications.natural_person.carried_in": 2}, year=2024)})
    assert taken[0].returned is not None
    assert "N21-T3-CARRIED-PRIOR" in {finding.code for finding in taken[0].returned.findings}
    assert next_year(this).year == 2025


# --- flags, environment, settings --------------------------------------------------------------------------------


def test_flag_before_environment_before_campaign_before_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_campaign(tmp_path / "c", totals="typed")
    monkeypatch.chdir(campaign.folder)
    runner = CliRunner()

    def year(*flags: str) -> str:
        ran = runner.invoke(xltool, ["--lang", "zh", "generate", "--dry-run", *flags])
        assert ran.exit_code == 0, ran.output
        return ran.output.splitlines()[0].split("年报")[0][-4:]

    assert year() == "2023"
    monkeypatch.setenv("XLTOOL_GENERATE_YEAR", "2022")
    assert year() == "2022"
    assert year("--year", "2021") == "2021"


def test_generate_in_a_campaign_writes_its_forms_to_the_outbox(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    ran = CliRunner().invoke(xltool, ["generate", "--campaign", str(campaign.folder)])
    assert ran.exit_code == 0, ran.output
    assert len(list(campaign.outbox.iterdir())) == 4


def test_commands_outside_a_campaign_say_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in ("intake", "status", "review"):
        ran = CliRunner().invoke(xltool, ["--lang", "zh", command])
        assert isinstance(ran.exception, Refused) and ran.exception.findings[0].code == "CAMPAIGN-NONE"


# --- intake ------------------------------------------------------------------------------------------------------


def test_every_file_is_stored_by_its_hash_and_stays_in_the_inbox(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    files = {"a.json": record("X-SFJ"), "sub/b.json": record("X-CZJ", 1, WRONG), "c.txt": b"nothing of ours"}
    taken = take(campaign, files)
    assert outcomes(taken) == {"a.json": "accepted", "sub/b.json": "returned", "c.txt": "unread"}
    for each in taken:
        assert each.version is not None
        assert campaign.store.load(each.version.sha256) == files[each.name]
        assert (campaign.inbox / each.name).read_bytes() == files[each.name]


def test_taking_in_the_same_inbox_again_changes_nothing(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"a.json": record("X-SFJ"), "b.txt": b"?"})
    before = _ledger(campaign.folder)
    assert set(outcomes(take(campaign, {}, as_of="2024-02-01")).values()) == {"known"}
    assert _ledger(campaign.folder) == before


def _ledger(folder: Path) -> list[object]:
    with open_campaign(folder).ledger() as ledger:
        return [*ledger.versions(), *ledger.arrivals(), *ledger.answers()]


def test_files_are_moved_out_of_the_inbox_only_when_asked(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"a.json": record("X-SFJ"), "sub/b.json": record("X-CZJ")}, move=True)
    assert not [path for path in campaign.inbox.rglob("*") if path.is_file()]
    assert (campaign.received / "a.json").is_file() and (campaign.received / "sub" / "b.json").is_file()
    take(campaign, {"a.json": record("X-SFJ", 2)}, move=True)
    assert (campaign.received / "a_2.json").is_file()


def test_files_from_elsewhere_are_taken_in_and_left_where_they_are(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    (tmp_path / "mail").mkdir()
    path = tmp_path / "mail" / "a.json"
    path.write_bytes(record("X-SFJ"))
    ran = CliRunner().invoke(xltool, ["intake", str(path), "--campaign", str(campaign.folder), "--move"])
    assert ran.exit_code == 0, ran.output
    assert path.is_file() and states(campaign) == {"a.json": "accepted"}


def test_each_return_in_a_zip_is_a_file_of_its_own(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("甲/a.json", record("X-SFJ"))
        archive.writestr("b.json", record("X-CZJ"))
    take(campaign, {"all.zip": out.getvalue()}, move=True)
    assert states(campaign) == {"all.zip/甲/a.json": "accepted", "all.zip/b.json": "accepted"}
    assert (campaign.received / "all.zip").is_file()


def test_the_same_file_under_another_name_is_no_second_return(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"a.json": record("X-SFJ")})
    taken = take(campaign, {"最终版2.json": record("X-SFJ")}, as_of="2024-01-16")
    assert outcomes(taken) == {"a.json": "known", "最终版2.json": "again"}
    assert states(campaign) == {"a.json": "accepted"}
    assert "a.json" in "".join(taken_lines(taken[1], _words()))


def _words():  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(wording(SHELF, "zh"), words=SHELF.library.campaign_words)


def test_the_same_figures_in_another_file_are_noted(tmp_path: Path) -> None:
    """Of one number: a duplicate. Of a higher number: a version like any other, and it is said that nothing changed."""
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"a.json": record("X-SFJ")})
    taken = take(campaign, {"b.json": record("X-SFJ", filler="别人")})
    assert states(campaign) == {"a.json": "accepted", "b.json": "identical"}
    assert taken[-1].twin is not None and taken[-1].twin.name == "a.json"
    taken = take(campaign, {"c.json": record("X-SFJ", 2)})
    assert states(campaign)["c.json"] == "accepted" and states(campaign)["a.json"] == "superseded"
    assert taken[-1].twin is not None and taken[-1].changed is not None and not taken[-1].changed.changes


def test_equal_numbers_with_different_figures_are_a_conflict(tmp_path: Path) -> None:
    """Neither counts, until a higher number comes; the order of arrival decides nothing."""
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"a.json": record("X-SFJ"), "b.json": record("X-SFJ", 1, {"disclosure.penalties.decisions": 8})})
    assert states(campaign) == {"a.json": "conflict", "b.json": "conflict"}
    take(campaign, {"c.json": record("X-SFJ", 2)})
    assert states(campaign) == {"a.json": "superseded", "b.json": "superseded", "c.json": "accepted"}


def test_the_highest_number_without_faults_counts(tmp_path: Path) -> None:
    """Names and dates never decide: here the higher number comes first and is called older."""
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"旧.json": record("X-SFJ", 2)})
    take(campaign, {"最终版.json": record("X-SFJ", 1, {"disclosure.penalties.decisions": 8})}, as_of="2024-01-20")
    assert states(campaign) == {"旧.json": "accepted", "最终版.json": "superseded"}
    take(campaign, {"三.json": record("X-SFJ", 3, WRONG)}, as_of="2024-01-21")
    assert states(campaign) == {"旧.json": "accepted", "最终版.json": "superseded", "三.json": "returned"}


def test_a_return_of_another_year_is_returned_and_replaces_nothing(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"a.json": record("X-SFJ"), "b.json": record("X-SFJ", 2, year=2022)})
    assert states(campaign) == {"a.json": "accepted", "b.json": "returned"}


def test_the_difference_to_the_version_before_is_shown_cell_by_cell_and_finding_by_finding(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"a.json": record("X-SFJ", 1, WRONG)})
    taken = take(campaign, {"b.json": record("X-SFJ", 2, {"disclosure.penalties.decisions": None})})[-1]
    assert taken.before is not None and taken.before.name == "a.json" and taken.changed is not None
    assert [(each.path, each.before, each.after) for each in taken.changed.changes] == [
        ("disclosure.penalties.decisions", 7, None),
        ("applications.total.handled", 18, 19),
    ]
    assert {finding.code for finding in taken.changed.fresh} == {"VALUE-BLANK"}
    assert "N21-T3-BALANCE" in {finding.code for finding in taken.changed.solved}
    text = "\n".join(taken_lines(taken, _words()))
    assert "与“a.json”（第1次）相比：改动2格" in text and "18 → 19" in text and "7 → 空" in text


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("AB"), st.booleans()), min_size=1, max_size=6))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_at_most_one_version_counts_and_it_is_clean(drawn: Sequence[tuple[int, str, bool]]) -> None:
    """It is the highest number that is clean and undisputed, whatever the order of arrival; two never count."""
    versions = [
        Version(
            number, str(number), "", "", "X", era="e", year=1, scope="own", submission=nth, figures=figures,
            errors=0 if clean else 1,
        )
        for number, (nth, figures, clean) in enumerate(drawn)
    ]  # fmt: skip
    found = standings(versions)
    chosen = [each for each in versions if found[each.id] == "accepted"]
    undisputed = [
        each.submission
        for each in versions
        if each.clean and len({one.figures for one in versions if one.submission == each.submission}) == 1
    ]
    assert [each.submission for each in chosen] == ([max(undisputed)] if undisputed else [])
    assert all(each.clean for each in chosen)
    backwards = standings(list(reversed(versions)))
    assert sorted(found.values()) == sorted(backwards.values())


def test_an_agency_with_a_newer_faulty_return_is_still_to_be_chased() -> None:
    def version(number: int, errors: int, state: str) -> Version:
        return Version(number, "", "", "", "X", submission=number, figures="f", errors=errors, state=state)  # type: ignore[arg-type]

    both = [version(1, 0, "accepted"), version(2, 1, "returned")]
    assert agency_state(both) == "returned" and newest(both) == both[1]
    assert agency_state(both[:1]) == "accepted" and agency_state([]) == "missing"


def test_judging_anew_uses_todays_roster_and_keeps_every_version(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"a.json": record("X-TYJ", name="示例市体育局")})
    assert states(campaign) == {"a.json": "returned"}
    roster = campaign.folder / "roster.csv"
    roster.write_text(roster.read_text(encoding="utf-8") + "X-TYJ,示例市体育局,,,,,,\n", encoding="utf-8")
    campaign = open_campaign(campaign.folder)
    assert revalidate(campaign, SHELF) == 1
    assert states(campaign) == {"a.json": "accepted"}


def test_a_file_that_cannot_be_opened_is_entered_by_name(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    try:
        (campaign.inbox / "link.xlsx").symlink_to(tmp_path / "nowhere")
    except OSError:
        pytest.skip("no symbolic links here")
    assert outcomes(take(campaign, {"a.json": record("X-SFJ")})) == {"a.json": "accepted", "link.xlsx": "unread"}
    assert set(outcomes(take(campaign, {})).values()) == {"known"}


def test_what_a_person_must_confirm_is_read_once_confirmed_and_stays_so(tmp_path: Path) -> None:
    """A workbook without its names is read by labels alone: only after somebody has looked at it."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(_workbook(record("X-SFJ"))))
    for name in list(book.defined_names):
        if name.startswith("XL_") and name != "XL_META":
            del book.defined_names[name]
    out = io.BytesIO()
    book.save(out)
    campaign = make_campaign(tmp_path / "c")

    def entered() -> Version:
        with campaign.ledger() as ledger:
            (version,) = ledger.versions()
            return version

    take(campaign, {"a.xlsx": out.getvalue()})
    assert entered().state == "unread" and not entered().figures
    assert set(outcomes(take(campaign, {}, confirmed=True))) == {"a.xlsx"}
    first = entered()
    assert first.confirmed and first.agency == "X-SFJ" and first.figures
    assert outcomes(take(campaign, {}, confirmed=True)) == {"a.xlsx": "known"}
    revalidate(campaign, SHELF)
    assert entered() == first


# --- papers ------------------------------------------------------------------------------------------------------


def _workbook(data: bytes) -> bytes:
    tree = parse_json(data)
    assert isinstance(tree, dict)
    found, _ = record_from(tree, SHELF.era(ERA))
    return fill_record(found, SHELF, "typed", "zh")[0]


def test_the_check_code_on_paper_is_compared_with_that_of_the_file(tmp_path: Path) -> None:
    """The code that intake computes is the one the workbook shows at the foot of its pages."""
    from xltool.io.books.containers import open_book

    campaign = make_campaign(tmp_path / "c")
    data = _workbook(record("X-SFJ"))
    taken = take(campaign, {"a.xlsx": data})
    assert taken[0].version is not None
    code = taken[0].version.check_code
    shown = {str(cell.value) for sheet in open_book(data).sheets for cell in sheet.cells.values()}
    assert any(code in text and "数据校验码" in text for text in shown)
    assert record_papers(campaign, [Paper("X-SFJ", code, as_of="2024-01-16")])[0][1] == ()
    wrong = f"{(int(code) + 1) % 1000000:06d}"
    ((_, found),) = record_papers(campaign, [Paper("X-SFJ", wrong, as_of="2024-01-16")])
    assert [finding.code for finding in found] == ["PAPER-CODE"]
    ((_, found),) = record_papers(campaign, [Paper("X-CZJ", code)])
    assert [finding.code for finding in found] == ["PAPER-NO-FILE"]


def test_papers_are_entered_from_the_command_line(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {"a.json": record("X-SFJ")})
    with campaign.ledger() as ledger:
        (version,) = ledger.versions("X-SFJ")
    code = version.check_code
    other = f"{(int(code) + 1) % 1_000_000:06}"
    at = ["--campaign", str(campaign.folder), "--as-of", "2024-01-20"]
    run = CliRunner().invoke
    assert run(xltool, ["intake", *at, "--paper", "X-SFJ", "--sealed", "--word"]).exit_code == 0
    assert run(xltool, ["intake", *at, "--check-code", f"X-SFJ={other}"]).exit_code == 1
    ran = run(xltool, ["intake", *at, "--check-code", f"X-SFJ={code}"])
    assert ran.exit_code == 0, ran.output
    with campaign.ledger() as ledger:
        assert ledger.papers()["X-SFJ"] == Paper("X-SFJ", code, True, True, "2024-01-20")
    for wrong in (["--check-code", "12345"], ["--check-code", "X-SFJ=12345x"], ["--sealed"]):
        assert run(xltool, ["intake", *at, *wrong]).exit_code == 2


# --- summary and packs -------------------------------------------------------------------------------------------


def test_the_summary_counts_what_the_ledger_has_accepted(tmp_path: Path) -> None:
    """Others are listed with the reason: faults, something unexplained, nothing sent; an older return may stand in."""
    campaign = make_campaign(tmp_path / "c")
    take(
        campaign,
        {
            "a1.json": record("X-SFJ"),
            "a2.json": record("X-SFJ", 2, WRONG),
            "b.json": record("X-CZJ", 1, WRONG),
            "c.json": record("X-JYJ", 1, ODD),
        },
    )
    merged = merge_campaign(campaign, SHELF, Request())
    assert [each.agency.code for each in merged.records] == ["X-SFJ"]
    assert merged.summary is not None
    assert {each.code: each.status for each in merged.summary.coverage} == {
        "X-ZF": "missing", "X-SFJ": "included", "X-CZJ": "errors", "X-JYJ": "errors",
    }  # fmt: skip
    assert {"MERGE-OLDER", "MERGE-LEFT-OUT", "MERGE-HELD", "MERGE-MISSING"} == {each.code for each in merged.findings}


def test_merge_in_a_campaign_writes_its_summary(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    take(campaign, {f"{code}.json": record(code) for code in NAMES})
    ran = CliRunner().invoke(xltool, ["merge", "--campaign", str(campaign.folder)])
    assert ran.exit_code == 0, ran.output
    assert (campaign.summary / "汇总.xlsx").is_file()


def test_packs_are_due_for_the_newest_return_of_each_agency_that_is_not_accepted(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    files = {
        "a.json": record("X-SFJ"),
        "b1.json": record("X-CZJ", 1, WRONG),
        "b2.json": record("X-CZJ", 2, ODD),
        "c.json": record("X-JYJ", 1, ODD, explained="省里授权"),
    }
    take(campaign, files)
    assert [(version.name, returned.file) for version, returned in to_return(campaign, SHELF)] == [
        ("b2.json", "b2.json")
    ]


def test_the_pure_difference_of_a_version_to_itself_is_nothing() -> None:
    found, _ = record_from(parse_json(record("X-SFJ")), SHELF.era(ERA))
    nothing = difference(found, found, (), ())
    assert not nothing.changes and not nothing.solved and not nothing.fresh


def test_intake_says_what_it_did_and_fails_on_errors_only(tmp_path: Path) -> None:
    campaign = make_campaign(tmp_path / "c")
    put(campaign, {"a.json": record("X-SFJ"), "c.json": record("X-JYJ", 1, ODD)})
    at = ["--lang", "zh", "intake", "--campaign", str(campaign.folder), "--as-of", "2024年1月15日"]
    ran = CliRunner().invoke(xltool, at)
    assert ran.exit_code == 0, ran.output
    assert "本次新收2个文件（通过1，退回1" in ran.output and RULES.split(".")[0] not in ran.output
    put(campaign, {"b.json": record("X-CZJ", 1, WRONG)})
    assert CliRunner().invoke(xltool, at).exit_code == 1
    assert CHECK.startswith("N21")
