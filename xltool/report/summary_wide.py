"""Sheets with a column for each indicator: their heads, which the details and the levels share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xltool.model.workbook import Area, Page, PlanCell, SheetPlan
from xltool.plan.measure import height
from xltool.report.summary_context import Book

TITLE, PATHS, TABLES, GROUPS, LABELS, BODY = range(6)
_LABEL_POINTS = 9.0

Edge = tuple[str, float]
"""A column beside the indicators: the word of its heading, and its width."""


@dataclass(frozen=True, slots=True)
class Wide:
    """A wide sheet: `leading` and `trailing` columns around those of the indicators at `paths`.

    `widths` are those of the indicators' columns, `frozen` how many columns stay in sight.
    """

    book: Book
    name: str
    note: str
    paths: tuple[str, ...]
    leading: tuple[Edge, ...]
    trailing: tuple[Edge, ...]
    widths: Mapping[str, float]
    frozen: int
    tab: str

    @property
    def columns(self) -> dict[str, int]:
        """The column of each indicator."""
        return {path: col for col, path in enumerate(self.paths, len(self.leading))}

    @property
    def after(self) -> int:
        """The first column behind the indicators."""
        return len(self.leading) + len(self.paths)

    def sheet(self, body: Sequence[PlanCell], last: int) -> SheetPlan:
        """The sheet with `body` below its heads, `last` being its last row. It goes over as many pages as it needs,
        headed on each."""
        widths = [
            *(width for _, width in self.leading),
            *(self.widths[path] for path in self.paths),
            *(width for _, width in self.trailing),
        ]
        groups, labels = (self._height(level) for level in (0, 1))
        return SheetPlan(
            name=self.name,
            cells=(*self._head(), *body),
            widths=dict(enumerate(widths)),
            heights={TITLE: 24.0, PATHS: 12.0, TABLES: 20.0, GROUPS: groups, LABELS: labels},
            freeze=(BODY, self.frozen),
            page=Page(landscape=True, scale=60, repeat_rows=(TABLES, LABELS), repeat_cols=(0, 2), center=False),
            autofilter=Area(LABELS, 0, max(last, BODY), len(widths) - 1),
            hidden_rows=frozenset({PATHS}),
            tab=self.tab,
        )

    def _label(self, path: str) -> tuple[str, str]:
        """The group an indicator is shown under, and its name within."""
        book = self.book
        above, *own = book.trail(path)
        return (book.short(above), "·".join(map(book.short, own))) if own else ("", book.short(above))

    def _height(self, level: int) -> float:
        """How high the row of groups (0) or of names (1) must be."""
        return max(
            (height(self._label(path)[level], self.widths[path], _LABEL_POINTS) for path in self.paths), default=24.0
        )

    def _head(self) -> Iterator[PlanCell]:
        book = self.book
        yield PlanCell(TITLE, 0, self.name, "caption", cols=2)
        yield PlanCell(TITLE, 2, None, "caption")
        yield PlanCell(TITLE, 3, self.note, "detail_path")
        edges = [*enumerate(self.leading), *enumerate(self.trailing, self.after)]
        for col, (word, _) in edges:
            yield PlanCell(TABLES, col, book.said(f"sum_column_{word}"), "head", rows=2)
            # The filter's buttons sit here, in a row of its own below the merged heads.
            yield PlanCell(LABELS, col, None, "detail_label")
        for path, col in self.columns.items():
            layout, (group, label) = book.tables.get(path), self._label(path)
            # Each column carries its whole head: merged ones would be out of sight, or on another page, for most.
            yield PlanCell(PATHS, col, path, "detail_path")
            yield PlanCell(TABLES, col, layout.name(book.lang) if layout else "", "detail_label")
            yield PlanCell(GROUPS, col, group, "detail_label")
            yield PlanCell(LABELS, col, label, "detail_label")
