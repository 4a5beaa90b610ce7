"""Findings as JSON and back, for the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from xltool.io.exact_json import dump_json
from xltool.lang import Text
from xltool.model.finding import Argument, Finding, Severity
from xltool.model.place import Place


def dump_args(args: Mapping[str, Argument]) -> str:
    """The arguments of a finding."""
    return dump_json({k: {"zh": v.zh, "en": v.en} if isinstance(v, Text) else v for k, v in args.items()})


def dump_places(finding: Finding) -> str:
    """The places of a finding; the file is known."""
    return dump_json([[place.sheet, place.ref] for place in finding.places])


def load_finding(row: Mapping[str, Any], file: str, parsed: Mapping[str, Any]) -> Finding:
    """The finding of a row of the ledger; `parsed` are its columns of JSON."""
    args = {
        name: Text(value["zh"], value["en"]) if isinstance(value, dict) else cast(Argument, value)
        for name, value in parsed["args"].items()
    }
    return Finding(
        row["code"],
        cast(Severity, row["severity"]),
        tuple(Place(file, sheet, ref) for sheet, ref in parsed["places"]),
        tuple(parsed["paths"]),
        args,
        row["instance"],
    )
