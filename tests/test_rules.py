"""The rule language: a closed set of nodes from text, three answers from figures, formulas that any suite takes."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltool.numbers import Number, decimals, exact
from xltool.rules.captures import bindings, substitute
from xltool.rules.evaluate import evaluate, judge, rounded
from xltool.rules.excel import (
    MAX_ARGUMENTS,
    Site,
    areas,
    quoted,
    reference,
    spread,
    text_literal,
    value_formula,
)
from xltool.rules.nodes import Binary, Call, Compare, Comparison, Either, Negative, Node, Num, Ref, Word, refs
from xltool.rules.parse import Leaf, RuleError, parse_formula, parse_rule

A, B, C = Ref("t.a"), Ref("t.b"), Ref("t.c")
WHOLE, X, Y = Ref("g.whole"), Ref("g.x"), Ref("g.y")
EITHER = Either(WHOLE, (X, Y))
TREE: dict[str, tuple[Leaf, ...]] = {
    "t": (A, B, C),
    "t.a": (A,),
    "t.b": (B,),
    "t.c": (C,),
    "g": (EITHER,),
    "g.x": (X,),
    "g.y": (Y,),
    "g.whole": (WHOLE,),
}


def leaves(path: str) -> tuple[Leaf, ...]:
    return TREE.get(path, ())


def rule(source: str, *, skip: bool = False) -> Compare:
    return parse_rule(source, leaves, skip=skip)


def formula(source: str, *, skip: bool = False) -> Node:
    return parse_formula(source, leaves, skip=skip)


# --- text to nodes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("7", 7),
        ("0.1", Decimal("0.1")),
        ("0.10", Decimal("0.1")),
        ("2.0", 2),
        ("0.1234567890123456789", Decimal("0.1234567890123456789")),
        ("12345678901234567890", 12345678901234567890),
    ],
)
def test_numbers_are_taken_from_the_text(text: str, value: Number) -> None:
    """No digit of a rule goes through a float."""
    assert formula(text) == Num(value)


@given(st.decimals(min_value=0, max_value=10**12, places=6))
def test_every_plain_number_is_read_exactly(value: Decimal) -> None:
    assert formula(f"{value:f}") == Num(exact(value))


def test_arithmetic_binds_as_usual() -> None:
    """Products before sums, from left to right, parentheses first."""
    assert formula("t.a - t.b - t.c") == Binary("-", Binary("-", A, B), C)
    assert formula("t.a - (t.b - t.c)") == Binary("-", A, Binary("-", B, C))
    assert formula("t.a + t.b * -t.c") == Binary("+", A, Binary("*", B, Negative(C)))


@pytest.mark.parametrize("sign", ["==", "!=", "<=", ">=", "<", ">"])
def test_a_rule_is_one_comparison(sign: Comparison) -> None:
    assert rule(f"t.a {sign} t.b") == Compare(sign, A, B)


def test_a_group_stands_for_its_leaves_in_functions() -> None:
    """In sum, min and max a group is all its figures, one given whole or in parts counting once."""
    assert formula("sum(t)") == Call("sum", (A, B, C))
    assert formula("max(t, g)") == Call("max", (A, B, C, EITHER))
    assert formula("sum(t.a, t.b)", skip=True) == Call("sum", (A, B), skip=True)


def test_last_year_and_facts_of_the_agency() -> None:
    """`prior.` is the same indicator a year ago; `agency.` knows level and rule_making."""
    assert rule("t.a == prior.t.b") == Compare("==", A, Ref("t.b", "prior"))
    assert formula("sum(prior.g)") == Call(
        "sum", (Either(Ref("g.whole", "prior"), (Ref("g.x", "prior"), Ref("g.y", "prior"))),)
    )
    assert rule('agency.level == "county"') == Compare("==", Ref("level", "agency"), Word("county"))
    assert formula("1 - agency.rule_making") == Binary("-", Num(1), Ref("rule_making", "agency"))


@pytest.mark.parametrize(
    ("source", "problem", "column", "text"),
    [
        ("t.a == t.b == t.c", "not_a_comparison", 1, "t.a == t.b == t.c"),
        ("t.a + t.b", "not_a_comparison", 1, "t.a + t.b"),
        ("t.a is t.b", "not_in_language", 1, "t.a is t.b"),
        ("t.a in t.b", "not_in_language", 1, "t.a in t.b"),
        ("t.a == t.b and t.c == 1", "not_a_comparison", 1, "t.a == t.b and t.c == 1"),
        ("t.a == t.b ** 2", "not_in_language", 8, "t.b ** 2"),
        ("t.a == t.b // 2", "not_in_language", 8, "t.b // 2"),
        ("t.a == t.b % 2", "not_in_language", 8, "t.b % 2"),
        ("t.a == +t.b", "not_in_language", 8, "+t.b"),
        ("t.a == (t.b if t.c else 1)", "not_in_language", 9, "t.b if t.c else 1"),
        ("t.a == t['b']", "not_in_language", 8, "t['b']"),
        ("t.a == [1]", "not_in_language", 8, "[1]"),
        ("t.a == (lambda: 1)", "not_in_language", 9, "lambda: 1"),
        ("t.a == f'{1}'", "not_in_language", 8, "f'{1}'"),
        ("t.a == (b := 1)", "not_in_language", 9, "b := 1"),
        ("t.a == 1e3", "number", 8, "1e3"),
        ("t.a == 1_000", "number", 8, "1_000"),
        ("t.a == 0x10", "number", 8, "0x10"),
        ("t.a == 1.", "number", 8, "1."),
        ("t.a == .5", "number", 8, ".5"),
        ("t.a == 2j", "number", 8, "2j"),
        ("t.a == True", "number", 8, "True"),
        ("t.a == None", "number", 8, "None"),
        ("t.a == b'x'", "number", 8, "b'x'"),
        ("t.a == ...", "number", 8, "..."),
        ("t.a == sqrt(t.b)", "function", 8, "sqrt(t.b)"),
        ("t.a == open('x')", "function", 8, "open('x')"),
        ("t.a == t.b(1)", "not_in_language", 8, "t.b(1)"),
        ("t.a == sum()", "arguments", 8, "sum()"),
        ("t.a == sum(*t)", "not_in_language", 12, "*t"),
        ("t.a == sum(x=1)", "not_in_language", 8, "sum(x=1)"),
        ("t.a == abs(t.b, t.c)", "arguments", 8, "abs(t.b, t.c)"),
        ("t.a == round(t.b)", "arguments", 8, "round(t.b)"),
        ("t.a == round(t.b, t.c)", "arguments", 8, "round(t.b, t.c)"),
        ("t.a == round(t.b, 0.5)", "arguments", 8, "round(t.b, 0.5)"),
        ("t.a == t.d", "unknown_path", 8, "t.d"),
        ("t.a == t", "unknown_path", 8, "t"),
        ("t.a == g", "unknown_path", 8, "g"),
        ("t.a == sum(t.b, t.d)", "unknown_path", 17, "t.d"),
        ("t.a == prior.t.d", "unknown_path", 8, "prior.t.d"),
        ("t.a == prior", "unknown_path", 8, "prior"),
        ("t.a == agency.name", "unknown_path", 8, "agency.name"),
        ("t.a == agency", "unknown_path", 8, "agency"),
        ("t.a == (t).b", "unknown_path", 8, "(t).b"),
        ("t.a == __import__", "unknown_path", 8, "__import__"),
    ],
)
def test_whatever_is_not_in_the_language_is_an_error_with_its_place(
    source: str, problem: str, column: int, text: str
) -> None:
    """Each error names its kind, the column it begins in, and the piece of text."""
    with pytest.raises(RuleError) as caught:
        rule(source)
    assert (caught.value.problem, caught.value.column, caught.value.text) == (problem, column, text)


@pytest.mark.parametrize(
    "source", ["", "t.a ==", "t.a = t.b", "t.a == not t.b", "t.a == (t.b", "t.a == t.b\nt.c", "\0", "(" * 300]
)
def test_what_cannot_be_read_at_all_is_a_syntax_error(source: str) -> None:
    """With the rule as its text; which column is the reader's guess."""
    with pytest.raises(RuleError) as caught:
        rule(source)
    assert (caught.value.problem, caught.value.text) == ("syntax", source)
    assert caught.value.column >= 1


