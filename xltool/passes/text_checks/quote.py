"""Sentences as messages quote them."""

from __future__ import annotations

from xltool.model.sentences import Figure

_AROUND = 40


def quote(figure: Figure) -> str:
    """The sentence, or where it is long what stands around the figure."""
    at = max(0, figure.sentence.find(figure.raw))
    start, end = max(0, at - _AROUND), at + len(figure.raw) + _AROUND
    before, after = "…" if start else "", "…" if end < len(figure.sentence) else ""
    return f"{before}{figure.sentence[start:end]}{after}"
