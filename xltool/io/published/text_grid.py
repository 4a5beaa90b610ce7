"""Flattened text: a cell a line with ``|`` after it, blank cells as bare bars, prose between the tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from xltool.model.grid import Document, Grid, GridCell, Paragraph

_HEADING = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}\s*[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]|表[一二三四五六七八九十\d]|(?:19|20)\d\d\s*年)"
)
_PROSE = re.compile("[。;；：:！？]")
_LONG = 40


@dataclass(slots=True)
class _Splitter:
    items: list[Paragraph | Grid] = field(default_factory=list)
    cells: list[GridCell] = field(default_factory=list)
    pending: list[tuple[int, str]] = field(default_factory=list)
    tables: int = 0

    def line(self, number: int, line: str) -> None:
        if "|" not in line:
            if line.strip():
                self.pending.append((number, line))
            return
        *contents, rest = line.split("|")
        carried = self._carried()
        for at, content in enumerate(contents):
            text = " ".join([*carried, content.strip()]).strip() if at == 0 else content.strip()
            self.cells.append(GridCell(text, 0, len(self.cells), ref=f"第{number}行"))
        if rest.strip():
            self.pending.append((number, rest))

    def _carried(self) -> list[str]:
        """The lines before a bar that belong to its cell; prose and headings among them end the table."""
        last = max((at for at, (_, line) in enumerate(self.pending) if self._outside(line)), default=-1)
        if last >= 0 or not self.cells:
            cut = last + 1 if last >= 0 else len(self.pending)
            self.close(self.pending[:cut])
            self.pending = self.pending[cut:]
        carried = [line.strip() for _, line in self.pending]
        self.pending = []
        return carried

    @staticmethod
    def _outside(line: str) -> bool:
        return (
            bool(_HEADING.match(line) or _PROSE.search(line)) or len(line) > _LONG or line.rstrip().endswith("统计表")
        )

    def close(self, after: list[tuple[int, str]]) -> None:
        """End the table, and let these lines follow it as paragraphs."""
        if self.cells:
            self.tables += 1
            self.items.append(Grid(f"表格{self.tables}", tuple(self.cells), flow=True))
            self.cells = []
        self.items += [Paragraph(line.strip(), f"第{number}行") for number, line in after]


def read_text(text: str) -> Document:
    """The paragraphs and flattened tables of a text."""
    splitter = _Splitter()
    for number, line in enumerate(text.splitlines(), start=1):
        splitter.line(number, line)
    splitter.close(splitter.pending)
    return Document(tuple(splitter.items))
