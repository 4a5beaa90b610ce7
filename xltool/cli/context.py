"""What every command has at hand: language, data, and ways to speak."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

import click

from xltool.lang import Lang
from xltool.model.finding import SEVERITIES, Finding, Refused, Severity

if TYPE_CHECKING:
    from xltool.app.shelf import Shelf
    from xltool.plan.form import Spot
    from xltool.report.wording import Wording

FAIL_LEVELS = ("error", "explain", "notice", "never")


def default_lang(environment: Mapping[str, str]) -> Lang:
    """The terminal's language: ``XLTOOL_LANG``, else that of the locale; English unless it is Chinese."""
    asked = environment.get("XLTOOL_LANG", "")
    if asked in ("zh", "en"):
        return cast(Lang, asked)
    names = [environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    name = next((name for name in names if name), "") or _system_locale()
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def _system_locale() -> str:
    import locale

    return locale.getlocale()[0] or ""


@dataclass
class Session:
    """One run of the command line. `schemas` is a folder with eras of one's own."""

    lang: Lang
    schemas: str | None = None
    latest: ClassVar[Session | None] = None

    @classmethod
    def start(cls, lang: str, schemas: str | None) -> Session:
        cls.latest = cls(cast(Lang, lang), schemas)
        return cls.latest

    @classmethod
    def current(cls) -> Session:
        """The session that is running, or one to speak with where none has started."""
        return cls.latest or cls(default_lang(os.environ))

    @cached_property
    def shelf(self) -> Shelf:
        from xltool.app.shelf import shelf

        return shelf(Path(self.schemas) if self.schemas else None)

    def stop(self) -> None:
        """Give up what is still being read."""
        if "shelf" in self.__dict__:
            self.shelf.stop()

    @property
    def wording(self) -> Wording:
        from xltool.report.wording import Wording

        library = self.shelf.library
        return Wording(library.catalogue, library.words, self.shelf.era, self.spots, self.lang)

    @property
    def campaign_wording(self) -> Wording:
        """The same with the words of campaigns."""
        return replace(self.wording, words=self.shelf.library.campaign_words)

    def spots(self, era_id: str, lang: Lang) -> Mapping[str, Spot]:
        """Where the era's form in that language prints each indicator."""
        from xltool.plan.form import Options

        return self.shelf.plan(era_id, Options(year=2000, totals="typed", lang=lang)).figures

    def say(self, findings: Iterable[Finding]) -> None:
        """Findings that concern no single return, on standard error."""
        for line in self.wording.lines(findings, None):
            click.echo(line, err=True)

    def refused(self, error: Refused) -> None:
        self.say(error.findings)

    def note(self, word: str, **values: object) -> None:
        """A line of the words of the command line, on standard error."""
        click.echo(self.said(word, **values), err=True)

    def tell(self, word: str, **values: object) -> None:
        """A line of the words of the command line, on standard output."""
        click.echo(self.said(word, **values))

    def said(self, word: str, **values: object) -> str:
        """One of the words of the command line."""
        return self.shelf.library.campaign_words[word](self.lang, **values)

    def internal_error(self) -> None:
        import traceback

        summary = traceback.format_exception_only(*sys.exc_info()[:2])[-1].strip()
        self.note("internal_error", summary=summary)


def fails(findings: Iterable[Finding], level: str) -> bool:
    """Whether any finding is at or above the fail level."""
    if level == "never":
        return False
    failing = SEVERITIES[: SEVERITIES.index(cast(Severity, level)) + 1]
    return any(finding.severity in failing for finding in findings)
