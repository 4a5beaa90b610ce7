"""What a pass found: a code with places and arguments. The words are in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xltool.lang import Text
from xltool.model.place import Place

Severity = Literal["error", "explain", "notice"]
SEVERITIES: tuple[Severity, ...] = ("error", "explain", "notice")
Standing = Literal["error", "explain", "notice", "trial"]
"""What a rule or a finding is called where people see it: its severity, or that the rule is on trial."""
STANDINGS: tuple[Standing, ...] = (*SEVERITIES, "trial")

Argument = str | int | Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One failed check or one unreadable thing.

    `code` is a check's id or a code of the message catalogue; `instance` names the check's instance
    (``N21-T3-BALANCE@applications.total``); `paths` are the indicators concerned, `places` where they
    sit, in the same order as far as both are known; `args` fill the message's placeholders.
    """

    code: str
    severity: Severity
    places: tuple[Place, ...] = ()
    paths: tuple[str, ...] = ()
    args: Mapping[str, Argument] = field(default_factory=dict)
    instance: str = ""


class Refused(Exception):
    """Something asked for cannot be done: nothing was written, and each finding says why and what to do.

    Raised by readers and use cases, caught by the command line, which exits with 2.
    """

    def __init__(self, *findings: Finding) -> None:
        super().__init__(", ".join(finding.code for finding in findings))
        self.findings = findings

    def __reduce__(self) -> tuple[type[Refused], tuple[Finding, ...]]:
        return Refused, self.findings


def refuse(code: str, *, places: tuple[Place, ...] = (), **args: Argument) -> Refused:
    """A `Refused` with one finding of severity error."""
    return Refused(Finding(code, "error", places=places, args=args))
