"""Figures and findings as tables for programs. What each column means stands in ``templates/output_words.json``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from xltool.lang import Lang
from xltool.model.data_table import Cell, DataTable, Field, Kind
from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.record import Record
from xltool.model.returned import Returned
from xltool.model.summary import Return, trail_text
from xltool.report.wording import Wording

Shape = Literal["wide", "long"]
SHAPES: tuple[Shape, ...] = ("wide", "long")
MARK = ".mark"
"""What follows an indicator's path in the name of the column that says why its value is no plain number."""
_VIA = " → "
_LISTED = "; "
_NOWHERE = Place()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column and how its cell is found. Its meaning, `unit` and `source` are words: ``out_<name>`` and so on."""

    name: str
    source: str
    of: Callable[[T], Cell]
    kind: Kind = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one return."""

    item: Return
    path: str
    era: Era

    @property
    def value(self) -> Cell:
        return self.item.record.values.get(self.path)

    @property
    def place(self) -> Place:
        return self.item.places.get(self.path, _NOWHERE)

    @property
    def mark(self) -> str:
        """The kind of its mark; ``blank`` where it is missing without one, empty for a plain value."""
        mark = self.item.record.marks.get(self.path)
        return mark.kind if mark else "blank" if self.value in (None, "") else ""

    @property
    def raw(self) -> str:
        mark = self.item.record.marks.get(self.path)
        return mark.raw if mark else ""

    @property
    def used(self) -> bool:
        """Whether the form had it at all: an optional one only where it says something."""
        return not self.era.indicators[self.path].optional or self.mark != "blank"

    def label(self, lang: Lang) -> str:
        return trail_text(self.era, self.path, self.item.record.year)(lang)

    def unit(self, lang: Lang) -> str:
        unit = self.era.indicators[self.path].unit
        return unit(lang) if unit else ""


@dataclass(frozen=True, slots=True)
class Said:
    """One finding of one file."""

    returned: Returned
    finding: Finding
    wordings: Mapping[Lang, Wording]

    @property
    def trial(self) -> bool:
        return self.wordings["en"].standing(self.finding, self.returned.record) == "trial"

    def line(self, lang: Lang) -> str:
        return self.wordings[lang].line(self.finding, self.returned.record)


# --- columns -----------------------------------------------------------------------------------------------------

_WHO: tuple[Column[Return], ...] = (
    Column("year", "form", lambda item: item.record.year, "number", "year"),
    Column("era", "form", lambda item: item.record.era),
    Column("scope", "form", lambda item: item.record.scope),
    Column("submission", "cover", lambda item: item.record.submission, "number", "times"),
    Column("agency_code", "form", lambda item: item.code),
    Column("agency_name", "form", lambda item: item.record.agency.name),
)
_FROM: tuple[Column[Return], ...] = (
    Column("file", "file", lambda item: item.file),
    Column("sha256", "file", lambda item: item.sha256),
    Column("via", "package", lambda item: _VIA.join(each.file for each in item.via)),
)
_OF_FIGURE: tuple[Column[Figure], ...] = (
    Column("indicator", "schema", lambda each: each.path),
    Column("label_zh", "schema", lambda each: each.label("zh")),
    Column("label_en", "schema", lambda each: each.label("en")),
    Column("unit_zh", "schema", lambda each: each.unit("zh")),
    Column("unit_en", "schema", lambda each: each.unit("en")),
    Column("value", "cell", lambda each: None if isinstance(each.value, str) else each.value, "number", "own"),
    Column("text", "cell", lambda each: each.value if isinstance(each.value, str) else None),
    Column("mark", "cell", lambda each: each.mark),
    Column("raw", "cell", lambda each: each.raw),
    Column("sheet", "place", lambda each: each.place.sheet),
    Column("cell", "place", lambda each: each.place.ref if each.place.sheet else ""),
)


