"""Many rules as one Python function, for verdicts by the thousand.

`evaluate` walks the nodes of one rule and is what a rule means. Here the same nodes become source text: every figure
is looked up once, and whatever cannot be missing in the middle is one expression. What is more than plain
arithmetic calls the same functions as `evaluate` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any

from xltool.numbers import Number, exact
from xltool.rules.evaluate import (
    CONTEXT,
    Verdict,
    called,
    difference,
    judge,
    quotient,
    rounded,
    whole_or_parts,
    word_verdict,
)
from xltool.rules.nodes import Binary, Call, Compare, Either, Negative, Node, Num, Ref, Word, refs

Values = Mapping[str, Number | str | None]
Judge = Callable[[Values, Values, Values], list[Verdict]]
"""The verdict of every rule on this record's figures, last year's, and the facts of the agency."""
Totals = Callable[[Values], dict[str, Number | None]]
"""The value of every total, by path."""

_ORIGINS = ("data", "prior", "agency")
_HELPERS: Mapping[str, object] = {
    each.__name__: each
    for each in (called, difference, exact, quotient, rounded, whole_or_parts, word_verdict, localcontext)
} | {"CONTEXT": CONTEXT}


def compile_rules(rules: Sequence[tuple[Compare, int]]) -> Judge:
    """`evaluate.judge` of each rule with its decimals, verdicts only."""
    source = _Source()
    source.look_up(ref for rule, _ in rules for ref in refs(rule))
    verdicts = [_verdict(rule, places, source) for rule, places in rules]
    body = [*source.within(), f" return [{', '.join(verdicts)}]"]
    made: Judge = source.function("data, prior, agency", body)
    return made


def compile_totals(totals: Mapping[str, Node]) -> Totals:
    """`evaluate.evaluate` of each formula, where a formula names another total by that total's own formula."""
    source = _Source()
    source.look_up(ref for node in totals.values() for ref in refs(node) if ref.path not in totals)
    for path in _in_order(totals):
        needs: set[str] = set()
        value = source.expression(totals[path], needs)
        source.known[Ref(path)] = source.let(f"exact({value})", needs)
    pairs = ", ".join(f"{path!r}: {source.known[Ref(path)]}" for path in totals)
    found: Totals = source.function("data", [*source.within(), f" return {{{pairs}}}"])
    return found


@dataclass(slots=True)
class Rules:
    """Many rules with their decimals: walked for the first record, since one alone does not pay for compiling them."""

    rules: Sequence[tuple[Compare, int]]
    used: bool = False
    compiled: Judge | None = None

    def __call__(self, data: Values, prior: Values, agency: Values) -> list[Verdict]:
        """The verdict of every rule."""
        if self.compiled is None and self.used:
            self.compiled = compile_rules(self.rules)
        self.used = True
        if self.compiled is not None:
            return self.compiled(data, prior, agency)
        facts = {"data": data, "prior": prior, "agency": agency}
        return [judge(rule, lambda ref: facts[ref.origin].get(ref.path), places).verdict for rule, places in self.rules]


def _in_order(totals: Mapping[str, Node]) -> list[str]:
    """Totals after those they are made of; none is made of itself, as `lint` has seen to."""
    ordered: dict[str, None] = {}

    def put(path: str) -> None:
        for ref in refs(totals[path]):
            if ref.path in totals and ref.path not in ordered:
                put(ref.path)
        ordered[path] = None

    for path in totals:
        put(path)
    return list(ordered)


def _verdict(rule: Compare, places: int, source: _Source) -> str:
    if isinstance(rule.right, Word):
        fact = f"{rule.left.origin}.get({rule.left.path!r})" if isinstance(rule.left, Ref) else "None"
        return f"word_verdict({fact}, {rule.right.value!r}, {rule.comparison!r})"
    needs: set[str] = set()
    left, right = (source.expression(side, needs) for side in (rule.left, rule.right))
    one, other = (source.let(side, needs) for side in (left, right))
    apart = f"difference({one}, {other}, {places})"
    if places >= 0:
        # Whole numbers are exact as they are.
        apart = f"({one} - {other} if {one}.__class__ is int and {other}.__class__ is int else {apart})"
    holds = f"'pass' if {apart} {rule.comparison} 0 else 'fail'"
    return f"('not_assessable' if {one} is None or {other} is None else {holds})"


