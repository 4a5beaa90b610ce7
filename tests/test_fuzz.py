"""Honest returns damaged at random: no crash, no hang, and no number that is not plainly in the file.

Seeded, so that a failure seen once is seen again. ``XLTOOL_FUZZ=20`` makes twenty times as many.
"""

from __future__ import annotations

import io
import os
import random
import re
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from conftest import Office
from hostile.parts import LINKS, SHEET, STRINGS, STYLES, WORKBOOK, honest, honest_record
from strategies import SHELF
from test_guard import mutants, zipped

from xltool.app.returns.validating import validate_file
from xltool.app.shelf import Shelf
from xltool.io.books.isolation import Reader
from xltool.io.inputs import Source
from xltool.model.book import Book, Cell
from xltool.model.finding import Refused
from xltool.model.place import Place, from_a1
from xltool.model.returned import Returned
from xltool.model.typed import to_ascii
from xltool.numbers import from_cell, plain
from xltool.passes.identify import Expected

TIMES = int(os.environ.get("XLTOOL_FUZZ", "1"))
# Without a process of its own, so that whatever is raised comes through.
BARE = Shelf(SHELF.library, isolated=False)


@pytest.fixture(scope="module")
def oracle() -> Iterator[Reader]:
    """Another reader of workbooks, in a process that may die."""
    with Reader(parser="hostile.hooks:by_others") as reader:
        yield reader


@pytest.fixture(autouse=True)
def whatever_is_raised_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XLTOOL_TRACEBACK", "1")


def judge(data: bytes, oracle: Reader) -> bool:
    """Read the damaged return; whether there is a record. Every number of it must be in its cell."""
    start = time.monotonic()
    found = validate_file(Source("甲.xlsx", lambda: data), BARE, Expected())
    assert time.monotonic() - start < 20
    if found.record is None:
        assert found.findings
        return False
    if found.record.values != honest_record().values:
        _compare(found, oracle.answer(data))
    return True


def _compare(found: Returned, other: Book | Refused) -> None:
    """Every number that is not the honest one stands in its own cell, as another program reads it."""
    assert found.record is not None
    true = honest_record().values
    for path, value in found.record.values.items():
        if value is None or value == true[path] or isinstance(value, str) or path in found.computed:
            continue
        place = found.places[path]
        assert (place.sheet, place.ref) == _honest_place(path)
        assert isinstance(other, Book), (path, value, other)
        sheet = other.sheet(place.sheet)
        assert sheet is not None, (path, value)
        shown = sheet.cells.get(from_a1(place.ref), Cell()).value
        assert _says(shown, plain(value)), (path, value, shown)


@cache
def _honest_places() -> Mapping[str, Place]:
    return validate_file(Source("甲.xlsx", honest), BARE, Expected()).places


def _honest_place(path: str) -> tuple[str, str]:
    place = _honest_places()[path]
    return place.sheet, place.ref


def _says(shown: object, number: str) -> bool:
    if isinstance(shown, str):
        return to_ascii(shown).replace(",", "").startswith(number)
    return isinstance(shown, int | float) and plain(from_cell(shown)) == number


# --- damage that knows its way -----------------------------------------------------------------------------------

_NUMBER = re.compile(rb"(?<=<v>)[0-9]+(?=</v>)")
_ATTRIBUTE = re.compile(rb'(?<==")[^"<>]{1,40}(?=")')
_ELEMENT = re.compile(rb"<(\w+)[^<>]*>[^<>]*</\1>|<\w+[^<>]*/>")
_ODD = (
    b"-7",
    b"1e3",
    b"2.50",
    b"0099",
    b" 12 ",
    b"&#49;2",
    b"<![CDATA[31]]>",
    b"4<!-- -->2",
    b"9e99",
    b"46022",
    b"",
    b"x",
    b"1,2",
)


def _number(data: bytes, rnd: random.Random) -> bytes:
    return _swap(data, _NUMBER, lambda _: rnd.choice(_ODD), rnd)


def _attribute(data: bytes, rnd: random.Random) -> bytes:
    """An attribute takes the value of another."""
    values = _ATTRIBUTE.findall(data)
    return _swap(data, _ATTRIBUTE, lambda _: rnd.choice(values), rnd)


