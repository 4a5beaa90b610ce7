"""How often rules fire, which never do, and which always do together.

A rule fires on a return where it fails at one of its places at least. Together means: on exactly the same returns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from xltool.model.check import Check
from xltool.model.era import Era
from xltool.model.replay import Implied, Judged, Together, Use


def uses(era: Era, judged: Sequence[Judged]) -> tuple[Use, ...]:
    """Every check of the era, in the order of its file."""
    names: dict[str, list[str]] = {check: [] for check in era.checks}
    for instance in era.instances:
        names[instance.check.id].append(instance.name)
    return tuple(_use(check, names[check.id], judged) for check in era.checks.values())


def _use(check: Check, names: Sequence[str], judged: Sequence[Judged]) -> Use:
    counts: Counter[str | None] = Counter()
    failed_in, returns = set(), 0
    for number, each in enumerate(judged):
        verdicts = [each.verdict(name) for name in names]
        counts.update(verdicts)
        returns += any(verdict is not None for verdict in verdicts)
        if "fail" in verdicts:
            failed_in.add(number)
    return Use(check, returns, counts["pass"], counts["fail"], counts["not_assessable"], frozenset(failed_in))


def together(used: Iterable[Use]) -> tuple[Together, ...]:
    """Rules that failed in the same returns, those of most returns first."""
    groups = [group for group in _groups(used) if len(group) > 1]
    groups.sort(key=lambda group: -len(group[0].failed_in))
    return tuple(Together(tuple(each.check.id for each in group), len(group[0].failed_in)) for group in groups)


def implied(used: Iterable[Use]) -> tuple[Implied, ...]:
    """Rules that never fail without another that also fails elsewhere.

    Of rules that always fail together the first speaks for all, and what follows through a third is left out.
    """
    heads = [group[0] for group in _groups(used)]
    found = []
    for narrow in heads:
        wider = [each for each in heads if narrow.failed_in < each.failed_in]
        for wide in wider:
            if not any(between.failed_in < wide.failed_in for between in wider):
                counts = len(narrow.failed_in), len(wide.failed_in)
                found.append(Implied(narrow.check.id, wide.check.id, *counts))
    return tuple(sorted(found, key=lambda each: -each.count))


def _groups(used: Iterable[Use]) -> Iterator[list[Use]]:
    groups: dict[frozenset[int], list[Use]] = {}
    for each in used:
        if each.failed_in:
            groups.setdefault(each.failed_in, []).append(each)
    return iter(groups.values())
