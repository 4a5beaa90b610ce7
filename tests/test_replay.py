"""`lint --replay`: what rules did on earlier returns, which go together, and which contradict each other."""

from __future__ import annotations

import copy
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_toy_era import CHECKS, LAYOUT, both, record, record_schema, shipped

from xltool.app import replaying
from xltool.app.linting import lint_eras
from xltool.app.shelf import Shelf, shelf
from xltool.cli.main import main
from xltool.io.library import Library
from xltool.model.era import Era
from xltool.model.parse_era import parse_era
from xltool.model.replay import Proofs
from xltool.passes.replay import logic
from xltool.passes.replay.proofs import proofs
from xltool.passes.replay.said import proof_findings
from xltool.rules.evaluate import judge

Run = Callable[..., tuple[int, str, str]]


def rule(name: str, text: str, **more: object) -> dict[str, Any]:
    check = {
        "id": f"TOY-{name}",
        "severity": "error",
        "basis": "implied",
        "source": both("测试", "a test"),
        "rule": text,
    }
    return {**check, **both(f"规则{name}", f"rule {name}"), **more}


def era_of(*rules: dict[str, Any], keep: Sequence[str] = ()) -> Era:
    """The toy era with `rules`, and of its own rules those in `keep`."""
    own = [check for check in CHECKS["checks"] if check["id"] in keep]  # type: ignore[index]
    era, faults = parse_era(record_schema(shipped()), {"era": "toy-2020", "checks": [*own, *rules]})
    assert not faults
    return era


def sets(found: Proofs) -> list[set[str]]:
    return [{*each.rules, *each.totals} for each in found.contradictions]


# --- contradictions ----------------------------------------------------------------------------------------------


def test_two_rules_that_no_return_can_pass_are_found_with_an_example() -> None:
    """x = y + 1 and x = y: the set is the two rules alone, and the example passes the first and fails the last."""
    era = era_of(
        rule("MORE", "animals.cats.arrived == animals.dogs.arrived + 1"),
        rule("EQUAL", "animals.cats.arrived == animals.dogs.arrived"),
        rule("OTHER", "animals.cats.left <= animals.cats.arrived"),
    )
    (found,) = proofs(era).contradictions
    assert found.rules == ("TOY-MORE", "TOY-EQUAL")
    assert found.example == {"animals.cats.arrived": 1, "animals.dogs.arrived": 0}
    assert (found.left, found.right) == (1, 0)


def test_a_contradiction_of_three_is_no_contradiction_of_two() -> None:
    """a < b, b < c, c < a: each two can be met."""
    paths = [f"animals.cats.{name}" for name in ("arrived", "adopted", "left")]
    rules = [rule(f"R{n}", f"{paths[n]} < {paths[(n + 1) % 3]}") for n in range(3)]
    assert sets(proofs(era_of(*rules))) == [{"TOY-R0", "TOY-R1", "TOY-R2"}]
    assert sets(proofs(era_of(*rules[:2]))) == []


def test_the_limits_and_decimals_of_the_form_count() -> None:
    """What only a negative figure, a figure too large or half an animal could meet cannot be met."""
    assert sets(proofs(era_of(rule("X", "animals.cats.arrived + animals.cats.left <= 0 - 1")))) == [{"TOY-X"}]
    assert sets(proofs(era_of(rule("X", "animals.cats.arrived >= 100000")))) == [{"TOY-X"}]
    assert sets(proofs(era_of(rule("X", "animals.cats.arrived * 2 == 7")))) == [{"TOY-X"}]
    assert sets(proofs(era_of(rule("X", "money.spent * 2 == 7")))) == []
    assert sets(proofs(era_of(rule("X", "money.spent * 200 == 7")))) == [{"TOY-X"}]


def test_differences_below_the_decimals_compared_are_none() -> None:
    """A rule compared to whole yuan holds where the difference rounds to nothing."""
    near = [rule("NEAR", "money.spent == 3", decimals=0), rule("EXACT", "money.spent == 3.4")]
    assert sets(proofs(era_of(*near))) == []
    near[1]["rule"] = "money.spent == 3.5"
    assert sets(proofs(era_of(*near))) == [{"TOY-NEAR", "TOY-EXACT"}]


