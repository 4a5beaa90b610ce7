"""Traditional characters to Simplified ones, by OpenCC."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache


@cache
def simplifier() -> Callable[[str], str]:
    """A function that turns Traditional Chinese into Simplified; ASCII passes untouched and fast."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert

    @lru_cache(maxsize=10_000)
    def simplify(text: str) -> str:
        return text if text.isascii() else str(convert(text))

    return simplify
