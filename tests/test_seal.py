"""Sealed workbooks: made with the campaign's key, known again by it; and what is read only once it is confirmed."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from mistreated.edits import edit

from xltool.cli.main import main
from xltool.io.books.containers import open_book

KEY = bytes(range(32))
ROSTER = "代码,全称\n220381-SFJ,公主岭市司法局\n"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a roster, a key and another key."""
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "key").write_bytes(KEY)
    (tmp_path / "other").write_bytes(KEY[::-1])
    return tmp_path


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    exit_code: int
    stdout: str
    output: str


def run(*arguments: object) -> Ran:
    """A command, as from a terminal."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(["--lang", "en", *map(str, arguments)])
    out.flush(), err.flush()
    said, told = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
    return Ran(int(str(ended.value.code)), said, said + told)


def made(desk: Path, out: str, *options: object) -> Path:
    """The workbook `generate` makes for the one agency."""
    done = run("generate", "national-2021", "--year", 2023, "--roster", desk / "roster.csv", "-o", desk / out, *options)
    assert done.exit_code == 0, done.output
    return next((desk / out).iterdir())


def codes(*arguments: object) -> set[str]:
    """The codes `validate` finds, blanks left aside: nothing has been filled in."""
    done = run("validate", "--format", "json", *arguments)
    found = {each["code"] for each in _findings(json.loads(done.stdout))}
    return found - {"VALUE-BLANK"}


def _findings(tree: object) -> list[dict[str, str]]:
    if isinstance(tree, dict):
        own = tree.get("findings", [])
        return [*own, *(found for key, each in tree.items() if key != "findings" for found in _findings(each))]
    return [found for each in tree for found in _findings(each)] if isinstance(tree, list) else []


def test_without_a_key_the_bytes_are_the_same(desk: Path) -> None:
    """A seal is in the workbook only where there is a key; without one nothing changes."""
    plain, sealed = made(desk, "plain"), made(desk, "sealed", "--key-file", desk / "key")
    assert made(desk, "again").read_bytes() == plain.read_bytes() != sealed.read_bytes()
    assert b"seal" not in json.dumps(sorted(open_book(plain.read_bytes()).properties)).encode()


def test_the_seal_is_an_hmac_in_three_carriers(desk: Path) -> None:
    """HMAC-SHA256 over era, version, year, scope, agency and fingerprint: in properties, constant and hidden sheet."""
    book = open_book(made(desk, "sealed", "--key-file", desk / "key").read_bytes())
    said = [
        book.properties[f"xltool_{key}"]
        for key in ("era", "era_version", "year", "scope", "agency_code", "fingerprint")
    ]
    due = hmac.new(KEY, "\n".join(said).encode(), hashlib.sha256).hexdigest()
    assert book.properties["xltool_seal"] == due
    assert str(book.names["XL_META"]).endswith("|" + due)
    hidden = book.sheet("_xltool")
    assert hidden is not None and due in {cell.value for cell in hidden.cells.values()}


def test_returns_are_held_against_the_key(desk: Path) -> None:
    """The right key is silent, the wrong one refuses the file, a missing seal must be explained."""
    plain, sealed = made(desk, "plain"), made(desk, "sealed", "--key-file", desk / "key")
    assert codes(sealed) == codes(plain) == codes(sealed, "--key-file", desk / "key") == set()
    assert codes(sealed, "--key-file", desk / "other") == {"FORM-SEAL"}
    assert codes(plain, "--key-file", desk / "key") == {"FORM-SEAL-MISSING"}


@pytest.mark.parametrize(("size", "code"), [(None, "cannot be read"), (0, "16"), (15, "16"), (4097, "4096")])
def test_a_file_that_is_no_key_is_refused(desk: Path, size: int | None, code: str) -> None:
    """Missing, too short, too long: exit code 2, and nothing is written."""
    if size is not None:
        (desk / "bad").write_bytes(b"x" * size)
    done = run("generate", "national-2021", "--year", 2023, "-o", desk / "out", "--key-file", desk / "bad")
    assert done.exit_code == 2
    assert code in done.output
    assert not (desk / "out").exists()


@pytest.mark.parametrize("size", [16, 4096])
def test_any_bytes_are_a_key(desk: Path, size: int) -> None:
    """From 16 to 4096 bytes of whatever kind."""
    (desk / "odd").write_bytes(bytes(number % 256 for number in range(size)))
    sealed = made(desk, "out", "--key-file", desk / "odd")
    assert codes(sealed, "--key-file", desk / "odd") == set()


def test_lost_names_are_read_only_when_confirmed(desk: Path) -> None:
    """Without --confirm-mapping the file tells how much could be found; with it the record is read, and says how."""
    bare = desk / "bare.xlsx"
    edit(made(desk, "out"), bare, [["drop_names", "XL_"], ["drop_names", "XT_"]])
    refused, read = run("read", bare), run("read", bare, "--confirm-mapping")
    assert refused.exit_code == 2 and "--confirm-mapping" in refused.output and "166 of 166" in refused.output
    assert json.loads(read.stdout)["agency"] == {"code": "220381-SFJ", "name": "公主岭市司法局"}
    assert codes(bare, "--confirm-mapping") == {"FORM-CARRIER-LOST", "FORM-MAPPED-BY-LABELS"}


def test_the_agency_asked_for(desk: Path) -> None:
    """``--agency`` names whose return every file should be."""
    plain = made(desk, "plain")
    assert codes(plain, "--agency", "220381-SFJ") == set()
    assert codes(plain, "--agency", "220381-JYJ") == {"AGENCY-OTHER"}
