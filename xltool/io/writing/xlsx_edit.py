"""An issued xlsx workbook filled in: numbers into cells, all else as it was issued."""

from __future__ import annotations

from collections.abc import Mapping, Set

from xltool.io.books.guard import Package, directory, entry_name
from xltool.io.books.xlsx_reader import parts_of
from xltool.io.writing.sheet_edit import Site, edit_sheet
from xltool.io.writing.xml_edit import Edit, edited, parse, with_attribute
from xltool.io.writing.zip_edit import with_members

_ON_LOAD = "fullCalcOnLoad"
# What stands before it in a workbook part: 18.2.27 of ECMA-376.
_BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")
_SIGNATURES = "_xmlsignatures/"


def fill_workbook(data: bytes, numbers: Mapping[str, Mapping[Site, str]], stale: Mapping[str, Set[Site]]) -> bytes:
    """The xlsx workbook in `data` with `numbers` (plain decimal notation) in cells, by sheet and zero-based site.

    The formulas in `stale` lose their stored results, and the workbook asks to be computed when it is opened:
    LibreOffice computes what has no result, Excel what it is asked to. All other bytes of all parts stay.
    Raises Refused.
    """
    package = Package(data)
    workbook, sheets = parts_of(package)
    changed: dict[str, bytes] = {}
    for sheet, part in sheets.items():
        if numbers.get(sheet) or stale.get(sheet):
            changed[part] = edit_sheet(package.read(part), numbers.get(sheet, {}), stale.get(sheet, frozenset()))
    if any(stale.values()):
        changed[workbook] = _computed_on_load(package.read(workbook))
    stored = {entry_name(info).casefold(): info.orig_filename for info in directory(data)}
    return with_members(data, {stored[part.casefold()]: content for part, content in changed.items()})


def is_signed(data: bytes) -> bool:
    """Whether the workbook in `data` bears a digital signature, which any change would break. Raises Refused."""
    return any(name.casefold().startswith(_SIGNATURES) for name in Package(data).names())


def _computed_on_load(data: bytes) -> bytes:
    root = parse(data)
    node = root.child("calcPr")
    if node is not None:
        return edited(
            data, [Edit(node.start, node.inner, with_attribute(data[node.start : node.inner], _ON_LOAD, "1"))]
        )
    at = max(child.end for child in root.children if child.local in _BEFORE_CALCULATION)
    return edited(data, [Edit(at, at, f'<{root.prefix}calcPr {_ON_LOAD}="1"/>'.encode())])
