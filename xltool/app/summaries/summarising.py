"""A summary drawn as its workbook: with its findings in words, last year's totals, and the way to every file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from xltool.app.comparing import LastYear
from xltool.app.shelf import Shelf
from xltool.app.summaries.merging import Merged, wording
from xltool.lang import Lang
from xltool.model.crosswalk import same_figures
from xltool.model.era import Era
from xltool.model.finding import STANDINGS, Finding
from xltool.model.record import SCOPES, Record
from xltool.model.returned import Returned
from xltool.model.summary import FindingRow, Policy, Return, Summary
from xltool.numbers import Number, plain
from xltool.passes.merge import merge
from xltool.passes.merge.effect import effect
from xltool.report.summary_book import Beside, summary_book
from xltool.report.wording import Wording
from xltool.rules.evaluate import rounded

Link = Callable[[Return], str]
"""Where the file of a return lies, seen from the summary; empty where it cannot be opened."""


def summary_workbook(
    merged: Merged, shelf: Shelf, lang: Lang, *, link: Link = lambda item: "", last_year: LastYear | None = None
) -> bytes:
    """The bytes of the workbook of a summary that could be made."""
    summary = merged.summary
    assert summary is not None
    era, words = shelf.era(summary.era), wording(shelf, lang)
    texts = {**shelf.library.words, **shelf.library.summary_words}
    beside = Beside(
        last_totals(summary, era, last_year, shelf) if last_year else {},
        {item.file: path for item in summary.behind if (path := link(item))},
        dict(_notes(merged, words)),
    )
    rows = finding_rows(merged, words)
    return shelf.write(summary_book(summary, era, shelf.library.layout(era.id), texts, rows, beside, lang=lang))


def finding_rows(merged: Merged, words: Wording) -> list[FindingRow]:
    """All findings as rows of words: those of the merge itself, then those of the returns by their effect on the
    totals, the more severe first where that is the same."""
    rows = [
        FindingRow(
            each.severity,
            each.code,
            words.argument(each.args.get("name", "")),
            each.places[0].file if each.places else "",
            "",
            words.line(each, None),
        )
        for each in merged.findings
    ]
    counted = frozenset(id(item.record) for item in merged.summary.included) if merged.summary else frozenset()
    ranked = [
        (-share, STANDINGS.index(row.standing), number, row)
        for number, (share, row) in enumerate(
            row for each in merged.judged for row in _rows(each, merged, words, counted)
        )
    ]
    return rows + [row for _, _, _, row in sorted(ranked, key=lambda each: each[:3])]


def _rows(
    returned: Returned, merged: Merged, words: Wording, counted: frozenset[int]
) -> Iterator[tuple[Fraction, FindingRow]]:
    record, summary = returned.record, merged.summary
    for each in returned.findings:
        place = each.places[0] if each.places else None
        share = effect(each, record, summary.lines if summary else {}, counted=id(record) in counted)
        yield (
            share,
            FindingRow(
                words.standing(each, record),
                each.code,
                record.agency.name if record else "",
                returned.file,
                f"{place.sheet} {place.ref}".strip() if place else "",
                words.line(each, record),
                words.said("sum_effect", percent=_percent(share)) if share else "",
                _answer(each, words),
            ),
        )


def _percent(share: Fraction) -> str:
    percent = rounded(Decimal(share.numerator * 100) / Decimal(share.denominator), 1)
    return plain(percent) if percent else "<0.1"


def _answer(finding: Finding, words: Wording) -> str:
    text = finding.args.get("explanation") or finding.args.get("note")
    if not text:
        return ""
    return words.said("sum_answer", text=words.argument(text), decision=_decision(finding, words))


def _decision(finding: Finding, words: Wording) -> str:
    return words.said(f"sum_answer_{finding.args.get('decision', 'pending')}")


def _notes(merged: Merged, words: Wording) -> Iterator[tuple[str, Mapping[str, str]]]:
    """By agency and indicator, the explanations of what is unusual in a figure that counts."""
    assert merged.summary is not None
    counted = {id(item.record) for item in merged.summary.included}
    for each in merged.judged:
        if each.record is None or id(each.record) not in counted:
            continue
        found: dict[str, str] = {}
        for finding in each.findings:
            text = finding.args.get("explanation")
            if text and finding.paths:
                note = words.said("sum_note_explained", text=words.argument(text), decision=_decision(finding, words))
                found.setdefault(finding.paths[0], note)
        if found:
            yield each.record.agency.code.strip(), found


def last_totals(summary: Summary, era: Era, last_year: LastYear, shelf: Shelf) -> dict[str, Number]:
    """The totals of the year before, as far as the figures mean the same in both forms."""
    eras: dict[str, list[Record]] = {}
    for each in SCOPES:
        for record in last_year.years(summary.year - 1, each).values():
            eras.setdefault(record.era, []).append(record)
    if len(eras) != 1:
        return {}
    ((known, records),) = eras.items()
    returns = [Return(each, each.source.file if each.source else each.agency.code) for each in records]
    policy = Policy("children", governments=shelf.library.governments)
    scope = summary.scope if summary.nodes else None
    before, _ = merge(returns, shelf.era(known), include_invalid=True, scope=scope, policy=policy)
    if before is None:
        return {}
    crosswalk = shelf.library.crosswalk(known, era.id) if known != era.id else None
    shared = same_figures(crosswalk, shelf.era(known), era) if crosswalk else frozenset(era.indicators)
    if known != era.id and crosswalk is None:
        return {}
    return {path: line.value for path, line in before.lines.items() if path in shared and line.value is not None}
