"""The totals of a summary as the figures of one return."""

from __future__ import annotations

from decimal import Decimal

from xltool.model.era import Era
from xltool.model.record import Value
from xltool.model.summary import Lines
from xltool.numbers import exact

_NUMBER = (int, Decimal)


def area_values(era: Era, lines: Lines) -> dict[str, Value]:
    """Every indicator with its total, None where there is none.

    Where some agencies gave a figure whole and others in parts, a form has room for the whole only: it holds all.
    """
    values: dict[str, Value] = {path: lines[path].value if path in lines else None for path in era.indicators}
    for either in era.eithers.values():
        parts = {part.path: number for part in either.parts if isinstance(number := values.get(part.path), _NUMBER)}
        whole = values.get(either.whole.path)
        if isinstance(whole, _NUMBER) and parts:
            values |= dict.fromkeys(parts, None)
            values[either.whole.path] = exact(sum(parts.values(), start=whole))
    return values


def not_added(era: Era) -> frozenset[str]:
    """Numbers that no method adds: nobody can fill them in for an area."""
    return frozenset(path for path, each in era.indicators.items() if each.method == "none")
