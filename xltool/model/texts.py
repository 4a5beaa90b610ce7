"""What a text of a record may contain, and how foreign text is shown."""

from __future__ import annotations

import re

MAX_TEXT = 32_000
_SHOWN = 200
# XML 1.0, and so every xlsx, can carry none of these; tabs and line feeds it can.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def canonical(text: str) -> str:
    """The one form of a text in records: lines end in LF, and blank is empty."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if text.strip() else ""


def length(text: str) -> int:
    """Characters as office suites count them: two for each outside the basic plane."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def forbidden(text: str) -> str:
    """The first character no text may have, as ``U+0007``; empty if there is none."""
    match = _FORBIDDEN.search(text)
    return f"U+{ord(match[0]):04X}" if match else ""


def without_controls(text: str) -> str:
    """The text without the characters no text may have."""
    return _FORBIDDEN.sub("", text)


def visible(text: str, limit: int = _SHOWN) -> str:
    """Any text made fit for marks and messages: forbidden characters replaced, cut at `limit` characters."""
    clean = _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
