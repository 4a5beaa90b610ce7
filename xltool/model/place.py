"""Where a figure sits."""

from __future__ import annotations

import re
from dataclasses import dataclass

_A1 = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


def column_name(col: int) -> str:
    """Letters of a zero-based column: 0 is A, 26 is AA."""
    name = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        name = chr(65 + rest) + name
    return name


def a1(row: int, col: int) -> str:
    """A1 name of a zero-based cell."""
    return f"{column_name(col)}{row + 1}"


def from_a1(ref: str) -> tuple[int, int]:
    """Zero-based (row, col) of an A1 name, dollar signs allowed. Raises ValueError for anything else."""
    match = _A1.fullmatch(ref)
    if match is None:
        raise ValueError(ref)
    col = 0
    for letter in match[1].upper():
        col = col * 26 + ord(letter) - 64
    return int(match[2]) - 1, col - 1


@dataclass(frozen=True, slots=True)
class Place:
    """File, sheet and A1 cell of an indicator; a record has the file only, and the dotted path as `ref`."""

    file: str = ""
    sheet: str = ""
    ref: str = ""
