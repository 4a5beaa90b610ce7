"""xlsx, transitional and strict, to `Book`: parts and relationships, styles, texts, names, properties."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xltool.io.books.familiar import Familiar, Unfamiliar, pieces, taken_apart
from xltool.io.books.guard import SUMMARY, Budget, Package, Sizes, damaged, parse_xml, suspicious
from xltool.io.books.number_formats import kind_of
from xltool.io.books.references import Meaning, collect, excel_meaning, is_built_in
from xltool.io.books.xlsx_common import Context, Formats, Style, rich_text, truth, unescape
from xltool.io.books.xlsx_sheet import read_sheet
from xltool.model.book import Book, Sheet, Visibility
from xltool.model.finding import refuse

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_LINK_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_TEXT_TAGS, _NAME_TAGS = (b"<si>", b"</si>"), (b"<definedName ", b"</definedName>")
_USUAL_WORKBOOK = "xl/workbook.xml"
_STRING_TYPES = ("lpwstr", "lpstr", "bstr")
_VISIBILITY: Mapping[str, Visibility] = {"visible": "visible", "hidden": "hidden", "veryHidden": "very_hidden"}


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship of a part: the last step of its type, and the part it points to, None if outside."""

    kind: str
    target: str | None


def read_summary(data: bytes) -> Book:
    """The same of a summary of ours, which may be as large as its agencies are many. Raises Refused."""
    return read(data, SUMMARY)


def read(data: bytes, sizes: Sizes = Sizes()) -> Book:  # noqa: B008 - frozen, and empty means those of a return
    """The workbook in `data`. Raises Refused."""
    package = Package(data, sizes)
    roots = _relations(package, "")
    part = _workbook_part(package, roots)
    root, defined = _workbook(package, part)
    namespace = root.tag.removesuffix("workbook")
    if namespace not in (_MAIN, _STRICT):
        raise damaged(part)
    links = _relations(package, part)
    budget = Budget(sizes)
    context = Context(
        namespace,
        _shared_strings(package, _only(links, "sharedStrings"), namespace),
        _styles(package, _only(links, "styles"), namespace),
        truth(root.find(f"{namespace}workbookPr"), "date1904"),
        budget,
    )
    context.formats.books += 1
    sheets, macro_sheets = _sheets(package, root, links, context)
    names, local_names = _names(_defined(root, namespace) if defined is None else defined, sheets, budget)
    return Book(
        "xlsx",
        sheets,
        names,
        local_names,
        _properties(package, _only(roots, "custom-properties")),
        macros=macro_sheets or any(name.casefold().endswith("vbaproject.bin") for name in package.names()),
        strict=namespace == _STRICT,
    )


def parts_of(package: Package) -> tuple[str, dict[str, str]]:
    """The part of the workbook, and that of each worksheet by the sheet's name. Raises Refused."""
    part = _workbook_part(package, _relations(package, ""))
    root, links = package.xml(part), _relations(package, part)
    namespace = root.tag.removesuffix("workbook")
    found: dict[str, str] = {}
    for item in root.iterfind(f"{namespace}sheets/{namespace}sheet"):
        link = links.get(next(filter(None, map(item.get, _LINK_IDS)), ""))
        if link is not None and link.target is not None and link.kind == "worksheet":
            found[unescape(item.get("name", ""))] = link.target
    return part, found


def _relations(package: Package, part: str) -> dict[str, Relation]:
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in package:
        return {}
    return _related(package.read(path), path, folder)


@lru_cache(maxsize=8)  # the same in every return of a campaign
def _related(data: bytes, path: str, folder: str) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    for item in parse_xml(data, path):
        link, target = item.get("Id", ""), item.get("Target", "")
        if link in found:
            raise suspicious("relation", path)
        external = item.get("TargetMode") == "External"
        kind = item.get("Type", "").rpartition("/")[2]
        found[link] = Relation(kind, None if external else _resolve(folder, target))
    return found


def _resolve(folder: str, target: str) -> str:
    """The part a target names, relative to the folder of the part that holds the relationship."""
    path = posixpath.normpath(posixpath.join("/" + folder, target))
    return path.lstrip("/")


def _only(links: Mapping[str, Relation], *kinds: str) -> str | None:
    """The one part of these kinds; none is None, several or one outside are refused."""
    targets = [link.target for link in links.values() if link.kind in kinds]
    if len(targets) > 1 or None in targets:
        raise suspicious("relation", kinds[0])
    return targets[0] if targets else None


def _workbook_part(package: Package, roots: Mapping[str, Relation]) -> str:
    part = _only(roots, "officeDocument")
    if part is None or part not in package:
        raise damaged(_USUAL_WORKBOOK)
    if part.casefold() != _USUAL_WORKBOOK and _USUAL_WORKBOOK in package:
        raise suspicious("relation", part)
    return part


def _shared_strings(package: Package, part: str | None, namespace: str) -> tuple[str, ...]:
    if part is None:
        return ()
    data = package.read(part)
    try:
        return _familiar_strings(data, namespace)
    except Unfamiliar:
        return tuple(rich_text(item, namespace) for item in parse_xml(data, part) if item.tag == f"{namespace}si")


def _familiar_strings(data: bytes, namespace: str) -> tuple[str, ...]:
    root, declarations, block = taken_apart(data, b"<sst ", b"</sst>", b"sst")
    if root.tag != f"{namespace}sst":
        raise Unfamiliar
    return tuple(_known_strings(namespace, declarations).all(pieces(block, *_TEXT_TAGS)))


