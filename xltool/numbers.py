"""Exact numbers: an int, or a Decimal that is not whole. Never a float."""

from __future__ import annotations

from decimal import Decimal

Number = int | Decimal

_FIFTEEN = 10**15


def exact(value: Number) -> Number:
    """The canonical form: an int where the value is whole, else a Decimal without trailing zeros."""
    if isinstance(value, int):
        return int(value)
    whole = value.to_integral_value()
    return int(whole) if whole == value else value.normalize()


def from_cell(value: int | float) -> Number:
    """The number a person typed, from the double an office suite stored: 15 significant digits.

    Suites store 0.58 as 0.57999999999999996; all of them show and promise 15 digits.
    """
    if isinstance(value, int) and -_FIFTEEN < value < _FIFTEEN:  # a double that a suite wrote without a point
        return int(value)
    return exact(Decimal(format(value, ".15g")))


def plain(value: Number) -> str:
    """The number in plain decimal notation, as in JSON and messages; never with an exponent."""
    return str(value) if isinstance(value, int) else format(value, "f")


def decimals(value: Number) -> int:
    """How many decimals the canonical form needs."""
    if isinstance(value, int):
        return 0
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
