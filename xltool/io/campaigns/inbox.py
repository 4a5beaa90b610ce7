"""The files that were handed in: one after the other, each with where it lies, and moved away when asked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from xltool.io.inputs import Source, gather, noise
from xltool.model.finding import refuse


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file on disk and the returns in it; an archive holds several. `given` is the return where it is known."""

    path: Path
    name: str
    given: Source | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The returns in it, opened only now: of many archives one is in memory."""
        if self.given is not None:
            return (self.given,)
        folder = self.name[: -len(self.path.name)]
        return tuple(replace(each, name=folder + each.name) for each in gather([str(self.path)]))


def deliveries(paths: Iterable[str]) -> Iterator[Delivery]:
    """Every file behind `paths`, folders in the order of their names. Raises Refused where a path names nothing."""
    for path in paths:
        here = Path(path)
        if here.is_dir() and not here.is_symlink():
            for child in sorted(here.rglob("*")):
                if not child.is_dir() and not noise(child.name):
                    yield Delivery(child, child.relative_to(here).as_posix())
        elif here.exists() or here.is_symlink():
            yield Delivery(here, here.name)
        else:  # a pattern, or nothing
            sources = gather([path])
            yield from (Delivery(here, each.name, each) for each in sources)


def move_away(delivery: Delivery, folder: Path) -> Path:
    """Move a file into `folder` under its own name, numbered where that is taken; where it is now."""
    wanted = folder / delivery.name
    for number in count(1):
        target = wanted if number == 1 else wanted.with_name(f"{wanted.stem}_{number}{wanted.suffix}")
        if not os.path.lexists(target):
            break
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(delivery.path, target)
    except OSError as error:
        raise refuse("WRITE-FAILED", file=delivery.name, reason=error.strerror or type(error).__name__) from error
    return target
