"""Records and cell contents at random: one set of generators for `random.Random` and, through it, for Hypothesis.

The tests that start an office suite draw from a seeded `Random` and write many files at once; the others let
Hypothesis be the `Random`, so that it can shrink what it finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from xltool.app.shelf import Shelf
from xltool.io.library import Library
from xltool.io.records import record_from
from xltool.model.era import Era, Indicator
from xltool.model.record import COVER_FIELDS, SCOPES, TEXT_PARTS, Agency, Explanation, Mark, Record, Value, in_order
from xltool.numbers import Number, exact
from xltool.passes.check import check
from xltool.plan.form import Content, FormPlan, Options, Typed
from xltool.plan.layout import Layout, leaves, path_of
from xltool.rules.evaluate import evaluate

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]
SHELF = Shelf(Library())
ERAS = sorted(SHELF.library.era_folders)

# What stays unreadable however often it is read: words, annotated numbers, foreign units, out of bounds, errors.
UNREADABLE = (
    "约12", "12+3", "①", "1.2万亿", "12（其中修订3）", "12篇左右", "3-5", "1/2", "2025-12-31", "=5+3", "=SUM(A1:A9)",
    "+", "'", "-5", "１２。", "五", "#REF!", "#N/A", "TRUE", "12%", "99999999999999999999", "1e400", "_x0031_", "0x10",
    "1_000", "<r>12</r>", "见附件\n第2页", " 约 12 ", "𠮷", "nan", "inf",
)  # fmt: skip
TEXTS = (
    "甲", "张三", "0431-1234567", "2024年1月15日", "2024-01-15", "=1+1", "+86 431", "-", "@SUM(1)", "'引号", "0012",
    "1e5", "TRUE", "第一行\n第二行", "制表\t符", "  前后有空格  ", "\n换行在外\n", "_x000D_", "_x0041_", "_x005F_x000D_",
    "𠮷野家🀄", "“引号”‘单’\"直\"", "<b>&amp;</b>", "<r>富文本</r>", "a|b|c", "https://example.org/a?b=c&d=é",
    "é\u0301 ﬁ １２", "\u3000全角空格\u3000", "nbsp\u00a0nbsp", "\u2028行分隔\u2029", "zero\u200bwidth", "长" * 60,
)  # fmt: skip
# LibreOffice turns a tab in a text of several lines into U+0001 when a formula quotes it, and saves results of
# formulas without escaping what looks like an escape: the lines for signatures are compared over other texts.
COVER = (
    "", "甲", "张三", "=1+1", "0012", "'引号", "“引号”\"直\"", "第一行\n第二行", "<b>&amp;</b>", "  空格  ", "𠮷野家🀄", "1e5",
)  # fmt: skip
# What people and pastes put where a number belongs.
TEXT_CONTENTS = (
    "无", "１２", "12件", " ", "=1+1", "12", "1,234", "0", "-", "/", "约5", "是", "TRUE", "#REF!", "'3", "_x0031_",
)  # fmt: skip


def pick(rnd: Random, options: Sequence[T]) -> T:
    return options[rnd.randrange(len(options))]


def chance(rnd: Random, percent: int) -> bool:
    return rnd.randrange(100) < percent


def number(rnd: Random, indicator: Indicator, *, small: bool = False) -> Number:
    """A number the indicator may hold: mostly 0 or small, sometimes at its bounds or with all its decimals."""
    low, high = indicator.minimum, indicator.maximum
    kind = rnd.randrange(8 if small else 10)
    if kind < 4:
        return 0
    if kind < 8 or high is None:
        value: Number = rnd.randrange(1, 40)
    elif kind == 8:
        value = pick(rnd, [high, exact(Decimal(high) - 1), low or 0])
    else:
        value = rnd.randrange(int(high) + 1)
    if indicator.decimals and chance(rnd, 60):
        places = rnd.randrange(1, indicator.decimals + 1)
        value = exact(Decimal(value) + Decimal(rnd.randrange(10**places)).scaleb(-places))
    if high is not None and value > high:
        return high
    return -value if (low is None or low < 0) and chance(rnd, 30) and -value >= (low or -value) else value


def text(rnd: Random, *, limit: int = 200) -> str:
    """A text of a record in its canonical form, blank or odd."""
    if chance(rnd, 35):
        return ""
    return "".join(pick(rnd, TEXTS) for _ in range(rnd.randrange(1, 4)))[:limit]


# --- records -----------------------------------------------------------------------------------------------------


def record(rnd: Random, era: Era, layout: Layout) -> Record:
    """A valid record, however odd: whatever its JSON may say, as long as a workbook can say it too."""
    values: dict[str, Value] = {}
    marks: dict[str, Mark] = {}
    blank, marked, true = pick(rnd, [0, 5, 60, 100]), pick(rnd, [0, 0, 3, 30]), chance(rnd, 50)
    for path, indicator in era.indicators.items():
        values[path] = None
        if indicator.kind == "text":
            values[path] = text(rnd, limit=500).strip() or None
        elif chance(rnd, marked):
            if not indicator.optional or chance(rnd, 10):
                marks[path] = _mark(rnd, era)
        elif not indicator.optional and not chance(rnd, blank):
            values[path] = number(rnd, indicator, small=true)
    _wholes(rnd, era, values, marks)
    _declare(rnd, era, layout, values, marks)
    if true:
        _true_totals(era, values, marks)
    return Record(
        era=era.id,
        year=rnd.randrange(2000, 2101),
        agency=agency(rnd),
        values=values,
        scope=pick(rnd, SCOPES),
        submission=rnd.randrange(1, 100),
        cover={name: text(rnd) for name in COVER_FIELDS},
        text={part: text(rnd, limit=32_000) if chance(rnd, 40) else "" for part in TEXT_PARTS},
        marks={path: marks[path] for path in era.indicators if path in marks},
        explanations=_explanations(rnd, era),
    )


def for_office(made: Record) -> Record:
    """The record with the texts changed that LibreOffice itself does not give back.

    In a text of several lines it loses tabs, and as ods spaces beside spaces; an escaped escape of the format, such
    as ``_x005F_x000D_``, it saves as ``_x000D_``.
    """

    def kept(words: str) -> str:
        words = words.replace("_x005F_", "_x005f")
        lines = "\n".join(" ".join(line.split()) for line in words.split("\n")) if "\n" in words else words
        return lines if lines.strip() else ""

    return replace(
        made,
        values={
            path: (kept(value).strip() or None) if isinstance(value, str) else value
            for path, value in made.values.items()
        },
        cover={name: kept(words) for name, words in made.cover.items()},
        text={part: kept(words) for part, words in made.text.items()},
        marks={path: replace(mark, raw=kept(mark.raw)) for path, mark in made.marks.items()},
        explanations=tuple(replace(one, text=kept(one.text)) for one in made.explanations),
    )


def published_record(rnd: Random, era_id: str) -> Record:
    """A valid record, however odd, of a year that a title can be read back from."""
    made = record(rnd, SHELF.era(era_id), SHELF.library.layout(era_id))
    return replace(made, year=2000 + made.year % 100)


def sound_record(rnd: Random, era_id: str) -> Record:
    """A record that passes every check: small figures, what is out of balance made up for, or else set to 0."""
    era = SHELF.era(era_id)
    values: dict[str, Value] = {
        path: None if each.optional or each.kind == "text" else rnd.randrange(6)
        for path, each in era.indicators.items()
    }
    year = era.last_year or 2023
    for attempt in range(20):
        _true_totals(era, values, {})
        optional = {path for path, each in era.indicators.items() if each.optional}
        values = {path: None if path in optional else value for path, value in values.items()}
        made = Record(era.id, year, Agency("220381-SFJ", "公主岭市司法局"), values)
        wrong = [each for each in check(made, era) if each.severity == "error"]
        if not wrong:
            return made
        for each in wrong:
            typed = [path for path in each.paths if path not in era.totals]
            short = Decimal(str(each.args.get("difference", "0")))
            if attempt < 3 and short and typed:
                place = typed[0] if short < 0 else typed[-1]
                values[place] = exact(Decimal(values[place] or 0) + abs(short))  # type: ignore[arg-type]
            else:
                group = each.paths[0].rpartition(".")[0] + "."
                values |= {path: 0 for path in values if path.startswith(group) and values[path] is not None}
    raise AssertionError("no figures pass the checks")


def records(era_id: str) -> st.SearchStrategy[Record]:
    """Valid records of an era."""
    era, layout = SHELF.era(era_id), SHELF.library.layout(era_id)
    return st.randoms(use_true_random=False).map(lambda rnd: record(rnd, era, layout))


def agency(rnd: Random) -> Agency:
    """An agency with or without the facts of a roster; or none, as in a blank without an agency."""
    level = pick(rnd, [None, "部门", "县级政府", "3"])
    power = pick(rnd, [None, True, False])
    if chance(rnd, 20):
        return Agency("", pick(rnd, ["", "公主岭市司法局", "012"]), level, power)
    code = pick(rnd, ["220381-SFJ", "0012", "1E5", "机关-1", "a b", "x" * 64])
    return Agency(code, pick(rnd, ["公主岭市司法局", "甲|乙", "𠮷林局", "长" * 200, "", "=1"]), level, power)


def _mark(rnd: Random, era: Era) -> Mark:
    if chance(rnd, 50):
        return Mark("not_applicable", pick(rnd, sorted(era.not_applicable)))
    return Mark("unreadable", pick(rnd, UNREADABLE))


def _wholes(rnd: Random, era: Era, values: dict[str, Value], marks: dict[str, Mark]) -> None:
    """Figures given whole instead of in parts."""
    if chance(rnd, 60):
        return
    for either in era.eithers.values():
        if chance(rnd, 70):
            values[either.whole.path] = number(rnd, era.indicators[either.whole.path], small=True)
            marks.pop(either.whole.path, None)
            for part in either.parts:
                values[part.path] = None
                marks.pop(part.path, None)


def tables(layout: Layout) -> dict[str, list[str]]:
    """The indicators of every sheet of a layout, by the sheet's id."""
    found: dict[str, list[str]] = {}
    for sheet in layout.sheets:
        paths = found.setdefault(sheet.id, [])
        for block in sheet.blocks:
            for row in leaves(block.rows):
                for column in leaves(block.columns):
                    first, second = path_of(row), path_of(column)
                    if block.cells == "column.row":
                        first, second = second, first
                    paths.append(".".join(part for part in (first, second) if part))
                paths.append(path_of(row))
    return found


