"""Where a campaign stands: as text, for a group chat, as JSON, as a workbook."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from xltool.lang import Lang, Text
from xltool.model.campaign import Line, Status, Stray
from xltool.model.dates import month_and_day
from xltool.model.workbook import Area, Page, SheetPlan, WorkbookPlan
from xltool.plan.draft import Draft
from xltool.plan.form import Words
from xltool.report.listing import Listing, Tone, lines_of

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class StatusWords:
    """What is needed to put a status into words: what the campaign is called, and who signs papers."""

    words: Words
    lang: Lang
    title: Text
    office: str = ""

    @property
    def heading(self) -> str:
        return self.title(self.lang)

    def said(self, word: str, **values: object) -> str:
        return self.words[word](self.lang, **values)


def rate(part: int, whole: int) -> str:
    """A percentage with one decimal, half rounded up; a dash where there is nothing to divide by."""
    if not whole:
        return "—"
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def _counts(status: Status) -> dict[str, object]:
    counts = status.counts
    rates = {f"{name}_rate": rate(counts[name], counts["expected"]) for name in ("received", "on_time", "accepted")}
    return {**counts, **rates}


def state_text(line: Line, words: StatusWords) -> str:
    """The state of an agency; an older return that still counts is mentioned."""
    text = words.said(f"state_{line.state}")
    if line.adopted and line.adopted != line.submission:
        text += words.said("status_adopted", n=line.adopted)
    return text


# --- text --------------------------------------------------------------------------------------------------------


def status_text(status: Status, words: StatusWords) -> Iterator[str]:
    """The same as lines."""
    return lines_of(status_parts(status, words), "｜" if words.lang == "zh" else " | ")


def status_parts(status: Status, words: StatusWords) -> Iterator[str | Listing]:
    """Counts, the agencies to be reminded, files of no agency, what waits for the desk."""
    yield words.said("status_title", title=words.heading, as_of=status.as_of)
    yield words.said("status_counts", **_counts(status))
    chased = status.chased
    if chased:
        yield words.said("status_chase")
        yield Listing(
            tuple(words.said(f"column_{name}") for name in CHASE),
            tuple(
                tuple(_shown(_CELLS[name](line, number, words)) for name in CHASE)
                for number, line in enumerate(chased, start=1)
            ),
            tuple(_TONES.get(line.state, "") for line in chased),
        )
    else:
        yield words.said("status_none")
    if status.strays:
        yield words.said("status_strays")
        yield from (_stray_text(each, words) for each in status.strays)
    differing = [line.name for line in status.lines if line.paper_differs]
    if differing:
        yield words.said("status_paper", names=words.said("place_separator").join(differing))
    pending = sum(line.pending for line in status.lines)
    if pending:
        yield words.said("status_pending", n=pending)


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _stray_text(stray: Stray, words: StatusWords) -> str:
    return words.said(
        "status_stray",
        file=stray.name,
        agency=f"{stray.agency_name} {stray.agency}".strip(),
        state=words.said(f"state_{stray.state}"),
        similar=words.said("status_similar", names=_similar(stray, words)) if stray.similar else "",
    )


def _similar(stray: Stray, words: StatusWords) -> str:
    return words.said("place_separator").join(f"{name}（{code}）" for code, name in stray.similar)


# --- chat --------------------------------------------------------------------------------------------------------


def status_chat(status: Status, words: StatusWords) -> Iterator[str]:
    """A message for a group of the agencies' people, always in Chinese."""
    words = replace(words, lang="zh")
    chased = status.chased
    values = {**_counts(status), "title": words.heading, "as_of": month_and_day(status.as_of), "count": len(chased)}
    yield words.said("chat_head" if chased else "chat_done", **values)
    for number, line in enumerate(chased, start=1):
        yield words.said(
            "chat_line",
            n=number,
            parent=words.said("chat_parent", parent=line.parent) if line.parent else "",
            name=line.name,
            state=words.said(f"state_{line.state}"),
            deadline=words.said("chat_deadline", day=month_and_day(line.deadline)) if line.deadline else "",
            late=words.said("chat_late", n=line.late) if line.late else "",
            reminders=words.said("chat_reminders", n=line.reminders) if line.reminders else "",
        )
    if words.office:
        yield words.said("chat_office", office=words.office)


# --- JSON --------------------------------------------------------------------------------------------------------


def status_json(status: Status, words: StatusWords) -> Iterator[str]:
    """One object."""
    yield json.dumps(status_object(status), ensure_ascii=False, indent=2)


def status_object(status: Status) -> dict[str, object]:
    """A status as plain data."""
    settings = status.settings
    head = {"era": settings.era, "year": settings.year, "scope": settings.scope} if settings else {}
    return {
        "as_of": status.as_of,
        **head,
        "counts": dict(status.counts),
        "rates": {key: value for key, value in _counts(status).items() if key.endswith("_rate")},
        "agencies": [_line_object(line) for line in status.lines],
        "unexpected": [
            {
                "file": each.name,
                "agency": each.agency,
                "name": each.agency_name,
                "state": each.state,
                "similar": [{"code": code, "name": name} for code, name in each.similar],
            }
            for each in status.strays
        ],
    }


def _line_object(line: Line) -> dict[str, object]:
    names = ("code", "name", "parent", "deadline", "state", "received", "on_time", "submission", "adopted", "pending")
    more = ("late", "reminders", "contact", "phone", "check_code")
    found: dict[str, object] = {name: getattr(line, name) for name in (*names, *more)}
    if line.paper is not None:
        found["paper"] = {
            "check_code": line.paper.check_code,
            "differs": line.paper_differs,
            "sealed": line.paper.sealed,
            "word": line.paper.word,
        }
    return found


