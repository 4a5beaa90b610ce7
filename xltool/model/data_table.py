"""A table for programs: named columns, plain values. What leaves `report` and what `io` turns into CSV and the like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from xltool.numbers import Number

Cell = Number | str | None
Kind = Literal["text", "number", "flag"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column. `decimals` are those a number is declared to have; a flag is 1 for true, 0 for false."""

    name: str
    kind: Kind = "text"
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class DataTable:
    """`rows` have a cell for each field, in their order; None is missing, and so is every empty text."""

    fields: tuple[Field, ...]
    rows: Iterable[tuple[Cell, ...]]
