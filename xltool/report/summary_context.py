"""What every sheet of the summary workbook needs: the summary, its words, and where each total finds its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xltool.lang import Lang
from xltool.model.era import Era, Indicator
from xltool.model.place import Place, a1
from xltool.model.summary import Return, Summary, TotalLine, trail
from xltool.model.workbook import Cached, Formula
from xltool.numbers import Number, from_cell, plain
from xltool.passes.merge.totals import over_totals
from xltool.plan.form import Options, Spot, Words
from xltool.plan.layout import SheetLayout
from xltool.rules.excel import Site, quoted, reference, text_literal, value_formula
from xltool.rules.nodes import Ref

SHEETS = ("face", "charts", "indicators", "checks", "coverage", "findings", "method", "detail", "long", "sources")
_FUNCTIONS: Mapping[str, str] = {"sum": "SUM", "stock": "SUM", "max": "MAX"}
# General shows no more digits than this without changing to powers of ten.
_GENERAL_DIGITS = 10
FILES = "SUM_FILES"
"""The defined name of the cell that says where the returns lie; links to them begin with what it says."""


@dataclass(frozen=True, slots=True)
class Detail:
    """Where the sheet of details has each indicator's column, and its agencies' rows."""

    sheet: str
    columns: Mapping[str, int]
    first: int
    last: int

    def column(self, path: str) -> str:
        """The cells of all agencies for one indicator, as formulas write them."""
        col = self.columns[path]
        return f"{quoted(self.sheet)}!{a1(self.first, col)}:{a1(self.last, col)}"

    def part(self, start: int, end: int) -> Detail:
        """The rows of some agencies, counted from 0, the end excluded."""
        return replace(self, first=self.first + start, last=self.first + end - 1)

    @property
    def empty(self) -> bool:
        return self.last < self.first

    def top(self, path: str) -> str:
        return reference(self.sheet, self.first, self.columns[path])


@dataclass(frozen=True, slots=True)
class Book:
    """The workbook in the making. `spots` is the cell of each total in the official tables, `tables` its sheet."""

    summary: Summary
    era: Era
    words: Words
    lang: Lang
    names: Mapping[str, str]
    detail: Detail
    spots: Mapping[str, Spot] = field(default_factory=dict)
    tables: Mapping[str, SheetLayout] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    """Where a return lies, seen from the summary, by the name of its file; one that is not there has no link."""
    notes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By agency and indicator, what was explained and accepted."""
    last_year: Mapping[str, Number] = field(default_factory=dict)
    """Last year's totals, as far as they mean the same."""

    def said(self, word: str, **values: object) -> str:
        return self.words[word](self.lang, **values)

    @property
    def options(self) -> Options:
        """The form that has a cell for every total: nothing computed in it, all optional figures that are used."""
        extras = frozenset(path for path in self.summary.lines if self.era.indicators[path].optional)
        return Options(self.summary.year, self.summary.scope, "typed", self.lang, extras=extras)

    def title(self, path: str) -> str:
        """The form's own label of an indicator or a group."""
        titled = self.era.titled(path)
        return titled.title(self.lang, year=self.summary.year) if titled else ""

    def short(self, path: str) -> str:
        titled = self.era.titled(path)
        return titled.short(self.lang, year=self.summary.year) if titled else ""

    def trail(self, path: str) -> tuple[str, ...]:
        """The groups above an indicator and itself, without the group that its sheet is about."""
        sheet = self.tables.get(path)
        return tuple(each for each in trail(self.era, path) if sheet is None or each != sheet.path)

    def suffix(self, line: TotalLine) -> str:
        """How many agencies stand behind a total, where not all do."""
        return self.said("sum_of", n=line.counted, of=line.of) if line.partial else ""

    def shown(self, line: TotalLine) -> Cached:
        """What the total's cell shows, without its suffix."""
        if line.state == "not_added":
            return self.said("sum_state_not_added")
        return self.said("sum_none") if line.value is None else from_cell(float(line.value))

    def number_format(self, line: TotalLine) -> str:
        """The number with its suffix; where there is no number, the text with it."""
        suffix = self.suffix(line)
        literal = text_literal(suffix) if suffix else ""
        if line.value is None:
            return f"General;General;General;@{literal}" if literal else ""
        long = self.long_format(line.path, line.value)
        return (long or "General") + literal if literal or long else ""

    def long_format(self, path: str, value: Number) -> str:
        """The format of a number that General would change to powers of ten; empty where General will do."""
        places = self.era.indicators[path].decimals
        if len(plain(value)) <= _GENERAL_DIGITS:
            return ""
        return "0." + "0" * places if places else "0"

    def total(self, line: TotalLine, here: str) -> Formula | str:
        """The live formula of a total on sheet `here`; nothing is added where the method adds nothing."""
        shown, indicator = self.shown(line), self.era.indicators[line.path]
        if line.state == "not_added":
            return str(shown)
        none = text_literal(self.said("sum_none"))
        if line.method == "ratio":
            ratio = self.ratio(line.path, here, self._locate)
            return (
                Formula(f'IF(({ratio})="",{none},ROUND({ratio},{indicator.decimals}))', shown) if ratio else none[1:-1]
            )
        return self.added(line, self.detail)

    def added(self, line: TotalLine, detail: Detail) -> Formula | str:
        """The formula that adds the figures of some agencies."""
        indicator, none = self.era.indicators[line.path], text_literal(self.said("sum_none"))
        if detail.empty:
            return none[1:-1]
        shown, cells = self.shown(line), detail.column(line.path)
        return Formula(f"IF(COUNT({cells})=0,{none},{_added(line, indicator, cells)})", shown)

    def ratio(self, path: str, here: str, locate: Callable[[Ref], Site | None]) -> str:
        """The formula of a ratio over totals that stand where `locate` says."""
        total = self.era.totals.get(path)
        formula = over_totals(total.formula, frozenset(self.spots)) if total else None
        return value_formula(formula, locate, here) if formula else ""

    def scope_of(self, item: Return) -> str:
        """The scope of a return that is counted; of an area counted by its own total, that nothing lies behind it."""
        scope = self.said(f"sum_scope_{item.record.scope}")
        return self.said("sum_no_details", scope=scope) if item.record.scope != "own" else scope

    def to_file(self, item: Return, place: Place, shown: str) -> Formula | str:
        """`shown`, leading to a place in the file of a return where that file can be opened; to a package as a whole,
        the place being in the workbook inside."""
        path = self.files.get(item.file, "") if not item.via else ""
        if not path or not shown:
            return shown
        there = place.sheet and place.ref and place.file in ("", item.file)
        target = f"#'{place.sheet.replace(chr(39), chr(39) * 2)}'!{place.ref}" if there else ""
        link = text_literal(path + target)
        # A literal of more than 255 characters is none; then the text stays without its link.
        return (
            Formula(f"HYPERLINK({FILES}&{link},{text_literal(shown)})", shown)
            if len(link) < 250 > len(shown)
            else shown
        )

    def _locate(self, ref: Ref) -> Site | None:
        spot = self.spots.get(ref.path)
        return Site(*spot) if spot else None


def _added(line: TotalLine, indicator: Indicator, cells: str) -> str:
    """Binary sums of decimals end in noise, which rounding to the indicator's own decimals takes away."""
    text = f"{_FUNCTIONS[line.method]}({cells})"
    return f"ROUND({text},{indicator.decimals})" if indicator.decimals and line.method != "max" else text


def sheet_names(words: Words, lang: Lang, taken: Sequence[str]) -> dict[str, str]:
    """The names of the summary's own sheets; where the form has a sheet of that name, with a number."""
    used = {name.casefold() for name in taken}
    names: dict[str, str] = {}
    for sheet in SHEETS:
        wanted = words[f"sum_sheet_{sheet}"](lang)
        names[sheet] = next(name for name in _numbered(wanted, len(used) + 2) if name.casefold() not in used)
        used.add(names[sheet].casefold())
    return names


def _numbered(name: str, most: int) -> list[str]:
    return [name, *(f"{name}{number}" for number in range(2, most + 2))]
