"""Figures in sentences: found with their sentence, none that is not plainly there, none bound to the wrong indicator."""

from __future__ import annotations

import os
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltool.io.library import Library
from xltool.model.sentences import Figure, Pattern
from xltool.numbers import Number
from xltool.passes.sentences import PatternError, find_figures, narrative_values, parse_patterns, text_lint
from xltool.passes.text_checks import text_findings, text_vs_table
from xltool.rules.evaluate import judge
from xltool.rules.nodes import Ref

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = Library()
ERAS = ("jilin-2013", "jilin-2016", "national-2014", "national-2019", "national-2021", "selfcheck-2016")


def found(era: str, text: str) -> tuple[Figure, ...]:
    return find_figures(text, LIBRARY.text_patterns(era))


def told(figures: Iterable[Figure]) -> dict[str, Number]:
    """Path to value, of figures that say one value for each path."""
    values: dict[str, Number] = {}
    for each in figures:
        assert values.setdefault(each.path, each.value) == each.value
    return values


def simple(find: str, **more: object) -> tuple[Pattern, ...]:
    """One pattern whose {n} is `x`, with the shared words."""
    entry = {"id": "one", "find": find, "figures": {"n": "x"}, **more}
    return parse_patterns({**LIBRARY.text_words, "patterns": [entry]})


def numbers(text: str, find: str = "公开信息{n}条", **more: object) -> list[Number]:
    return [each.value for each in find_figures(text, simple(find, **more))]


# --- numbers ------------------------------------------------------------------------------------------------------

WRITTEN = {
    "7": 7,
    "１２": 12,
    "1,234": 1234,
    "3.5": Decimal("3.5"),
    "2.5万": 25000,
    "１．２万": 12000,
    "3亿": 300000000,
    "三": 3,
    "两": 2,
    "十": 10,
    "十二": 12,
    "二十": 20,
    "四十五": 45,
    "一百零五": 105,
    "一百一十": 110,
    "三百二十一": 321,
    "两千零八": 2008,
    "二万": 20000,
    "三万五千": 35000,
    "一〇五": 105,
    "八十七点一": Decimal("87.1"),
    "零": 0,
    "〇": 0,
}


@pytest.mark.parametrize("written", WRITTEN)
def test_numbers_are_read_as_people_write_them(written: str) -> None:
    """Digits of both widths, Chinese numerals, 万 and 亿."""
    assert numbers(f"全年公开信息{written}条。") == [WRITTEN[written]]


@pytest.mark.parametrize(
    "written",
    ["三四", "十几", "数十", "几十", "1，234", "12,34", "3-5", "3至5", "三到五", "第3", "1.2.3", "三百五", "三万五", "百", "十百", "10余", "100多", "二三十"],
)  # fmt: skip
def test_what_is_not_plainly_one_number_is_none(written: str) -> None:
    """Ranges, ordinals, round guesses and ambiguous commas give no figure, not a part of one."""
    assert numbers(f"全年公开信息{written}条。") == []


@given(st.integers(0, 10**9))
def test_digits_are_never_another_number(value: int) -> None:
    """Whatever the digits, with or without thousands commas, the figure is the number itself."""
    assert numbers(f"公开信息{value}条") == [value]
    assert numbers(f"公开信息{value:,}条") == [value]


@given(st.integers(1, 9999))
def test_chinese_numerals_of_every_size(value: int) -> None:
    """The usual way of writing each number up to 9,999 is read back."""
    assert numbers(f"公开信息{chinese(value)}条") == [value]


def chinese(value: int) -> str:
    digits, units, text = "零一二三四五六七八九", ("", "十", "百", "千"), ""
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            text += digits[digit] + units[place]
        elif text and not text.endswith("零") and value % 10**place:
            text += "零"
    return text


@pytest.mark.parametrize(
    "sentence",
    [
        "公开信息约30条",
        "公开信息近30条",
        "公开信息超过30条",
        "公开信息30条以上",
        "公开信息30条左右",
        "计划公开信息30条",
        "明年，公开信息30条",
        "下一步将继续努力，公开信息30条",
        "去年公开信息30条",
        "公开信息。共30条",
        "公开信息\n30条",
    ],
)
def test_guesses_plans_and_other_years_are_no_figures(sentence: str) -> None:
    """About thirty, thirty next year and thirty last year are not this year's thirty."""
    assert numbers(sentence, "公开信息(…|){n}条") == []


