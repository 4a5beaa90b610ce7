"""Records in parts are one data set: nothing is lost, changed or counted that should not be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from campaigns import ODD, WRONG, record
from hostile.parts import honest
from strategies import SHELF

from xltool.app.machines.partitioning import in_parts
from xltool.app.returns.validating import validate_files
from xltool.cli.main import main
from xltool.io.inputs import gather
from xltool.io.partitions import MANIFEST
from xltool.model.expected import Expected
from xltool.model.finding import Refused

CODES = [f"X-{number:02d}" for number in range(23)]


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    folder = tmp_path / "returns"
    folder.mkdir()
    for number, code in enumerate(CODES):
        (folder / f"{code}.json").write_bytes(record(code, changes=(None, None, WRONG, ODD)[number % 4]))
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04")
    return folder


def run(*args: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "zh", *map(str, args)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def said(code: str) -> str:
    """What to do about it, which stands in every message."""
    remedy = SHELF.library.catalogue[code].remedy
    assert remedy
    return remedy.zh


def parted(returns: Path, to: Path, *options: object, size: int = 5) -> dict[str, bytes]:
    run("validate", returns, "--partitions", to, "--partition-size", size, *options)
    return {path.name: path.read_bytes() for path in sorted(to.iterdir())}


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_merge_reads_the_parts_as_the_returns_themselves(
    form: str, returns: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Records byte for byte, and the same summary figures, whatever the form and the size of the parts."""
    if form == "parquet":
        pytest.importorskip("pyarrow")
    (returns / "broken.xlsx").unlink()
    merged = []
    for name, size in (("returns", 0), ("a", 5), ("b", 1000)):
        source = returns if not size else tmp_path / name
        if size:
            made = parted(returns, source, "--partition-format", form, size=size)
            assert sum(each.startswith("part-") for each in made) == 2 * -(-len(CODES) // size)
        lines, figures = tmp_path / f"{name}.jsonl", tmp_path / f"{name}.csv"
        assert run("merge", source, "-o", figures, "--records", lines, "--include-invalid") == 1
        merged.append(lines.read_bytes())
    assert merged[0].count(b"\n") == len(CODES) and merged[1] == merged[0] == merged[2]


def test_parts_are_the_same_bytes_and_say_what_was_found(returns: Path, tmp_path: Path) -> None:
    made = parted(returns, tmp_path / "a")
    assert parted(returns, tmp_path / "b") == made
    manifest = json.loads(made[MANIFEST])
    assert manifest["complete"] and manifest["records"] == len(CODES) and manifest["files"] == len(CODES) + 1
    assert manifest["unread"]["files"] == 1 and manifest["unread"]["findings"]["error"] >= 1
    assert [each["records"] for each in manifest["parts"]] == [5, 5, 5, 5, 3]
    counts = [json.loads(line) for each in manifest["parts"] for line in made[each["counts"]].splitlines()]
    assert [each["agency"] for each in counts] == CODES
    assert [bool(each["errors"]) for each in counts] == [number % 4 == 2 for number in range(len(CODES))]
    total = {f"{name}s": 0 for name in manifest["findings"]}
    for each in [*counts, *map(json.loads, made["unread.counts.jsonl"].splitlines())]:
        total = {name: count + each[name] for name, count in total.items()}
    assert {f"{name}s": count for name, count in manifest["findings"].items()} == total


def test_what_is_there_is_not_overwritten(returns: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = parted(returns, tmp_path / "a")
    assert run("validate", returns, "--partitions", tmp_path / "a", "--partition-size", 5) == 2
    assert said("WRITE-EXISTS") in capsys.readouterr().err
    again = parted(returns, tmp_path / "a", "--force", size=10)
    assert "part-00003.jsonl" in made and "part-00003.jsonl" not in again
    assert again == parted(returns, tmp_path / "b", size=10)


def test_an_unfinished_folder_is_refused_and_completed(
    returns: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "parts"

    def stopping() -> Iterator[object]:
        found = in_parts(validate_files(gather([str(returns)]), SHELF, Expected()), SHELF, to, size=5)
        for number, each in enumerate(found):
            if number == 12:
                raise KeyboardInterrupt
            yield each

    with pytest.raises(KeyboardInterrupt):
        list(stopping())
    assert (to / "part-00001.jsonl").is_file()
    assert run("merge", to, "-o", tmp_path / "x.csv") == 2
    assert said("PARTITION-INCOMPLETE") in capsys.readouterr().err
    assert parted(returns, to) == parted(returns, tmp_path / "whole")


def test_changed_parts_are_refused(returns: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    parted(returns, folder)
    for name, code in (
        ("part-00001.jsonl", "PARTITION-CHANGED"),
        ("part-00002.counts.jsonl", "PARTITION-CHANGED"),
        (MANIFEST, "PARTITION-MANIFEST"),
    ):
        path = folder / name
        kept = path.read_bytes()
        for other in (kept[:-20], None):
            path.unlink() if other is None else path.write_bytes(other)
            if name == MANIFEST and other is None:
                continue
            with pytest.raises(Refused, match=code):
                gather([str(folder)])
        path.write_bytes(kept)
    assert len([each for each in gather([str(folder)]) if each.name.startswith("part-")]) == len(CODES)


def test_errors_of_the_workbook_keep_its_record_from_counting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record cannot show that its workbook was for another year than asked: it is held back all the same."""
    folder = tmp_path / "returns"
    folder.mkdir()
    (folder / "甲.xlsx").write_bytes(honest())
    run("validate", folder, "--year", 2001, "--partitions", tmp_path / "parts")
    capsys.readouterr()
    (source,) = gather([str(tmp_path / "parts")])
    (found,) = validate_files([source], SHELF, Expected())
    assert found.record is not None
    held, *others = [each for each in found.findings if each.severity == "error"]
    assert held.code == "PARTITION-HELD" and held.args == {"count": source.errors, "left": len(others)}
    assert source.errors == len(others) + 1


def test_parquet_without_pyarrow_is_refused(
    returns: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    how = ("--partitions", tmp_path / "parts", "--partition-format", "parquet")
    assert run("validate", returns, *how) == 2
    assert said("PARQUET-MISSING") in capsys.readouterr().err and not (tmp_path / "parts").exists()
