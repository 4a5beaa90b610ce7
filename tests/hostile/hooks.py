"""Parsers that misbehave, for the reading process to run in place of the real one."""

from __future__ import annotations

import ctypes
import io
import os
import signal
import time
from collections.abc import Iterable, Iterator

from xltool.app.returns.reading import in_process
from xltool.io.books.containers import open_book
from xltool.io.books.worker import peak
from xltool.model.book import Book, Cell, CellValue, DateValue, Sheet
from xltool.model.finding import refuse


class Panic(BaseException):
    """As native libraries panic: no Exception."""


def misbehaving(data: bytes) -> Book:  # noqa: PLR0912 - one branch a misdeed
    """Does what the bytes say; any other bytes are read."""
    match data:
        case b"panic":
            raise Panic
        case b"exit":
            raise SystemExit(3)
        case b"interrupt":
            raise KeyboardInterrupt
        case b"recurse":
            return misbehaving(data)
        case b"abort":
            os.abort()
        case b"kill":
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        case b"crash":
            ctypes.string_at(0)
        case b"vanish":
            os._exit(0)
        case b"sleep":
            time.sleep(60)
        case b"spin":
            while True:
                pass
        case b"eat":
            return misbehaving(bytes(4 * 1024**3))
        case b"grow":
            del bytearray(450 * 1024**2)[:]
        case b"who":
            return Book("xlsx", (Sheet(str(os.getpid()), {}),))
        case b"chatter":
            print("x" * 100_000)
            os.write(1, b"nonsense" * 1000)
        case b"nonsense":
            return Book("xlsx", sheets=("nonsense",))  # type: ignore[arg-type]
        case _:
            return open_book(data)
    return Book("xlsx", ())


def measured(told: bytes) -> bytes:
    """The real thing; notes the most memory the process has held so far in the file that the environment names."""
    try:
        return in_process(told)
    finally:
        with open(os.environ["XLTOOL_TEST_PEAKS"], "a", encoding="utf-8") as notes:
            notes.write(f"{peak()}\n")


def by_others(data: bytes) -> Book:
    """The workbook as other programs read it. They may abort on broken files, which is why they run here."""
    for reader in (_by_openpyxl, _by_calamine):
        try:
            return Book("xlsx", tuple(Sheet(name, _cells(rows)) for name, rows in reader(data)))
        except Exception:  # an oracle that cannot read a hostile file has nothing to say about it
            continue
    raise refuse("FILE-DAMAGED")


def _by_openpyxl(data: bytes) -> Iterator[tuple[str, Iterable[Iterable[object]]]]:
    import openpyxl

    for sheet in openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets:
        yield sheet.title, sheet.iter_rows(values_only=True)


def _by_calamine(data: bytes) -> Iterator[tuple[str, Iterable[Iterable[object]]]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _cells(rows: Iterable[Iterable[object]]) -> dict[tuple[int, int], Cell]:
    places = ((r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    return {(r, c): Cell(_value(value)) for r, c, value in places if value not in ("", None)}


def _value(value: object) -> CellValue:
    return value if isinstance(value, int | float | str) else DateValue(0.0, str(value))
