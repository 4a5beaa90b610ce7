"""节点检查: the total a government reported, held against the sum of its agencies, indicator by indicator."""

from __future__ import annotations

from collections.abc import Iterator

from xltool.lang import Text
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place
from xltool.model.record import Scope
from xltool.model.summary import Lines, NodeCheck, NodeLine, Return, trail_text
from xltool.numbers import Number, plain
from xltool.passes.merge.said import scope_text

_SHOWN = 3


def check_node(
    era: Era, code: str, name: str, scope: Scope, item: Return, lines: Lines, *, by_total: bool
) -> tuple[NodeCheck, tuple[Finding, ...]]:
    """The check of one node and what there is to say about it. `lines` are the sums over its agencies; `by_total`
    where the reported total counts and not they."""
    found = tuple(_lines(era, item, lines))
    ordered = tuple(sorted(found, key=lambda line: line.reported == line.summed))
    check = NodeCheck(code, name, scope, item, "reported" if by_total else "children", ordered)
    differing = check.differing
    if not differing:
        return check, ()
    shown = [_sides(trail_text(era, line.path, item.record.year), line) for line in differing[:_SHOWN]]
    args: dict[str, Argument] = {
        "name": name,
        "scope": scope_text(scope),
        "count": len(differing),
        "indicators": Text("、".join(each.zh for each in shown), ", ".join(each.en for each in shown)),
    }
    places = (item.places.get(differing[0].path, Place(item.file)),)
    return check, (Finding("NODE-DIFFERS", "explain", places, paths=tuple(x.path for x in differing), args=args),)


def _lines(era: Era, item: Return, lines: Lines) -> Iterator[NodeLine]:
    for path, indicator in era.indicators.items():
        if indicator.kind != "number" or indicator.method == "none":
            continue
        value, line = item.record.values.get(path), lines.get(path)
        reported = value if not isinstance(value, str) else None
        if line is None and reported is None:
            continue
        summed, counted, of = (line.value, line.counted, line.of) if line else (None, 0, 0)
        yield NodeLine(path, reported, summed, counted, of)


def _sides(title: Text, line: NodeLine) -> Text:
    reported, summed = _number(line.reported), _number(line.summed)
    return Text(f"{title.zh}（上报{reported}，合计{summed}）", f"{title.en} (reported {reported}, sum {summed})")


def _number(value: Number | None) -> str:
    return "—" if value is None else plain(value)
