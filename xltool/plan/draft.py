"""A sheet being drawn: cells, heights and rules pile up here and leave as a `SheetPlan`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xltool.model.workbook import Area, Conditional, Formula, Page, PlanCell, SheetPlan, Validation
from xltool.numbers import Number
from xltool.plan.form import Field, Result, Spot
from xltool.plan.measure import height

CHOICES_LIMIT = 32
MESSAGE_LIMIT = 255


@dataclass(slots=True)
class Draft:
    """One sheet under construction. `widths` are those of its columns from A on."""

    name: str
    widths: Sequence[float]
    cells: list[PlanCell] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    validations: list[Validation] = field(default_factory=list)
    conditionals: list[Conditional] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    formulas: dict[Spot, Result] = field(default_factory=dict)
    freeze: tuple[int, int] | None = None

    def put(
        self,
        row: int,
        col: int,
        value: Number | str | None,
        style: str,
        *,
        rows: int = 1,
        cols: int = 1,
        link: str = "",
    ) -> None:
        """A locked cell. A text in one row makes the row high enough to show it."""
        self.cells.append(PlanCell(row, col, value, style, rows, cols, link=link))
        if isinstance(value, str) and rows == 1:
            self.fit(row, value, col, cols, 16.0 if style == "title" else 11.0)

    def fit(self, row: int, text: str, col: int, cols: int = 1, points: float = 11.0) -> None:
        """Make `row` high enough for `text` over the columns it spans."""
        self.at_least(row, height(text, self.span(col, cols), points))

    def at_least(self, row: int, points: float) -> None:
        self.heights[row] = max(self.heights.get(row, 0.0), points)

    def span(self, col: int, cols: int) -> float:
        """The width of `cols` columns from `col` on."""
        return sum(self.widths[col : col + cols])

    def formula(
        self, row: int, col: int, text: str, result: Result, style: str, *, rows: int = 1, cols: int = 1
    ) -> None:
        """A locked formula whose value `results` computes."""
        self.cells.append(PlanCell(row, col, Formula(text), style, rows, cols))
        self.formulas[self.name, row, col] = result
        self.at_least(row, 20.0)

    def entry(self, entry: Field, style: str, *, rows: int = 1, cols: int = 1, locked: bool = False) -> None:
        """A cell whose content comes from outside the plan."""
        self.cells.append(PlanCell(entry.row, entry.col, None, style, rows, cols, locked=locked))
        self.fields.append(entry)
        self.at_least(entry.row, 20.0)

    def validate(
        self, area: Area, rule: tuple[str, ...] | str, prompt: tuple[str, str], error: tuple[str, str]
    ) -> None:
        """Data validation with its prompt and error, each a title and a message, cut to what suites keep."""
        (title, message), (error_title, error_message) = prompt, error
        self.validations.append(
            Validation(
                area,
                rule,
                title[:CHOICES_LIMIT],
                message[:MESSAGE_LIMIT],
                error_title[:CHOICES_LIMIT],
                error_message[:MESSAGE_LIMIT],
            )
        )

    def done(self, page: Page, visibility: str = "visible", tab: str = "") -> SheetPlan:
        return SheetPlan(
            name=self.name,
            cells=tuple(sorted(self.cells, key=lambda cell: (cell.row, cell.col))),
            widths=dict(enumerate(self.widths)),
            heights=dict(sorted(self.heights.items())),
            freeze=self.freeze,
            validations=tuple(self.validations),
            conditionals=tuple(self.conditionals),
            page=page,
            visibility="visible" if visibility == "visible" else "very_hidden",
            tab=tab,
        )


def share(widths: Sequence[float], wants: Mapping[str, float]) -> dict[str, tuple[int, int]]:
    """Columns for several things side by side: each gets columns until it is as wide as it wants, the last the rest."""
    shares: dict[str, tuple[int, int]] = {}
    col = 0
    names = list(wants)
    for number, name in enumerate(names):
        left = len(names) - number - 1
        start, room = col, 0.0
        while col < len(widths) - left and (room < wants[name] or left == 0):
            room += widths[col]
            col += 1
        shares[name] = (start, col - start)
    return shares
