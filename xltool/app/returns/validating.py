"""Reading what came back: bytes to a record, its places, and everything noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from xltool.app.machines.executors import Executor, Readers
from xltool.app.returns.remote import read_remotely
from xltool.app.returns.told import in_file, internal
from xltool.app.shelf import Shelf
from xltool.model.expected import Expected
from xltool.model.finding import Finding, Refused
from xltool.model.place import Place
from xltool.model.record import Source
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
    """The record in a file, be it a workbook, JSON or a package, without judging it."""
    return _read(source, shelf, expected, judge=False)


def _read(source: InputFile, shelf: Shelf, expected: Expected, *, judge: bool) -> Returned:
    try:
        data = source.load()
        if _maybe_package(data):
            from xltool.app.summaries.unpacking import open_package, packed

            if packed(data):
                # Its workbook is made by the summary and not sent out: there is nothing sealed about it.
                made = replace(expected, key=b"")
                return open_package(data, source.name, shelf, lambda area, file: _read_data(area, file, shelf, made))
        return _read_data(data, source.name, shelf, expected, judge=judge)
    except Refused as error:
        return Returned(source.name, findings=tuple(in_file(finding, source.name) for finding in error.findings))


def _maybe_package(data: bytes) -> bool:
    """Whether it is worth looking closer: a zip whose directory names what packages have, and workbooks have not."""
    return data.startswith(b"PK") and (b"manifest.json" in data or b"details.jsonl" in data)


def _read_data(data: bytes, file: str, shelf: Shelf, expected: Expected, *, judge: bool = False) -> Returned:
    if shelf.isolated:
        return read_remotely(data, file, shelf, expected, judge=judge)
    from xltool.app.returns.reading import read_data

    return read_data(data, file, shelf, expected, judge=judge)


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
        alone = roster is None and prior is None
        found = _read(source, shelf, expected, judge=alone)
        if not alone or found.package is not None:
            from xltool.app.returns.verdicts import judged

            found = judged(found, shelf, expected, roster, prior)
        return _held(_with_source(found, source), source)
    except Refused:
        raise
    except Exception as error:  # a fault of ours that one file brings out must not cost the others
        return internal(source.name, error)


def _held(found: Returned, source: InputFile) -> Returned:
    """A record whose file had errors that the record cannot show is not a sound one."""
    left = found.count("error")
    if found.record is None or left >= source.errors:
        return found
    held = Finding("PARTITION-HELD", "error", (Place(source.name),), args={"count": source.errors, "left": left})
    return replace(found, findings=(held, *found.findings))


def _with_source(found: Returned, source: InputFile) -> Returned:
    """A record that nobody says where it is from is from the file it is in."""
    record = found.record
    if record is None or record.source is not None:
        return found
    import hashlib

    known = Source(found.file.rsplit("/", 1)[-1], hashlib.sha256(source.load()).hexdigest())
    return replace(found, record=replace(record, source=known))


@dataclass(frozen=True, slots=True)
class Judge:
    """`validate_file` with all but the file, as the work of an executor."""

    shelf: Shelf
    expected: Expected
    roster: Roster | None = None
    prior: LastYear | None = None

    def __call__(self, source: InputFile, /) -> Returned:
        return validate_file(source, self.shelf, self.expected, self.roster, self.prior)

    def lost(self, source: InputFile, /) -> Returned:
        """FILE-CRASHED, as of a file whose own reading process died."""
        return Returned(source.name, findings=(Finding("FILE-CRASHED", "error", (Place(source.name),)),))


def validate_files(
    sources: Iterable[InputFile],
    shelf: Shelf,
    expected: Expected,
    roster: Roster | None = None,
    prior: LastYear | None = None,
    *,
    executor: Executor | None = None,
    sent: Callable[[InputFile], InputFile] | None = None,
) -> Iterator[Returned]:
    """Each file in turn; one that cannot be read never stops the others. Several are read at a time.

    `executor` is who reads them, without one the processes of this machine; `sent` makes of a file what is sent there,
    without it the file with its bytes.
    """
    judge = Judge(shelf, expected, roster, prior)
    return (executor or Readers(shelf)).map(judge, map(sent or loaded, sources))


def loaded(source: InputFile) -> InputFile:
    """The file with its bytes. An archive is read by one thread alone."""
    try:
        return replace(source, load=partial(_same, source.load()), path=None)
    except Exception as error:  # said of this file when its turn comes
        return replace(source, load=partial(_raise, error), path=None)


def _same(data: bytes) -> bytes:
    return data


def _raise(error: Exception) -> bytes:
    raise error


def record_name(returned: Returned) -> str:
    """A file name for the record of a return, from the return's own name."""
    from xltool.io.writing.files import safe_name

    return safe_name(returned.file.replace("/", "_")) + ".json"
