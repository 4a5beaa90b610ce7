"""Names for the eye: what an instance is called and where its cells are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xltool.lang import Lang
from xltool.model.check import Instance
from xltool.model.era import Era
from xltool.model.place import a1
from xltool.plan.form import Spot, Words
from xltool.rules.excel import Site, areas

LONGEST_LABEL = 2000


def capture_labels(instance: Instance, era: Era, lang: Lang, *, long: bool = False) -> dict[str, str]:
    """What each capture of the instance is called: the label of the indicator or group it stands for."""
    return {name: _label(era, path, lang, long) for name, path in instance.binding.items()}


def _label(era: Era, path: str, lang: Lang, long: bool) -> str:
    titled = era.titled(path)
    if titled is None:
        inside = next((each for each in [*era.groups, *era.indicators] if each.endswith("." + path)), path)
        titled = era.titled(inside)
    if titled is None:
        return path
    return (titled.title if long else titled.short)(lang)


def where_label(instance: Instance, era: Era, lang: Lang) -> str:
    """The instance's own words for where it is, such as 自然人列; empty where its check has none."""
    where = instance.check.where
    return where(lang, **capture_labels(instance, era, lang)) if where else ""


def rule_text(instance: Instance, era: Era, lang: Lang) -> str:
    """The rule in words, for this instance."""
    return instance.check.text(lang, **capture_labels(instance, era, lang))


def short_labels(instance: Instance, era: Era, lang: Lang) -> dict[str, str]:
    """A brief label for every indicator of the rule: what tells it from the rule's others.

    Where all differ in one segment only, such as the columns of one row, that segment's own label is enough.
    """
    paths = list(instance.paths)
    split = [path.split(".") for path in paths]
    same_end = 0
    while (
        len(paths) > 1
        and all(len(each) > same_end + 1 for each in split)
        and len({each[-1 - same_end] for each in split}) == 1
    ):
        same_end += 1
    labels = {}
    for path, segments in zip(paths, split, strict=True):
        titled = era.titled(".".join(segments[: len(segments) - same_end])) or era.titled(path)
        labels[path] = titled.short(lang) if titled else path
    return labels


def open_word(instance: Instance, era: Era) -> str:
    """The word for a check without a verdict: something is not filled in, or there are no figures to check."""
    allowed = all(era.indicators[path].blank == "allowed" for path in instance.paths)
    return "verdict_nothing" if allowed else "verdict_open"


def looks_back(instance: Instance) -> bool:
    """Whether the rule compares with last year."""
    return any(ref.origin == "prior" for ref in instance.facts)


def open_words(instance: Instance, era: Era) -> tuple[str, ...]:
    """Every word for a check without a verdict: of one that looks back also that last year's figure is missing."""
    return (open_word(instance, era), *(("verdict_no_prior",) if looks_back(instance) else ()))


def sheet_of(paths: Iterable[str], spots: Mapping[str, Spot]) -> str:
    """The one sheet all `paths` are on, or nothing."""
    sheets = {spots[path][0] for path in paths if path in spots}
    return sheets.pop() if len(sheets) == 1 else ""


def instance_label(instance: Instance, era: Era, spots: Mapping[str, Spot], lang: Lang, words: Words) -> str:
    """Sheet, place and rule in one line: 表三自然人列：一、本年新收＋…"""
    sheet = sheet_of(instance.paths, spots)
    space = " " if lang == "en" and sheet else ""
    where = where_label(instance, era, lang)
    head = f"{sheet}{space}{where}"
    text = rule_text(instance, era, lang)
    return f"{head}{words['colon'](lang)}{text}" if head else text


def places_text(spots: Iterable[Spot], separator: str) -> str:
    """Cells by sheet, neighbours joined: 表三 F6:F7、F29"""
    by_sheet: dict[str, list[Site]] = {}
    for sheet, row, col in spots:
        by_sheet.setdefault(sheet, []).append(Site(sheet, row, col))
    return separator.join(f"{sheet} {separator.join(areas(sites, sheet))}" for sheet, sites in by_sheet.items())


def cell_names(spots: Iterable[Spot]) -> list[str]:
    """A1 names without their sheets."""
    return [a1(row, col) for _, row, col in spots]
