"""The value policy: what is typed is read exactly as given, or it is a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltool.lang import Text
from xltool.model.book import Cell, CellValue, DateValue, ErrorValue, PercentValue, shown
from xltool.model.record import Mark
from xltool.numbers import Number, from_cell, plain
from xltool.passes.values import Reading, read_value

PIECES = Text("件", "items")
TEN_THOUSAND_YUAN = Text("万元", "10,000 yuan")
WORDS = frozenset({"不适用", "/", "无", "—", "N/A"})
# A reading with one of these keeps its value.
HARMLESS = {"VALUE-TEXT-NUMBER", "VALUE-UNIT", "VALUE-MAYBE-DATE"}


@dataclass(frozen=True)
class Toy:
    path: str = "a.b"
    kind: str = "number"
    decimals: int = 0
    minimum: Number | None = 0
    maximum: Number | None = 999_999_999
    unit: Text | None = PIECES


COUNT = Toy()
AMOUNT = Toy(decimals=6, maximum=9_999_999, unit=TEN_THOUSAND_YUAN)
CHANGE = Toy(minimum=None)
NOTE = Toy(kind="text", unit=None)


def read(value: CellValue, indicator: Toy = COUNT, formula: str | None = None) -> Reading:
    return read_value(Cell(value, formula), indicator, WORDS)


def codes(reading: Reading) -> list[str]:
    return [code for code, _ in reading.findings]


@pytest.mark.parametrize("value", [12, 12.0, 0, 0.0, -0.0, 1234, 999_999_999])
def test_a_plain_number_is_read_without_a_word(value: float) -> None:
    reading = read(value)
    assert reading == Reading(int(value), raw=str(int(value)))
    assert type(reading.value) is int


@pytest.mark.parametrize("value", [None, "", " ", "　", "\xa0\n\t"])
@pytest.mark.parametrize("indicator", [COUNT, NOTE])
def test_blank_is_missing_and_not_zero(value: str | None, indicator: Toy) -> None:
    assert read(value, indicator) == Reading(raw=value or "")


@pytest.mark.parametrize(
    ("typed", "number", "code"),
    [
        ("１２", 12, "VALUE-TEXT-NUMBER"),
        ("12", 12, "VALUE-TEXT-NUMBER"),
        ("'12", 12, "VALUE-TEXT-NUMBER"),
        ("１，２３４", 1234, "VALUE-TEXT-NUMBER"),
        ("1,234", 1234, "VALUE-TEXT-NUMBER"),
        ("1,234,567", 1234567, "VALUE-TEXT-NUMBER"),
        ("3.0", 3, "VALUE-TEXT-NUMBER"),
        ("1e3", 1000, "VALUE-TEXT-NUMBER"),
        ("0012", 12, "VALUE-TEXT-NUMBER"),
        ("+12", 12, "VALUE-TEXT-NUMBER"),
        (" 12 ", 12, "VALUE-TEXT-NUMBER"),
        ("　12\xa0", 12, "VALUE-TEXT-NUMBER"),
        ("12\n", 12, "VALUE-TEXT-NUMBER"),
        ("〇", 0, "VALUE-TEXT-NUMBER"),
        ("0", 0, "VALUE-TEXT-NUMBER"),
        ("12件", 12, "VALUE-UNIT"),
        ("１２ 件", 12, "VALUE-UNIT"),
    ],
)
def test_a_text_that_can_only_mean_one_number_is_read_with_a_notice(typed: str, number: int, code: str) -> None:
    reading = read(typed)
    assert (reading.value, reading.mark, codes(reading), reading.raw) == (number, None, [code], typed)
    assert reading.findings[0][1]["value"] == str(number)


NO_PLAIN_NUMBER = """
    约12 1.2万 12+3 12、13 ① ¥12 ￥12 12。 12. (5) （5） 一十二 二〇 十二 1_000 １_０００ 12,13 1,2345 1234,567 0,123
    1,234,56 1,234e3 3-5 1/2 2025-12-31 2025年12月31日 12月 1e3000 1e+ +1+2 = =5 ++1 -+1 − −5 1,23 1..2 .. . ' ''
    0x10 inf nan Infinity NaN 1e 12a 12人左右 TRUE FALSE 无数据 没有 ٣ ³ ½ Ⅷ 两 12;13 1\u200b2 \u200b 12\x00 ㊀ 12?
