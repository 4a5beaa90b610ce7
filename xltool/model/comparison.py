"""This year's return beside last year's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from xltool.model.finding import Finding
from xltool.model.record import Record, Value
from xltool.model.succession import Reason
from xltool.numbers import Number

PriorReason = Reason | Literal["none", "partial", "other_era"]
"""Why there is last year's record or none: as in `Origin`; `none` where nobody reported, `partial` where some of
the bodies merged did not, `other_era` where no figure of that form can be compared."""


@dataclass(frozen=True, slots=True)
class CompareRules:
    """``schemas/compare.json``: a jump is `times` as much or as little and at least `least` more or less, from zero
    at least `from_zero`; a copy has at least `figures` figures that are not 0. `carried` are patterns of figures
    that pass to an heir, `cumulative` of figures that add up over years."""

    times: int
    least: int
    from_zero: int
    figures: int
    carried: tuple[str, ...]
    cumulative: tuple[str, ...]


def parse_compare(data: Mapping[str, Any]) -> CompareRules:
    """The rules in a parsed ``compare.json``."""
    jump = data["jump"]
    return CompareRules(
        jump["times"],
        jump["least"],
        jump["from_zero"],
        data["copied"]["figures"],
        tuple(data["carried"]),
        tuple(data["cumulative"]),
    )


@dataclass(frozen=True, slots=True)
class Prior:
    """Last year's record for an agency, or why there is none. `codes` are the agencies it comes from, `absent`
    those of them that sent nothing, `inherited` further ones whose unfinished business is in it."""

    record: Record | None
    reason: PriorReason
    codes: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    inherited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that changed. `percent` is the change relative to last year, None where that means nothing."""

    path: str
    before: Value
    after: Value
    percent: Number | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One agency over two years. `record` is None where it did not report this year."""

    code: str
    name: str
    record: Record | None
    prior: Prior
    file: str = ""
    differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()
