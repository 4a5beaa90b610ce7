"""The figures of a narrative report: one value an indicator, or a finding."""

from __future__ import annotations

from collections.abc import Sequence

from xltool.model.era import Era
from xltool.model.finding import Argument, Finding
from xltool.model.sentences import Figure
from xltool.model.summary import trail_text
from xltool.numbers import Number, plain


def narrative_values(figures: Sequence[Figure], era: Era, year: int) -> tuple[dict[str, Number], tuple[Finding, ...]]:
    """The value of each indicator that the text gives plainly.

    Parts of a sum, text-only keys and figures of other years are left out. Where two sentences differ there is no
    value but a finding: which of them is meant, only a person can say.
    """
    values: dict[str, Number] = {}
    findings: list[Finding] = []
    for path in era.indicators:
        given = [each for each in figures if each.path == path and not each.part and each.year in (None, year)]
        said = list(dict.fromkeys(each.value for each in given))
        if len(said) == 1:
            values[path] = said[0]
        elif said:
            args: dict[str, Argument] = {
                "values": " / ".join(map(plain, said)),
                "sentences": " / ".join(dict.fromkeys(each.sentence for each in given)),
                "indicator": trail_text(era, path, year),
            }
            findings.append(Finding("TEXT-TWO-VALUES", "explain", paths=(path,), args=args))
    return values, tuple(findings)
