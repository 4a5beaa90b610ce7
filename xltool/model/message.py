"""The message catalogue: every code with its words, cause and remedy in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from xltool.lang import Text, text_of
from xltool.model.finding import Severity

Decision = Literal["read", "confirm", "refuse-field", "refuse-file"]
"""What is done with the figures: read all the same, read only once a person has confirmed it
(``--confirm-mapping``), refused in the fields concerned, or refused with the whole file."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a code says: the sentence with placeholders, why it happens, what to do; and what is decided on it."""

    code: str
    severity: Severity
    text: Text
    cause: Text
    remedy: Text
    decision: Decision | None = None


Catalogue = Mapping[str, Message]


def parse_catalogue(data: Mapping[str, Any]) -> dict[str, Message]:
    """The catalogue in a parsed ``messages.json`` that has passed its meta-schema."""
    return {
        code: Message(
            code,
            entry["severity"],
            text_of(entry),
            text_of(entry["cause"]),
            text_of(entry["remedy"]),
            entry.get("decision"),
        )
        for code, entry in data.items()
        if not code.startswith("$")
    }
