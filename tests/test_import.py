"""Published reports come back as the record they were made from, or with a finding; never with another number."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from tests import published, strategies
from tests.conftest import Office
from xltool.app.forms import fill_record
from xltool.app.published.importing import Asked, import_file
from xltool.app.returns.validating import read_file, validate_file
from xltool.io.inputs import Source
from xltool.io.records import dump_record
from xltool.model.imported import Imported
from xltool.model.record import Record
from xltool.passes.identify import Expected

SHELF = strategies.SHELF
TABLE_ERAS = [era for era in strategies.ERAS if era not in ("jilin-2016", "selfcheck-2016")]
# A record has hundreds of figures: shrinking one takes minutes and says no more than its seed.
UNSHRUNK = (Phase.explicit, Phase.generate)
SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"


def imported(data: bytes | str, era: str | None = None, year: int | None = None, name: str = "report") -> Imported:
    raw = data.encode("utf-8") if isinstance(data, str) else data
    return import_file(Source(name, lambda: raw), SHELF, Asked(era, year))


def any_record(era: str, seed: int) -> Record:
    """A valid record, however odd."""
    found = strategies.record(Random(seed), SHELF.era(era), SHELF.library.layout(era))
    return published.replace(found, year=2000 + found.year % 100)


def drawn(record: Record) -> list[tuple[str, published.Table]]:
    return published.draw(record, SHELF.era(record.era), SHELF.library.layout(record.era))


def squeezed(text: object) -> str:
    return "".join(str(text).split()).replace("|", "/")


def same(record: Record, got: Imported) -> None:
    """Every figure is the record's; only what never was a plain number may be read as one, and then with a finding."""
    assert got.record is not None, got.findings
    about = {path for finding in got.findings for path in finding.paths}
    for path, value in record.values.items():
        found, mark = got.record.values[path], record.marks.get(path)
        if mark is not None and mark.kind == "unreadable":
            assert found is None or path in about, (path, mark, found)
        elif isinstance(value, str):
            assert squeezed(found or "") == squeezed(value) or path in about, path
        else:
            assert found == value, (path, value, found, [f for f in got.findings if path in f.paths])
            if mark is not None and mark.kind == "not_applicable":
                assert got.record.marks[path].kind == "not_applicable"
    assert not got.refused
    assert not [
        finding for finding in got.findings if finding.code.startswith("IMPORT-") and finding.severity == "error"
    ]


# --- pages ------------------------------------------------------------------------------------------------------


def broken_labels(text: str) -> str:
    """Labels over several lines and tags, as word processors export them."""
    return re.sub("([\u4e00-\u9fff]{4})(?=[\u4e00-\u9fff])", r"<span>\1</span>&nbsp;<br/>", text)


_TRADITIONAL = OpenCC("s2t")


def traditional(text: str) -> str:
    return str(_TRADITIONAL.convert(text))


def noisy(text: str) -> str:
    """Sounds beside characters, other numbering, width and quotes, stray bars."""
    text = re.sub(r"^([0-9])\.", r"\1、", text)
    text = text.replace("（", "(").replace("）", ")").replace("“", "「").replace("”", "」")
    return re.sub("(?<=[\u4e00-\u9fff])(统|数|业)", r"\1(tǒng)", text) + " |"


PAGES = {
    "spans": published.page,
    "nested": lambda tables, year: published.page(tables, year, nested=True),
    "split": lambda tables, year: published.page(tables, year, change=broken_labels),
    "traditional": lambda tables, year: published.page(tables, year, change=traditional),
    "noise": lambda tables, year: published.page(tables, year, change=noisy),
}


@pytest.mark.parametrize("layout", PAGES)
@pytest.mark.parametrize("era", TABLE_ERAS)
@settings(max_examples=5, phases=UNSHRUNK)
@given(seed=st.integers(0, 10**9))
def test_a_page_gives_the_record_back(era: str, layout: str, seed: int) -> None:
    """Any record drawn as a web page in five layouts is read back exactly."""
    record = any_record(era, seed)
    same(record, imported(PAGES[layout](drawn(record), record.year), era))


@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize("era", TABLE_ERAS)
@settings(max_examples=6, phases=UNSHRUNK)
@given(seed=st.integers(0, 10**9))
def test_a_flattened_text_gives_the_record_back(era: str, padded: bool, seed: int) -> None:
    """A cell a line, with or without the blanks where spans were: read back exactly."""
    record = any_record(era, seed)
    got = imported(published.flat(drawn(record), record.year, padded=padded), era)
    assert got.record is not None
    # A row that ends in a blank may have lost a cell: where a form leaves nothing blank it is not read.
    values = {path: None if path in got.refused else value for path, value in record.values.items()}
    marks = {path: mark for path, mark in record.marks.items() if path not in got.refused}
    assert bool(got.refused) == any(finding.code == "IMPORT-ROW-LENGTH" for finding in got.findings)
    findings = tuple(finding for finding in got.findings if finding.code != "IMPORT-ROW-LENGTH")
    same(published.replace(record, values=values, marks=marks), published.replace(got, findings=findings, refused={}))


