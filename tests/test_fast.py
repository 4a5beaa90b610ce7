"""The fast paths have no behaviour of their own: whatever they are given, they tell what the careful ones tell."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from both_ways import BARE, comparable, read_twice
from conftest import Office
from hostile.parts import honest, honest_record
from hypothesis import given
from hypothesis import strategies as st
from strategies import SHELF, record
from test_fuzz import PARTS, content_of, damaged, unpacked, with_part
from test_hostile import CASES
from test_rules import EVERYTHING, REFS, WHOLE, X, Y

from xltool.app.forms import fill_record
from xltool.app.returns import PARSER, opening
from xltool.app.returns.reading import _form_out, in_process, read_data
from xltool.app.returns.remote import returns_reader
from xltool.app.returns.told import message
from xltool.app.returns.validating import validate_file, validate_files
from xltool.app.shelf import Shelf
from xltool.io.books import launching, xlsx_sheet
from xltool.io.books.return_wire import dump_return
from xltool.io.inputs import Source
from xltool.model.expected import Expected
from xltool.model.finding import Refused
from xltool.model.place import OwnPaths, Place, Places
from xltool.model.record import Agency
from xltool.numbers import Number, exact
from xltool.passes.check import failing, judgements
from xltool.rules.compiled import compile_rules, compile_totals
from xltool.rules.evaluate import evaluate, judge
from xltool.rules.nodes import Compare, Ref, Word

ERAS = sorted(SHELF.library.era_folders)
VALUES = st.one_of(
    st.none(), st.integers(-(10**13), 10**13), st.decimals(-(10**6), 10**6, places=2).map(exact), st.just("文字")
)
COMPARISONS = st.sampled_from(["==", "!=", "<=", ">=", "<", ">"])


# --- rules -------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.builds(Compare, COMPARISONS, EVERYTHING, EVERYTHING), st.integers(-1, 4)), max_size=4),
    st.fixed_dictionaries({ref.path: VALUES for ref in [*REFS, WHOLE, X, Y]}),
)
def test_compiled_rules_give_the_verdicts_of_the_rules(
    rules: list[tuple[Compare, int]], values: Mapping[str, Number | str | None]
) -> None:
    expected = [judge(rule, lambda ref: values.get(ref.path), places).verdict for rule, places in rules]
    assert compile_rules(rules)(values, {}, {}) == expected


@pytest.mark.parametrize("fact", ["county", "", None, 1])
@pytest.mark.parametrize("comparison", ["==", "!="])
def test_compiled_facts_are_compared_as_they_are(fact: str | int | None, comparison: str) -> None:
    rule = Compare(comparison, Ref("level", "agency"), Word("county"))  # type: ignore[arg-type]
    expected = judge(rule, lambda ref: fact, 0).verdict
    assert compile_rules([(rule, 0)])({}, {}, {"level": fact}) == [expected]


@pytest.mark.parametrize("era_id", ERAS)
def test_the_checks_of_every_era_give_the_same_verdicts_compiled(era_id: str) -> None:
    """Of full records and sparse ones, with last year's figures and without, with the facts of the agency and without."""
    era, layout = SHELF.era(era_id), SHELF.library.layout(era_id)
    rnd = random.Random(era_id)
    for number in range(60):
        this, last = record(rnd, era, layout), record(rnd, era, layout) if number % 2 else None
        facts = Agency(level=rnd.choice([None, "", "county"]), rule_making=rnd.choice([None, True, False]))
        wanted = [each.name for each, found in judgements(this, era, facts, last) if found.verdict == "fail"]
        assert [each.name for each in failing(this, era, facts, last)] == wanted


@pytest.mark.parametrize("era_id", ERAS)
def test_the_totals_of_every_era_are_the_same_compiled(era_id: str) -> None:
    era, layout = SHELF.era(era_id), SHELF.library.layout(era_id)
    compute = compile_totals({path: total.formula for path, total in era.totals.items()})
    rnd = random.Random(era_id)
    for _ in range(60):
        values = record(rnd, era, layout).values

        def lookup(ref: Ref, values: Mapping[str, Number | str | None] = values) -> Number | str | None:
            total = era.totals.get(ref.path)
            return evaluate(total.formula, lookup) if total else values[ref.path]

        wanted = {path: evaluate(total.formula, lookup) for path, total in era.totals.items()}
        found = compute(values)
        assert found == wanted
        assert {path: type(each) for path, each in found.items()} == {path: type(each) for path, each in wanted.items()}


# --- workbooks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_hostile_files_are_told_the_same_both_ways(name: str) -> None:
    fast, careful = read_twice(CASES[name].make(), "甲" + CASES[name].ending)
    assert fast == careful