@pytest.mark.parametrize("source", ["sum(t.a + 1)", "sum(g)", "sum(t.a, 0)", "max(t, sum(t))"])
def test_sums_that_skip_take_figures_only(source: str) -> None:
    """What is left out where it is missing must be a cell, not an expression and not a figure in parts."""
    formula(source)
    with pytest.raises(RuleError, match="arguments"):
        formula(source, skip=True)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(source: str) -> None:
    """Any text is a rule or a `RuleError`."""
    try:
        assert isinstance(rule(source), Compare)
    except RuleError as error:
        assert error.column >= 1


# --- captures ----------------------------------------------------------------------------------------------------

GROUPS = ["apply", "apply.man", "apply.firm", "apply.man.no", "apply.firm.no"]
LEAVES = ["apply.man.new", "apply.man.no.secret", "apply.firm.new", "apply.firm.no.secret", "note"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("apply.*", ["apply.man", "apply.firm"]),
        ("apply.*.new", ["apply.man.new", "apply.firm.new"]),
        ("apply.man.*", ["apply.man.no", "apply.man.new"]),
        ("*", ["apply", "note"]),
        ("apply.man.(**)", ["new", "no.secret"]),
        ("apply.**", ["apply.man.new", "apply.man.no.secret", "apply.firm.new", "apply.firm.no.secret"]),
        ("(**).secret", ["apply.man.no", "apply.firm.no"]),
        ("apply.(*).new", ["man", "firm"]),
        ("apply.*.(new)", ["new"]),
        ("note", ["note"]),
        ("apply.ma*", ["apply.man"]),
        ("apply.mens.*", []),
        ("apply.man.ne", []),
        ("apply.+", []),
    ],
)
def test_what_a_pattern_captures(pattern: str, found: list[str]) -> None:
    """`*` is one segment of groups and indicators, `**` one or more of indicators, parentheses the part that is kept."""
    assert [binding["c"] for binding in bindings({"c": [pattern]}, GROUPS, LEAVES)] == found


