"""Numbers as sentences write them: digits, Chinese numerals, 万 and 亿."""

from __future__ import annotations

from decimal import Decimal

from xltool.numbers import Number, exact

_DIGITS = {
    char: value
    for value, chars in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for char in chars
}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_POINT = "点"
_NUMERAL = "".join(_DIGITS) + "".join(_SMALL) + "".join(_LARGE)

# A number never begins inside another one, in a range ("3-5") or an ordinal; both forms are taken whole or not at
# all. Only after digits can 万 be given back, to stand in 万元.
_ARABIC = r"(?>[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9,])|[0-9]+(?:\.[0-9]+)?(?![0-9.]))(?:[千万亿])?"
_CHINESE = rf"(?>[{_NUMERAL}]+(?:{_POINT}[{_NUMERAL}]+)?)"
_BEFORE = rf"(?<![0-9.,第{_NUMERAL}-])(?<![0-9{_NUMERAL}][~～—–至到/])"
NUMBER = rf"{_BEFORE}(?:{_ARABIC}|(?<![数几上好])(?=[{_NUMERAL}]){_CHINESE})"


def number_of(text: str) -> Number | None:
    """The number that `text` writes, folded to ASCII; None where it is not one number."""
    if text[0].isascii():
        digits = text.rstrip("千万亿")
        factor = {**_SMALL, **_LARGE}[text[-1]] if len(digits) < len(text) else 1
        return exact(Decimal(digits.replace(",", "")) * factor)
    whole, point, rest = text.partition(_POINT)
    value = _chinese(whole)
    if value is None or not point:
        return value
    if not rest or any(char not in _DIGITS for char in rest):
        return None
    return exact(Decimal(f"{value}." + "".join(str(_DIGITS[char]) for char in rest)))


def _chinese(text: str) -> int | None:
    """The value of a numeral without a point; three-four (三四次, "three or four times") is none."""
    for name in ("亿", "万"):
        if name in text:
            high, _, low = text.partition(name)
            above, below = _chinese(high), _chinese(low) if low else 0
            if above is None or below is None or below >= _LARGE[name]:
                return None
            # 三万五 is 35,000, but only to those who know: not plainly in the sentence.
            return None if low and len(low) == 1 else above * _LARGE[name] + below
    if all(char in _DIGITS for char in text):
        return _row_of_digits(text)
    return _below_ten_thousand(text)


def _row_of_digits(text: str) -> int | None:
    if len(text) == 1:
        return _DIGITS[text]
    spelled = "〇" in text and len(text) > 1 and text[0] not in "零〇两"
    return int("".join(str(_DIGITS[char]) for char in text)) if spelled else None


def _below_ten_thousand(text: str) -> int | None:
    """Thousands, hundreds, tens and ones, in that order; 零 fills gaps."""
    value, digit, unit = 0, None, 10**4
    gap = False
    for char in text:
        if char in "零〇":
            if digit is not None:
                return None
            gap = True
        elif char in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[char]
        else:
            step = _SMALL[char]
            if step >= unit or (digit is None and (step != 10 or value)):
                return None
            value, digit, unit, gap = value + (1 if digit is None else digit) * step, None, step, False
    if digit is None:
        return None if gap else value
    # 一百五 may mean 150: only a digit after ten, or after 零, is plainly ones.
    return value + digit if unit == 10 or gap else None