@pytest.mark.parametrize("era", TABLE_ERAS)
@settings(max_examples=5, phases=UNSHRUNK)
@given(seed=st.integers(0, 10**9))
def test_a_word_document_gives_the_record_back(era: str, seed: int) -> None:
    """Merged cells of a Word table are resolved."""
    record = any_record(era, seed)
    clean = [
        (caption, [published.replace(cell, text=printable(cell.text)) for cell in table])
        for caption, table in drawn(record)
    ]
    same(record, imported(published.docx(clean, record.year), era))


def printable(text: str) -> str:
    return "".join(char for char in text if char in "\n\t" or char >= " ")


def plain_record(era_id: str, seed: int) -> Record:
    """Small figures everywhere."""
    rnd, era = Random(seed), SHELF.era(era_id)
    values = {
        path: None if indicator.optional or indicator.kind == "text" or rnd.random() < 0.1 else rnd.randrange(90)
        for path, indicator in era.indicators.items()
    }
    return Record(era_id, era.first_year or 2013, strategies.Agency("", "甲局"), values)


def test_a_pdf_gives_the_record_back(soffice: Office, tmp_path: Path) -> None:
    """Tables ruled in a PDF are read back exactly, those cut by the end of a page included."""
    records = [plain_record(era, seed) for seed, era in enumerate(TABLE_ERAS)]
    files = []
    for record in records:
        file = tmp_path / f"{record.era}.xlsx"
        file.write_bytes(published.sheet(drawn(record), record.year))
        files.append(file)
    for record, file in zip(records, soffice.convert(files, "pdf", tmp_path / "pdf"), strict=True):
        same(record, imported(file.read_bytes(), record.era))


@pytest.mark.parametrize("era", TABLE_ERAS)
def test_the_era_is_seen_by_its_labels(era: str) -> None:
    """Without being told, a page is read as the form it is, and as the year its title says."""
    record = plain_record(era, 7)
    got = imported(published.page(drawn(record), record.year))
    assert got.record is not None
    assert (got.record.era, got.record.year) == (era, record.year)
    same(record, got)


# --- damage -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [published.page, published.flat])
@pytest.mark.parametrize("era", TABLE_ERAS)
@settings(max_examples=12, phases=UNSHRUNK)
@given(seed=st.integers(0, 10**6), gone=st.booleans())
def test_a_row_with_too_few_or_too_many_cells_never_shifts(era: str, write: object, seed: int, gone: bool) -> None:
    """Take a figure away or add one: no indicator gets another's number, and what is not read has a finding."""
    rnd, record = Random(seed), plain_record(era, seed)
    tables = drawn(record)
    at = rnd.randrange(len(tables))
    caption, table = tables[at]
    figures = [number for number, cell in enumerate(table) if not cell.label and cell.text]
    if not figures:
        return
    number = rnd.choice(figures)
    changed = (
        table[:number] + table[number + 1 :]
        if gone
        else [*table[:number], published.replace(table[number], text="77", cols=1), *table[number:]]
    )
    tables[at] = (caption, changed)
    assert callable(write)
    got = imported(write(tables, record.year), era)
    assert got.record is not None
    # In a flattened text of a form with blanks a short row looks like one that ends in a blank: that is said.
    doubtful = {
        place.ref for finding in got.findings if finding.code == "IMPORT-FLAT-BLANK" for place in finding.places
    }
    lines = {int(ref[1:-1]) for ref in doubtful}
    for path, value in record.values.items():
        found = got.record.values[path]
        near = (
            any(abs(line - int(got.places[path].ref[1:-1])) < 2 for line in lines)
            if lines and path in got.places
            else False
        )
        assert found in (value, None) or near, (path, value, found)


# --- faults of pages ---------------------------------------------------------------------------------------------


@pytest.fixture
def record() -> Record:
    return plain_record("national-2021", 3)