def test_several_patterns_and_names_combine() -> None:
    """Patterns of one name add up without repetition, names multiply, in the order written."""
    found = bindings({"c": ["apply.firm", "apply.*"], "r": ["apply.man.(**)"]}, GROUPS, LEAVES)
    assert found == [{"c": c, "r": r} for c in ("apply.firm", "apply.man") for r in ("new", "no.secret")]


def test_a_check_without_captures_has_one_instance() -> None:
    assert bindings({}, GROUPS, LEAVES) == [{}]


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("c.new + cc.new == 1", "apply.man.new + cc.new == 1"),
        ("total.r == sum(man.r, c)", "total.no.secret == sum(man.no.secret, apply.man)"),
        ("prior.c.new", "prior.apply.man.new"),
        ("c_r + c1 - r2", "c_r + c1 - r2"),
    ],
)
def test_captured_names_are_replaced_as_whole_segments(source: str, result: str) -> None:
    assert substitute(source, {"c": "apply.man", "r": "no.secret"}) == result


# --- evaluation --------------------------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9), st.decimals(-(10**6), 10**6, places=2).map(exact), st.sampled_from([0, 1, -1])
)
REFS = [Ref(f"v{number}") for number in range(6)]
ARITHMETIC: st.SearchStrategy[Node] = st.recursive(
    st.one_of(NUMBERS.filter(lambda n: n >= 0).map(Num), st.sampled_from(REFS)),
    lambda inner: st.one_of(
        st.builds(Negative, inner),
        st.builds(Binary, st.sampled_from(["+", "-", "*"]), inner, inner),
        st.builds(Call, st.sampled_from(["sum", "min", "max"]), st.lists(inner, min_size=1, max_size=4).map(tuple)),
        st.builds(Call, st.just("abs"), st.tuples(inner)),
    ),
    max_leaves=6,
)
FIGURES = st.fixed_dictionaries({ref: st.one_of(st.none(), NUMBERS) for ref in REFS})
FULL = st.fixed_dictionaries({ref: NUMBERS for ref in REFS})


