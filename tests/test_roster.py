"""Rosters: read whole from what desks have, or refused with every fault and its line."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltool.io.roster_file import read_roster
from xltool.model.finding import Finding, Refused
from xltool.model.roster import Roster, RosterEntry, circles

HEADER = "代码,全称,简称,上级,类别,是否计入汇总,规章制定权,联系人,电话,期限"
FULL = f"""{HEADER}
220381,公主岭市,,,县级,是,否,甲,0431-1,2026-01-20
220381-SFJ,公主岭市司法局,司法局,220381,部门,,,乙,0431-2,2026/1/20
0012,公主岭市财政局,财政局,220381,部门,否,是,,,2026年1月20日
"""
ENTRIES = (
    RosterEntry("220381", "公主岭市", "", "", "县级", True, False, "甲", "0431-1", "2026-01-20", 2),
    RosterEntry("220381-SFJ", "公主岭市司法局", "司法局", "220381", "部门", True, None, "乙", "0431-2", "2026-01-20", 3),
    RosterEntry("0012", "公主岭市财政局", "财政局", "220381", "部门", False, True, "", "", "2026-01-20", 4),
)  # fmt: skip

Read = Callable[[str | bytes], tuple[Roster, tuple[Finding, ...]]]
Refuse = Callable[[str | bytes], list[tuple[str, object]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(content: str | bytes) -> tuple[Roster, tuple[Finding, ...]]:
        path = tmp_path / "名单.dat"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_roster(path)

    return reading


@pytest.fixture
def refused(read: Read) -> Refuse:
    def refusing(content: str | bytes) -> list[tuple[str, object]]:
        with pytest.raises(Refused) as caught:
            read(content)
        assert all(finding.severity == "error" for finding in caught.value.findings)
        assert all(place.file == "名单.dat" for finding in caught.value.findings for place in finding.places)
        assert all(finding.places for finding in caught.value.findings if finding.code != "ROSTER-MORE")
        return [(finding.code, finding.args.get("line")) for finding in caught.value.findings]

    return refusing


def workbook(*rows: tuple[object, ...], change: Callable[[openpyxl.Workbook], None] = lambda book: None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(old, new))
    return target.getvalue()


def codes(roster: Roster) -> list[str]:
    return [entry.code for entry in roster.entries]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_usual_encoding_and_delimiter_reads_the_same(
    read: Read, encoding: str, delimiter: str, newline: str
) -> None:
    text = FULL.replace(",", delimiter).replace("\n", newline)
    roster, findings = read(text.encode(encoding))
    assert roster.entries == ENTRIES
    assert findings == ()


def test_a_workbook_reads_the_same_whatever_its_name(read: Read) -> None:
    rows = [tuple(line) for line in csv.reader(io.StringIO(FULL))]
    assert read(workbook(*rows)) == (Roster(ENTRIES), ())


def test_headings_may_be_english_in_any_order_and_only_two_are_needed(read: Read) -> None:
    roster, findings = read("Short Name,NAME,rule_making,code\nJB,Justice,yes,A1\n")
    assert roster.entries == (RosterEntry("A1", "Justice", "JB", rule_making=True, line=2),)
    assert findings == ()
    assert read("code,name\nA1,Justice\n")[0].entries == (RosterEntry("A1", "Justice", line=2),)


@pytest.mark.parametrize("name", ["code", "name", "short name", "parent", "level", "counted", "rule-making power", "contact", "phone", "deadline", "scope"])  # fmt: skip
def test_every_english_heading_of_the_design_is_known(read: Read, name: str) -> None:
    extra = "" if name in ("code", "name") else f",{name}"
    assert read(f"code,name{extra}\nA1,x,\n" if extra else "code,name\nA1,x\n")[1] == ()


@pytest.mark.parametrize(("word", "value"), [("是", True), ("YES", True), ("true", True), ("1", True), ("否", False), ("no", False), ("False", False), ("0", False), (" ", True)])  # fmt: skip
def test_yes_and_no_have_these_words(read: Read, word: str, value: bool) -> None:
    assert read(f"code,name,counted\nA,x,{word}\n")[0].entries[0].counted is value


def test_unknown_rule_making_power_is_neither_yes_nor_no(read: Read) -> None:
    assert read("code,name,rule_making\nA,x,\n")[0].entries[0].rule_making is None


def test_blank_lines_and_lines_in_quotes_do_not_shift_the_line_numbers(read: Read, refused: Refuse) -> None:
    text = 'code,name,备注\n\n,,\nA,x,"a\nb"\nB,y,\n'
    assert [entry.line for entry in read(text)[0].entries] == [4, 6]
    assert refused(text + "B,z,\n") == [("ROSTER-DUPLICATE", 7)]


def test_a_column_nobody_knows_is_a_notice_if_it_says_anything(read: Read) -> None:
    _, findings = read("code,name,邮编,备注,\nA,x,130000,,y\n")
    assert [(one.code, one.severity, one.args["column"].zh) for one in findings] == [  # type: ignore[union-attr]
        ("ROSTER-COLUMN-UNKNOWN", "notice", "邮编"),
        ("ROSTER-COLUMN-UNKNOWN", "notice", "E 列（无列名）"),
    ]


def test_a_title_above_the_headings_is_passed_over_with_a_notice(read: Read) -> None:
    roster, findings = read("报送单位名单,\n代码,全称\nA,x\n")
    assert [(entry.code, entry.line) for entry in roster.entries] == [("A", 3)]
    assert [one.code for one in findings] == ["ROSTER-ROWS-ABOVE"]


def test_an_agency_may_be_asked_for_another_scope_than_the_others(read: Read) -> None:
    roster, _ = read("代码,全称,口径\nA,x,本机关\nB,y,全域\nC,z,Level\nD,w,\n")
    assert [entry.scope for entry in roster.entries] == ["own", "area", "level", None]
    with pytest.raises(Refused) as refused:
        read("代码,全称,口径\nA,x,全省\n")
    assert [each.code for each in refused.value.findings] == ["ROSTER-SCOPE"]


def test_a_superior_may_lie_outside_and_is_told_once(read: Read) -> None:
    roster, findings = read("code,name,parent\nA,x,Z\nB,y,Z\nC,z,a\n")
    assert [(one.code, one.args) for one in findings] == [
        ("ROSTER-PARENT-OUTSIDE", {"parent": "Z", "count": 2, "line": 2})
    ]
    assert [entry.code for entry in roster.children("Z")] == ["A", "B"]
    assert [entry.code for entry in roster.children("A")] == ["C"]
    assert roster.children("") == roster.children("nobody") == ()
    assert roster.by_code["B"].name == "y"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",x", "ROSTER-MISSING"),
        ("A,", "ROSTER-MISSING"),
        ("A", "ROSTER-MISSING"),
        ("A,x,,,,maybe", "ROSTER-YES-NO"),
        ("A,x,,,,,2", "ROSTER-YES-NO"),
        ("A,x,,,,,,,,2026-02-30", "ROSTER-DATE"),
        ("A,x,,,,,,,,20260120", "ROSTER-DATE"),
        ("A,x,,,,,,,,1/20/2026", "ROSTER-DATE"),
        ("A,x,,,,,,,,2026-01/20", "ROSTER-DATE"),
        ("A,x,,,,,,,,,y", "ROSTER-EXTRA-CELLS"),
        ("A/B,x", "ROSTER-CHARACTER"),
        ("A\\B,x", "ROSTER-CHARACTER"),
        ("A:B,x", "ROSTER-CHARACTER"),
        ("..,x", "ROSTER-CHARACTER"),
        ("A.,x", "ROSTER-CHARACTER"),
        ("A\x07,x", "ROSTER-CHARACTER"),
        ("A\u200b,x", "ROSTER-CHARACTER"),
        ("A,x\u202ey", "ROSTER-CHARACTER"),
        ("A,x\ufffdy", "ROSTER-CHARACTER"),
        ('A,"x\ny"', "ROSTER-CHARACTER"),
        ("A,x,,Z/Y", "ROSTER-CHARACTER"),
        ("A" * 65 + ",x", "ROSTER-TOO-LONG"),
        ("A," + "长" * 201, "ROSTER-TOO-LONG"),
        ("=A,x", "ROSTER-CODE-START"),
        ("+A,x", "ROSTER-CODE-START"),
        ("-A,x", "ROSTER-CODE-START"),
        ("@A,x", "ROSTER-CODE-START"),
        ("con,x", "ROSTER-CODE-RESERVED"),
        ("COM1,x", "ROSTER-CODE-RESERVED"),
        ("nul.txt,x", "ROSTER-CODE-RESERVED"),
        ("A,x,,A", "ROSTER-CIRCLE"),
        ('A,"x', "ROSTER-QUOTES"),
    ],
)
def test_a_faulty_line_is_refused_with_its_number(refused: Refuse, row: str, code: str) -> None:
    assert refused(f"{HEADER}\nGOOD,好\n{row}\n") == [(code, 3)]


@pytest.mark.parametrize("code", ["A" * 64, "COM10", "CONSOLE", "220381-SFJ", "甲_1", "A.B"])
def test_ordinary_codes_pass(read: Read, code: str) -> None:
    assert codes(read(f"code,name\n{code},x\n")[0]) == [code]


@pytest.mark.parametrize("other", ["a1", "A1", "Ａ１"])
def test_codes_that_only_differ_in_case_or_width_are_the_same(read: Read, other: str) -> None:
    with pytest.raises(Refused) as caught:
        read(f"code,name\nA1,x\nB,y\n{other},z\n")
    assert [(one.code, one.args) for one in caught.value.findings] == [
        ("ROSTER-DUPLICATE", {"line": 4, "code": other, "first": 2, "other": "A1"})
    ]


def test_a_circle_is_told_once_and_whole(read: Read) -> None:
    with pytest.raises(Refused) as caught:
        read("code,name,parent\nX,x,C\nC,c,A\nA,a,B\nB,b,C\nY,y,A\n")
    assert [(one.code, one.args) for one in caught.value.findings] == [
        ("ROSTER-CIRCLE", {"line": 3, "circle": "C → A → B → C", "lines": "3、4、5"})
    ]


def test_a_superior_given_by_name_is_refused_with_its_code(read: Read) -> None:
    with pytest.raises(Refused) as caught:
        read("code,name,parent\nA,公主岭市,\nB,y,公主岭市\n")
    assert [(one.code, one.args) for one in caught.value.findings] == [
        ("ROSTER-PARENT-NAME", {"line": 3, "parent": "公主岭市", "code": "A"})
    ]


def test_all_faults_come_at_once_in_the_order_of_lines(refused: Refuse) -> None:
    text = "code,name,counted,parent\nA,x,?,B\nB,,,A\n=C,y,?,\nb,z,,\n"
    assert refused(text) == [
        ("ROSTER-YES-NO", 2),
        ("ROSTER-CIRCLE", 2),
        ("ROSTER-MISSING", 3),
        ("ROSTER-CODE-START", 4),
        ("ROSTER-YES-NO", 4),
        ("ROSTER-DUPLICATE", 5),
    ]


def test_of_many_faults_a_hundred_are_told(refused: Refuse) -> None:
    found = refused("code,name\n" + ",x\n" * 150)
    assert len(found) == 101
    assert found[-1] == ("ROSTER-MORE", None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "ROSTER-NO-HEADER"),
        ("a,b\n1,2\n", "ROSTER-NO-HEADER"),
        ("代码,简称\n1,2\n", "ROSTER-NO-HEADER"),
        ("代码,全称\n,\n", "ROSTER-EMPTY"),
        ("代码,全称,code\n1,2,3\n", "ROSTER-COLUMN-TWICE"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "ROSTER-NOT-A-TABLE"),
        (b"\xef\xbb\xbfcode,name\nA,\xff\n", "ROSTER-NOT-A-TABLE"),
        (b"PK\x03\x04 no zip at all", "FILE-DAMAGED"),
    ],
)
def test_what_is_no_roster_is_refused(refused: Refuse, content: str | bytes, code: str) -> None:
    assert [found for found, _ in refused(content)] == [code]


def test_a_zip_that_is_no_workbook_is_refused(refused: Refuse) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "x")
    assert refused(target.getvalue()) == [("ROSTER-NOT-A-TABLE", None)]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(Refused, match="ROSTER-NOT-FOUND"):
            read_roster(path)


def test_a_file_the_system_withholds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def withhold(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.csv"
    path.touch()
    monkeypatch.setattr(Path, "read_bytes", withhold)
    with pytest.raises(Refused) as caught:
        read_roster(path)
    assert [(one.code, one.args) for one in caught.value.findings] == [
        ("ROSTER-NOT-READ", {"file": "a.csv", "reason": "Permission denied"})
    ]


def test_a_file_too_large_is_refused(refused: Refuse) -> None:
    assert refused(b"x" * (20 * 1024 * 1024 + 1)) == [("ROSTER-TOO-LARGE", None)]


def test_numbers_and_dates_of_a_workbook_are_read_as_shown(read: Read) -> None:
    day = datetime.datetime(2026, 1, 20)
    rows = [
        ("code", "name", "deadline", "phone", "counted"),
        (220381, "x", day, 13800000000, False),
        ("0012", "y", None, 1.0, 1),
    ]
    roster, findings = read(workbook(*rows))
    assert roster.entries == (
        RosterEntry("220381", "x", phone="13800000000", counted=False, deadline="2026-01-20", line=2),
        RosterEntry("0012", "y", phone="1", line=3),
    )
    assert [(one.code, one.args) for one in findings] == [("ROSTER-CODE-NUMBER", {"count": 1, "line": 2})]


@pytest.mark.parametrize(
    ("row", "code", "ref"),
    [
        ((1.5, "x"), "ROSTER-NUMBER", "A2"),
        ((10**15, "x"), "ROSTER-NUMBER", "A2"),
        ((True, "x"), "ROSTER-CELL-KIND", "A2"),
        ((datetime.datetime(2026, 1, 2), "x"), "ROSTER-CELL-KIND", "A2"),
        (("A", "=B1"), "ROSTER-FORMULA", "B2"),
        (("A", "#REF!"), "ROSTER-ERROR-CELL", "B2"),
        (("A", "x", datetime.datetime(2026, 1, 2, 8)), "ROSTER-DATE", "C2"),
        (("A", "x", datetime.time(8)), "ROSTER-DATE", "C2"),
        (("A", "x", 46042), "ROSTER-CELL-KIND", "C2"),
    ],
)
def test_a_cell_that_is_no_plain_text_is_refused_with_its_place(
    read: Read, row: tuple[object, ...], code: str, ref: str
) -> None:
    with pytest.raises(Refused) as caught:
        read(workbook(("code", "name", "deadline"), row))
    (finding,) = caught.value.findings
    assert (finding.code, finding.args["line"], finding.places[0].ref) == (code, 2, ref)


def test_zeros_that_are_only_shown_are_not_guessed(refused: Refuse) -> None:
    def pad(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["A2"].number_format = "0000"

    assert refused(workbook(("code", "name"), (12, "x"), change=pad)) == [("ROSTER-PADDED", 2)]


def test_merged_cells_among_the_figures_are_refused(read: Read, refused: Refuse) -> None:
    rows = [("名单", None, None), ("code", "name", "parent"), ("A", "x", "Z"), ("B", "y", None)]

    def merge(*areas: str) -> Callable[[openpyxl.Workbook], None]:
        def change(book: openpyxl.Workbook) -> None:
            for area in areas:
                book.worksheets[0].merge_cells(area)

        return change

    assert refused(workbook(*rows, change=merge("C3:C4"))) == [("ROSTER-MERGED", 4)]
    assert codes(read(workbook(*rows, change=merge("A1:C1", "A8:C9")))[0]) == ["A", "B"]
    vast = patched(workbook(*rows, change=merge("A8:C9")), b"A8:C9", b"A8:XFD1048576")
    assert refused(vast) == [("ROSTER-TOO-LARGE", None)]


def test_a_cell_far_away_does_not_stall_the_reader(refused: Refuse) -> None:
    def stray(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["XFD1048576"] = "x"

    assert refused(workbook(("code", "name"), ("A", "x"), change=stray)) == [("ROSTER-TOO-LARGE", None)]


def test_other_sheets_with_content_are_named(read: Read) -> None:
    def more(book: openpyxl.Workbook) -> None:
        book.create_sheet("空")
        book.create_sheet("说明").append(["x"])

    _, findings = read(workbook(("code", "name"), ("A", "x"), change=more))
    assert [(one.code, one.args) for one in findings] == [("ROSTER-OTHER-SHEETS", {"sheet": "Sheet", "sheets": "说明"})]


PARENTS = st.lists(st.integers(-1, 7), min_size=1, max_size=8)


@given(parents=PARENTS)
def test_there_is_a_circle_exactly_where_climbing_never_ends(parents: list[int]) -> None:
    entries = [RosterEntry(f"c{number}", "x", parent=f"c{up}", line=number + 2) for number, up in enumerate(parents)]

    def climbs_for_ever(number: int) -> bool:
        for _ in parents:
            if not 0 <= number < len(parents):
                return False
            number = parents[number]
        return 0 <= number < len(parents)

    found = list(circles(entries))
    assert bool(found) == any(climbs_for_ever(number) for number in range(len(parents)))
    lines = [line for one in found for line in str(one.args["lines"]).split("、")]
    assert len(lines) == len(set(lines))


NAMES = st.text(st.characters(codec="gb18030", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"), exclude_characters="\ufffd"), min_size=1, max_size=12).map(str.strip).filter(bool)  # fmt: skip


@given(names=st.lists(NAMES, min_size=1, max_size=4), encoding=st.sampled_from(["utf-8-sig", "gb18030"]), delimiter=st.sampled_from(",\t;"))  # fmt: skip
def test_names_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], encoding: str, delimiter: str
) -> None:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerow(["全称", "代码"])
    writer.writerows([name, f"c{number}"] for number, name in enumerate(names))
    path = tmp_path_factory.getbasetemp() / "roster.csv"
    path.write_bytes(target.getvalue().encode(encoding))
    assert [entry.name for entry in read_roster(path)[0].entries] == names
