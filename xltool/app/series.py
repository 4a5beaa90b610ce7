"""Records of any years and forms put into one series."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from xltool.app.shelf import Shelf
from xltool.io.library import Library
from xltool.model.crosswalk import Crosswalk
from xltool.model.record import Record
from xltool.model.series import Series
from xltool.passes.series import Asked, series


def series_of(records: Sequence[Record], indicator: str, era_id: str, shelf: Shelf) -> Series:
    """The series of `indicator`, a path of the form `era_id` or the name of a series. Raises Refused."""
    library = shelf.library
    eras = {each: shelf.era(each) for each in dict.fromkeys(record.era for record in records)}
    known = {other: found for other in library.era_folders if (found := library.crosswalk(other, era_id))}
    # Records of one form only need no crosswalk, but a name does: every crosswalk of the form may tell it.
    first = {other: known[other] for other in eras if other in known}
    crosswalks = {**first, **known}
    asked = Asked(indicator, shelf.era(era_id), eras, crosswalks, _between(library, list(eras)), library.compare_rules)
    return series(records, asked)


def _between(library: Library, eras: Sequence[str]) -> tuple[Crosswalk, ...]:
    return tuple(found for pair in combinations(eras, 2) if (found := library.crosswalk(*pair)))
