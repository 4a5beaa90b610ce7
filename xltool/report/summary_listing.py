"""A summary at a glance, for the terminal: how many agencies are in, and each that is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from xltool.model.summary import Coverage, Status, Summary
from xltool.report.listing import Listing, Tone
from xltool.report.wording import Wording

_TONES: dict[Status, Tone] = {
    "included": "good",
    "included_invalid": "amber",
    "errors": "red",
    "conflict": "red",
    "missing": "amber",
    "unexpected": "red",
    "spelling": "red",
    "no_code": "red",
}
_SHOWN = 40
_COLUMNS = ("code", "name", "status", "submission", "errors", "explains", "file")


def summary_parts(summary: Summary, wording: Wording) -> Iterator[str | Listing]:
    """How many agencies there are of each status; then those that are not simply counted, in the order of the
    roster."""
    counts = Counter(each.status for each in summary.coverage)
    present = [status for status in get_args(Status) if counts[status]]
    yield Listing(
        (wording.said("sum_column_status"), wording.said("sum_column_count")),
        tuple((wording.said(f"sum_status_{status}"), str(counts[status])) for status in present),
        tuple(_TONES.get(status, "") for status in present),
    )
    others = [each for each in summary.coverage if each.status != "included"]
    if others:
        yield Listing(
            tuple(wording.said(f"sum_column_{name}") for name in _COLUMNS),
            tuple(_row(each, wording) for each in others[:_SHOWN]),
            tuple(_TONES.get(each.status, "") for each in others[:_SHOWN]),
        )
    if len(others) > _SHOWN:
        yield wording.said("sum_listing_more", n=len(others) - _SHOWN, sheet=wording.said("sum_sheet_coverage"))


def _row(each: Coverage, wording: Wording) -> tuple[str, ...]:
    status, item = wording.said(f"sum_status_{each.status}"), each.adopted
    if item is None:
        return (each.code, each.name, status, "", "", "", "")
    return (
        each.code,
        each.name,
        status,
        str(item.record.submission),
        str(item.errors),
        str(item.explains),
        item.file,
    )
