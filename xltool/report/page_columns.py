"""Columns of the tables of a summary's page, called as summaries call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from xltool.lang import Text
from xltool.plan.form import Words
from xltool.report.page_parts import Cell, Column, Filter, Kind, Link

_Key = TypeVar("_Key", bound=str)


@dataclass(frozen=True, slots=True)
class Columns:
    """Makes columns. Each bears the name that `words` have for its id, or for `called`."""

    words: Words

    def __call__(
        self,
        id: str,
        cells: Sequence[Cell],
        kind: Kind = "text",
        width: float = 12.0,
        filter: Filter = "",
        *,
        called: str = "",
        link: Link | None = None,
        pin: bool = False,
    ) -> Column:
        """A column like any other."""
        return Column(id, self._title(called or id), cells, kind, width, filter, link=link, pin=pin)

    def badges(
        self, id: str, keys: Sequence[_Key], names: Mapping[_Key, Text], tones: Mapping[_Key, str], width: float
    ) -> Column:
        """A column of one of a few `names` a row, to pick rows by, in the order of `names`."""
        cells, order = [names[key] for key in keys], list(names.values())
        shades = {name: tones[key] for key, name in names.items()}
        return Column(id, self._title(id), cells, "badge", width, "chips", order=order, tones=shades)

    def _title(self, name: str) -> Text:
        return self.words[f"sum_column_{name}"]
