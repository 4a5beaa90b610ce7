"""The first sheet of the summary: what it contains and what it lacks, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xltool.model.place import a1
from xltool.model.summary import Coverage, State
from xltool.model.workbook import Page, PlanCell, SheetPlan
from xltool.plan.draft import Draft
from xltool.report.summary_context import Book
from xltool.rules.excel import quoted

_WIDTHS = (24.0, 26.0, 38.0, 20.0)
_NAMED = 8
_LISTED = 30
_NOTES = ("reported", "missing", "one", "trace", "stock")
_VERDICT_POINTS = 14.0
FILES_SPOT = (3, 1)
"""The cell that says where the returns lie."""
_STATES: tuple[State, ...] = ("complete", "partial", "none", "not_added")


def draw_face(book: Book, tables: Sequence[str], levels: Sequence[str] = ()) -> SheetPlan:
    """Verdict, facts, how to read the tables, contents, and the agencies that are lacking."""
    summary = book.summary
    draft = Draft(book.names["face"], _WIDTHS)
    title = book.era.title(book.lang, year=summary.year)
    draft.put(0, 0, book.said("sum_file_title", year=summary.year, title=title), "title", cols=4)
    draft.at_least(0, 60.0)
    style, text = _verdict(book)
    draft.cells.append(PlanCell(1, 0, text, style, cols=4))
    draft.fit(1, text, 0, 4, _VERDICT_POINTS)
    draft.at_least(1, 40.0)
    row = _facts(draft, book, _files(draft, book))
    row = _notes(draft, book, row + 1)
    row = _contents(draft, book, tables, levels, row + 1)
    if summary.lacking:
        _lacking(draft, book, row + 1)
    return draft.done(Page(), tab="#1F3A5F")


def _files(draft: Draft, book: Book) -> int:
    """Where the returns lie: open, since a summary travels; the row below."""
    row, col = FILES_SPOT
    if not book.files:
        return row
    draft.put(row, 0, book.said("sum_files_folder"), "head_left")
    draft.cells.append(PlanCell(row, col, "", "input_code", locked=False))
    draft.put(row, 2, book.said("sum_files_note"), "note", cols=2)
    draft.at_least(row, 26.0)
    return row + 2


def _verdict(book: Book) -> tuple[str, str]:
    """The summary's verdict and its style; what has errors inside is never green."""
    summary = book.summary
    n, of = len(summary.included), summary.expected
    invalid = sum(each.status == "included_invalid" for each in summary.coverage)
    partial = sum(line.partial for line in summary.lines.values())
    if not n:
        return "sum_verdict_red", book.said("sum_verdict_empty")
    if summary.lacking:
        style, text = "amber", book.said("sum_verdict_partial", n=n, of=of, names=_lacking_names(book))
    elif partial:
        style, text = "amber", book.said("sum_verdict_figures", n=n, of=of, k=partial)
    else:
        style, text = "good", book.said("sum_verdict_complete", n=n, of=of)
    if not summary.has_roster:
        text += book.said("sum_verdict_heard")
    if not invalid:
        return f"sum_verdict_{style}", text
    return "sum_verdict_amber", f"{text}\n{book.said('sum_invalid_warning', n=invalid)}"


def _lacking_names(book: Book) -> str:
    groups: dict[str, list[Coverage]] = {}
    for each in book.summary.lacking:
        groups.setdefault(each.status, []).append(each)
    parts = []
    for status, members in groups.items():
        names = book.said("place_separator").join(each.name or each.code for each in members[:_NAMED])
        if len(members) > _NAMED:
            names = book.said("sum_lacking_more", names=names, n=len(members))
        parts.append(book.said("sum_lacking", status=book.said(f"sum_status_{status}"), names=names))
    return book.said("sum_lacking_separator").join(parts)


def _facts(draft: Draft, book: Book, row: int) -> int:
    draft.put(row, 0, book.said("sum_facts"), "caption", cols=4)
    for word, text in _fact_texts(book):
        row += 1
        draft.put(row, 0, book.said(f"sum_fact_{word}"), "head_left")
        draft.put(row, 1, text, "cell", cols=3)
        draft.at_least(row, 22.0)
    return row + 1


def _fact_texts(book: Book) -> list[tuple[str, str]]:
    summary = book.summary
    invalid = sum(each.status == "included_invalid" for each in summary.coverage)
    states = Counter(line.state for line in summary.lines.values())
    out = len(summary.left_out)
    expected = "sum_expected_roster" if summary.has_roster else "sum_expected_none"
    return [
        ("form", book.era.short(book.lang)),
        ("basis", book.era.basis(book.lang)),
        ("year", book.said("year_label", year=summary.year)),
        ("scope", book.said(f"scope_{summary.scope}")),
        ("expected", book.said(expected, n=summary.expected)),
        ("received", book.said("sum_agencies", n=summary.received)),
        ("included", book.said("sum_agencies", n=len(summary.included))),
        ("lacking", book.said("sum_agencies", n=len(summary.lacking))),
        ("left_out", book.said("sum_files_see" if out else "sum_files", n=out, sheet=book.names["coverage"])),
        ("invalid", book.said("sum_invalid_in" if summary.include_invalid else "sum_invalid_out", n=invalid)),
        ("figures", book.said("sum_figures", **{state: states[state] for state in _STATES})),
    ]


def _notes(draft: Draft, book: Book, row: int) -> int:
    draft.put(row, 0, book.said("sum_notes"), "caption", cols=4)
    for note in _NOTES:
        row += 1
        text = book.said(f"sum_note_{note}", detail=book.names["detail"])
        draft.put(row, 0, f"· {text}", "text_wrap", cols=4)
    return row + 1


def _contents(draft: Draft, book: Book, tables: Sequence[str], levels: Sequence[str], row: int) -> int:
    draft.put(row, 0, book.said("sum_contents"), "caption", cols=4)
    checks = ("checks",) if book.summary.checks else ()
    own = ("charts", "indicators", *checks, "coverage", "findings", "method", "detail", "long")
    every = [*((name, "table") for name in tables), *((name, "level") for name in levels)]
    for name, about in [*every, *((book.names[sheet], sheet) for sheet in own)]:
        row += 1
        draft.put(row, 0, name, "link", link=f"{quoted(name)}!{a1(0, 0)}")
        draft.put(row, 1, book.said(f"sum_about_{about}"), "text_wrap", cols=3)
    return row + 1


def _lacking(draft: Draft, book: Book, row: int) -> None:
    lacking = book.summary.lacking
    draft.put(row, 0, book.said("sum_lacking_title"), "caption", cols=4)
    row += 1
    for col, word in enumerate(("number", "code", "name", "status")):
        draft.put(row, col, book.said(f"sum_column_{word}"), "head")
    for number, each in enumerate(lacking[:_LISTED], start=1):
        row += 1
        draft.put(row, 0, number, "cell_center")
        draft.put(row, 1, each.code, "cell_code")
        draft.put(row, 2, each.name, "cell")
        draft.put(row, 3, book.said(f"sum_status_{each.status}"), "cell_center")
    if len(lacking) > _LISTED:
        text = book.said("sum_lacking_rest", n=len(lacking), sheet=book.names["coverage"])
        draft.put(row + 1, 0, text, "note", cols=4)
