"""Where the returns behind a summary lie, seen from it: as they are, or copied beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from xltool.app.campaigns.campaign import Campaign
from xltool.app.summaries.summarising import Link
from xltool.io.books.containers import sniff
from xltool.io.inputs import Source
from xltool.io.writing.files import safe_name, unique_names
from xltool.model.summary import Return, Summary

_ENDINGS = {"xlsx": ".xlsx", "xls": ".xls", "ods": ".ods", "json": ".json"}
Load = Callable[[Return], bytes]


def loader(origin: Campaign | Sequence[Source]) -> Load:
    """What gives the bytes of a return: the store of a campaign, or the files that were named."""
    if isinstance(origin, Campaign):
        store = origin.store
        return lambda item: store.load(item.sha256)
    sources = {source.name: source for source in origin}
    return lambda item: sources[item.file].load()


def as_they_lie(sources: Sequence[Source], output: Path) -> Link:
    """Links to the files themselves, where these lie in the folder of the summary or below: another place would be
    one of this machine."""
    home = output.absolute().parent
    paths = {source.name: source.path.absolute() for source in sources if source.path is not None}

    def link(item: Return) -> str:
        path = paths.get(item.file)
        return path.relative_to(home).as_posix() if path is not None and path.is_relative_to(home) else ""

    return link


def copied(summary: Summary, load: Load, folder: Path, output: Path) -> tuple[Link, Mapping[str, bytes]]:
    """The returns counted and the totals held against them, by the names they get in `folder`, and links to them.
    Packages are not taken apart."""
    items = [item for item in summary.behind if not item.via]
    loaded = [load(item) for item in items]
    stems = [safe_name(item.code, item.record.agency.name, str(item.record.submission)) for item in items]
    names = [stem + _ENDINGS.get(sniff(data), ".zip") for stem, data in zip(unique_names(stems), loaded, strict=True)]
    try:
        home = Path(os.path.relpath(folder.absolute(), output.absolute().parent)).as_posix()
    except ValueError:  # on another drive
        return (lambda item: ""), dict(zip(names, loaded, strict=True))
    links = {item.file: f"{home}/{name}" for item, name in zip(items, names, strict=True)}
    return (lambda item: links.get(item.file, "")), dict(zip(names, loaded, strict=True))
