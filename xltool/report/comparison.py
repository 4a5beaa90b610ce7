"""Two years of every agency as text for people, or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from xltool.model.comparison import Comparison, Difference
from xltool.model.record import Record, Value
from xltool.model.summary import trail_text
from xltool.numbers import Number, plain
from xltool.report.findings import finding_object
from xltool.report.wording import Wording

Formatter = Callable[[Sequence[Comparison], Wording], Iterator[str]]


def as_text(comparisons: Sequence[Comparison], wording: Wording) -> Iterator[str]:
    """A heading an agency, a line a changed figure, a line a finding, a summary at the end."""
    for each in comparisons:
        yield _heading(each, wording)
        if each.record is not None:
            for difference in each.differences:
                yield _line(difference, each.record, wording)
        for line in wording.lines(each.findings, each.record):
            yield f"  {line}"
        yield ""
    compared = [each for each in comparisons if each.record is not None and each.prior.record is not None]
    yield wording.said(
        "compare_summary",
        count=len(comparisons),
        compared=len(compared),
        changed=sum(bool(each.differences) for each in compared),
        noticed=sum(bool(each.findings) for each in comparisons),
    )


def _heading(each: Comparison, wording: Wording) -> str:
    args: dict[str, object] = {"name": each.name, "code": each.code}
    if each.record is None:
        return wording.said("compare_gone", **args)
    args["this"] = each.record.year
    if each.prior.record is None:
        return wording.said("compare_alone", **args)
    args |= {"last": each.prior.record.year, "changed": len(each.differences)}
    return wording.said("compare_head" if each.differences else "compare_same", **args)


def _line(difference: Difference, record: Record, wording: Wording) -> str:
    label = trail_text(wording.era(record.era), difference.path, record.year)(wording.lang)
    rate = difference.percent
    shown = "" if rate is None else wording.said("compare_percent", percent=("+" if rate > 0 else "") + plain(rate))
    before, after = (_shown(value, wording) for value in (difference.before, difference.after))
    return wording.said("compare_line", label=label, before=before, after=after, percent=shown)


def _shown(value: Value, wording: Wording) -> str:
    if value is None:
        return wording.said("compare_blank")
    return plain(value) if isinstance(value, int | Decimal) else value


def as_json(comparisons: Sequence[Comparison], wording: Wording) -> Iterator[str]:
    """One array of agencies; numbers as texts, since not every program reads them exactly."""
    yield json.dumps([_object(each, wording) for each in comparisons], ensure_ascii=False, indent=2)


def _object(each: Comparison, wording: Wording) -> dict[str, object]:
    prior = each.prior
    return {
        "agency": {"code": each.code, "name": each.name},
        "file": each.file,
        "year": each.record.year if each.record else None,
        "prior": {
            "year": prior.record.year if prior.record else None,
            "reason": prior.reason,
            "codes": list(prior.codes),
            "absent": list(prior.absent),
        },
        "differences": [
            {
                "path": one.path,
                "before": _plain(one.before),
                "after": _plain(one.after),
                "percent": _plain(one.percent),
            }
            for one in each.differences
        ],
        "findings": [finding_object(one, each.record, wording) for one in each.findings],
    }


def _plain(value: Value | Number) -> str | None:
    return plain(value) if isinstance(value, int | Decimal) else value


FORMATS: Mapping[str, Formatter] = {"text": as_text, "json": as_json}
