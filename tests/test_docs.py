"""The documentation says what the program does: generated parts are fresh, nothing is left out, no link is dead."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from docs import generate
from xltool.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    path for found in (ROOT.glob("*.md"), ROOT.glob("docs/**/*.md"), ROOT.glob("examples/*.md")) for path in found
)
COGGED = [path for path in PAGES if "[[[cog" in path.read_text(encoding="utf-8")]
MAX_PICTURE = 150_000

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    """A page without code and comments."""
    return _COMMENT.sub("", _FENCED.sub("", text(path)))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """What the headings of a page are called in links."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", text(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", COGGED, ids=named)
def test_generated_parts_are_fresh(page: Path) -> None:
    """What cog would write now is what stands there; `make docs` puts it right."""
    run = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "--diff", "-P", "-I", str(ROOT), str(page)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, f"run `make docs`\n{run.stdout}{run.stderr}"


def test_every_command_has_its_help_on_the_page() -> None:
    """Each command and subcommand has a heading, and both READMEs name each command."""
    page = text(ROOT / "docs/reference/commands.md")
    assert [name for name, _ in generate.commands() if f"\n## {name}\n" not in page] == []
    for readme in ("README.md", "README.zh-CN.md"):
        assert [name for name in COMMANDS if f"[`{name}`]" not in text(ROOT / readme)] == [], readme


def test_every_check_is_documented() -> None:
    """Each check of each era has a heading."""
    page = text(ROOT / "docs/reference/checks.md")
    files = sorted((ROOT / "schemas").glob("*/checks.json"))
    ids = [check["id"] for file in files for check in json.loads(text(file))["checks"]]
    assert ids and [check for check in ids if f"\n### {check}\n" not in page] == []


def test_every_finding_is_documented() -> None:
    """Each code of the catalogue has a heading."""
    page = text(ROOT / "docs/reference/findings.md")
    codes = [code for code in json.loads(text(ROOT / "schemas/messages.json")) if not code.startswith("$")]
    assert codes and [code for code in codes if f"\n### {code}\n" not in page] == []


def test_every_dependency_has_its_reason() -> None:
    """Each requirement of pyproject.toml has a line of its own, and no line is left of one that went."""
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    required = {re.split(r"[^\w.-]", one)[0] for group in groups for one in group}
    listed = set(re.findall(r"^\| ([\w.-]+) \|", prose(ROOT / "docs/explanation/dependencies.md"), re.MULTILINE))
    assert listed - {"library", "tool"} == required


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_relative_links_resolve(page: Path) -> None:
    """The file is there, and the heading that a link names."""
    dead = []
    for link in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_every_page_is_reachable() -> None:
    """Every page of docs/ is in its index, and every picture on a page."""
    index = text(ROOT / "docs/index.md")
    pages = [named(path).removeprefix("docs/") for path in PAGES if named(path).startswith("docs/")]
    assert [page for page in pages if page != "index.md" and f"({page})" not in index] == []
    linked = {Path(link).name for page in PAGES for link in _LINK.findall(text(page))}
    pictures = sorted((ROOT / "docs/images").glob("*.png"))
    assert [picture.name for picture in pictures if picture.name not in linked] == []
    assert [picture.name for picture in pictures if picture.stat().st_size > MAX_PICTURE] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_make_targets_of_the_readme_exist(readme: str) -> None:
    """Whatever a README tells to make can be made."""
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.MULTILINE))
    told = set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)", text(ROOT / readme), re.MULTILINE))
    names = {one or other for one, other in told}
    assert {"demo", "test"} <= names <= targets
