"""What happened to the rows and columns of each sheet, told by where the names of its inputs stand now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xltool.model.book import Target
from xltool.model.finding import Finding, Severity
from xltool.model.place import Place
from xltool.plan.form import Field, FormPlan

_SORTED_AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Shift:
    """Which of these happened to a sheet."""

    inserted: bool = False
    deleted: bool = False
    moved: bool = False
    sorted: bool = False

    @property
    def any(self) -> bool:
        """Whether cells no longer stand where the form put them."""
        return self.inserted or self.deleted or self.moved

    def findings(self, file: str, sheet: str) -> Iterator[Finding]:
        codes = {
            "STRUCTURE-INSERTED": self.inserted,
            "STRUCTURE-DELETED": self.deleted,
            "STRUCTURE-MOVED": self.moved,
            "STRUCTURE-SORTED": self.sorted,
        }
        for code, happened in codes.items():
            if happened:
                severity: Severity = "error" if code == "STRUCTURE-SORTED" else "notice"
                yield Finding(code, severity, (Place(file, sheet),), args={"sheet": sheet})


def shifts(
    plan: FormPlan,
    targets: Mapping[str, Target],
    mislabelled: frozenset[str],
    shared: frozenset[Target],
    broken: frozenset[str],
) -> dict[str, Shift]:
    """What happened to every sheet that has inputs; `broken` are those whose names have lost their cells."""
    found: dict[str, Shift] = {}
    for sheet in plan.workbook.sheets:
        own = {path: entry for path, entry in plan.fields.items() if entry.sheet == sheet.name and entry.name}
        here = {path: targets[path] for path in own if path in targets}
        if not here:
            continue
        trusted = [path for path, target in here.items() if target not in shared]
        rows = _along([(own[path].row, here[path].row) for path in trusted])
        cols = _along([(own[path].col, here[path].col) for path in trusted])
        permuted = [path for path in here if path in mislabelled and here[path] not in shared]
        still = all((own[path].row, own[path].col) == (here[path].row, here[path].col) for path in permuted)
        found[sheet.name] = Shift(
            inserted="inserted" in rows | cols,
            deleted="deleted" in rows | cols or _line_gone(own, broken),
            moved="moved" in rows | cols or bool(set(here.values()) & shared),
            sorted=still and len({own[path].row for path in permuted}) >= _SORTED_AT_LEAST,
        )
    return found


def _line_gone(own: Mapping[str, Field], broken: frozenset[str]) -> bool:
    """Whether all inputs of a row or of a column have lost their cells, as when it is deleted."""
    lines: dict[tuple[str, int], list[str]] = {}
    for path, entry in own.items():
        lines.setdefault(("row", entry.row), []).append(path)
        lines.setdefault(("col", entry.col), []).append(path)
    return any(broken.issuperset(paths) for paths in lines.values())


def _along(moves: Sequence[tuple[int, int]]) -> set[str]:
    """What must have happened along one axis for each of `moves` (from, to) to come about."""
    where: dict[int, set[int]] = {}
    for before, after in moves:
        where.setdefault(before, set()).add(after)
    if any(len(after) > 1 for after in where.values()):
        return {"moved"}
    steps = [(-1, -1), *((before, next(iter(after))) for before, after in sorted(where.items()))]
    found = set()
    for (before, after), (next_before, next_after) in pairwise(steps):
        step, planned = next_after - after, next_before - before
        if step <= 0:
            return {"moved"}
        if step != planned:
            found.add("inserted" if step > planned else "deleted")
    return found
