"""A plan judged before anything is written, since a workbook half right is worse than none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from xltool.io.writing import plan_limits as limits
from xltool.io.writing.plan_limits import WorkbookPlanError
from xltool.io.writing.styles import Styles
from xltool.model.place import a1
from xltool.model.stamp import Stamp
from xltool.model.workbook import Area, Conditional, Formula, Page, PlanCell, SheetPlan, Validation, WorkbookPlan
from xltool.numbers import Number

# A flaw: what is wrong, and in which cell, where there is one.
Flaw = tuple[str, str]
_SHORT = min(limits.MESSAGE, limits.LITERAL)
_PRECISE = 10**15  # whole numbers below come back from any cell


def check_plan(plan: WorkbookPlan, styles: Styles) -> None:
    """Raises WorkbookPlanError with the first thing in `plan` that the formats would lose or change."""
    sheets = {sheet.name.casefold() for sheet in plan.sheets}
    _raise_first(_book_flaws(plan, sheets))
    cells = _Cells(styles, sheets)
    for sheet in plan.sheets:
        _raise_first(cells.flaws(sheet.cells), sheet.name)
        _raise_first(_sheet_flaws(sheet, styles), sheet.name)


def check_stamp(stamp: Stamp) -> None:
    """Raises WorkbookPlanError with the first text of `stamp` that the formats would lose or change."""
    if _harmless(stamp):
        return
    for (sheet, row, col), text in stamp.cells.items():
        _raise_first([(limits.flaw_of_cell_text(text), a1(row, col))], sheet)
    for (sheet, row, col), text in stamp.results.items():
        _raise_first([(limits.flaw_of_cached(text), a1(row, col))], sheet)
    for text in stamp.names.values():
        _raise_first([("" if limits.is_constant(text) else f"not constant: {text!r}", "")])
    for text in stamp.properties.values():
        _raise_first([(limits.flaw_of_content(text, limits.MESSAGE), "")])


def _harmless(stamp: Stamp) -> bool:
    """Whether a glance tells that nothing in `stamp` has a flaw: short texts that print, constants of one literal
    without quotes in it."""
    texts = {*stamp.cells.values(), *stamp.results.values(), *stamp.properties.values()}
    names = stamp.names.values()
    together = "".join((*texts, *names))
    longest = max(map(len, (*texts, *names)), default=0)
    # Beyond U+FFFF a character counts twice.
    return (
        together.isprintable()
        and (2 * longest <= _SHORT or (longest <= _SHORT and max(together) <= "\uffff"))
        and texts.isdisjoint(limits.ERRORS)
        and all(text[:1] == '"' == text[-1:] and text.count('"') == 2 for text in names)
    )


def _raise_first(flaws: Iterable[Flaw], sheet: str = "") -> None:
    for what, cell in flaws:
        if what:
            raise WorkbookPlanError(what, sheet, cell)


def _book_flaws(plan: WorkbookPlan, sheets: set[str]) -> Iterator[Flaw]:
    yield "" if any(sheet.visibility == "visible" for sheet in plan.sheets) else "no visible sheet", ""
    yield "" if len(sheets) == len(plan.sheets) else "two sheets of one name", ""
    for sheet in plan.sheets:
        yield limits.flaw_of_sheet_name(sheet.name), ""
    for name, reference in plan.names.items():
        yield limits.flaw_of_name(name) or _reference_flaw(reference, sheets), ""
    collapsed = Counter(map(limits.name_in_xls, plan.names))
    yield from ((f"defined name that becomes another's: {name}", "") for name, times in collapsed.items() if times > 1)
    for name, text in plan.properties.items():
        yield ("" if name else "property without a name"), ""
        yield limits.flaw_of_text(name, limits.MESSAGE) or limits.flaw_of_content(text, limits.MESSAGE), ""
    yield limits.flaw_of_text(plan.title, limits.MESSAGE), ""
    ascii_only = plan.password.isascii() and plan.password.isprintable()
    yield "" if ascii_only and len(plan.password) <= limits.PASSWORD else "password not short and ASCII", ""


def _reference_flaw(reference: str, sheets: set[str]) -> str:
    if limits.is_constant(reference):
        return ""
    sheet = limits.sheet_of_reference(reference)
    return "" if sheet is not None and sheet.casefold() in sheets else f"neither constant nor reference: {reference!r}"


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a workbook. A million have few looks and texts: what has no flaw once is not judged again."""

    styles: Styles
    sheets: set[str]
    _looks: set[tuple[str, str, str, str]] = field(default_factory=set)
    _texts: set[str] = field(default_factory=set)

    def flaws(self, cells: Iterable[PlanCell]) -> Iterator[Flaw]:
        """What is wrong with the cells of a sheet."""
        taken: set[int] = set()
        for cell in cells:
            row, col, value, style, rows, cols, _, link, comment, number_format = cell
            if rows == 1 == cols and 0 <= row < limits.ROWS and 0 <= col < limits.COLS:
                spot = row * limits.COLS + col
                if spot in taken:
                    yield "cell planned twice", a1(row, col)
                taken.add(spot)
            else:
                yield from _merged_flaws(cell, taken)
            look = style, link, comment, number_format
            if look not in self._looks:
                yield from ((flaw, a1(row, col)) for flaw in _look_flaws(cell, self.styles, self.sheets))
                self._looks.add(look)
            if value is None or (type(value) is int and -_PRECISE < value < _PRECISE):
                continue
            if not isinstance(value, str):
                yield from ((flaw, a1(row, col)) for flaw in _value_flaws(value))
            elif value not in self._texts:
                yield limits.flaw_of_cell_text(value), a1(row, col)
                self._texts.add(value)


