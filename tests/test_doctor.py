"""`xltool doctor` tells what is there and what is missing for what; shells complete commands, options and eras."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from strategies import ROOT, SHELF

from xltool.app import doctor
from xltool.app.shelf import shelf
from xltool.cli.main import COMMANDS, main
from xltool.io import surroundings
from xltool.io.campaigns.folder import find_campaign
from xltool.model.health import Item
from xltool.report.health import remedy_of

Run = Callable[..., tuple[int, str]]
LIBRARY = SHELF.library


@pytest.fixture
def xltool(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*args: str) -> tuple[int, str]:
        capfdbinary.readouterr()
        shelf.cache_clear()
        with pytest.raises(SystemExit) as ended:
            main(list(args))
        return int(ended.value.code or 0), capfdbinary.readouterr()[0].decode()

    return run


def looked_at(xltool: Run, *options: str) -> tuple[int, dict[tuple[str, str], dict[str, Any]]]:
    """The exit code, and every item by kind and name."""
    code, out = xltool(*options, "doctor", "--format", "json")
    tree = json.loads(out)
    assert tree["ok"] == (code == 0)
    return code, {(each["kind"], each["name"]): each for each in tree["items"]}


def state(found: Mapping[tuple[str, str], dict[str, Any]], kind: str) -> str:
    (item,) = {each["state"] for (name, _), each in found.items() if name == kind}
    return str(item)


# --- doctor ------------------------------------------------------------------------------------------------------


def test_a_whole_installation_is_well(xltool: Run) -> None:
    """Versions are those installed, and each kind of thing is looked at."""
    code, found = looked_at(xltool)
    assert code == 0
    assert found["library", "click"]["value"] == surroundings.version_of("click")
    assert found["python", ""]["value"] == ".".join(map(str, sys.version_info[:3]))
    kinds = {kind for kind, _ in found}
    assert kinds >= {
        "xltool",
        "python",
        "system",
        "library",
        "data",
        "temporary",
        "office",
        "fonts",
        "zlib",
        "terminal",
    }
    assert {f"extra_{extra}" for extra in doctor.EXTRAS} <= kinds


def test_the_table_of_libraries_is_that_of_the_project() -> None:
    """What pyproject.toml asks for, extras for development aside."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(requirements: list[str]) -> list[str]:
        return [re.split(r"[^\w.-]", each)[0] for each in requirements]

    assert sorted(doctor.NEEDED) == sorted(names(project["dependencies"]))
    extras = {
        extra: names(each) for extra, each in project["optional-dependencies"].items() if extra not in ("dev", "bench")
    }
    assert {extra: [name] for extra, name in doctor.EXTRAS.items()} == extras


