"""Writing the records of many returns in parts, as they are judged: of any number only one part is in memory."""

from __future__ import annotations

import hashlib
import importlib.util
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from xltool.app.shelf import Shelf
from xltool.io.exact_json import dump_json
from xltool.io.partitions import MANIFEST, RECORD, Part, dump_manifest, is_complete, parts_of
from xltool.io.records import dump_line
from xltool.io.writing.data_files import as_parquet
from xltool.io.writing.files import write_atomic
from xltool.io.writing.sinks import write_all
from xltool.model.data_table import Field
from xltool.model.finding import SEVERITIES, refuse
from xltool.model.place import Place
from xltool.model.returned import Returned

Form = Literal["jsonl", "parquet"]
FORMS: tuple[Form, ...] = ("jsonl", "parquet")
SIZE = 5000
"""Records of a part: some 20 MB of JSON."""
UNREAD = "unread.counts.jsonl"
"""The files that gave no record."""


def ready(folder: Path, form: Form, *, force: bool) -> None:
    """Raises Refused where parts could not be written into `folder`, before any return is read."""
    if form == "parquet" and importlib.util.find_spec("pyarrow") is None:
        raise refuse("PARQUET-MISSING")
    if not force and is_complete(folder):
        raise refuse("WRITE-EXISTS", places=(Place(MANIFEST),), file=MANIFEST)


def in_parts(
    found: Iterable[Returned],
    shelf: Shelf,
    folder: Path,
    form: Form = "jsonl",
    size: int = SIZE,
    *,
    force: bool = False,
) -> Iterator[Returned]:
    """The same returns, while their records are written into `folder`, `size` records a part, each of one era.

    Parts that an interrupted run has written are left alone; the manifest says only at the end that all is there.
    """
    ready(folder, form, force=force)
    before = parts_of(folder) if (folder / MANIFEST).is_file() else []
    writer = _Writer(shelf, folder, form, force)
    write_atomic(folder / MANIFEST, dump_manifest({"format": form}, before, complete=False), force=True)
    waiting: dict[str, list[Returned]] = {}
    unread: list[Returned] = []
    for each in found:
        if each.record is None:
            unread.append(replace(each, places={}))
        else:
            here = waiting.setdefault(each.record.era, [])
            here.append(each)
            if len(here) == size:
                writer.write(waiting.pop(each.record.era))
        yield each
    for some in waiting.values():
        writer.write(some)
    writer.finish(unread, before)


@dataclass(slots=True)
class _Writer:
    """Writes one part after the other."""

    shelf: Shelf
    folder: Path
    form: Form
    force: bool
    parts: list[Part] = field(default_factory=list)
    findings: Counter[str] = field(default_factory=Counter)

    def write(self, returned: list[Returned]) -> None:
        """One more part."""
        name = f"part-{len(self.parts):05d}"
        records = [each.record for each in returned if each.record is not None]
        data, counts = self._data(returned), _counts(returned)
        part = Part(
            f"{name}.{self.form}",
            records[0].era,
            len(records),
            hashlib.sha256(data).hexdigest(),
            f"{name}.counts.jsonl",
            hashlib.sha256(counts).hexdigest(),
            self._counted(returned),
        )
        write_all(self.folder, [(part.name, data), (part.counts, counts)], force=self.force, again=True)
        self.parts.append(part)

    def finish(self, unread: list[Returned], before: Iterable[Part]) -> None:
        """The files without a record, and the manifest; parts of an earlier run that are none any more go."""
        findings = self._counted(unread)
        write_all(self.folder, [(UNREAD, _counts(unread))], force=True)
        records = sum(each.records for each in self.parts)
        facts = {
            "format": self.form,
            "files": records + len(unread),
            "records": records,
            "findings": {each: self.findings[each] for each in SEVERITIES},
            "unread": {"name": UNREAD, "files": len(unread), "findings": findings},
        }
        write_atomic(self.folder / MANIFEST, dump_manifest(facts, self.parts, complete=True), force=True)
        names = {name for each in self.parts for name in (each.name, each.counts)}
        for each in before:
            for name in {Path(each.name).name, Path(each.counts).name} - names:
                (self.folder / name).unlink(missing_ok=True)

    def _data(self, returned: list[Returned]) -> bytes:
        lines = [dump_line(each.record) for each in returned if each.record is not None]
        if self.form == "jsonl":
            return b"".join(lines)
        from xltool.app.outputs import one_return
        from xltool.report.open_data import figures_table

        items = [one_return(each) for each in returned]
        table = figures_table(items, self.shelf.era(items[0].record.era), "wide")
        rows = ((*row, line.decode()) for row, line in zip(table.rows, lines, strict=True))
        return as_parquet(replace(table, fields=(*table.fields, Field(RECORD)), rows=rows))

    def _counted(self, returned: Iterable[Returned]) -> dict[str, int]:
        found = Counter(finding.severity for each in returned for finding in each.findings)
        self.findings.update(found)
        return {each: found[each] for each in SEVERITIES}


def _counts(returned: Iterable[Returned]) -> bytes:
    """A line for each return."""
    return "".join(f"{dump_json(_count(each))}\n" for each in returned).encode()


def _count(each: Returned) -> dict[str, object]:
    record = each.record
    who = {"agency": record.agency.code, "submission": record.submission} if record else {}
    return {"file": each.file, **who, **{f"{severity}s": each.count(severity) for severity in SEVERITIES}}
