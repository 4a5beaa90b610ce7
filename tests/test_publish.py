"""The annual report written from figures says exactly these figures: read back, it is the record it was made from."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from docx import Document as WordDocument
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests import campaigns, strategies
from xltool.app.forms import fill_record
from xltool.app.published.importing import Asked as ImportAsked
from xltool.app.published.importing import import_file
from xltool.app.published.publishing import Asked, Format, Press, Published, publish_campaign, render
from xltool.app.published.reconciling import reconcile_files
from xltool.cli.main import main
from xltool.io.books.containers import open_book
from xltool.io.inputs import Source
from xltool.io.published.document import read_prose
from xltool.io.records import dump_record, parse_json
from xltool.lang import Text
from xltool.model.book import Cell
from xltool.model.grid import Document, Paragraph
from xltool.model.imported import Imported
from xltool.model.paper import Paper, PaperCell, PaperTable
from xltool.model.record import Agency, Record
from xltool.model.report_form import ReportForm, ReportPart
from xltool.passes.lint.reports import report_findings
from xltool.passes.report_texts import sorted_texts
from xltool.passes.summary_book_reading import read_summary
from xltool.passes.values import read_value
from xltool.plan.paper_fit import LANDSCAPE, PORTRAIT, fit

SHELF = strategies.SHELF
ERAS = [era for era in strategies.ERAS if SHELF.library.report_form(era)]
FORMS: tuple[Format, ...] = ("docx", "html")
DRAFTS = Press(SHELF, Asked(include_invalid=True))
# A record has hundreds of figures: shrinking one takes minutes and says no more than its seed.
UNSHRUNK = (Phase.explicit, Phase.generate)


def source(record: Record, name: str = "a.json") -> Source:
    return Source(name, lambda: dump_record(record))


def paper_of(found: Published) -> Paper:
    assert found.paper is not None, found.findings
    return found.paper


def read_back(record: Record, form: Format, press: Press = DRAFTS) -> Imported:
    data = render(paper_of(press.file(source(record))), form)
    return import_file(Source(f"report.{form}", lambda: data), SHELF, ImportAsked())


def squeezed(text: object) -> list[str]:
    """Lines without outer spaces and blank lines, inner white space as single spaces: what a page keeps of a text."""
    return [" ".join(line.split()) for line in str(text or "").split("\n") if line.strip()]


# --- identity ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("era", ERAS)
@settings(max_examples=10, phases=UNSHRUNK, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_what_is_published_is_imported_again(era: str, form: Format, seed: int) -> None:
    """Era, year, every value and mark, and the text parts: the same, without being told anything.

    Declared zeros are printed as 0; texts are compared up to white space; only what never was a number may be read as
    one, and then with a finding.
    """
    made = strategies.published_record(Random(seed), era)
    got = read_back(made, form)
    assert got.record is not None, got.findings
    assert (got.record.era, got.record.year) == (made.era, made.year)
    assert not got.left and not got.refused
    about = {path for finding in got.findings for path in finding.paths}
    for path, value in made.values.items():
        mark, found, again = made.marks.get(path), got.record.values[path], got.record.marks.get(path)
        if mark is not None and mark.kind == "unreadable":
            own = read_value(Cell(mark.raw), SHELF.era(era).indicators[path]).value
            assert (found is None and again is not None) or path in about or found == own, (path, mark, found)
        elif mark is not None and mark.kind == "not_applicable":
            assert again == mark and found is None, path
        elif isinstance(value, str):
            assert squeezed(found) == squeezed(value), path
        else:
            assert found == value and again is None, (path, value, found, again)
    assert {part: squeezed(text) for part, text in got.record.text.items()} == {
        part: squeezed(text) for part, text in made.text.items()
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("era", ERAS)
def test_workbook_and_report_agree(era: str, form: Format, tmp_path: Path) -> None:
    """A returned workbook, the report made of it, and nothing for reconcile to find; its agency is named in the title."""
    record = strategies.sound_record(Random(7), era)
    workbook, _ = fill_record(record, SHELF, "auto", "zh")
    press = Press(SHELF)
    found = press.file(Source("return.xlsx", lambda: workbook))
    assert not [finding for finding in found.findings if finding.severity == "error"]
    data = render(paper_of(found), form)
    sides = [Source("return.xlsx", lambda: workbook), Source(f"report.{form}", lambda: data)]
    compared, unread = reconcile_files(sides, SHELF, ImportAsked(), one_agency=True)
    assert not unread and [each.findings for each in compared] == [()]
    assert len(compared[0].lines) > 5
    got = import_file(sides[1], SHELF, ImportAsked())
    assert got.record is not None and got.record.agency.name == record.agency.name


# --- files -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain() -> Record:
    return strategies.sound_record(Random(3), "national-2021")


@pytest.mark.parametrize("form", FORMS)
def test_the_same_figures_give_the_same_bytes(plain: Record, form: Format) -> None:
    """No clock, no chance: neither in the document nor in its properties."""
    first, second = (render(paper_of(Press(SHELF).file(source(plain))), form) for _ in range(2))
    assert first == second
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(first)) as package:
            assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert b"2000-01-01" in package.read("docProps/core.xml")


def test_the_page_is_kept_by_content_systems(plain: Record) -> None:
    """Real tables with scopes, styles inline; no script, no class, no id, no address; everything escaped."""
    agency = Agency("1", '<script>alert("x")</script>&局')
    page = render(paper_of(DRAFTS.file(source(strategies.replace(plain, agency=agency)))), "html").decode("utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page and "&amp;局" in page
    assert not re.search(r"""\s(?:class|id|src|href|on\w+)=""", page)
    assert page.count("<table") == page.count("</table>") == 3
    assert {"col", "colgroup", "row", "rowgroup"} <= set(re.findall('scope="([a-z]+)"', page))
    for tag in re.findall("<(?:table|td|th|p|h1|h2)[ >][^>]*", page):
        assert 'style="' in tag, tag


def test_the_word_document_is_one(plain: Record) -> None:
    """python-docx reads it: title first and centred, headings of the form in order, tables inside the page."""
    document = WordDocument(io.BytesIO(render(paper_of(Press(SHELF).file(source(plain))), "docx")))
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert texts[0] == f"{plain.agency.name}{plain.year}年政府信息公开工作年度报告"
    form = SHELF.library.report_form("national-2021")
    assert form is not None
    headings = [part.heading.zh for part in form.parts]
    assert [text for text in texts if text in headings] == headings
    assert [len(table.columns) for table in document.tables] == [4, 10, 15]
    assert document.tables[1].cell(0, 3).text == "申请人情况" == document.tables[1].cell(0, 9).text


@settings(max_examples=100)
@given(
    st.lists(st.floats(2.0, 60.0), min_size=1, max_size=18),
    st.lists(st.integers(0, 10**13), min_size=1, max_size=18),
    st.sampled_from(["figure", "head", "label"]),
)
def test_tables_fit_the_page(widths: list[float], numbers: list[int], kind: str) -> None:
    """Columns fill the page and no more; no number is broken unless no page is wide enough; upright where it can be."""
    cells = tuple(
        PaperCell(0, col, 1, 1, str(numbers[col % len(numbers)]), "figure" if kind == "figure" else kind)  # type: ignore[arg-type]
        for col in range(len(widths))
    )
    how = fit(PaperTable("", tuple(widths), cells))
    room = LANDSCAPE if how.landscape else PORTRAIT
    assert sum(how.widths) == pytest.approx(room)
    assert min(how.widths) > 0
    if how.points > 7.5:
        for cell, width in zip(cells, how.widths, strict=True):
            assert kind != "figure" or width >= len(cell.text) * 0.6 * how.points * 2.54 / 72


def test_a_table_too_wide_for_an_upright_page_turns_it(plain: Record) -> None:
    """Fifteen columns of ten digits: its section is landscape, and the text after it upright again."""
    values = {path: 10**9 if path.startswith("review") else value for path, value in plain.values.items()}
    data = render(paper_of(DRAFTS.file(source(strategies.replace(plain, values=values)))), "docx")
    sections = WordDocument(io.BytesIO(data)).sections
    assert [section.page_width > section.page_height for section in sections] == [False, True, False]


# --- text --------------------------------------------------------------------------------------------------------

HEADINGS = {"总体情况": 0, "主动公开": 1, "问题": 4}
LINES = st.sampled_from(
    [
        "一、总体情况",
        "总体情况",
        "二、主动公开",
        "五、问题",
        "七、附件",
        "（一）小标题",
        "甲。",
        "乙",
        "甲局2023年度报告",
        "1.1",
    ]
)


def words(text: str) -> str:
    return re.sub(r"^[一二三四五六七八九十]+、", "", text.strip())


@given(st.lists(st.tuples(LINES, st.integers(0, 3)), max_size=12))
def test_no_line_of_a_text_is_lost(lines: list[tuple[str, int]]) -> None:
    """Each line is a heading of the form, in a part, before the first part, or the title; in that order."""
    document = Document(tuple(Paragraph(line, level=level) for line, level in lines))
    found = sorted_texts(document, "text.md", HEADINGS, "甲局2023年度报告", words)
    kept = [*found.lead, *(line for part in found.parts.values() for line in part)]
    texts = [line for line, _ in lines]
    headings = [line for line in texts if words(line) in HEADINGS]
    gone = Counter(texts) - Counter(headings) - Counter(kept)
    assert Counter(kept) + Counter(headings) + gone == Counter(texts)
    assert gone in (Counter(), Counter(["甲局2023年度报告"]))
    said = {finding.args["heading"] for finding in found.findings if finding.code == "PUBLISH-TEXT-HEADING"}
    assert ("七、附件" in texts) == ("七、附件" in said)


MARKDOWN = """# 示例市司法局2023年政府信息公开工作年度报告