"""


@pytest.mark.parametrize("typed", [*NO_PLAIN_NUMBER.split(), "1 234", "- 5", "12 13", "12\n13", "12\t13", "x" * 500])
def test_a_text_that_could_mean_anything_else_is_rejected_with_its_words(typed: str) -> None:
    reading = read(typed)
    assert reading.value is None
    assert codes(reading) == ["VALUE-TEXT"]
    assert reading.mark is not None
    assert reading.mark.kind == "unreadable"
    assert len(reading.mark.raw) <= 200
    assert reading.raw == typed


@pytest.mark.parametrize("typed", ["/", "／", " 无 ", "—", "不适用", "n/a", "Ｎ／Ａ"])
def test_the_words_for_not_applicable_are_kept_apart_from_zero_and_blank(typed: str) -> None:
    reading = read(typed)
    assert (reading.value, codes(reading)) == (None, ["VALUE-NOT-APPLICABLE"])
    assert reading.mark == Mark("not_applicable", typed.strip())


def test_a_word_is_not_applicable_only_where_the_era_says_so() -> None:
    assert codes(read_value(Cell("/"), COUNT, frozenset())) == ["VALUE-TEXT"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "VALUE-BOOLEAN"),
        (False, "VALUE-BOOLEAN"),
        (ErrorValue("#REF!"), "VALUE-ERROR"),
        ("#REF!", "VALUE-ERROR"),
        ("#DIV/0!", "VALUE-ERROR"),
        (DateValue(46022.0, "2025-12-31"), "VALUE-DATE"),
        (PercentValue(0.05), "VALUE-PERCENT"),
        ("5%", "VALUE-PERCENT"),
        ("５％", "VALUE-PERCENT"),
        (float("inf"), "VALUE-NOT-FINITE"),
        (float("-inf"), "VALUE-NOT-FINITE"),
        (float("nan"), "VALUE-NOT-FINITE"),
        ("22（其中修订16件）", "VALUE-ANNOTATED"),
        ("22件(其中修订16件)", "VALUE-ANNOTATED"),
        ("22【估】", "VALUE-ANNOTATED"),
        ("12元", "VALUE-FOREIGN-UNIT"),
        ("12人", "VALUE-FOREIGN-UNIT"),
        ("12万件", "VALUE-FOREIGN-UNIT"),
        (3.5, "VALUE-NOT-INTEGER"),
        ("3.5", "VALUE-NOT-INTEGER"),
        (0.05, "VALUE-NOT-INTEGER"),
        (-5, "VALUE-NEGATIVE"),
        ("-5", "VALUE-NEGATIVE"),
        ("－５", "VALUE-NEGATIVE"),
        (1_000_000_000, "VALUE-TOO-LARGE"),
        (1e300, "VALUE-TOO-LARGE"),
        (10**500, "VALUE-TOO-LARGE"),
        ("1e999", "VALUE-TOO-LARGE"),
        ("9" * 40, "VALUE-TOO-LARGE"),
        ("0.5" + "0" * 40 + "1", "VALUE-NOT-INTEGER"),
    ],
)
def test_what_is_no_figure_of_the_form_is_rejected_and_its_text_kept(value: CellValue, code: str) -> None:
    reading = read(value)
    assert reading.value is None
    assert codes(reading) == [code]
    assert reading.mark is not None
    assert reading.mark.kind == "unreadable"
    assert reading.mark.raw


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        (True, "TRUE"),
        (PercentValue(0.05), "5%"),
        (PercentValue(0.125), "12.5%"),
        (ErrorValue("#N/A"), "#N/A"),
        (3.5, "3.5"),
    ],
)
def test_the_kept_text_is_what_the_cell_shows(value: CellValue, raw: str) -> None:
    assert read(value).mark == Mark("unreadable", raw)


@pytest.mark.parametrize("indicator", [COUNT, NOTE])
@pytest.mark.parametrize(("formula", "name"), [("5+3", "=5+3"), ("=5+3", "=5+3"), ("SUM(A1:A2)", "=SUM(A1:A2)")])
def test_a_formula_in_an_input_cell_is_rejected_saying_what_it_shows(indicator: Toy, formula: str, name: str) -> None:
    reading = read(8, indicator, formula)
    assert reading.value is None
    assert reading.mark == Mark("unreadable", name)
    assert reading.findings[0] == ("VALUE-FORMULA", {"formula": Text(name, name), "shown": "8"})


def test_a_formula_showing_nothing_or_unread_is_still_a_formula() -> None:
    assert codes(read("", COUNT, '""')) == ["VALUE-FORMULA"]
    assert codes(read(None, COUNT, "")) == ["VALUE-FORMULA"]
    assert read(8, COUNT, "?").findings[0][1]["formula"] == Text("未读出", "not read")


def test_the_foreign_unit_and_the_one_asked_for_are_both_named() -> None:
    assert read("251000元", AMOUNT).findings == (
        ("VALUE-FOREIGN-UNIT", {"given": "251000元", "found": "元", "unit": TEN_THOUSAND_YUAN}),
    )
    assert codes(read("12件", Toy(unit=None))) == ["VALUE-FOREIGN-UNIT"]
    assert codes(read("12人次", Toy(unit=Text("人", "people")))) == ["VALUE-FOREIGN-UNIT"]
    assert read("25.1 万元", AMOUNT).value == Decimal("25.1")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.58, "0.58"),
        (0.57999999999999996, "0.58"),
        (0.1 + 0.2, "0.3"),
        ("0.580", "0.58"),
        (".5", "0.5"),
        (3.0, "3"),
        ("1,234.50", "1234.5"),
    ],
)
def test_amounts_are_exact(value: CellValue, expected: str) -> None:
    reading = read(value, AMOUNT)
    assert isinstance(reading.value, int | Decimal)
    assert str(reading.value) == expected


def test_more_decimals_than_the_form_has_are_a_finding() -> None:
    assert read(0.1234567, AMOUNT).findings == (("VALUE-DECIMALS", {"given": "0.1234567", "decimals": 6}),)
    assert codes(read("0.1234567", AMOUNT)) == ["VALUE-DECIMALS"]
    assert codes(read("0.5" + "0" * 40 + "1", AMOUNT)) != []


def test_bounds_are_those_of_the_indicator() -> None:
    assert read(-5, CHANGE).value == -5
    assert read("-5", CHANGE).value == -5
    assert read(3, Toy(minimum=5)).findings == (("VALUE-TOO-SMALL", {"given": "3", "minimum": "5"}),)
    assert codes(read(-1.5, COUNT)) == ["VALUE-NOT-INTEGER", "VALUE-NEGATIVE"]


@pytest.mark.parametrize("value", [10**15, 1e15, "1000000000000000", "12345678901234567", "1e15", "1e998"])
def test_beyond_fifteen_digits_nobody_can_say_what_was_typed(value: CellValue) -> None:
    assert codes(read(value, Toy(maximum=None))) == ["VALUE-PRECISION"]


@pytest.mark.parametrize(("serial", "day"), [(36526, "2000-01-01"), (46086, "2026-03-05"), (55153, "2050-12-31")])
def test_a_count_that_may_be_a_date_is_kept_and_asked_about(serial: int, day: str) -> None:
    reading = read(serial)
    assert (reading.value, reading.mark) == (serial, None)
    assert reading.findings == (("VALUE-MAYBE-DATE", {"given": str(serial), "date": day}),)


def test_neither_amounts_nor_texts_nor_other_numbers_are_taken_for_dates() -> None:
    assert read(46086, AMOUNT).findings == ()
    assert codes(read("46086")) == ["VALUE-TEXT-NUMBER"]
    assert read(36525).findings == read(55154).findings == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" 公报 3期 ", "公报 3期"),
        ("a\r\nb\rc", "a\nb\nc"),
        (12, "12"),
        (3.10, "3.1"),
        ("/", "/"),
        ("0012", "0012"),
        ("１２", "１２"),
    ],
)
def test_a_text_indicator_keeps_the_words(value: CellValue, text: str) -> None:
    assert read(value, NOTE) == Reading(text, raw=str(value))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "VALUE-BOOLEAN"),
        (DateValue(1.0, "1899-12-31"), "VALUE-DATE"),
        (ErrorValue("#NAME?"), "VALUE-ERROR"),
        ("a\x07b", "VALUE-CONTROL"),
        ("长" * 32_001, "VALUE-TEXT-TOO-LONG"),
        (123456789012345678, "VALUE-PRECISION"),
        (float("nan"), "VALUE-PRECISION"),
    ],
)
def test_a_text_indicator_rejects_what_is_no_text(value: CellValue, code: str) -> None:
    assert (read(value, NOTE).value, codes(read(value, NOTE))) == (None, [code])


NUMBERS = st.one_of(
    st.integers(-(10**6), 10**12), st.decimals(-1000, 10**7, places=3, allow_nan=False, allow_infinity=False)
)
WIDE = str.maketrans("0123456789.,-+", "０１２３４５６７８９．，－＋")
GUISES: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "wide": lambda text: text.translate(WIDE),
    "grouped": lambda text: f"{Decimal(text):,f}",
    "grouped wide": lambda text: f"{Decimal(text):,f}".translate(WIDE),
    "zeros before": lambda text: text if text.startswith("-") else "00" + text,
    "zeros after": lambda text: text + ("00" if "." in text else ".00"),
    "exponent": lambda text: f"{Decimal(text):E}",
    "spaces": lambda text: f"　{text} \xa0",
    "apostrophe": lambda text: "'" + text,
    "unit": lambda text: text + "件",
    "foreign unit": lambda text: text + "万元",
    "ten thousands": lambda text: text + "万",
    "annotated": lambda text: text + "（其中1件）",
    "percent": lambda text: text + "%",
    "brackets": lambda text: f"({text})",
    "full stop": lambda text: text + "。",
    "cut": lambda text: text[: len(text) // 2] + " " + text[len(text) // 2 :],
}


@given(number=NUMBERS, guise=st.sampled_from(sorted(GUISES)), indicator=st.sampled_from([COUNT, AMOUNT, CHANGE]))
def test_a_number_in_any_guise_is_that_number_or_a_finding_never_another(
    number: int | Decimal, guise: str, indicator: Toy
) -> None:
    text = plain(number)
    typed = GUISES[guise](text)
    reading = read(typed, indicator)
    if reading.value is None:
        assert reading.mark == Mark("unreadable", typed)
        assert not HARMLESS & set(codes(reading))
    elif guise == "cut":
        assert len(text) < 2
    else:
        assert reading.value == number


@given(number=st.floats(), indicator=st.sampled_from([COUNT, AMOUNT, CHANGE]))
def test_a_number_cell_gives_its_number_or_a_finding(number: float, indicator: Toy) -> None:
    reading = read(number, indicator)
    if reading.value is None:
        assert reading.findings
    else:
        assert reading.value == from_cell(number)


ANY_TEXT = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("0123456789.,eE+-' 　件元万%（）()〇")), max_size=12
)
ANY_VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    ANY_TEXT,
    st.builds(PercentValue, st.floats()),
    st.builds(ErrorValue, st.just("#REF!")),
)


@given(value=ANY_VALUE, indicator=st.sampled_from([COUNT, AMOUNT, CHANGE, NOTE]))
def test_nothing_typed_is_ever_lost(value: CellValue, indicator: Toy) -> None:
    """Every reading is a value, a marked refusal, or blank; and only blank is without a value and a word."""
    reading = read(value, indicator)
    blank = value is None or (isinstance(value, str) and not value.strip())
    assert (reading.value is None and reading.mark is None) == blank
    assert (reading.mark is None) == (set(codes(reading)) <= HARMLESS)


@given(value=ANY_VALUE, indicator=st.sampled_from([COUNT, AMOUNT, CHANGE]))
def test_a_refused_figure_written_back_as_text_is_refused_the_same(value: CellValue, indicator: Toy) -> None:
    """So a record with unreadable figures survives its workbook."""
    mark = read(value, indicator).mark
    if mark is not None:
        again = read(mark.raw, indicator)
        assert (again.value, again.mark) == (None, mark)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "TRUE"),
        (12, "12"),
        (220381199001011234, "220381199001011234"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (1e308, "1e+308"),
        (float("inf"), "inf"),
        ("  约12", "  约12"),
        (PercentValue(0.05), "0.05"),
        (DateValue(45000.0, "2023-03-15"), "2023-03-15"),
        (ErrorValue("#REF!"), "#REF!"),
    ],
)
def test_every_cell_has_a_text_for_people(value: CellValue, text: str) -> None:
    assert shown(value) == text