def test_a_gap_stays_in_its_clause() -> None:
    """A number of the next clause, or of a comparison, belongs to something else."""
    assert numbers("公开信息的数量较上年增加30条", "公开信息…{n}条") == []
    assert numbers("公开信息，其中公文30条", "公开信息…{n}条") == []
    assert numbers("公开信息总数为30条", "公开信息…{n}条") == [30]


# --- places -------------------------------------------------------------------------------------------------------


def test_the_place_is_the_original_sentence() -> None:
    """Whatever was folded for comparing, sentence, raw words and offset are those of the text as it stands."""
    text = "前言。\n\u30002016 年，全区 公开信息 １２ 条；其他。"
    (figure,) = find_figures(text, simple("公开信息{n}条"))
    assert figure.raw == "１２"
    assert text[figure.start :].startswith("１２")
    assert figure.sentence == "2016 年，全区 公开信息 １２ 条；"
    assert (figure.scope, figure.year, figure.pattern) == ("area", 2016, "one")


def test_traditional_characters_and_page_noise() -> None:
    """Simplified for matching only; characters spelled out behind themselves are noise."""
    table = str.maketrans("開規數據訊報", "开规数据讯报")
    text = "我辦主動公開(kāi)規(guī)章6件。"
    patterns = simple("公开规章{n}件")
    (figure,) = find_figures(text, patterns, simplify=lambda each: each.translate(table))
    assert (figure.value, figure.raw, figure.sentence) == (6, "6", text)
    assert text[figure.start] == "6"


def test_a_simplifier_that_changes_lengths_keeps_places_right() -> None:
    """Where one character becomes two, offsets still point into the original."""
    (figure,) = find_figures(
        "〇甲公开信息8条", simple("公开信息{n}条"), simplify=lambda text: text.replace("甲", "乙乙")
    )
    assert (figure.raw, figure.start) == ("8", 6)


@pytest.mark.parametrize(
    ("sentence", "scope"),
    [
        ("区本级公开信息3条", "level"),
        ("全市公开信息3条", "area"),
        ("区政府办公开信息3条", "own"),
        ("全县共100件，其中我局公开信息3条", "own"),
        ("公开信息3条，全市最多", ""),
        ("根据《全市要点》公开信息3条", ""),
    ],
)
def test_scope_words(sentence: str, scope: str) -> None:
    """The last scope word before the figure counts, unless it stands in a document's title."""
    (figure,) = find_figures(sentence, simple("公开信息{n}条"))
    assert figure.scope == scope


def test_several_matches_are_all_returned() -> None:
    """Deciding between two sentences is not the finder's business; a narrative takes neither, and says so."""
    text = "全区主动公开政府信息2680条。\n区政府主动公开政府信息2608条。"
    figures = found("jilin-2016", text)
    assert [each.value for each in figures] == [2680, 2608]
    values, findings = narrative_values(figures, LIBRARY.era("jilin-2016"), 2016)
    assert "disclosed.amount.total" not in values
    assert [each.code for each in findings] == ["TEXT-TWO-VALUES"]


def test_a_number_belongs_to_the_pattern_that_says_most_about_it() -> None:
    """What the level itself disclosed is not also the whole, though the whole's words stand in the sentence too."""
    text = "全区主动公开政府信息2680条。其中，区本级主动公开政府信息2070条，镇、街道主动公开政府信息610条。"
    assert told(found("jilin-2016", text)) == {
        "disclosed.amount.total": 2680,
        "disclosed.amount.own_level.items": 2070,
        "disclosed.amount.towns.items": 610,
    }


def test_a_figure_of_another_year_is_not_the_reports() -> None:
    """The year a sentence names goes with the figure, and a narrative of another year leaves it out."""
    figures = found("jilin-2016", "2015年全区主动公开政府信息2000条。")
    assert figures[0].year == 2015
    assert narrative_values(figures, LIBRARY.era("jilin-2016"), 2016) == ({}, ())


