"""Where the text gives another number than the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xltool.lang import Text
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding
from xltool.model.record import Scope, Value
from xltool.model.sentences import Figure
from xltool.model.summary import trail_text
from xltool.numbers import Number, plain
from xltool.passes.text_checks.quote import quote

_SCOPES: Mapping[str, Text] = {
    "own": Text("本机关", "this body"),
    "level": Text("本级", "this level"),
    "area": Text("全域", "the whole area"),
}


def text_vs_table(
    values: Mapping[str, Value],
    figures: Sequence[Figure],
    era: Era,
    *,
    scope: Scope = "own",
    year: int | None = None,
) -> tuple[Finding, ...]:
    """Where the text gives another number than the table.

    Nothing is said of an indicator the table leaves blank, nor where any sentence agrees with the table: the others
    then count something else. Figures of other years than `year` do not count.
    """
    return tuple(
        finding
        for path in era.indicators
        if (finding := _against(path, values.get(path), list(_said(figures, path, year)), era, scope, year))
    )


def _said(figures: Sequence[Figure], path: str, year: int | None) -> Iterator[tuple[Number, str, Figure]]:
    """The numbers the text gives for `path`, parts of one statement added, with the sum as it is written."""
    mine = [each for each in figures if each.path == path and (year is None or each.year in (None, year))]
    yield from ((each.value, each.raw, each) for each in mine if not each.part)
    for pattern, match in dict.fromkeys((each.pattern, each.match) for each in mine if each.part):
        parts = [each for each in mine if (each.pattern, each.match, each.part) == (pattern, match, True)]
        total = sum(each.value for each in parts)
        yield total, " + ".join(plain(each.value) for each in parts) + f" = {plain(total)}", parts[0]


def _against(
    path: str, value: Value, said: list[tuple[Number, str, Figure]], era: Era, scope: Scope, year: int | None
) -> Finding | None:
    if isinstance(value, str) or value is None or not said or any(number == value for number, _, _ in said):
        return None
    others = [figure.scope for _, _, figure in said if figure.scope not in ("", scope)]
    args: dict[str, Argument] = {
        "indicator": trail_text(era, path, year or 0),
        "table": plain(value),
        "text": " / ".join(dict.fromkeys(raw for _, raw, _ in said)),
        "sentence": " / ".join(dict.fromkeys(quote(figure) for _, _, figure in said)),
    }
    if len(others) < len(said):
        return Finding("TEXT-VS-TABLE", "notice", paths=(path,), args=args)
    names = {"scope": _SCOPES[others[0]], "table_scope": _SCOPES[scope]}
    return Finding("TEXT-VS-TABLE-SCOPE", "notice", paths=(path,), args={**args, **names})
