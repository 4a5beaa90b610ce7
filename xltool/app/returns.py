"""Reading what came back: bytes to a record, its places, and everything noticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from xltool.app.remote import read_remotely
from xltool.app.shelf import Shelf
from xltool.app.told import in_file, internal
from xltool.model.expected import Expected
from xltool.model.finding import Refused
from xltool.model.returned import Returned

if TYPE_CHECKING:
    from xltool.app.comparing import LastYear
    from xltool.io.inputs import Source as InputFile
    from xltool.model.roster import Roster


def read_file(
    source: InputFile,
    shelf: Shelf,
    expected: Expected = Expected(),  # noqa: B008 - frozen, and empty means nothing is asked for
) -> Returned:
    """The record in a file, be it a workbook or JSON, without judging it."""
    return _read(source, shelf, expected, judge=False)


def _read(source: InputFile, shelf: Shelf, expected: Expected, *, judge: bool) -> Returned:
    try:
        data = source.load()
        if shelf.isolated:
            return read_remotely(data, source.name, shelf, expected, judge=judge)
        from xltool.app.reading import read_data

        return read_data(data, source.name, shelf, expected, judge=judge)
    except Refused as error:
        return Returned(source.name, findings=tuple(in_file(finding, source.name) for finding in error.findings))


def validate_file(
    source: InputFile,
    shelf: Shelf,
    expected: Expected,
    roster: Roster | None = None,
    prior: LastYear | None = None,
) -> Returned:
    """The record in a file and the verdict on it: what was expected first, then structure, values and checks.

    Checks against last year look at `prior`, the desk's own returns; without them at what the workbook says.
    """
    try:
        if roster is None and prior is None:
            return _read(source, shelf, expected, judge=True)
        from xltool.app.verdicts import judged

        return judged(_read(source, shelf, expected, judge=False), shelf, expected, roster, prior)
    except Refused:
        raise
    except Exception as error:  # a fault of ours that one file brings out must not cost the others
        return internal(source.name, error)


def validate_files(
    sources: Iterable[InputFile],
    shelf: Shelf,
    expected: Expected,
    roster: Roster | None = None,
    prior: LastYear | None = None,
) -> Iterator[Returned]:
    """Each file in turn; one that cannot be read never stops the others. Several are read at a time."""

    def one(source: InputFile) -> Returned:
        return validate_file(source, shelf, expected, roster, prior)

    return shelf.returns.many(_loaded(sources), one) if shelf.isolated else map(one, sources)


def _loaded(sources: Iterable[InputFile]) -> Iterator[InputFile]:
    """Each file with its bytes. An archive is read by one thread alone."""
    for source in sources:
        try:
            yield replace(source, load=partial(_same, source.load()))
        except Exception:  # said of this file when its turn comes
            yield source


def _same(data: bytes) -> bytes:
    return data


def record_name(returned: Returned) -> str:
    """A file name for the record of a return, from the return's own name."""
    from xltool.io.writing.files import safe_name

    return safe_name(returned.file.replace("/", "_")) + ".json"
