"""What rules did on earlier returns, and what can be proved about them without any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xltool.model.check import Check
from xltool.model.finding import Finding
from xltool.numbers import Number
from xltool.rules.evaluate import Judgement, Verdict

Figures = Mapping[str, Number]
"""Figures by path; last year's as ``prior.<path>``."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One return: the judgement of every check instance in force in its year, by the instance's name."""

    file: str
    year: int
    values: Mapping[str, Number | str | None]
    judgements: Mapping[str, Judgement]

    def verdict(self, name: str) -> Verdict | None:
        """The verdict of an instance; None where it was not in force."""
        return self.judgements[name].verdict if name in self.judgements else None


@dataclass(frozen=True, slots=True)
class Use:
    """How a rule went. `returns` were judged by it, and it failed in those of `failed_in`, by number.

    `passed`, `failed` and `open` (not assessable) count its places over all returns.
    """

    check: Check
    returns: int
    passed: int
    failed: int
    open: int
    failed_in: frozenset[int] = frozenset()

    @property
    def never_judged(self) -> bool:
        """It was in force, and nowhere were there figures to judge."""
        return self.returns > 0 and not self.passed + self.failed

    @property
    def never_fails(self) -> bool:
        """It could be judged, and always passed."""
        return self.passed > 0 and not self.failed


@dataclass(frozen=True, slots=True)
class Together:
    """Rules that failed in exactly the same returns, `count` of them."""

    checks: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Implied:
    """Wherever `narrow` failed, in `count` returns, `wide` failed too, and in others besides: `of` in all."""

    narrow: str
    wide: str
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A smallest set of rules that no complete return can pass, within the limits of the form.

    `rules` names check instances, `totals` the total formulas that take part. `example` has figures with which all
    others pass and the last of `rules` fails with `left` and `right`; empty where no figures could be given.
    """

    rules: tuple[str, ...]
    totals: tuple[str, ...]
    example: Figures = field(default_factory=dict)
    left: Number | str | None = None
    right: Number | str | None = None


@dataclass(frozen=True, slots=True)
class Same:
    """Two rules that give one verdict on every complete return; `rules` names the first place of each."""

    rules: tuple[str, str]
    places: int


@dataclass(frozen=True, slots=True)
class Clash:
    """Two rules of which, on what a return reports, each can be met by some totals, but never both by the same.

    `files` are the returns where it is so; in `agreed` others the same two places both passed. `inputs` are the
    figures of the first file that both look at, totals aside.
    """

    rules: tuple[str, str]
    files: tuple[str, ...]
    agreed: int
    inputs: Figures = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proofs:
    """What could be proved about the rules of an era; `undecided` where the solver gave up before the end."""

    contradictions: tuple[Contradiction, ...] = ()
    same: tuple[Same, ...] = ()
    clashes: tuple[Clash, ...] = ()
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """The rules of an era over earlier returns. `proofs` is None where there is no solver."""

    era: str
    files: int
    years: tuple[int, ...]
    uses: tuple[Use, ...]
    together: tuple[Together, ...]
    implied: tuple[Implied, ...]
    proofs: Proofs | None
    findings: tuple[Finding, ...] = ()
