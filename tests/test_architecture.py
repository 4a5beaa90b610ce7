"""The layers of docs/explanation/architecture.md hold in the code."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "xltool"
CORE = ("lang.py", "numbers.py", "rules", "model", "plan", "passes")
# What import-linter cannot see: impurity that needs no import of its own, or a harmless module's clock.
# Its source text consists of parsed rules alone, and runs without a module of its own.
COMPILER = "rules/compiled.py"
IMPURE_BUILTINS = {"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint"}
CLOCK = {"now", "utcnow", "today"}


def core_files() -> list[Path]:
    return sorted(
        file for part in CORE for file in ([PACKAGE / part] if part.endswith(".py") else (PACKAGE / part).rglob("*.py"))
    )


def impure_calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name) if name in IMPURE_BUILTINS:
                yield f"line {node.lineno}: {name}()"
            case ast.Attribute(attr=name) if name in CLOCK:
                yield f"line {node.lineno}: .{name}()"


def test_imports_go_only_downward_and_the_core_is_pure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every import-linter contract of pyproject.toml is kept; its own words name the one that is not."""
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True, no_logo=True) == 0


@pytest.mark.parametrize("file", core_files(), ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_the_core_neither_reads_the_clock_nor_touches_the_outside(file: Path) -> None:
    """A core module calls nothing that reads or writes the outside, or asks what time it is."""
    compiles = file.relative_to(PACKAGE).as_posix() == COMPILER
    found = impure_calls(ast.parse(file.read_text(encoding="utf-8")))
    assert [call for call in found if not (compiles and "exec" in str(call))] == []


@pytest.mark.parametrize("call", ["open('x')", "print(1)", "datetime.now()", "datetime.date.today()", "eval('1')"])
def test_the_search_for_impure_calls_finds_them(call: str) -> None:
    """The law above can be broken: each kind of call is seen."""
    assert list(impure_calls(ast.parse(call)))


def test_starting_the_command_line_loads_no_workbook_library() -> None:
    """`xltool --version` and a mistyped option answer at once: heavy libraries load in the command that needs them."""
    code = (
        "import sys, xltool.cli.main; "
        "print([name for name in ('openpyxl', 'xlsxwriter', 'xlrd', 'jsonschema') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.strip(), run.stderr) == (0, "[]", "")


def test_every_module_says_what_it_is_for() -> None:
    """Each module of the package opens with a docstring: the map a newcomer reads."""
    silent = [
        file.relative_to(ROOT).as_posix()
        for file in sorted(PACKAGE.rglob("*.py"))
        if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert silent == []
