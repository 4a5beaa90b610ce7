"""Named styles of workbooks, from the data of ``templates/styles.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Property = str | int | float | bool
Properties = Mapping[str, Property]
_BASE = "based_on"


@dataclass(frozen=True, slots=True)
class Styles(Mapping[str, Properties]):
    """The properties of each cell style, its font included. `font` is the workbook's default,
    `differential` what conditional formats lay over a cell."""

    cells: Mapping[str, Properties]
    differential: Mapping[str, Properties]
    font: Properties

    def __getitem__(self, name: str) -> Properties:
        return self.cells[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)


def styles_from(data: Mapping[str, Any]) -> Styles:
    """The `Styles` of a parsed styles file that its meta-schema accepts.

    Raises ValueError where a style is based on one that is not written before it.
    """
    font = _frozen(data["font"])
    cells: dict[str, Properties] = {}
    for name, properties in data["styles"].items():
        base = properties.get(_BASE)
        if base is not None and base not in cells:
            raise ValueError(f"style {name!r} is based on {base!r}, which is not written before it")
        inherited = font if base is None else cells[str(base)]
        cells[name] = _frozen({**inherited, **{key: value for key, value in properties.items() if key != _BASE}})
    differential = {name: _frozen(properties) for name, properties in data["differential"].items()}
    return Styles(MappingProxyType(cells), MappingProxyType(differential), font)


def _frozen(properties: Mapping[str, Property]) -> Properties:
    return MappingProxyType(dict(properties))
