"""The charts of a summary as data: what each bar is called, and which totals it adds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xltool.lang import Text
from xltool.model.era import Era
from xltool.plan.layout import ChartLayout


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of a chart: the sum of the totals at `paths`, more than one where the layout names a group."""

    label: Text
    paths: tuple[str, ...]


def bars_of(era: Era, chart: ChartLayout, year: int) -> tuple[Bar, ...]:
    """The values of `chart` in order.

    Labels are the brief names of what tells the paths apart: of ``applications.natural_person.new`` beside
    ``applications.other_organisation.new`` only 自然人 remains.
    """
    names = _distinct([path.split(".") for path in chart.paths])
    return tuple(
        Bar(_label(era, path, range(*span), year), under(era, path))
        for path, span in zip(chart.paths, names, strict=True)
    )


def under(era: Era, path: str) -> tuple[str, ...]:
    """The indicators a path of a chart stands for: itself, or all of the group, a figure and its parts alike,
    since of these each agency gives one or the other."""
    if path in era.indicators:
        return (path,)
    return tuple(leaf for leaf in era.indicators if leaf.startswith(f"{path}."))


def _distinct(paths: list[list[str]]) -> Iterator[tuple[int, int]]:
    """From which step to which each path is unlike the others; at least one step of each remains."""
    first = _alike(paths, min(map(len, paths)) - 1)
    last = _alike([path[::-1] for path in paths], min(map(len, paths)) - first - 1)
    return ((first, len(path) - last) for path in paths)


def _alike(paths: list[list[str]], most: int) -> int:
    """With how many steps, at most `most`, all paths begin alike."""
    return next((step for step in range(most) if len({path[step] for path in paths}) > 1), most)


def _label(era: Era, path: str, steps: range, year: int) -> Text:
    parts = path.split(".")
    titled = [era.titled(".".join(parts[: step + 1])) for step in steps]
    shorts = [each.short for each in titled if each]
    return Text(
        "·".join(short("zh", year=year) for short in shorts), " / ".join(short("en", year=year) for short in shorts)
    )