def oracle(node: Node, figures: dict[Ref, Number | None]) -> Fraction:
    """The same arithmetic in fractions."""
    match node:
        case Num(value):
            return Fraction(value)
        case Ref():
            return Fraction(figures[node] or 0)
        case Negative(operand):
            return -oracle(operand, figures)
        case Binary(operator, left, right):
            one, other = oracle(left, figures), oracle(right, figures)
            return one + other if operator == "+" else one - other if operator == "-" else one * other
        case Call(function, arguments):
            values = [oracle(argument, figures) for argument in arguments]
            return {"sum": sum, "min": min, "max": max, "abs": lambda one: abs(one[0])}[function](values)
    raise AssertionError(node)


@given(ARITHMETIC, FULL)
def test_arithmetic_is_exact(node: Node, figures: dict[Ref, Number | None]) -> None:
    """With all figures there, the value is the one of the schoolbook, to the last of 40 digits."""
    value, wanted = evaluate(node, figures.get), oracle(node, figures)
    assert value is not None
    assert abs(Fraction(value) - wanted) <= abs(wanted) / 10**38
    assert value == exact(value)


@given(ARITHMETIC, FIGURES)
def test_missing_propagates(node: Node, figures: dict[Ref, Number | None]) -> None:
    """Without `skip` a value is missing exactly where one of its figures is."""
    missing = any(figures[ref] is None for ref in refs(node))
    assert (evaluate(node, figures.get) is None) == missing


@given(st.sampled_from(["sum", "min", "max"]), FIGURES)
def test_skip_leaves_missing_figures_out(function: str, figures: dict[Ref, Number | None]) -> None:
    """With `skip` the value is that of the figures that are there, and missing only where all are."""
    present = [value for value in figures.values() if value is not None]
    wanted = {"sum": sum, "min": min, "max": max}[function](present) if present else None
    assert evaluate(Call(function, tuple(REFS), skip=True), figures.get) == wanted


@given(NUMBERS)
def test_a_zero_divisor_cannot_be_judged(value: Number) -> None:
    assert evaluate(Binary("/", Num(value), A), {A: 0}.get) is None
    assert judge(Compare("==", Binary("/", Num(value), A), Num(0)), {A: 0}.get, 2).verdict == "not_assessable"


def test_text_in_a_cell_is_missing_to_a_rule() -> None:
    assert evaluate(Binary("+", A, Num(1)), {A: "12"}.get) is None


