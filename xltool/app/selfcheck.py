"""Writing self-check pages: one file an agency, or one without an agency, that shows and judges the form itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from xltool.app.comparing import LastYear
from xltool.app.forms import Planned, form_name
from xltool.app.shelf import Shelf
from xltool.io.pages import render_page
from xltool.io.writing.files import unique_names
from xltool.lang import Lang, Text
from xltool.model.record import Agency, Scope
from xltool.model.roster import Roster, RosterEntry
from xltool.plan.form import FormPlan, Options, Typed
from xltool.plan.page import compiled_rules, page_agency, page_data

# What the page says of a value, in the words of the catalogue.
_MESSAGES = (
    "VALUE-ANNOTATED",
    "VALUE-CONTROL",
    "VALUE-DECIMALS",
    "VALUE-ERROR",
    "VALUE-FOREIGN-UNIT",
    "VALUE-MAYBE-DATE",
    "VALUE-NEGATIVE",
    "VALUE-NOT-APPLICABLE",
    "VALUE-NOT-INTEGER",
    "VALUE-PERCENT",
    "VALUE-PRECISION",
    "VALUE-TEXT",
    "VALUE-TEXT-TOO-LONG",
    "VALUE-TOO-LARGE",
    "VALUE-TOO-SMALL",
    "VALUE-UNIT",
)
# Of the words of workbooks, those that begin so are on the page too.
_WORDS = (
    "beside_", "blank_", "check", "column_", "cover_", "declare_zero", "explain_prompt", "file_", "format_rule",
    "headline_", "no", "place_separator", "reporting_unit", "scope_", "severity_", "sheet_", "sign_", "text_",
    "verdict_", "year_label", "yes",
)  # fmt: skip


def generate_pages(
    shelf: Shelf, era_id: str, options: Options, roster: Roster | None, prior: LastYear | None = None
) -> list[Planned]:
    """One self-check page an agency of the roster, or one in which the agency gives its own code and name.

    With `prior` each shows its agency's figures of last year, and the checks against them.
    """
    entries = roster.entries if roster is not None else ()
    asked = [(_agency(entry), entry.scope or options.scope) for entry in entries] or [(Agency(), options.scope)]
    makers = {scope: page_maker(shelf, era_id, replace(options, scope=scope)) for _, scope in asked}
    words, era = shelf.library.words, shelf.era(era_id)
    files = (form_name(words, options, agency).removesuffix(".xlsx") for agency, _ in asked)

    def page(agency: Agency, scope: Scope) -> bytes:
        last: Mapping[str, Typed] = {}
        if prior is not None and options.prior:
            record = prior.of(agency, options.year, scope, era).record
            last = record.values if record else {}
        return makers[scope].page(agency, last)

    names = unique_names(files)
    return [Planned(f"{file}.html", partial(page, *whom)) for file, whom in zip(names, asked, strict=True)]


def _agency(entry: RosterEntry) -> Agency:
    return Agency(entry.code, entry.name, entry.level or None, entry.rule_making)


@dataclass(frozen=True, slots=True)
class PageMaker:
    """What all pages of one form share."""

    plan: FormPlan
    data: Mapping[str, object]
    words: Mapping[str, Text]
    rules: str

    def page(self, agency: Agency, prior: Mapping[str, Typed]) -> bytes:
        """The page of `agency`."""
        options, era = self.plan.options, self.plan.era
        title = Text(*(f"{era.title(lang, year=options.year)} {agency.name}".strip() for lang in ("zh", "en")))
        data = {**self.data, **page_agency(self.plan, agency, prior)}
        return render_page("selfcheck", data, self.words, options.lang, title, [self.rules])


def page_maker(shelf: Shelf, era_id: str, options: Options) -> PageMaker:
    """The maker of an era's pages with `options`."""
    languages: tuple[Lang, ...] = ("zh", "en")
    plans = {lang: shelf.plan(era_id, replace(options, lang=lang)) for lang in languages}
    library = shelf.library
    layouts = {sheet.id: sheet for sheet in library.layout(era_id).sheets}
    known = [library.catalogue[code] for code in _MESSAGES]
    messages = {each.code: [_pair(each.text), _pair(each.remedy)] for each in known}
    words = {key: text for key, text in library.words.items() if key.startswith(_WORDS)}
    words.update(library.selfcheck_words)
    own = plans[options.lang]
    return PageMaker(own, {**page_data(plans, layouts), "messages": messages}, words, compiled_rules(own))


def _pair(text: Text) -> list[str]:
    return [text.zh, text.en]
