"""What a returned workbook says of itself, in its carriers; and whether that is what was expected."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from xltool.lang import Text
from xltool.model.book import Book
from xltool.model.expected import Expected
from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.record import Scope
from xltool.plan.hidden import META_KEYS, SEAL_ROW, SHEET
from xltool.plan.meta import META_NAME, SEAL, Meta, from_constant, from_properties, seal_of

__all__ = ["Expected", "identify", "other_agency", "unexpected", "unsealed"]

_CARRIERS = {
    "hidden": Text("隐藏表", "hidden sheet"),
    "constant": Text("定义的名称", "defined name"),
    "properties": Text("文档属性", "document properties"),
}


def identify(book: Book, file: str) -> tuple[Meta | None, tuple[Finding, ...]]:
    """The metadata of `book`, or None where it is not a workbook of ours; carriers that disagree are an error."""
    every = {
        "hidden": _hidden(book),
        "constant": _constant(book),
        "properties": from_properties(book.properties),
    }
    carriers = [carrier for carrier in every.values() if carrier]
    if not carriers and book.properties.get("xltool_form", "").startswith("xltool-summary"):
        return None, (Finding("FORM-SUMMARY", "notice", (Place(file),)),)
    if not carriers:
        return None, (Finding("FORM-UNKNOWN", "error", (Place(file),)),)
    values: dict[str, str] = {}
    disagreeing = []
    for key in (*META_KEYS, SEAL):
        said = list(dict.fromkeys(carrier[key] for carrier in carriers if key in carrier))
        if len(said) > 1:
            disagreeing.append(f"{key}: {' / '.join(said)}")
        values[key] = said[0] if said else ""
    if disagreeing:
        return None, (Finding("FORM-CARRIERS", "error", (Place(file),), args={"values": "; ".join(disagreeing)}),)
    lost = [name for name, carrier in every.items() if not carrier]
    if not lost:
        return Meta(values), ()
    named = Text("、".join(_CARRIERS[name].zh for name in lost), ", ".join(_CARRIERS[name].en for name in lost))
    return Meta(values), (Finding("FORM-CARRIER-LOST", "notice", (Place(file),), args={"lost": named}),)


def unsealed(meta: Meta, key: bytes, file: str) -> Finding | None:
    """What is wrong with the seal of a workbook, where there is a key to tell by."""
    if not key or hmac.compare_digest(meta.seal.encode(), seal_of(meta.values, key).encode()):
        return None
    if not meta.seal:
        return Finding("FORM-SEAL-MISSING", "explain", (Place(file),))
    return Finding("FORM-SEAL", "error", (Place(file),))


def unexpected(
    era: str, year: int, scope: Scope, expected: Expected, file: str, words: Mapping[str, Text]
) -> list[Finding]:
    """Where a return is not of the era, year or scope that was asked for."""
    found = []
    for code, is_, wanted in (("FORM-ERA", era, expected.era), ("FORM-YEAR", str(year), expected.year)):
        if wanted is not None and is_ != str(wanted):
            found.append(Finding(code, "error", (Place(file),), args={"found": is_, "expected": str(wanted)}))
    if expected.scope is not None and scope != expected.scope:
        args = {"found": words[f"scope_{scope}"], "expected": words[f"scope_{expected.scope}"]}
        found.append(Finding("FORM-SCOPE", "error", (Place(file),), args=args))
    return found


def other_agency(code: str, expected: Expected, file: str) -> list[Finding]:
    """Where a return is not of the agency that was asked for."""
    if expected.agency is None or code == expected.agency:
        return []
    return [Finding("AGENCY-OTHER", "error", (Place(file),), args={"found": code, "expected": expected.agency})]


def _hidden(book: Book) -> dict[str, str]:
    sheet = book.sheet(SHEET)
    if sheet is None:
        return {}
    values = {SEAL: ""}
    for row, key in [*enumerate(META_KEYS), (SEAL_ROW, SEAL)]:
        label, value = sheet.cells.get((row, 0)), sheet.cells.get((row, 1))
        if label is None or label.value != key:
            if key == SEAL:
                continue
            return {}
        values[key] = value.value if value is not None and isinstance(value.value, str) else ""
    return values


def _constant(book: Book) -> dict[str, str]:
    constant = book.names.get(META_NAME)
    return from_constant(constant) if isinstance(constant, str) else {}