引言。

## 一、总体情况

（一）主动公开。**全年**36条。
1. 第一项
2. 第二项

| 表 | 数 |
|---|---|
| 甲 | 1 |

## 五、存在主要问题及改进情况

问题。

## 附件

名单。
"""


def word_text() -> bytes:
    document = WordDocument()
    for line in ("五、存在主要问题及改进情况", "问题。"):
        document.add_paragraph(line)
    document.add_heading("附件", 1)
    document.add_paragraph("名单。")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_text_from_markdown_goes_under_its_headings(plain: Record) -> None:
    """Numbers of lines stay, emphasis goes; other wordings of a heading are known; what is left over is said."""
    asked = Asked(read_prose(MARKDOWN.encode("utf-8")), "text.md")
    found = Press(SHELF, asked).file(source(plain))
    paper = paper_of(found)
    assert paper.lead == ("引言。",)
    assert paper.parts[0].paragraphs == ("（一）主动公开。全年36条。", "1. 第一项", "2. 第二项")
    assert paper.parts[4].paragraphs == ("问题。", "附件", "名单。")
    codes = {finding.code: finding for finding in found.findings}
    assert {"PUBLISH-TEXT-TITLE", "PUBLISH-TEXT-TABLES", "PUBLISH-TEXT-HEADING", "PUBLISH-PART-EMPTY"} == set(codes)
    assert codes["PUBLISH-TEXT-HEADING"].args["heading"] == "附件"
    assert codes["PUBLISH-PART-EMPTY"].args["parts"] == "六、其他需要报告的事项"


def test_text_from_word_goes_under_its_headings(plain: Record) -> None:
    """The same with a Word document, whose styles mark headings; the file's text stands in for the record's own."""
    own = strategies.replace(plain, text={**plain.text, "problems": "数据里的文字", "overview": "概况"})
    found = Press(SHELF, Asked(read_prose(word_text()), "text.docx")).file(source(own))
    paper = paper_of(found)
    assert paper.parts[0].paragraphs == ("概况",)
    assert paper.parts[4].paragraphs == ("问题。", "附件", "名单。")
    assert {"PUBLISH-TEXT-BOTH", "PUBLISH-TEXT-HEADING"} <= {finding.code for finding in found.findings}


def test_lines_that_read_like_headings_are_said(plain: Record) -> None:
    """A text that contains a heading would come back in two parts; so does a heading that comes twice."""
    own = strategies.replace(plain, text={**plain.text, "overview": "概况\n六、其他需要报告的事项\n无"})
    found = Press(SHELF).file(source(own))
    assert "PUBLISH-TEXT-INSIDE" in {finding.code for finding in found.findings}
    twice = Asked(read_prose("一、总体情况\n甲\n一、总体情况\n乙".encode()), "text.md")
    found = Press(SHELF, twice).file(source(plain))
    assert "PUBLISH-TEXT-TWICE" in {finding.code for finding in found.findings}
    assert paper_of(found).parts[0].paragraphs == ("甲", "乙")


def test_what_the_text_says_is_held_against_the_tables(plain: Record) -> None:
    """A contradiction is said, with the sentence; the report is made all the same."""
    wrong = Asked(read_prose("一、总体情况\n全年新收政府信息公开申请987件。".encode()), "text.md")
    found = Press(SHELF, wrong).file(source(plain))
    (said,) = [finding for finding in found.findings if finding.code == "TEXT-VS-TABLE"]
    assert said.paths == ("applications.total.new",) and said.places[0].file == "text.md"
    assert found.paper is not None


# --- what is refused ---------------------------------------------------------------------------------------------


def test_figures_with_errors_are_a_draft_or_nothing(plain: Record) -> None:
    """Refused with all that is wrong; asked for, the report says 草稿 and how many checks failed."""
    path = "applications.total.new"
    wrong = strategies.replace(plain, values={**plain.values, path: 9999})
    refused = Press(SHELF).file(source(wrong))
    assert refused.paper is None
    assert refused.findings[-1].code == "PUBLISH-ERRORS" and len(refused.findings) > 1
    errors = refused.findings[-1].args["count"]
    draft = DRAFTS.file(source(wrong))
    assert paper_of(draft).notes == (f"（草稿：强制性审核{errors}项未通过，不得公布）",)
    assert read_back(wrong, "html").record.values[path] == 9999  # type: ignore[union-attr]


@pytest.mark.parametrize("era", [era for era in strategies.ERAS if era not in ERAS])
def test_eras_without_tables_are_refused_by_name(era: str) -> None:
    found = Press(SHELF, Asked(include_invalid=True)).file(source(strategies.sound_record(Random(1), era)))
    assert found.paper is None and [finding.code for finding in found.findings] == ["PUBLISH-ERA"]


def test_forms_of_reports_are_linted() -> None:
    """Tables and texts each in exactly one part, all of them those of the era."""
    part = lambda text="", *tables: ReportPart(Text("一、甲", "I"), text, tables)  # noqa: E731
    form = ReportForm("other", Text("{year}", "{year}"), (part("overview", "T2", "T9"), part("overview", "T2")))
    era, layout = SHELF.era("national-2021"), SHELF.library.layout("national-2021")
    found = list(report_findings(era, layout, form))
    assert {finding.code for finding in found} == {"LINT-OTHER-ERA", "LINT-REPORT-PLACE", "LINT-REPORT-TABLE"}
    counts = {finding.args["thing"]: finding.args["count"] for finding in found if "count" in finding.args}
    assert counts == {"T2": 2, "T3": 0, "T4": 0, "overview": 2, "problems": 0, "other": 0}
    for each in ERAS:
        own = SHELF.library.report_form(each)
        assert own is not None and list(report_findings(SHELF.era(each), SHELF.library.layout(each), own)) == []


# --- summaries ---------------------------------------------------------------------------------------------------


def summary_of(folder: Path, *records: Record, lang: str = "zh") -> bytes:
    """The summary of the records as `merge` makes it."""
    for number, each in enumerate(records):
        (folder / f"{number}.json").write_bytes(dump_record(each))
    files = [folder / f"{number}.json" for number in range(len(records))]
    summary = folder / f"{lang}.xlsx"
    run("merge", *files, "-o", summary, "--include-invalid", "--file-lang", lang, "--fail-on", "never")
    return summary.read_bytes()


def several(count: int) -> list[Record]:
    made = [strategies.sound_record(Random(seed), "national-2021") for seed in range(count)]
    return [
        strategies.replace(each, year=2023, scope="own", agency=Agency(str(n), f"{n}局")) for n, each in enumerate(made)
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_summary_is_read_back(lang: str, tmp_path: Path) -> None:
    """Each total with its place and its agencies, each agency with file and figures, whatever the language."""
    records = several(3)
    book = open_book(summary_of(tmp_path, *records, lang=lang))
    era = SHELF.era("national-2021")
    got, findings = read_summary(book, "汇总.xlsx", era, SHELF.library.summary_words)
    assert findings == () and (got.era, got.year, got.scope) == ("national-2021", 2023, "own")
    lines = [path for path, indicator in era.indicators.items() if not indicator.optional]
    assert {path: (total.value, total.counted, total.of) for path, total in got.totals.items()} == {
        path: (sum(each.values[path] for each in records), 3, 3)  # type: ignore[misc]
        for path in lines
    }
    assert len({total.place for total in got.totals.values()}) == len(lines)
    assert [(row.code, row.name, row.file) for row in got.rows] == [(f"{n}", f"{n}局", f"{n}.json") for n in range(3)]
    for row, record in zip(got.rows, records, strict=True):
        assert dict(row.values) == {path: record.values[path] for path in lines}


@pytest.mark.parametrize("form", FORMS)
def test_a_summary_is_published_with_its_totals(form: Format, tmp_path: Path) -> None:
    """Totals read back are the sums; those that lack agencies say so in the cell and below the title."""
    records = several(3)
    gone = "applications.natural_person.granted"
    records[2] = strategies.replace(records[2], values={**records[2].values, gone: None})
    workbook = summary_of(tmp_path, *records)
    found = Press(SHELF, Asked(agency="示例县")).file(Source("汇总.xlsx", lambda: workbook))
    paper = paper_of(found)
    assert paper.title == "示例县2023年政府信息公开工作年度报告"
    assert paper.notes == ("（部分汇总：1项合计不含全部单位，数后注明“几家之中几家”）",)
    assert found.findings[0].code == "PUBLISH-PARTIAL"
    total = sum(record.values[gone] or 0 for record in records)  # type: ignore[misc]
    figures = {cell.path: cell.text for part in paper.parts for table in part.tables for cell in table.cells}
    assert figures[gone] == f"{total}（3家中2家）"
    data = render(paper, form)
    got = import_file(Source("r", lambda: data), SHELF, ImportAsked()).record
    assert got is not None
    for path, value in got.values.items():
        given_values = [record.values[path] for record in records if record.values[path] is not None]
        assert value == (sum(given_values) if given_values else None), path  # type: ignore[arg-type]


def edited(workbook: bytes, change: re.Pattern[str], to: str) -> bytes:
    """A workbook with the first hit in any of its parts replaced."""
    out = io.BytesIO()
    done = False
    with zipfile.ZipFile(io.BytesIO(workbook)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in package.namelist():
            text = package.read(name)
            if not done and name.endswith(".xml") and change.search(text.decode("utf-8")):
                text, done = change.sub(to, text.decode("utf-8"), count=1).encode("utf-8"), True
            copy.writestr(name, text)
    assert done
    return out.getvalue()


def test_a_summary_that_was_written_over_is_refused(tmp_path: Path) -> None:
    """A total that its details do not add up to; properties that are gone."""
    workbook = summary_of(tmp_path, *several(2))
    # The cached result of the first total in the first official table.
    wrong = edited(workbook, re.compile(r"(<f>IF\(COUNT[^<]*</f><v>)[0-9.]+"), r"\g<1>987654")
    found = Press(SHELF).file(Source("汇总.xlsx", lambda: wrong))
    assert found.paper is None and {finding.code for finding in found.findings} == {"SUMMARY-TOTAL"}
    assert found.findings[0].args["shown"] == "987654"
    lost = edited(workbook, re.compile('name="xltool_year"'), 'name="other"')
    found = Press(SHELF).file(Source("汇总.xlsx", lambda: lost))
    assert [finding.code for finding in found.findings] == ["SUMMARY-DAMAGED"]


# --- the command -------------------------------------------------------------------------------------------------


def run(*args: object, code: int = 0) -> str:
    """What the command says, in Chinese; its exit code is `code`."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), pytest.raises(SystemExit) as ended:
        main(["--lang", "zh", *map(str, args)])
    assert ended.value.code == code, said.getvalue()
    return said.getvalue()