def test_formulas_of_totals_take_part() -> None:
    """A rule that no computed total can meet is told together with the formula."""
    era = era_of(rule("X", "animals.total.left == animals.cats.left + animals.dogs.left + 1"))
    (found,) = proofs(era).contradictions
    assert (found.rules, found.totals) == (("TOY-X",), ("animals.total.left",))


def test_rules_of_different_years_do_not_contradict() -> None:
    rules = [rule("A", "money.spent == 1", until=2021), rule("B", "money.spent == 2", **{"from": 2022})]
    assert sets(proofs(era_of(*rules))) == []
    rules[0]["until"] = 2022
    assert sets(proofs(era_of(*rules))) == [{"TOY-A", "TOY-B"}]


def test_the_rule_on_trial_is_blamed() -> None:
    """It comes last, so that the example shows how it fails, and its other contradictions go with it."""
    rules = [
        rule("NEW", "money.spent == money.donated + 1", trial=True),
        rule("OLD", "money.spent <= money.donated"),
        rule("OLDER", "money.spent - money.donated <= 0.5"),
    ]
    (found,) = proofs(era_of(*rules)).contradictions
    assert found.rules[-1] == "TOY-NEW"


@pytest.mark.parametrize("era", sorted(Library().era_folders))
def test_the_rules_that_ship_do_not_contradict_or_repeat_each_other(era: str) -> None:
    assert proofs(Library().era(era)) == Proofs()


NODES = st.recursive(
    st.one_of(
        st.integers(0, 4).map(str), st.sampled_from(["animals.cats.arrived", "animals.dogs.left", "money.spent"])
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
        st.tuples(st.sampled_from(["min", "max", "sum"]), inner, inner).map(
            lambda each: f"{each[0]}({each[1]}, {each[2]})"
        ),
        inner.map(lambda each: f"abs({each})"),
        inner.map(lambda each: f"round({each}, 1)"),
    ),
    max_leaves=4,
)
RULES = st.tuples(NODES, st.sampled_from(["==", "!=", "<=", ">=", "<", ">"]), NODES).map(" ".join)
SMALL = {path: st.integers(0, 6) for path in ("animals.cats.arrived", "animals.dogs.left")}


@given(st.lists(RULES, min_size=1, max_size=3), st.fixed_dictionaries({**SMALL, "money.spent": st.integers(0, 6)}))
def test_what_a_return_passes_is_never_called_a_contradiction(texts: list[str], values: dict[str, int]) -> None:
    """The proof is sound: rules that some figures pass all at once are in no contradiction, whatever they are made of.

    The other way round, an example passes all rules of its set but one.
    """
    era = era_of(*(rule(f"R{number}", text, decimals=2) for number, text in enumerate(texts)))
    verdicts = {
        each.name: judge(each.rule, lambda ref: values.get(ref.path), each.places).verdict for each in era.instances
    }
    rules = {each.name: each for each in era.instances}
    for found in proofs(era).contradictions:
        assert any(verdicts[name] != "pass" for name in found.rules)
        if found.example and found.left is not None:
            for name in found.rules:
                judged = judge(rules[name].rule, lambda ref: found.example.get(ref.path), rules[name].places)  # noqa: B023
                assert judged.verdict == ("fail" if name == found.rules[-1] else "pass")


@given(RULES, RULES, st.fixed_dictionaries({**SMALL, "money.spent": st.integers(0, 6)}))
def test_rules_said_to_be_the_same_have_one_verdict(one: str, other: str, values: dict[str, int]) -> None:
    era = era_of(rule("ONE", one, decimals=2), rule("OTHER", other, decimals=2))
    if proofs(era).same:
        first, second = (judge(each.rule, lambda ref: values.get(ref.path), each.places) for each in era.instances)
        assert first.verdict == second.verdict


