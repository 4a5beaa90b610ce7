"""The life of a rule: on trial it only notes, from its first year to its last it judges, and everything says so alike."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from conftest import Office
from strategies import content
from test_parity import differences, recalculated
from test_toy_era import CHECKS, LAYOUT, record, record_schema, shipped

from docs.generate import standing
from xltool.app.shelf import Shelf
from xltool.cli.main import main
from xltool.io.books.containers import open_book
from xltool.io.library import Library
from xltool.model.book import Book
from xltool.plan.form import FormPlan, Options

Run = Callable[..., tuple[int, str, str]]
DECLARED = ("error", "explain", "notice")
# Fails TOY-MONEY, and nothing else.
SPENT_TOO_MUCH = {"money": {"spent": 900, "donated": 10}}


def library(folder: Path, **money: object) -> Library:
    """The toy era with TOY-MONEY changed; a value of None takes a key away."""
    checks = copy.deepcopy(CHECKS)
    rule = checks["checks"][1]  # type: ignore[index]
    rule.update(money)
    for key in [key for key, value in rule.items() if value is None]:
        del rule[key]
    here = folder / "eras" / "toy-2020"
    here.mkdir(parents=True, exist_ok=True)
    for name, tree in (
        ("record.schema.json", record_schema(shipped())),
        ("checks.json", checks),
        ("layout.json", LAYOUT),
    ):
        (here / name).write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    return Library(here.parent)


def plan(library: Library, **options: Any) -> FormPlan:
    return Shelf(library).plan("toy-2020", Options(year=options.pop("year", 2024), **options))


def returned(**changes: object) -> dict[str, Any]:
    tree = record("A", **changes)
    tree["data"] = {**tree["data"], **SPENT_TOO_MUCH}
    return tree


@pytest.fixture
def xltool(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XLTOOL_LANG", "zh")

    def run(*args: object) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--schemas", str(tmp_path / "eras"), *map(str, args)])
        out, err = capfdbinary.readouterr()
        return int(ended.value.code or 0), out.decode(), err.decode()

    return run


def save(name: str, tree: Mapping[str, Any]) -> None:
    Path(name).write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")


def texts(book: Book, sheet: str) -> list[str]:
    found = book.sheet(sheet)
    assert found is not None
    return [str(cell.value) for cell in found.cells.values() if cell.value is not None]


# --- on trial ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", DECLARED)
def test_a_rule_on_trial_is_a_notice_whatever_its_severity(xltool: Run, tmp_path: Path, declared: str) -> None:
    """Exit code 0 unless notices fail; the finding says that the rule is on trial, in JSON and in words."""
    library(tmp_path, severity=declared, trial=True)
    save("one.json", returned())
    code, out, _ = xltool("validate", "one.json", "--format", "json")
    assert code == 0
    (file,) = json.loads(out)
    assert file["counts"] == {"error": 0, "explain": 0, "notice": 1}
    (finding,) = file["findings"]
    assert (finding["severity"], finding["trial"]) == ("notice", True)
    assert "【试行】" in finding["text"]["zh"] and "不影响报送" in finding["text"]["zh"]
    assert finding["text"]["en"].startswith("[on trial]")
    assert xltool("validate", "one.json", "--fail-on", "explain")[0] == 0
    assert xltool("validate", "one.json", "--fail-on", "notice")[0] == 1


@pytest.mark.parametrize("declared", DECLARED)
def test_after_its_trial_a_rule_counts_as_declared(xltool: Run, tmp_path: Path, declared: str) -> None:
    library(tmp_path, severity=declared)
    save("one.json", returned())
    code, out, _ = xltool("validate", "one.json", "--format", "json")
    (finding,) = json.loads(out)[0]["findings"]
    assert (finding["severity"], finding["trial"]) == (declared, False)
    assert code == (declared == "error")


@pytest.mark.parametrize("declared", DECLARED)
def test_in_the_workbook_a_rule_on_trial_keeps_nothing_from_passing(xltool: Run, tmp_path: Path, declared: str) -> None:
    """校验 shows 试行 and the failure, the headline passes, there is no cell to explain in and nothing beside the table."""
    library(tmp_path, severity=declared, trial=True)
    save("one.json", returned())
    assert xltool("fill", "one.json", "-o", "one.xlsx")[0] == 0
    book = open_book(Path("one.xlsx").read_bytes())
    shown = texts(book, "校验")
    assert "审核通过：可打印签字盖章" in shown
    assert "试行" in shown and "试行不符" in shown
    assert not any(name.startswith("XL_EXPLAIN__TOY_MONEY") for name in book.names)
    assert "试行不符" not in texts(book, "经费表")
    assert any(text.startswith("试行 · ") for text in texts(book, "填表说明"))
    assert xltool("validate", "one.xlsx")[0] == 0


def test_a_failed_trial_has_no_colour(xltool: Run, tmp_path: Path) -> None:
    """Of the conditional formats on 校验, those of other failures leave out the word of a rule on trial."""
    library(tmp_path, trial=True)
    (sheet,) = [each for each in plan(Library(tmp_path / "eras")).workbook.sheets if each.name == "校验"]
    (amber,) = [each for each in sheet.conditionals if each.style == "warn"]
    (red,) = [each for each in sheet.conditionals if each.style == "fail" and "$A$2" not in each.formula]
    assert '<>"试行不符"' in amber.formula
    assert "试行" not in red.formula


@pytest.mark.parametrize("totals", ["computed", "typed"])
def test_every_formula_of_a_form_with_a_rule_on_trial_shows_what_python_evaluates(
    soffice: Office, tmp_path: Path, totals: str
) -> None:
    """The parity law: whatever is typed, verdicts, counts and headline agree with LibreOffice's recalculation."""
    rnd = Random(f"trial {totals}")
    cases = []
    for declared in DECLARED:
        made = plan(library(tmp_path / declared, severity=declared, trial=True), totals=totals)
        cases += [(made, content(rnd, made)) for _ in range(4)]
    found = [line for each in recalculated(soffice, tmp_path, cases) for line in differences(*each)]
    assert not found, "\n".join(found[:20])


