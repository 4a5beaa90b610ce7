"""A report's text written elsewhere, sorted into the parts of the form by its headings; nothing of it is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from xltool.model import texts
from xltool.model.finding import Finding
from xltool.model.grid import Document, Paragraph
from xltool.model.place import Place

_HEADING = re.compile(r"^\s*[一二三四五六七八九十]{1,3}\s*[、.．]")
_TITLE = re.compile(r"(?:19|20)\d\d\s*年.*报告\s*$")
_LONGEST_HEADING = 40
_LONGEST_TITLE = 80


@dataclass(slots=True)
class PartTexts:
    """The lines of each part by its number, those before the first part, and what was noticed."""

    parts: dict[int, list[str]] = field(default_factory=dict)
    lead: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def sorted_texts(
    document: Document, file: str, headings: Mapping[str, int], title: str, words: Callable[[str], str]
) -> PartTexts:
    """The text of `document` by part. `headings` are the parts' headings as `words` makes them comparable.

    A heading that is none of the form's stays where it stands, and is said; so is a title that is not `title`. Tables
    are those of the figures, and are not taken from here.
    """
    found = PartTexts()
    current, titled = None, False
    for paragraph, line in _lines(document):
        place = Place(file, "", paragraph.ref)
        part = headings.get(words(line)) if len(line) <= _LONGEST_HEADING else None
        if part is not None:
            if part in found.parts:
                found.findings.append(Finding("PUBLISH-TEXT-TWICE", "explain", (place,), args={"heading": line}))
            current = part
            found.parts.setdefault(part, [])
        elif not titled and not found.lead and current is None and _is_title(line):
            titled = True
            if words(line) != words(title):
                args = {"given": line, "printed": title}
                found.findings.append(Finding("PUBLISH-TEXT-TITLE", "explain", (place,), args=args))
        else:
            if _looks_like_heading(paragraph, line):
                found.findings.append(Finding("PUBLISH-TEXT-HEADING", "explain", (place,), args={"heading": line}))
            (found.lead if current is None else found.parts[current]).append(line)
    if document.grids:
        count = len(document.grids)
        found.findings.append(Finding("PUBLISH-TEXT-TABLES", "notice", (Place(file),), args={"count": count}))
    return found


def _lines(document: Document) -> Iterator[tuple[Paragraph, str]]:
    for paragraph in document.paragraphs:
        for line in texts.without_controls(texts.canonical(paragraph.text)).split("\n"):
            if line.strip():
                yield paragraph, line.strip()


def _is_title(line: str) -> bool:
    return len(line) <= _LONGEST_TITLE and bool(_TITLE.search(line))


def _looks_like_heading(paragraph: Paragraph, line: str) -> bool:
    """Whether a line heads a part of its own: by its level in the file, or numbered 一、 and no sentence."""
    numbered = bool(_HEADING.match(line)) and len(line) <= _LONGEST_HEADING
    marked = paragraph.level in (1, 2) and not line.startswith(("（", "("))
    return marked or (numbered and not line.endswith(("。", "；", "，")))


def headings_within(lines: Iterable[str], headings: Mapping[str, int], words: Callable[[str], str]) -> list[str]:
    """Lines of text that a reader would take for the heading of a part."""
    return [line for line in lines if len(line) <= _LONGEST_HEADING and words(line) in headings]
