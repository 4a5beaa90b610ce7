"""汇总第N版: what is sealed stays, and a later correction changes exactly what 更正说明 says."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pdfplumber
import pytest
from campaigns import SHELF, make_campaign, record, take
from click.testing import CliRunner, Result
from conftest import Office
from hypothesis import given
from hypothesis import strategies as st
from packages import PENALTIES, write
from provinces import FEES, POLICY, province
from strategies import ERAS
from test_merge import ERA, NEW, figures, sent
from test_merge import record as blank

from xltool.app.campaigns.campaign import PRIOR
from xltool.cli.main import xltool
from xltool.io.records import dump_record
from xltool.io.seals import RECORDS, SUMMARY, read_seal
from xltool.lang import Lang
from xltool.model.finding import Refused
from xltool.model.record import Agency, Value
from xltool.model.roster import Roster, RosterEntry
from xltool.model.seal import Corrections, Seal, SealedTotal
from xltool.model.summary import Return, Summary, trail_text
from xltool.numbers import Number, plain
from xltool.passes.corrections import corrections
from xltool.passes.merge import merge
from xltool.report.seal_sheet import seal_sheet

WORDS = {**SHELF.library.campaign_words, **SHELF.library.summary_words}
SHEET, NOTE = f"{WORDS['seal_sheet'].zh}.xlsx", f"{WORDS['correct_sheet'].zh}.xlsx"
MADE = province(12)


# --- the law of corrections ---------------------------------------------------------------------------------------

CODES = [f"A{number}" for number in range(6)]
states = st.fixed_dictionaries({}, optional=dict.fromkeys(CODES, figures))


def summed(sent_in: list[Return]) -> Summary | None:
    roster = Roster((RosterEntry("A0", "A0"), *(RosterEntry(code, code, parent="A0") for code in CODES[1:])))
    return merge(sent_in, ERA, roster, scope="area", policy=POLICY)[0]


def seal_of(summary: Summary) -> Seal:
    totals = {path: SealedTotal(line.value, line.counted, line.of) for path, line in summary.lines.items()}
    return Seal(1, "2026-01-31", ERA.id, 2023, "area", Agency("A0", "A0"), totals, {}, {}, (), ())


@given(states, states)
def test_the_effects_of_corrections_are_the_change_of_the_totals(before: dict, after: dict) -> None:  # type: ignore[type-arg]
    """Whatever came, went or changed: every figure that differs is listed once and no other, and for each indicator
    the effects add up to what its total changed by."""
    old = summed([sent(blank(code, values)) for code, values in before.items()])
    new = summed([sent(blank(code, values)) for code, values in after.items()])
    if old is None or new is None:
        return
    found = corrections(seal_of(old), [item.record for item in old.included], new, ERA)
    listed = {(each.code, each.path): (each.before, each.after) for each in found.changes}
    assert len(listed) == len(found.changes)
    nothing = dict.fromkeys(ERA.indicators)
    assert listed == {
        (code, path): (was, now)
        for code in CODES
        for path in ERA.indicators
        if (was := before.get(code, nothing).get(path)) != (now := after.get(code, nothing).get(path))
    }
    effects: defaultdict[str, Number] = defaultdict(int)
    for each in found.changes:
        effects[each.path] += each.effect or 0
        assert each.kind == ("changed" if each.code in before and each.code in after else "added" if each.code in after else "removed")  # fmt: skip
    totals = {each.path: each for each in found.totals}
    for path in ERA.indicators:
        was, now = (each.lines[path].value if path in each.lines else None for each in (old, new))
        assert effects[path] == (now or 0) - (was or 0)
        assert (path in totals) == (was != now)
        if path in totals:
            assert (totals[path].before, totals[path].after) == (was, now)


def test_a_word_in_place_of_a_figure_is_a_correction_too() -> None:
    """From a blank to 0: the total may stay, the correction is said."""
    old, new = summed([sent(blank("A0", {NEW: None}))]), summed([sent(blank("A0", {NEW: 0}))])
    assert old is not None and new is not None
    found = corrections(seal_of(old), [item.record for item in old.included], new, ERA)
    assert [(each.path, each.before, each.after, each.effect) for each in found.changes] == [(NEW, None, 0, 0)]
    assert [(each.before, each.after) for each in found.totals] == [(None, 0)]
    assert found and not Corrections(1, (), ())


# --- with plain files ---------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A province of twelve: its roster, and the returns that came."""
    write(tmp_path / "上报", MADE.files(office.code for office in MADE.offices))
    (tmp_path / "名单.csv").write_text(MADE.roster_csv, encoding="utf-8")
    return tmp_path


