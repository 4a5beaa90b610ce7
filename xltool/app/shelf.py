"""What the use cases share: the library with the plans already built from it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from xltool.io.library import Library

if TYPE_CHECKING:
    from xltool.io.books.isolation import Reader
    from xltool.io.writing.stamping import Press
    from xltool.model.book import Book
    from xltool.model.era import Era
    from xltool.model.finding import Severity
    from xltool.model.returned import Returned
    from xltool.model.workbook import WorkbookPlan
    from xltool.plan.form import FormPlan, Options


@dataclass
class Shelf:
    """Era data and plans, each read and built once; and the reader of returned workbooks.

    Workbooks are opened in processes of their own unless `isolated` is False, which is for tests on workbooks
    they have made themselves.
    """

    library: Library
    isolated: bool = True
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    _plans: dict[tuple[str, Options], FormPlan] = field(default_factory=dict)

    def era(self, era_id: str) -> Era:
        return self.library.era(era_id)

    def plan(self, era_id: str, options: Options) -> FormPlan:
        """The plan of an era's workbook."""
        from xltool.plan.build import build

        key = (era_id, options)
        if key not in self._plans:
            self._plans[key] = build(self.era(era_id), self.library.layout(era_id), options, self.library.words)
        return self._plans[key]

    def severity(self, code: str) -> Severity:
        """The severity of a code of the catalogue."""
        return self.library.catalogue[code].severity

    @cached_property
    def reader(self) -> Reader[Book]:
        from xltool.io.books.isolation import Reader

        return Reader()

    @cached_property
    def returns(self) -> Reader[Returned]:
        from xltool.app.returns.remote import returns_reader

        return returns_reader(self, self.jobs)

    def stop(self) -> None:
        """Give up all reading, for good."""
        for name in ("reader", "returns"):
            if name in self.__dict__:
                self.__dict__[name].stop()

    def open_book(self, data: bytes) -> Book:
        """The workbook in `data`. Raises Refused."""
        if self.isolated:
            return self.reader.open_book(data)
        from xltool.io.books.containers import open_book

        return open_book(data)

    def open_summary(self, data: bytes) -> Book:
        """The summary workbook in `data`, which may be far larger than a return. Raises Refused."""
        if self.isolated:
            from xltool.io.books.isolation import SUMMARY_LIMITS, SUMMARY_PARSER, Reader

            reader: Reader[Book] = Reader(limits=SUMMARY_LIMITS, parser=SUMMARY_PARSER)
            with reader:
                return reader.open_book(data)
        from xltool.io.books.containers import open_summary

        return open_summary(data)

    def write(self, workbook: WorkbookPlan) -> bytes:
        """The bytes of a workbook."""
        from xltool.io.writing.workbook_writer import write_workbook

        return write_workbook(workbook, self.library.styles)

    def press(self, workbook: WorkbookPlan) -> Press:
        """What writes a workbook with one stamp after another."""
        from xltool.io.writing.stamping import Press

        return Press(workbook, self.library.styles)


@cache
def shelf(extra: Path | None = None) -> Shelf:
    """The shelf of this installation, with one's own eras from `extra`."""
    return Shelf(Library(extra))
