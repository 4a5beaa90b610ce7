"""上报包: a summary handed up is one return; nothing in it can change without being found, and nobody counts twice."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random

import openpyxl
import pytest
from campaigns import ODD, SHELF, record
from click.testing import CliRunner
from conftest import Office
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import (
    AREA,
    PENALTIES,
    codes,
    county,
    members,
    merged,
    office,
    opened,
    package,
    roster_of,
    texts,
    with_manifest,
    write,
)

from xltool.app.forms import fill_record
from xltool.app.summaries.merging import Merged, Request
from xltool.app.summaries.packaging import HandUp
from xltool.app.summaries.summarising import summary_workbook
from xltool.cli.main import xltool
from xltool.io.inputs import gather
from xltool.io.package_lines import ANSWERS, DETAILS, PLACES
from xltool.io.package_manifest import parse_manifest
from xltool.io.packages import (
    AREA as FORM,
)
from xltool.io.packages import (
    MANIFEST,
    ROSTER,
    Contents,
    Members,
    agencies_in,
    is_package,
    read_contents,
    read_manifest,
    write_package,
)
from xltool.io.records import dump_record
from xltool.io.writing.zips import write_zip
from xltool.model.finding import Refused
from xltool.model.record import Agency, Record
from xltool.model.roster import Roster
from xltool.model.summary import Via

ERA = SHELF.era("national-2021")
CITY = roster_of("S,,", "S-1,S,", "A,S,area", "B,S,area")
REPORTED = Request("area", nodes="reported")
WORDS = SHELF.library.summary_words


def city_files() -> dict[str, bytes]:
    """What a city has: its own office, a department, and the packages of two counties."""
    return {
        "S.json": office("S", 100),
        "S-1.json": office("S-1", 200),
        "甲县.zip": package(*county("A", (1, 2, 3))),
        "乙县.zip": package(*county("B", (10, 20))),
    }


@pytest.fixture(scope="module")
def of_county() -> bytes:
    return package(*county("A", (1, 2, 3)), with_returns=True)


@pytest.fixture(scope="module")
def of_city() -> bytes:
    return package(city_files(), CITY)


# --- what a package is -------------------------------------------------------------------------------------------


def test_a_package_is_a_clean_return_of_its_government(of_county: bytes) -> None:
    found = opened(of_county)
    assert not found.findings, texts(found)
    assert found.record is not None and found.package is not None
    assert (found.record.agency.code, found.record.scope, found.record.values[PENALTIES]) == ("A", "area", 6)
    assert [item.code for item in found.package.details] == ["A", "A-1", "A-2"]
    assert {place.file for place in found.places.values()} == {"上报包.zip/area.xlsx"}


def test_the_form_inside_is_an_ordinary_return(of_county: bytes) -> None:
    """Taken out of the package, it is a total that somebody hands in without details: 无明细."""
    found = opened(members(of_county)[FORM], "area.xlsx")
    assert codes(found, "notice") == ["NO-DETAILS"] and not codes(found)
    assert found.record is not None and found.record.values[PENALTIES] == 6


def test_equal_summaries_give_equal_bytes(of_county: bytes) -> None:
    files, roster = county("A", (1, 2, 3))
    assert package(dict(reversed(list(files.items()))), roster, with_returns=True) == of_county


def contents_of(data: bytes) -> Contents:
    inside = Members(data)
    manifest, _, heard = read_manifest(inside)
    return read_contents(inside, manifest, ERA, heard=heard)


@settings(max_examples=15)
@given(rnd=st.randoms(use_true_random=False))
def test_written_and_read_a_package_is_the_same(rnd: Random) -> None:
    figures = [rnd.randrange(1000) for _ in range(rnd.randrange(1, 5))]
    files, roster = county("A", figures)
    files = {name: data for name, data in files.items() if rnd.randrange(4) or name == "A.json"}
    data = package(files, rnd.choice([roster, None]), how=HandUp(Agency("A", "甲县"), rnd.randrange(1, 99)))
    contents = contents_of(data)
    again = write_package(contents)
    assert again == data
    assert contents_of(again) == contents


def test_each_detail_keeps_its_file_hash_and_cells(of_county: bytes) -> None:
    package_ = opened(of_county).package
    assert package_ is not None
    files = county("A", (1, 2, 3))[0]
    for item in package_.details:
        assert package_.original(item.sha256) == files[f"{item.code}.json"]
        assert item.file == f"上报包.zip/{item.code}.json" and item.places[PENALTIES].ref == PENALTIES
    assert package_.original("0" * 64) is None
    assert len(members(of_county)[PLACES].splitlines()) == 1


def test_a_package_is_told_by_its_members(tmp_path: Path, of_county: bytes) -> None:
    """Whatever it is called, alone or among others in an archive, also packed again by hand with its folder."""
    write(tmp_path, {"年报.zip": of_county})
    assert [each.name for each in gather([str(tmp_path)])] == ["年报.zip"]
    renamed = opened(of_county, "甲县.xlsx")
    assert renamed.package is not None
    folder = write_zip([(f"甲县上报包/{name}", data) for name, data in members(of_county).items()])
    assert is_package(folder) and not codes(opened(folder))
    mail = write_zip(
        [("甲.zip", of_county), ("乙.json", office("X")), ("内/丙.zip", write_zip([("丁.zip", of_county)]))]
    )
    write(tmp_path / "邮件", {"附件.zip": mail})
    found = gather([str(tmp_path / "邮件")])
    assert [each.name for each in found] == ["附件.zip/甲.zip", "附件.zip/乙.json", "附件.zip/内/丙.zip/丁.zip"]
    assert all(not codes(opened(each.load(), each.name)) for each in found if each.name.endswith(".zip"))


def test_an_archive_of_returns_is_no_package() -> None:
    assert not is_package(write_zip([("a.xlsx", b"1"), ("b.json", b"2")]))
    assert not is_package(b"PK\3\4broken") and agencies_in(b"PK\3\4") == {}


# --- nothing changes unnoticed -----------------------------------------------------------------------------------


@settings(max_examples=40)
@given(rnd=st.randoms(use_true_random=False))
def test_any_byte_changed_in_any_member_is_found(of_county: bytes, rnd: Random) -> None:
    parts = members(of_county)
    name = rnd.choice([each for each in parts if parts[each]])
    data = bytearray(parts[name])
    data[rnd.randrange(len(data))] ^= 1 << rnd.randrange(8)
    found = opened(write_zip({**parts, name: bytes(data)}.items()))
    assert codes(found), name
    assert found.package is None and "NO-DETAILS" not in codes(found, "notice")


@settings(max_examples=40)
@given(at=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_any_byte_changed_in_the_file_is_found_or_means_nothing(of_county: bytes, at: int, bit: int) -> None:
    """Some bytes of a zip say nothing, such as the time of a member."""
    data = bytearray(of_county)
    data[at % len(data)] ^= 1 << bit
    found = opened(bytes(data))
    if not codes(found):
        assert found.package is not None
        assert found.package.details == tuple(_through(item, bytes(data)) for item in _details(of_county))


def _details(data: bytes):  # type: ignore[no-untyped-def]
    found = opened(data).package
    assert found is not None
    return found.details


def _through(item, data: bytes):  # type: ignore[no-untyped-def]
    import hashlib

    return replace(item, via=(Via("上报包.zip", hashlib.sha256(data).hexdigest()),))


@settings(max_examples=30)
@given(rnd=st.randoms(use_true_random=False))
def test_a_figure_changed_by_somebody_who_knows_how_is_found(of_county: bytes, rnd: Random) -> None:
    """With every hash made right again, the details no longer add up to the total."""
    parts = members(of_county)
    lines = parts[DETAILS].splitlines()
    number = rnd.randrange(len(lines))
    tree = json.loads(lines[number])
    node = tree["record"]["data"]["disclosure"]
    key = rnd.choice(["penalties", "licensing", "coercion"])
    node[key]["decisions"] += rnd.choice([1, 5, 1000])
    lines[number] = json.dumps(tree, ensure_ascii=False).encode()
    found = opened(with_manifest({**parts, DETAILS: b"\n".join(lines) + b"\n"}))
    assert codes(found) == ["PACKAGE-TOTAL"]
    assert [each.paths for each in found.findings if each.code == "PACKAGE-TOTAL"] == [(f"disclosure.{key}.decisions",)]


def test_a_form_filled_with_other_totals_is_found(of_county: bytes) -> None:
    record_ = opened(of_county).record
    assert record_ is not None
    other = replace(record_, values={**record_.values, PENALTIES: 7}, source=None)
    parts = {**members(of_county), FORM: fill_record(other, SHELF, "auto", "zh")[0]}
    found = opened(with_manifest(parts))
    assert codes(found) == ["PACKAGE-TOTAL"]
    assert "行政处罚" in texts(found) and "上报7，明细合计6" in texts(found)
    assert "handed up 7, details 6" in texts(found, "en")


def _set(**values: object):  # type: ignore[no-untyped-def]
    return lambda tree: tree.update(values)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_set(year=2022), "PACKAGE-DIFFERS"),
        (_set(scope="level"), "PACKAGE-DIFFERS"),
        (_set(era="national-2019"), "PACKAGE-DIFFERS"),
        (_set(submission=2), "PACKAGE-DIFFERS"),
        (_set(agency={"code": "B", "name": "A"}), "PACKAGE-DIFFERS"),
        (_set(counted=2), "PACKAGE-COUNT"),
        (_set(expected=4), "PACKAGE-COUNT"),
        (_set(lacking=[{"code": "A-9", "name": "", "status": "missing", "scope": "own"}]), "PACKAGE-COUNT"),
        (_set(version=2), "PACKAGE-VERSION"),
        (_set(counted="3"), "PACKAGE-MANIFEST"),
        (_set(surprise=1), "PACKAGE-MANIFEST"),
    ],
)
def test_a_manifest_that_says_something_else_is_found(of_county: bytes, change, code: str) -> None:  # type: ignore[no-untyped-def]
    assert code in codes(opened(with_manifest(members(of_county), change)))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        (DETAILS, b"{}\n", "PACKAGE-LINE"),
        (DETAILS, b"[1]\n", "PACKAGE-LINE"),
        (DETAILS, b"nonsense\n", "PACKAGE-LINE"),
        (PLACES, b"[1]\n", "PACKAGE-LINE"),
        (PLACES, b"", "PACKAGE-LINE"),
        (ANSWERS, b'{"agency": 1}\n', "PACKAGE-LINE"),
        (ROSTER, b"\xff\xfe", "ROSTER-NO-HEADER"),
        (MANIFEST, b"[]", "PACKAGE-MANIFEST"),
        (MANIFEST, b"{", "PACKAGE-MANIFEST"),
    ],
)
def test_members_of_another_shape_are_found(of_county: bytes, name: str, data: bytes, code: str) -> None:
    parts = {**members(of_county), name: data}
    found = opened(write_zip(parts.items()) if name == MANIFEST else with_manifest(parts))
    assert codes(found)[0] == "PACKAGE-CLOSED" and code in codes(found)
    assert found.record is not None and found.package is None, "it can be sent back all the same"


def test_members_lost_added_or_doubled_are_found(of_county: bytes) -> None:
    parts = members(of_county)
    for name in (DETAILS, PLACES, ROSTER, ANSWERS):
        lost = write_zip((each, data) for each, data in parts.items() if each != name)
        assert codes(opened(lost))[:2] == ["PACKAGE-CLOSED", "PACKAGE-MEMBER-MISSING"], name
    assert "PACKAGE-MEMBER-MISSING" in codes(opened(write_zip((n, d) for n, d in parts.items() if n != MANIFEST)))
    assert "PACKAGE-MEMBER-STRANGE" in codes(opened(write_zip({**parts, "病毒.exe": b"MZ"}.items())))
    assert codes(opened(write_zip({**parts, ROSTER: parts[ROSTER] + b"Z,Z"}.items()))) == [
        "PACKAGE-CLOSED",
        "PACKAGE-HASH",
    ]
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning):
        for name, data in [*parts.items(), (DETAILS, b"")]:
            archive.writestr(name, data)
    assert "PACKAGE-MEMBER-STRANGE" in codes(opened(out.getvalue()))
    no_form = opened(write_zip((n, d) for n, d in parts.items() if n != FORM))
    assert no_form.record is None and "PACKAGE-MEMBER-MISSING" in codes(no_form)


def test_a_bomb_is_not_unpacked() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (MANIFEST, FORM):
            archive.writestr(name, b"{}")
        archive.writestr(DETAILS, bytes(256 * 1024 * 1024))
    found = opened(out.getvalue())
    assert found.record is None and codes(found)


def test_a_faulty_package_never_stops_the_others(of_county: bytes) -> None:
    parts = {**members(of_county), DETAILS: b""}
    made = merged({"a.zip": write_zip(parts.items()), "b.json": office("S", 5)}, roster_of("S,,", "A,S,area"))
    assert made.summary is not None
    assert made.summary.lines[PENALTIES].value == 5
    assert {each.code: each.status for each in made.summary.coverage} == {"S": "included", "A": "errors"}


def test_details_are_judged_anew(of_county: bytes) -> None:
    """What the checks of today find in a detail is a fault of the package; so is what nobody explained."""
    files, roster = county("A", (1, 2))
    wrong = {**files, "A-1.json": record("A-1", 1, {"applications.total.handled": 18}, name="A-1")}
    found = opened(package(wrong, roster, replace(AREA, include_invalid=True)))
    assert "PACKAGE-DETAIL-ERRORS" in codes(found) and "A-1" in texts(found)
    odd = {**files, "A-1.json": record("A-1", 1, ODD, name="A-1")}
    rule = roster_from_power(roster)
    found = opened(package(odd, rule))
    assert "PACKAGE-DETAIL-OPEN" in codes(found, "explain")
    told = {**files, "A-1.json": record("A-1", 1, ODD, name="A-1", explained="省里授权")}
    found = opened(package(told, rule))
    assert "PACKAGE-DETAIL-OPEN" not in codes(found, "explain")
    assert found.package is not None and [each.text for each in found.package.answers] == ["省里授权"]


def roster_from_power(roster: Roster) -> Roster:
    """The roster where the first agency only may make rules."""
    entries = [replace(each, rule_making=number == 0) for number, each in enumerate(roster.entries)]
    return replace(roster, entries=tuple(entries))


def test_details_of_another_year_or_twice_are_found(of_county: bytes) -> None:
    parts = members(of_county)
    lines = parts[DETAILS].splitlines(keepends=True)
    other = lines[1].replace(b'"year":2023', b'"year":2022', 1)
    found = opened(with_manifest({**parts, DETAILS: b"".join([lines[0], other, lines[2]])}))
    assert "PACKAGE-DETAIL-OTHER" in codes(found)
    found = opened(with_manifest({**parts, DETAILS: b"".join([*lines, lines[1]])}))
    assert "PACKAGE-UNCOUNTED" in codes(found)
    strange = lines[1].replace(b'"code":"A-1"', b'"code":"Z-1"', 1)
    found = opened(with_manifest({**parts, DETAILS: b"".join([lines[0], strange, lines[2]])}))
    assert {"PACKAGE-UNCOUNTED", "PACKAGE-TOTAL", "PACKAGE-COUNT"} <= set(codes(found))


# --- levels ------------------------------------------------------------------------------------------------------


@settings(max_examples=10)
@given(figures=st.lists(st.lists(st.integers(0, 10**6), min_size=1, max_size=4), min_size=1, max_size=3))
def test_packages_handed_up_twice_add_up_like_all_returns_at_once(figures: list[list[int]]) -> None:
    """County, city, province: cell for cell, and each detail knows both packages it came through."""
    lines = ["P,,", "S,P,area"]
    every = {"P.json": office("P", 7), "S.json": office("S", 9)}
    below = {"S.json": every["S.json"]}
    city = ["S,,"]
    for number, each in enumerate(figures):
        code = f"C{number}"
        files, roster = county(code, each)
        every |= files
        below[f"{code}.zip"] = package(files, roster)
        city.append(f"{code},S,area")
        lines += [f"{code},S,", *(f"{entry.code},{code}," for entry in roster.entries[1:])]
    up = package(below, roster_of(*city))
    assert not codes(opened(up)), texts(opened(up))
    made = merged({"P.json": every["P.json"], "市.zip": up}, roster_of("P,,", "S,P,area"))
    direct = merged(every, roster_of(*[line.replace("S,P,area", "S,P,") for line in lines]))
    assert made.summary is not None and direct.summary is not None
    assert made.summary.lines == direct.summary.lines
    assert made.summary.expected == direct.summary.expected == 2 + sum(map(len, figures))
    assert sorted(item.code for item in made.summary.included) == sorted(item.code for item in direct.summary.included)
    chains = {item.code: [via.file for via in item.via] for item in made.summary.included}
    assert chains["P"] == [] and chains["S"] == ["市.zip"] and chains["C0"] == ["市.zip", "C0.zip"]
    assert [check.differing for check in made.summary.checks] == [()] * (1 + len(figures))


def test_a_summary_of_packages_is_checked_at_every_level(of_city: bytes) -> None:
    """A county's total inside the city's package is held against its details too."""
    manifest, _, _ = parse_manifest(members(of_city)[MANIFEST])
    assert [inner.via.file for inner in manifest.packages] == ["甲县.zip", "乙县.zip"]
    parts = members(of_city)
    lines = parts[DETAILS].splitlines(keepends=True)
    total = next(number for number, line in enumerate(lines) if b'"total":true' in line)
    tree = json.loads(lines[total])
    tree["record"]["data"]["disclosure"]["penalties"]["decisions"] += 1
    changed = [*lines[:total], json.dumps(tree, ensure_ascii=False).encode() + b"\n", *lines[total + 1 :]]
    found = opened(with_manifest({**parts, DETAILS: b"".join(changed)}))
    assert codes(found, "explain") == ["PACKAGE-INNER-TOTAL"] and not codes(found)
    strange = parts[DETAILS].replace("甲县.zip".encode(), "丙县.zip".encode(), 2)
    assert "PACKAGE-CHAIN" in codes(opened(with_manifest({**parts, DETAILS: strange})))
    assert "PACKAGE-CHAIN" in codes(opened(with_manifest(parts, _set(packages=[]))))


def test_a_partial_total_says_of_whom() -> None:
    files, roster = county("A", (1, 2, 3))
    del files["A-2.json"]  # type: ignore[attr-defined]
    found = opened(package(files, roster))
    assert codes(found, "explain") == ["PACKAGE-PARTIAL"] and not codes(found)
    assert "应报 3 个，计入 2 个；缺 A-2" in texts(found)
    made = merged({"甲县.zip": package(files, roster), "S.json": office("S")}, roster_of("S,,", "A,S,area"))
    assert made.summary is not None
    assert [(each.code, each.status) for each in made.summary.lacking] == [("A-2", "missing")]
    assert (made.summary.lines[PENALTIES].counted, made.summary.lines[PENALTIES].of) == (3, 4)


def test_an_agency_is_never_counted_twice() -> None:
    """In a package and by itself, or in two packages: refused, whatever else is fine."""
    files, roster = county("A", (1, 2))
    one = package(files, roster)
    above = roster_of("S,,", "A,S,area", "B,S,area", "A-1,S,")
    both = merged({"S.json": office("S"), "甲.zip": one, "A-1.json": office("A-1", 2)}, above)
    assert both.summary is None and [each.code for each in both.findings] == ["MERGE-DOUBLE"]
    with_own = merged({"S.json": office("S"), "甲.zip": one, "A.json": office("A", 1)}, above)
    assert with_own.summary is None and "MERGE-DOUBLE" in [each.code for each in with_own.findings]
    other = package({"B.json": office("B"), "A-1.json": office("A-1", 2)}, roster_of("B,,", "A-1,B,"))
    two = merged({"S.json": office("S"), "甲.zip": one, "乙.zip": other}, roster_of("S,,", "A,S,area", "B,S,area"))
    assert two.summary is None and "MERGE-DOUBLE" in [each.code for each in two.findings]
    inside = merged({"S.json": office("S"), "甲.zip": one, "乙.json": office("A-1", 9)}, roster_of("S,,", "A,S,area"))
    assert inside.summary is not None, "an agency the roster does not know cannot count, and is set aside"
    assert "MERGE-ASIDE" in [each.code for each in inside.findings]
    assert inside.summary.lines[PENALTIES].value == 3


def test_details_twice_inside_a_package_are_refused(of_city: bytes) -> None:
    """Somebody who puts a package together by hand cannot count an agency on two ways either."""
    parts = members(of_city)
    lines = parts[DETAILS].splitlines(keepends=True)
    inner = next(line for line in lines if b'"code":"A-1"' in line)
    tree = json.loads(inner) | {"via": []}
    changed = b"".join([*lines, json.dumps(tree, ensure_ascii=False).encode() + b"\n"])
    found = opened(with_manifest({**parts, DETAILS: changed}))
    assert {"PACKAGE-INSIDE", "MERGE-DOUBLE"} <= set(codes(found))


def left_out(made: Merged) -> list[str]:
    """The files that a summary says it left out; its face counts them."""
    assert made.summary is not None
    files = [item.file for item, _ in made.summary.left_out]
    book = openpyxl.load_workbook(BytesIO(summary_workbook(made, SHELF, "zh")))
    facts = {row[0]: row[1] for row in book[WORDS["sum_sheet_face"].zh].values if row[0]}
    assert str(facts[WORDS["sum_fact_left_out"].zh]).startswith(WORDS["sum_files"]("zh", n=len(files)))
    return files


def test_a_package_that_was_added_is_not_left_out(of_city: bytes) -> None:
    """Its details are in, at whatever level it lies; one that was refused, replaced, covered or is not of this level
    is a file left out like any other."""
    above = roster_of("P,,", "S,P,area")
    assert left_out(merged({"P.json": office("P"), "市.zip": of_city}, above)) == []
    assert left_out(merged(city_files(), CITY)) == []
    parts = members(city_files()["甲县.zip"])
    refused = merged({**city_files(), "甲县.zip": write_zip({**parts, DETAILS: b""}.items())}, CITY)
    assert left_out(refused) == ["甲县.zip"]
    again = package(*county("B", (10, 20)), how=HandUp(submission=2))
    assert left_out(merged({**city_files(), "乙县2.zip": again}, CITY)) == ["乙县.zip"]
    files = {"S.json": office("S"), "甲县.zip": city_files()["甲县.zip"]}
    inside = {"甲县.zip", *(f"甲县.zip/{code}.json" for code in ("A", "A-1", "A-2"))}
    level = merged(files, roster_of("S,,", "A,S,area"), Request("level"))
    assert set(left_out(level)) == inside
    total = merged({**files, "S.xlsx": members(of_city)[FORM]}, roster_of("S,,", "A,S,area"), REPORTED)
    assert set(left_out(total)) == {"S.json", *inside}


def test_the_higher_number_of_a_package_counts() -> None:
    first = package(*county("A", (1, 2)))
    second = package(*county("A", (1, 5)), how=HandUp(submission=2))
    made = merged({"1.zip": first, "2.zip": second, "S.json": office("S")}, roster_of("S,,", "A,S,area"))
    assert made.summary is not None and made.summary.lines[PENALTIES].value == 6


def test_the_level_is_handed_up_too() -> None:
    """本级: the areas below stay outside."""
    files, _ = county("A", (1, 2))
    below, _ = county("B", (50,))
    level = Request("level")
    data = package({**files, **below}, roster_of("A,,", "A-1,A,", "B,A,area"), level)
    found = opened(data)
    assert not codes(found) and found.record is not None
    assert (found.record.scope, found.record.values[PENALTIES]) == ("level", 3)


def test_what_some_give_whole_and_others_in_parts_is_handed_up_whole() -> None:
    whole = "applications.natural_person.other.group"
    parts = [f"applications.natural_person.other.{each}" for each in ("uncorrected", "unpaid", "misc")]
    files = {
        "A.json": record("A", 1, {parts[0]: 0, parts[1]: 0, parts[2]: 0}, name="A"),
        "A-1.json": record("A-1", 1, {whole: 0, parts[0]: None, parts[1]: None, parts[2]: None}, name="A-1"),
    }
    data = package(files, roster_of("A,,", "A-1,A,"), replace(AREA, include_invalid=True))
    found = opened(data)
    assert found.record is not None and "VALUE-WHOLE-AND-PARTS" not in codes(found)
    assert found.record.values[parts[0]] is None and found.record.values[whole] == 0
    assert "PACKAGE-TOTAL" not in codes(found)


def test_figures_that_are_not_added_stay_blank() -> None:
    """Of no area can anybody ask for what no method adds; the superior is told."""
    era = SHELF.era("national-2019")
    values = {path: 0 if each.kind == "number" and not each.optional else None for path, each in era.indicators.items()}
    zeros = Record(era.id, 2020, Agency(), {**values, "disclosure.procurement.amount": 5})
    files = {f"{code}.json": dump_record(replace(zeros, agency=Agency(code, code))) for code in ("A", "A-1")}
    found = opened(package(files, roster_of("A,,", "A-1,A,"), replace(AREA, include_invalid=True)))
    assert "PACKAGE-NOT-ADDED" in codes(found, "notice") and not codes(found), texts(found)
    assert found.record is not None and found.record.values["disclosure.procurement.amount"] is None


# --- what cannot be handed up ------------------------------------------------------------------------------------


def test_only_roll_ups_of_somebody_are_handed_up() -> None:
    files, roster = county("A", (1, 2))
    with pytest.raises(Refused, match="PACKAGE-SCOPE"):
        package(files, roster, Request())
    with pytest.raises(Refused, match="PACKAGE-AGENCY"):
        package(files, None)
    wrong = {"A.json": record("A", 1, {"applications.total.handled": 18}, name="A")}
    with pytest.raises(Refused, match="PACKAGE-NOTHING"):
        package(wrong, roster)
    named = opened(package(files, None, how=HandUp(Agency("甲", "甲县人民政府"))))
    assert not codes(named) and named.record is not None
    assert named.record.agency == Agency("甲", "甲县人民政府")


# --- with real files ---------------------------------------------------------------------------------------------


def test_a_county_hands_up_workbooks_one_saved_by_another_suite(tmp_path: Path, soffice: Office) -> None:
    """From files to the city's summary: every figure leads to the sheet and cell of the county's own workbook."""
    folder = write(tmp_path / "甲县", {})
    for code, figure in (("A", 1), ("A-1", 2)):
        made = opened(office(code, figure), "x.json").record
        assert made is not None
        (folder / f"{code}.xlsx").write_bytes(fill_record(replace(made, source=None), SHELF, "auto", "zh")[0])
    (saved,) = soffice.convert([folder / "A-1.xlsx"], "xlsx", tmp_path / "saved")
    (folder / "A-1.xlsx").write_bytes(saved.read_bytes())
    (tmp_path / "甲县.csv").write_text("代码,全称,上级\nA,A,\nA-1,A-1,A\n", encoding="utf-8")
    said = {"--roster": "甲县.csv", "--scope": "", "-o": "甲县.xlsx", "--as-return": "市/上报包.zip"}
    options = [each for name, file in said.items() for each in (name, str(tmp_path / file) if file else "area")]
    run = CliRunner().invoke(xltool, ["--lang", "zh", "merge", str(folder), *options, "--with-returns"])
    assert run.exit_code == 0, run.output
    assert "已生成上报包" in run.output
    again = opened((tmp_path / "市" / "上报包.zip").read_bytes())
    assert again.package is not None and not codes(again)
    for item in again.package.details:
        assert item.places[PENALTIES].sheet and item.places[PENALTIES].ref
        assert again.package.original(item.sha256) == (folder / f"{item.code}.xlsx").read_bytes()
    refused = CliRunner().invoke(
        xltool, ["merge", str(folder), "-o", str(tmp_path / "x.xlsx"), "--as-return", str(tmp_path / "x.zip")]
    )
    assert isinstance(refused.exception, Refused) and not (tmp_path / "x.xlsx").exists()
