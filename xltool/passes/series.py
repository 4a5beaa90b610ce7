"""Records of many years, agencies and forms as one series: what can be joined is, what cannot is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from xltool.lang import Text
from xltool.model.comparison import CompareRules
from xltool.model.crosswalk import Crosswalk, SeriesMap, formula, same_figures
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding, refuse
from xltool.model.record import Record
from xltool.model.roster import folded
from xltool.model.series import Break, Line, Point, Series
from xltool.numbers import Number, exact
from xltool.rules.captures import bindings
from xltool.rules.evaluate import evaluate, rounded
from xltool.rules.nodes import Node, Ref, refs

_YUAN = {"元": 1, "万元": 10_000}


@dataclass(frozen=True, slots=True)
class Way:
    """How a form gives the figure: a formula over its paths and a factor to the unit of the series.

    `reason` is what breaks between the form and the one asked for; without a formula, why the two are not joined,
    None where no crosswalk speaks of them.
    """

    node: Node | None
    factor: Decimal = Decimal(1)
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An indicator of `era`, by path or by the name of a series in `crosswalks`, those between `era` and others.

    `eras` are the forms of the records, `between` every crosswalk there is between two of them.
    """

    indicator: str
    era: Era
    eras: Mapping[str, Era]
    crosswalks: Mapping[str, Crosswalk]
    between: tuple[Crosswalk, ...]
    rules: CompareRules


def series(records: Sequence[Record], asked: Asked) -> Series:
    """The series over `records`. Raises Refused where the indicator is unknown or nothing can be joined."""
    names = [entry for each in asked.crosswalks.values() if (entry := _entry(asked, each))]
    node = _own(asked, names)
    if node is None and not names:
        raise refuse("SERIES-UNKNOWN", indicator=asked.indicator, era=asked.era.id)
    ways = {era: _way(asked, era, node) for era in asked.eras}
    refused = tuple(_refusals(records, ways))
    kept, notices = _one_a_year([each for each in records if ways[each.era].node is not None], asked.era.id)
    if not kept:
        raise refuse("SERIES-NOTHING", indicator=asked.indicator)
    breaks = tuple(_breaks(kept, asked, ways, {entry.id for entry in names}))
    lines = tuple(_line(group, ways, breaks, steady=_steady(asked, node)) for group in _by_agency(kept))
    said = (
        Finding("SERIES-BREAK", "notice", args={"before": each.before, "after": each.after, "reason": each.reason})
        for each in breaks
    )
    years = tuple(sorted({record.year for record in kept}))
    unit = _unit(node, asked.era) if node is not None else None
    title = _title(asked, names)
    return Series(asked.indicator, asked.era.id, title, unit, years, lines, breaks, (*refused, *notices, *said))


def _entry(asked: Asked, crosswalk: Crosswalk) -> SeriesMap | None:
    """The entry about the indicator, by its name or by its formula in the form asked for."""
    wanted = "".join(asked.indicator.split())
    for entry in crosswalk.series:
        if wanted in (entry.id, "".join(crosswalk.side(entry, asked.era.id).split())):
            return entry
    return None


def _own(asked: Asked, names: Sequence[SeriesMap]) -> Node | None:
    """The figure in the form asked for."""
    indicator = asked.era.indicators.get(asked.indicator)
    if indicator is not None:
        if indicator.kind == "text":
            raise refuse("SERIES-TEXT", indicator=asked.indicator)
        return Ref(asked.indicator)
    for crosswalk in asked.crosswalks.values():
        entry = _entry(asked, crosswalk)
        source = crosswalk.side(entry, asked.era.id) if entry in names and entry else ""
        if source:
            return formula(source, asked.era)
    return None


def _way(asked: Asked, era_id: str, node: Node | None) -> Way:
    """How the records of a form enter the series, or why they do not."""
    if era_id == asked.era.id:
        return Way(node)
    era, crosswalk = asked.eras[era_id], asked.crosswalks.get(era_id)
    entry = _entry(asked, crosswalk) if crosswalk else None
    if crosswalk and entry:
        source = crosswalk.side(entry, era_id)
        if entry.grade == "C" or not source or node is None:
            return Way(None, reason=entry.break_)
        found = formula(source, era)
        return Way(found, _factor(_unit(found, era), _unit(node, asked.era)), entry.break_)
    if crosswalk and asked.indicator in same_figures(crosswalk, era, asked.era):
        return Way(Ref(asked.indicator))
    return Way(None)


def _unit(node: Node, era: Era) -> Text | None:
    units = [era.indicators[ref.path].unit for ref in refs(node) if ref.origin == "data"]
    return units[0] if units else None


def _factor(unit: Text | None, wanted: Text | None) -> Decimal:
    """元 and 万元 are converted; other units are the same in all forms or printed in one of them only."""
    if unit is None or wanted is None or unit.zh not in _YUAN or wanted.zh not in _YUAN:
        return Decimal(1)
    return Decimal(_YUAN[unit.zh]) / _YUAN[wanted.zh]


