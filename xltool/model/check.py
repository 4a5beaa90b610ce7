"""Checks (审核公式) and their instances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from xltool.lang import Text
from xltool.model.finding import Severity, Standing
from xltool.rules.nodes import Compare, Ref, refs

Basis = Literal["printed", "implied", "practice"]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over indicators as its data file gives it.

    `text` is the rule in words; `where` names an instance (``{c}列``); `say` replaces the automatic sentence
    with live numbers; `source` is the document and part it comes from. `captures` and `rule` are the rule's
    own text, `skip` leaves missing parts out of sums. `from_year`/`until_year` bound the years it applies to.

    `severity` is what a failure counts as: a notice while the rule is on `trial`. `declared` is what its file says,
    and what it will count as afterwards.
    """

    id: str
    declared: Severity
    basis: Basis
    text: Text
    source: Text
    rule: str
    captures: Mapping[str, tuple[str, ...]]
    skip: bool = False
    where: Text | None = None
    say: Text | None = None
    decimals: int | None = None
    from_year: int | None = None
    until_year: int | None = None
    trial: bool = False

    @property
    def severity(self) -> Severity:
        """What a failure counts as."""
        return "notice" if self.trial else self.declared

    @property
    def standing(self) -> Standing:
        """What the rule is called where people see it: its severity, or that it is on trial."""
        return "trial" if self.trial else self.declared


@dataclass(frozen=True, slots=True)
class Instance:
    """A check at one place: `binding` says what its captures stand for, `places` is the decimals compared."""

    check: Check
    binding: Mapping[str, str]
    rule: Compare
    places: int

    @property
    def place(self) -> str:
        """What tells this instance from the check's others; empty where it has only one."""
        return ",".join(self.binding.values())

    @property
    def name(self) -> str:
        """Check and place, as in ``N21-T3-BALANCE@applications.total``."""
        return f"{self.check.id}@{self.place}" if self.place else self.check.id

    @property
    def paths(self) -> tuple[str, ...]:
        """The indicators of this record the rule looks at, in order of mention."""
        return tuple(dict.fromkeys(ref.path for ref in refs(self.rule) if ref.origin == "data"))

    @property
    def facts(self) -> tuple[Ref, ...]:
        """What the rule needs besides this record: last year's figures and facts of the agency."""
        return tuple(dict.fromkeys(ref for ref in refs(self.rule) if ref.origin != "data"))

    def applies_in(self, year: int) -> bool:
        """Whether the check was in force for reports of `year`."""
        first, last = self.check.from_year, self.check.until_year
        return (first is None or year >= first) and (last is None or year <= last)