def seal(desk: Path, as_of: str = "2026-01-31", *more: object, into: str = "封存") -> Result:
    arguments = [
        desk / "上报",
        "--roster",
        desk / "名单.csv",
        "--scope",
        "area",
        "--into",
        desk / into,
        "--as-of",
        as_of,
    ]
    return CliRunner().invoke(xltool, ["--lang", "zh", "seal", *map(str, [*arguments, *more])])


def correct(desk: Path, code: str, submission: int, **values: Value) -> None:
    """A corrected return of an agency, its next number."""
    made = MADE.records[code]
    changed = {**made.values, **{path.replace("__", "."): value for path, value in values.items()}}
    data = dump_record(replace(made, values=changed, submission=submission, source=None, marks={}))
    write(desk / "上报", {f"{code}_{submission}.json": data})


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def test_a_seal_has_summary_records_and_the_page_to_sign(desk: Path) -> None:
    """汇总第1版: nothing was corrected before it."""
    run = seal(desk)
    assert run.exit_code == 0, run.output
    assert "已封存汇总第1版" in run.output
    assert set(files(desk / "封存")) == {f"第1版/{name}" for name in (SUMMARY, RECORDS, SHEET, "seal.json")}
    known = read_seal(desk / "封存", 1)
    assert {each.code for each in known.returns} == MADE.records.keys()
    assert known.totals[PENALTIES].value == sum(int(str(each.values[PENALTIES])) for each in MADE.records.values())
    assert known.lacking == ("示例2市人民政府办公室",)
    assert known.digest in run.output and known.as_of == "2026-01-31"


def test_the_same_returns_are_sealed_in_the_same_bytes(desk: Path) -> None:
    seal(desk)
    seal(desk, into="另一处")
    assert files(desk / "封存") == files(desk / "另一处")


def test_nothing_is_sealed_where_nothing_was_corrected(desk: Path) -> None:
    """Also when a return came again with another number and the same figures."""
    seal(desk)
    before = files(desk / "封存")
    correct(desk, "C01", 2)
    again = seal(desk, "2026-02-20")
    assert again.exit_code == 0 and "没有更正" in again.output
    assert files(desk / "封存") == before


def test_a_correction_changes_exactly_what_is_said(desk: Path) -> None:
    """The first version stays as it was; the second has the corrections, whose effects are the change of the totals."""
    seal(desk)
    first = files(desk / "封存")
    was = MADE.records["C01K01-001"].values
    correct(desk, "C01K01-001", 2, **{PENALTIES.replace(".", "__"): 7777, FEES.replace(".", "__"): 12})
    run = seal(desk, "2026-02-20")
    assert run.exit_code == 0, run.output
    after = files(desk / "封存")
    assert {name: data for name, data in after.items() if name.startswith("第1版")} == first
    assert f"第2版/{NOTE}" in after
    one, two = read_seal(desk / "封存", 1), read_seal(desk / "封存", 2)
    moved = {path: two.totals[path].value for path in two.totals if two.totals[path] != one.totals[path]}
    assert moved.keys() == {PENALTIES, FEES}
    rows = list(
        openpyxl.load_workbook(desk / "封存" / "第2版" / NOTE).worksheets[0].iter_rows(min_row=5, values_only=True)
    )
    said = [row[1:7] for row in rows if row[0]]
    wanted = []
    for path, now in ((PENALTIES, 7777), (FEES, 12)):
        text = trail_text(ERA, path, 2025).zh
        by = plain(now - (was[path] or 0))  # type: ignore[operator]
        total = f"{'+' if not by.startswith('-') else ''}{by}（合计 {plain(one.totals[path].value or 0)} → {plain(two.totals[path].value or 0)}）"
        wanted.append(("示例1市第1县第1局", "更正", text, plain(was[path] or 0), plain(now), total))  # type: ignore[arg-type]
    assert sorted(said) == sorted(wanted)
    assert all(part in run.output for row in said for part in row)