@pytest.mark.parametrize(
    ("value", "places", "result"),
    [
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("1.005", 2, "1.01"),
        ("2.4999", 0, "2"),
        ("12", 3, "12"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: str, places: int, result: str) -> None:
    """As every office suite rounds, and unlike Python's `round`."""
    assert rounded(exact(Decimal(value)), places) == Decimal(result)


@given(st.decimals(-(10**9), 10**9, places=6).map(exact), st.integers(0, 6))
def test_rounding_is_symmetric_and_near(value: Number, places: int) -> None:
    """The result has the decimals asked for, is at most half a unit away, and mirrors at zero."""
    result = rounded(value, places)
    assert decimals(result) <= places
    assert abs(Fraction(result) - Fraction(value)) <= Fraction(1, 2) / 10**places
    assert rounded(-value, places) == -result
    assert evaluate(Call("round", (A, Num(places))), {A: value}.get) == result


@pytest.mark.parametrize(
    ("whole", "x", "y", "value"),
    [
        (None, 1, 2, 3),
        (5, None, None, 5),
        (0, None, None, 0),
        (None, 0, 0, 0),
        (5, 1, None, None),
        (3, 1, 2, None),
        (None, 1, None, None),
        (None, None, None, None),
    ],
)
def test_a_figure_is_given_whole_or_in_parts(
    whole: int | None, x: int | None, y: int | None, value: int | None
) -> None:
    """Whole and no part, or all parts and no whole; anything else is missing, even where both agree."""
    assert evaluate(EITHER, {WHOLE: whole, X: x, Y: y}.get) == value


OPPOSITES: list[tuple[Comparison, Comparison]] = [("==", "!="), ("<=", ">"), (">=", "<")]


@given(st.sampled_from(OPPOSITES), NUMBERS, NUMBERS, st.integers(0, 3))
def test_opposite_comparisons_give_opposite_verdicts(
    signs: tuple[Comparison, Comparison], left: Number, right: Number, places: int
) -> None:
    """Of two opposite rules exactly one passes, whatever the decimals compared."""
    verdicts = {judge(Compare(sign, Num(left), Num(right)), {}.get, places).verdict for sign in signs}
    assert verdicts == {"pass", "fail"}


@given(NUMBERS, NUMBERS, st.integers(0, 3))
def test_two_sides_are_compared_by_their_rounded_difference(left: Number, right: Number, places: int) -> None:
    found = judge(Compare("==", A, B), {A: left, B: right}.get, places)
    assert found.difference is not None
    assert Fraction(found.difference) == Fraction(rounded(exact(Decimal(left) - Decimal(right)), places))
    assert (found.left, found.right, found.verdict == "pass") == (left, right, found.difference == 0)


def test_binary_fractions_do_not_matter() -> None:
    """0.1 + 0.2 is 0.3."""
    assert judge(rule("0.1 + 0.2 == 0.3"), {}.get, 13).verdict == "pass"


@given(NUMBERS, st.sampled_from(["==", "!=", "<=", ">=", "<", ">"]))
def test_a_missing_side_cannot_be_judged(value: Number, sign: Comparison) -> None:
    """The side that is there is still shown."""
    found = judge(Compare(sign, A, B), {A: value, B: None}.get, 0)
    assert (found.verdict, found.left, found.right, found.difference) == ("not_assessable", value, None, None)


@pytest.mark.parametrize(
    ("level", "sign", "verdict"),
    [
        ("county", "==", "pass"),
        ("city", "==", "fail"),
        ("county", "!=", "fail"),
        ("city", "!=", "pass"),
        ("", "==", "not_assessable"),
        (None, "!=", "not_assessable"),
    ],
)
def test_facts_are_compared_with_words(level: str | None, sign: str, verdict: str) -> None:
    fact = rule(f'agency.level {sign} "county"')
    assert judge(fact, {Ref("level", "agency"): level}.get, 0).verdict == verdict


# --- Excel -------------------------------------------------------------------------------------------------------

SHEETS = ("表三", "It's 2")
SITES = st.lists(
    st.builds(Site, st.sampled_from(SHEETS), st.integers(0, 6), st.integers(22, 30)), min_size=1, max_size=40
)
_AREA = re.compile(r"(?:'((?:[^']|'')+)'!)?([A-Z]+)([0-9]+)(?::([A-Z]+)([0-9]+))?")


def column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def cells_of(area: str, here: str) -> list[tuple[str, int, int]]:
    match = _AREA.fullmatch(area)
    assert match, area
    sheet, left, top, right, bottom = match.groups()
    rows = range(int(top) - 1, int(bottom or top))
    columns = range(column(left), column(right or left) + 1)
    return [(sheet.replace("''", "'") if sheet else here, row, col) for row in rows for col in columns]


@given(SITES, st.sampled_from(SHEETS))
def test_areas_cover_exactly_their_sites(sites: list[Site], here: str) -> None:
    """Joined ranges hold every site once and no other cell."""
    covered = [cell for area in areas(sites, here) for cell in cells_of(area, here)]
    assert sorted(covered) == sorted({(site.sheet, site.row, site.col) for site in sites})


def test_neighbours_are_joined() -> None:
    """A column or a row of neighbours is one argument."""
    assert areas([Site("S", row, 2) for row in range(3, 25)], "S") == ["C4:C25"]
    assert areas([Site("S", 3, col) for col in range(2, 8)], "T") == ["'S'!C4:H4"]


@given(st.integers(1, 900), st.sampled_from([("SUM", "+"), ("MIN", ",")]))
def test_no_call_has_more_arguments_than_a_suite_takes(count: int, call: tuple[str, str]) -> None:
    """Long lists are split, and every argument is there once, in order."""
    arguments = [f"A{number}" for number in range(1, count + 1)]
    text = spread(call[0], arguments, call[1])
    assert re.findall(r"A[0-9]+", text) == arguments
    assert max(arity(text)) <= MAX_ARGUMENTS


def arity(text: str) -> list[int]:
    """How many arguments each call in a formula has; texts and quoted names are no syntax."""
    counts, open_calls = [0], [0]
    for char in re.sub(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'', "x", text):
        if char == "(":
            open_calls.append(1)
        elif char == ",":
            open_calls[-1] += 1
        elif char == ")":
            counts.append(open_calls.pop())
    assert len(open_calls) == 1, "parentheses do not balance"
    return counts


@pytest.mark.parametrize(("sheet", "result"), [("表三", "'表三'"), ("It's", "'It''s'"), ("'", "''''")])
def test_sheet_names_are_quoted(sheet: str, result: str) -> None:
    assert quoted(sheet) == result
    assert reference(sheet, 4, 5) == f"{result}!F5"
    assert reference(sheet, 4, 5, sheet) == "F5"
    assert reference(sheet, 4, 27, sheet, absolute=True) == "$AB$5"


def test_texts_of_formulas_double_their_quotes() -> None:
    assert text_literal('未填"0"') == '"未填""0"""'


EXCEL_2003 = {"IF", "AND", "OR", "SUM", "MIN", "MAX", "ABS", "ROUND", "COUNT", "COUNTA"}
EVERYTHING: st.SearchStrategy[Node] = st.recursive(
    st.one_of(st.integers(0, 99).map(Num), st.sampled_from([*REFS, EITHER])),
    lambda inner: st.one_of(
        st.builds(Negative, inner),
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(Call, st.sampled_from(["sum", "min", "max"]), st.lists(inner, min_size=1, max_size=40).map(tuple)),
        st.builds(Call, st.just("abs"), st.tuples(inner)),
        st.builds(Call, st.just("round"), st.tuples(inner, st.integers(0, 4).map(Num))),
    ),
    max_leaves=12,
)


@given(EVERYTHING, st.booleans())
def test_formulas_use_what_old_suites_have(node: Node, declared: bool) -> None:
    """Balanced, functions of Excel 2003 only, at most 30 arguments a call."""
    sites = {
        ref: Site("表三", 2 * number, number, '$B$3="是"' if declared else "")
        for number, ref in enumerate([*REFS, WHOLE, X, Y])
    }
    text = value_formula(node, sites.get, "表三")
    assert set(re.findall(r"([A-Z]+)\(", text)) <= EXCEL_2003
    assert max(arity(text)) <= MAX_ARGUMENTS


@pytest.mark.parametrize(
    ("source", "skip", "result"),
    [
        ("t.a + t.b", False, 'IF(COUNT(A1:A2)=2,A1+A2,"")'),
        ("t.a - (t.b - t.c)", False, 'IF(COUNT(A1:A3)=3,A1-(A2-A3),"")'),
        ("sum(t)", False, 'IF(COUNT(A1:A3)=3,SUM(A1:A3),"")'),
        ("sum(t)", True, 'IF(COUNT(A1:A3)>0,SUM(A1:A3),"")'),
        ("t.a / t.b", False, 'IF(COUNT(A1:A2)=2,IF(ROUND(A2,12)<>0,A1/A2,""),"")'),
        ("-t.a * 2", False, 'IF(COUNT(A1)=1,(-A1)*2,"")'),
        ("round(t.a, 2)", False, 'IF(COUNT(A1)=1,ROUND(A1,2),"")'),
        ("1.50 + 2", False, "1.5+2"),
    ],
)
def test_a_formula_shows_nothing_where_a_figure_is_missing(source: str, skip: bool, result: str) -> None:
    """The value only where its figures are numbers, else an empty text."""
    sites = {A: Site("S", 0, 0), B: Site("S", 1, 0), C: Site("S", 2, 0)}
    assert value_formula(formula(source, skip=skip), sites.get, "S") == result


def test_a_workbook_without_the_undivided_figure_adds_the_parts() -> None:
    """Where the form has no cell for the whole, it is the sum of its parts."""
    sites = {X: Site("S", 0, 0), Y: Site("S", 1, 0)}
    assert value_formula(EITHER, sites.get, "S") == 'IF(COUNT(A1:A2)=2,SUM(A1:A2),"")'


def test_an_indicator_without_a_cell_is_a_bug_of_the_caller() -> None:
    """A rule about a cell that the workbook lacks is never written as if it were 0."""
    with pytest.raises(LookupError):
        value_formula(A, {}.get, "S")
