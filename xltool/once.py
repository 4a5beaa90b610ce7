"""Worked out once for each object: what costs more than the object it is worked out from."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

_Of = TypeVar("_Of")
_Found = TypeVar("_Found")


def once(work_out: Callable[[_Of], _Found]) -> Callable[[_Of], _Found]:
    """`work_out`, whose answer on an object is kept for as long as that object lives. Told apart by identity: the
    objects are frozen, and to compare two eras takes longer than to look at one."""
    found: dict[int, _Found] = {}

    @wraps(work_out)
    def known(of: _Of) -> _Found:
        key = id(of)
        if key not in found:
            found[key] = work_out(of)
            weakref.finalize(of, found.pop, key, None)
        return found[key]

    return known
