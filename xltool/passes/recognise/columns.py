"""Reading the header of a table: which of its columns are which of the form's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xltool.model.grid import Grid, GridCell
from xltool.passes.recognise.found import figure
from xltool.passes.recognise.labels import Key, Labels
from xltool.passes.recognise.rows import named
from xltool.passes.recognise.shape import BlockShape, ColumnShape

_JOINED = 3


@dataclass(frozen=True, slots=True)
class Strip:
    """The columns of a table that belong to one column of the form; `first` and the one after the last."""

    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """A table's columns in the order of the form's; `passed` are those that hold no figures, such as units. Rows
    that reach beyond `end` have too many cells."""

    strips: tuple[Strip, ...]
    passed: tuple[Strip, ...]
    end: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    strip: Strip
    stack: tuple[GridCell, ...]


def read_header(
    grid: Grid, rows: Sequence[int], body: Sequence[int], first: int, block: BlockShape, labels: Labels
) -> Header | None:
    """The columns from `first` on, by the labels in `rows`; None where these are not the form's.

    `body` are the rows of figures below: a column with neither label nor content does not count.
    """
    candidates = [
        each
        for each in _candidates(grid, rows, first)
        if each.stack or any((cell := grid.at(row, each.strip.first)) and not cell.blank for row in body)
    ]
    passed = [each for each in candidates if _passed_over(grid, body, each, block, labels)]
    rest = [each for each in candidates if not any(each is other for other in passed)]
    strips = _matched(rest, block, labels)
    end = max((cell.end for row in rows for cell in grid.row(row)), default=grid.width)
    return Header(strips, tuple(each.strip for each in passed), end) if strips else None


def _candidates(grid: Grid, rows: Sequence[int], first: int) -> list[_Candidate]:
    found: list[_Candidate] = []
    for col in range(first, grid.width):
        stack: list[GridCell] = []
        for row in rows:
            cell = grid.at(row, col)
            if cell is not None and not cell.blank and cell.col >= first and not any(cell is each for each in stack):
                stack.append(cell)
        before = found[-1] if found else None
        if before and stack and before.stack and stack[-1] is before.stack[-1]:
            found[-1] = _Candidate(Strip(before.strip.first, col + 1), before.stack)
        else:
            found.append(_Candidate(Strip(col, col + 1), tuple(stack)))
    return found


def _passed_over(grid: Grid, body: Sequence[int], candidate: _Candidate, block: BlockShape, labels: Labels) -> bool:
    """Whether a column is one of units or remarks: it is called so, or has neither figure nor label of ours."""
    keys = [labels.key(cell.text) for cell in candidate.stack]
    if any(key.words in labels.passed_over for key in keys):
        return True
    ours = any(named(key, names) or cut_short(key, names) for key in keys[-1:] for names in block.levels)
    cells = [cell for row in body if (cell := grid.at(row, candidate.strip.first)) is not None]
    return (not ours and len(block.columns) > 1 and not any(map(figure, cells))) or _units(cells, keys, labels)


def _units(cells: Sequence[GridCell], keys: Sequence[Key], labels: Labels) -> bool:
    filled = [labels.plain(cell.text) for cell in cells if not cell.blank]
    return bool(filled) and not keys and all(text in labels.units for text in filled)


def _matched(candidates: list[_Candidate], block: BlockShape, labels: Labels) -> tuple[Strip, ...]:
    """A strip for each column of the form, or nothing at all."""
    columns = block.columns
    if len(columns) == 1 and not columns[0].path:
        return (candidates[0].strip,) if len(candidates) == 1 else ()
    if len(candidates) == len(columns) and all(
        _fits(candidate, column, block, labels, wrapped=True)
        for candidate, column in zip(candidates, columns, strict=True)
    ):
        return tuple(each.strip for each in candidates)
    strips = []
    for column in columns:
        fitting = [each for each in candidates if _fits(each, column, block, labels, wrapped=False)]
        if len(fitting) != 1:
            return ()
        strips.append(fitting[0].strip)
    return tuple(strips) if len(set(strips)) == len(strips) == len(candidates) else ()


def _fits(candidate: _Candidate, column: ColumnShape, block: BlockShape, labels: Labels, *, wrapped: bool) -> bool:
    """Whether the labels over a strip are those of `column`. With `wrapped` its own may be cut short, as where a
    page broke it over two cells: position then tells, as long as nothing contradicts it."""
    keys = [labels.key(cell.text) for cell in candidate.stack]
    for count in range(1, min(_JOINED, len(keys)) + 1):
        own = labels.key("".join(cell.text for cell in candidate.stack[-count:]))
        if named(own, column.names) and _above(keys[:-count], column, block, wrapped):
            return True
    return wrapped and bool(keys) and cut_short(keys[-1], column.names) and _above(keys[:-1], column, block, wrapped)


def _above(keys: list[Key], column: ColumnShape, block: BlockShape, wrapped: bool) -> bool:
    """Whether no label above is one of another column's, and where position does not help, all of them are there."""
    known = [key for key in keys if any(named(key, names) for each in block.columns for names in each.above)]
    if any(not any(named(key, names) for names in column.above) for key in known):
        return False
    rivals = [each for each in block.columns if each is not column and each.names == column.names]
    return wrapped or not rivals or bool(known)


def cut_short(key: Key, names: Sequence[Key]) -> bool:
    """Whether `key` is the beginning of one of `names`."""
    return len(key.words) > 1 and any(name.words.startswith(key.words) for name in names)
