"""Percentages against the counts they quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from xltool.model.finding import Argument, Finding
from xltool.model.sentences import Figure, Share
from xltool.numbers import Number, decimals, plain
from xltool.passes.text_checks.quote import quote
from xltool.rules.evaluate import rounded


def share_findings(share: Share, figures: Sequence[Figure], year: int) -> Iterator[Finding]:
    """The printed percentages of `share` that its two counts do not make, rounded to 0, 1 or 2 decimals."""
    for printed in figures:
        if printed.path != share.share:
            continue
        part, whole = (_one(figures, path, printed, year) for path in (share.part, share.whole))
        if part is None or not whole:
            continue
        places = max(1, decimals(printed.value))
        exact = Decimal(part) * 100 / Decimal(whole)
        right = rounded(exact, places)
        if printed.value not in {rounded(exact, each) for each in (0, 1, 2)}:
            args: dict[str, Argument] = {
                "printed": plain(printed.value),
                "part": plain(part),
                "whole": plain(whole),
                "right": plain(right),
                "sentence": quote(printed),
            }
            yield Finding("TEXT-SHARE", "notice", paths=(share.share, share.part, share.whole), args=args)


def _one(figures: Sequence[Figure], path: str, printed: Figure, year: int) -> Number | None:
    """The count a percentage goes with: that of its own statement, else the only one the text gives."""
    mine = [each for each in figures if each.path == path and not each.part]
    near = {each.value for each in mine if (each.pattern, each.match) == (printed.pattern, printed.match)}
    values = near or {each.value for each in mine if each.year in (None, year)}
    return next(iter(values)) if len(values) == 1 else None