@lru_cache(maxsize=8)
def _known_strings(namespace: str, declarations: bytes) -> Familiar[str]:
    def learn(item: Element) -> str:
        if item.tag != f"{namespace}si":
            raise Unfamiliar
        return rich_text(item, namespace)

    return Familiar(learn, declarations, *_TEXT_TAGS)


def _styles(package: Package, part: str | None, namespace: str) -> Formats:
    return Formats() if part is None else _formats(package.read(part), part, namespace)


@lru_cache(maxsize=4)
def _formats(data: bytes, part: str, namespace: str) -> Formats:
    root = parse_xml(data, part)
    codes = {item.get("numFmtId", ""): item.get("formatCode", "") for item in root.iterfind(f"{namespace}numFmts/*")}
    formats = root.iterfind(f"{namespace}cellXfs/{namespace}xf")
    return Formats({str(index): _style(item, codes, namespace) for index, item in enumerate(formats)})


def _style(item: Element, codes: Mapping[str, str], namespace: str) -> Style:
    number = item.get("numFmtId", "0")
    protection = item.find(f"{namespace}protection")
    kind = kind_of(int(number) if number.isascii() and number.isdecimal() else 0, codes.get(number, ""))
    return Style(protection is None or truth(protection, "locked", default=True), kind)


def _sheets(
    package: Package, root: Element, links: Mapping[str, Relation], context: Context
) -> tuple[tuple[Sheet, ...], bool]:
    """All sheets in order, and whether one of them is a macro sheet."""
    sheets: list[Sheet] = []
    parts: set[str] = set()
    macros = False
    for item in root.iterfind(f"{context.namespace}sheets/{context.namespace}sheet"):
        context.budget.spend("sheets")
        link = links.get(next(filter(None, map(item.get, _LINK_IDS)), ""))
        if link is None or link.target is None or link.target not in package:
            raise damaged(f"{item.get('name', '')}")
        if link.target.casefold() in parts:
            raise suspicious("same-part", link.target)
        parts.add(link.target.casefold())
        macros = macros or "macrosheet" in link.kind.casefold()
        name, visibility = unescape(item.get("name", "")), _VISIBILITY.get(item.get("state", "visible"), "visible")
        # Chart and macro sheets are sheets too, without cells to read.
        is_cells = link.kind == "worksheet"
        sheets.append(
            read_sheet(package.read(link.target), link.target, name, visibility, context)
            if is_cells
            else Sheet(name, {}, visibility)
        )
    if not sheets:
        raise refuse("FILE-NO-SHEETS")
    if len({sheet.name.casefold() for sheet in sheets}) < len(sheets):
        raise suspicious("same-name")
    return tuple(sheets), macros


class _Defined(NamedTuple):
    """A defined name as the file has it; `local` to one sheet, or `built_in` by the suite."""

    name: str
    text: str
    local: bool
    built_in: bool


def _workbook(package: Package, part: str) -> tuple[Element, list[_Defined] | None]:
    """The root of the workbook part, and its names where they are of the usual form, which then are not in it."""
    data = package.read(part)
    try:
        root, declarations, block = taken_apart(data, b"<definedNames>", b"</definedNames>", b"definedNames")
        namespace = root.tag.removesuffix("workbook")
        if root.find(f"{namespace}definedNames") is None:
            raise Unfamiliar
        known = _known_names(namespace, declarations)
        return root, known.all(pieces(block, *_NAME_TAGS))
    except Unfamiliar:
        return parse_xml(data, part), None


@lru_cache(maxsize=8)
def _known_names(namespace: str, declarations: bytes) -> Familiar[_Defined]:
    def learn(item: Element) -> _Defined:
        if item.tag != f"{namespace}definedName":
            raise Unfamiliar
        return _name(item)

    return Familiar(learn, declarations, *_NAME_TAGS)


def _defined(root: Element, namespace: str) -> list[_Defined]:
    return list(map(_name, root.iterfind(f"{namespace}definedNames/{namespace}definedName")))


def _name(item: Element) -> _Defined:
    name = item.get("name", "")
    return _Defined(name, unescape(item.text or ""), item.get("localSheetId") is not None, is_built_in(name))


def _names(defined: list[_Defined], sheets: tuple[Sheet, ...], budget: Budget) -> tuple[dict[str, Meaning], int]:
    budget.spend("names", len(defined))
    own = [each for each in defined if not each.built_in]
    meanings = _meanings(tuple(sheet.name for sheet in sheets))
    pairs = [(each.name, meanings(each.text)) for each in own if not each.local]
    return collect(pairs), sum(each.local for each in own)


@lru_cache(maxsize=16)
def _meanings(sheets: tuple[str, ...]) -> Callable[[str], Meaning]:
    """What the text of a name means in a workbook of these sheets."""
    by_name = {sheet.casefold(): sheet for sheet in sheets}
    return lru_cache(maxsize=4096)(lambda text: excel_meaning(text, by_name))


def _properties(package: Package, part: str | None) -> dict[str, str]:
    if part is None or part not in package:
        return {}
    found: dict[str, str] = {}
    for item in package.xml(part):
        name, value = item.get("name"), next(iter(item), None)
        if name and value is not None and value.tag.rpartition("}")[2] in _STRING_TYPES:
            found[name] = unescape(value.text or "")
    return found
