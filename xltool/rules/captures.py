"""One rule for many places: ``"for": {"c": "applications.*"}``.

A pattern is a dotted path in which ``*`` stands for one segment and ``**`` for one or more. The name captures
the whole match, or the part in parentheses: ``(**).cumulative`` captures what comes before ``.cumulative``.
With ``*`` alone it matches groups and indicators, with ``**`` indicators only. Several patterns, and several
names, give all combinations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

Captures = Mapping[str, Sequence[str]]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOKEN = re.compile(r"\*\*|\*|[()]|[^*()]+")
_REGEX = {"**": r"[^.]+(?:\.[^.]+)*", "*": r"[^.]+", "(": "(", ")": ")"}


def bindings(captures: Captures, groups: Iterable[str], indicators: Iterable[str]) -> list[dict[str, str]]:
    """Every way to bind the names to paths of the era, groups first, each in schema order."""
    leaves = list(indicators)
    every = [*groups, *leaves]
    choices = [_matches(patterns, every, leaves) for patterns in captures.values()]
    return [dict(zip(captures, choice, strict=True)) for choice in product(*choices)]


def substitute(source: str, binding: Mapping[str, str]) -> str:
    """The rule's text with each captured name replaced by what it is bound to."""
    return _NAME.sub(lambda name: binding.get(name[0], name[0]), source)


def _matches(patterns: Sequence[str], every: Sequence[str], leaves: Sequence[str]) -> list[str]:
    found: dict[str, None] = {}
    for pattern in patterns:
        regex = _regex(pattern)
        for path in leaves if "**" in pattern else every:
            if match := regex.fullmatch(path):
                found.setdefault(match[1] if regex.groups else match[0])
    return list(found)


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_REGEX.get(token) or re.escape(token) for token in _TOKEN.findall(pattern)))
