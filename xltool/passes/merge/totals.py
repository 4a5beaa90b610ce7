"""Totals over agencies, each indicator by its own method, exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from xltool.model.era import Era, Indicator, Method
from xltool.model.finding import Argument, Finding
from xltool.model.record import Record
from xltool.model.summary import TotalLine, trail_text
from xltool.numbers import Number, exact, from_cell, plain
from xltool.rules.evaluate import evaluate, rounded
from xltool.rules.nodes import Binary, Call, Either, Negative, Node, Ref

_ADDING: Mapping[Method, Callable[[list[Number]], Number]] = {
    "sum": lambda numbers: sum(numbers, start=0),
    "stock": lambda numbers: sum(numbers, start=0),
    "max": max,
}


def total_lines(era: Era, records: Sequence[Record], of: int) -> Iterator[TotalLine]:
    """The total of every indicator, in schema order; optional ones that nobody uses have none."""
    shown = {path: each for path, each in era.indicators.items() if not each.optional or _used(path, records)}
    added = {path: _added(each, records, of) for path, each in shown.items() if each.method != "ratio"}
    for path, indicator in shown.items():
        yield added.get(path) or _ratio(era, indicator, added, records, of)


def _used(path: str, records: Sequence[Record]) -> bool:
    return any(record.values.get(path) is not None for record in records)


def _added(indicator: Indicator, records: Sequence[Record], of: int) -> TotalLine:
    given = [value for record in records if (value := record.values.get(indicator.path)) not in (None, "")]
    numbers = [value for value in given if not isinstance(value, str)]
    add = _ADDING.get(indicator.method)
    if add is None:
        return TotalLine(indicator.path, indicator.method, None, len(given), of)
    total = exact(add(numbers)) if numbers else None
    return TotalLine(indicator.path, indicator.method, total, len(numbers), of)


def _ratio(
    era: Era, indicator: Indicator, added: Mapping[str, TotalLine], records: Sequence[Record], of: int
) -> TotalLine:
    """Ratios are not added: the formula is applied to the totals. An agency counts if it gave all that it needs."""
    path = indicator.path
    if path not in era.totals:
        return TotalLine(path, "ratio", None, 0, of)
    formula = era.totals[path].formula

    def total(ref: Ref) -> Number | None:
        return added[ref.path].value if ref.path in added else None

    value = evaluate(over_totals(formula, frozenset(added)), total)
    wanted = _changed(formula, _no_division)
    counted = sum(evaluate(wanted, _figures(record)) is not None for record in records)
    return TotalLine(path, "ratio", None if value is None else rounded(value, indicator.decimals), counted, of)


def _figures(record: Record) -> Callable[[Ref], Number | str | None]:
    return lambda ref: record.values.get(ref.path)


def over_totals(formula: Node, shown: frozenset[str]) -> Node:
    """A formula to be applied to totals: of a figure that some agencies give whole and others in parts, all counts."""

    def change(node: Node) -> Node:
        if isinstance(node, Either):
            return Call("sum", tuple(ref for ref in (node.whole, *node.parts) if ref.path in shown), skip=True)
        return node

    return _changed(formula, change)


def _no_division(node: Node) -> Node:
    """The same operands without a quotient, whose value is missing exactly where an operand is."""
    return Binary("+", node.left, node.right) if isinstance(node, Binary) and node.operator == "/" else node


def _changed(node: Node, change: Callable[[Node], Node]) -> Node:
    match node:
        case Binary(operator, left, right):
            return change(Binary(operator, _changed(left, change), _changed(right, change)))
        case Negative(operand):
            return change(Negative(_changed(operand, change)))
        case Call(_, arguments, _):
            return change(replace(node, arguments=tuple(_changed(each, change) for each in arguments)))
        case _:
            return change(node)


def imprecise(era: Era, year: int, lines: Iterable[TotalLine]) -> Iterator[Finding]:
    """Totals of more digits than office suites keep: they show the first 15."""
    for line in lines:
        if line.value is not None and from_cell(float(line.value)) != line.value:
            args: dict[str, Argument] = {"indicator": trail_text(era, line.path, year), "value": plain(line.value)}
            yield Finding("MERGE-PRECISION", "explain", paths=(line.path,), args=args)
