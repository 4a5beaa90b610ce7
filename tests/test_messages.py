"""The catalogue of messages and the code say the same: no code without words, no words without a code."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from strategies import ROOT, SHELF

from xltool.io.meta_schemas import meta_findings
from xltool.lang import Lang
from xltool.model.finding import Finding
from xltool.report.wording import Wording

SOURCES = sorted((ROOT / "xltool").rglob("*.py"))
METAS = ROOT / "schemas" / "meta"
_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")
_PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What looks like a code and is none: the format identifier of a stream of document properties.
NO_CODES = {"D5CDD505-2E9C-101B-9397-08002B2CF9AE"}


def load(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


CATALOGUE: dict[str, Any] = {
    code: entry for code, entry in load(ROOT / "schemas" / "messages.json").items() if code[0] != "$"
}


def nodes() -> Iterator[ast.AST]:
    return chain.from_iterable(ast.walk(ast.parse(file.read_text(encoding="utf-8"))) for file in SOURCES)


def mentioned() -> set[str]:
    """Every text of the shape of a code in the program."""
    texts = {node.value for node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if _CODE.fullmatch(text)} - NO_CODES


def texts_of(entry: dict[str, Any]) -> Iterator[dict[str, str]]:
    yield {lang: entry[lang] for lang in ("zh", "en")}
    yield entry["cause"]
    yield entry["remedy"]


def placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def test_every_code_of_the_program_is_in_the_catalogue() -> None:
    assert mentioned() - set(CATALOGUE) == set()


def test_every_code_of_the_catalogue_is_used_by_the_program() -> None:
    assert set(CATALOGUE) - mentioned() == set()


@pytest.mark.parametrize("code", CATALOGUE)
def test_both_languages_say_the_same(code: str) -> None:
    """The same placeholders; Chinese is Chinese, and causes and remedies are whole sentences."""
    entry = CATALOGUE[code]
    for text in texts_of(entry):
        assert placeholders(text["zh"]) == placeholders(text["en"])
        assert _CHINESE.search(text["zh"])
    for text in (entry["cause"], entry["remedy"]):
        assert text["zh"].endswith(("。", "？"))
        assert text["en"].endswith((".", "?"))


@pytest.mark.parametrize("code", CATALOGUE)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_line_says_what_and_what_to_do(code: str, lang: Lang) -> None:
    """Severity, the message with its arguments, and the remedy, each a sentence of its own."""
    entry = CATALOGUE[code]
    names = placeholders(entry[lang]) | placeholders(entry["remedy"][lang])
    library = SHELF.library
    wording = Wording(library.catalogue, library.words, SHELF.era, lambda era, lang: {}, lang)
    line = wording.line(Finding(code, entry["severity"], args={name: f"<{name}>" for name in names}), None)
    said = library.words[f"severity_{entry['severity']}"](lang)
    remedy = entry["remedy"][lang].replace("{", "<").replace("}", ">")
    assert said in line
    assert line.endswith(remedy)
    assert line.removesuffix(remedy).rstrip()[-1] in "。！？”.!?"
    assert "{" not in line


def given_arguments() -> Iterator[tuple[str, set[str]]]:
    """For every place that raises or reports a code with arguments written out there: the code and their names."""
    for node in nodes():
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
            continue
        code = node.args[0]
        if not (isinstance(code, ast.Constant) and code.value in CATALOGUE):
            continue
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        if None in keywords:
            continue
        if node.func.id == "refuse":
            yield str(code.value), {name for name in keywords if name and name != "places"}
        elif node.func.id == "Finding":
            args = keywords.get("args", node.args[4] if len(node.args) > 4 else ast.Dict([], []))
            if isinstance(args, ast.Dict) and all(isinstance(key, ast.Constant) for key in args.keys):
                yield str(code.value), {str(key.value) for key in args.keys if isinstance(key, ast.Constant)}


@pytest.mark.parametrize(("code", "given"), sorted((code, tuple(sorted(given))) for code, given in given_arguments()))
def test_a_message_gets_the_arguments_it_speaks_of(code: str, given: tuple[str, ...]) -> None:
    """Where the code shows what a finding carries: a placeholder left open would be shown to a clerk."""
    entry = CATALOGUE[code]
    spoken = placeholders(entry["zh"]) | placeholders(entry["remedy"]["zh"])
    assert spoken <= set(given)


def test_the_catalogue_keeps_to_its_meta_schema() -> None:
    document = load(ROOT / "schemas" / "messages.json")
    assert meta_findings(document, load(METAS / "messages.schema.json"), "messages.json") == ()


@pytest.mark.parametrize("meta", sorted(file.name for file in METAS.iterdir()))
def test_meta_schemas_are_schemas(meta: str) -> None:
    Draft202012Validator.check_schema(load(METAS / meta))


KINDS = {
    "record.schema.json": "schemas/*/record.schema.json",
    "checks.schema.json": "schemas/*/checks.json",
    "layout.schema.json": "templates/*/layout.json",
    "report.schema.json": "templates/*/report.json",
    "crosswalk.schema.json": "schemas/crosswalk/*.json",
    "text.schema.json": "schemas/*/text.json",
    "words.schema.json": "templates/*words.json",
    "styles.schema.json": "templates/styles.json",
    "pages.schema.json": "templates/pages/pages.json",
}
FILES = [(meta, file) for meta, pattern in KINDS.items() for file in sorted(ROOT.glob(pattern)) if file.parent != METAS]


@pytest.mark.parametrize(
    ("meta", "file"), FILES, ids=lambda value: value if isinstance(value, str) else value.parent.name
)
def test_data_files_keep_to_their_meta_schema(meta: str, file: Path) -> None:
    assert meta_findings(load(file), load(METAS / meta), file.name) == ()


def test_every_kind_of_data_file_has_files() -> None:
    """A pattern that finds nothing tests nothing."""
    assert {meta for meta, _ in FILES} == set(KINDS)
