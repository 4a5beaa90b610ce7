"""One file that came back, read and judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xltool.model.finding import Finding, Severity
from xltool.model.place import Place
from xltool.model.record import Record, Value

if TYPE_CHECKING:
    from xltool.model.package import Package


@dataclass(frozen=True, slots=True)
class Returned:
    """`record` is None where the file could not be read; `places` tells where each figure sits in a workbook
    (empty for a record); `computed` are the totals its workbook computes; `prior` are last year's figures in it, None
    where it has no room for them; `check_code` is the 数据校验码 that its paper must show; `package` is what came
    with a total that was handed up."""

    file: str
    record: Record | None = None
    findings: tuple[Finding, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()
    prior: Mapping[str, Value] | None = None
    check_code: str = ""
    package: Package | None = None

    def count(self, severity: Severity) -> int:
        """How many findings have that severity."""
        return sum(finding.severity == severity for finding in self.findings)