def test_an_agency_that_comes_later_is_a_correction(desk: Path) -> None:
    """新计入, with all its figures; and 不再计入 when it is gone again."""
    seal(desk)
    late = replace(MADE.records["C01"], agency=Agency("C02", "示例2市人民政府办公室"), source=None)
    write(desk / "上报", {"C02.json": dump_record(late)})
    run = seal(desk, "2026-02-20")
    assert run.exit_code == 0 and "新计入" in run.output
    assert read_seal(desk / "封存", 2).lacking == ()
    (desk / "上报" / "C02.json").unlink()
    back = seal(desk, "2026-03-01")
    assert "不再计入" in back.output
    totals = [read_seal(desk / "封存", version).totals for version in (1, 2, 3)]
    assert totals[0] == totals[2] != totals[1]


def test_corrections_can_be_asked_for_alone(desk: Path) -> None:
    """--corrections says them and --dry-run what would be sealed; neither writes."""
    seal(desk)
    before = files(desk)
    correct(desk, "C01", 2, **{PENALTIES.replace(".", "__"): 31})
    asked = seal(desk, "2026-02-20", "--corrections")
    assert "→ 31" in asked.output and "未封存新版" in asked.output
    would = seal(desk, "2026-02-20", "--dry-run")
    assert "将封存汇总第2版" in would.output and "→ 31" in would.output
    assert {name: data for name, data in files(desk).items() if name != "上报/C01_2.json"} == before


@pytest.mark.parametrize("name", [SUMMARY, RECORDS, SHEET, "seal.json"])
@pytest.mark.parametrize("gone", [False, True])
def test_a_sealed_file_that_was_touched_is_refused(desk: Path, name: str, gone: bool) -> None:
    """Whichever it is: without the truth about the version before there are no corrections."""
    seal(desk)
    path = desk / "封存" / "第1版" / name
    if gone and name == "seal.json":
        return  # a folder without its seal is what an interrupted run left
    if gone:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b"C01", b"C09", 1) if path.suffix != ".xlsx" else b"PK")
    with pytest.raises(Refused, match="SEAL-BROKEN"):
        read_seal(desk / "封存", 1)
    run = seal(desk, "2026-02-20")
    assert isinstance(run.exception, Refused) and run.exception.findings[0].code == "SEAL-BROKEN"
    assert not (desk / "封存" / "第2版").exists()


def test_a_seal_written_over_by_somebody_who_knows_how_is_refused(desk: Path) -> None:
    """Another total in seal.json no longer gives its digest."""
    seal(desk)
    path = desk / "封存" / "第1版" / "seal.json"
    tree = json.loads(path.read_text(encoding="utf-8"))
    tree["totals"][PENALTIES]["value"] = "1"
    path.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(Refused, match="SEAL-BROKEN"):
        read_seal(desk / "封存", 1)


def test_an_interrupted_sealing_is_done_again(desk: Path) -> None:
    """Without its seal.json a version is not there: it is written anew, byte for byte."""
    seal(desk)
    whole = files(desk / "封存")
    (desk / "封存" / "第1版" / "seal.json").unlink()
    (desk / "封存" / "第1版" / RECORDS).write_bytes(b"half")
    assert seal(desk).exit_code == 0
    assert files(desk / "封存") == whole