@dataclass(slots=True)
class _Source:
    """The text of a function under construction. Variables may be None: an expression says which it `needs`."""

    lines: list[str] = field(default_factory=list)
    known: dict[Ref, str] = field(default_factory=dict)
    namespace: dict[str, Any] = field(default_factory=lambda: dict(_HELPERS))

    def look_up(self, every: Iterable[Ref]) -> None:
        """A variable for each figure, missing where it is a text."""
        for ref in dict.fromkeys(every):
            if ref not in self.known:
                self.known[ref] = f"r{len(self.known)}"

    def let(self, expression: str, needs: set[str]) -> str:
        """A variable for the value of `expression`, missing where any of `needs` is."""
        name = f"t{len(self.lines)}"
        missing = " or ".join(f"{each} is None" for each in sorted(needs))
        self.lines.append(f"{name} = None if {missing} else {expression}" if missing else f"{name} = {expression}")
        return name

    def operand(self, node: Node) -> str:
        """The value of `node` where it may be missing: a variable."""
        needs: set[str] = set()
        found = self.expression(node, needs)
        return found if needs == {found} else self.let(found, needs)

    def expression(self, node: Node, needs: set[str]) -> str:
        """The text of `node`; it holds where none of `needs` is missing."""
        match node:
            case Num(number):
                return self.number(number)
            case Negative(operand):
                return f"(-{self.expression(operand, needs)})"
            case Binary("+" | "-" | "*" as operator, left, right):
                return f"({self.expression(left, needs)} {operator} {self.expression(right, needs)})"
            case Call("sum", (_, *_) as arguments, False):
                return f"(0 + {' + '.join(self.expression(each, needs) for each in arguments)})"
        found = self.known[node] if isinstance(node, Ref) else self.special(node)
        needs.add(found)
        return found

    def special(self, node: Node) -> str:
        """A variable for what may be missing though its operands are not, or the other way round."""
        needs: set[str] = set()
        match node:
            case Binary(_, left, right):
                return self.let(f"quotient({self.expression(left, needs)}, {self.expression(right, needs)})", needs)
            case Call("round", (inner, Num(places))):
                return self.let(f"rounded({self.expression(inner, needs)}, {int(places)})", needs)
            case Call(function, arguments, skip):
                return self.let(f"called({function!r}, {self.tuple(arguments)}, skip={skip})", set())
            case Either(whole, parts):
                return self.let(f"whole_or_parts({self.operand(whole)}, {self.tuple(parts)})", set())
        return self.let("None", set())

    def tuple(self, nodes: Sequence[Node]) -> str:
        return f"({''.join(f'{self.operand(each)}, ' for each in nodes)})"

    def number(self, number: Number) -> str:
        if not isinstance(number, Decimal):
            return f"({number!r})"
        name = f"c{len(self.namespace)}"
        self.namespace[name] = number
        return name

    def within(self) -> list[str]:
        """All variables, the figures first, computed with the precision of `evaluate`."""
        lines = []
        for origin in _ORIGINS:
            own = {ref.path: name for ref, name in self.known.items() if ref.origin == origin and name.startswith("r")}
            if own:
                texts = f"[None if x.__class__ is str else x for x in map({origin}.get, {tuple(own)!r})]"
                lines.append(f" [{', '.join(own.values())}] = {texts}")
        return [*lines, " with localcontext(CONTEXT):", *(f"  {line}" for line in [*self.lines, "pass"])]

    def function(self, parameters: str, body: list[str]) -> Any:
        # The text is made of this module's own words, whole numbers and quoted paths of parsed rules.
        exec("\n".join([f"def made({parameters}):", *body]), self.namespace)
        return self.namespace["made"]
