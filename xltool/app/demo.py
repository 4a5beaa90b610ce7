"""The demonstration: a small campaign from blank workbooks to a summary, on the figures in ``examples/``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xltool.app.forms import Output, form_name, generate
from xltool.app.returns.validating import record_name
from xltool.app.shelf import Shelf
from xltool.app.summaries.merging import Merged, Request, merge_files
from xltool.app.summaries.summarising import summary_workbook
from xltool.io.inputs import Source
from xltool.io.records import dump_line, dump_record, parse_json, record_from
from xltool.io.roster_file import read_roster
from xltool.io.writing.files import safe_name
from xltool.model.expected import Expected
from xltool.model.record import Agency, Record
from xltool.model.returned import Returned
from xltool.model.roster import Roster
from xltool.model.summary import Return
from xltool.model.workbook import Formula, PlanCell, SheetPlan, Validation, WorkbookPlan
from xltool.plan.content import content_of, options_for
from xltool.plan.fill import fill
from xltool.plan.form import Content, FormPlan, Options
from xltool.rules.excel import quoted

Json = Mapping[str, Any]
BLANK, RETURNED, RECORDS, SUMMARY = "1-blank", "2-returned", "3-records", "summary.xlsx"


@dataclass(frozen=True, slots=True)
class Shown:
    """One campaign of the demonstration: its files, and what validating and merging found."""

    folder: str
    outputs: tuple[Output, ...]
    returned: tuple[Returned, ...]
    merged: Merged


def demonstrate(shelf: Shelf) -> Iterator[Shown]:
    """Every campaign of ``examples/demo.json``: workbooks made, filled with their slips, validated, merged."""
    examples = shelf.library.examples
    for campaign in shelf.library.json(examples / "demo.json")["campaigns"]:
        yield _campaign(shelf, examples, campaign)


def _campaign(shelf: Shelf, examples: Path, campaign: Json) -> Shown:
    roster, _ = read_roster(examples / campaign["roster"])
    era, folder = campaign["era"], campaign["folder"]
    blanks = generate(shelf, era, Options(campaign["year"], totals="typed"), roster)
    outputs = [Output(f"{folder}/{BLANK}/{each.name}", each.make()) for each in blanks]
    filled = [_return(shelf, examples, entry, roster) for entry in campaign["returns"]]
    outputs += [Output(f"{folder}/{RETURNED}/{each.name}", each.data) for each in filled]
    sources = [Source(each.name, _giver(each.data)) for each in filled]
    expected = Expected(era, campaign["year"], "own")
    merged = merge_files(sources, shelf, roster, Request(), expected)
    outputs += [
        Output(f"{folder}/{RECORDS}/{safe_name(record_name(each))}", dump_record(each.record))
        for each in merged.returned
        if each.record is not None
    ]
    if merged.summary is not None:
        outputs.append(Output(f"{folder}/{SUMMARY}", summary_workbook(merged, shelf, "zh", link=_beside)))
        outputs.append(Output(f"{folder}/records.jsonl", b"".join(dump_line(record) for record in merged.records)))
    return Shown(folder, tuple(outputs), tuple(merged.returned), merged)


def _beside(item: Return) -> str:
    """The demonstration writes the returns next to its summary."""
    return f"{RETURNED}/{item.file}"


def _giver(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _return(shelf: Shelf, examples: Path, entry: Json, roster: Roster) -> Output:
    """One return: a record's figures in its agency's workbook, with the slips the entry describes."""
    tree = parse_json((examples / "records" / entry["record"]).read_bytes())
    assert isinstance(tree, dict)
    record, _ = record_from(tree, shelf.era(tree["era"]))
    if "agency" in entry:
        known = roster.by_code[entry["agency"]]
        record = replace(record, agency=Agency(known.code, known.name, known.level or None, known.rule_making))
    options, _ = options_for(record, shelf.era(record.era), "typed", "zh")
    plan = shelf.plan(record.era, options)
    workbook = fill(plan, _slipped(record, plan, entry))
    for old, new in entry.get("rename", {}).items():
        workbook = rename_sheet(workbook, old, new)
    return Output(form_name(plan.words, options, record.agency), shelf.write(workbook))


def _slipped(record: Record, plan: FormPlan, entry: Json) -> Content:
    content, _ = content_of(record, plan)
    blank = {path for path, field in plan.fields.items() if field.table in entry.get("blank", ())}
    typed = {path: None if path in blank else value for path, value in content.typed.items()}
    return replace(content, typed={**typed, **entry.get("typed", {})}, declared=frozenset(entry.get("declared", ())))


def rename_sheet(workbook: WorkbookPlan, old: str, new: str) -> WorkbookPlan:
    """The workbook as it is after somebody renamed a sheet: office suites carry the new name into every formula."""
    before, after = quoted(old) + "!", quoted(new) + "!"

    def text(formula: str) -> str:
        return formula.replace(before, after)

    def cell(each: PlanCell) -> PlanCell:
        value = Formula(text(each.value.text), each.value.cached) if isinstance(each.value, Formula) else each.value
        return each._replace(value=value, link=text(each.link))

    def sheet(each: SheetPlan) -> SheetPlan:
        return replace(
            each,
            name=new if each.name == old else each.name,
            cells=tuple(cell(one) for one in each.cells),
            validations=_rewritten(each.validations, text),
            conditionals=tuple(replace(one, formula=text(one.formula)) for one in each.conditionals),
        )

    names = {name: text(reference) for name, reference in workbook.names.items()}
    return replace(workbook, sheets=tuple(sheet(each) for each in workbook.sheets), names=names)


def _rewritten(validations: Sequence[Validation], text: Callable[[str], str]) -> tuple[Validation, ...]:
    return tuple(replace(one, rule=text(one.rule)) if isinstance(one.rule, str) else one for one in validations)
