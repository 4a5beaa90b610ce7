"""What may be typed into an input: its validation, prompt and error message."""

from __future__ import annotations

from xltool.model.era import Indicator
from xltool.numbers import plain
from xltool.plan.form import Options, Words


def entry_rule(
    indicator: Indicator, cell: str, titles: list[str], words: Words, options: Options
) -> tuple[str, tuple[str, str], tuple[str, str]]:
    """The validation formula of an input, its prompt and its error message."""
    lang = options.lang
    may_blank = "_or_blank" if indicator.blank == "allowed" else ""
    if indicator.kind == "text":
        how, rule = words["enter_text"](lang), f"LEN({cell})<=500"
    elif indicator.decimals:
        how, rule = words["enter_decimal" + may_blank](lang, k=indicator.decimals), _number_rule(indicator, cell)
    elif indicator.minimum is None or indicator.minimum < 0:
        how, rule = words["enter_whole_signed"](lang), _number_rule(indicator, cell)
    else:
        how, rule = words["enter_whole" + may_blank](lang), _number_rule(indicator, cell)
    unit = words["unit_of"](lang, unit=indicator.unit(lang)) + "\n" if indicator.unit else ""
    note = "\n" + indicator.note(lang) if indicator.note else ""
    prompt = "\n".join(titles) + "\n" + unit + how + note
    return rule, (indicator.short(lang), prompt), (words["entry_error_title"](lang), how)


def _number_rule(indicator: Indicator, cell: str) -> str:
    bounds = [
        f"{cell}{sign}{plain(bound)}"
        for sign, bound in ((">=", indicator.minimum), ("<=", indicator.maximum))
        if bound is not None
    ]
    inside = ",".join([*bounds, f"ROUND({cell},{indicator.decimals})={cell}"])
    return f"IF(ISNUMBER({cell}),AND({inside}),FALSE)"
