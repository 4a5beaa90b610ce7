"""Few lines for many findings: one slip, such as a deleted sheet or a shifted column, may cause hundreds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from xltool.model.finding import Argument, Finding

_SHOWN_OF_CODE = 8


def grouped(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that say the same of several cells of one sheet, as one; the order of first mention is kept."""
    groups: dict[object, Finding] = {}
    for finding in findings:
        sheet = finding.places[0].sheet if finding.places else ""
        args = tuple(sorted((name, str(value)) for name, value in finding.args.items()))
        key = (finding.code, finding.severity, finding.instance, sheet, args)
        known = groups.get(key)
        if known is None or not finding.places or not finding.places[0].ref:
            groups[key if known is None else (key, len(groups))] = finding
        else:
            groups[key] = replace(known, places=known.places + finding.places, paths=known.paths + finding.paths)
    return list(groups.values())


def capped(findings: Iterable[Finding]) -> list[Finding | tuple[Finding, int]]:
    """Of each code the first few; then, where more follow, the next with how many it stands for."""
    seen: dict[str, int] = {}
    kept: list[Finding] = []
    for finding in findings:
        seen[finding.code] = seen.get(finding.code, 0) + 1
        if seen[finding.code] <= _SHOWN_OF_CODE + 1:
            kept.append(finding)
    shown: dict[str, int] = {}
    result: list[Finding | tuple[Finding, int]] = []
    for finding in kept:
        shown[finding.code] = shown.get(finding.code, 0) + 1
        more = seen[finding.code] - _SHOWN_OF_CODE
        # A line that stands for one finding may as well be that finding.
        result.append((finding, more) if shown[finding.code] > _SHOWN_OF_CODE and more > 1 else finding)
    return result


def whole_sheets(
    findings: Iterable[Finding], inputs_by_sheet: Callable[[], Mapping[str, frozenset[str]]]
) -> list[Finding]:
    """`findings`, those of a sheet that has lost all its inputs as one: the sheet is gone. `inputs_by_sheet` needs the
    plan of a form, and most returns have lost nothing."""
    every = list(findings)
    if not any(map(_lost, every)):
        return every
    inputs = inputs_by_sheet()
    lost: dict[str, set[str]] = {}
    for each in every:
        if _lost(each):
            lost.setdefault(each.places[0].sheet, set()).update(each.paths)
    gone = {sheet: paths for sheet, paths in lost.items() if inputs.get(sheet) and inputs[sheet] <= paths}
    said = {str(each.args.get("sheet")) for each in every if each.code == "STRUCTURE-SHEET-MISSING"}
    result = []
    for each in every:
        sheet = each.places[0].sheet if _lost(each) else ""
        if sheet not in gone:
            result.append(each)
        elif sheet not in said:
            said.add(sheet)
            place = replace(each.places[0], ref="")
            args: dict[str, Argument] = {"sheet": sheet, "count": len(gone[sheet])}
            result.append(Finding("SHEET-LOST", each.severity, (place,), args=args))
    return result


def _lost(finding: Finding) -> bool:
    return finding.code == "PLACE-LOST" and bool(finding.places and finding.paths)