def test_annotated_cells_keep_number_and_annotation(record: Record) -> None:
    """“22（其中修订16件）” is 22 with a notice; 10件 is 10; 251000元 where 万元 is asked is not read."""
    values = {
        "disclosure.rules.issued": "22（其中修订16件）",
        "disclosure.rules.repealed": "10件",
        "disclosure.fees.amount": "251000元",
        "disclosure.licensing.decisions": "2000万",
        "disclosure.penalties.decisions": "/",
    }
    odd = published.replace(record, values={**record.values, **values})
    got = imported(published.page(drawn(odd), 2021))
    assert got.record is not None
    found = {path: got.record.values[path] for path in values}
    assert list(found.values()) == [22, 10, None, None, None]
    codes = {finding.paths[0]: (finding.code, finding.severity) for finding in got.findings if finding.paths}
    assert codes["disclosure.rules.issued"] == ("IMPORT-ANNOTATED", "notice")
    assert codes["disclosure.rules.repealed"] == ("VALUE-UNIT", "notice")
    assert codes["disclosure.fees.amount"] == ("VALUE-FOREIGN-UNIT", "error")
    assert got.record.marks["disclosure.licensing.decisions"].kind == "unreadable"
    assert got.record.marks["disclosure.penalties.decisions"].kind == "not_applicable"


def test_a_single_row_of_other_outcomes_is_one_figure(record: Record) -> None:
    """(六)其他处理 printed as one row: the figure is kept whole, its parts are missing, nothing is invented."""
    parts = ("uncorrected", "unpaid", "misc")
    values = {
        path: None if ".other." in path and path.endswith(parts) else 5 if path.endswith("other.group") else value
        for path, value in record.values.items()
    }
    single = published.replace(record, values=values)
    tables = drawn(single)
    caption, table = tables[4]
    group = next(cell for cell in table if cell.text == "（六）其他处理")
    kept = [cell for cell in table if not group.row <= cell.row < group.row + 3]
    low = [
        published.replace(cell, row=cell.row - 3)
        if cell.row > group.row
        else published.replace(cell, rows=cell.rows - 3)
        if cell.rows > 20
        else cell
        for cell in kept
    ]
    low = [cell for cell in low if cell.text != "（六）其他处理（未分项）"]
    low.append(published.replace(group, rows=1, cols=2))
    tables[4] = (caption, sorted(low, key=lambda cell: (cell.row, cell.col)))
    got = imported(published.page(tables, 2021))
    same(single, got)
    assert got.record is not None and got.record.era == "national-2021"
    assert not got.missing


def test_abbreviated_labels_are_known(record: Record) -> None:
    """“1.逾期不补正” and the like are in the data file of aliases."""
    short = {
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": "1.逾期不补正",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "（二）部分公开",
        "3.危及“三安全一稳定”": "危及三安全一稳定",
    }
    same(record, imported(published.page(drawn(record), 2021, change=lambda text: short.get(text, text))))


@pytest.mark.parametrize("header", [0, 3])
def test_a_table_cut_in_two_goes_on(record: Record, header: int) -> None:
    """The rest on the next page is read with or without a repeated header."""
    tables = drawn(record)
    for at in (8, 13, 20):
        first, second = published.cut(tables[4][1], at, header=header)
        same(record, imported(published.page([*tables[:4], ("", first), ("", second), *tables[5:]], 2021)))


def test_a_table_within_a_figure_is_refused_by_name(record: Record) -> None:
    """A cell that holds a table has no figure of its own; its row is not read."""
    page = published.page(drawn(record), 2021)
    start = page.index("<td>", page.index("行政许可</td>"))
    nested = page[:start] + "<td><table><tr><td>3</td></tr></table></td>" + page[page.index("</td>", start) + 5 :]
    got = imported(nested)
    assert got.record is not None and got.record.values["disclosure.licensing.decisions"] is None
    assert "IMPORT-NESTED" in {finding.code for finding in got.findings}


def test_the_same_table_twice_with_other_figures_is_believed_neither_time(record: Record) -> None:
    """This year's and last year's table on one page: where they differ, no figure is taken."""
    last = published.replace(
        record, values={path: value if value is None else value + 1 for path, value in record.values.items()}
    )  # type: ignore[operator]
    got = imported(published.page([*drawn(record), *drawn(last)], 2021))
    assert got.record is not None
    assert all(got.record.values[path] is None for path, value in record.values.items() if value is not None)
    assert "IMPORT-TWICE" in {finding.code for finding in got.findings}


def test_what_contradicts_the_request_is_said(record: Record) -> None:
    """--era and --year are followed, and that the report says otherwise is an error."""
    page = published.page(drawn(record), 2021)
    codes = {finding.code for finding in imported(page, "national-2019", 2020).findings}
    assert {"IMPORT-ERA", "IMPORT-YEAR"} <= codes


def test_an_unknown_row_with_figures_is_left_over(record: Record) -> None:
    """Figures of a row the form does not have are shown, not dropped."""
    page = published.page(drawn(record), 2021).replace("行政许可</td>", "行政裁决</td>")
    got = imported(page)
    assert got.record is not None and got.record.values["disclosure.licensing.decisions"] is None
    assert "disclosure.licensing.decisions" in got.missing
    assert "IMPORT-LEFT-OVER" in {finding.code for finding in got.findings}