def _declare(rnd: Random, era: Era, layout: Layout, values: dict[str, Value], marks: dict[str, Mark]) -> None:
    """Whole tables whose blanks are declared zero: none of their figures is then left blank without a mark."""
    parts = {part.path: each.whole.path for each in era.eithers.values() for part in each.parts}
    for paths in tables(layout).values():
        if not chance(rnd, 25):
            continue
        for path in paths:
            indicator = era.indicators.get(path)
            if indicator is None or indicator.kind == "text" or indicator.optional:
                continue
            whole = parts.get(path)
            if values[path] is None and path not in marks and (whole is None or values[whole] is None):
                values[path] = 0
                marks[path] = Mark("declared_zero")


def _true_totals(era: Era, values: dict[str, Value], marks: dict[str, Mark]) -> None:
    """Totals that are what their formulas give, so that a workbook may compute them."""
    for path in era.totals:
        marks.pop(path, None)
        values[path] = None
    for _ in range(3):  # totals of totals
        for path, total in era.totals.items():
            values[path] = evaluate(total.formula, lambda ref: values.get(ref.path) if ref.origin == "data" else None)


def _explanations(rnd: Random, era: Era) -> tuple[Explanation, ...]:
    places = [
        each
        for each in era.instances
        if each.check.severity == "explain" and not any(ref.origin == "prior" for ref in each.facts)
    ]
    return in_order(
        Explanation(each.check.id, each.place, "情况属实" + text(rnd, limit=1000)) for each in places if chance(rnd, 30)
    )


