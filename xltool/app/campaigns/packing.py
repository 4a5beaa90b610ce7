"""Return packs (退回包): what an agency gets back when its return has faults.

A pack holds the agency's own workbook, made afresh with its contents exactly as given and every finding marked where
it is, and a one-page letter. Both are Chinese, whatever the language of the terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from xltool.app.campaigns.confirming import confirmable, confirmation
from xltool.app.forms import Output, form_name
from xltool.app.returns.opening import Opened, open_form
from xltool.app.returns.validating import validate_file
from xltool.app.shelf import Shelf
from xltool.app.summaries.merging import wording
from xltool.io.inputs import Source
from xltool.io.packages import form_in
from xltool.io.writing.files import safe_name
from xltool.model import texts
from xltool.model.book import Cell, shown
from xltool.model.finding import Finding, Refused
from xltool.model.letter import LetterParts
from xltool.model.record import Agency, Record
from xltool.model.returned import Returned
from xltool.model.roster import Roster
from xltool.numbers import from_cell
from xltool.passes.identify import Expected
from xltool.passes.values import read_value
from xltool.plan.fill import fill
from xltool.plan.form import Content, FormPlan, Typed
from xltool.report.letter import confirmation_parts, letter_parts
from xltool.report.marked import marked

# Beyond it a double says nothing about the digits that were typed.
_EXACT = 1e15


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says besides its findings: who sends it, when (ISO date), and by when to answer."""

    office: str
    as_of: str
    deadline: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """The files for one agency."""

    agency: Agency
    outputs: tuple[Output, ...]


def pack_files(
    sources: Iterable[Source],
    shelf: Shelf,
    letter: Letter,
    *,
    roster: Roster | None = None,
    expected: Expected = Expected(),  # noqa: B008 - frozen, and empty means nothing is asked for
) -> Iterator[Pack]:
    """A pack for each return that needs one (see `needs_pack`), and for each document that can be read; others none."""
    for source in sources:
        returned = validate_file(source, shelf, expected, roster)
        if needs_pack(returned):
            yield pack_return(source, returned, shelf, letter)
        elif confirmable(returned) and (found := confirmation(source, shelf, expected, roster)):
            yield _confirmation_pack(*found, shelf, letter)


def _confirmation_pack(record: Record, workbook: Output, shelf: Shelf, letter: Letter) -> Pack:
    parts = confirmation_parts(record, shelf.library.words, letter.office, letter.as_of, letter.deadline)
    name = safe_name("待确认通知", record.agency.code, record.agency.name) + ".docx"
    return Pack(record.agency, (workbook, _docx(name, parts)))


def distinct(packs: Iterable[Pack]) -> Iterator[Pack]:
    """The packs, numbered where two returns of one agency would give files of one name: none replaces another."""
    seen: Counter[str] = Counter()
    for pack in packs:
        key = pack.outputs[-1].name.casefold()  # the letter's: there is always one
        seen[key] += 1
        yield pack if seen[key] == 1 else replace(pack, outputs=tuple(_numbered(pack, seen[key])))


def _numbered(pack: Pack, number: int) -> Iterator[Output]:
    for each in pack.outputs:
        stem, _, ending = each.name.rpartition(".")
        yield replace(each, name=f"{stem}_{number}.{ending}")


def needs_pack(returned: Returned) -> bool:
    """Whether a return was read, and has something to fix or to explain that is not explained yet."""
    return returned.record is not None and any(open_finding(finding) for finding in returned.findings)


def open_finding(finding: Finding) -> bool:
    """Whether the agency has to do something about a finding."""
    return finding.severity == "error" or (finding.severity == "explain" and "explanation" not in finding.args)


