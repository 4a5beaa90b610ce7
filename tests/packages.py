"""Governments for tests of packages: counties, a city above them, a province above the city; and packages of them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from campaigns import SHELF, record

from xltool.app.returns.validating import validate_file
from xltool.app.summaries.merging import Merged, Request, merge_files
from xltool.app.summaries.packaging import HandUp, answers_in, hand_up, original_of
from xltool.io.inputs import Source
from xltool.io.package_manifest import _digest
from xltool.io.packages import MANIFEST, hashes
from xltool.io.roster_file import roster_from
from xltool.io.writing.zips import write_zip
from xltool.lang import Lang
from xltool.model.returned import Returned
from xltool.model.roster import Roster
from xltool.passes.identify import Expected

PENALTIES = "disclosure.penalties.decisions"
AREA = Request("area")
Files = Mapping[str, bytes]


def same(data: bytes) -> bytes:
    return data


def sources(files: Files) -> list[Source]:
    return [Source(name, partial(same, data)) for name, data in files.items()]


def roster_of(*lines: str) -> Roster:
    """A roster from lines of 代码,上级,口径; an agency is called as its code."""
    rows = [line.split(",") for line in lines]
    text = "代码,全称,上级,口径\n" + "".join(f"{row[0]},{row[0]},{row[1]},{row[2]}\n" for row in rows)
    return roster_from(text.encode(), "名单.csv")[0]


def office(code: str, penalties: int | None = 0, submission: int = 1, **more: Any) -> bytes:
    """The valid return of an agency."""
    return record(code, submission, {PENALTIES: penalties}, name=code, **more)


def county(code: str, figures: Iterable[int] = (1, 2)) -> tuple[Files, Roster]:
    """A county with its departments, and its roster; the first figure is that of its own office."""
    figures = tuple(figures)
    codes = [code, *(f"{code}-{number}" for number in range(1, len(figures)))]
    files = {f"{each}.json": office(each, figure) for each, figure in zip(codes, figures, strict=True)}
    return files, roster_of(f"{code},,", *(f"{each},{code}," for each in codes[1:]))


def merged(files: Files, roster: Roster | None, request: Request = AREA) -> Merged:
    return merge_files(sources(files), SHELF, roster, request)


def package(
    files: Files,
    roster: Roster | None,
    request: Request = AREA,
    how: HandUp = HandUp(),  # noqa: B008 - frozen
    *,
    with_returns: bool = False,
) -> bytes:
    """The package of a government."""
    made = merged(files, roster, request)
    if with_returns:
        how = HandUp(how.agency, how.submission, original_of(sources(files), made))
    return hand_up(made, request, how, SHELF, answers_in(made.returned, SHELF))


def opened(data: bytes, name: str = "上报包.zip", roster: Roster | None = None) -> Returned:
    return validate_file(Source(name, partial(same, data)), SHELF, Expected(), roster)


def codes(found: Returned, severity: str = "error") -> list[str]:
    return [each.code for each in found.findings if each.severity == severity]


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_manifest(parts: Mapping[str, bytes], change: Callable[[Any], None] = lambda tree: None) -> bytes:
    """The package of these members by somebody who knows how: every hash is right again."""
    tree = json.loads(parts[MANIFEST])
    others = {name: data for name, data in parts.items() if name != MANIFEST}
    tree["members"] = hashes(others)
    change(tree)
    tree.pop("digest")
    tree["digest"] = _digest(tree)
    return write_zip([(MANIFEST, json.dumps(tree, ensure_ascii=False).encode()), *others.items()])


def write(folder: Path, files: Files) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def texts(found: Returned, lang: Lang = "zh") -> str:
    from xltool.app.summaries.merging import wording

    return "\n".join(wording(SHELF, lang).lines(found.findings, found.record))
