"""What codes mean: messages of the catalogue, and checks of every era."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import process

from xltool.app.shelf import Shelf
from xltool.lang import Lang, Text, same
from xltool.model.check import Check

_RESEMBLES = 60.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: what it says, and for a check the rule itself. `standing` is the severity, or ``trial``."""

    code: str
    standing: str
    texts: tuple[tuple[str, Text], ...]

    def parts(self, lang: Lang) -> Iterator[tuple[str, str]]:
        """Each part's name and text in `lang`."""
        return ((name, text(lang)) for name, text in self.texts)


def entries(shelf: Shelf, code: str) -> list[Entry]:
    """What goes by `code`, case and the place of a check's instance aside."""
    wanted = code.partition("@")[0].upper()
    catalogue = shelf.library.catalogue
    found = []
    if wanted in catalogue:
        message = catalogue[wanted]
        texts = (("text", message.text), ("cause", message.cause), ("remedy", message.remedy))
        found.append(Entry(wanted, message.severity, texts))
    return [*found, *(_check(each, shelf) for each in checks(shelf) if each.id.upper() == wanted)]


def checks(shelf: Shelf) -> Iterator[Check]:
    """The checks of every era."""
    for era in shelf.library.era_folders:
        yield from shelf.era(era).checks.values()


def _check(check: Check, shelf: Shelf) -> Entry:
    words = shelf.library.words
    years = f"{check.from_year or ''}–{check.until_year or ''}"
    texts = [
        ("text", check.text),
        ("rule", same(check.rule)),
        ("basis", words[f"basis_{check.basis}"]),
        ("source", check.source),
    ]
    if check.from_year or check.until_year:
        texts.append(("years", same(years)))
    campaign = shelf.library.campaign_words
    if check.trial:
        texts.append(("trial", words[f"severity_{check.declared}"]))
    texts.append(("remedy", campaign[f"explain_do_{check.severity}"]))
    return Entry(check.id, check.standing, tuple(texts))


def resembling(shelf: Shelf, code: str) -> list[str]:
    """Codes that are written like `code`, the closest first."""
    known = sorted({*shelf.library.catalogue, *(check.id for check in checks(shelf))})
    wanted = code.partition("@")[0].upper()
    return [each for each, _, _ in process.extract(wanted, known, score_cutoff=_RESEMBLES, limit=5)]