def remedy(code: str) -> str:
    return SHELF.library.catalogue[code].remedy.zh


def test_the_command_writes_what_the_name_says(plain: Record, tmp_path: Path) -> None:
    """docx or html by the ending; nothing is overwritten; one file, one report."""
    file = tmp_path / "a.json"
    file.write_bytes(dump_record(plain))
    for name, start in (("r.docx", b"PK"), ("r.html", b"<!DOCTYPE html>"), ("r.htm", b"<!DOCTYPE html>")):
        run("publish", file, "-o", tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    run("publish", file, "-o", tmp_path / "r.docx", code=2)
    assert "将生成" in run("publish", file, "-o", tmp_path / "new.docx", "--dry-run")
    assert not (tmp_path / "new.docx").exists()
    assert remedy("PUBLISH-ENDING") in run("publish", file, "-o", tmp_path / "r.pdf", code=2)
    assert remedy("PUBLISH-SEVERAL") in run("publish", file, file, "-o", tmp_path / "s.docx", code=2)
    wrong = strategies.replace(plain, values={**plain.values, "applications.total.new": 9999})
    file.write_bytes(dump_record(wrong))
    assert remedy("PUBLISH-ERRORS") in run("publish", file, "-o", tmp_path / "w.html", code=2)
    run("publish", file, "-o", tmp_path / "w.html", "--include-invalid", code=1)
    assert "草稿" in (tmp_path / "w.html").read_text("utf-8")


def test_every_file_gets_a_report(plain: Record, tmp_path: Path) -> None:
    """With --each one a file, under names that differ; a faulty one costs only itself."""
    wrong = strategies.replace(plain, values={**plain.values, "applications.total.new": 9999})
    for name, record in (("a", plain), ("b", plain), ("c", wrong)):
        (tmp_path / f"{name}.json").write_bytes(dump_record(record))
    out = tmp_path / "out"
    run("publish", tmp_path / "a.json", tmp_path / "b.json", tmp_path / "c.json", "--each", "-o", out, code=1)
    names = sorted(file.name for file in out.iterdir())
    assert len(names) == 2 and all(name.endswith(".docx") for name in names) and plain.agency.name in names[0]


def test_every_accepted_agency_gets_its_report(tmp_path: Path) -> None:
    """In a campaign: the accepted returns in the order of the roster, and no other."""
    campaign = campaigns.make_campaign(tmp_path / "c")
    entries = campaign.roster.entries
    good = campaigns.record(entries[0].code)
    bad = campaigns.record(entries[1].code, changes=campaigns.WRONG)
    campaigns.take(campaign, {"good.json": good, "bad.json": bad})
    found = list(publish_campaign(campaign, Press(SHELF)))
    assert [each.record.agency.code for each in found if each.record] == [entries[0].code]
    out = tmp_path / "reports"
    run("publish", "--campaign", campaign.folder, "--each", "--format", "html", "-o", out)
    (file,) = out.iterdir()
    data = file.read_bytes()
    got = import_file(Source(file.name, lambda: data), SHELF, ImportAsked())
    assert got.record is not None and got.record.values == strategies.parsed(parse_json(good), "national-2021").values
    assert got.record.agency.name == entries[0].name
