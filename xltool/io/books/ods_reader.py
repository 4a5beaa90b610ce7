"""ods to `Book`: tables, named expressions and custom properties; the cells are read in `ods_table`."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from xltool.io.books.guard import Budget, Package, damaged, suspicious
from xltool.io.books.odf import META, OFFICE, TABLE
from xltool.io.books.ods_styles import Styles
from xltool.io.books.ods_table import read_table, without_prefix
from xltool.io.books.references import Meaning, collect, is_built_in, odf_meaning
from xltool.model.book import Book, Sheet
from xltool.model.finding import refuse

_CONTENT, _STYLES, _META, _MANIFEST = "content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"
_MACRO_FOLDERS = ("basic/", "scripts/")
_LISTS = f"{TABLE}named-expressions"


def read(data: bytes) -> Book:
    """The workbook in `data`. Raises Refused."""
    package = Package(data)
    if _MANIFEST in package and b"encryption-data" in package.read(_MANIFEST):
        raise refuse("FILE-ENCRYPTED")
    root = package.xml(_CONTENT)
    body = root.find(f"{OFFICE}body/{OFFICE}spreadsheet")
    if body is None:
        raise damaged(_CONTENT)
    styles = Styles(root, package.xml(_STYLES) if _STYLES in package else None)
    budget = Budget()
    tables = [table for table in body.findall(f"{TABLE}table") if not _is_cache(table)]
    sheets = tuple(_sheets(tables, styles, budget))
    return Book(
        "ods",
        sheets,
        _names(body, sheets, budget),
        sum(_local_names(table, budget) for table in tables),
        _properties(package),
        macros=any(name.casefold().startswith(_MACRO_FOLDERS) for name in package.names()),
    )


def _is_cache(table: Element) -> bool:
    """Values of another file, kept by the suite beside the sheets: ``'file:///…'#$Sheet1``."""
    return table.find(f"{TABLE}table-source") is not None and "'#$" in table.get(f"{TABLE}name", "")


def _sheets(tables: list[Element], styles: Styles, budget: Budget) -> Iterable[Sheet]:
    if not tables:
        raise refuse("FILE-NO-SHEETS")
    seen: set[str] = set()
    for table in tables:
        budget.spend("sheets")
        sheet = read_table(table, styles, budget)
        if sheet.name.casefold() in seen:
            raise suspicious("same-name")
        seen.add(sheet.name.casefold())
        yield sheet


def _names(body: Element, sheets: tuple[Sheet, ...], budget: Budget) -> dict[str, Meaning]:
    by_name = {sheet.name.casefold(): sheet.name for sheet in sheets}
    pairs: list[tuple[str, Meaning]] = []
    for item in body.iterfind(f"{_LISTS}/*"):
        budget.spend("names")
        name = item.get(f"{TABLE}name", "")
        text = item.get(f"{TABLE}cell-range-address") or without_prefix(item.get(f"{TABLE}expression", ""))
        if not is_built_in(name):
            pairs.append((name, odf_meaning(text, by_name)))
    return collect(pairs)


def _local_names(table: Element, budget: Budget) -> int:
    names = [item.get(f"{TABLE}name", "") for item in table.iterfind(f"{_LISTS}/*")]
    budget.spend("names", len(names))
    return sum(not is_built_in(name) for name in names)


def _properties(package: Package) -> dict[str, str]:
    if _META not in package:
        return {}
    return {
        item.get(f"{META}name", ""): item.text or ""
        for item in package.xml(_META).iterfind(f"{OFFICE}meta/{META}user-defined")
        if item.get(f"{META}value-type", "string") == "string"
    }
