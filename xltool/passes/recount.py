"""The 数据校验码 of a returned workbook, over what is typed in its cells: the six digits its paper must show."""

from __future__ import annotations

from collections.abc import Mapping

from xltool.model.book import Book, Cell, CellValue, DateValue, ErrorValue, PercentValue
from xltool.model.finding import Finding
from xltool.model.place import Place, a1
from xltool.model.record import Agency
from xltool.numbers import from_cell
from xltool.once import once
from xltool.plan import hidden
from xltool.plan.form import Content, FormPlan, Result, Spot, Typed
from xltool.plan.results import Results

# Beyond this a double says nothing about the digits that were typed.
_HUGE = 1e300


def recounted(cells: Mapping[str, Cell], plan: FormPlan, agency: Agency, *, judged: bool) -> Results:
    """What the workbook's own formulas make of its cells; with `judged` its checks too."""
    return Results(plan, content_of(cells, plan, agency), judged=judged)


def check_code(cells: Mapping[str, Cell], results: Results) -> str:
    """Six digits; empty where a cell makes the workbook's own formula fail."""
    submission = _typed(cells["submission"].value) if "submission" in cells else None
    if any(isinstance(cell.value, ErrorValue) for cell in cells.values()):
        return ""
    code = results.code
    if not isinstance(submission, int):
        code += hidden.residue("submission", "text", None, 0) - hidden.residue("submission", "number", 0, 0)
    return f"{code % hidden.MODULUS:06d}"


def content_of(cells: Mapping[str, Cell], plan: FormPlan, agency: Agency) -> Content:
    """What stands in the cells, as the workbook's own formulas see it."""
    typed = {path: _typed(cell.value) for path, cell in cells.items()}
    submission = typed.get("submission")
    yes = plan.words["yes"](plan.options.lang)
    explained = {path.removeprefix("explain."): value for path, value in typed.items() if path.startswith("explain.")}
    return Content(
        agency=agency,
        submission=submission if isinstance(submission, int) else 0,
        typed={path: value for path, value in typed.items() if path in plan.figures},
        declared=frozenset(table for table in plan.tables if cells.get(f"declared.{table}", Cell()).value == yes),
        explanations={name: str(text) for name, text in explained.items() if text is not None},
        prior={path.removeprefix("prior."): value for path, value in typed.items() if path.startswith("prior.")},
    )


def verdict_differs(book: Book, results: Results, file: str) -> list[Finding]:
    """Where the workbook shows another verdict on itself than its figures have: not recalculated, or typed in."""
    found = []
    for (name, row, col), result in _headlines(results.plan):
        sheet = book.sheet(name)
        cell = sheet.cells.get((row, col)) if sheet is not None else None
        if sheet is None or cell is None:
            continue
        shown, due = cell.value, results.shown(result)
        if isinstance(shown, str) and shown and cell.formula is not None and shown != due:
            place = (Place(file, sheet.name, a1(row, col)),)
            found.append(Finding("STRUCTURE-VERDICT", "notice", place, args={"shown": shown, "due": str(due)}))
    return found[:1]


@once
def _headlines(plan: FormPlan) -> list[tuple[Spot, Result]]:
    """Where the form shows its verdict on the whole."""
    headlines = [(spot, result) for spot, result in plan.formulas.items() if result.kind == "headline"]
    return [(spot, result) for spot, result in headlines if spot[0] != hidden.SHEET]


def _typed(value: CellValue) -> Typed:
    match value:
        case bool() | ErrorValue():
            return str(value)
        case DateValue(serial, _):
            return from_cell(serial)
        case PercentValue(number):
            return from_cell(number)
        case int() | float():
            return from_cell(value) if abs(value) < _HUGE else str(value)
        case _:
            return value
