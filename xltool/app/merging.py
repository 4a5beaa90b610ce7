"""Merging: returns validated, added up, and written as the summary workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from xltool.app.returns import validate_files
from xltool.app.shelf import Shelf
from xltool.io.inputs import Source
from xltool.lang import Lang
from xltool.model.finding import Finding, refuse
from xltool.model.record import Record
from xltool.model.returned import Returned
from xltool.model.roster import Roster
from xltool.model.summary import FindingRow, Return, Summary
from xltool.passes.identify import Expected
from xltool.passes.merge import merge
from xltool.plan.form import Options
from xltool.report.summary_book import summary_book
from xltool.report.wording import Wording


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge: the judged files, the summary with its workbook's bytes, and what was noticed.

    `summary` and `workbook` are None where the returns cannot be added at all; `findings` say why.
    """

    returned: Sequence[Returned]
    summary: Summary | None
    workbook: bytes | None
    findings: tuple[Finding, ...]

    @property
    def records(self) -> list[Record]:
        """The records that were counted."""
        return [each.record for each in self.summary.included] if self.summary else []


def merge_files(
    sources: Iterable[Source],
    shelf: Shelf,
    roster: Roster | None,
    *,
    include_invalid: bool,
    lang: Lang,
    expected: Expected = Expected(),  # noqa: B008 - frozen, and empty means nothing is asked for
) -> Merged:
    """Read, validate and add up. Raises Refused where no file holds a record."""
    returned = list(validate_files(sources, shelf, expected, roster))
    return merge_returned(returned, shelf, roster, include_invalid=include_invalid, lang=lang)


def merge_returned(
    returned: Sequence[Returned],
    shelf: Shelf,
    roster: Roster | None,
    *,
    include_invalid: bool,
    lang: Lang,
    held: Callable[[Returned], bool] = lambda each: False,
    noticed: tuple[Finding, ...] = (),
) -> Merged:
    """Add up returns that were judged. `held` says which the desk has not accepted, errors aside; `noticed` is what
    there is to say before. Raises Refused where no file holds a record."""
    returns = [
        Return(each.record, each.file, each.count("error"), each.count("explain"), held(each))
        for each in returned
        if each.record is not None
    ]
    if not returns:
        raise refuse("MERGE-NOTHING-READ", count=len(returned))
    era = shelf.era(returns[0].record.era)
    summary, findings = merge(returns, era, roster, include_invalid=include_invalid)
    findings = (*noticed, *findings)
    if summary is None:
        return Merged(returned, None, None, findings)
    rows = finding_rows(returned, findings, wording(shelf, lang))
    words = {**shelf.library.words, **shelf.library.summary_words}
    book = summary_book(summary, era, shelf.library.layout(era.id), words, rows, lang=lang)
    return Merged(returned, summary, shelf.write(book), findings)


def wording(shelf: Shelf, lang: Lang) -> Wording:
    """How findings are put into words in `lang`."""
    library = shelf.library
    return Wording(
        library.catalogue,
        library.words,
        shelf.era,
        lambda era: shelf.plan(era, Options(year=2000, totals="typed", lang=lang)).figures,
        lang,
    )


def finding_rows(returned: Iterable[Returned], merging: Iterable[Finding], words: Wording) -> list[FindingRow]:
    """All findings as rows of words, those of the merge itself first."""
    rows = [
        FindingRow(
            each.severity,
            each.code,
            words.argument(each.args.get("name", "")),
            each.places[0].file if each.places else "",
            "",
            words.line(each, None),
        )
        for each in merging
    ]
    for file in returned:
        agency = file.record.agency.name if file.record else ""
        for each in file.findings:
            place = each.places[0] if each.places else None
            where = f"{place.sheet} {place.ref}".strip() if place else ""
            text = words.line(each, file.record)
            rows.append(FindingRow(each.severity, each.code, agency, file.file, where, text))
    return rows
