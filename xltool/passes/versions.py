"""What changed between two versions of a return: cell by cell, finding by finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from xltool.model.campaign import Version, VersionState
from xltool.model.finding import Finding
from xltool.model.record import Mark, Record, Value
from xltool.model.returned import Returned

Outcome = VersionState | Literal["known", "again"]


@dataclass(frozen=True, slots=True)
class Change:
    """One indicator that reads differently."""

    path: str
    before: Value
    after: Value
    mark_before: Mark | None = None
    mark_after: Mark | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """`solved` findings are gone, `fresh` ones new, `kept` ones still there."""

    changes: tuple[Change, ...]
    solved: tuple[Finding, ...]
    fresh: tuple[Finding, ...]
    kept: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """One file taken in. `outcome` is ``known`` where the ledger had it already, ``again`` where the same file came
    under another name. `before` is the version it is compared with, `twin` another file with the same figures."""

    name: str
    outcome: Outcome
    version: Version | None = None
    returned: Returned | None = None
    before: Version | None = None
    changed: Difference | None = None
    twin: Version | None = None


def difference(
    before: Record, after: Record, findings_before: Sequence[Finding], findings_after: Sequence[Finding]
) -> Difference:
    """From `before` to `after`, in the order of the form; findings are the same where they concern the same place."""
    paths = dict.fromkeys([*after.values, *before.values])
    changes = tuple(
        Change(path, before.values.get(path), after.values.get(path), before.marks.get(path), after.marks.get(path))
        for path in paths
        if before.values.get(path) != after.values.get(path) or before.marks.get(path) != after.marks.get(path)
    )
    old = {_identity(finding): finding for finding in findings_before}
    new = {_identity(finding): finding for finding in findings_after}
    return Difference(
        changes,
        tuple(finding for key, finding in old.items() if key not in new),
        tuple(finding for key, finding in new.items() if key not in old),
        tuple(finding for key, finding in new.items() if key in old),
    )


def _identity(finding: Finding) -> tuple[str, ...]:
    return (finding.instance,) if finding.instance else (finding.code, *finding.paths)
