"""A document's tables → the cells of an era's indicators, each with its place, and everything left over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xltool.model.finding import Finding
from xltool.model.grid import Document, Grid, GridCell
from xltool.model.imported import LeftOver
from xltool.passes.recognise.aligned import Aligned, left_over
from xltool.passes.recognise.flow import Flow
from xltool.passes.recognise.found import Found, Spot, figure
from xltool.passes.recognise.labels import Labels
from xltool.passes.recognise.rows import Rows
from xltool.passes.recognise.shape import FormShape


@dataclass(frozen=True, slots=True)
class Recognised:
    """`cells` are the indicators found; `refused` those whose cells cannot be told apart, with what stands there.
    `spots` are all cells that each indicator stands in, what they hold apart."""

    era: str
    cells: Mapping[str, Spot]
    refused: Mapping[str, str]
    left: tuple[LeftOver, ...]
    findings: tuple[Finding, ...]
    spots: Mapping[str, tuple[Spot, ...]] = field(default_factory=dict)

    @property
    def score(self) -> int:
        """How much of the form is there."""
        return len(self.cells) or (1 if self.refused else 0)


def recognise(document: Document, form: FormShape, labels: Labels, file: str) -> Recognised:
    """What the tables of `document` say of the indicators of `form`."""
    found = Found(file)
    rows = Rows(form)
    aligned, flow = Aligned(rows, labels, found), Flow(rows, labels, found)
    for grid in document.grids:
        (flow if grid.flow else aligned).read(grid)
    cells, refused = _settled(found)
    _drop_wholes(form, cells, found)
    order = [path for path in form.era.indicators if path in cells]
    return Recognised(
        form.era.id,
        {path: cells[path] for path in order},
        refused,
        tuple(_left(document, found)),
        tuple(found.findings),
        {path: tuple(spots) for path, spots in found.cells.items() if path not in found.refused},
    )


def _settled(found: Found) -> tuple[dict[str, Spot], dict[str, str]]:
    """One cell an indicator: where two tables say different things, neither is believed."""
    cells: dict[str, Spot] = {}
    refused = dict(found.refused)
    for path, spots in found.cells.items():
        texts = list(dict.fromkeys(spot.cell.text.strip() for spot in spots))
        places = tuple(spot.place for spot in spots)
        if path in refused:
            continue
        if len(texts) == 1:
            cells[path] = spots[0]
        else:
            raw = " / ".join(text or "—" for text in texts)
            refused[path] = f"≠ {raw}"
            found.findings.append(Finding("IMPORT-TWICE", "error", places, (path,), {"values": raw}))
    return cells, refused


def _drop_wholes(form: FormShape, cells: dict[str, Spot], found: Found) -> None:
    """Where a figure is printed both whole and in parts, the parts are the form's; the whole is said, not kept."""
    for either in form.era.eithers.values():
        whole = cells.get(either.whole.path)
        parts = [cells[part.path] for part in either.parts if part.path in cells]
        if whole is None or not figure(whole.cell) or all(spot.cell.blank for spot in parts):
            continue
        del cells[either.whole.path]
        args = {"value": whole.cell.text.strip()}
        found.findings.append(Finding("IMPORT-WHOLE", "notice", (whole.place,), (either.whole.path,), args))


def _left(document: Document, found: Found) -> list[LeftOver]:
    return [
        LeftOver(found.place(grid, cell), cell.text.strip(), row)
        for grid in document.grids
        for cell, row in left_over(grid, found.used)
        if grid.name in found.touched or _tabular(grid, cell)
    ]


def _tabular(grid: Grid, cell: GridCell) -> bool:
    """Whether a table of which nothing was understood is one of figures, no frame for the page."""
    return len(grid.cells) > 1 and figure(cell) and len(cell.text) < 20
