"""Formulas of an issued workbook: what they refer to, and what they compute where they only add and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from xltool.model.book import Book, Cell, Target
from xltool.model.place import from_a1
from xltool.numbers import Number, exact, from_cell
from xltool.rules.evaluate import rounded

Where = tuple[str, int, int]
"""A cell: sheet, zero-based row and column."""

_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_SHEET = r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^\W\d][\w.]*))!"
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
       | (?P<string>"(?:[^"]|"")*")
       | (?P<external>(?:'\[[0-9]+\](?:[^']|'')+'|\[[0-9]+\][\w.]*)!(?:{_CELL}(?::{_CELL})?|[\w.]+))
       | (?P<area>(?:{_SHEET})?(?P<first>{_CELL})(?::(?P<last>{_CELL}))?)(?![\w(.!\[:])
       | (?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?(?![\w:!])|\.[0-9]+)
       | (?P<function>[^\W\d][\w.]*)(?=\()
       | (?P<name>[^\W\d][\w.]*)(?![\w!\[:])
       | (?P<operator><>|<=|>=|[-+*/^&=<>(),%])""",
    re.VERBOSE,
)
# They refer to cells that no text names.
_ELSEWHERE = frozenset({"INDIRECT", "OFFSET", "CELL", "GETPIVOTDATA"})
_LARGEST = 10_000


class Unclear(Exception):
    """A formula, or a cell it needs, is beyond what is read here."""


@dataclass(frozen=True, slots=True)
class Area:
    """Cells of one sheet, both corners within."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, where: Where) -> bool:
        sheet, row, col = where
        return sheet == self.sheet and self.top <= row <= self.bottom and self.left <= col <= self.right

    @property
    def size(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def cells(self) -> Iterator[Where]:
        for row in range(self.top, self.bottom + 1):
            for col in range(self.left, self.right + 1):
                yield self.sheet, row, col


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a formula; an `area` where it names cells of the workbook, by address or by name."""

    kind: str
    text: str
    area: Area | None = None


def tokens(formula: str, sheet: str, book: Book) -> list[Token]:
    """The pieces of a formula on `sheet`. Raises Unclear where it refers to what cannot be told."""
    found: list[Token] = []
    text, at = formula.removeprefix("="), 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unclear(formula)
        at = match.end()
        kind = match.lastgroup if match.lastgroup not in ("quoted", "plain", "first", "last") else "area"
        if kind == "space":
            continue
        if match["area"]:
            found.append(Token("area", match["area"], _area(match, sheet, book)))
        elif match["function"]:
            if match["function"].upper() in _ELSEWHERE:
                raise Unclear(formula)
            found.append(Token("function", match["function"].upper()))
        elif match["name"]:
            found.append(_name(match["name"], book))
        else:
            found.append(Token(str(kind), match[0]))
    return found


