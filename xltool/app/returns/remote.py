"""Returns read in processes of their own, from this side of the pipe."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from xltool.app.returns import PARSER
from xltool.app.returns.told import PLAIN_OPTIONS, message
from xltool.app.shelf import Shelf
from xltool.io.books.guard import MAX_FILE
from xltool.io.books.isolation import Reader
from xltool.io.books.return_wire import load_return
from xltool.io.books.wire import Malformed
from xltool.model.finding import Finding, Refused
from xltool.model.place import Places
from xltool.model.returned import Returned

if TYPE_CHECKING:
    from xltool.model.expected import Expected
    from xltool.plan.form import Options


def returns_reader(shelf: Shelf, jobs: int, parser: str = PARSER) -> Reader[Returned]:
    """Reads returns in `jobs` processes."""
    return Reader(jobs, parser=parser, load=partial(load_return, places_of=partial(_places_of, shelf)))


def read_remotely(data: bytes, file: str, shelf: Shelf, expected: Expected, *, judge: bool) -> Returned:
    """The return in `data`, with the verdict on it where `judge`. Raises Refused where the file cannot be opened."""
    if len(data) > MAX_FILE:
        raise Refused(Finding("FILE-TOO-LARGE", "error", args={"megabytes": MAX_FILE // (1024 * 1024)}))
    told = message(data, file, shelf.library.extra, expected, judge=judge)
    answer = shelf.returns.answer(told, len(told))
    if isinstance(answer, Refused):
        raise answer
    return answer


def _places_of(shelf: Shelf, file: str, era_id: str, said: list[Any]) -> Places:
    """The places of a return that has everything where its form has it. Raises Malformed."""
    *plain, extras = said
    if [type(each) for each in plain] != list(PLAIN_OPTIONS.values()) or {type(each) for each in extras} - {str}:
        raise Malformed
    return Places(file, partial(_refs, shelf, era_id, plain, extras), (era_id, *plain, *extras))


def _refs(shelf: Shelf, era_id: str, plain: list[Any], extras: list[str]) -> dict[str, tuple[str, str]]:
    from xltool.passes.unchanged import refs_of  # only where a place is asked for, and with it the whole plan

    return refs_of(shelf.plan(era_id, _options(plain, extras)))


def _options(plain: list[Any], extras: list[str]) -> Options:
    from xltool.plan.form import Options

    return Options(**dict(zip(PLAIN_OPTIONS, plain, strict=True)), extras=frozenset(extras))
