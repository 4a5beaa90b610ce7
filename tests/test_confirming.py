"""A report sent as a document is never added up: it comes back as a workbook to confirm."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import docx
from campaigns import SHELF

from xltool.app.campaigns.packing import Letter, Pack, pack_files
from xltool.app.returns.validating import validate_file
from xltool.io.inputs import Source
from xltool.io.published.document import read_document
from xltool.io.roster_file import read_roster
from xltool.model.book import Book, Cell, Sheet
from xltool.passes.identify import Expected

ROOT = Path(__file__).resolve().parents[1]
LETTER = Letter("示例市政务公开办公室", "2024-01-20", "1月25日17:00")
TABLE = (
    ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
    ("规章", "0", "0", "0"),
    ("行政规范性文件", "2", "1", "9"),
)


def document(paragraphs: Sequence[str], table: Sequence[Sequence[str]] = ()) -> Source:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if table:
        cells = made.add_table(rows=len(table), cols=len(table[0]))
        for row, line in enumerate(table):
            for col, text in enumerate(line):
                cells.cell(row, col).text = text
    stream = io.BytesIO()
    made.save(stream)
    return Source("年报.docx", stream.getvalue)


def packs(source: Source) -> list[Pack]:
    roster, _ = read_roster(ROOT / "examples" / "roster-2023.csv")
    return list(pack_files([source], SHELF, LETTER, roster=roster, expected=Expected("national-2021", 2023)))


REPORT = document(["示例市司法局2023年政府信息公开工作年度报告", "二、主动公开政府信息情况"], TABLE)


def test_a_document_is_not_read_as_a_return() -> None:
    """It gives no record, so that nothing of it can be added up."""
    assert validate_file(REPORT, SHELF, Expected()).record is None


def test_what_can_be_read_is_filled_in_and_the_rest_stays_blank() -> None:
    """The agency is known by its very name on the roster; a figure the document lacks is blank, not 0."""
    (pack,) = packs(REPORT)
    workbook, letter = pack.outputs
    assert (pack.agency.code, workbook.name[:4], letter.name[-5:]) == ("900001-SFJ", "待确认_", ".docx")
    record = validate_file(Source(workbook.name, lambda: workbook.data), SHELF, Expected()).record
    assert record is not None
    filled = {path: value for path, value in record.values.items() if value is not None}
    assert filled == {
        f"disclosure.{kind}.{what}": number
        for kind, numbers in (("rules", (0, 0, 0)), ("normative_documents", (2, 1, 9)))
        for what, number in zip(("issued", "repealed", "in_force"), numbers, strict=True)
    }
    said = "".join(paragraph.text for paragraph in docx.Document(io.BytesIO(letter.data)).paragraphs)
    assert "示例市司法局：" in said
    assert "1月25日17:00前逐项核对" in said


def test_a_document_without_figures_gives_nothing_to_confirm() -> None:
    """There is no pack where nothing could be read."""
    assert packs(document(["会议通知", "请各单位准时参加。"])) == []


def test_a_foreign_workbook_is_opened_by_the_reader_it_is_given() -> None:
    """So that `import`, like every other command, parses workbooks apart from itself."""
    opened: list[bytes] = []

    def opener(data: bytes) -> Book:
        opened.append(data)
        return Book("xlsx", (Sheet("表", {(0, 0): Cell("总计")}),))

    workbook = packs(REPORT)[0].outputs[0].data
    grids = read_document(workbook, opener).grids
    assert opened == [workbook]
    assert [cell.text for grid in grids for cell in grid.cells] == ["总计"]
