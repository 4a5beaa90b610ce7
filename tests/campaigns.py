"""Small campaigns for tests: a roster of four, and returns as records, which are quick to read."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from xltool.app.campaigns.campaign import Campaign, init_campaign
from xltool.app.campaigns.intake import intake
from xltool.app.shelf import Shelf
from xltool.io.library import Library
from xltool.model.campaign import Settings
from xltool.passes.versions import Taken

SHELF = Shelf(Library(), isolated=False)
ERA = "national-2021"
ROSTER = """代码,全称,简称,上级,规章制定权,联系人,电话,期限
X-ZF,示例市人民政府办公室,市政府办,,否,王五,0431-1,2024-01-20
X-SFJ,示例市司法局,市司法局,X-ZF,否,张三,0431-2,2024-01-20
X-CZJ,示例市财政局,市财政局,X-ZF,否,李四,0431-3,2024-01-25
X-JYJ,示例市教育局,市教育局,X-ZF,否,,,
"""
NAMES = {"X-ZF": "示例市人民政府办公室", "X-SFJ": "示例市司法局", "X-CZJ": "示例市财政局", "X-JYJ": "示例市教育局"}
RULES = "disclosure.rules.issued"
CHECK = f"N21-T2-RULE-MAKING@{RULES}"
WRONG = {"applications.total.handled": 18}
"""An error: the total is no longer the sum."""
ODD = {RULES: 1}
"""Something to explain: the office has no power to make rules."""


@cache
def _example() -> dict[str, Any]:
    path = SHELF.library.examples / "records" / "example-2023.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def record(
    code: str,
    submission: int = 1,
    changes: Mapping[str, object] | None = None,
    *,
    explained: str = "",
    year: int = 2023,
    name: str = "",
    filler: str = "",
) -> bytes:
    """A valid return of an agency, but for `changes`; `explained` answers the check that `ODD` fails."""
    tree = copy.deepcopy(_example())
    tree |= {"year": year, "submission": submission, "agency": {"code": code, "name": name or NAMES.get(code, code)}}
    for path, value in (changes or {}).items():
        node = tree["data"]
        *above, leaf = path.split(".")
        for step in above:
            node = node[step]
        node[leaf] = value
    if explained:
        check, _, place = CHECK.partition("@")
        tree["explanations"] = [{"check": check, "place": place, "text": explained}]
    if filler:
        tree["cover"]["filler"] = filler
    return json.dumps(tree, ensure_ascii=False).encode("utf-8")


def make_campaign(folder: Path, **settings: Any) -> Campaign:
    """A new campaign on the roster of four."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    roster = folder.parent / f"{folder.name}-roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    wanted = {"deadline": "2024-01-31", "office": "示例市政务公开办公室", **settings}
    campaign, _ = init_campaign(folder, Settings(ERA, 2023, **wanted), roster, SHELF)
    return campaign


def put(campaign: Campaign, files: Mapping[str, bytes]) -> None:
    """Lay files into the inbox."""
    for name, data in files.items():
        path = campaign.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def take(campaign: Campaign, files: Mapping[str, bytes], as_of: str = "2024-01-15", **options: Any) -> list[Taken]:
    """Lay files into the inbox and take all of it in."""
    put(campaign, files)
    return list(intake(campaign, SHELF, (), as_of, **options))


def states(campaign: Campaign) -> dict[str, str]:
    """The state of every return, by the name of its file."""
    with campaign.ledger() as ledger:
        return {version.name: version.state for version in ledger.versions()}


def outcomes(taken: Iterable[Taken]) -> dict[str, str]:
    return {each.name: each.outcome for each in taken}