# --- the reports' figures, in sentences of our own ----------------------------------------------------------------

JILIN_2016 = """一、基本情况
全区情况如下：区本级专职人员为1人，兼职人员为44人。
2016年区本级举办系统使用培训班1次，上门培训46人次。
二、主动公开
到2016年底，全区主动公开政府信息2680条。其中，区本级公开政府信息2070条，所占比例87.1%，镇、街道公开政府信息610条，所占比例12.9%。
网上公开信息2680条。全区设公共查阅点3个，其中能够进行电子信息查阅的查阅点2个。全年接待公众查阅1500人次。
政府公报发放270份。没有召开新闻发布会。
文件从生成到网上公开不超过20个工作日的2680件，比例100%。
三、依申请公开
某局收到依申请公开2条。
四、复议诉讼
全区没有收到与政府信息公开有关的行政复议申请，没有发生与政府信息公开有关的行政诉讼案件。
五、收费
全区没有产生与政府信息公开相关的费用。
六、预决算
在网站公开了全区2016年财政决算和2017年财政预算。
"""


def test_a_jilin_county_of_2016() -> None:
    """Every figure of the narrative, zeros only where the text says so, and the shares that do not add up."""
    era = LIBRARY.era("jilin-2016")
    values, findings = narrative_values(found("jilin-2016", JILIN_2016), era, 2016)
    assert findings == ()
    assert values == {
        "basics.staff.full_time": 1,
        "basics.staff.part_time": 44,
        "basics.training.sessions": 1,
        "basics.training.participants": 46,
        "disclosed.amount.total": 2680,
        "disclosed.amount.own_level.items": 2070,
        "disclosed.amount.own_level.share": Decimal("87.1"),
        "disclosed.amount.towns.items": 610,
        "disclosed.amount.towns.share": Decimal("12.9"),
        "disclosed.channels.website": 2680,
        "disclosed.channels.reading_points": 3,
        "disclosed.channels.electronic_points": 2,
        "disclosed.channels.visitors": 1500,
        "disclosed.channels.gazettes": 270,
        "disclosed.channels.press_conferences": 0,
        "disclosed.timeliness.within_20": 2680,
        "disclosed.timeliness.within_20_share": 100,
        "requests.received": 2,
        "review.reconsideration": 0,
        "review.litigation": 0,
        "fees.charged": 0,
        "budget.accounts_year": 2016,
        "budget.budget_year": 2017,
    }


def failed(era: str, text: str) -> list[str]:
    """The checks that the figures of a narrative fail."""
    form = LIBRARY.era(era)
    values, _ = narrative_values(found(era, text), form, 2016)
    see = {Ref(path): value for path, value in values.items()}.get
    return [each.name for each in form.instances if judge(each.rule, see, each.places).verdict == "fail"]


def test_the_narratives_figures_fail_exactly_what_a_careful_reader_finds() -> None:
    """Two wrong shares in the county's report, nothing in the self-check: 131 = 28 + 72 + 31."""
    shares = ["J16-SHARE@disclosed.amount.own_level", "J16-SHARE@disclosed.amount.towns"]
    assert failed("jilin-2016", JILIN_2016) == shares
    assert failed("selfcheck-2016", SELFCHECK) == []


def test_no_reconsideration_is_not_no_request() -> None:
    """Saying that there was no application for reconsideration says nothing of requests."""
    figures = found("jilin-2016", "全区没有收到有关政府信息公开的行政复议申请。")
    assert {each.path for each in figures} == {"review.reconsideration"}
    assert figures[0].raw.startswith("没有收到")
    assert figures[0].sentence == "全区没有收到有关政府信息公开的行政复议申请。"


SELFCHECK = """一、总体情况
2016年1月至12月2日，我局制发公文131件，其中主动公开28件，依申请公开72件，不予公开31件，全文电子化100%。向图书馆、档案馆报送主动公开信息28条。
二、落实情况
（一）公布服务事项清单、流程图等105条，公布办事表格34个。公共服务事项包括3个大项。今年没有重大事项决策。
（四）纳入考核，分值权重不低于4%。
（五）全年开展业务培训2期45人次。
（六）办理网上留言1件、领导信箱1件，“12345”平台转办的投诉件6件。
（七）全年推送图文信息145期337篇。
二、问题
三、建议
某局
2016年12月1日
"""


