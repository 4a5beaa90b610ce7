"""What a workbook says of itself, in four carriers: hidden sheet, constant name, properties, visible form code.

Mail and office suites lose some of them; where they disagree, somebody pasted sheets together.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import cast, get_args

from xltool.lang import Lang
from xltool.model.record import SCOPES, Agency
from xltool.plan.form import FormPlan, Options, Totals
from xltool.plan.hidden import META_KEYS
from xltool.rules.excel import text_literal

META_NAME = "XL_META"
FORM = "xltool-form-1"
SEAL = "seal"
"""The optional key whose value only who has the campaign's key can make."""
_SEALED = ("era", "era_version", "year", "scope", "agency_code", "fingerprint")
_TEXTS, _PRIOR = "texts", "prior"
# Characters outside the basic plane count twice.
_PROPERTY = 120


@dataclass(frozen=True, slots=True)
class Meta:
    """The metadata as texts, by the keys of `hidden.META_KEYS`, and the code a person can read."""

    values: Mapping[str, str]
    form_code: str = ""

    @property
    def constant(self) -> str:
        """The formula of the constant name: all but the agency's name, whose length nobody bounds."""
        short = [self.values[key] for key in META_KEYS if key not in ("agency_name", "extras")]
        return text_literal("|".join([*short, *filter(None, [self.seal])]))

    @property
    def properties(self) -> dict[str, str]:
        """Custom properties, none empty; a long value goes on in further ones, since suites keep 255 characters."""
        return {
            property_name(key, start // _PROPERTY): value[start : start + _PROPERTY]
            for key, value in self.values.items()
            for start in range(0, len(value), _PROPERTY)
        }

    @property
    def fingerprint(self) -> str:
        return self.values.get("fingerprint", "")

    @property
    def seal(self) -> str:
        return self.values.get(SEAL, "")


def seal_of(values: Mapping[str, str], key: bytes) -> str:
    """HMAC-SHA256 of what a workbook says it is, by the key of its campaign."""
    said = "\n".join(values.get(name, "") for name in _SEALED)
    return hmac.new(key, said.encode("utf-8"), "sha256").hexdigest()


def form_code(era_code: str, values: Mapping[str, str]) -> str:
    """The code a person can read on the cover."""
    parts = (era_code, *(values.get(key, "") for key in ("year", "scope", "agency_code")))
    return "-".join(part for part in (*parts, values.get("fingerprint", "")[:8]) if part)


def meta_of(plan: FormPlan, agency: Agency, seal: str = "") -> Meta:
    """The metadata of `agency`'s workbook; an anonymous one leaves the agency empty."""
    options = plan.options
    code, name = ("", "") if options.anonymous else (agency.code, agency.name)
    extras = sorted(options.extras) + ([_TEXTS] if options.texts else []) + ([_PRIOR] if options.prior else [])
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
    if seal:
        values[SEAL] = seal
    return Meta(values, form_code(plan.era.code, values))


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
        extras=frozenset(each for each in extras if each not in (_TEXTS, _PRIOR)),
        prior=_PRIOR in extras,
    )


def property_name(key: str, part: int) -> str:
    """The name of the custom property that holds a part of a value."""
    return f"xltool_{key}_{part + 1}" if part else f"xltool_{key}"


def from_properties(properties: Mapping[str, str]) -> dict[str, str]:
    """The values of the custom properties; empty where they are not ours."""
    values = {key: "".join(_parts(key, properties)) for key in (*META_KEYS, SEAL)}
    return values if values["form"] == FORM else {}


def _parts(key: str, properties: Mapping[str, str]) -> Iterator[str]:
    for part in count():
        text = properties.get(property_name(key, part))
        if text is None:
            return
        yield text


def from_constant(text: str) -> dict[str, str]:
    """The values of the constant name; empty where it is not ours."""
    keys = [key for key in META_KEYS if key not in ("agency_name", "extras")]
    parts = text.split("|")
    if parts[0] != FORM or len(parts) not in (len(keys), len(keys) + 1):
        return {}
    return {SEAL: "", **dict(zip([*keys, SEAL], parts, strict=False))}
