"""Where a campaign stands on a day: counts, rates, whom to remind, which files are nobody's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from campaigns import SHELF, WRONG, make_campaign, record, take
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from xltool.app.campaigns.campaign import Campaign
from xltool.app.campaigns.chasing import campaign_status, record_papers, remind, status_words
from xltool.cli.main import xltool
from xltool.io.books.containers import open_book
from xltool.model.campaign import Paper
from xltool.model.dates import a_year_later, days_after, iso_day, month_and_day
from xltool.report.status import rate, status_chat, status_object, status_text


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """司法局 passed on time, 财政局 must correct, 教育局 passed late, the office itself is missing."""
    made = make_campaign(tmp_path / "c", title="2023年度年报")
    take(made, {"a.json": record("X-SFJ"), "b.json": record("X-CZJ", 1, WRONG)}, as_of="2024-01-19")
    take(made, {"c.json": record("X-JYJ")}, as_of="2024-02-02")
    return made


def test_every_agency_is_in_one_state_and_all_are_expected(campaign: Campaign) -> None:
    found = campaign_status(campaign, "2024-02-05")
    assert dict(found.counts) == {
        "expected": 4, "received": 3, "on_time": 2, "accepted": 2, "returned": 1, "conflict": 0, "missing": 1, "unexpected": 0,
    }  # fmt: skip
    late = {line.code: line.late for line in found.lines}
    assert late == {"X-ZF": 16, "X-SFJ": 0, "X-CZJ": 11, "X-JYJ": 0}
    assert [line.code for line in found.chased] == ["X-ZF", "X-CZJ"]


def test_the_status_of_an_earlier_day_knows_nothing_of_later_files(campaign: Campaign) -> None:
    found = campaign_status(campaign, "2024-01-19")
    assert found.counts["received"] == 2 and found.counts["missing"] == 2
    assert all(line.late == 0 for line in found.lines)


def test_the_deadline_is_the_agencys_own_or_that_of_the_campaign(campaign: Campaign) -> None:
    assert [line.deadline for line in campaign_status(campaign, "2024-01-01").lines] == [
        "2024-01-20", "2024-01-20", "2024-01-25", "2024-01-31",
    ]  # fmt: skip


def test_the_list_has_its_columns_and_who_to_call(campaign: Campaign) -> None:
    text = list(status_text(campaign_status(campaign, "2024-02-05"), status_words(campaign, SHELF, "zh")))
    assert "序号｜所属｜单位｜期限｜状态｜逾期天数｜已催次数｜联系人｜电话" in text
    assert "1｜｜示例市人民政府办公室｜2024-01-20｜未报｜16｜0｜王五｜0431-1" in text
    assert "2｜市政府办｜示例市财政局｜2024-01-25｜退回待改｜11｜0｜李四｜0431-3" in text
    assert any("应报4个，已报3个（75.0%），按期2个（50.0%），通过2个（50.0%）" in line for line in text)


def test_a_reminder_is_counted_for_those_not_done(campaign: Campaign) -> None:
    assert remind(campaign, campaign_status(campaign, "2024-02-05")) == 2
    found = campaign_status(campaign, "2024-02-06")
    assert {line.code: line.reminders for line in found.lines} == {"X-ZF": 1, "X-SFJ": 0, "X-CZJ": 1, "X-JYJ": 0}


def test_the_message_for_a_chat_is_chinese_whatever_the_language(campaign: Campaign) -> None:
    found = campaign_status(campaign, "2024-02-05")
    chinese, english = (list(status_chat(found, status_words(campaign, SHELF, lang))) for lang in ("zh", "en"))
    assert chinese == english and chinese[0].startswith("【催报】2023年度年报报送工作，截至2月5日应报4个")
    assert chinese[1] == "1. 示例市人民政府办公室：未报，期限1月20日，已逾期16天"
    take(campaign, {"z.json": record("X-ZF"), "b2.json": record("X-CZJ", 2)})
    done = list(status_chat(campaign_status(campaign, "2024-02-06"), status_words(campaign, SHELF, "zh")))
    assert "已全部通过" in done[0] and len(done) == 2


def test_similar_names_are_suggested_and_never_matched(campaign: Campaign) -> None:
    take(campaign, {"s.json": record("X-SFZ", name="示例市司法局（新）"), "财政局盖章件.pdf": b"%PDF-1.4"})
    found = campaign_status(campaign, "2024-02-05")
    assert [(each.name, each.similar[0][0]) for each in found.strays] == [
        ("s.json", "X-SFJ"),
        ("财政局盖章件.pdf", "X-CZJ"),
    ]
    assert found.counts["unexpected"] == 2 and found.counts["accepted"] == 2


def test_a_file_that_could_not_be_opened_is_listed_until_it_comes_again(campaign: Campaign, tmp_path: Path) -> None:
    try:
        (campaign.inbox / "d.json").symlink_to(tmp_path / "nowhere")
    except OSError:
        pytest.skip("no symbolic links here")
    take(campaign, {})
    assert [each.name for each in campaign_status(campaign, "2024-02-05").strays] == ["d.json"]
    (campaign.inbox / "d.json").unlink()
    take(campaign, {"d.json": record("X-ZF")})
    assert campaign_status(campaign, "2024-02-05").strays == ()


def test_paper_that_differs_from_the_file_is_named(campaign: Campaign) -> None:
    record_papers(campaign, [Paper("X-SFJ", "123456", sealed=True)])
    found = campaign_status(campaign, "2024-02-05")
    assert [line.code for line in found.lines if line.paper_differs] == ["X-SFJ"]
    text = "\n".join(status_text(found, status_words(campaign, SHELF, "zh")))
    assert "纸质件校验码与电子表不符：示例市司法局" in text


def test_an_older_return_that_still_counts_is_mentioned(campaign: Campaign) -> None:
    take(campaign, {"a2.json": record("X-SFJ", 2, WRONG)})
    found = campaign_status(campaign, "2024-02-05")
    line = next(line for line in found.lines if line.code == "X-SFJ")
    assert (line.state, line.submission, line.adopted) == ("returned", 2, 1)
    assert any("退回待改（仍按第1次计）" in each for each in status_text(found, status_words(campaign, SHELF, "zh")))


def test_json_has_every_agency_and_xlsx_opens(campaign: Campaign, tmp_path: Path) -> None:
    at = ["status", "--campaign", str(campaign.folder), "--as-of", "2024-02-05"]
    run = CliRunner().invoke
    found = json.loads(run(xltool, [*at, "--format", "json"]).output)
    assert found == json.loads(json.dumps(status_object(campaign_status(campaign, "2024-02-05"))))
    assert len(found["agencies"]) == 4 and found["rates"]["received_rate"] == "75.0%"
    assert run(xltool, [*at, "--format", "xlsx"]).exit_code == 2
    path = tmp_path / "s.xlsx"
    assert run(xltool, ["--lang", "zh", *at, "--format", "xlsx", "-o", str(path)]).exit_code == 0
    book = open_book(path.read_bytes())
    assert [sheet.name for sheet in book.sheets] == ["报送情况", "催报名单"]
    values = {cell.value for cell in book.sheets[1].cells.values()}
    assert {"示例市人民政府办公室", "示例市财政局", "0431-3", 16, 11} <= values and "示例市教育局" not in values


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_rate_is_rounded_half_up_to_one_decimal(part: int, whole: int) -> None:
    from decimal import ROUND_HALF_UP, Decimal

    exact = Decimal(part) * 100 / Decimal(whole)
    assert rate(part, whole) == f"{exact.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"
    assert rate(part, 0) == "—"


def test_days_are_read_in_every_way_people_write_them() -> None:
    assert {iso_day(text) for text in ("2024-1-5", "2024/1/5", "2024年1月5日", "2024-01-05")} == {"2024-01-05"}
    assert iso_day("2024-02-30") == "" and iso_day("1月5日") == ""
    assert days_after("2024-02-28", "2024-03-01") == 2 and days_after("2024-03-01", "2024-02-28") == -2
    assert a_year_later("2024-02-29") == "2025-02-28" and month_and_day("2024-01-05") == "1月5日"