def pack_return(source: Source, returned: Returned, shelf: Shelf, letter: Letter) -> Pack:
    """The pack for one judged return."""
    record = returned.record
    assert record is not None
    findings = [finding for finding in returned.findings if open_finding(finding)]
    words = wording(shelf, "zh")
    lines = [(finding, words.line(finding, record)) for finding in findings]
    outputs = [_letter(returned, words.lines(findings, record), shelf, letter)]
    # What was doubtful is given back as it stood; the findings say that it was not read.
    try:
        opened = open_form(form_in(source.load()), source.name, shelf, Expected(confirmed=True))
    except Refused:  # a record in JSON, or a broken package: there is no workbook to give back
        opened = ()
    if isinstance(opened, Opened):
        outputs.insert(0, _workbook(opened, returned, lines, shelf))
    return Pack(record.agency, tuple(outputs))


def _workbook(opened: Opened, returned: Returned, lines: list[tuple[Finding, str]], shelf: Shelf) -> Output:
    """The agency's workbook as it stands, marked; its submission number is that of the next version."""
    record, plan = returned.record, opened.plan
    assert record is not None
    content = as_given(opened, record.agency, min(record.submission + 1, 99))
    seal = opened.meta.seal if opened.meta.fingerprint == plan.fingerprint else ""
    book = marked(fill(plan, content, seal=seal), plan, lines, record, shelf.library.words)
    name = "退回_" + form_name(plan.words, plan.options, record.agency, record.submission)
    return Output(name, shelf.write(book))


def as_given(opened: Opened, agency: Agency, submission: int) -> Content:
    """What stands in the cells of a returned workbook, unchanged: a formula as its text, a date as it is shown."""
    plan = opened.plan
    given = {path: _given(cell, path, plan) for path, cell in opened.located.cells.items()}
    texts_given = {path: "" if value is None else str(value) for path, value in given.items()}

    def below(prefix: str) -> dict[str, str]:
        return {path[len(prefix) :]: text for path, text in texts_given.items() if path.startswith(prefix)}

    answers, yes = below("declared."), plan.words["yes"](plan.options.lang)
    declared = frozenset(table for table, answer in answers.items() if answer.strip() == yes)
    return Content(
        agency=replace(agency, code=_writable(agency.code), name=_writable(agency.name)),
        submission=submission,
        cover=below("cover."),
        typed={path: value for path, value in given.items() if path in plan.figures},
        declared=declared,
        undeclared={table: answer for table, answer in answers.items() if table not in declared},
        explanations=below("explain."),
        texts=below("text."),
        prior={path.removeprefix("prior."): value for path, value in given.items() if path.startswith("prior.")},
    )


def _given(cell: Cell, path: str, plan: FormPlan) -> Typed:
    """A cell's content. What is no number stays none: 100% given back as 1 would be read as 1."""
    value = cell.value
    if cell.formula is not None:
        return _writable("=" + cell.formula.removeprefix("="))
    indicator = plan.era.indicators.get(path.removeprefix("prior."))
    if indicator is None:
        return _writable(shown(value)) or None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _EXACT:
        return from_cell(value)
    return _writable(read_value(cell, indicator, plan.era.not_applicable).raw) or None


def _writable(text: str) -> str:
    """The text as far as a workbook can hold it; where it cannot, a finding has said so."""
    clean = texts.visible(text, texts.MAX_TEXT)
    while texts.length(clean) > texts.MAX_TEXT:
        clean = clean[: -(-len(clean) * 9 // 10)]
    return clean


def _letter(returned: Returned, lines: list[str], shelf: Shelf, letter: Letter) -> Output:
    record = returned.record
    assert record is not None
    counts = {
        severity: sum(finding.severity == severity and open_finding(finding) for finding in returned.findings)
        for severity in ("error", "explain")
    }
    parts = letter_parts(record, counts, lines, shelf.library.words, letter.office, letter.as_of, letter.deadline)
    name = safe_name("退回通知", record.agency.code, record.agency.name, f"第{record.submission}次") + ".docx"
    return _docx(name, parts)


def _docx(name: str, parts: LetterParts) -> Output:
    from xltool.io.writing.letter_docx import letter_docx

    return Output(name, letter_docx(parts))