# --- workbook ----------------------------------------------------------------------------------------------------


def _paper(line: Line, words: StatusWords) -> str:
    paper = line.paper
    if paper is None:
        return ""
    parts = [words.said("paper_code", code=paper.check_code)] if paper.check_code else []
    parts += [words.said("paper_differs")] if line.paper_differs else []
    parts += [words.said("paper_sealed")] if paper.sealed else []
    parts += [words.said("paper_word")] if paper.word else []
    return words.said("place_separator").join(parts)


_CELLS: Mapping[str, Callable[[Line, int, StatusWords], Cell]] = {
    "number": lambda line, number, words: number,
    "parent": lambda line, number, words: line.parent,
    "code": lambda line, number, words: line.code,
    "name": lambda line, number, words: line.name,
    "deadline": lambda line, number, words: line.deadline,
    "state": lambda line, number, words: state_text(line, words),
    "late": lambda line, number, words: line.late or None,
    "reminders": lambda line, number, words: line.reminders,
    "contact": lambda line, number, words: line.contact,
    "phone": lambda line, number, words: line.phone,
    "received": lambda line, number, words: line.received,
    "on_time": lambda line, number, words: words.said("yes" if line.on_time else "no") if line.received else "",
    "submission": lambda line, number, words: line.submission or None,
    "adopted": lambda line, number, words: line.adopted or None,
    "paper": lambda line, number, words: _paper(line, words),
}
CHASE = ("number", "parent", "name", "deadline", "state", "late", "reminders", "contact", "phone")
_ALL = ("number", "parent", "code", "name", "deadline", "state", "received", "on_time", "submission", "adopted")
_WIDTHS = {
    **{"number": 6.0, "parent": 20.0, "code": 18.0, "name": 34.0, "deadline": 13.0, "state": 26.0, "late": 10.0},
    **{"reminders": 10.0, "contact": 12.0, "phone": 18.0, "received": 13.0, "on_time": 8.0, "submission": 10.0},
    **{"adopted": 12.0, "paper": 34.0, "file": 44.0, "similar": 44.0},
}
_TONES: Mapping[str, Tone] = {"accepted": "good", "returned": "amber", "conflict": "red", "missing": "red"}
_STYLES = {"accepted": "sum_good", "returned": "sum_amber", "conflict": "sum_red", "missing": "sum_red"}
_CODES = ("code", "name", "parent", "contact", "phone", "deadline", "received", "file", "similar", "paper")


def status_book(status: Status, words: StatusWords) -> WorkbookPlan:
    """Three sheets: every agency, those to be reminded, files of no agency."""
    head = words.said("status_title", title=words.heading, as_of=status.as_of)
    counts = words.said("status_counts", **_counts(status))
    sheets = [
        _sheet("sheet_status", (*_ALL, "late", "reminders", "paper"), status.lines, words, head, counts),
        _sheet("sheet_chase", CHASE, status.chased, words, head, counts),
    ]
    if status.strays:
        sheets.append(_strays(status.strays, words, head))
    return WorkbookPlan(tuple(sheets), title=head)


def _sheet(
    name: str, columns: Sequence[str], lines: Sequence[Line], words: StatusWords, head: str, note: str
) -> SheetPlan:
    draft = _begun(name, columns, words, head, note)
    for number, line in enumerate(lines, start=1):
        for col, column in enumerate(columns):
            style = _STYLES[line.state] if column == "state" else "cell_code" if column in _CODES else "cell_center"
            draft.put(_HEAD + number, col, _CELLS[column](line, number, words), style)
        draft.at_least(_HEAD + number, 20.0)
    return _ended(draft, columns, len(lines))


_HEAD = 2


def _begun(name: str, columns: Sequence[str], words: StatusWords, head: str, note: str) -> Draft:
    draft = Draft(words.said(name), [_WIDTHS[column] for column in columns])
    draft.put(0, 0, head, "title", cols=len(columns))
    draft.at_least(0, 32.0)
    draft.put(1, 0, note, "note", cols=len(columns))
    for col, column in enumerate(columns):
        draft.put(_HEAD, col, words.said(f"column_{column}"), "head")
    draft.at_least(_HEAD, 26.0)
    draft.freeze = (_HEAD + 1, 0)
    return draft


def _ended(draft: Draft, columns: Sequence[str], count: int) -> SheetPlan:
    page = Page(landscape=True, repeat_rows=(_HEAD, _HEAD))
    area = Area(_HEAD, 0, _HEAD + max(count, 1), len(columns) - 1)
    return replace(draft.done(page, tab="#2E7D5B"), autofilter=area, protected=False)


def _strays(strays: Sequence[Stray], words: StatusWords, head: str) -> SheetPlan:
    columns = ("number", "file", "code", "name", "state", "similar")
    draft = _begun("sheet_strays", columns, words, head, words.said("status_strays"))
    for number, each in enumerate(strays, start=1):
        state = words.said(f"state_{each.state}")
        values: tuple[Cell, ...] = (number, each.name, each.agency, each.agency_name, state, _similar(each, words))
        for col, (column, value) in enumerate(zip(columns, values, strict=True)):
            draft.put(_HEAD + number, col, value, "cell_code" if column in _CODES else "cell_center")
        draft.at_least(_HEAD + number, 20.0)
    return _ended(draft, columns, len(strays))


FORMATS = {"text": status_text, "json": status_json, "chat": status_chat}