# --- contents of cells -------------------------------------------------------------------------------------------


def typed(rnd: Random, indicator: Indicator, fractions: str) -> Typed:
    """What somebody may type into a cell: a number, text, nothing.

    Where a number has more decimals than its indicator may have, sums of such numbers could end in exactly a half of
    the last decimal, and doubles that lost a trifle on the way would round it either way. So they are ``whole``, or
    ``binary``, which doubles add exactly, or ``fine``: small, and never adding up to a half.
    """
    if indicator.kind == "text":
        return pick(rnd, [None, "简报", "12", 7, Decimal("0.5")])
    kind = rnd.randrange(20)
    if kind < 3:
        return None
    return pick(rnd, TEXT_CONTENTS) if kind >= 18 else _typed_number(rnd, indicator, fractions)


def _typed_number(rnd: Random, indicator: Indicator, fractions: str) -> Number:
    kind, places, digits = rnd.randrange(3, 18), indicator.decimals, 10 if fractions == "binary" else 12
    if kind < 6:
        return 0
    if kind < 10:
        return rnd.randrange(1, 30)
    if kind == 10:
        return -rnd.randrange(1, 100)
    if kind < 14 and fractions == "fine":
        return rnd.randrange(1000)
    if kind == 11:
        return pick(rnd, [int(10 ** (digits - 1)), int(indicator.maximum or 1), int(indicator.maximum or 1) + 1, 46086])
    if kind < 14:
        return exact(Decimal(rnd.randrange(10 ** pick(rnd, [3, digits]))).scaleb(-places))
    finer = Decimal(0)
    if fractions == "fine":
        finer = Decimal(rnd.randrange(1, 2000)).scaleb(-6 - places)
    elif fractions == "binary" and not places:
        finer = Decimal(rnd.randrange(8)) / 8
    value = exact(rnd.randrange(10 if places else 1000) + finer)
    return -value if chance(rnd, 10) else value


