"""A list as people see it on a terminal: a table there, plain lines wherever it is piped to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "amber", "red", ""]


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of texts; `tones` colour its rows, one each, or none. Colour never says anything that words do not."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    tones: tuple[Tone, ...] = ()


Parts = Iterable[str | Listing]
"""Lines, and lists between them."""


def lines_of(parts: Parts, separator: str) -> Iterator[str]:
    """All as lines, the cells of a list joined by `separator`."""
    for part in parts:
        if isinstance(part, str):
            yield part
        else:
            yield from (separator.join(row) for row in (part.heads, *part.rows))
