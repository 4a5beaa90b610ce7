"""三核对: an agency's return, its Word report and its web page are compared cell by cell."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests import published
from tests.test_import import SHELF, drawn, plain_record
from xltool.app.forms import fill_record
from xltool.cli.main import xltool as cli
from xltool.model.record import Agency, Record


def write(folder: Path, record: Record, code: str, name: str, page: Record | None = None) -> list[str]:
    """Return, report and page of an agency; `page` where the page says something else."""
    own = replace(record, agency=Agency(code, name), values=filled(record))
    data, _ = fill_record(own, SHELF, "typed", "zh")
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        f"{name}.xlsx": data,
        f"{name}.docx": published.docx(drawn(own), own.year),
        f"{name}.html": published.page(drawn(page or own), own.year).encode("utf-8"),
    }
    for file, content in files.items():
        (folder / file).write_bytes(content)
    return [str(folder / file) for file in files]


def filled(record: Record) -> dict[str, object]:
    era = SHELF.era(record.era)
    return {path: None if era.indicators[path].optional else value or 0 for path, value in record.values.items()}


def run(*args: str) -> tuple[int, str]:
    from click.testing import CliRunner

    result = CliRunner().invoke(cli, ["--lang", "zh", "reconcile", *args], standalone_mode=True)
    return result.exit_code, result.stdout


@pytest.fixture
def record() -> Record:
    found = plain_record("national-2021", 5)
    return replace(found, values=filled(found))


def test_files_that_agree_exit_0(record: Record, tmp_path: Path) -> None:
    """Return, report and page with the same figures are the same."""
    code, text = run(*write(tmp_path, record, "001", "甲局"))
    assert code == 0, text
    assert "一致" in text


def test_a_figure_that_differs_is_shown_with_each_place(record: Record, tmp_path: Path) -> None:
    """One figure on the page is another: the exit code is 1, and each file's figure and cell are told."""
    path = "disclosure.rules.issued"
    page = replace(record, values={**record.values, path: 999})
    code, text = run(*write(tmp_path, record, "001", "甲局", page), "--format", "json")
    assert code == 1
    (group,) = json.loads(text)
    assert [each["path"] for each in group["differing"]] == [path]
    assert [cell["value"] for cell in group["differing"][0]["cells"]] == [record.values[path]] * 2 + [999]
    assert [cell["cell"] for cell in group["differing"][0]["cells"]][2] == "B3"
    assert group["findings"][0]["code"] == "RECONCILE-DIFFERS"


def test_a_blank_is_not_zero(record: Record, tmp_path: Path) -> None:
    """Where one file has 0 and another nothing, that is said."""
    path = "disclosure.rules.issued"
    page = replace(record, values={**record.values, path: None})
    code, text = run(*write(tmp_path, record, "001", "甲局", page), "--format", "json")
    assert code == 1
    assert [finding["code"] for finding in json.loads(text)[0]["findings"]] == ["RECONCILE-ONLY-IN"]


def test_folders_are_compared_agency_by_agency(record: Record, tmp_path: Path) -> None:
    """In a batch, files belong together by the agency's code or name, in them or in their names."""
    page = replace(record, values={**record.values, "disclosure.rules.issued": 999})
    write(tmp_path, record, "001", "甲局")
    write(tmp_path, record, "002", "乙局", page)
    code, text = run(str(tmp_path), "--format", "json")
    assert code == 1
    groups = {group["agency"]["code"]: group for group in json.loads(text)}
    assert {code: (len(group["files"]), len(group["differing"])) for code, group in groups.items()} == {
        "001": (3, 0),
        "002": (3, 1),
    }


def test_another_year_is_not_compared(record: Record, tmp_path: Path) -> None:
    """Last year's page beside this year's return is refused by name."""
    files = write(tmp_path, record, "001", "甲局")
    Path(files[2]).write_text(published.page(drawn(record), 2022), encoding="utf-8")
    code, text = run(*files, "--format", "json")
    assert code == 1
    assert [finding["code"] for finding in json.loads(text)[0]["findings"]] == ["RECONCILE-ERA"]


def test_one_file_alone_has_nothing_to_be_compared_with(record: Record, tmp_path: Path) -> None:
    """That is said, to be explained."""
    files = write(tmp_path, record, "001", "甲局")
    code, text = run(files[0], "--format", "json")
    assert code == 0
    assert [finding["code"] for finding in json.loads(text)[0]["findings"]] == ["RECONCILE-ALONE"]
