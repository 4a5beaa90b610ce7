"""A workbook to be written, as a value: what leaves `plan` and `report` and what `io` turns into bytes.

Rows and columns are zero-based. Style names refer to ``templates/styles.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from xltool.numbers import Number

Cached = Number | str


@dataclass(frozen=True, slots=True)
class Formula:
    """An Excel formula without its ``=``, and the result every reader shall see before recalculation."""

    text: str
    cached: Cached = ""


class PlanCell(NamedTuple):
    """One cell, or with `rows`/`cols` above 1 a merged one. A `value` of None is an empty, styled cell.

    Strings are written as strings, whatever they begin with. `locked` False opens the cell for input.
    `link` is a target inside the workbook (``'Sheet'!A1``); `comment` a note on the cell. `number_format` shows
    the cell's number otherwise than its style does. A tuple, since a summary has a million of them.
    """

    row: int
    col: int
    value: Cached | Formula | None = None
    style: str = "text"
    rows: int = 1
    cols: int = 1
    locked: bool = True
    link: str = ""
    comment: str = ""
    number_format: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, inclusive."""

    row: int
    col: int
    last_row: int
    last_col: int


@dataclass(frozen=True, slots=True)
class Validation:
    """Data validation of an area. `rule` is a list of choices, or a formula that must be true.

    Titles at most 32 characters, messages at most 255: beyond that suites drop the whole validation.
    """

    area: Area
    rule: tuple[str, ...] | str
    prompt_title: str = ""
    prompt: str = ""
    error_title: str = ""
    error: str = ""
    stop: bool = True


@dataclass(frozen=True, slots=True)
class Conditional:
    """A conditional format of an area: `formula` is relative to its first cell. Three a range survive as xls."""

    area: Area
    formula: str
    style: str
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Print set-up on A4: fitted to one page wide, `tall` pages high (0: as many as needed); with `scale`, a
    percentage, as many pages wide as that takes, each with the columns `repeat_cols`. A new page begins at each row
    of `breaks`, which only works with `scale`."""

    landscape: bool = False
    tall: int = 0
    repeat_rows: tuple[int, int] | None = None
    print_area: Area | None = None
    footer: str = "&C&P / &N"
    center: bool = True
    scale: int = 0
    repeat_cols: tuple[int, int] | None = None
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart: its name's cell, and its values along a row or column. `color` is ``#RRGGBB``."""

    name: tuple[int, int]
    values: Area
    color: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart over cells of its own sheet, its upper left corner at a cell, sizes in pixels. Empty cells
    interrupt a line. `from_zero` is for figures that are never negative. A pie has one curve."""

    row: int
    col: int
    title: str
    categories: Area
    curves: tuple[Curve, ...]
    y_title: str = ""
    from_zero: bool = True
    width: int = 880
    height: int = 420
    kind: Literal["line", "column", "bar", "pie"] = "line"


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet. `widths` by column in characters, `heights` by row in points (at most 400)."""

    name: str
    cells: tuple[PlanCell, ...]
    widths: Mapping[int, float] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)
    freeze: tuple[int, int] | None = None
    validations: tuple[Validation, ...] = ()
    conditionals: tuple[Conditional, ...] = ()
    page: Page = Page()
    protected: bool = True
    visibility: Literal["visible", "very_hidden"] = "visible"
    autofilter: Area | None = None
    tab: str = ""
    grid_lines: bool = False
    hidden_rows: frozenset[int] = frozenset()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkbookPlan:
    """A whole workbook. `names` maps defined names to a reference (``'Sheet'!$A$1``) or to a constant
    (``"text"`` with its quotes); `properties` are custom document properties, strings all."""

    sheets: tuple[SheetPlan, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    password: str = ""
