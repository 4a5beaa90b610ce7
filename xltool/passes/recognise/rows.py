"""Which row of the form a label names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from xltool.passes.recognise.labels import Key
from xltool.passes.recognise.shape import BlockShape, FormShape, Names, RowShape


@dataclass(slots=True)
class Rows:
    """Finds rows by their labels. `seen` are the rows met so far, `last` the one met last."""

    form: FormShape
    seen: set[int] = field(default_factory=set)
    last: int = -1
    _words: dict[str, list[RowShape]] = field(default_factory=dict)
    _bare: dict[str, list[RowShape]] = field(default_factory=dict)
    _groups: set[str] = field(default_factory=set)
    _heads: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for row in self.form.rows:
            for index, kind in ((self._words, "words"), (self._bare, "bare")):
                for words in dict.fromkeys(getattr(name, kind) for name in row.names):
                    if words:
                        index.setdefault(words, []).append(row)
            self._groups |= {words for names in row.above for words in _all(names)}
        for block in self.form.blocks:
            for names in (*block.heads, *block.levels):
                self._heads |= _all(names)

    def find(self, key: Key) -> RowShape | None:
        """The row that `key` names, given the rows met before it; None where none does or several may."""
        rows = self._words.get(key.words, []) or self._bare.get(key.bare, [])
        if not key or not rows:
            return None
        numbered = [row for row in rows if any(name.number == key.number for name in row.names)]
        rows = numbered if key.number and numbered else rows
        if not key.number and key.words in self._heads:
            rows = [row for row in rows if self._next(row)]
        elif len(rows) > 1:
            rows = [row for row in rows if self._follows(row, rows)]
        return rows[0] if len(rows) == 1 else None

    def meet(self, row: RowShape) -> None:
        self.seen.add(row.index)
        self.last = row.index

    def is_group(self, key: Key) -> bool:
        """Whether it is a label over several rows."""
        return bool(key) and (key.words in self._groups or key.bare in self._groups)

    def is_head(self, key: Key) -> bool:
        """Whether it is a label of a column, the caption of a table or the like."""
        return bool(key) and (key.words in self._heads or key.bare in self._heads)

    def _next(self, row: RowShape) -> bool:
        """Whether `row` comes right after the last one: a label that columns have too is one of a row only there."""
        between = self.form.rows[self.last + 1 : row.index]
        return 0 <= self.last < row.index and all(each.optional for each in between)

    def _follows(self, row: RowShape, rivals: list[RowShape]) -> bool:
        """Whether `row` is the first of its rivals after the last row met, the row that leads to it among those met."""
        if any(self.last < rival.index < row.index for rival in rivals) or row.index <= self.last:
            return False
        for before in reversed(self.form.rows[: row.index]):
            if all(len(self._words[name.words]) == 1 for name in before.names if name.words):
                return before.index in self.seen
        return True


def _all(names: Names) -> set[str]:
    return {words for name in names for words in (name.words, name.bare) if words}


def named(key: Key, names: Iterable[Key]) -> bool:
    """Whether `key` is one of `names`."""
    return bool(key) and any(key.words == name.words or (key.bare and key.bare == name.bare) for name in names)


def block_of(form: FormShape, row: RowShape) -> BlockShape:
    return form.blocks[row.block]
