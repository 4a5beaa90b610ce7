"""汇总第N版: a summary as it was sealed, and what was corrected since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from xltool.model.record import Agency, Record, Scope, Value
from xltool.model.summary import Coverage, Return, Summary
from xltool.numbers import Number


@dataclass(frozen=True, slots=True)
class SealedTotal:
    """A total as it was sealed: `counted` of the `of` agencies gave a figure."""

    value: Number | None
    counted: int
    of: int


@dataclass(frozen=True, slots=True)
class SealedReturn:
    """A return that was counted: whose, which submission, and the file by its hash."""

    code: str
    name: str
    scope: Scope
    submission: int
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed version of a summary. `version` counts from 1; `files` are the hashes of what was sealed with it, by
    name; `level` the totals of its 本级, empty where it is no roll-up; `lacking` the names of the agencies without
    which it was made; `digest` sums up all totals and returns in twelve hex digits, as printed on the 送审单."""

    version: int
    as_of: str
    era: str
    year: int
    scope: Scope
    agency: Agency
    totals: Mapping[str, SealedTotal]
    level: Mapping[str, SealedTotal]
    last_year: Mapping[str, Number]
    returns: tuple[SealedReturn, ...]
    lacking: tuple[str, ...]
    digest: str = ""
    files: Mapping[str, str] | None = None


ChangeKind = Literal["changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Correction:
    """One figure of one agency that is otherwise than when it was sealed: 单位｜指标｜原数｜现数｜对汇总的影响.

    `kind` says whether the agency's return changed, or it was not counted then, or is not any more. `effect` is what
    the total of the indicator gained by it, None where such figures are not added one by one.
    """

    code: str
    name: str
    scope: Scope
    kind: ChangeKind
    path: str
    before: Value
    after: Value
    effect: Number | None


@dataclass(frozen=True, slots=True)
class TotalChange:
    """A total before and after."""

    path: str
    before: Number | None
    after: Number | None


@dataclass(frozen=True, slots=True)
class Corrections:
    """更正说明: from the sealed version `since` to what the returns say now; nothing where nothing changed."""

    since: int
    changes: tuple[Correction, ...]
    totals: tuple[TotalChange, ...]

    def __bool__(self) -> bool:
        return bool(self.changes or self.totals)


def lacking_names(summary: Summary) -> tuple[str, ...]:
    """The agencies a summary should have and has not."""

    def name(each: Coverage) -> str:
        return each.name or each.code

    return tuple(name(each) for each in summary.lacking)


def sealed_return(item: Return) -> SealedReturn:
    """What a seal keeps of a return."""
    record: Record = item.record
    return SealedReturn(item.code, record.agency.name, record.scope, record.submission, item.file, item.sha256)
