"""Sealing a summary: 汇总第N版 with its 送审单, and what was corrected since the version before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from xltool.app.comparing import LastYear
from xltool.app.shelf import Shelf
from xltool.app.summaries.merging import Merged
from xltool.app.summaries.summarising import Link, last_totals, summary_workbook
from xltool.io.exact_json import parse_json
from xltool.io.records import dump_line, record_from
from xltool.io.seals import RECORDS, SUMMARY, digest_of, folder_of, read_seal, versions, write_seal
from xltool.lang import Lang
from xltool.model.finding import Refused, refuse
from xltool.model.record import Record
from xltool.model.seal import Corrections, Seal, SealedTotal, lacking_names, sealed_return
from xltool.model.summary import Lines, Summary
from xltool.numbers import Number
from xltool.passes.corrections import corrections
from xltool.report.corrections import corrections_book
from xltool.report.seal_sheet import seal_sheet


@dataclass(frozen=True, slots=True)
class Sealing:
    """A version to be sealed. `since` has what changed from the version before, None for the first; without any
    change there is nothing to seal, and `seal` is that version before."""

    seal: Seal
    since: Corrections | None
    merged: Merged

    @property
    def needed(self) -> bool:
        return self.since is None or bool(self.since)


def prepare(merged: Merged, folder: Path, as_of: str, shelf: Shelf, last_year: LastYear | None = None) -> Sealing:
    """The next version of what `merged` adds up to. Raises Refused where it could not be added up, where an earlier
    version was tampered with, or is of another form, year or scope."""
    summary = merged.summary
    if summary is None:
        raise Refused(*merged.findings)
    known = versions(folder)
    totals = last_totals(summary, shelf.era(summary.era), last_year, shelf) if last_year else {}
    seal = _seal(summary, known[-1] + 1 if known else 1, as_of, totals)
    if not known:
        return Sealing(seal, None, merged)
    before = read_seal(folder, known[-1])
    if (before.era, before.year, before.scope) != (seal.era, seal.year, seal.scope):
        raise refuse("SEAL-OTHER", version=before.version, era=before.era, year=before.year, scope=before.scope)
    since = corrections(before, sealed_records(folder, before.version, shelf), summary, shelf.era(summary.era))
    return Sealing(seal if since else before, since, merged)


def write(
    sealing: Sealing,
    folder: Path,
    shelf: Shelf,
    lang: Lang,
    *,
    link: Link = lambda item: "",
    last_year: LastYear | None = None,
) -> Path:
    """Seal the version; its folder."""
    return write_seal(folder, sealing.seal, dict(_files(sealing, shelf, lang, link, last_year)))


def _files(sealing: Sealing, shelf: Shelf, lang: Lang, link: Link, last_year: LastYear | None) -> Mapping[str, bytes]:
    seal, library = sealing.seal, shelf.library
    era = shelf.era(seal.era)
    words = {**library.campaign_words, **library.summary_words}
    sheet = seal_sheet(seal, era, library.layout(era.id).headline, words, lang)
    files = {
        SUMMARY: summary_workbook(sealing.merged, shelf, lang, link=link, last_year=last_year),
        RECORDS: b"".join(dump_line(record) for record in sealing.merged.records),
        f"{words['seal_sheet'](lang)}.xlsx": shelf.write(sheet),
    }
    if sealing.since is not None:
        book = corrections_book(sealing.since, era, seal.year, seal.as_of, words, lang)
        files[f"{words['correct_sheet'](lang)}.xlsx"] = shelf.write(book)
    return files


def sealed_records(folder: Path, version: int, shelf: Shelf) -> list[Record]:
    """The records that a sealed version counted."""
    found = []
    for line in (folder / folder_of(version) / RECORDS).read_bytes().splitlines():
        tree = parse_json(line)
        assert isinstance(tree, dict)
        found.append(record_from(tree, shelf.era(str(tree["era"])))[0])
    return found


def _seal(summary: Summary, version: int, as_of: str, last_year: Mapping[str, Number]) -> Seal:
    level = summary.nodes[0].level if summary.nodes and summary.scope == "area" else {}
    seal = Seal(
        version,
        as_of,
        summary.era,
        summary.year,
        summary.scope,
        summary.agency,
        _totals(summary.lines),
        _totals(level),
        last_year,
        tuple(sealed_return(item) for item in summary.included),
        lacking_names(summary),
    )
    return replace(seal, digest=digest_of(seal))


def _totals(lines: Lines) -> dict[str, SealedTotal]:
    return {path: SealedTotal(line.value, line.counted, line.of) for path, line in lines.items()}