def test_a_version_is_never_written_over(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people who seal at once: the second is refused."""
    from xltool.app.summaries import sealing

    seal(desk)
    before = files(desk / "封存")
    monkeypatch.setattr(sealing, "versions", lambda folder: [])
    run = seal(desk, "2026-02-20", "--force")
    assert isinstance(run.exception, Refused) and run.exception.findings[0].code == "SEAL-EXISTS"
    assert files(desk / "封存") == before


def test_another_summary_is_no_version_of_this_one(desk: Path) -> None:
    """Another scope, year or form in the same folder."""
    seal(desk)
    run = seal(desk, "2026-02-20", "--scope", "level")
    assert isinstance(run.exception, Refused) and run.exception.findings[0].code == "SEAL-OTHER"


def test_what_cannot_be_added_up_is_not_sealed(desk: Path) -> None:
    run = seal(desk, "2026-01-31", "--missing", "refuse")
    assert isinstance(run.exception, Refused)
    assert [each.code for each in run.exception.findings][-1] == "MERGE-INCOMPLETE"
    assert not (desk / "封存").exists()


def test_links_lead_to_the_returns_that_were_sealed(desk: Path) -> None:
    """--returns copies them; from the sealed workbook each can be opened."""
    run = seal(desk, "2026-01-31", "--returns", desk / "封存" / "原件")
    assert run.exit_code == 0, run.output
    book = openpyxl.load_workbook(desk / "封存" / "第1版" / SUMMARY)
    links = [
        cell.value for row in book["明细"] for cell in row if isinstance(cell.value, str) and "HYPERLINK" in cell.value
    ]
    assert len(links) == len(MADE.records)
    for link in links:
        path = link.split('"')[1]
        assert path.startswith("../原件/") and (desk / "封存" / "第1版" / path).is_file()


# --- in a campaign ------------------------------------------------------------------------------------------------


def test_next_year_is_compared_with_the_last_sealed_version(tmp_path: Path) -> None:
    """init --from takes its records, not what came later."""
    campaign = make_campaign(tmp_path / "2023")
    take(campaign, {f"{code}.json": record(code, 1, {PENALTIES: 5}) for code in ("X-ZF", "X-SFJ")})
    run = CliRunner().invoke(
        xltool, ["--lang", "zh", "seal", "--campaign", str(campaign.folder), "--as-of", "2024-02-01"]
    )
    assert run.exit_code == 0, run.output
    home = campaign.summary / "sealed" / "第1版"
    assert home.is_dir()
    take(campaign, {"X-SFJ_2.json": record("X-SFJ", 2, {PENALTIES: 6})}, "2024-02-15")
    init = ["init", str(tmp_path / "2024"), "--from", str(campaign.folder)]
    assert CliRunner().invoke(xltool, init).exit_code == 0
    assert (tmp_path / "2024" / PRIOR).read_bytes() == (home / RECORDS).read_bytes()
    again = CliRunner().invoke(
        xltool, ["--lang", "zh", "seal", "--campaign", str(campaign.folder), "--as-of", "2024-02-20"]
    )
    assert "5 → 6" in again.output
    init[1] = str(tmp_path / "2024-2")
    CliRunner().invoke(xltool, init)
    second = campaign.summary / "sealed" / "第2版" / RECORDS
    assert (tmp_path / "2024-2" / PRIOR).read_bytes() == second.read_bytes()


# --- 送审单 ---------------------------------------------------------------------------------------------------------


def sealed_for(era_id: str) -> Seal:
    """A seal with a value for everything, large ones too, and forty agencies missing."""
    era = SHELF.era(era_id)
    totals = {
        path: SealedTotal(123456789, 4960, 5000) for path, each in era.indicators.items() if each.kind == "number"
    }
    lacking = tuple(f"示例省第{number}市第十二县市场监督管理局" for number in range(40))
    last = {path: 98765 for path in totals}
    agency = Agency("SH", "示例省人民政府办公厅政务公开办公室")
    return Seal(12, "2026-01-31", era_id, 2025, "area", agency, totals, totals, last, (), lacking, "0123456789ab")


@pytest.fixture(scope="module")
def pages(soffice: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, Lang, str], Path]:
    """The page of every era in both languages, of an area and of own offices, as PDF."""
    folder = tmp_path_factory.mktemp("approval")
    made: dict[tuple[str, Lang, str], Path] = {}
    for key in _kinds():
        era_id, lang, scope = key
        known = sealed_for(era_id)
        known = known if scope == "area" else replace(known, scope="own", level={})
        headline = SHELF.library.layout(era_id).headline
        assert headline, "every form says which figures stand on the page"
        path = folder / f"{era_id}-{lang}-{scope}.xlsx"
        path.write_bytes(SHELF.write(seal_sheet(known, SHELF.era(era_id), headline, WORDS, lang)))
        made[key] = path
    return dict(zip(made, soffice.convert(list(made.values()), "pdf", folder / "pdf"), strict=True))


def _kinds() -> Iterator[tuple[str, Lang, str]]:
    yield from ((era, "zh", "area") for era in ERAS)
    yield from ((era, "en", "own") for era in ERAS)


def test_the_approval_sheet_is_one_page(pages: dict[tuple[str, Lang, str], Path]) -> None:
    """Whatever the form, and however many are missing; with figures, who is missing, signatures and the check code."""
    for (era, lang, scope), path in pages.items():
        with pdfplumber.open(path) as document:
            assert len(document.pages) == 1, (era, lang)
            text = document.pages[0].extract_text()
        flat = "".join(text.split())
        for word in ("seal_filler", "seal_reviewer", "seal_head_of"):
            assert "".join(WORDS[word](lang).split()) in flat, (era, word)
        assert "0123456789ab" in flat and "123456789" in flat and "示例省第29市" in flat
        assert ("98765" in flat) and ("#" not in flat), "no figure is too wide for its column"
        if scope == "area":
            assert WORDS["seal_column_level"](lang) in text
