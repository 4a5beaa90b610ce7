"""What a workbook says of itself, in four carriers: hidden sheet, constant name, properties, visible form code.

Mail and office suites lose some of them; where they disagree, somebody pasted sheets together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from xltool.lang import Lang
from xltool.model.record import SCOPES, Agency
from xltool.plan.form import FormPlan, Options, Totals
from xltool.plan.hidden import META_KEYS
from xltool.rules.excel import text_literal

META_NAME = "XL_META"
FORM = "xltool-form-1"
_TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class Meta:
    """The metadata as texts, by the keys of `hidden.META_KEYS`, and the code a person can read."""

    values: Mapping[str, str]
    form_code: str = ""

    @property
    def constant(self) -> str:
        """The formula of the constant name: all but the agency's name, whose length nobody bounds."""
        short = [self.values[key] for key in META_KEYS if key not in ("agency_name", "extras")]
        return text_literal("|".join(short))

    @property
    def properties(self) -> dict[str, str]:
        return {f"xltool_{key}": value for key, value in self.values.items() if value}

    @property
    def fingerprint(self) -> str:
        return self.values.get("fingerprint", "")


def meta_of(plan: FormPlan, agency: Agency) -> Meta:
    """The metadata of `agency`'s workbook; an anonymous one leaves the agency empty."""
    options = plan.options
    code, name = ("", "") if options.anonymous else (agency.code, agency.name)
    extras = sorted(options.extras) + ([_TEXTS] if options.texts else [])
    values = {
        "form": FORM,
        "era": plan.era.id,
        "era_version": str(plan.era.version),
        "year": str(options.year),
        "scope": options.scope,
        "totals": options.totals,
        "lang": options.lang,
        "extras": ",".join(extras),
        "agency_code": code,
        "agency_name": name,
        "fingerprint": plan.fingerprint,
    }
    visible = "-".join(
        part for part in (plan.era.code, str(options.year), options.scope, code, plan.fingerprint[:8]) if part
    )
    return Meta(values, visible)


def options_of(meta: Meta) -> Options | None:
    """The options a workbook was made with, or None where the metadata make no sense."""
    values = meta.values
    year, scope, totals, lang = (values.get(key, "") for key in ("year", "scope", "totals", "lang"))
    if values.get("form") != FORM or not (year.isascii() and year.isdigit()) or len(year) != 4:
        return None
    if scope not in SCOPES or totals not in get_args(Totals) or lang not in get_args(Lang):
        return None
    extras = [each for each in values.get("extras", "").split(",") if each]
    return Options(
        year=int(year),
        scope=scope,
        totals=cast(Totals, totals),
        lang=cast(Lang, lang),
        anonymous=not values.get("agency_code"),
        texts=_TEXTS in extras,
        extras=frozenset(each for each in extras if each != _TEXTS),
    )


def from_constant(text: str) -> dict[str, str]:
    """The values of the constant name; empty where it is not ours."""
    keys = [key for key in META_KEYS if key not in ("agency_name", "extras")]
    parts = text.split("|")
    return dict(zip(keys, parts, strict=True)) if len(parts) == len(keys) and parts[0] == FORM else {}