def test_an_explanation_in_an_older_record_does_not_make_it_more(xltool: Run, tmp_path: Path) -> None:
    """A rule on trial needs no explanation, and one that is there changes nothing."""
    library(tmp_path, trial=True)
    save("one.json", returned(explanations=[{"check": "TOY-MONEY", "place": "", "text": "有原因"}]))
    _, out, _ = xltool("validate", "one.json", "--format", "json")
    (finding,) = json.loads(out)[0]["findings"]
    assert "explanation" not in finding["args"]


@pytest.mark.parametrize("trial", [True, False])
def test_lists_and_pages_call_it_on_trial(xltool: Run, tmp_path: Path, trial: bool) -> None:
    """And not a notice, in the column 性质 of lists and as the badges and bars of pages; only where there is one."""
    library(tmp_path, severity="notice", trial=trial)
    save("one.json", returned())
    for kind in ("xlsx", "html"):
        assert xltool("validate", "one.json", "--format", kind, "-o", f"list.{kind}")[0] == 0
        assert xltool("merge", "one.json", "-o", f"sum.{kind}")[0] == 0
    for name in ("list.xlsx", "sum.xlsx"):
        rows = [row for row in openpyxl.load_workbook(name)["审核结果"].values if "TOY-MONEY" in row]
        assert [("试行" in row, "提示" in row) for row in rows] == [(trial, not trial)], name
    for name in ("list.html", "sum.html"):
        page = Path(name).read_text(encoding="utf-8")
        assert "TOY-MONEY" in page and ('["试行","on trial"]' in page) == trial, name


