"""The sheet 上年数据: last year's figures that checks look back at, in open cells: last year may have been wrong."""

from __future__ import annotations

from collections.abc import Iterator

from xltool.lang import Text
from xltool.model.era import Era, Group, Indicator
from xltool.model.place import a1
from xltool.model.workbook import Area, Conditional, Page, SheetPlan
from xltool.plan.draft import Draft
from xltool.plan.entry import entry_rule
from xltool.plan.form import Field, Options, Spot, Words, defined_name
from xltool.plan.layout import Layout
from xltool.rules.nodes import refs

_WIDTHS = (6.0, 38.0, 38.0, 8.0, 14.0)
_VALUE = 4
_HEAD_ROW = 2


def prior_paths(era: Era, year: int) -> list[str]:
    """The indicators of last year that the checks in force in `year` look at, in schema order."""
    wanted = {
        ref.path
        for instance in era.instances
        if instance.applies_in(year)
        for ref in refs(instance.rule)
        if ref.origin == "prior"
    }
    return [path for path in era.indicators if path in wanted]


class PriorSheet:
    """The sheet under construction; without `options.prior`, or where nothing looks back, it has no `spots`."""

    def __init__(self, era: Era, layout: Layout, options: Options, words: Words) -> None:
        self.era, self.layout, self.options, self.words = era, layout, options, words
        self.draft = Draft(self.said("sheet_prior"), _WIDTHS)
        self.spots: dict[str, Spot] = {}
        paths = prior_paths(era, options.year) if options.prior else []
        if paths:
            self.head()
            for path in paths:
                self.line(era.indicators[path])
            self.bottom()

    def said(self, word: str, **values: object) -> str:
        return self.words[word](self.options.lang, **values)

    def head(self) -> None:
        draft, columns = self.draft, ("number", "group", "label", "unit", "value")
        draft.put(0, 0, self.said("prior_title", year=self.options.year - 1), "title", cols=len(_WIDTHS))
        draft.at_least(0, 34.0)
        draft.put(1, 0, self.said("prior_note", year=self.options.year - 1), "note", cols=len(_WIDTHS))
        for col, column in enumerate(columns):
            draft.put(_HEAD_ROW, col, self.said(f"prior_column_{column}", year=self.options.year - 1), "head")
        draft.at_least(_HEAD_ROW, 24.0)
        draft.freeze = (_HEAD_ROW + 1, 0)

    def line(self, indicator: Indicator) -> None:
        row, draft, path = _HEAD_ROW + 1 + len(self.spots), self.draft, indicator.path
        names = [titled.title(self.options.lang, year=self.options.year - 1) for titled in self.trail(path)]
        group, label = (names[0], "·".join(names[1:])) if len(names) > 1 else ("", names[0])
        draft.put(row, 0, len(self.spots) + 1, "cell_center")
        draft.put(row, 1, group, "label")
        draft.put(row, 2, label, "label")
        draft.put(row, 3, indicator.unit(self.options.lang) if indicator.unit else "", "cell_center")
        heading = self.said("prior_column_value", year=self.options.year - 1)
        name = defined_name(path, "XP")
        draft.entry(Field(f"prior.{path}", draft.name, row, _VALUE, name, "", label, heading), "input")
        area = Area(row, _VALUE, row, _VALUE)
        rule, prompt, error = entry_rule(indicator, a1(row, _VALUE), [heading, label], self.words, self.options)
        draft.validate(area, rule, prompt, error)
        self.spots[path] = (draft.name, row, _VALUE)

    def trail(self, path: str) -> Iterator[Group | Indicator]:
        """The labels that lead to an indicator, outermost first; runs of one label once."""
        parts = path.split(".")
        last: Text | None = None
        for depth in range(1, len(parts) + 1):
            titled = self.era.titled(".".join(parts[:depth]))
            if titled is not None and titled.title.zh and titled.title != last:
                last = titled.title
                yield titled

    def bottom(self) -> None:
        """Red where an entry is no number: checks take it for missing."""
        first = a1(_HEAD_ROW + 1, _VALUE)
        area = Area(_HEAD_ROW + 1, _VALUE, _HEAD_ROW + len(self.spots), _VALUE)
        self.draft.conditionals.append(Conditional(area, f"ISTEXT({first})", "fail"))

    def done(self) -> SheetPlan:
        return self.draft.done(Page(repeat_rows=(_HEAD_ROW, _HEAD_ROW)), tab="#9BBB59")
