"""One rule, two readings: whatever is typed into a form, LibreOffice's recalculation shows what Python evaluates.

Both sides read the same cells; a text is missing to both. The domain is numbers of at most 12 digits: doubles hold
fifteen, and a column of figures adds up to two more. What is larger is out of bounds for every indicator, and the last
test holds both sides to saying so. What doubles cannot decide is left out of the domain in `strategies.typed`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from conftest import Office
from strategies import ERAS, SHELF, content, extras, huge_content, plan_of

from xltool.io.books.containers import open_book
from xltool.model.book import Book
from xltool.model.workbook import WorkbookPlan
from xltool.numbers import Number, from_cell
from xltool.plan.fill import fill
from xltool.plan.form import Content, FormPlan
from xltool.plan.results import Results
from xltool.rules.evaluate import rounded

# Workbooks of each kind an era gets: totals, language, with figures given whole. One in three is enough for a look.
KINDS = (
    (24, "computed", "zh", False),
    (21, "typed", "zh", False),
    (6, "computed", "en", False),
    (12, "typed", "zh", True),
)
PART = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 3


def plans(era: str) -> Iterator[tuple[int, FormPlan]]:
    for count, totals, lang, whole in KINDS:
        optional = extras(SHELF.era(era)) if whole else frozenset()
        yield count // PART, plan_of(era, totals=totals, lang=lang, extras=optional)


def bare(workbook: WorkbookPlan) -> WorkbookPlan:
    """The workbook without colours and entry rules, which no formula sees: it opens in a third less time."""
    sheets = (replace(sheet, conditionals=(), validations=()) for sheet in workbook.sheets)
    return replace(workbook, sheets=tuple(sheets))


def recalculated(
    soffice: Office, folder: Path, cases: list[tuple[FormPlan, Content]]
) -> Iterator[tuple[FormPlan, Content, Book]]:
    """Every case as a workbook that LibreOffice opened, computed anew and saved."""
    files = [folder / f"case{number:03}.xlsx" for number in range(len(cases))]
    for file, (plan, typed) in zip(files, cases, strict=True):
        file.write_bytes(SHELF.write(bare(fill(plan, typed))))
    made = soffice.convert(files, "xlsx", folder / "recalculated", recalc=True)
    for file, (plan, typed) in zip(made, cases, strict=True):
        yield plan, typed, open_book(file.read_bytes())


def comparable(value: object) -> Number | str:
    """A shown value as both sides can hold it: fifteen digits, and no difference between empty and blank.

    Where large figures cancel out, doubles leave a rest behind the ninth decimal, three beyond those any figure has.
    """
    if value is None:
        return ""
    return value if isinstance(value, str) else rounded(from_cell(float(value)), 9)  # type: ignore[arg-type]


def differences(plan: FormPlan, typed: Content, book: Book, kinds: frozenset[str] | None = None) -> Iterator[str]:
    results = Results(plan, typed)
    for (sheet, row, col), result in plan.formulas.items():
        if kinds is not None and result.kind not in kinds:
            continue
        found = book.sheet(sheet)
        assert found is not None
        cell = found.cells.get((row, col))
        shown, expected = comparable(cell and cell.value), comparable(results.shown(result))
        if shown != expected:
            formula = cell.formula if cell else ""
            yield f"{result}: LibreOffice {shown!r}, Python {expected!r}, at {sheet} {row},{col} ={formula}"


@pytest.mark.parametrize("era", ERAS)
def test_every_formula_shows_what_python_evaluates(era: str, soffice: Office, tmp_path: Path) -> None:
    """Totals, both sides and differences of checks, verdicts, states, counts, headline and 数据校验码 agree."""
    rnd = Random(f"parity {era}")
    cases = [(plan, content(rnd, plan)) for count, plan in plans(era) for _ in range(count)]
    found = [
        line
        for number, (plan, typed, book) in enumerate(recalculated(soffice, tmp_path, cases))
        for line in (f"case {number}: {each}" for each in differences(plan, typed, book))
    ]
    assert not found, "\n".join([f"{len(found)} differences", *found[:20]])


def test_figures_beyond_all_bounds_are_invalid_to_both(soffice: Office, tmp_path: Path) -> None:
    """What is too large to be added exactly is no figure of the form: both sides say so and give one 数据校验码."""
    rnd = Random("huge")
    plan = plan_of("national-2021", totals="typed")
    cases = [(plan, huge_content(rnd, plan)) for _ in range(3)]
    kinds = frozenset({"state", "residue", "format", "format_verdict", "blank", "blank_verdict", "blanks", "code_text"})
    for _, typed, book in recalculated(soffice, tmp_path, cases):
        assert "invalid" in Results(plan, typed).states.values()
        assert not list(differences(plan, typed, book, kinds))
