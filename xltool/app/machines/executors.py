"""Who works on many things: this machine, its reading processes, or a cluster (`xltool.app.machines.cluster`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from xltool.app.shelf import Shelf

Item = TypeVar("Item")
Found = TypeVar("Found")
Given_contra = TypeVar("Given_contra", contravariant=True)
Gives_co = TypeVar("Gives_co", covariant=True)


class Work(Protocol[Given_contra, Gives_co]):
    """What is done with one thing: a pure function, which may be repeated elsewhere.

    It travels: whatever it is made of can be pickled, but for the `Shelf`, in whose place the other side has its own.
    """

    def __call__(self, item: Given_contra, /) -> Gives_co: ...

    def lost(self, item: Given_contra, /) -> Gives_co:
        """What to say of a thing over which process after process died. May raise Refused."""


class Executor(Protocol):
    """Does work on things."""

    def map(self, work: Work[Item, Found], items: Iterable[Item], /) -> Iterator[Found]:
        """What `work` gives of each of `items`, in their order; a few are worked on ahead, never all."""


class Here:
    """One thing after the other, when it is asked for."""

    def map(self, work: Work[Item, Found], items: Iterable[Item], /) -> Iterator[Found]:
        return map(work, items)


class Readers:
    """As many things at a time as `shelf` has reading processes, for work that asks those."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def map(self, work: Work[Item, Found], items: Iterable[Item], /) -> Iterator[Found]:
        return self._shelf.returns.many(items, work) if self._shelf.isolated else map(work, items)