def test_the_same_rule_in_other_words_is_found() -> None:
    era = era_of(
        rule("ONE", "animals.cats.arrived == animals.cats.adopted + animals.cats.left"),
        rule("OTHER", "animals.cats.arrived - animals.cats.left == animals.cats.adopted"),
        rule("WIDER", "animals.cats.arrived >= animals.cats.adopted + animals.cats.left"),
    )
    assert [each.rules for each in proofs(era).same] == [("TOY-ONE", "TOY-OTHER")]


def test_lint_says_what_was_proved(tmp_path: Path) -> None:
    """Contradictions are errors, a repeated rule is a notice; an era with other faults is not proved at all."""
    pair = [rule("A", "money.spent == 1"), rule("B", "money.spent == 2"), rule("C", "2 * money.spent == 2")]
    folder = write_era(tmp_path, pair)
    found = lint_eras(Shelf(Library(folder)), ("toy-2020",))
    assert [(each.code, each.severity) for each in found] == [
        ("LINT-CONTRADICTION", "error"),
        ("LINT-SAME-RULE", "notice"),
    ]
    write_era(tmp_path, [*pair, rule("D", "1 <= 2")])
    assert [each.code for each in lint_eras(Shelf(Library(folder)), ("toy-2020",))] == ["LINT-NEVER-FAILS"]


# --- earlier returns ---------------------------------------------------------------------------------------------


def write_era(folder: Path, more: Sequence[dict[str, Any]] = ()) -> Path:
    """A folder with the toy era and `more` rules."""
    here = folder / "eras" / "toy-2020"
    here.mkdir(parents=True, exist_ok=True)
    checks = {"era": "toy-2020", "checks": [*CHECKS["checks"], *more]}
    for name, tree in (
        ("record.schema.json", record_schema(shipped())),
        ("checks.json", checks),
        ("layout.json", LAYOUT),
    ):
        (here / name).write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    return here.parent


def returned(code: str, year: int = 2024, **changes: object) -> dict[str, Any]:
    """A return in order, but for `changes` by path (dots as two underscores)."""
    tree = copy.deepcopy(record(code, year=year))
    for name, value in changes.items():
        *steps, leaf = name.split("__")
        node = tree["data"]
        for step in steps:
            node = node[step]
        node[leaf] = value
    return tree


