"""The text parts of a report: what stands under their headings."""

from __future__ import annotations

from collections.abc import Mapping

from xltool.model import texts
from xltool.model.era import Era
from xltool.model.grid import Document, Paragraph
from xltool.passes.recognise.labels import Labels

_HEADING = 40


def text_parts(document: Document, era: Era, labels: Labels, own: Mapping[str, str] | None = None) -> dict[str, str]:
    """Overview, problems and other matters, as published. A table ends none of them; the next heading does.

    `own` are the headings of the era's own reports, each with the text it opens, or none.
    """
    parts: dict[str, list[str]] = {}
    headings = {**_headings(era, labels), **{labels.key(heading).words: part for heading, part in (own or {}).items()}}
    current = ""
    for item in document.items:
        if not isinstance(item, Paragraph):
            continue
        for line in item.text.split("\n"):
            words = labels.key(line).words if len(line) <= _HEADING else ""
            if words in headings:
                current = headings[words]
            elif current and line.strip():
                parts.setdefault(current, []).append(line.strip())
    return {
        part: texts.without_controls(texts.canonical("\n".join(lines)))[: texts.MAX_TEXT]
        for part, lines in parts.items()
    }


def _headings(era: Era, labels: Labels) -> Mapping[str, str]:
    """What each heading opens: a part, or none where it is one of the tables'."""
    tables = {labels.key(group.title("zh", year="")).words: "" for group in era.groups.values()}
    parts = {
        labels.key(heading).words: part for part, headings in labels.vocabulary.sections.items() for heading in headings
    }
    return {**tables, **parts}
