"""Explanations: accepted or rejected by the desk, kept as long as the values they explain, and no longer."""

from __future__ import annotations

from pathlib import Path

import pytest
from campaigns import CHECK, ODD, RULES, SHELF, WRONG, make_campaign, record, states, take
from click.testing import CliRunner

from xltool.app.campaigns.adding import merge_campaign
from xltool.app.campaigns.campaign import Campaign
from xltool.app.campaigns.intake import revalidate
from xltool.app.campaigns.reviewing import decide, explanations
from xltool.app.summaries.merging import Request, wording
from xltool.app.summaries.summarising import finding_rows
from xltool.cli.main import xltool
from xltool.model.campaign import Decision
from xltool.model.finding import Refused

SAID = "省政府授权制定"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return make_campaign(tmp_path / "c")


def judge(campaign: Campaign, decision: Decision, note: str = "", name: str = CHECK) -> None:
    decide(campaign, SHELF, "X-SFJ", [name], decision, note, "2024-01-18")


def pending(campaign: Campaign) -> list[str]:
    return [each.answer.name for each in explanations(campaign, SHELF)]


def test_what_is_explained_passes_and_awaits_the_desks_decision(campaign: Campaign) -> None:
    take(campaign, {"a.json": record("X-SFJ", 1, ODD)})
    assert states(campaign) == {"a.json": "returned"} and pending(campaign) == []
    take(campaign, {"b.json": record("X-SFJ", 2, ODD, explained=SAID)})
    assert states(campaign)["b.json"] == "accepted" and pending(campaign) == [CHECK]


def test_an_accepted_explanation_survives_new_validation_and_later_submissions(campaign: Campaign) -> None:
    """Even one that no longer repeats it: the values are what was explained."""
    take(campaign, {"a.json": record("X-SFJ", 1, ODD, explained=SAID)})
    judge(campaign, "accepted")
    assert pending(campaign) == []
    revalidate(campaign, SHELF)
    assert states(campaign) == {"a.json": "accepted"}
    take(campaign, {"b.json": record("X-SFJ", 2, {**ODD, "disclosure.penalties.decisions": 8})})
    assert states(campaign) == {"a.json": "superseded", "b.json": "accepted"}


def test_it_lapses_when_a_value_it_explains_changes(campaign: Campaign) -> None:
    take(campaign, {"a.json": record("X-SFJ", 1, ODD, explained=SAID)})
    judge(campaign, "accepted")
    take(campaign, {"b.json": record("X-SFJ", 2, {RULES: 2})})
    assert states(campaign)["b.json"] == "returned"
    lapsed = list(explanations(campaign, SHELF, everything=True))
    assert [(each.answer.decision, each.finding) for each in lapsed] == [("accepted", None)]
    take(campaign, {"c.json": record("X-SFJ", 3, ODD)})
    assert states(campaign)["c.json"] == "accepted", "the values it explains are back"


def test_a_rejected_explanation_answers_nothing_until_another_is_given(campaign: Campaign) -> None:
    take(campaign, {"a.json": record("X-SFJ", 1, ODD, explained=SAID)})
    judge(campaign, "rejected", "授权文件未附")
    assert states(campaign) == {"a.json": "returned"}
    take(campaign, {"b.json": record("X-SFJ", 2, ODD, explained=SAID)})
    assert states(campaign)["b.json"] == "returned", "the same words again are no news"
    take(campaign, {"c.json": record("X-SFJ", 3, ODD, explained="授权文件见附件")})
    assert states(campaign)["c.json"] == "accepted" and pending(campaign) == [CHECK]


def test_what_nobody_explained_can_be_accepted_for_a_reason_of_the_desks_own(campaign: Campaign) -> None:
    take(campaign, {"a.json": record("X-SFJ", 1, ODD)})
    with pytest.raises(Refused) as refused:
        judge(campaign, "accepted")
    assert refused.value.findings[0].code == "REVIEW-NO-TEXT"
    judge(campaign, "accepted", "电话核实属实", name="N21-T2-RULE-MAKING")
    assert states(campaign) == {"a.json": "accepted"}


def test_one_agencys_explanation_answers_for_no_other(campaign: Campaign) -> None:
    take(campaign, {"a.json": record("X-SFJ", 1, ODD, explained=SAID), "b.json": record("X-CZJ", 1, ODD)})
    judge(campaign, "accepted")
    assert states(campaign) == {"a.json": "accepted", "b.json": "returned"}


def test_an_explanation_in_a_second_file_of_the_same_figures_counts_for_both(campaign: Campaign) -> None:
    take(campaign, {"a.json": record("X-SFJ", 1, ODD)})
    take(campaign, {"b.json": record("X-SFJ", 1, ODD, explained=SAID)})
    assert sorted(states(campaign).values()) == ["accepted", "identical"]


def test_explanations_do_not_excuse_errors(campaign: Campaign) -> None:
    take(campaign, {"a.json": record("X-SFJ", 1, {**ODD, **WRONG}, explained=SAID)})
    judge(campaign, "accepted")
    assert states(campaign) == {"a.json": "returned"}


def test_the_summary_carries_the_accepted_explanation_as_a_note(campaign: Campaign) -> None:
    take(campaign, {"a.json": record("X-SFJ", 1, ODD)})
    judge(campaign, "accepted", SAID)
    merged = merge_campaign(campaign, SHELF, Request())
    rows = finding_rows(merged, wording(SHELF, "zh"))
    assert any(row.code == "N21-T2-RULE-MAKING" and f"说明已采纳：{SAID}" in row.text for row in rows)
    judge(campaign, "rejected", "授权文件未附")
    merged = merge_campaign(campaign, SHELF, Request())
    rows = finding_rows(merged, wording(SHELF, "zh"))
    assert any("核实说明未采纳：授权文件未附" in row.text for row in rows)
    assert [each.status for each in merged.summary.coverage if each.code == "X-SFJ"] == ["errors"]  # type: ignore[union-attr]


@pytest.mark.parametrize(("agency", "name", "code"), [
    ("X-NO", CHECK, "CAMPAIGN-AGENCY"), ("X-CZJ", CHECK, "REVIEW-NO-RETURN"), ("X-SFJ", "N21-NONE", "REVIEW-UNKNOWN"),
])  # fmt: skip
def test_a_decision_on_nothing_is_refused(campaign: Campaign, agency: str, name: str, code: str) -> None:
    take(campaign, {"a.json": record("X-SFJ", 1, ODD)})
    with pytest.raises(Refused) as refused:
        decide(campaign, SHELF, agency, [name], "accepted", "n", "2024-01-18")
    assert refused.value.findings[0].code == code


def test_the_command_lists_and_decides(campaign: Campaign) -> None:
    take(campaign, {"a.json": record("X-SFJ", 1, ODD, explained=SAID)})
    at = ["--lang", "zh", "review", "--campaign", str(campaign.folder)]
    run = CliRunner().invoke
    listed = run(xltool, at).output
    assert CHECK in listed and SAID in listed and "示例市司法局" in listed
    assert run(xltool, [*at, "--accept", CHECK]).exit_code == 2
    assert run(xltool, [*at, "--reject", CHECK, "--agency", "X-SFJ"]).exit_code == 2
    decided = run(xltool, [*at, "--accept", CHECK, "--agency", "X-SFJ"])
    assert decided.exit_code == 0 and "已采纳" in decided.output
    assert "没有待审" in run(xltool, at).output
    assert "已采纳" in run(xltool, [*at, "--all"]).output