def test_a_self_check_of_2016() -> None:
    """The figures of the self-check, among them two in one breath (2期45人次)."""
    values, findings = narrative_values(found("selfcheck-2016", SELFCHECK), LIBRARY.era("selfcheck-2016"), 2016)
    assert findings == ()
    assert values == {
        "overall.documents.total": 131,
        "overall.documents.own_initiative": 28,
        "overall.documents.on_request": 72,
        "overall.documents.withheld": 31,
        "overall.documents.electronic_share": 100,
        "overall.deposited.items": 28,
        "points.five_open.service_categories": 3,
        "points.five_open.lists_and_charts": 105,
        "points.five_open.forms": 34,
        "points.five_open.major_decisions": 0,
        "points.leadership.weight": 4,
        "points.mechanisms.training_sessions": 2,
        "points.mechanisms.training_participants": 45,
        "points.services.comments": 1,
        "points.services.mailbox": 1,
        "points.services.hotline": 6,
        "points.platforms.wechat_issues": 145,
        "points.platforms.wechat_articles": 337,
    }


def test_national_2021_figures_that_are_in_no_table() -> None:
    """What the tables do not ask for has places of its own, and a title."""
    text = (
        "2023年，在人民政府网公开报告等共3篇。微信公众平台发布信息610篇，三务公开平台录入信息49条，其中政务信息4条，党务信息32条，财务信息13条。"
        "办理“12345”热线工单5件。我办主动公开政府信息6件。其中政府信息公开工作年报4件。我办无依申请公开事项。没有收取信息处理费。"
    )
    assert told(found("national-2021", text)) == {
        "text.portal_items": 3,
        "text.wechat_items": 610,
        "text.platform_items": 49,
        "text.platform_government": 4,
        "text.platform_party": 32,
        "text.platform_finance": 13,
        "text.hotline_cases": 5,
        "text.disclosed_items": 6,
        "text.annual_reports": 4,
        "applications.total.new": 0,
        "text.processing_fees": 0,
    }
    keys = LIBRARY.text_data("national-2021").keys
    assert all(
        keys[path].zh and keys[path].en for path in told(found("national-2021", text)) if path.startswith("text.")
    )


def test_cases_of_a_justice_office_are_not_disclosure_cases() -> None:
    """行政复议 that are not about disclosure are other figures."""
    assert found("national-2021", "全年办理行政复议案件120件，行政诉讼案件30件。") == ()


# --- text against table -------------------------------------------------------------------------------------------

TRAINING = "basics.training.sessions.year"


def test_parts_in_a_sentence_are_added_before_comparing() -> None:
    """二次 and 三次 make 5, against 10 in the table: advice, with the sum shown; neither part goes into a record."""
    figures = found("jilin-2013", "我局举办二次系统录入培训和三次大厅操作培训。主动公开政府信息共5项。")
    era = LIBRARY.era("jilin-2013")
    (finding,) = text_vs_table({TRAINING: 10, "disclosed.content.total.year": 5}, figures, era, year=2013)
    assert (finding.code, finding.severity, finding.paths) == ("TEXT-VS-TABLE", "notice", (TRAINING,))
    assert finding.args["text"] == "2 + 3 = 5"
    assert text_vs_table({TRAINING: 5}, figures, era, year=2013) == ()
    assert TRAINING not in narrative_values(figures, era, 2013)[0]


def test_text_vs_table_is_silent_where_any_sentence_agrees_or_the_table_is_blank() -> None:
    """One agreeing sentence is enough; a blank is the business of other findings."""
    figures = found("national-2021", "收到政府信息公开申请12件。其中，市局收到政府信息公开申请3件。")
    era = LIBRARY.era("national-2021")
    assert text_vs_table({"applications.total.new": 12}, figures, era) == ()
    assert text_vs_table({"applications.total.new": None}, figures, era) == ()
    assert [each.code for each in text_vs_table({"applications.total.new": 15}, figures, era)] == ["TEXT-VS-TABLE"]


