"""What a returned workbook says of itself, in its carriers; and whether that is what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xltool.lang import Text
from xltool.model.book import Book
from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.record import Scope
from xltool.plan.hidden import META_KEYS, SHEET
from xltool.plan.meta import META_NAME, Meta, from_constant

_PREFIX = "xltool_"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a desk asked for; None where it does not say."""

    era: str | None = None
    year: int | None = None
    scope: Scope | None = None


def identify(book: Book, file: str) -> tuple[Meta | None, tuple[Finding, ...]]:
    """The metadata of `book`, or None where it is not a workbook of ours; carriers that disagree are an error."""
    carriers = [carrier for carrier in (_hidden(book), _constant(book), _properties(book)) if carrier]
    if not carriers:
        return None, (Finding("FORM-UNKNOWN", "error", (Place(file),)),)
    values: dict[str, str] = {}
    disagreeing = []
    for key in META_KEYS:
        said = list(dict.fromkeys(carrier[key] for carrier in carriers if key in carrier))
        if len(said) > 1:
            disagreeing.append(f"{key}: {' / '.join(said)}")
        values[key] = said[0] if said else ""
    if disagreeing:
        return None, (Finding("FORM-CARRIERS", "error", (Place(file),), args={"values": "; ".join(disagreeing)}),)
    return Meta(values), ()


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


def _hidden(book: Book) -> dict[str, str]:
    sheet = book.sheet(SHEET)
    if sheet is None:
        return {}
    values = {}
    for row, key in enumerate(META_KEYS):
        label, value = sheet.cells.get((row, 0)), sheet.cells.get((row, 1))
        if label is None or label.value != key:
            return {}
        values[key] = value.value if value is not None and isinstance(value.value, str) else ""
    return values


def _constant(book: Book) -> dict[str, str]:
    constant = book.names.get(META_NAME)
    return from_constant(constant) if isinstance(constant, str) else {}


def _properties(book: Book) -> dict[str, str]:
    found = {key: book.properties[_PREFIX + key] for key in META_KEYS if _PREFIX + key in book.properties}
    return {**dict.fromkeys(META_KEYS, ""), **found} if "form" in found else {}
