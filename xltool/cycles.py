"""How often Python looks for objects that only hold each other.

There are few of them here: books, records and plans are trees, and go as soon as nobody holds them. Looked for as often
as Python would by itself, they cost the making of a large summary a seventh of its time.
"""

from __future__ import annotations

import gc

_MORE_THAN_BEFORE = 100_000


def look_seldom() -> None:
    """Look for them each time there are a hundred thousand objects more than at the last look."""
    gc.set_threshold(_MORE_THAN_BEFORE)
