"""三核对: an agency's return, Word report and web page, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.reconciled import Reconciled, Side, SideCell
from xltool.model.record import Mark, Value
from xltool.numbers import plain

_BLANK = "□"


def reconcile(sides: Sequence[Side], era: Era | None, code: str, name: str) -> Reconciled:
    """The files of one agency compared; `era` is None where they are not all of one."""
    files = tuple(side.file for side in sides)
    if len(sides) < 2:
        finding = Finding("RECONCILE-ALONE", "explain", tuple(map(Place, files)), args={"name": name or code})
        return Reconciled(code, name, files, sides[0].record if sides else None, findings=(finding,))
    kinds = {(side.record.era, side.record.year) for side in sides}
    if len(kinds) > 1 or era is None:
        said = "; ".join(f"{side.file}: {side.record.era} {side.record.year}" for side in sides)
        finding = Finding("RECONCILE-ERA", "error", tuple(map(Place, files)), args={"values": said})
        return Reconciled(code, name, files, sides[0].record, findings=(finding,))
    lines = {path: tuple(_cell(side, path) for side in sides) for path in era.indicators}
    lines = {path: cells for path, cells in lines.items() if any(_says(cell) for cell in cells)}
    codes = {path: found for path, cells in lines.items() if (found := _verdict(cells))}
    findings = tuple(_finding(path, lines[path], found) for path, found in codes.items())
    return Reconciled(code, name, files, sides[0].record, lines, tuple(codes), findings)


def _cell(side: Side, path: str) -> SideCell:
    place = side.places.get(path) or Place(side.file, "", path)
    mark = side.record.marks.get(path)
    return SideCell(side.file, place, side.record.values.get(path), mark, path not in side.missing)


def _says(cell: SideCell) -> bool:
    return cell.value is not None or (cell.mark is not None and cell.mark.kind != "declared_zero")


def _verdict(cells: Sequence[SideCell]) -> str:
    """The code of what is wrong with an indicator; empty where all files agree."""
    if any(cell.mark is not None and cell.mark.kind == "unreadable" for cell in cells):
        return "RECONCILE-UNREADABLE"
    answers = {_answer(cell) for cell in cells}
    if len(answers) == 1:
        return ""
    given = {answer for answer in answers if answer is not None}
    return "RECONCILE-DIFFERS" if len(given) > 1 else "RECONCILE-ONLY-IN"


def _answer(cell: SideCell) -> tuple[str, Value] | None:
    """What a file answers; None where it says nothing."""
    if cell.mark is not None and cell.mark.kind == "not_applicable":
        return "not_applicable", None
    return None if cell.value is None else ("value", cell.value)


def _finding(path: str, cells: Sequence[SideCell], code: str) -> Finding:
    places = tuple(cell.place for cell in cells)
    values = "；".join(f"{cell.file}{_where(cell)} {shown(cell)}" for cell in cells)
    return Finding(code, "error", places, (path,), {"values": values})


def _where(cell: SideCell) -> str:
    return f"[{cell.place.sheet}{cell.place.ref}]" if cell.place.sheet else ""


def shown(cell: SideCell) -> str:
    """What stands in a cell; a box where it is blank."""
    if cell.value is not None:
        return cell.value if isinstance(cell.value, str) else plain(cell.value)
    return cell.mark.raw if isinstance(cell.mark, Mark) and cell.mark.raw else _BLANK


def grouped(sides: Sequence[Side], known: Mapping[str, str]) -> list[tuple[str, str, list[Side]]]:
    """Files by agency: by code, else by name, else by the one known name or code that the file's own name holds.

    `known` maps codes to names.
    """
    groups: dict[tuple[str, str], list[Side]] = {}
    for side in sides:
        groups.setdefault(_agency(side, known), []).append(side)
    return [(code, name, members) for (code, name), members in groups.items()]


def _agency(side: Side, known: Mapping[str, str]) -> tuple[str, str]:
    agency = side.record.agency
    if agency.code in known:
        return agency.code, known[agency.code]
    for text, exactly in ((agency.name, True), (side.file, False)):
        fitting = [
            (code, name)
            for code, name in known.items()
            if (text == name if exactly else (name and name in text) or (code and code in text))
        ]
        # Of 长春市 and 长春市司法局 the longer name is meant.
        longest = max((len(name) for _, name in fitting), default=0)
        fitting = [pair for pair in fitting if len(pair[1]) == longest]
        if text and len(fitting) == 1:
            return fitting[0]
    return agency.code, agency.name or side.file