@pytest.fixture
def xltool(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XLTOOL_LANG", "zh")

    def run(*args: object) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        shelf.cache_clear()  # a test may have changed the era
        with pytest.raises(SystemExit) as ended:
            main(["--schemas", "eras", *map(str, args)])
        out, err = capfdbinary.readouterr()
        return int(ended.value.code or 0), out.decode(), err.decode()

    return run


def save(name: str, *trees: dict[str, Any]) -> None:
    Path(name).write_text("\n".join(json.dumps(tree, ensure_ascii=False) for tree in trees), encoding="utf-8")


def replayed(xltool: Run, *args: object) -> dict[str, Any]:
    code, out, err = xltool("lint", "--replay", *args, "--format", "json")
    assert code == 0, err
    (era,) = json.loads(out)["eras"]
    return era  # type: ignore[no-any-return]


def test_each_rule_is_counted_over_files_of_every_kind(xltool: Run, tmp_path: Path) -> None:
    """A record, a line of JSON Lines, a member of a zip, a workbook: each place of each rule once."""
    write_era(tmp_path)
    save("one.json", returned("A"))
    save("more.jsonl", returned("B", animals__cats__left=4), returned("C", money__spent=None))
    with zipfile.ZipFile("pack.zip", "w") as pack:
        pack.writestr("d.json", json.dumps(returned("D", money__spent=900)))
    assert xltool("fill", "one.json", "-o", "one.xlsx")[0] == 0
    era = replayed(xltool, "one.json", "more.jsonl", "pack.zip", "one.xlsx")
    assert (era["returns"], era["years"]) == (5, [2024])
    balance, money = era["rules"]
    assert (balance["returns"], balance["passed"], balance["failed"], balance["not_assessable"]) == (5, 14, 1, 0)
    assert (balance["returns_failed"], balance["share_failed"]) == (1, "6.7%")
    assert (money["passed"], money["failed"], money["not_assessable"]) == (3, 1, 1)


def test_what_never_fails_and_what_always_fails_together(xltool: Run, tmp_path: Path) -> None:
    """Equal sets of returns are together, a set inside another is implied, of a chain only its links."""
    more = [
        rule("TWIN", "money.spent <= money.donated * 2 + 1"),
        rule("WIDE", "money.spent <= 30"),
        rule("WIDEST", "money.spent <= 20"),
        rule("QUIET", "money.donated <= 100"),
        rule("BLIND", "money.spent <= prior.money.spent * 1000"),
        rule("LATER", "money.spent <= 5", **{"from": 2030}),
    ]
    write_era(tmp_path, more)
    spent = {"A": 900, "B": 900, "C": 25, "D": 1, "E": 40}
    trees = [returned(code, money__spent=value) for code, value in spent.items()]
    trees[2]["data"]["money"]["donated"] = 20
    trees[4]["data"]["money"]["donated"] = 50
    save("all.jsonl", *trees)
    era = replayed(xltool, "all.jsonl")
    assert era["together"] == [{"checks": ["TOY-MONEY", "TOY-TWIN"], "returns": 2}]
    assert [(each["narrow"], each["wide"], each["returns"], each["of"]) for each in era["implied"]] == [
        ("TOY-WIDE", "TOY-WIDEST", 3, 4),
        ("TOY-MONEY", "TOY-WIDE", 2, 3),
    ]
    assert era["never_fails"] == ["TOY-BALANCE", "TOY-QUIET"]
    assert era["never_judged"] == ["TOY-BLIND"]
    assert era["not_in_force"] == ["TOY-LATER"]


def test_rules_about_last_year_look_at_the_return_of_the_year_before(xltool: Run, tmp_path: Path) -> None:
    write_era(tmp_path, [rule("BACK", "money.donated == prior.money.donated")])
    save("all.jsonl", returned("A", 2023), returned("A"), returned("B", 2023), returned("B", money__donated=1))
    back = replayed(xltool, "all.jsonl")["rules"][-1]
    assert (back["passed"], back["failed"], back["not_assessable"]) == (1, 1, 2)


def test_rules_that_clash_on_returns_are_told_from_wrong_returns(xltool: Run, tmp_path: Path) -> None:
    """Where two rules never agree one of them is wrong; where they agree elsewhere the returns are."""
    wrong = rule("WRONG", "animals.total.left == animals.cats.left", trial=True)
    added = rule("ADDED", "animals.total.left == animals.cats.left + animals.dogs.left")
    write_era(tmp_path, [added, wrong])
    dogs = {
        "animals__dogs__arrived": 6,
        "animals__dogs__left": 1,
        "animals__total__arrived": 13,
        "animals__total__left": 4,
    }
    save("all.jsonl", returned("A", **dogs), returned("B", **dogs))
    found = {tuple(each["rules"]): each for each in replayed(xltool, "all.jsonl")["proofs"]["clashes"]}
    clash = found["TOY-ADDED", "TOY-WRONG"]
    assert (clash["files"], clash["agreed"]) == (["all.jsonl:1", "all.jsonl:2"], 0)
    assert clash["inputs"] == {"animals.cats.left": "3", "animals.dogs.left": "1"}
    code, out, _ = xltool("lint", "--replay", "all.jsonl")
    assert code == 0
    assert "2份报表上，这两条审核公式对合计的要求互相矛盾" in out
    save("all.jsonl", returned("A", **dogs), returned("B"))
    (clash,) = (
        each
        for each in replayed(xltool, "all.jsonl")["proofs"]["clashes"]
        if each["rules"] == ["TOY-ADDED", "TOY-WRONG"]
    )
    assert clash["agreed"] == 1
    assert "多半是这几份填报有误" in xltool("lint", "--replay", "all.jsonl")[1]


def test_contradictions_make_the_exit_code_1_and_failing_returns_do_not(xltool: Run, tmp_path: Path) -> None:
    write_era(tmp_path)
    save("bad.json", returned("A", animals__cats__left=99))
    code, out, _ = xltool("lint", "--replay", "bad.json")
    assert code == 0
    assert "审核公式之间没有矛盾" in out
    write_era(tmp_path, [rule("SAME", "money.spent == money.donated"), rule("LESS", "money.spent < money.donated")])
    code, out, _ = xltool("lint", "--replay", "bad.json")
    assert code == 1
    assert "任何填报完整的报表都不能同时通过：TOY-SAME（规则SAME）；TOY-LESS（规则LESS）" in out
    assert "例如经费·支出＝0、经费·捐款＝0" in out
    assert xltool("lint", "--replay", "bad.json", "--fail-on", "never")[0] == 0


def test_without_the_solver_it_says_what_is_skipped(
    xltool: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts are there all the same."""
    monkeypatch.setattr(replaying, "find_spec", lambda name: None)
    monkeypatch.setattr("xltool.cli.lint.can_prove", replaying.can_prove)
    write_era(tmp_path, [rule("SAME", "money.spent == money.donated"), rule("LESS", "money.spent < money.donated")])
    save("one.json", returned("A"))
    era = replayed(xltool, "one.json")
    assert era["proofs"] is None
    assert era["rules"][0]["passed"] == 3
    assert 'pip install "xltool[rules]"' in xltool("lint", "--replay", "one.json")[1]
    code, _, err = xltool("lint", "toy-2020")
    assert code == 0
    assert 'pip install "xltool[rules]"' in err


def test_files_without_a_return_are_named_and_count(xltool: Run, tmp_path: Path) -> None:
    write_era(tmp_path)
    save("one.json", returned("A"))
    Path("note.txt").write_text("明天开会", encoding="utf-8")
    code, out, err = xltool("lint", "--replay", "one.json", "note.txt", "--format", "json")
    assert code == 1
    assert err.startswith("note.txt  【强制】")
    assert len(json.loads(out)["unread"]) == 1
    code, out, err = xltool("lint", "--replay", "one.json", "--era", "national-2021")
    assert (code, out) == (0, "")
    assert "没有所选版式的报表" in err
    assert xltool("lint", "--replay")[0] == 2
    assert xltool("lint", "--replay", "one.json", "--era", "no-such-era")[0] == 2


def test_the_same_returns_give_the_same_bytes(xltool: Run, tmp_path: Path) -> None:
    write_era(tmp_path, [rule("SAME", "money.spent == money.donated"), rule("LESS", "money.spent < money.donated")])
    save("all.jsonl", *(returned(code, animals__cats__left=9) for code in "ABC"))
    first, second = (xltool("lint", "--replay", "all.jsonl", "--format", "json") for _ in range(2))
    assert first == second


def test_a_clash_on_every_return_is_a_notice(xltool: Run, tmp_path: Path) -> None:
    """It may be the rules, it may be the returns: a person has to look."""
    added = rule("ADDED", "animals.total.left == animals.cats.left + animals.dogs.left")
    write_era(tmp_path, [added, rule("WRONG", "animals.total.left == animals.cats.left + 1")])
    save("all.jsonl", returned("A"), returned("B"))
    found = [(each["code"], each["severity"]) for each in replayed(xltool, "all.jsonl")["findings"]]
    assert found == [("LINT-CLASH", "notice")]
    assert xltool("lint", "--replay", "all.jsonl", "--fail-on", "notice")[0] == 1


def test_a_solver_that_gives_up_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is called contradictory, and nothing free of contradictions."""
    pair = [rule("A", "money.spent * 3 == money.donated * 7 + 1"), rule("B", "money.spent + 1 == money.donated * 2")]
    monkeypatch.setattr(logic, "_STEPS", 1)
    found = proofs(era_of(*pair))
    assert (found.undecided, found.contradictions) == (True, ())
    assert [each.code for each in proof_findings(era_of(*pair), found)] == ["LINT-UNDECIDED"]


def test_agency_facts_and_words_are_figures_too() -> None:
    """`agency.rule_making` is 0 or 1, and an agency has one level."""
    assert sets(proofs(era_of(rule("X", "agency.rule_making >= 2")))) == [{"TOY-X"}]
    levels = [rule("A", 'agency.level == "county"'), rule("B", 'agency.level == "city"')]
    assert sets(proofs(era_of(*levels))) == [{"TOY-A", "TOY-B"}]
