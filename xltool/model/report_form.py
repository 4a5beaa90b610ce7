"""What an era's annual report looks like, as ``templates/<era>/report.json`` says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xltool.lang import Text, text_of


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A part: its heading, the text of the record that stands in it (or none), and the ids of its tables."""

    heading: Text
    text: str = ""
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportForm:
    """The parts in order. `title` has ``{agency}`` and ``{year}``."""

    era: str
    title: Text
    parts: tuple[ReportPart, ...]


def parse_report_form(data: Mapping[str, Any]) -> ReportForm:
    """The form in a parsed ``report.json`` that has passed its meta-schema."""
    parts = (
        ReportPart(text_of(part["heading"]), part.get("text", ""), tuple(part.get("tables", ())))
        for part in data["parts"]
    )
    return ReportForm(data["era"], text_of(data["title"]), tuple(parts))