def test_what_is_optional_is_told_with_what_it_is_for(xltool: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any extra, suite or font the exit code is 0, and each says what to install."""
    real = surroundings.version_of
    monkeypatch.setattr(surroundings, "version_of", lambda name: None if name in doctor.EXTRAS.values() else real(name))
    monkeypatch.setattr(surroundings, "suites", lambda: iter(()))
    monkeypatch.setattr(surroundings, "chinese_fonts", list)
    code, found = looked_at(xltool)
    assert code == 0
    for extra, name in doctor.EXTRAS.items():
        item = found[f"extra_{extra}", name]
        assert item["state"] == "missing"
        assert f'pip install "xltool[{extra}]"' in item["remedy"]["zh"]
        assert f'pip install "xltool[{extra}]"' in item["remedy"]["en"]
    assert state(found, "office") == state(found, "fonts") == "missing"
    code, out = xltool("--lang", "zh", "doctor")
    assert code == 0
    assert "【没有】办公软件\n    没有找到 WPS、Excel 或 LibreOffice" in out
    assert out.endswith("可以正常使用。\n")


def test_a_missing_library_is_broken(xltool: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = surroundings.version_of
    monkeypatch.setattr(surroundings, "version_of", lambda name: None if name == "xlsxwriter" else real(name))
    code, found = looked_at(xltool)
    assert code == 1
    assert found["library", "xlsxwriter"]["state"] == "broken"
    assert found["library", "click"]["state"] == "ok"
    code, out = xltool("--lang", "en", "doctor")
    assert code == 1
    assert "[BROKEN] libraries: xlsxwriter\n    A needed library is missing" in out
    assert out.endswith("1 needed things are not in order; see above.\n")


def test_faulty_data_files_are_broken(xltool: Run, tmp_path: Path) -> None:
    """Those of one's own count too."""
    folder = tmp_path / "eras" / "mine-2020"
    shutil.copytree(ROOT / "schemas" / "national-2014", folder)
    code, found = looked_at(xltool, "--schemas", "eras")
    assert code == 1
    assert state(found, "data") == "broken"
    assert "xltool lint" in found["data", ""]["remedy"]["zh"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_folders_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert not surroundings.writable(tmp_path)


def test_a_folder_that_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    assert surroundings.writable(tmp_path)
    assert not surroundings.writable(tmp_path / "gone")
    assert list(tmp_path.iterdir()) == []


def test_the_campaign_folder_must_be_writable_and_any_other_should(
    xltool: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "writable", lambda folder=None: folder is None)
    code, found = looked_at(xltool)
    assert (code, state(found, "folder"), state(found, "temporary")) == (0, "missing", "ok")
    (tmp_path / "xltool.toml").write_text('era = "national-2021"\nyear = 2025\n', encoding="utf-8")
    assert find_campaign(Path.cwd()) is not None
    code, found = looked_at(xltool)
    assert (code, state(found, "campaign")) == (1, "broken")
    monkeypatch.setattr(surroundings, "writable", lambda folder=None: folder is not None)
    code, found = looked_at(xltool)
    assert (code, state(found, "campaign"), state(found, "temporary")) == (1, "ok", "broken")


@pytest.mark.parametrize(
    ("variable", "place", "expected"),
    [
        ("ProgramFiles", "LibreOffice/program/soffice.com", ("LibreOffice", "")),
        ("LOCALAPPDATA", "Kingsoft/WPS Office/12.1.0.16929/office6/et.exe", ("WPS Office", "12.1.0.16929")),
        ("ProgramFiles(x86)", "Microsoft Office/root/Office16/EXCEL.EXE", ("Microsoft Excel", "")),
    ],
)
def test_suites_are_found_where_installers_put_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, place: str, expected: tuple[str, str]
) -> None:
    """Windows has no command for them; a program that cannot tell its version has none. The home folder is ``~``."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(surroundings.Path, "home", lambda: tmp_path)
    program = tmp_path / "Programs" / place
    program.parent.mkdir(parents=True)
    program.touch()
    found = [each for each in surroundings.suites({variable: str(tmp_path / "Programs")}) if each[2].startswith("~")]
    assert found == [(*expected, f"~/Programs/{place}")]


def test_of_two_versions_the_newer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for version in ("11.1.0.9000", "12.1.0.16929"):
        program = tmp_path / "Kingsoft" / "WPS Office" / version / "office6" / "et.exe"
        program.parent.mkdir(parents=True)
        program.touch()
    versions = [each[1] for each in surroundings.suites({"LOCALAPPDATA": str(tmp_path)}) if each[0] == "WPS Office"]
    assert versions[0] == "12.1.0.16929"


def test_an_installed_libreoffice_tells_its_version() -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    name, version, _ = next(surroundings.suites())
    assert name == "LibreOffice"
    assert re.fullmatch(r"\d+(\.\d+)+", version)


def test_fonts_without_fontconfig_are_known_by_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    fonts = tmp_path / "Fonts"
    fonts.mkdir()
    (fonts / "simsun.ttc").touch()
    assert "宋体 SimSun" in surroundings.chinese_fonts({"WINDIR": str(tmp_path)})
    assert "微软雅黑 Microsoft YaHei" not in surroundings.chinese_fonts({"WINDIR": str(tmp_path)})


@pytest.mark.parametrize(("encoding", "shows"), [("utf-8", True), ("gbk", True), ("cp437", False), ("", False)])
def test_which_terminals_show_chinese(encoding: str, shows: bool) -> None:
    assert surroundings.shows_chinese(encoding) == shows


def test_whatever_is_not_well_has_a_remedy_in_both_languages() -> None:
    """Each kind of item that the table can call missing or broken says what to do."""
    words = LIBRARY.campaign_words
    kinds = ["library", "data", "temporary", "campaign", "python"], ["folder", "office", "fonts", "terminal"]
    for health, named in zip(("broken", "missing"), kinds, strict=True):
        for kind in (*named, *(f"extra_{extra}" for extra in doctor.EXTRAS if health == "missing")):
            item = Item(kind, health)  # type: ignore[arg-type]
            assert remedy_of(item, words, "zh") and remedy_of(item, words, "en"), kind


def test_nothing_of_the_environment_is_told(xltool: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the environment, no folder one works in."""
    monkeypatch.setenv("XLTOOL_PASSWORD", "hunter2hunter2")
    _, out = xltool("doctor")
    assert "hunter2" not in out
    assert str(tmp_path) not in out


# --- shell completion --------------------------------------------------------------------------------------------


def completed(*words: str, shell: str = "bash", folder: Path | None = None) -> list[str]:
    """What the shell is told for the last of `words`; fish and zsh speak of types and helps too."""
    run = subprocess.run(
        [sys.executable, "-m", "xltool"],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "_XLTOOL_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": " ".join(["xltool", *words]),
            "COMP_CWORD": str(len(words)),
        },
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert run.stderr == ""
    return [line.partition(",")[2] for line in run.stdout.splitlines() if line]


def source(shell: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "xltool"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "_XLTOOL_COMPLETE": f"{shell}_source"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout


@pytest.mark.parametrize(
    ("shell", "names"), [("bash", "complete -o nosort"), ("zsh", "#compdef xltool"), ("fish", "complete --no-files")]
)
def test_each_shell_gets_a_script(shell: str, names: str) -> None:
    if shell == "bash" and not shutil.which("bash"):
        pytest.skip("bash is not installed, and click looks at its version")
    script = source(shell)
    assert names in script
    assert "_XLTOOL_COMPLETE" in script


def test_commands_are_completed() -> None:
    assert completed("") == list(COMMANDS)
    assert completed("re") == [name for name in COMMANDS if name.startswith("re")]


def test_options_are_completed() -> None:
    assert completed("validate", "--fa") == ["--fail-on"]
    assert completed("validate", "--fail-on", "e") == ["error", "explain"]


ERA_OPTIONS = [("validate", "--era"), ("lint", "--era"), ("import", "--era"), ("series", "--era"), ("init", "--era")]


@pytest.mark.parametrize("words", [*ERA_OPTIONS, ("reconcile", "--era"), ("generate",), ("lint",)])
def test_eras_are_completed(words: tuple[str, ...]) -> None:
    eras = [era for era in LIBRARY.era_folders if era.startswith("n")]
    assert completed(*words, "n") == eras


def test_lint_completes_files_where_it_wants_returns() -> None:
    """What a shell does with an empty list of kind `file` is its own completion of paths."""
    assert completed("lint", "--replay", "ret") == ["ret"]
    assert completed("lint", "ret") == []


def test_eras_of_ones_own_are_completed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schemas" / "national-2014", tmp_path / "eras" / "mine-2020")
    assert completed("--schemas", "eras", "validate", "--era", "mi", folder=tmp_path) == ["mine-2020"]
    assert completed("--schemas", "gone", "validate", "--era", "mi", folder=tmp_path) == []


def test_the_script_works_in_bash(tmp_path: Path) -> None:
    """The function the script defines fills COMPREPLY as bash expects it."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    command = tmp_path / "xltool"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m xltool "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    asked = "COMP_WORDS=(xltool validate --era national); COMP_CWORD=3; _xltool_completion xltool; echo ${COMPREPLY[*]}"
    run = subprocess.run(
        [bash, "--norc", "-c", f'eval "$(_XLTOOL_COMPLETE=bash_source xltool)"; {asked}'],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout.split() == [era for era in LIBRARY.era_folders if era.startswith("national")]


def test_completing_is_quick() -> None:
    """Only the modules of the command typed are imported: no library for files, none for numbers."""
    code = (
        "import sys, os; from xltool.cli.main import main\n"
        "try: main([])\nexcept SystemExit: pass\n"
        "print('HEAVY', *sorted({'openpyxl', 'docx', 'pdfplumber', 'pyarrow', 'z3', 'pandas', 'distributed'} & set(sys.modules)))"
    )
    environment = {"_XLTOOL_COMPLETE": "bash_complete", "COMP_WORDS": "xltool validate --era n", "COMP_CWORD": "3"}
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout.splitlines()[-1] == "HEAVY"
    assert "plain,national-2021" in run.stdout
