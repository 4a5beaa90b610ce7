"""Where a figure sits."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
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


class Places(Mapping[str, Place]):
    """Where each indicator of one file sits, made only when asked for: sheet and A1 cell by path are the same for every
    return of a form. `form` says which form that is, None where nobody knows."""

    __slots__ = ("_file", "_refs", "form")

    def __init__(self, file: str, refs: Callable[[], Mapping[str, tuple[str, str]]], form: Hashable = None) -> None:
        self._file = file
        self._refs = refs
        self.form = form

    def of(self, file: str) -> Places:
        """The same cells of another file."""
        return Places(file, self._refs, self.form)

    def __getitem__(self, path: str) -> Place:
        return Place(self._file, *self._refs()[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self._refs())

    def __len__(self) -> int:
        return len(self._refs())

    def __contains__(self, path: object) -> bool:
        return path in self._refs()


class OwnPaths(Mapping[str, Place]):
    """The same of a record that came as JSON, where each of its `values` sits at its own path."""

    __slots__ = ("_file", "_values")

    def __init__(self, file: str, values: Mapping[str, object]) -> None:
        self._file = file
        self._values = values

    def __getitem__(self, path: str) -> Place:
        if path not in self._values:
            raise KeyError(path)
        return Place(self._file, "", path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, path: object) -> bool:
        return path in self._values