def consistent(rnd: Random, plan: FormPlan) -> dict[str, Typed]:
    """Small numbers whose typed totals are right, or nearly."""
    figures: dict[str, Typed] = {}
    for path in plan.figures:
        indicator = plan.era.indicators[path]
        if indicator.kind == "number" and not indicator.optional:
            figures[path] = number(rnd, indicator) if chance(rnd, 30) else rnd.randrange(3)
    for _ in range(3):  # totals of totals
        for path, total in plan.era.totals.items():
            if path in figures:
                figures[path] = evaluate(
                    total.formula, lambda ref: figures.get(ref.path) if ref.origin == "data" else None
                )
    if chance(rnd, 50) and figures:
        figures[pick(rnd, list(figures))] = rnd.randrange(50)
    return figures


def content(rnd: Random, plan: FormPlan) -> Content:
    """Everything that can be typed into the workbook of `plan`, sensible or not."""
    style, fractions = rnd.randrange(5), pick(rnd, ["whole", "binary", "fine"])
    if style == 0:
        figures = consistent(rnd, plan)
    else:
        sparse = pick(rnd, [0, 30, 90])
        figures = {
            path: None if chance(rnd, sparse) else typed(rnd, plan.era.indicators[path], fractions)
            for path in plan.figures
        }
    explain = [each.name for each in plan.instances if each.check.severity == "explain"]
    return Content(
        agency=agency(rnd),
        submission=rnd.randrange(1, 100),
        cover={name: pick(rnd, COVER) for name in COVER_FIELDS},
        typed={path: value for path, value in figures.items() if path in plan.fields},
        declared=frozenset(table for table in plan.tables if chance(rnd, 35)),
        explanations={name: "情况属实" for name in explain if chance(rnd, 40)},
        texts={},
    )


def huge_content(rnd: Random, plan: FormPlan) -> Content:
    """A workbook with a few numbers of which doubles cannot hold every digit."""
    figures = {path: pick(rnd, [None, 0, 1, 7]) for path in plan.fields if path in plan.figures}
    numbers = [path for path in figures if plan.era.indicators[path].kind == "number"]
    for path in rnd.sample(numbers, 5):
        figures[path] = pick(rnd, [10**15, 10**20, -(10**18), 123456789012345 * 10**4])
    return Content(agency=agency(rnd), typed=figures)


def extras(era: Era) -> frozenset[str]:
    """The optional indicators of an era."""
    return frozenset(path for path, indicator in era.indicators.items() if indicator.optional)


def plan_of(era_id: str, **options: object) -> FormPlan:
    """The plan of an era's workbook, of a year in which the era was in force."""
    return SHELF.plan(era_id, Options(**{"year": SHELF.era(era_id).last_year or 2023, **options}))  # type: ignore[arg-type]


def parsed(tree: object, era_id: str) -> Record:
    """The record in a parsed JSON file."""
    return record_from(tree, SHELF.era(era_id))[0]
