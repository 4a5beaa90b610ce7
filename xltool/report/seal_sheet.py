"""送审单: one page on which the head of the office signs for a sealed summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xltool.lang import Lang
from xltool.model.era import Era
from xltool.model.seal import Seal, SealedTotal
from xltool.model.summary import trail_text
from xltool.model.workbook import Page, WorkbookPlan
from xltool.numbers import Number, exact, plain
from xltool.plan.charts import under
from xltool.plan.draft import Draft
from xltool.plan.form import Words

_WIDTHS = (6.0, 44.0, 9.0, 15.0, 15.0, 15.0, 15.0)
_COLUMNS = ("number", "indicator", "unit", "level", "area", "last_year", "change")
_FLAT = ("number", "indicator", "unit", "total", "last_year", "change")
_NAMED = 30
_ROW = 20.0


def seal_sheet(seal: Seal, era: Era, headline: Sequence[str], words: Words, lang: Lang) -> WorkbookPlan:
    """The page for `seal`. `headline` are the figures it shows."""
    sheet = _Sheet(seal, era, words, lang)
    sheet.draw(headline)
    plan = sheet.draft.done(Page(tall=1, footer=""), tab="#1F3A5F")
    return WorkbookPlan((plan,), title=sheet.said("seal_title", version=seal.version, year=seal.year))


class _Sheet:
    def __init__(self, seal: Seal, era: Era, words: Words, lang: Lang) -> None:
        self.seal, self.era, self.words, self.lang = seal, era, words, lang
        self.draft = Draft(self.said("seal_sheet"), _WIDTHS)

    def said(self, word: str, **values: object) -> str:
        return self.words[word](self.lang, **values)

    def draw(self, headline: Sequence[str]) -> None:
        seal, draft, said = self.seal, self.draft, self.said
        count = len(_WIDTHS)
        title = self.era.title(self.lang, year=seal.year)
        draft.put(0, 0, said("seal_head", year=seal.year, title=title), "title", cols=count)
        draft.at_least(0, 54.0)
        who = seal.agency.name or said("seal_nobody")
        draft.put(1, 0, said("seal_who", name=who), "footer", cols=3)
        draft.put(1, 3, said("seal_which", version=seal.version, as_of=seal.as_of), "right", cols=count - 3)
        row = self.table(3, headline) + 1
        row = self.coverage(row)
        self.signatures(row + 1)

    def table(self, row: int, headline: Sequence[str]) -> int:
        """The figures; the row below."""
        for word, col, cols in self.columns():
            self.draft.put(row, col, self.said(f"seal_column_{word}", scope=self.scope()), "head", cols=cols)
        self.draft.at_least(row, 26.0)
        for number, path in enumerate(self.shown(headline), start=1):
            row += 1
            values = self.values(path)
            for word, col, cols in self.columns():
                text = str(number) if word == "number" else values[word]
                style = {"indicator": "label", "number": "cell_center", "unit": "cell_center"}.get(word, "sum")
                self.draft.put(row, col, text, style, cols=cols)
            self.draft.at_least(row, _ROW)
        return row + 1

    def columns(self) -> Iterator[tuple[str, int, int]]:
        """The columns with where they begin and how many of the sheet's they take."""
        if self.seal.level or self.seal.scope == "area":
            yield from ((word, col, 1) for col, word in enumerate(_COLUMNS))
            return
        yield from ((word, col, 1) for col, word in enumerate(_FLAT[:3]))
        yield _FLAT[3], 3, 2
        yield from ((word, col, 1) for col, word in enumerate(_FLAT[4:], start=5))

    def scope(self) -> str:
        return self.said(f"seal_scope_{self.seal.scope}")

    def shown(self, headline: Sequence[str]) -> list[str]:
        """The figures this summary has."""
        return [path for path in headline if any(each in self.seal.totals for each in under(self.era, path))]

    def values(self, path: str) -> dict[str, str]:
        paths = under(self.era, path)
        now, level = _sum(paths, self.seal.totals), _sum(paths, self.seal.level)
        last = [self.seal.last_year[each] for each in paths if each in self.seal.last_year]
        before = (
            exact(sum(last, start=0))
            if last and len(last) == len([p for p in paths if p in self.seal.totals])
            else None
        )
        change = None if before is None or now is None else exact(now - before)
        unit = next((each.unit for one in paths if (each := self.era.indicators[one]).unit), None)
        partial = any(
            one in self.seal.totals and self.seal.totals[one].counted < self.seal.totals[one].of for one in paths
        )
        total = _text(now) + (self.said("seal_partial") if partial and now is not None else "")
        return {
            "indicator": trail_text(self.era, path, self.seal.year)(self.lang),
            "unit": unit(self.lang) if unit else "",
            "level": _text(level),
            "area": total,
            "total": total,
            "last_year": _text(before),
            "change": "—" if change is None else f"{'+' if change > 0 else ''}{plain(change)}",
        }

    def coverage(self, row: int) -> int:
        """Who is missing; the row below."""
        seal, count = self.seal, len(_WIDTHS)
        of = max((each.of for each in seal.totals.values()), default=len(seal.returns))
        self.draft.put(row, 0, self.said("seal_coverage", n=len(seal.returns), of=of), "caption", cols=count)
        names = self.said("place_separator").join(seal.lacking[:_NAMED])
        if len(seal.lacking) > _NAMED:
            names = self.said("sum_lacking_more", names=names, n=len(seal.lacking))
        text = self.said("seal_lacking", names=names) if seal.lacking else self.said("seal_lacking_none")
        self.draft.put(row + 1, 0, text, "text_wrap", cols=count)
        self.draft.put(row + 2, 0, self.said("seal_note"), "note", cols=count)
        return row + 3

    def signatures(self, row: int) -> None:
        spots = (("filler", 0, 2), ("reviewer", 2, 2), ("head_of", 4, 3))
        for word, col, cols in spots:
            self.draft.put(row, col, self.said(f"seal_{word}"), "footer", cols=cols)
        self.draft.at_least(row, 40.0)
        self.draft.put(row + 1, 0, self.said("seal_date"), "footer", cols=2)
        self.draft.put(row + 1, 2, self.said("seal_stamp"), "footer", cols=2)
        self.draft.put(row + 1, 4, self.said("seal_digest", digest=self.seal.digest), "right", cols=3)
        self.draft.at_least(row + 1, 40.0)


def _sum(paths: Sequence[str], totals: Mapping[str, SealedTotal]) -> Number | None:
    found = [value for path in paths if path in totals and (value := totals[path].value) is not None]
    return exact(sum(found, start=0)) if found else None


def _text(value: Number | None) -> str:
    return "—" if value is None else plain(value)
