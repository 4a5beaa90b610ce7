"""An official letter, as plain parts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LetterParts:
    """An official letter: whom it goes to, what it says, what it lists, and who signs when."""

    title: str
    addressee: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...]
    signature: str
    date: str
