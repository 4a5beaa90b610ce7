"""A series as a picture: SVG written by hand, the same bytes every time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

from xltool.model.series import Line, Series
from xltool.numbers import Number, exact, plain
from xltool.report.series_table import caption, line_name
from xltool.report.wording import Wording

COLORS = ("#1F5FA8", "#C0504D", "#6B8E23", "#7F5AA8", "#D98E04", "#2C8C8C", "#8C564B", "#5B6770")
_WIDTH, _TOP, _LEFT, _RIGHT, _PLOT = 960, 64, 70, 30, 300
_FONT = "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', SimSun, sans-serif"
_LEGEND_COLUMNS, _LINE = 3, 130
_PARTS = (Decimal("0.2"), Decimal("0.25"), Decimal("0.3"), Decimal("0.4"), Decimal("0.5"))


def series_svg(series: Series, wording: Wording) -> bytes:
    """The chart of `series`: a line an agency, interrupted at breaks and where a figure is missing."""
    return ("\n".join(_Picture(series, wording).lines()) + "\n").encode("utf-8")


class _Picture:
    def __init__(self, series: Series, wording: Wording) -> None:
        self.series, self.wording = series, wording
        values = [each.value for line in series.lines for each in line.points.values() if each.value is not None]
        self.step = _step(max([abs(Decimal(value)) for value in values], default=Decimal(0)), values)
        self.ticks = range(-5 if any(value < 0 for value in values) else 0, 6)
        self.top, self.low = self.step * self.ticks[-1], self.step * self.ticks[0]
        self.first, self.last = series.years[0], series.years[-1]
        self.rows = -(-len(series.lines) // _LEGEND_COLUMNS)
        reasons = [f"┊ {each.before} / {each.after}  {each.reason(wording.lang)}" for each in series.breaks]
        self.notes = [line for reason in reasons for line in _wrapped(reason)]
        self.height = _TOP + _PLOT + 50 + 22 * self.rows + 20 * len(self.notes) + 14

    def x(self, year: float) -> str:
        room = _WIDTH - _LEFT - _RIGHT
        span = max(self.last - self.first, 1)
        return _at(_LEFT + 30 + (room - 60) * (year - self.first) / span)

    def y(self, value: Decimal) -> str:
        return _at(_TOP + _PLOT - _PLOT * float((value - self.low) / (self.top - self.low)))

    def lines(self) -> Iterator[str]:
        size = f'width="{_WIDTH}" height="{self.height}" viewBox="0 0 {_WIDTH} {self.height}"'
        yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{_FONT}" font-size="13">'
        yield f'<rect width="{_WIDTH}" height="{self.height}" fill="#FFFFFF"/>'
        title = escape(caption(self.series, self.wording))
        yield f'<text x="{_WIDTH // 2}" y="32" text-anchor="middle" font-size="18" fill="#1F3A5F">{title}</text>'
        yield from self.axes()
        yield from self.breaks()
        for number, line in enumerate(self.series.lines):
            yield from self.curve(line, COLORS[number % len(COLORS)])
        yield from self.legend()
        yield "</svg>"

    def axes(self) -> Iterator[str]:
        for tick in self.ticks:
            value, y = self.step * tick, self.y(self.step * tick)
            color = "#7F7F7F" if tick == 0 else "#E1E5EA"
            yield f'<line x1="{_LEFT}" y1="{y}" x2="{_WIDTH - _RIGHT}" y2="{y}" stroke="{color}"/>'
            at = f'x="{_LEFT - 8}" y="{y}" dy="4" text-anchor="end"'
            yield f'<text {at} fill="#3F4A55">{plain(exact(value))}</text>'
        for year in self.series.years:
            x = self.x(year)
            yield f'<text x="{x}" y="{_TOP + _PLOT + 20}" text-anchor="middle" fill="#3F4A55">{year}</text>'

    def breaks(self) -> Iterator[str]:
        label = escape(self.wording.said("series_break"))
        for each in self.series.breaks:
            x = self.x((each.before + each.after) / 2)
            dash = 'stroke="#9C4A1A" stroke-dasharray="5 4"'
            yield f'<line x1="{x}" y1="{_TOP - 8}" x2="{x}" y2="{_TOP + _PLOT}" {dash}/>'
            yield f'<text x="{x}" y="{_TOP - 12}" text-anchor="middle" font-size="12" fill="#9C4A1A">{label}</text>'

    def curve(self, line: Line, color: str) -> Iterator[str]:
        for run in self.runs(line):
            points = [(self.x(year), self.y(value)) for year, value in run]
            if len(points) > 1:
                path = " ".join(f"{x},{y}" for x, y in points)
                yield f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2.5"/>'
            yield from (f'<circle cx="{x}" cy="{y}" r="4" fill="{color}"/>' for x, y in points)
            if len(self.series.lines) == 1:
                for (x, y), (_, value) in zip(points, run, strict=True):
                    at = f'x="{x}" y="{_at(float(y) - 9)}" text-anchor="middle"'
                    yield f'<text {at} fill="{color}">{plain(exact(value))}</text>'

    def runs(self, line: Line) -> Iterator[list[tuple[int, Decimal]]]:
        """Points that may be joined: neighbours among the years of the series, no break between."""
        run: list[tuple[int, Decimal]] = []
        for year in self.series.years:
            point = line.points.get(year)
            if point is not None and point.value is not None:
                run.append((year, Decimal(point.value)))
            if run and (point is None or point.value is None or year in self.series.broken_after):
                yield run
                run = []
        if run:
            yield run

    def legend(self) -> Iterator[str]:
        width = (_WIDTH - _LEFT - _RIGHT) // _LEGEND_COLUMNS
        top = _TOP + _PLOT + 46
        for number, line in enumerate(self.series.lines):
            x, y = _LEFT + width * (number % _LEGEND_COLUMNS), top + 22 * (number // _LEGEND_COLUMNS)
            yield f'<rect x="{x}" y="{y - 9}" width="18" height="4" fill="{COLORS[number % len(COLORS)]}"/>'
            yield f'<text x="{x + 26}" y="{y - 2}" fill="#24292E">{escape(line_name(line, self.wording))}</text>'
        for number, note in enumerate(self.notes):
            y = top + 22 * self.rows + 20 * number
            yield f'<text x="{_LEFT}" y="{y}" font-size="12" fill="#9C4A1A">{escape(note)}</text>'


def _step(highest: Decimal, values: Sequence[Number]) -> Decimal:
    """A round fifth of an axis that reaches `highest`; whole where all figures are."""
    whole = all(isinstance(value, int) for value in values)
    least = Decimal(1) if whole or not highest else Decimal("0.000001")
    step = least
    while step * 5 < highest:
        step *= 10
    parts = (step * part for part in _PARTS)
    fitting = (part for part in parts if part >= least and part * 5 >= highest and not (whole and part % 1))
    return next(fitting, step)


def _wrapped(text: str) -> Iterator[str]:
    """A text in lines as wide as the picture, wide characters counted twice; lines end where words do, if any."""
    line, room = "", 0
    for word in re.findall(r"[!-~]+ ?|.", text, re.DOTALL):
        size = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in word)
        if room + size > _LINE and line:
            yield line
            line, room = "", 0
        line, room = line + word, room + size
    yield line


def _at(value: float) -> str:
    return f"{value:.1f}"