def _delete(data: bytes, rnd: random.Random) -> bytes:
    return _swap(data, _ELEMENT, lambda _: b"", rnd)


def _double(data: bytes, rnd: random.Random) -> bytes:
    return _swap(data, _ELEMENT, lambda old: old * 2, rnd)


def _move(data: bytes, rnd: random.Random) -> bytes:
    """An element takes the place of another."""
    elements = [match[0] for match in _ELEMENT.finditer(data)]
    return _swap(data, _ELEMENT, lambda _: rnd.choice(elements), rnd)


def _swap(data: bytes, pattern: re.Pattern[bytes], new: Callable[[bytes], bytes], rnd: random.Random) -> bytes:
    places = list(pattern.finditer(data))
    if not places:
        return data
    place = rnd.choice(places)
    return data[: place.start()] + new(place[0]) + data[place.end() :]


DAMAGES = (_number, _attribute, _delete, _double, _move)
PARTS = (
    SHEET,
    STRINGS,
    STYLES,
    WORKBOOK,
    LINKS,
    "xl/worksheets/sheet7.xml",
    "docProps/custom.xml",
    "[Content_Types].xml",
)


def damaged(content: bytes, seed: int, count: int) -> Iterator[bytes]:
    rnd = random.Random(seed)
    for _ in range(count):
        made = content
        for _ in range(rnd.choice((1, 1, 1, 2, 5))):
            made = rnd.choice(DAMAGES)(made, rnd)
        yield made


def unpacked(data: bytes) -> dict[str, bytes | str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(parts: dict[str, bytes | str], name: str, content: bytes) -> bytes:
    return zipped({**parts, name: content}, zipfile.ZIP_STORED)


def content_of(parts: dict[str, bytes | str], name: str) -> bytes:
    content = parts[name]
    assert isinstance(content, bytes)
    return content


@pytest.mark.parametrize("part", PARTS)
def test_damaged_xml_of_an_xlsx_gives_no_number_of_its_own(part: str, oracle: Reader) -> None:
    parts = unpacked(honest())
    content = content_of(parts, part)
    for number, made in enumerate(damaged(content, PARTS.index(part), 12 * TIMES)):
        judge(with_part(parts, part, made), oracle)
        if number % 2:
            (noisy,) = mutants(content, number, 1)
            judge(with_part(parts, part, noisy), oracle)


def test_damage_is_often_survived(oracle: Reader) -> None:
    """The laws above are not kept by refusing everything: of changed numbers most files are still read."""
    parts, rnd = unpacked(honest()), random.Random(5)
    made = [with_part(parts, SHEET, _number(content_of(parts, SHEET), rnd)) for _ in range(10)]
    assert sum(judge(data, oracle) for data in made) > 5


def test_damaged_bytes_of_an_xlsx_give_no_number_of_their_own(oracle: Reader) -> None:
    """The container as a whole; most of it is caught by its checksums."""
    stored = zipped(unpacked(honest()), zipfile.ZIP_STORED)
    for data in (honest(), stored):
        for made in mutants(data, len(data), 30 * TIMES):
            judge(made, oracle)


@pytest.fixture(scope="module")
def resaved(soffice: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The honest return as LibreOffice saves it in the other containers."""
    folder: Path = tmp_path_factory.mktemp("resaved")
    file = folder / "return.xlsx"
    file.write_bytes(honest())
    return {to: soffice.convert([file], to, folder / to)[0].read_bytes() for to in ("ods", "xls")}  # type: ignore[arg-type]


def test_damaged_xml_of_an_ods_gives_no_number_of_its_own(resaved: dict[str, bytes], oracle: Reader) -> None:
    parts = unpacked(resaved["ods"])
    content = content_of(parts, "content.xml")
    for number, made in enumerate(damaged(content, 1, 15 * TIMES)):
        judge(with_part(parts, "content.xml", made), oracle)
        if number % 3 == 0:
            (noisy,) = mutants(content, number, 1)
            judge(with_part(parts, "content.xml", noisy), oracle)


def test_damaged_bytes_of_an_xls_give_no_number_of_their_own(resaved: dict[str, bytes], oracle: Reader) -> None:
    for actions in ((0, 3), (0, 1, 2, 3)):
        for made in mutants(resaved["xls"], 7, 12 * TIMES, actions):
            judge(made, oracle)
