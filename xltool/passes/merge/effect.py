"""How much of the final totals hangs on a finding."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from xltool.model.finding import Finding
from xltool.model.record import Record, Value
from xltool.model.summary import Lines
from xltool.numbers import Number


def effect(finding: Finding, record: Record | None, lines: Lines, *, counted: bool) -> Fraction:
    """The largest share of a total, between 0 and 1, that may change when the finding is settled.

    A check with a difference can move a total by that; any other finding by the figures it is about. Figures that are
    not `counted` yet would come on top of the total.
    """
    if record is None:
        return Fraction(0)
    difference = _difference(finding.args)
    shares = [Fraction(0)]
    for path in finding.paths:
        value, line = record.values.get(path), lines.get(path)
        total, own = _size(line.value if line else None), _size(value)
        whole = total if counted else total + own
        moved = own if difference is None else difference
        if whole and line and line.state != "not_added":
            shares.append(min(Fraction(1), _fraction(moved) / _fraction(whole)))
        elif moved:
            shares.append(Fraction(1))
    return max(shares)


def _size(value: Value) -> Number:
    if isinstance(value, int):
        return abs(value)
    return abs(value) if isinstance(value, Decimal) else 0


def _fraction(number: Number) -> Fraction:
    return Fraction(Decimal(number))


def _difference(args: Mapping[str, object]) -> Number | None:
    try:
        return abs(Decimal(str(args["difference"])))
    except (KeyError, InvalidOperation):
        return None
