"""节点检查: for each government that reported a total, where it differs from the sum of its agencies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xltool.model.place import a1
from xltool.model.summary import NodeCheck, NodeLine
from xltool.model.workbook import Area, Formula, Page, PlanCell, SheetPlan
from xltool.numbers import Number
from xltool.plan.draft import Draft
from xltool.report.summary_context import Book

_COLUMNS = (
    *(("number", 6.0), ("code", 16.0), ("name", 30.0), ("scope", 9.0), ("indicator", 56.0)),
    *(("reported", 14.0), ("summed", 14.0), ("difference", 14.0), ("agencies", 12.0), ("counts", 20.0)),
)
_HEAD = 2


def draw_checks(book: Book) -> SheetPlan:
    """A row for each indicator that differs, and one for each total that agrees throughout."""
    draft = Draft(book.names["checks"], [width for _, width in _COLUMNS])
    draft.put(0, 0, draft.name, "title", cols=len(_COLUMNS))
    draft.at_least(0, 32.0)
    draft.put(1, 0, book.said("sum_checks_note"), "note", cols=len(_COLUMNS))
    for col, (word, _) in enumerate(_COLUMNS):
        draft.put(_HEAD, col, book.said(f"sum_column_{word}"), "head")
    draft.at_least(_HEAD, 26.0)
    row = _HEAD
    for check in book.summary.checks:
        for line in check.differing or (None,):
            row += 1
            for col, cell in enumerate(_cells(book, check, line, row)):
                draft.cells.append(cell._replace(row=row, col=col))
            draft.at_least(row, 20.0)
    draft.freeze = (_HEAD + 1, 3)
    plan = draft.done(Page(landscape=True, repeat_rows=(_HEAD, _HEAD)), tab="#2E7D5B")
    return replace(plan, autofilter=Area(_HEAD, 0, max(row, _HEAD + 1), len(_COLUMNS) - 1), protected=False)


def _cells(book: Book, check: NodeCheck, line: NodeLine | None, row: int) -> Iterator[PlanCell]:
    def cell(value: Number | str | Formula | None, style: str = "cell_center") -> PlanCell:
        return PlanCell(0, 0, value, style)

    yield cell(row - _HEAD)
    yield cell(check.code, "cell_code")
    yield cell(check.name, "cell")
    yield cell(book.said(f"sum_scope_{check.scope}"))
    counts = book.said(f"sum_counts_{check.counted}")
    if line is None:
        yield cell(book.said("sum_checks_equal", n=len(check.lines)), "sum_good")
        yield from (cell(None) for _ in range(4))
    else:
        yield cell(" / ".join(map(book.title, book.trail(line.path))), "cell")
        yield cell(line.reported)
        yield cell(line.summed)
        reported, summed = a1(row, 5), a1(row, 6)
        places = book.era.indicators[line.path].decimals
        yield cell(Formula(f"ROUND(N({reported})-N({summed}),{places})", line.difference), "sum_amber")
        yield cell(book.said("sum_n_of", n=line.counted, of=line.of))
    yield cell(counts)
