"""What `xltool doctor` finds: one item for each thing looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xltool.model.finding import Argument

Health = Literal["ok", "missing", "broken"]
"""There; not there, and something optional is not possible; not there or out of order, and needed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing. `kind` is the word it goes by (``doctor_<kind>``) and its remedy (``doctor_<kind>_<health>``); `name`
    tells it from others of its kind, `value` is its version or whatever was found, `args` fill the remedy."""

    kind: str
    health: Health
    value: str = ""
    name: str = ""
    args: Mapping[str, Argument] = field(default_factory=dict)
