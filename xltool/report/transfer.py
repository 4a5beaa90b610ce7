"""The mapping of a transfer: which cell gets which indicator with which value, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import get_args

from xltool.model.summary import trail_text
from xltool.model.transfer import Entry, Role, Transfer
from xltool.numbers import plain
from xltool.report.wording import Wording


def transfer_lines(transfer: Transfer, words: Wording, findings: Wording) -> Iterator[str]:
    """What goes where, sheet by sheet, then the findings. `words` are those of the command line."""
    totals = transfer.totals
    scope = words.said(f"scope_{totals.scope}")
    yield words.said("transfer_head", source=totals.file, year=totals.year, scope=scope, file=transfer.file)
    for sheet in dict.fromkeys(entry.place.sheet for entry in transfer.entries):
        entries = [entry for entry in transfer.entries if entry.place.sheet == sheet]
        yield words.said("transfer_sheet", sheet=sheet, count=len(entries))
        wide = max(len(plain(entry.value)) for entry in entries)
        for entry in sorted(entries, key=lambda each: each.site):
            yield _line(entry, transfer, wide, words)
    yield from findings.lines(transfer.findings, None)
    yield words.said("transfer_count", **_counts(transfer))


def _line(entry: Entry, transfer: Transfer, wide: int, words: Wording) -> str:
    era = words.era(transfer.totals.era)
    unit = era.indicators[entry.path].unit
    label = trail_text(era, entry.path, transfer.totals.year)(words.lang)
    return words.said(
        f"transfer_{entry.role}",
        cell=f"{entry.place.ref:<6}",
        value=plain(entry.value).rjust(wide),
        label=words.said("transfer_unit", label=label, unit=unit(words.lang)) if unit else label,
        before=entry.before,
    )


def _counts(transfer: Transfer) -> dict[str, int]:
    counts = Counter(entry.role for entry in transfer.entries)
    return {
        **{role: counts[role] for role in get_args(Role)},
        "without": len(transfer.without_place),
        "left": len(transfer.left),
    }


def transfer_json(transfer: Transfer) -> bytes:
    """The mapping as a JSON file."""
    totals = transfer.totals
    whole = {
        "file": transfer.file,
        "source": {"file": totals.file, "era": totals.era, "year": totals.year, "scope": totals.scope},
        "cells": [_cell(entry, transfer) for entry in transfer.entries],
        "without_place": [{"path": path, "value": _value(path, transfer)} for path in transfer.without_place],
        "left": [{"sheet": place.sheet, "cell": place.ref} for place in transfer.left],
        "findings": [
            {"code": each.code, "severity": each.severity, "paths": list(each.paths)} for each in transfer.findings
        ],
        "formulas_without_result": transfer.stale,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _cell(entry: Entry, transfer: Transfer) -> dict[str, object]:
    line = transfer.totals.lines[entry.path]
    return {
        "path": entry.path,
        "sheet": entry.place.sheet,
        "cell": entry.place.ref,
        "role": entry.role,
        "value": plain(entry.value),
        "before": entry.before,
        "counted": line.counted,
        "of": line.of,
    }


def _value(path: str, transfer: Transfer) -> str | None:
    value = transfer.totals.lines[path].value
    return None if value is None else plain(value)
