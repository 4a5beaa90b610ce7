"""Where a campaign is."""

from __future__ import annotations

from pathlib import Path

NAME = "xltool.toml"


def find_campaign(start: Path) -> Path | None:
    """The campaign folder that `start` is or lies in."""
    return next((folder for folder in (start, *start.parents) if (folder / NAME).is_file()), None)