def test_our_own_workbook_without_its_names_is_read_by_its_labels(record: Record) -> None:
    """A form whose names are lost is a table like any other."""
    import openpyxl

    data, _ = fill_record(record, SHELF, "typed", "zh")
    book = openpyxl.load_workbook(io.BytesIO(data))
    for name in list(book.defined_names):
        del book.defined_names[name]
    stream = io.BytesIO()
    book.save(stream)
    got = imported(stream.getvalue())
    same(record, got)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FILE-EMPTY"),
        (b"%PDF-1.4 broken", "IMPORT-PDF-DAMAGED"),
        ("一段没有数字的话。", "IMPORT-NOTHING"),
        (b"PK\x03\x04", "FILE-ARCHIVE"),
        (b"\x89PNG\r\n\x1a\n1", "FILE-IMAGE"),
    ],
)
def test_what_is_no_report_is_refused_by_name(data: bytes | str, code: str) -> None:
    """Each with a code that says what to do."""
    got = imported(data)
    assert got.record is None
    assert [finding.code for finding in got.findings] == [code]


# --- the real shapes ---------------------------------------------------------------------------------------------


def round_trip(got: Imported) -> tuple[Record, list[tuple[str, str]]]:
    """Record → workbook → validate: the record again, and what the checks say."""
    assert got.record is not None
    data, _ = fill_record(got.record, SHELF, "typed", "zh")
    again = read_file(Source("return.xlsx", lambda: data), SHELF).record
    assert again is not None
    assert published.replace(again, source=None) == published.replace(got.record, source=None)
    raw = dump_record(got.record)
    judged = validate_file(Source("record.json", lambda: raw), SHELF, Expected())
    return again, [(finding.code, finding.severity) for finding in judged.findings]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the real reports are not here")
def test_the_real_report_of_2013() -> None:
    """Exactly the findings a careful reader makes; every printed number, none invented."""
    text = next(SEEDS.glob("000_*.txt")).read_text(encoding="utf-8")
    got = imported(text)
    again, findings = round_trip(got)
    assert (again.era, again.year, again.agency.name) == ("jilin-2013", 2013, "公主岭市司法局")
    assert sorted(findings) == [
        ("J13-TIMELY-SUM", "error"),
        ("J13-TIMELY-WITHIN", "error"),
        ("J13-TRAINING-SAME", "notice"),
        ("J13-TRAINING-SAME", "notice"),
    ]
    numbers = sorted(int(line.split("|")[0]) for line in text.splitlines() if re.fullmatch(r"\d+ \|", line))
    assert sorted(value for value in again.values.values() if value is not None) == numbers
    assert not got.left and not got.missing and not got.refused


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the real reports are not here")
@pytest.mark.parametrize(("seed", "blank"), [("003", ["applications.natural_person.handled"]), ("004", [])])
def test_the_real_reports_of_2023(seed: str, blank: list[str]) -> None:
    """All zeros; the one blank cell is missing and stays so."""
    got = imported(next(SEEDS.glob(f"{seed}_*.txt")).read_text(encoding="utf-8"))
    again, findings = round_trip(got)
    assert (again.era, again.year) == ("national-2021", 2023)
    era = SHELF.era(again.era)
    assert [
        path for path, value in again.values.items() if value is None and not era.indicators[path].optional
    ] == blank
    assert {value for value in again.values.values() if value is not None} == {0}
    assert [code for code, _ in findings] == ["VALUE-MISSING" for _ in blank] or len(findings) == len(blank)
    assert all(again.text.values())
    assert not got.left and not got.missing and not got.refused


def test_the_mapping_tells_cell_and_value(record: Record, tmp_path: Path) -> None:
    """Every figure of the record has its cell in the mapping report."""
    from xltool.report.mapping import mapping_json

    got = imported(published.page(drawn(record), 2021))
    mapping = json.loads(mapping_json(got))
    cells = {each["path"]: each for each in mapping["cells"]}
    assert cells["disclosure.rules.issued"]["sheet"] == "表格1"
    assert cells["disclosure.rules.issued"]["cell"] == "B3"
    assert not mapping["missing"] and not mapping["left_over"]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the real reports are not here")
@pytest.mark.parametrize(("seed", "era"), [("001", "selfcheck-2016"), ("002", "jilin-2016")])
def test_the_real_reports_in_sentences(seed: str, era: str) -> None:
    """Without a table the sentences are the source: each figure has its sentence as place, and goes round."""
    got = imported(next(SEEDS.glob(f"{seed}_*.txt")).read_text(encoding="utf-8"))
    again, _ = round_trip(got)
    assert (again.era, again.year) == (era, 2016)
    assert all(each.raw in each.place.ref or each.place.ref.endswith("…") for each in got.mapped)
    assert {each.path for each in got.mapped} == {path for path, value in again.values.items() if value is not None}
