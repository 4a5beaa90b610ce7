"""Findings in words: one line each, with severity, place, live numbers and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from xltool.lang import Lang, Text
from xltool.model.finding import Finding, Standing
from xltool.report.grouping import capped, grouped, whole_sheets

if TYPE_CHECKING:
    from xltool.model.check import Instance
    from xltool.model.era import Era
    from xltool.model.message import Catalogue
    from xltool.model.record import Record
    from xltool.plan.form import Spot, Words

_SHOWN_PLACES = 8
_CLOSING = ("。", "！", "？", "”", ".", "!", "?")


@dataclass(frozen=True, slots=True)
class Wording:
    """What is needed to put findings into words. `spots` tells where an era's form in a language prints each
    indicator."""

    catalogue: Catalogue
    words: Words
    era: Callable[[str], Era]
    spots: Callable[[str, Lang], Mapping[str, Spot]]
    lang: Lang

    def lines(self, findings: Iterable[Finding], record: Record | None) -> list[str]:
        """The lines of one file: findings that say the same joined into one, and of one code only the first few."""
        if record is None:
            return [self.line(finding, None) for finding in grouped(findings)]
        if not (findings := tuple(findings)):
            return []
        text = []
        for found in capped(grouped(whole_sheets(findings, partial(self.inputs, record.era)))):
            if isinstance(found, Finding):
                text.append(self.line(found, record))
            else:
                finding, count = found
                severity = self.said(f"severity_{self.standing(finding, record)}")
                text.append(self.said("say_capped", severity=severity, n=count, code=finding.code))
        return text

    def inputs(self, era_id: str) -> dict[str, frozenset[str]]:
        """The figures that somebody must fill in, by the sheet that asks for them."""
        era = self.era(era_id)
        sheets: dict[str, set[str]] = {}
        for path, (sheet, _, _) in self.spots(era_id, self.lang).items():
            if not era.indicators[path].optional and path not in era.totals:
                sheets.setdefault(sheet, set()).add(path)
        return {sheet: frozenset(paths) for sheet, paths in sheets.items()}

    def line(self, finding: Finding, record: Record | None) -> str:
        """One finding as one line."""
        era = self.era(record.era) if record is not None else None
        if era is not None and finding.code in era.checks and record is not None:
            return self.check_line(finding, era, record)
        return self.message_line(finding, era, record)

    def standing(self, finding: Finding, record: Record | None) -> Standing:
        """What a finding is called where people see it: its severity, or that its rule is on trial."""
        check = self.era(record.era).checks.get(finding.code) if record is not None else None
        return "trial" if check is not None and check.trial else finding.severity

    def said(self, word: str, **values: object) -> str:
        return self.words[word](self.lang, **values)

    def check_line(self, finding: Finding, era: Era, record: Record) -> str:
        from xltool.plan.labels import rule_text, where_label  # most returns have nothing wrong

        instance = instance_of(finding, era)
        numbers = self.numbers(finding, instance, era, record)
        where = where_label(instance, era, self.lang) or rule_text(instance, era, self.lang)
        sheet = self.sheet(finding, era)
        space = " " if self.lang == "en" and sheet else ""
        return self.said(
            "say_check",
            severity=self.said(f"severity_{instance.check.standing}"),
            where=f"{sheet}{space}{where}",
            numbers=numbers,
            remedy=self.remedy(finding, instance, era),
        )

    def numbers(self, finding: Finding, instance: Instance, era: Era, record: Record) -> str:
        """The rule with its live numbers."""
        args = {name: self.argument(value) for name, value in finding.args.items()}
        from xltool.report.sentence import numbers_sentence

        return numbers_sentence(instance, era, self.lang, self.words, record.values.get, args)

    def remedy(self, finding: Finding, instance: Instance, era: Era) -> str:
        return self.answered(finding, self.to_do(finding, instance, era))

    def answered(self, finding: Finding, remedy: str) -> str:
        """The explanation of a finding and the desk's decision on it; `remedy` where there is none that counts."""
        answer = finding.args.get("explanation")
        if answer:
            word = "say_accepted" if finding.args.get("decision") == "accepted" else "say_explained"
            return self.said(word, text=self.argument(answer))
        if finding.args.get("decision") == "rejected":
            return self.said("say_rejected", note=self.argument(finding.args.get("note", "")), remedy=remedy)
        return remedy

    def to_do(self, finding: Finding, instance: Instance, era: Era) -> str:
        """Which cells to look at, for a finding nobody explained."""
        cells = [place.ref for place in finding.places if place.sheet]
        if not cells:
            titled = [era.indicators[path].short(self.lang) for path in finding.paths if path in era.indicators]
            if len(set(titled)) < len(titled):
                titled = [self.label(path, era) for path in finding.paths if path in era.indicators]
            cells = [f"“{name}”" for name in dict.fromkeys(titled)]
        sheets = {place.sheet for place in finding.places if place.sheet}
        if len(sheets) > 1:
            cells = [f"{place.sheet}{place.ref}" for place in finding.places]
        return self.said(f"remedy_{instance.check.standing}", places=self.listed(cells))

    def message_line(self, finding: Finding, era: Era | None, record: Record | None) -> str:
        message = self.catalogue[finding.code]
        places = self.where(finding, era)
        args = {name: self.argument(value) for name, value in finding.args.items()}
        return self.said(
            "say_line",
            severity=self.said(f"severity_{finding.severity}"),
            where=self.said("say_where", places=places) if places else "",
            text=self.closed(message.text(self.lang, **args)),
            remedy=self.answered(finding, message.remedy(self.lang, **args)),
        )

    def closed(self, sentence: str) -> str:
        """The sentence with a full stop, since another follows it."""
        return sentence if sentence.endswith(_CLOSING) else sentence + self.said("full_stop")

    def where(self, finding: Finding, era: Era | None) -> str:
        """Sheet and cells, with the label where there is one cell only."""
        labels = [self.label(path, era) for path in finding.paths]
        cells = [
            f"{place.sheet}{' ' if self.lang == 'en' and place.sheet else ''}{place.ref}" for place in finding.places
        ]
        if len(finding.places) == 1 and labels and labels[0]:
            spot = cells[0] if finding.places[0].sheet else self.sheet(finding, era) if era else ""
            return self.said("say_label", place=spot, label=labels[0]) if spot else labels[0]
        sheets = {place.sheet for place in finding.places}
        if len(sheets) == 1 and finding.places[0].ref:
            named = [label for label in labels if label] or cells
            cells = [place.ref for place in finding.places] if finding.places[0].sheet else named
            sheet = finding.places[0].sheet
            return f"{sheet}{' ' if self.lang == 'en' and sheet else ''}{self.listed(cells)}"
        return self.listed([cell for cell in cells if cell])

    def label(self, path: str, era: Era | None) -> str:
        """An indicator by the labels that lead to it: 自然人·新收."""
        if era is None or path not in era.indicators:
            return ""
        steps = path.split(".")
        titled = [era.titled(".".join(steps[:depth])) for depth in range(2, len(steps) + 1)] or [era.titled(path)]
        return "·".join(each.short(self.lang) for each in titled if each)

    def sheet(self, finding: Finding, era: Era) -> str:
        sheets = list(dict.fromkeys(place.sheet for place in finding.places if place.sheet))
        if len(sheets) == 1:
            return sheets[0]
        from xltool.plan.labels import sheet_of

        return "" if sheets else sheet_of(finding.paths, self.spots(era.id, self.lang))

    def listed(self, items: list[str]) -> str:
        separator = self.said("place_separator")
        if len(items) <= _SHOWN_PLACES:
            return separator.join(items)
        return self.said("say_more", places=separator.join(items[:_SHOWN_PLACES]), n=len(items))

    def argument(self, value: str | int | Text) -> str:
        return value(self.lang) if isinstance(value, Text) else str(value)


def instance_of(finding: Finding, era: Era) -> Instance:
    """The check instance a finding is about."""
    return next(each for each in era.instances if each.name == finding.instance)
