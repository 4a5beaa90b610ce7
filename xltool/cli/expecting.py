"""What the options of a command say of the returns it is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xltool.cli.options import key_of
from xltool.model.expected import Expected


def expected_of(given: Mapping[str, Any]) -> Expected:
    """What is expected, by the values of those options the command has. Raises Refused where the key file is none."""
    return Expected(
        era=given.get("era"),
        year=given.get("year"),
        scope=given.get("scope"),
        agency=given.get("agency"),
        key=key_of(given.get("key_file")),
        confirmed=given.get("confirm_mapping", False),
    )
