"""The Excel reading of a rule: a formula that shows the value, or an empty text where an operand is missing.

Only functions of Excel 2003, at most 30 arguments, so that a workbook also lives as xls. A cell is missing
where it holds no number; but where the table is declared all zero, a truly blank cell counts as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from xltool.numbers import plain
from xltool.rules.nodes import Binary, Call, Either, Negative, Node, Num, Ref, Word

MAX_ARGUMENTS = 30


@dataclass(frozen=True, slots=True)
class Site:
    """Where an indicator sits in the workbook, and the condition that declares its table's blanks zero."""

    sheet: str
    row: int
    col: int
    declared: str = ""


Locate = Callable[[Ref], Site | None]
"""The site of an indicator; None where this workbook has no cell for it, which only a whole given in parts may lack."""


def value_formula(node: Node, locate: Locate, here: str) -> str:
    """A formula on sheet `here` for the value of `node`, without its ``=``."""
    compiler = _Compiler(locate, here)
    text = compiler.expression(node)
    if isinstance(node, Ref) and compiler.site(node).declared:
        # LibreOffice passes an empty cell on as empty, which equals "" as well as 0.
        text += "+0"
    for guard in reversed(compiler.all_guards()):
        text = f'IF({guard},{text},"")'
    return text


def reference(sheet: str, row: int, col: int, here: str = "", *, absolute: bool = False) -> str:
    """A1 reference to a zero-based cell, with its sheet where that is not `here`."""
    name = _a1(row, col, "$" if absolute else "")
    return name if sheet == here else f"{quoted(sheet)}!{name}"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def text_literal(text: str) -> str:
    """A text constant of a formula; suites allow at most 255 characters."""
    return '"' + text.replace('"', '""') + '"'


def areas(sites: Iterable[Site], here: str) -> list[str]:
    """References that cover exactly `sites`, neighbours in a row or a column joined into one range."""
    unique = list(dict.fromkeys((site.sheet, site.row, site.col) for site in sites))
    columns = _runs(unique, fixed=2, running=1)
    joined = [run for run in columns if len(run) > 1]
    single = [run[0] for run in columns if len(run) == 1]
    joined += _runs(single, fixed=1, running=2)
    order = {cell: index for index, cell in enumerate(unique)}
    joined.sort(key=lambda run: order[run[0]])
    return [_range(run, here) for run in joined]


def spread(function: str, arguments: list[str], joiner: str) -> str:
    """A call of `function` on any number of arguments, split where a suite takes no more than 30."""
    chunks = [arguments[i : i + MAX_ARGUMENTS] for i in range(0, len(arguments), MAX_ARGUMENTS)]
    calls = [f"{function}({','.join(chunk)})" for chunk in chunks]
    if len(calls) == 1:
        return calls[0]
    return "(" + "+".join(calls) + ")" if joiner == "+" else f"{function}({','.join(calls)})"