def test_the_summary_counts_the_return_and_says_that_the_rule_is_on_trial(xltool: Run, tmp_path: Path) -> None:
    library(tmp_path, severity="error", trial=True)
    save("one.json", returned())
    code, _, err = xltool("merge", "one.json", "-o", "sum.xlsx", "--records", "sum.jsonl")
    assert code == 0, err
    assert len(Path("sum.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    book = open_book(Path("sum.xlsx").read_bytes())
    lines = [text for sheet in book.sheets for text in texts(book, sheet.name)]
    assert any(text.startswith("【试行】经费表") or "【试行】" in text for text in lines)


def test_no_return_pack_is_made_for_a_rule_on_trial(xltool: Run, tmp_path: Path) -> None:
    """A return that only a rule on trial has failed is in order."""
    library(tmp_path, severity="error", trial=True)
    save("one.json", returned())
    assert xltool("fill", "one.json", "-o", "one.xlsx")[0] == 0
    code, _, err = xltool("pack", "one.xlsx", "-o", "packs")
    assert code == 0, err
    assert not list(Path().glob("packs/*.zip"))


def test_intake_accepts_a_return_that_only_a_rule_on_trial_fails(xltool: Run, tmp_path: Path) -> None:
    library(tmp_path, severity="error", trial=True)
    Path("roster.csv").write_text("代码,全称\nA,A收容所\n", encoding="utf-8")
    code, _, err = xltool("init", "campaign", "--era", "toy-2020", "--year", 2024, "--roster", "roster.csv")
    assert code == 0, err
    save("one.json", returned())
    code, _, err = xltool("fill", "one.json", "-o", "campaign/inbox/one.xlsx")
    assert code == 0, err
    code, out, err = xltool("intake", "--campaign", "campaign", "--as-of", "2025-01-10")
    assert code == 0, out + err
    assert "通过1" in out


def test_explain_says_what_comes_after_the_trial(xltool: Run, tmp_path: Path) -> None:
    library(tmp_path, trial=True)
    code, out, _ = xltool("explain", "TOY-MONEY")
    assert code == 0
    assert out.splitlines()[0] == "TOY-MONEY（试行）"
    assert "试行：目前只作提示，试行结束后为“核实”。" in out


def test_the_reference_page_says_that_a_rule_is_on_trial(tmp_path: Path) -> None:
    data = library(tmp_path, trial=True)
    money, balance = (data.era("toy-2020").checks[name] for name in ("TOY-MONEY", "TOY-BALANCE"))
    assert standing(data, money) == "提示 `notice`, on trial (试行); afterwards 核实 `explain`"
    assert standing(data, balance) == "强制 `error`"


def test_taking_a_rule_off_trial_changes_the_form(tmp_path: Path) -> None:
    """So that a form made before is noticed when it comes back."""
    before = plan(library(tmp_path / "a", trial=True)).fingerprint
    assert before != plan(library(tmp_path / "b")).fingerprint


def test_trial_is_true_or_absent(xltool: Run, tmp_path: Path) -> None:
    library(tmp_path, trial="maybe")
    code, out, _ = xltool("lint", "toy-2020")
    assert code == 1
    assert "trial" in out


# --- years -------------------------------------------------------------------------------------------------------

IN_FORCE = [(None, None, True), (2024, None, True), (None, 2024, True), (2024, 2024, True)]
NOT_YET_OR_NO_MORE = [(2025, None, False), (None, 2023, False), (2025, 2026, False)]


@pytest.mark.parametrize(("first", "last", "judged"), [*IN_FORCE, *NOT_YET_OR_NO_MORE])
def test_a_rule_judges_from_its_first_year_to_its_last(
    xltool: Run, tmp_path: Path, first: int | None, last: int | None, judged: bool
) -> None:
    """In findings, on the sheet 校验, in the guide and beside the table alike; both years included."""
    data = library(tmp_path, **{"from": first, "until": last, "severity": "error"})
    save("one.json", returned())
    code, out, _ = xltool("validate", "one.json", "--format", "json")
    assert code == judged
    assert [each["code"] for each in json.loads(out)[0]["findings"]] == ["TOY-MONEY"] * judged
    form = plan(data)
    assert ("TOY-MONEY" in {each.check.id for each in form.instances}) == judged
    said = [str(cell.value) for sheet in form.workbook.sheets for cell in sheet.cells]
    assert ("TOY-MONEY" in said) == judged
    assert any("两倍" in text for text in said) == judged


def test_explanation_and_reference_name_the_years(xltool: Run, tmp_path: Path) -> None:
    library(tmp_path, **{"from": 2024, "until": 2026})
    assert "适用年度：2024–2026" in xltool("explain", "TOY-MONEY")[1]


def test_lint_knows_years_that_cannot_be(xltool: Run, tmp_path: Path) -> None:
    """First after last, and years in which the form is not in use."""
    library(tmp_path, **{"from": 2026, "until": 2025})
    assert "起始年份晚于终止年份" in xltool("lint", "toy-2020")[1]


def test_lint_knows_rules_older_than_the_form(xltool: Run, tmp_path: Path) -> None:
    library(tmp_path, until=2019)
    code, out, _ = xltool("lint", "toy-2020")
    assert code == 1
    assert "本版式一个也不用" in out


def test_a_workbook_by_hand_shows_the_trial(xltool: Run, tmp_path: Path) -> None:
    """Any reader of xlsx sees the column 性质 of the rule: nothing of it hides in ours."""
    library(tmp_path, trial=True)
    assert xltool("generate", "toy-2020", "--year", 2024, "-o", "forms")[0] == 0
    (blank,) = Path("forms").iterdir()
    assert zipfile.is_zipfile(blank)
    sheet = openpyxl.load_workbook(io.BytesIO(blank.read_bytes()))["校验"]
    kinds = [row[2].value for row in sheet.iter_rows(min_row=6)]
    assert kinds.count("试行") == 1