def test_another_scope_is_pointed_at_and_named() -> None:
    """A figure of the whole area against a body's own table: a difference, no fault."""
    figures = found("national-2021", "全市收到政府信息公开申请120件。")
    values, era = {"applications.total.new": 12}, LIBRARY.era("national-2021")
    assert [each.code for each in text_vs_table(values, figures, era)] == ["TEXT-VS-TABLE-SCOPE"]
    assert [each.code for each in text_vs_table(values, figures, era, scope="area")] == ["TEXT-VS-TABLE"]


def test_another_year_is_not_compared() -> None:
    """Last year's number in a comparison is no contradiction."""
    figures = found("national-2021", "2022年收到政府信息公开申请30件。")
    assert text_vs_table({"applications.total.new": 12}, figures, LIBRARY.era("national-2021"), year=2023) == ()


# --- the text against itself --------------------------------------------------------------------------------------


def codes(text: str, era: str, year: int, *, whole: bool = False) -> list[str]:
    data = LIBRARY.text_data(era)
    figures = find_figures(text, data.patterns)
    given = LIBRARY.era(era) if whole else None
    return [each.code for each in text_findings(text, year, figures, era=given, shares=data.shares)]


def test_percentages_are_checked_against_the_counts_they_quote() -> None:
    """2070 of 2680 is 77.2%, not 87.1%; 100% of 2680 passes; where the era has its own check the text says nothing."""
    data = LIBRARY.text_data("jilin-2016")
    figures = find_figures(JILIN_2016, data.patterns)
    shares = [
        each for each in text_findings(JILIN_2016, 2016, figures, shares=data.shares) if each.code == "TEXT-SHARE"
    ]
    assert [(each.args["printed"], each.args["right"]) for each in shares] == [("87.1", "77.2"), ("12.9", "22.8")]
    assert codes(JILIN_2016, "jilin-2016", 2016, whole=True) == []
    right = "全区主动公开政府信息2680条。区本级公开政府信息2070条，所占比例{}%。"
    assert [codes(right.format(share), "jilin-2016", 2016) for share in ("77", "77.2", "77.24")] == [[], [], []]
    assert codes(right.format("77.3"), "jilin-2016", 2016) == ["TEXT-SHARE"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("所列数据的截止日期为2015年12月31日。", ["TEXT-PERIOD"]),
        ("所列数据的截止日期为2016年12月31日。", []),
        ("数据统计期限为2015年1月1日至2015年12月31日。", ["TEXT-PERIOD"]),
        ("数据统计期限为2016年1月1日至12月31日。", []),
        ("制度截至2015年12月31日失效。", []),
        ("2016年1月至12月2日制发公文。\n某局\n2016年12月1日", ["TEXT-SIGNED-EARLY"]),
        ("截止11月底，共有九个。\n某局\n2016年11月20日", ["TEXT-SIGNED-EARLY"]),
        ("2016年1月至12月2日制发公文。\n某局\n2016年12月5日", []),
        ("截止2016年12月31日。\n某局\n2017年2月8日", []),
        ("一、甲\n二、乙\n二、丙\n三、丁", ["TEXT-HEADING-TWICE"]),
        ("一、甲\n（一）子\n（二）丑\n二、乙\n（一）寅\n（二）卯", []),
        ("一、甲\n（一）子\n（二）丑\n（二）寅", ["TEXT-HEADING-TWICE"]),
        ("一、甲\n二、乙\n表一\n一、丙\n二、丁", []),
        ("三、甲\n一、新收 |\n四、结转 |\n四、乙", []),
    ],
)
def test_periods_signatures_and_headings(text: str, expected: list[str]) -> None:
    """Data of another year, a signature before the end of the data, a number that heads two parts."""
    assert codes(text, "selfcheck-2016", 2016) == expected


def test_the_self_check_signed_too_early_with_two_parts_two() -> None:
    """A report whose figures run to 2 December, signed on the 1st, with two parts numbered 二."""
    assert codes(SELFCHECK, "selfcheck-2016", 2016, whole=True) == ["TEXT-SIGNED-EARLY", "TEXT-HEADING-TWICE"]