def _area(match: re.Match[str], sheet: str, book: Book) -> Area:
    if match["quoted"] or match["plain"]:
        known = book.sheet((match["quoted"] or match["plain"]).replace("''", "'"))
        if known is None:
            raise Unclear(match[0])
        sheet = known.name
    try:
        (top, left), (bottom, right) = from_a1(match["first"]), from_a1(match["last"] or match["first"])
    except ValueError as error:
        raise Unclear(match[0]) from error
    return Area(sheet, min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def _name(name: str, book: Book) -> Token:
    if name.upper() in ("TRUE", "FALSE"):
        return Token("word", name)
    target = book.names.get(name.upper())
    if isinstance(target, Target):
        return Token("area", name, Area(target.sheet, target.row, target.col, target.row, target.col))
    if isinstance(target, str):
        return Token("word", name)
    raise Unclear(name)


def areas(formula: str, sheet: str, book: Book) -> list[Area]:
    """All cells a formula refers to. Raises Unclear where that cannot be told."""
    return [token.area for token in tokens(formula, sheet, book) if token.area is not None]


@dataclass
class Calculator:
    """Computes formulas of + - * /, SUM, MAX, MIN, ABS and ROUND over the figures of a workbook, exactly."""

    book: Book
    _known: dict[Where, Number | None] = field(default_factory=dict)
    _sheets: dict[str, Mapping[tuple[int, int], Cell]] = field(default_factory=dict)
    _open: set[Where] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._sheets = {sheet.name: sheet.cells for sheet in self.book.sheets}

    def value(self, where: Where) -> Number | None:
        """What a cell says: None where it is blank or a text. Raises Unclear."""
        if where not in self._known:
            if where in self._open:
                raise Unclear(str(where))
            self._open.add(where)
            cell = self._sheets[where[0]].get(where[1:], Cell())
            self._known[where] = self._typed(cell) if cell.formula is None else self._computed(cell.formula, where[0])
            self._open.discard(where)
        return self._known[where]

    @staticmethod
    def _typed(cell: Cell) -> Number | None:
        if cell.value is None or isinstance(cell.value, str):
            return None
        if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
            raise Unclear(str(cell.value))
        return from_cell(cell.value)

    def _computed(self, formula: str, sheet: str) -> Number:
        try:
            return exact(_Reader(tokens(formula, sheet, self.book), self).all())
        except (InvalidOperation, ZeroDivisionError, RecursionError, IndexError) as error:
            raise Unclear(formula) from error


class _Reader:
    """One formula by recursive descent."""

    def __init__(self, pieces: Sequence[Token], calculator: Calculator) -> None:
        self._pieces, self._at, self._calculator = pieces, 0, calculator

    def all(self) -> Number:
        value = self._sum()
        if self._at < len(self._pieces):
            raise Unclear(self._pieces[self._at].text)
        return value

    def _take(self, *texts: str) -> str:
        """The next piece where it is one of these operators, else an empty text."""
        piece = self._pieces[self._at] if self._at < len(self._pieces) else None
        if piece is None or piece.kind != "operator" or piece.text not in texts:
            return ""
        self._at += 1
        return piece.text

    def _need(self, text: str) -> None:
        if not self._take(text):
            raise Unclear(text)

    def _sum(self) -> Number:
        value = self._product()
        while sign := self._take("+", "-"):
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> Number:
        value = self._factor()
        while sign := self._take("*", "/"):
            other = self._factor()
            value = value * other if sign == "*" else Decimal(value) / Decimal(other)
        return value

    def _factor(self) -> Number:
        if sign := self._take("+", "-"):
            value = self._factor()
            return -value if sign == "-" else value
        if self._take("("):
            value = self._sum()
            self._need(")")
            return value
        piece = self._pieces[self._at]
        self._at += 1
        if piece.kind == "number":
            return exact(Decimal(piece.text))
        if piece.kind == "function":
            return self._call(piece.text)
        if piece.area is not None and piece.area.size == 1:
            return self._single(piece.area)
        raise Unclear(piece.text)

    def _single(self, area: Area) -> Number:
        where = next(area.cells())
        value = self._calculator.value(where)
        if value is None and self._calculator._sheets[where[0]].get(where[1:], Cell()).value is not None:
            raise Unclear(str(where))  # a text: suites say #VALUE!
        return value or 0

    def _call(self, function: str) -> Number:
        self._need("(")
        arguments = [self._argument()]
        while self._take(","):
            arguments.append(self._argument())
        self._need(")")
        if function == "ROUND" and len(arguments) == 2 and all(len(each) == 1 for each in arguments):
            return rounded(arguments[0][0], int(arguments[1][0]))
        numbers: list[Number] = [number for argument in arguments for number in argument]
        if function == "SUM":
            return sum(numbers, start=0)
        if function in ("MAX", "MIN"):
            ordered = sorted(numbers)
            return (ordered[-1] if function == "MAX" else ordered[0]) if ordered else 0
        if function == "ABS" and len(numbers) == 1:
            return max(numbers[0], -numbers[0])
        raise Unclear(function)

    def _argument(self) -> list[Number]:
        """The numbers of an argument: those of an area without what is blank or text, else one."""
        piece = self._pieces[self._at]
        after = self._pieces[self._at + 1] if self._at + 1 < len(self._pieces) else None
        if piece.area is not None and after is not None and after.text in (",", ")"):
            if piece.area.size > _LARGEST:
                raise Unclear(piece.text)
            self._at += 1
            return [value for where in piece.area.cells() if (value := self._calculator.value(where)) is not None]
        return [self._sum()]


def formula_cells(book: Book) -> Iterator[tuple[Where, str]]:
    """Every formula of a workbook."""
    for sheet in book.sheets:
        for (row, col), cell in sheet.cells.items():
            if cell.formula is not None:
                yield (sheet.name, row, col), cell.formula