@dataclass(slots=True)
class _Compiler:
    locate: Locate
    here: str
    needed: dict[Site, None] = field(default_factory=dict)
    guards: list[str] = field(default_factory=list)

    def all_guards(self) -> list[str]:
        complete = [self.complete(list(self.needed))] if self.needed else []
        return complete + self.guards

    def expression(self, node: Node) -> str:
        match node:
            case Num(value):
                return plain(value)
            case Word(value):
                return text_literal(value)
            case Ref():
                return self.cell(node)
            case Either(whole, parts):
                return self.either(whole, parts)
            case Negative(operand):
                return f"(-{self.inside(operand)})"
            case Binary(operator, left, right):
                return self.binary(operator, left, right)
            case Call():
                return self.call(node)

    def site(self, ref: Ref) -> Site:
        site = self.locate(ref)
        if site is None:
            raise LookupError(ref.path)
        return site

    def cell(self, ref: Ref) -> str:
        site = self.site(ref)
        self.needed[site] = None
        return reference(site.sheet, site.row, site.col, self.here)

    def inside(self, node: Node) -> str:
        text = self.expression(node)
        return f"({text})" if isinstance(node, Binary) else text

    def binary(self, operator: str, left: Node, right: Node) -> str:
        below = self.inside(right)
        if operator == "/":
            self.guards.append(f"ROUND({below},12)<>0")
        return f"{self.inside(left)}{operator}{below}"

    def either(self, whole: Ref, parts: tuple[Ref, ...]) -> str:
        sites = [self.site(part) for part in parts]
        total = spread("SUM", areas(sites, self.here), "+")
        own = self.locate(whole)
        if own is None:
            self.needed.update(dict.fromkeys(sites))
            return total
        cell = reference(own.sheet, own.row, own.col, self.here)
        none = f"{spread('COUNT', areas(sites, self.here), '+')}=0"
        self.guards.append(f"IF(COUNT({cell})=1,{none},{self.complete(sites)})")
        return f"IF(COUNT({cell})=1,{cell},{total})"

    def call(self, call: Call) -> str:
        if call.function == "round":
            return f"ROUND({self.expression(call.arguments[0])},{self.expression(call.arguments[1])})"
        if call.function == "abs":
            return f"ABS({self.expression(call.arguments[0])})"
        sites = [self.site(argument) for argument in call.arguments if isinstance(argument, Ref)]
        rest = [self.expression(argument) for argument in call.arguments if not isinstance(argument, Ref)]
        if call.skip:
            self.guards.append(self.some(sites))
        else:
            self.needed.update(dict.fromkeys(sites))
        arguments = areas(sites, self.here) + rest
        if call.function == "sum":
            return spread("SUM", arguments, "+")
        name = call.function.upper()
        text = spread(name, arguments, ",")
        zeros = self.blank_zeros(sites)
        return f"IF({zeros},{name}({text},0),{text})" if zeros else text

    def complete(self, sites: list[Site]) -> str:
        """True where every site holds a number, or is blank in a table whose blanks are declared zero."""
        tests = []
        for declared, group in _by_declaration(sites):
            cells = areas(group, self.here)
            count, wanted = spread("COUNT", cells, "+"), str(len(group))
            if declared:
                wanted = f"IF({declared},{spread('COUNTA', cells, '+')},{wanted})"
            tests.append(f"{count}={wanted}")
        return tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"

    def some(self, sites: list[Site]) -> str:
        """True where at least one site counts."""
        present = f"{spread('COUNT', areas(sites, self.here), '+')}>0"
        zeros = self.blank_zeros(sites)
        return f"OR({present},{zeros})" if zeros else present

    def blank_zeros(self, sites: list[Site]) -> str:
        """True where a site is blank in a table whose blanks are declared zero; nothing where none can be."""
        tests = [
            f"AND({declared},{spread('COUNTA', areas(group, self.here), '+')}<{len(group)})"
            for declared, group in _by_declaration(sites)
            if declared
        ]
        return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})" if tests else ""


def _by_declaration(sites: list[Site]) -> list[tuple[str, list[Site]]]:
    groups: dict[str, dict[Site, None]] = {}
    for site in sites:
        groups.setdefault(site.declared, {})[site] = None
    return [(declared, list(group)) for declared, group in groups.items()]


_Cell = tuple[str, int, int]


def _runs(cells: list[_Cell], *, fixed: int, running: int) -> list[list[_Cell]]:
    """Cells grouped into unbroken runs along one axis."""
    ordered = sorted(cells, key=lambda cell: (cell[0], cell[fixed], cell[running]))
    numbered = enumerate(ordered)
    runs = groupby(numbered, key=lambda item: (item[1][0], item[1][fixed], _axis(item[1], running) - item[0]))
    return [[cell for _, cell in run] for _, run in runs]


def _axis(cell: _Cell, axis: int) -> int:
    return cell[1] if axis == 1 else cell[2]


def _range(run: list[_Cell], here: str) -> str:
    (sheet, row, col), (_, last_row, last_col) = run[0], run[-1]
    first = reference(sheet, row, col, here)
    return first if len(run) == 1 else f"{first}:{_a1(last_row, last_col)}"


def _a1(row: int, col: int, dollar: str = "") -> str:
    name, rest = "", col + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(65 + letter) + name
    return f"{dollar}{name}{dollar}{row + 1}"
