"""Labels are the same label however they are printed, and different labels stay different."""

from __future__ import annotations

import pytest

from tests import strategies
from xltool.io.published.html_grid import read_html
from xltool.io.published.simplify import simplifier
from xltool.io.published.text_grid import read_text
from xltool.model.grid import Grid
from xltool.passes.recognise.labels import Key, Labels, parse_vocabulary
from xltool.passes.recognise.rows import Rows
from xltool.passes.recognise.shape import shape_of

LIBRARY = strategies.SHELF.library
LABELS = Labels(parse_vocabulary(LIBRARY.json(LIBRARY.root / "schemas" / "aliases.json")), simplifier())


@pytest.mark.parametrize(
    "text",
    [
        "1.属于国家秘密",
        "1、属于国家秘密",
        "①属于国家秘密",
        "（一）属于国家秘密",
        "(1) 属于\n国家 秘密",
        "其中：1.属于国家秘密",
        "1．屬於國家秘密",
        "１．属于国家秘密|",
        "Ⅰ属于国家秘密",
        "1.属于国(guó)家秘密",
    ],
)
def test_a_label_is_the_same_however_it_is_printed(text: str) -> None:
    """Numbering, width, script, spaces, sounds and bars aside."""
    assert LABELS.key(text) == Key(1, "属于国家秘密", "属于国家秘密")


def test_quotes_do_not_matter_and_years_do_not() -> None:
    """三安全一稳定 with any quotes; a column of 2013 is the column of the year."""
    assert (
        len(
            {LABELS.key(f"3.危及{a}三安全一稳定{b}") for a, b in ("“”", '""', "「」", "‘’")}
            | {LABELS.key("3、危及三安全一稳定")}
        )
        == 1
    )
    assert LABELS.key("2013年发生数").words == LABELS.key("2022年发生数").words


def test_counts_at_the_beginning_are_no_numbering() -> None:
    """不超过20个工作日 keeps its 20, 三公经费 its 三."""
    assert LABELS.key("超过20个工作日的数量").words == "超过20个工作日的数量"
    assert LABELS.key("三公经费").words == "三公经费"


@pytest.mark.parametrize("era", strategies.ERAS)
def test_every_label_of_a_form_finds_its_row(era: str) -> None:
    """Read from top to bottom, each label names its own row: none is ambiguous."""
    form = shape_of(strategies.SHELF.era(era), LIBRARY.layout(era), LABELS)
    rows = Rows(form)
    for row in form.rows:
        if not row.names or row.optional:
            continue
        assert rows.find(row.names[0]) == row, row.label
        rows.meet(row)


@pytest.mark.parametrize("era", [era for era in strategies.ERAS if era.startswith("national")])
def test_a_label_that_columns_have_too_is_a_row_only_in_its_place(era: str) -> None:
    """“总计” over a column is not the row (七)总计."""
    form = shape_of(strategies.SHELF.era(era), LIBRARY.layout(era), LABELS)
    assert Rows(form).find(LABELS.key("总计")) is None


def test_aliases_are_of_labels_some_form_has() -> None:
    """An alias of a label that no form prints would never be found out."""
    known: set[str] = set()
    for era in strategies.ERAS:
        form = shape_of(strategies.SHELF.era(era), LIBRARY.layout(era), LABELS)
        names = [name for row in form.rows for each in (row.names, *row.above) for name in each]
        names += [name for block in form.blocks for level in block.levels for name in level]
        known |= {name.words for name in names}
    for label in LABELS.vocabulary.aliases:
        assert LABELS.key(label).words in known, label


def test_spans_of_a_page_are_resolved() -> None:
    """Row and column spans, missing end tags, a table within a table."""
    document = read_html(
        "<p>前<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<table><tr><td>x</table></table>后"
    )
    outer, inner = document.grids
    assert [[cell.text for cell in outer.row(row)] for row in range(2)] == [["a", "b"], ["a", "c", "d"]]
    assert [cell.nested for cell in outer.cells] == [False, False, False, True]
    assert [cell.text for cell in inner.cells] == ["x"]
    assert document.paragraphs[0].text == "前"


def test_a_flattened_table_ends_at_prose_and_headings() -> None:
    """Bars end cells, bare bars are blanks, a heading between bars begins another table."""
    document = read_text("正文。\n指标 |\n数 |\n依申请\n公开 |\n||\n二、标题\n甲 |\n1 |")
    first, second = (item for item in document.items if isinstance(item, Grid))
    assert [cell.text for cell in first.cells] == ["指标", "数", "依申请 公开", "", ""]
    assert [cell.text for cell in second.cells] == ["甲", "1"]
    assert [paragraph.text for paragraph in document.paragraphs] == ["正文。", "二、标题"]
