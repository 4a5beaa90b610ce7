"""What the hostile files are made from: an honest return, taken apart, and ways to put it together badly."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from strategies import ROOT, SHELF, parsed
from test_guard import patched, zipped

from xltool.app.forms import fill_record
from xltool.io.records import parse_json
from xltool.model.record import Record

Parts = dict[str, bytes | str]

SHEET, WORKBOOK, STRINGS, STYLES = (
    f"xl/{name}.xml" for name in ("worksheets/sheet3", "workbook", "sharedStrings", "styles")
)
LINKS = "xl/_rels/workbook.xml.rels"
# The cell that most slips happen to, its indicator, and what the honest return says there.
CELL, PATH = "D8", "applications.natural_person.new"
ROW_END = "</sheetData>"


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile file: how it is made, and what must come of it.

    Refused with one of `codes`; where there are none it is read, and every number of it is the honest one,
    but for those of `lost`, which are null.
    """

    make: Callable[[], bytes]
    codes: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    ending: str = ".xlsx"


SUSPICIOUS, DAMAGED = ("FILE-SUSPICIOUS",), ("FILE-DAMAGED",)
EITHER = SUSPICIOUS + DAMAGED


@cache
def honest_record() -> Record:
    """The record that all hostile files pretend to be."""
    tree = parse_json((ROOT / "examples/records/national-2021-jingyan-2023.json").read_bytes())
    assert isinstance(tree, dict)
    return parsed(tree, "national-2021")


@cache
def honest() -> bytes:
    """Its workbook."""
    return fill_record(honest_record(), SHELF, "auto", "zh")[0]


def parts() -> Parts:
    with zipfile.ZipFile(io.BytesIO(honest())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text(name: str) -> str:
    content = parts()[name]
    return content.decode() if isinstance(content, bytes) else content


def but(changes: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The honest workbook with parts changed or added."""
    return zipped({**parts(), **changes}, method)


def without(name: str) -> bytes:
    return zipped({key: content for key, content in parts().items() if key != name})


def replaced(name: str, old: str, new: str, **more: bytes | str) -> bytes:
    """The honest workbook with one text in one part changed."""
    content = text(name)
    assert content.count(old) >= 1, (name, old)
    return but({name: content.replace(old, new, 1), **more})


def cell(content: str, attributes: str = "") -> bytes:
    """The honest workbook with another content of its cell `CELL`."""
    start = text(SHEET).index(f'<c r="{CELL}"')
    old = text(SHEET)[start : text(SHEET).index("</c>", start) + 4]
    style = old.split('s="')[1].split('"')[0]
    return replaced(SHEET, old, f'<c r="{CELL}" s="{style}"{attributes}>{content}</c>')


def rows(extra: str, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The honest workbook with more rows below."""
    return but({SHEET: text(SHEET).replace(ROW_END, extra + ROW_END, 1)}, method)


def after_rows(extra: str) -> bytes:
    return replaced(SHEET, ROW_END, ROW_END + extra)


def entry(name: str, offset: int, form: str, value: int) -> bytes:
    """The honest workbook with a field of its directory changed for one part."""
    return patched(honest(), name, offset, struct.pack(form, value))


def noise(count: int) -> str:
    return random.Random(count).randbytes(count).hex()


def cuts() -> Iterator[tuple[str, int]]:
    """Places to cut the honest file off."""
    size = len(honest())
    for percent in (0, 1, 10, 50, 90, 99):
        yield f"{percent} in 100", max(5, size * percent // 100)
    yield "22 bytes before the end", size - 22
    yield "the last byte", size - 1
