"""Numbers as people type them into text cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from xltool.numbers import Number, exact

# Suites store doubles: of a longer number nobody can say what was typed.
MAX_DIGITS = 15

# Only these: Unicode's own compatibility forms would also turn ① into 1.
_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_LEADING = re.compile(
    r"""(?P<number> [+-]? (?: [1-9][0-9]{0,2} (?:,[0-9]{3})+ (?:\.[0-9]+)?
                            | (?:[0-9]+ (?:\.[0-9]+)? | \.[0-9]+) (?:[eE][+-]?[0-9]{1,3})? ) )
        (?P<rest> .*)""",
    re.VERBOSE | re.DOTALL,
)
# 〇 is the Chinese numeral zero; suites too read it as 0.
_ZERO = "〇"


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that begins with a number: the number, what follows it, and how many digits it has."""

    number: Number
    rest: str
    digits: int


def to_ascii(text: str) -> str:
    """Full-width forms of ASCII characters and the wide spaces as ASCII, outer spaces gone."""
    return text.translate(_TO_ASCII).strip()


def leading_number(text: str) -> Typed | None:
    """The number at the beginning of a text that went through `to_ascii`, or None."""
    if text == _ZERO:
        return Typed(0, "", 1)
    match = _LEADING.fullmatch(text.removeprefix("'").strip())
    if match is None:
        return None
    literal = Decimal(match["number"].replace(",", ""))
    digits = "".join(map(str, literal.as_tuple().digits)).strip("0")
    return Typed(exact(literal), match["rest"].strip(), max(len(digits), literal.adjusted() + 1))