# --- the data files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("era", ERAS)
def test_each_era_has_sound_patterns(era: str) -> None:
    """Every path is a number of the form or a declared text-only key, every id is unique."""
    data = LIBRARY.json(LIBRARY.folder(era) / "text.json")
    assert list(text_lint(LIBRARY.era(era), data, LIBRARY.text_words)) == []


def test_faults_of_patterns_are_found() -> None:
    """Brackets that do not match, names that differ, unknown paths, ids twice, another era's file."""
    era = LIBRARY.era("jilin-2016")
    good = {"id": "a", "find": "申请{n}件", "figures": {"n": "requests.received"}}
    bad = [
        good,
        good,
        {**good, "id": "b", "find": "(申请{n}件"},
        {**good, "id": "c", "figures": {"m": "requests.received"}},
        {**good, "id": "d", "figures": {"n": "requests.nowhere"}},
    ]
    given = {"era": "national-2021", "patterns": bad}
    found_codes = [each.code for each in text_lint(era, given, LIBRARY.text_words)]
    assert found_codes == ["LINT-OTHER-ERA", "LINT-DUPLICATE-ID", "LINT-PATTERN", "LINT-PATTERN", "LINT-UNKNOWN-PATH"]
    with pytest.raises(PatternError):
        parse_patterns({"patterns": [{**good, "find": "{n"}]})


def test_an_era_without_patterns_has_none(tmp_path: Path) -> None:
    """No text.json, no figures: nothing is guessed."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("record.schema.json", "checks.json"):
        (folder / name).write_bytes((ROOT / "schemas" / "jilin-2016" / name).read_bytes())
    assert Library(extra=tmp_path).text_patterns("mine") == ()


# --- the published texts, where they are --------------------------------------------------------------------------


def seeds() -> Path | None:
    """The folder of published reports: XLTOOL_SEEDS, or beside the repository."""
    folder = Path(os.environ.get("XLTOOL_SEEDS", ROOT.parent / "shared" / "seeds"))
    return folder if folder.is_dir() else None


SEEDS = {
    "000": ("jilin-2013", 2013, [], [2, 3, 5]),
    "001": ("selfcheck-2016", 2016, ["TEXT-SIGNED-EARLY", "TEXT-HEADING-TWICE"], [131, 28, 72, 31, 105, 34, 2, 45, 145, 337, 6, 4]),
    "002": ("jilin-2016", 2016, ["TEXT-PERIOD"], [1, 44, 46, 2680, 2070, 610, 3, 2, 1500, 270, 100, 0]),
    "003": ("national-2021", 2023, [], []),
    "004": ("national-2021", 2023, [], [3, 610, 49, 4, 32, 13, 5]),
}  # fmt: skip


@pytest.mark.parametrize("name", SEEDS)
def test_the_published_texts(name: str) -> None:
    """Each listed figure is found in its sentence, and the text's own faults are exactly those of a careful reader."""
    folder = seeds()
    if folder is None:
        pytest.skip("no folder of published reports")
    era, year, expected, listed = SEEDS[name]
    text = next(folder.glob(f"{name}_*.txt")).read_text(encoding="utf-8")
    data = LIBRARY.text_data(era)
    figures = find_figures(text, data.patterns)
    for figure in figures:
        assert text[figure.start :].startswith(figure.raw)
        assert figure.sentence in text
    assert set(listed) <= {figure.value for figure in figures}
    findings = text_findings(text, year, figures, era=LIBRARY.era(era), shares=data.shares)
    assert [each.code for each in findings] == expected


def test_the_published_text_in_traditional_characters() -> None:
    """With a conversion to Simplified characters its figures are found too: 6 items, 4 of them annual reports."""
    folder = seeds()
    opencc = pytest.importorskip("opencc")
    if folder is None:
        pytest.skip("no folder of published reports")
    text = next(folder.glob("003_*.txt")).read_text(encoding="utf-8")
    figures = find_figures(text, LIBRARY.text_patterns("national-2021"), simplify=opencc.OpenCC("t2s").convert)
    assert told(figures) == {"text.disclosed_items": 6, "text.annual_reports": 4, "applications.total.new": 0}
