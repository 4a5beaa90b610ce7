"""方法与口径: how the summary was made, and what each indicator means."""

from __future__ import annotations

from dataclasses import replace

from xltool.model.workbook import Area, Page, SheetPlan
from xltool.plan.draft import Draft
from xltool.report.summary_context import Book

_WIDTHS = (6.0, 60.0, 10.0, 16.0, 80.0)
_METHODS = ("sum", "stock", "max", "ratio", "none")


def draw_method(book: Book) -> SheetPlan:
    """Scopes, rules of adding, methods and definitions."""
    summary, said = book.summary, book.said
    draft = Draft(book.names["method"], _WIDTHS)
    draft.put(0, 0, draft.name, "title", cols=5)
    draft.at_least(0, 32.0)
    row = 1
    lines = ["basis", "own", "level", "area"] if summary.nodes else ["basis", "own"]
    row = _texts(draft, row, said("sum_method_scopes"), [said(f"sum_method_scope_{word}") for word in lines])
    rules = ["once", "missing", "invalid" if summary.include_invalid else "valid"]
    rules += ["checks", "no_details"] if summary.nodes else []
    row = _texts(draft, row, said("sum_method_rules"), [said(f"sum_method_rule_{word}") for word in rules])
    used = {line.method for line in summary.lines.values()}
    methods = [
        said("sum_method_line", method=said(f"sum_method_{word}"), text=said(f"sum_method_about_{word}"))
        for word in _METHODS
        if word in used
    ]
    row = _texts(draft, row, said("sum_method_methods"), methods)
    draft.put(row, 0, said("sum_method_definitions"), "caption", cols=5)
    head = row + 1
    for col, word in enumerate(("number", "indicator", "unit", "method", "definition")):
        draft.put(head, col, said(f"sum_column_{word}"), "head")
    row = head
    for number, path in enumerate(summary.lines, start=1):
        row += 1
        indicator = book.era.indicators[path]
        note = indicator.note(book.lang, year=summary.year) if indicator.note else ""
        draft.put(row, 0, number, "cell_center")
        draft.put(row, 1, " / ".join(map(book.title, book.trail(path))), "cell")
        draft.put(row, 2, indicator.unit(book.lang) if indicator.unit else "", "cell_center")
        draft.put(row, 3, said(f"sum_method_{indicator.method}"), "cell_center")
        draft.put(row, 4, " ".join(filter(None, (note, _formula(book, path)))), "cell")
        draft.at_least(row, 20.0)
    plan = draft.done(Page(landscape=True, repeat_rows=(head, head)), tab="#1F3A5F")
    return replace(plan, autofilter=Area(head, 0, max(row, head + 1), 4))


def _texts(draft: Draft, row: int, title: str, texts: list[str]) -> int:
    draft.put(row, 0, title, "caption", cols=5)
    for text in texts:
        row += 1
        draft.put(row, 0, f"· {text}", "text_wrap", cols=5)
    return row + 2


def _formula(book: Book, path: str) -> str:
    """Where the form computes the figure from others, that it does."""
    return book.said("sum_method_total") if path in book.era.totals else ""
