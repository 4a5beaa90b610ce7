"""Live checks beside the tables: at the end of a row the rule looks along, or below the column it looks down.

On a sheet of several blocks, where below one table is above the next, everything stands at the end of a row: that
of the first indicator the rule names. A cell that stands for several checks shows the first that fails. Rules on
trial stand on the checks sheet only.
"""

from __future__ import annotations

from dataclasses import dataclass

from xltool.model.check import Instance
from xltool.model.place import a1
from xltool.model.workbook import Area, Conditional
from xltool.plan.form import BESIDE_SEPARATOR, Options, Result, Spot, Words
from xltool.plan.labels import looks_back
from xltool.plan.table import Table
from xltool.rules.excel import text_literal

# Excel 2003 nests seven functions deep; each check of one cell takes a level.
_MOST_IN_A_CELL = 5


@dataclass(frozen=True, slots=True)
class Live:
    """A check instance, the cells of its verdict and difference on the checks sheet, and its words for no verdict."""

    instance: Instance
    verdict: str
    difference: str
    open_words: tuple[str, ...]


def shows_difference(instance: Instance) -> bool:
    """Whether a failing instance is shown by its difference rather than by its verdict."""
    return instance.check.severity == "error" and instance.rule.comparison in ("==", "<=", ">=")


def draw_beside(table: Table, live: list[Live], spots: dict[str, Spot], words: Words, options: Options) -> None:
    """Place each instance where it can be seen at a glance."""
    rows: dict[int, list[Live]] = {}
    columns: list[tuple[Live, int]] = []
    stacked = len(table.layout.blocks) > 1
    for each in live:
        at = [spots[path] for path in each.instance.paths if path in spots]
        if len(at) < (1 if looks_back(each.instance) else 2) or any(sheet != table.draft.name for sheet, _, _ in at):
            continue
        if not stacked and len(at) == 1:
            columns.append((each, at[0][2]))
        elif stacked or len({row for _, row, _ in at}) == 1:
            rows.setdefault(at[0][1], []).append(each)
        elif len({col for _, _, col in at}) == 1:
            columns.append((each, at[0][2]))
    for row, found in list(rows.items()):
        if not stacked and len(found) > 1 and len({each.instance.check.id for each in found}) == 1:
            columns += [(each, spots[each.instance.paths[0]][2]) for each in rows.pop(row)]
    painter = _Beside(table, words, options)
    painter.right({row: found[:_MOST_IN_A_CELL] for row, found in rows.items()})
    painter.below(columns)


class _Beside:
    def __init__(self, table: Table, words: Words, options: Options) -> None:
        self.table, self.words, self.options = table, words, options

    def said(self, word: str, **values: object) -> str:
        return self.words[word](self.options.lang, **values)

    def right(self, rows: dict[int, list[Live]]) -> None:
        draft, col = self.table.draft, len(self.table.layout.columns) + 1
        if not rows:
            return
        draft.put(min(rows) - 1, col, self.said("live_checks"), "note")
        for row, found in sorted(rows.items()):
            result = Result("beside", BESIDE_SEPARATOR.join(each.instance.name for each in found))
            draft.formula(row, col, self.formula(found), result, "beside")
            self.table.watched[row, col] = frozenset(path for each in found for path in each.instance.paths)
        self.colour(Area(min(rows), col, max(rows), col))

    def below(self, columns: list[tuple[Live, int]]) -> None:
        """One row a check under the block, at each column it looks down."""
        draft = self.table.draft
        by_check: dict[str, list[tuple[Live, int]]] = {}
        for each, col in columns:
            by_check.setdefault(each.instance.check.id, []).append((each, col))
        row = self.table.bottom
        spans = {(cell.row, cell.col): cell.cols for cell in draft.cells}
        for found in by_check.values():
            for each, col in found:
                spot = next(at for path, at in self.table.spots.items() if path in each.instance.paths and at[2] == col)
                result = Result("beside", each.instance.name)
                draft.formula(row, col, self.formula([each]), result, "beside", cols=spans.get(spot[1:], 1))
                self.table.watched[row, col] = frozenset(each.instance.paths)
            leftmost = min(col for _, col in found)
            if leftmost:
                rule = found[0][0].instance.check.text(self.options.lang)
                draft.put(row, 0, self.said("below_check", rule=rule), "note", cols=leftmost)
            row += 1
        if row > self.table.bottom:
            self.colour(Area(self.table.bottom, 0, row - 1, len(self.table.layout.columns) - 1))
            self.table.bottom = row

    def formula(self, found: list[Live]) -> str:
        passed = text_literal(self.said("verdict_pass"))
        fine = [text_literal(self.said(word)) for word in ("verdict_pass", "verdict_explained")]
        every = ",".join(f"{each.verdict}={passed}" for each in found)
        text = (
            f"IF(AND({every}),{passed},{text_literal(found[0].open_words[0])})" if len(found) > 1 else found[0].verdict
        )
        for each in reversed(found):
            good = ",".join(f"{each.verdict}={word}" for word in [*fine, *map(text_literal, each.open_words)])
            bad = each.verdict
            if shows_difference(each.instance):
                bad = f"{text_literal(self.said('beside_difference'))}&{each.difference}"
            text = f"IF(OR({good}),{text},{bad})"
        return text

    def colour(self, area: Area) -> None:
        first = a1(area.row, area.col)
        short = self.said("beside_difference")
        passed, nothing = (text_literal(self.said(word)) for word in ("verdict_pass", "verdict_nothing"))
        self.table.draft.conditionals += [
            Conditional(area, f"LEFT({first},{len(short)})={text_literal(short)}", "fail"),
            Conditional(area, f"OR({first}={passed},{first}={nothing})", "ok"),
            Conditional(area, f"AND(ISTEXT({first}),LEN({first})<9)", "warn"),
        ]
