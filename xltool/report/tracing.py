"""What lies behind a number, as text for people and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xltool.model.era import Era
from xltool.model.record import Value
from xltool.model.summary import trail_text
from xltool.model.trace import Trace, TraceLine, Without
from xltool.numbers import plain
from xltool.report.wording import Wording


def trace_lines(
    traces: tuple[Trace, ...], lost: tuple[Without, ...], era: Era, year: int, words: Wording
) -> Iterator[str]:
    """A heading a number, a line an agency; then the numbers without somebody."""
    for trace in traces:
        yield words.said(
            "trace_head",
            indicator=trail_text(era, trace.path, year)(words.lang),
            place=_place(trace),
            value=_text(trace.added),
            n=trace.counted,
            of=len(trace.lines),
        )
        yield from (f"  {_line(line, words)}" for line in trace.lines)
        yield ""
    for each in lost:
        yield words.said(
            "trace_without",
            indicator=trail_text(era, each.path, year)(words.lang),
            total=_text(each.total),
            without=_text(each.without),
            difference=plain(each.difference),
        )


def trace_object(traces: tuple[Trace, ...], lost: tuple[Without, ...]) -> Mapping[str, object]:
    """The same as plain data; numbers are written as they are, exact decimals as strings."""
    return {
        "traces": [
            {
                "indicator": trace.path,
                "method": trace.method,
                "sheet": trace.place.sheet,
                "cell": trace.place.ref,
                "shown": _plain(trace.shown),
                "added": _plain(trace.added),
                "lines": [
                    {
                        "code": line.code,
                        "name": line.name,
                        "value": _plain(line.value),
                        "file": line.source.file,
                        "sha256": line.sha256,
                        "sheet": line.source.sheet,
                        "cell": line.source.ref,
                        "via": [{"file": each.file, "sha256": each.sha256} for each in line.via],
                        "checked": line.checked,
                    }
                    for line in trace.lines
                ],
            }
            for trace in traces
        ],
        "without": [
            {"indicator": each.path, "total": _plain(each.total), "without": _plain(each.without)} for each in lost
        ],
    }


def _line(line: TraceLine, words: Wording) -> str:
    source = line.source
    where = f"{source.sheet}!{source.ref}" if source.sheet else source.ref
    via = words.said("trace_via", files=" → ".join(each.file for each in line.via)) if line.via else ""
    checked = words.said(f"trace_{line.checked}") if line.checked else ""
    parts = (line.code, line.name, _text(line.value), source.file, where, line.sha256[:12], via, checked)
    return "  ".join(part for part in parts if part)


def _place(trace: Trace) -> str:
    return f"{trace.place.sheet}!{trace.place.ref}" if trace.place.sheet else trace.place.file


def _text(value: Value) -> str:
    return "—" if value is None else value if isinstance(value, str) else plain(value)


def _plain(value: Value) -> str | int | None:
    return value if value is None or isinstance(value, str | int) else plain(value)