@pytest.mark.parametrize("part", PARTS)
def test_damaged_files_are_told_the_same_both_ways(part: str) -> None:
    parts = unpacked(honest())
    for made in damaged(content_of(parts, part), 100 + PARTS.index(part), 25):
        fast, careful = read_twice(with_part(parts, part, made))
        assert fast == careful


HIDING = (
    "{}",
    "<!--{}-->",
    "<![CDATA[{}]]>",
    "<?x {}?>",
    "<x>{}</x>",
    "<!--{}",
    "{}-->",
    "<![CDATA[{}",
    "{}]]>",
    "{}\0",
)
BLOCKS = {
    "xl/worksheets/sheet3.xml": ("<sheetData>", "</sheetData>", "<row ", "</row>", "<c ", "</c>", "<v>", "</v>"),
    "xl/sharedStrings.xml": ("<sst ", "</sst>", "<si>", "</si>", "<t>", "</t>"),
    "xl/workbook.xml": ("<definedNames>", "</definedNames>", "<definedName ", "</definedName>"),
}


@pytest.mark.parametrize("part", BLOCKS)
@pytest.mark.parametrize("hiding", HIDING)
def test_nothing_can_be_hidden_where_a_part_is_taken_apart(part: str, hiding: str) -> None:
    """Comments, sections and instructions around the tags at which parts are cut, in a form that is well known."""
    parts = unpacked(honest())
    read_twice(honest())
    content = content_of(parts, part)
    for tag in BLOCKS[part]:
        for at in (content.find(tag.encode()), content.rfind(tag.encode())):
            assert at >= 0
            for before, hidden, after in (
                (content[:at], tag, content[at + len(tag) :]),
                (content[:at], "", content[at:]),
                (content[: at + len(tag)], tag, content[at + len(tag) :]),
                (content[:at] + tag[:-1].encode(), "", content[at + len(tag) :]),
            ):
                fast, careful = read_twice(with_part(parts, part, before + hiding.format(hidden).encode() + after))
                assert fast == careful, (tag, hidden)


