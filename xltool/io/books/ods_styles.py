"""What the styles of an ods file say: which cells are locked, which tables hidden."""

from __future__ import annotations

from itertools import chain
from xml.etree.ElementTree import Element

from xltool.io.books.odf import OFFICE, STYLE, TABLE

_COMMON, _AUTOMATIC = f"{OFFICE}styles/*", f"{OFFICE}automatic-styles/*"
_CELL, _TABLE = "table-cell", "table"
_LONGEST_CHAIN = 20


class Styles:
    """Styles by name; a style that is silent asks its parent, the last answer is the default style's.

    They are the automatic ones of the content and the common ones of the styles part, whose own automatic
    styles are for page headers and use the same names.
    """

    def __init__(self, content: Element, common: Element | None) -> None:
        self._protect: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        self._hidden: set[str] = set()
        self._default_locked = True
        for item in chain(content.iterfind(_AUTOMATIC), () if common is None else common.iterfind(_COMMON)):
            self._take(item)

    def locked(self, name: str | None) -> bool:
        """Whether a cell of this style is locked."""
        for _ in range(_LONGEST_CHAIN):
            if name is None:
                break
            protect = self._protect.get(name)
            if protect is not None:
                return _is_locked(protect)
            name = self._parents.get(name)
        return self._default_locked

    def hides(self, name: str | None) -> bool:
        """Whether a table of this style is hidden."""
        return name in self._hidden

    def _take(self, item: Element) -> None:
        family, name = item.get(f"{STYLE}family"), item.get(f"{STYLE}name")
        if family == _TABLE and name:
            properties = item.find(f"{STYLE}table-properties")
            if properties is not None and properties.get(f"{TABLE}display") == "false":
                self._hidden.add(name)
        if family != _CELL:
            return
        properties = item.find(f"{STYLE}table-cell-properties")
        protect = None if properties is None else properties.get(f"{STYLE}cell-protect")
        if item.tag == f"{STYLE}default-style":
            self._default_locked = protect is None or _is_locked(protect)
        elif name:
            if protect is not None:
                self._protect.setdefault(name, protect)
            parent = item.get(f"{STYLE}parent-style-name")
            if parent:
                self._parents.setdefault(name, parent)


def _is_locked(protect: str) -> bool:
    return "protected" in protect
