"""The lists of the summary workbook: 指标, 报送情况, 审核结果."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from xltool.model.place import column_name
from xltool.model.summary import Coverage, FindingRow, LeftOut, State, Status, TotalLine
from xltool.model.workbook import Area, Formula, Page, SheetPlan
from xltool.plan.draft import Draft
from xltool.plan.labels import places_text
from xltool.report.summary_context import Book
from xltool.report.summary_tables import STYLES
from xltool.rules.excel import reference

_HEAD = 2
_TOTAL = -5  # the cell of the total, counted from the end of its row
_STATES: dict[State, str] = {
    "complete": "sum_good",
    "partial": "sum_amber",
    "none": "sum_red",
    "not_added": "sum_grey",
}
_STATUSES: dict[Status, str] = {
    "included": "sum_good",
    "included_invalid": "sum_amber",
    "errors": "sum_red",
    "conflict": "sum_red",
    "missing": "sum_amber",
    "not_counted": "sum_grey",
    "unexpected": "sum_red",
    "spelling": "sum_red",
    "no_code": "sum_red",
    "covered": "sum_grey",
    "checked": "sum_grey",
    "outside": "sum_grey",
}
_STANDINGS = {"error": "sum_red", "explain": "sum_amber", "notice": "sum_grey", "trial": "sum_grey"}


_Value = tuple[str | int | None, str, str]
"""What a cell shows, its style, and where a click leads."""


def _value(value: str | int | None, style: str = "cell", link: str = "") -> _Value:
    return value, style, link


@dataclass(slots=True)
class _List:
    """A sheet with one table that can be filtered."""

    book: Book
    sheet: str
    columns: Sequence[tuple[str, float]]
    draft: Draft = field(init=False)
    row: int = _HEAD

    def __post_init__(self) -> None:
        self.draft = Draft(self.book.names[self.sheet], [width for _, width in self.columns])

    def head(self, note: str) -> None:
        count = len(self.columns)
        self.draft.put(0, 0, self.draft.name, "title", cols=count)
        self.draft.at_least(0, 32.0)
        self.draft.put(1, 0, note, "note", cols=count)
        for col, (word, _) in enumerate(self.columns):
            self.draft.put(_HEAD, col, self.book.said(f"sum_column_{word}"), "head")
        self.draft.at_least(_HEAD, 26.0)

    def add(self, *values: _Value) -> None:
        """A row of values, numbered."""
        self.row += 1
        for col, (value, style, link) in enumerate([(self.row - _HEAD, "cell_center", ""), *values]):
            self.draft.put(self.row, col, value, style, link=link)
        self.draft.at_least(self.row, 20.0)

    def done(self, *, landscape: bool, frozen: int, protected: bool, tab: str) -> SheetPlan:
        self.draft.freeze = (_HEAD + 1, frozen)
        page = Page(landscape=landscape, repeat_rows=(_HEAD, _HEAD))
        plan = self.draft.done(page, tab=tab)
        area = Area(_HEAD, 0, max(self.row, _HEAD + 1), len(self.columns) - 1)
        return replace(plan, autofilter=area, protected=protected)


def draw_indicators(book: Book) -> SheetPlan:
    """Every indicator in a row, linked to its total and its column of details."""
    columns = (
        *(("number", 6.0), ("place", 12.0), ("indicator", 62.0), ("unit", 8.0), ("method", 14.0)),
        *(("total", 22.0), ("counted", 12.0), ("of", 10.0), ("state", 10.0), ("detail", 12.0)),
    )
    made = _List(book, "indicators", columns)
    made.head(book.said("sum_indicators_note"))
    for path, line in book.summary.lines.items():
        _indicator(made, path, line)
    return made.done(landscape=True, frozen=3, protected=True, tab="#2E7D5B")


def _indicator(made: _List, path: str, line: TotalLine) -> None:
    book, indicator, spot = made.book, made.book.era.indicators[path], made.book.spots.get(path)
    link = reference(*spot) if spot else ""
    letters = column_name(book.detail.columns[path])
    made.add(
        _value(places_text([spot], "") if spot else "", "sum_link", link),
        _value(" / ".join(map(book.title, book.trail(path)))),
        _value(indicator.unit(book.lang) if indicator.unit else "", "cell_center"),
        _value(book.said(f"sum_method_{line.method}"), "cell_center"),
        _value(None, STYLES[line.state]),
        _value(line.counted, "cell_center"),
        _value(line.of, "cell_center"),
        _value(book.said(f"sum_state_{line.state}"), _STATES[line.state]),
        _value(book.said("sum_detail_column", letters=letters), "sum_link", book.detail.top(path)),
    )
    total = Formula(link, book.shown(line)) if link else book.total(line, made.draft.name)
    made.draft.cells[_TOTAL] = made.draft.cells[_TOTAL]._replace(value=total, number_format=book.number_format(line))


def draw_coverage(book: Book) -> SheetPlan:
    """Every agency: whether it reported, with which file, and whether it counts."""
    tree = (("part_of", 26.0), ("scope", 16.0)) if book.summary.nodes else ()
    columns = (
        *(("number", 6.0), ("code", 18.0), ("name", 34.0), *tree, ("status", 20.0), ("submission", 10.0)),
        *(("file", 46.0), ("errors", 8.0), ("explains", 8.0), ("others", 46.0)),
    )
    made = _List(book, "coverage", columns)
    made.head(book.said("sum_coverage_note_roster" if book.summary.has_roster else "sum_coverage_note_none"))
    names = {node.code: node.name for node in book.summary.nodes}
    for each in book.summary.coverage:
        _coverage(made, each, names.get(each.parent, ""))
    return made.done(landscape=True, frozen=3, protected=False, tab="#2E7D5B")


def _coverage(made: _List, each: Coverage, superior: str) -> None:
    item, book = each.adopted, made.book
    named = book.said(f"sum_scope_{each.scope}") if each.scope else ""
    scope = book.scope_of(item) if item and each.included else named
    tree = (_value(superior), _value(scope, "cell_center")) if book.summary.nodes else ()
    made.add(
        _value(each.code, "cell_code"),
        _value(each.name),
        *tree,
        _value(made.book.said(f"sum_status_{each.status}"), _STATUSES[each.status]),
        _value(item.record.submission if item else None, "cell_center"),
        _value(
            book.said("sum_via", file=item.file, via=item.via[-1].file)
            if item and item.via
            else item.file
            if item
            else None,
            "cell_code",
        ),
        _value(item.errors if item else None, "sum_red" if item and item.errors else "cell_center"),
        _value(item.explains if item else None, "sum_amber" if item and item.explains else "cell_center"),
        _value("\n".join(_other(made.book, other) for other in each.others)),
    )


def _other(book: Book, other: LeftOut) -> str:
    return book.said(f"sum_reason_{other.reason}", n=other.item.record.submission, file=other.item.file)


def draw_findings(book: Book, findings: Sequence[FindingRow]) -> SheetPlan:
    """What the checks and the merging found, in words."""
    columns = (
        *(("number", 6.0), ("severity", 12.0), ("check", 22.0), ("agency", 26.0), ("effect", 12.0)),
        *(("file", 34.0), ("where", 22.0), ("text", 66.0), ("answer", 40.0)),
    )
    made = _List(book, "findings", columns)
    made.head(book.said("sum_findings_note" if findings else "sum_findings_none"))
    for row in findings:
        severity = book.said(f"severity_{row.standing}")
        who, where = (
            [_value(text, "cell_code") for text in texts] for texts in ((row.code, row.agency), (row.file, row.where))
        )
        effect = _value(row.effect or None, "cell_center")
        made.add(
            _value(severity, _STANDINGS[row.standing]),
            *who,
            effect,
            *where,
            _value(row.text),
            _value(row.answer or None),
        )
    return made.done(landscape=True, frozen=2, protected=False, tab="#2E7D5B")
