"""Text takes the room that was measured on rendered pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltool.plan.measure import MAX_HEIGHT, MIN_HEIGHT, height, lines, units

texts = st.text(st.sampled_from("甲乙，aB1 ①\n"), max_size=200)
widths = st.floats(1, 90)


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("a", 1.1), ("中", 2.1), ("“中”", 6.3), ("①×", 4.2), ("Ａ１", 4.2), ("中文ab 12", 9.7)],
)
def test_units_are_two_and_a_bit_for_full_width_characters(text: str, width: float) -> None:
    """Full-width 2.1, half-width 1.1; characters of ambiguous width are drawn full-width in Chinese fonts."""
    assert units(text) == pytest.approx(width)


@pytest.mark.parametrize(
    ("text", "width", "count"),
    [
        ("", 10, 1),
        ("中" * 10, 22.2, 1),
        ("中" * 11, 22.2, 2),
        ("a\nb", 10, 2),
        ("a\n\nb\n", 10, 4),
        ("中", 0.5, 1),
    ],
)
def test_lines_fill_the_width_less_its_margin(text: str, width: float, count: int) -> None:
    assert lines(text, width) == count


def test_heights_follow_lines_and_font() -> None:
    assert height("中", 20) == pytest.approx(11 * 1.45 + 4)
    assert height("中", 20, 9) == MIN_HEIGHT
    assert height("a\nb\nc", 20) == pytest.approx(3 * 11 * 1.45 + 4)
    assert height("一\n" * 100, 20) == MAX_HEIGHT


def test_a_larger_font_fills_lines_sooner() -> None:
    assert height("中" * 10, 22.2, 16) == pytest.approx(2 * 16 * 1.45 + 4)


@given(texts, texts, widths)
def test_text_never_needs_less_room_than_its_parts(one: str, other: str, width: float) -> None:
    assert lines(one + other, width) >= max(lines(one, width), lines(other, width))
    assert lines(f"{one}\n{other}", width) == lines(one, width) + lines(other, width)
    assert MIN_HEIGHT <= height(one, width) <= height(one + other, width) <= MAX_HEIGHT


@given(texts, widths, widths)
def test_a_wider_cell_needs_no_more_lines(text: str, one: float, other: float) -> None:
    assert lines(text, max(one, other)) <= lines(text, min(one, other))
