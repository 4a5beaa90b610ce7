"""What leaves the repository works without it: the wheel, installed into a clean environment."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

import xltool
from xltool.io.data_folders import data_root

ROOT = Path(__file__).resolve().parents[1]
DATA = ("schemas", "templates", "examples")
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def run(command: Sequence[str | Path], cwd: Path) -> str:
    """Standard output of a command that must succeed, run where nothing of this repository is in reach."""
    outside = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=outside,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 0, f"{command} exited {done.returncode}:\n{said}"
    return done.stdout.decode("utf-8", "replace")


def build(kind: str, outdir: Path) -> Path:
    run([sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", outdir, ROOT], cwd=outdir)
    (made,) = outdir.iterdir()
    return made


def files_below(folder: Path) -> set[str]:
    """Relative names of the files below a folder, without what office suites and Python leave behind."""
    return {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith((".~", "~$"))
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a clean environment that has the wheel and what it asks for, nothing else."""
    environment = tmp_path_factory.mktemp("clean") / "venv"
    run([sys.executable, "-m", "venv", environment], cwd=environment.parent)
    programs = environment / SCRIPTS
    pip = [programs / "python", "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt"]
    run([*pip, wheel], cwd=environment.parent)
    return programs


def test_the_wheel_carries_every_data_file(wheel: Path) -> None:
    """Every file of schemas/, templates/ and examples/ is in the wheel, and tests and docs are not."""
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {f"xltool/_data/{folder}/{name}" for folder in DATA for name in files_below(ROOT / folder)}
    assert all(any(name.startswith(f"xltool/_data/{folder}/") for name in shipped) for folder in DATA)
    assert shipped - names == set()
    assert {name.split("/")[0] for name in names} == {"xltool", f"xltool-{xltool.__version__}.dist-info"}
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_two_builds_give_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    """Same input, same bytes holds for the wheel as well."""
    assert build("wheel", tmp_path).read_bytes() == wheel.read_bytes()


def test_the_source_archive_is_the_repository(tmp_path: Path) -> None:
    """Whoever has the source archive can run the tests, build the docs and the wheel."""
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    folders = (*DATA, "xltool", "tests", "docs")
    wanted = {f"{folder}/{name}" for folder in folders for name in files_below(ROOT / folder)}
    top = {
        "pyproject.toml",
        "constraints.txt",
        "Makefile",
        ".ci/run",
        "LICENSE",
        "CHANGELOG.md",
        "README.md",
        "README.zh-CN.md",
    }
    assert (wanted | top) - names == set()


def test_a_checkout_finds_its_own_data() -> None:
    """From a checkout or an editable install the data are those of the repository's top level."""
    assert data_root() == ROOT


def test_an_installed_wheel_finds_its_own_data(scripts: Path, tmp_path: Path) -> None:
    """An installed wheel uses the data inside the package, wherever it is run."""
    code = "from xltool.io.data_folders import data_root; print(data_root().as_posix())"
    found = run([scripts / "python", "-c", code], cwd=tmp_path).strip()
    assert found.endswith("/site-packages/xltool/_data")
    assert Path(found).is_relative_to(scripts.parent)


def test_the_installed_program_and_module_say_their_version(scripts: Path, tmp_path: Path) -> None:
    """`xltool --version` and `python -m xltool --version` say the same, and it is the package's version."""
    program = run([scripts / "xltool", "--version"], cwd=tmp_path)
    module = run([scripts / "python", "-m", "xltool", "--version"], cwd=tmp_path)
    assert program == module
    assert xltool.__version__ in program


def test_the_main_job_runs_from_the_wheel(scripts: Path, tmp_path: Path) -> None:
    """Generate, fill, validate and merge, by the README's first command, in a folder of a Chinese name."""
    where = tmp_path / "政务公开 演示"
    run([scripts / "xltool", "demo", "-o", where], cwd=tmp_path)
    assert list(where.rglob("summary.xlsx"))
