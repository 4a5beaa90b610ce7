"""A returned workbook as its record, its places, and everything noticed, without judging the figures."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

from xltool.app.returns.opening import Opened, form_of
from xltool.app.returns.told import PLAIN_OPTIONS, in_file, internal
from xltool.app.returns.verdicts import judged
from xltool.app.shelf import Shelf
from xltool.io.books.containers import is_json
from xltool.io.books.return_wire import dump_return
from xltool.io.library import Library
from xltool.model.book import Book, Cell, ErrorValue
from xltool.model.expected import Expected
from xltool.model.finding import Finding, Refused
from xltool.model.place import Place, Places
from xltool.model.record import Source
from xltool.model.returned import Returned
from xltool.passes.assemble import Assembly, overwritten
from xltool.passes.locate import Located
from xltool.passes.recount import check_code, recounted, verdict_differs
from xltool.passes.values import Reading, read_value
from xltool.plan.form import FormPlan, Options


def read_return(book: Book, sha256: str, file: str, shelf: Shelf, expected: Expected) -> Returned:
    """The record in a workbook, without judging it."""
    opened = form_of(book, file, shelf, expected)
    if not isinstance(opened, Opened):
        return Returned(file, findings=opened)
    plan, located = opened.plan, opened.located
    options = plan.options
    readings = {
        path: read_value(cell, plan.era.indicators[path], plan.era.not_applicable)
        for path, cell in located.cells.items()
        if path in plan.figures
    }
    last_year = _last_year(plan, located) if options.prior else None
    assembly = Assembly(plan, located.cells, readings, located.places, located.lost, shelf.severity)
    source = Source(file.rsplit("/", 1)[-1], sha256)
    record = assembly.record(opened.agency, source, options.scope)
    tampered = overwritten(located.totals, record.values, shelf.severity)
    if opened.by_labels:  # a table is pasted as values: only totals that are wrong were typed
        tampered = [each for each in tampered if each.args["shown"] != each.args["computed"]]
    places = located.places
    if not isinstance(places, Places):
        places = {**places, **{path: place for path, (_, place) in located.totals.items()}}
    notes = [Finding("FILE-MACROS", "notice", (Place(file),))] if opened.book.macros else []
    computed = frozenset(plan.era.totals) if options.totals == "computed" else frozenset()
    judged = not located.lost and all(map(_ordinary, located.cells.values()))
    again = recounted(located.cells, plan, opened.agency, judged=judged)
    if judged:
        tampered += verdict_differs(opened.book, again, file)
    for path, reading in (last_year or {}).items():
        for code, args in reading.findings:
            assembly.say(code, f"prior.{path}", **args)
    every = (*opened.findings, *notes, *assembly.findings, *tampered)
    prior = None if last_year is None else {path: reading.value for path, reading in last_year.items()}
    return Returned(file, record, every, places, computed, prior, check_code(located.cells, again))


def _ordinary(cell: Cell) -> bool:
    """Whether a workbook's own formulas see in the cell what a reader sees."""
    return cell.formula is None and not isinstance(cell.value, bool | ErrorValue)


def _last_year(plan: FormPlan, located: Located) -> dict[str, Reading]:
    """Last year's figures on the sheet 上年数据."""
    prefix = "prior."
    return {
        path.removeprefix(prefix): read_value(cell, plan.era.indicators[path.removeprefix(prefix)])
        for path, cell in located.cells.items()
        if path.startswith(prefix)
    }


def read_data(data: bytes, file: str, here: Shelf, expected: Expected, *, judge: bool) -> Returned:
    """The return in a workbook or in JSON, with the verdict on it where `judge`.

    Raises Refused where the file cannot be opened. A fault of ours that one file brings out is a finding, and does
    not cost the others.
    """
    book = None if is_json(data) else here.open_book(data)
    try:
        if book is None:
            found = _read_json(data, file, here)
        else:
            found = read_return(book, hashlib.sha256(data).hexdigest(), file, here, expected)
        return judged(found, here, expected) if judge else found
    except (Refused, MemoryError):
        raise
    except Exception as error:
        return internal(file, error)


def _read_json(data: bytes, file: str, shelf: Shelf) -> Returned:
    from xltool.app.returns.saved import as_returned
    from xltool.io.records import parse_json, record_from

    tree = parse_json(data)
    era_id = tree.get("era") if isinstance(tree, dict) else None
    if not isinstance(era_id, str):
        raise Refused(Finding("RECORD-NO-ERA", "error", (Place(file),)))
    record, findings = record_from(tree, shelf.era(era_id))
    returned = as_returned(record, file, shelf)
    return replace(returned, findings=(*(in_file(each, file) for each in findings), *returned.findings))


def in_process(told: bytes) -> bytes:
    """The return of a message from `remote`, for a process of its own. Raises Refused as `read_data` does."""
    end = told.index(b"\n")
    head, data = json.loads(told[:end]), told[end + 1 :]
    said = head["expected"]
    expected = Expected(**{**said, "key": bytes.fromhex(said["key"])})
    return dump_return(read_data(data, head["file"], _here(head["extra"]), expected, judge=head["judge"]), _form_out)


@cache
def _here(extra: str | None) -> Shelf:
    """The data files as the other side has them; this already is a process of its own."""
    return Shelf(Library(None if extra is None else Path(extra)), isolated=False)


def _form_out(form: tuple[str, Options]) -> list[object]:
    options = form[1]
    return [getattr(options, name) for name in PLAIN_OPTIONS] + [sorted(options.extras)]
