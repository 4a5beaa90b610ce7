"""A series as text for people, as JSON, or as CSV: one registry of formats."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from xltool.model.series import Line, Point, Series
from xltool.numbers import Number, plain
from xltool.report.wording import Wording

Formatter = Callable[[Series, Wording], Iterator[str]]
BREAK = "┊"


def columns(series: Series) -> list[int | None]:
    """The columns of the table: the years, and None where a break stands between two."""
    found: list[int | None] = []
    for year in series.years:
        found.append(year)
        if year in series.broken_after:
            found.append(None)
    return found


def caption(series: Series, wording: Wording) -> str:
    """What the series is about: title and unit."""
    unit = series.unit(wording.lang) if series.unit else ""
    title = series.title(wording.lang)
    return f"{title}（{unit}）" if unit and wording.lang == "zh" else f"{title} ({unit})" if unit else title


def line_name(line: Line, wording: Wording) -> str:
    """An agency's name, with the scope where it is not the usual one."""
    return line.name if line.scope == "own" else f"{line.name} {wording.said(f'scope_{line.scope}')}"


def as_text(series: Series, wording: Wording) -> Iterator[str]:
    """A table of agencies by years, breaks marked, and what was noticed below."""
    yield caption(series, wording)
    yield wording.said("series_indicator", indicator=series.indicator, era=series.era)
    heads = [BREAK if year is None else str(year) for year in columns(series)]
    rows = [[wording.said("series_code"), wording.said("series_name"), *heads]]
    for line in series.lines:
        cells = [BREAK if year is None else _value(line.points.get(year)) for year in columns(series)]
        rows.append([line.code, line_name(line, wording), *cells])
    widths = [max(_width(row[col]) for row in rows) for col in range(len(rows[0]))]
    for row in rows:
        padded = (_pad(text, size, left=col < 2) for col, (text, size) in enumerate(zip(row, widths, strict=True)))
        yield "  ".join(padded).rstrip()
    yield ""
    yield from wording.lines(series.findings, None)


def _value(point: Point | None) -> str:
    return "" if point is None or point.value is None else plain(point.value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _pad(text: str, size: int, *, left: bool) -> str:
    room = " " * (size - _width(text))
    return text + room if left else room + text


def as_json(series: Series, wording: Wording) -> Iterator[str]:
    """One object; numbers as texts, since not every program reads them exactly."""
    tree = {
        "indicator": series.indicator,
        "era": series.era,
        "title": {"zh": series.title.zh, "en": series.title.en},
        "unit": {"zh": series.unit.zh, "en": series.unit.en} if series.unit else None,
        "years": list(series.years),
        "lines": [_line(line) for line in series.lines],
        "breaks": [
            {"before": each.before, "after": each.after, "reason": {"zh": each.reason.zh, "en": each.reason.en}}
            for each in series.breaks
        ],
        "findings": [
            {"code": each.code, "severity": each.severity, "text": wording.line(each, None)} for each in series.findings
        ],
    }
    yield json.dumps(tree, ensure_ascii=False, indent=2)


def _line(line: Line) -> dict[str, object]:
    points = [
        {
            "year": each.year,
            "era": each.era,
            "grade": each.grade,
            "value": _plain(each.value),
            "percent": _plain(each.percent),
        }
        for each in line.points.values()
    ]
    return {"agency": {"code": line.code, "name": line.name}, "scope": line.scope, "points": points}


def _plain(value: Number | None) -> str | None:
    return None if value is None else plain(value)


def as_csv(series: Series, wording: Wording) -> Iterator[str]:
    """A line a point: what spreadsheets and programs take in alike. `break` is yes where the year begins anew."""
    yield _csv(["code", "name", "scope", "year", "era", "grade", "value", "percent", "break"])
    after = {each.after for each in series.breaks}
    for line in series.lines:
        for each in line.points.values():
            head = [line.code, line.name, line.scope, str(each.year), each.era, each.grade]
            yield _csv(
                [*head, _plain(each.value) or "", _plain(each.percent) or "", "yes" if each.year in after else ""]
            )


def _csv(row: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(row)
    return text.getvalue()


FORMATS: Mapping[str, Formatter] = {"text": as_text, "json": as_json, "csv": as_csv}