FIGURES = ("0", "007", "9" * 15, "9" * 16, "-3", "2.5", "1e3", " 4 ", "", "٣", "TRUE", "#N/A", "45000")


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("kind", ["n", "s", "b", "e", "str", "d"])
def test_other_digits_in_a_row_that_is_known(figure: str, kind: str) -> None:
    """Rows are known whatever digits stand in them: as figures or as the numbers of texts, and as nothing else."""
    parts = unpacked(honest())
    read_twice(honest())
    part = "xl/worksheets/sheet3.xml"
    content = content_of(parts, part).decode()
    values = list(re.finditer(r"<v>(\d+)</v></c>", content))
    for each in (values[0], values[len(values) // 2], values[-1]):
        start = content.rindex("<c ", 0, each.start())
        cell = re.sub(r' t="\w+"', "", content[start : each.start()]).replace("<c ", f'<c t="{kind}" ')
        made = f"{content[:start]}{cell}<v>{figure}</v></c>{content[each.end() :]}"
        fast, careful = read_twice(with_part(parts, part, made.encode()))
        assert fast == careful


@pytest.mark.parametrize("era_id", ERAS)
def test_filled_forms_are_told_the_same_both_ways(era_id: str) -> None:
    era, layout = SHELF.era(era_id), SHELF.library.layout(era_id)
    rnd = random.Random(f"both ways {era_id}")
    for _ in range(6):
        try:
            data, _ = fill_record(record(rnd, era, layout), SHELF, "auto", "zh")
        except Refused:
            continue
        fast, careful = read_twice(data)
        assert fast == careful


@pytest.fixture(scope="module")
def resaved(soffice: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("resaved")
    file = folder / "return.xlsx"
    file.write_bytes(honest())
    return {to: soffice.convert([file], to, folder / to)[0].read_bytes() for to in ("xlsx", "ods", "xls")}  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_what_an_office_suite_saves_is_told_the_same_both_ways(kind: str, resaved: dict[str, bytes]) -> None:
    fast, careful = read_twice(resaved[kind])
    assert fast == careful


def test_the_fast_way_is_taken(resaved: dict[str, bytes]) -> None:
    """The laws above are not kept by going the careful way at all times."""
    for data in (honest(), resaved["xlsx"]):
        read_twice(data)
        with (
            patch.object(opening, "locate", side_effect=AssertionError),
            patch.object(xlsx_sheet, "parse_xml", side_effect=AssertionError),
        ):
            found = read_data(data, "甲.xlsx", BARE, Expected(), judge=True)
        assert found.record is not None and found.record.values == honest_record().values
        assert isinstance(found.places, Places)


# --- processes ---------------------------------------------------------------------------------------------------


def _samples() -> Iterator[tuple[str, bytes]]:
    yield "甲.xlsx", honest()
    yield "乙.json", (Path(__file__).parents[1] / "examples/records/example-2023.json").read_bytes()
    yield "丙.json", b'{"era": "national-2021"}'
    yield "丁.xlsx", b"PK\x03\x04" + bytes(100)
    upset = {**honest_record().values, "applications.natural_person.new": 10**9}
    yield "戊.xlsx", fill_record(replace(honest_record(), values=upset), SHELF, "typed", "zh")[0]


@pytest.mark.parametrize(("name", "data"), [pytest.param(*each, id=each[0]) for each in _samples()])
def test_a_process_of_its_own_tells_the_same(name: str, data: bytes) -> None:
    here = Shelf(SHELF.library)
    with here.returns:
        source = Source(name, lambda: data)
        assert comparable(validate_file(source, here, Expected())) == comparable(
            validate_file(source, BARE, Expected())
        )


def test_places_of_a_record_take_no_room() -> None:
    """Each figure is at its own path: that is known of a record without keeping it, in whatever process it was read."""
    name, data = next(each for each in _samples() if each[0].endswith(".json"))
    here = Shelf(SHELF.library)
    with here.returns:
        for found in (validate_file(Source(name, lambda: data), shelf, Expected()) for shelf in (here, BARE)):
            assert found.record is not None and isinstance(found.places, OwnPaths)
            assert dict(found.places) == {path: Place(name, "", path) for path in found.record.values}
            assert "no.such" not in found.places and found.places.get("no.such") is None


def test_many_returns_keep_their_order() -> None:
    here = Shelf(SHELF.library, jobs=2)
    made = [honest() if number % 3 else b"x" for number in range(20)]
    files = [Source(f"{number}.xlsx", partial(bytes, data)) for number, data in enumerate(made)]
    with here.returns:
        found = list(validate_files(files, here, Expected()))
    assert [each.file for each in found] == [each.name for each in files]
    assert [each.record is None for each in found] == [number % 3 == 0 for number in range(20)]


NONSENSE = [
    b"",
    b"[]",
    b'{"return": null}',
    b'{"return": {"file": "x", "record": 1, "findings": []}}',
    *(
        dump_return(read_data(honest(), "x", BARE, Expected(), judge=False), _form_out).replace(*change, 1)
        for change in (
            (b'"year":2023', b'"year":"2023"'),
            (b'"scope":"own"', b'"scope":"all"'),
            (b'"values":{', b'"values":{"x":true,'),
            (b'"places":[2023', b'"places":["2023"'),
            (b'"marks":{', b'"marks":{"no.such":["unreadable","x"],'),
        )
    ),
]


@pytest.mark.parametrize("answer", NONSENSE)
def test_an_answer_that_makes_no_sense_is_a_crash(answer: bytes) -> None:
    reader = returns_reader(SHELF, 1)
    with patch.object(reader._workers.queue[0], "answer", lambda data: answer):  # type: ignore[attr-defined]
        found = reader.answer(b"")
    assert isinstance(found, Refused) and found.findings[0].code == "FILE-CRASHED"


def test_the_key_of_a_campaign_goes_through_the_pipe() -> None:
    told = message(honest(), "甲.xlsx", None, Expected(key=b"0123456789abcdef"), judge=False)
    assert b"FORM-SEAL-MISSING" in in_process(told)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another signal there")
def test_ctrl_c_ends_everything_within_a_second(tmp_path: Path) -> None:
    data = honest()
    for number in range(100):
        (tmp_path / f"{number:03}.xlsx").write_bytes(data)
    process = subprocess.Popen(
        [sys.executable, "-m", "xltool", "validate", *[str(tmp_path)] * 100],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline()  # at work
    children = _children(process.pid)
    start = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - start < 5  # one second on a machine that does nothing else
    # Interrupted within the interpreter's own last steps it ends by the signal itself, which shells call 130 too.
    assert process.returncode in (130, -signal.SIGINT), said.decode()
    assert children and not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text()
        except OSError:
            continue
        if int(status.rpartition(")")[2].split()[1]) == parent:
            found.append(int(folder.name))
    return found


# --- the first process -------------------------------------------------------------------------------------------


def test_the_process_that_starts_before_the_command_line_is_the_one_that_reads() -> None:
    launching.launch_early(PARSER)
    told = message(honest(), "甲.xlsx", None, Expected(), judge=True)
    with patch.object(launching, "_started", side_effect=AssertionError), returns_reader(SHELF, 1) as reader:
        found = reader.answer(told, len(told))
    assert not isinstance(found, Refused) and found.record is not None
    assert found.record.values == honest_record().values


@pytest.mark.skipif(os.name != "posix", reason="sessions are of POSIX")
def test_a_process_that_was_started_for_nothing_ends_with_the_command_line() -> None:
    command = [sys.executable, "-m", "xltool", "validate", "--help"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    assert process.wait() == 0
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("somebody is left of its session")