def _merged_flaws(cell: PlanCell, taken: set[int]) -> Iterator[Flaw]:
    """What is wrong with the place of a merged cell, or of one out of the sheet."""
    area = Area(cell.row, cell.col, cell.row + cell.rows - 1, cell.col + cell.cols - 1)
    where = a1(cell.row, cell.col)
    yield _area_flaw(area), where
    spots = {row * limits.COLS + col for row, col in _spots(area)}
    yield "" if taken.isdisjoint(spots) else "cell planned twice", where
    taken.update(spots)


def _sheet_flaws(sheet: SheetPlan, styles: Styles) -> Iterator[Flaw]:
    for number, size in sheet.heights.items():
        yield "" if 0 < size <= limits.ROW_HEIGHT and number >= 0 else f"height {size}", a1(number, 0)
    for number, size in sheet.widths.items():
        yield "" if 0 < size <= limits.COL_WIDTH and number >= 0 else f"width {size}", a1(0, number)
    yield from _validations_flaws(sheet.validations)
    yield from _conditionals_flaws(sheet.conditionals, styles)
    yield from _page_flaws(sheet.page)
    if sheet.autofilter:
        yield _area_flaw(sheet.autofilter), ""


def _look_flaws(cell: PlanCell, styles: Styles, sheets: set[str]) -> Iterator[str]:
    yield "" if cell.style in styles.cells else f"unknown style {cell.style!r}"
    yield limits.flaw_of_text(cell.comment, limits.CELL_TEXT)
    yield limits.flaw_of_text(cell.number_format, limits.MESSAGE)
    if cell.link:
        target = limits.sheet_of_reference(cell.link)
        yield "" if target is not None and target.casefold() in sheets else f"link to nowhere: {cell.link!r}"


def _value_flaws(value: Formula | Number) -> Iterator[str]:
    if isinstance(value, Formula):
        yield limits.flaw_of_formula(value.text)
        yield limits.flaw_of_cached(value.cached)
    else:
        yield limits.flaw_of_number(value)


def _validations_flaws(validations: tuple[Validation, ...]) -> Iterator[Flaw]:
    taken: set[tuple[int, int]] = set()
    for validation in validations:
        where = a1(validation.area.row, validation.area.col)
        spots = _spots(validation.area)
        yield _area_flaw(validation.area) or ("two validations" if not taken.isdisjoint(spots) else ""), where
        taken.update(spots)
        yield _rule_flaw(validation.rule), where
        for text in (validation.prompt_title, validation.error_title):
            yield limits.flaw_of_text(text, limits.HEADING), where
        for text in (validation.prompt, validation.error):
            yield limits.flaw_of_text(text, limits.MESSAGE), where


def _rule_flaw(rule: tuple[str, ...] | str) -> str:
    if isinstance(rule, str):
        return limits.flaw_of_formula(rule, limits.MESSAGE)
    odd = [item for item in rule if not item or item != item.strip() or set(item) & set(',"\n')]
    return f"unfit choices: {odd or rule!r}" if odd or not rule else limits.flaw_of_text(",".join(rule), limits.MESSAGE)


def _conditionals_flaws(conditionals: tuple[Conditional, ...], styles: Styles) -> Iterator[Flaw]:
    rules = Counter(conditional.area for conditional in conditionals)
    for conditional in conditionals:
        where = a1(conditional.area.row, conditional.area.col)
        yield _area_flaw(conditional.area), where
        yield limits.flaw_of_formula(conditional.formula), where
        yield "" if conditional.style in styles.differential else f"unknown difference {conditional.style!r}", where
        many = rules[conditional.area] > limits.RULES_A_RANGE
        yield f"more than {limits.RULES_A_RANGE} rules" if many else "", where


def _page_flaws(page: Page) -> Iterator[Flaw]:
    yield limits.flaw_of_text(page.footer, limits.MESSAGE), ""
    yield "pictures in a footer" if "&G" in page.footer else "", ""
    if page.print_area:
        yield _area_flaw(page.print_area), ""
    if page.repeat_rows:
        first, last = page.repeat_rows
        yield "" if 0 <= first <= last < limits.ROWS else "repeated rows out of order", ""
    if page.repeat_cols:
        first, last = page.repeat_cols
        yield "" if 0 <= first <= last < limits.COLS else "repeated columns out of order", ""


def _area_flaw(area: Area) -> str:
    fits = 0 <= area.row <= area.last_row < limits.ROWS and 0 <= area.col <= area.last_col < limits.COLS
    return "" if fits else f"area out of the sheet or turned around: {area}"


def _spots(area: Area) -> set[tuple[int, int]]:
    return {(row, col) for row in range(area.row, area.last_row + 1) for col in range(area.col, area.last_col + 1)}
