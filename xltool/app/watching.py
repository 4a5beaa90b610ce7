"""Long work that can be watched: a use case passes what it goes through to whoever wants to count."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Watch(Protocol):
    """Gives the same items in the same order; the next is asked for when the one before is done."""

    def __call__(self, items: Collection[Item], /) -> Iterable[Item]: ...


def unwatched(items: Collection[Item], /) -> Iterable[Item]:
    """Nobody counts."""
    return items