def _of_return(column: Column[Return]) -> Column[Figure]:
    return Column(column.name, column.source, lambda figure: column.of(figure.item), column.kind, column.unit)


LONG: tuple[Column[Figure], ...] = (*map(_of_return, _WHO), *_OF_FIGURE, *map(_of_return, _FROM))
"""A row for each figure of each return."""


def _of_record(
    name: str, source: str, of: Callable[[Record], Cell], kind: Kind = "text", unit: str = ""
) -> Column[Said]:
    def cell(said: Said) -> Cell:
        return of(said.returned.record) if said.returned.record else None

    return Column(name, source, cell, kind, unit)


FINDINGS: tuple[Column[Said], ...] = (
    Column("file", "file", lambda said: said.returned.file),
    _of_record("year", "form", lambda record: record.year, "number", "year"),
    _of_record("era", "form", lambda record: record.era),
    _of_record("scope", "form", lambda record: record.scope),
    _of_record("submission", "cover", lambda record: record.submission, "number", "times"),
    _of_record("agency_code", "form", lambda record: record.agency.code),
    _of_record("agency_name", "form", lambda record: record.agency.name),
    Column("severity", "check", lambda said: said.finding.severity),
    Column("trial", "check", lambda said: int(said.trial), "flag"),
    Column("code", "check", lambda said: said.finding.code),
    Column("instance", "check", lambda said: said.finding.instance),
    Column("indicators", "check", lambda said: _LISTED.join(said.finding.paths)),
    Column("cells", "place", lambda said: _LISTED.join(_cells(said.finding.places))),
    Column("message_zh", "check", lambda said: said.line("zh")),
    Column("message_en", "check", lambda said: said.line("en")),
)
"""A row for each finding."""


def wide_columns(era: Era) -> tuple[Column[Return], ...]:
    """A row for each return, a column for each figure, and behind them a column for the mark of each."""
    figures = [
        Column(path, "cell", _value_of(path), "text" if one.kind == "text" else "number", "own")
        for path, one in era.indicators.items()
    ]
    marks = [Column(path + MARK, "cell", _mark_of(path, era)) for path in era.indicators]
    return (*_WHO, *figures, *_FROM, *marks)


def _value_of(path: str) -> Callable[[Return], Cell]:
    return lambda item: item.record.values.get(path)


def _mark_of(path: str, era: Era) -> Callable[[Return], Cell]:
    def mark(item: Return) -> Cell:
        figure = Figure(item, path, era)
        return figure.mark if figure.used else ""

    return mark


def _cells(places: Iterable[Place]) -> list[str]:
    """Those in a workbook; a record has no cells."""
    return [f"{place.sheet}!{place.ref}" for place in places if place.sheet]


# --- tables ------------------------------------------------------------------------------------------------------


def figures_table(items: Sequence[Return], era: Era, shape: Shape) -> DataTable:
    """The figures of returns of one era, in their order."""
    if shape == "wide":
        return _table(wide_columns(era), items, {path: one.decimals for path, one in era.indicators.items()})
    figures = (Figure(item, path, era) for item in items for path in era.indicators)
    most = max((one.decimals for one in era.indicators.values()), default=0)
    return _table(LONG, (figure for figure in figures if figure.used), {"value": most})


def findings_table(returned: Iterable[Returned], wordings: Mapping[Lang, Wording]) -> DataTable:
    """All findings, file by file, in the words of both languages."""
    return _table(FINDINGS, (Said(each, finding, wordings) for each in returned for finding in each.findings), {})


def _table(columns: Sequence[Column[T]], rows: Iterable[T], decimals: Mapping[str, int]) -> DataTable:
    fields = tuple(Field(each.name, each.kind, decimals.get(each.name, 0)) for each in columns)
    return DataTable(fields, (tuple(_plain(each.of(row)) for each in columns) for row in rows))


def _plain(cell: Cell) -> Cell:
    return None if cell == "" else cell
