"""The mapping report of an import: which cell became which indicator, what was left over, what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from xltool.model.imported import Imported, LeftOver, Mapped
from xltool.model.place import Place
from xltool.model.record import Value
from xltool.model.returned import Returned
from xltool.numbers import plain
from xltool.report.findings import file_object
from xltool.report.wording import Wording


def mapping_object(imported: Imported) -> dict[str, object]:
    """The report as plain data."""
    return {
        "file": imported.file,
        "cells": [_mapped(each) for each in imported.mapped],
        "refused": [{"path": path, "raw": raw} for path, raw in imported.refused.items()],
        "left_over": [_left(each) for each in imported.left],
        "missing": list(imported.missing),
    }


def mapping_json(imported: Imported) -> bytes:
    """The report as a JSON file."""
    return (json.dumps(mapping_object(imported), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def import_json(imported: Imported, wording: Wording) -> str:
    """Findings and mapping report together, for programs."""
    judged = Returned(imported.file, imported.record, imported.findings)
    whole = {**file_object(judged, wording), "mapping": mapping_object(imported)}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def import_lines(imported: Imported, wording: Wording) -> Iterator[str]:
    """The findings a line each, then how much of the report was understood."""
    yield from wording.lines(imported.findings, imported.record)
    if imported.record is not None:
        yield wording.said(
            "import_summary",
            era=imported.record.era,
            year=imported.record.year,
            read=len(imported.mapped),
            refused=len(imported.refused),
            left=len(imported.left),
            missing=len(imported.missing),
        )


def _mapped(each: Mapped) -> dict[str, object]:
    return {"path": each.path, **_place(each.place), "raw": each.raw, "value": _value(each.value)}


def _left(each: LeftOver) -> dict[str, object]:
    return {**_place(each.place), "text": each.text, "row": each.row}


def _place(place: Place) -> dict[str, object]:
    return {"sheet": place.sheet, "cell": place.ref}


def _value(value: Value) -> object:
    return plain(value) if isinstance(value, Decimal) else value