def _refusals(records: Sequence[Record], ways: Mapping[str, Way]) -> Iterator[Finding]:
    for era, way in ways.items():
        if way.node is None:
            years = "、".join(str(year) for year in sorted({each.year for each in records if each.era == era}))
            if way.reason is None:
                yield Finding("SERIES-NO-MAPPING", "explain", args={"era": era, "years": years})
            else:
                args: dict[str, Argument] = {"era": era, "years": years, "reason": way.reason}
                yield Finding("SERIES-NOT-COMPARABLE", "explain", args=args)


def _one_a_year(records: Sequence[Record], era: str) -> tuple[list[Record], tuple[Finding, ...]]:
    """One record an agency, year and scope: that of the form asked for, then the highest submission."""
    kept: dict[tuple[str, int, str], Record] = {}
    twice: dict[tuple[str, int, str], None] = {}
    for record in records:
        key = (folded(record.agency.code.strip()), record.year, record.scope)
        known = kept.setdefault(key, record)
        if known is not record:
            twice[key] = None
            kept[key] = max(known, record, key=lambda each: (each.era == era, each.submission))
    notices = tuple(
        Finding(
            "SERIES-TWICE",
            "notice",
            args={
                "code": kept[key].agency.code,
                "name": kept[key].agency.name,
                "year": key[1],
                "kept": f"{kept[key].era} #{kept[key].submission}",
            },
        )
        for key in twice
    )
    return list(kept.values()), notices


def _breaks(records: Sequence[Record], asked: Asked, ways: Mapping[str, Way], names: set[str]) -> Iterator[Break]:
    """Where two years that follow each other come from forms that the crosswalk grades B."""
    years = sorted({record.year for record in records})
    for before, after in pairwise(years):
        reasons: dict[Text, None] = {}
        for older in dict.fromkeys(each.era for each in records if each.year == before):
            for newer in dict.fromkeys(each.era for each in records if each.year == after):
                if older != newer and (reason := _reason(asked, ways, names, {older, newer})):
                    reasons[reason] = None
        if reasons:
            yield Break(
                before, after, Text("".join(each.zh for each in reasons), " ".join(each.en for each in reasons))
            )


def _reason(asked: Asked, ways: Mapping[str, Way], names: set[str], pair: set[str]) -> Text | None:
    """What breaks between two forms: what their own crosswalk says, else what either has against the form asked for."""
    for crosswalk in asked.between:
        if {crosswalk.older, crosswalk.newer} == pair:
            entry = next((each for each in crosswalk.series if each.id in names), None)
            if entry is not None:
                return entry.break_
    return next((reason for era in sorted(pair) if (reason := ways[era].reason)), None)


def _steady(asked: Asked, node: Node | None) -> bool:
    """Whether rates of change mean something: not of figures that add up over the years."""
    patterns = asked.rules.cumulative
    era = asked.era
    found = {each["p"] for each in bindings({"p": patterns}, era.groups, era.indicators)} if patterns else set()
    return node is not None and not any(ref.path in found for ref in refs(node))


def _by_agency(records: Iterable[Record]) -> list[list[Record]]:
    groups: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        groups.setdefault((folded(record.agency.code.strip()), record.scope), []).append(record)
    ordered = [sorted(group, key=lambda each: each.year) for group in groups.values()]
    return sorted(ordered, key=lambda group: (group[0].agency.code, group[0].scope))


def _line(group: Sequence[Record], ways: Mapping[str, Way], breaks: Sequence[Break], *, steady: bool) -> Line:
    """One agency's points; the newest record gives its name."""
    points: dict[int, Point] = {}
    for record in group:
        way = ways[record.era]
        value = _value(record, way)
        last = points.get(record.year - 1)
        broken = any(each.after == record.year for each in breaks)
        rate = _percent(last.value, value) if last and steady and not broken else None
        points[record.year] = Point(record.year, record.era, "B" if way.reason else "A", value, rate)
    newest = group[-1]
    return Line(newest.agency.code, newest.agency.name, newest.scope, points)


def _value(record: Record, way: Way) -> Number | None:
    if way.node is None:
        return None
    found = evaluate(way.node, lambda ref: record.values.get(ref.path) if ref.origin == "data" else None)
    return None if found is None else exact(Decimal(found) * way.factor)


def _percent(before: Number | None, after: Number | None) -> Number | None:
    """The change in per cent with one decimal; after a 0 there is none."""
    if before is None or after is None or before == 0:
        return None
    return rounded(exact((Decimal(after) - Decimal(before)) * 100 / abs(Decimal(before))), 1)


def _title(asked: Asked, names: Sequence[SeriesMap]) -> Text:
    """What the series is called: by its name in the crosswalk, else by the labels that lead to the indicator."""
    if names:
        return names[0].title
    parts = asked.indicator.split(".")
    titled = [asked.era.titled(".".join(parts[:depth])) for depth in range(1, len(parts) + 1)]
    shorts = [each.short for each in titled if each]
    return Text("·".join(each.zh for each in shorts), " / ".join(each.en for each in shorts))
