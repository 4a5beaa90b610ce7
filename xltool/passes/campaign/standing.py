"""Which version of a return counts: the highest 报送次数 that is clean. Names and dates never decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xltool.model.campaign import AgencyState, Settings, Version, VersionState
from xltool.model.record import Scope


def standings(versions: Iterable[Version]) -> dict[int, VersionState]:
    """The state of every version, by its id. `versions` come in the order of arrival."""
    groups: dict[object, list[Version]] = {}
    states: dict[int, VersionState] = {}
    for version in versions:
        if not version.figures:
            states[version.id] = "unread"
        elif not version.agency:
            states[version.id] = "returned"
        else:
            groups.setdefault(version.key, []).append(version)
    for group in groups.values():
        states.update(_settle(group))
    return states


def _settle(group: Sequence[Version]) -> Iterator[tuple[int, VersionState]]:
    """One agency's versions of one report."""
    numbers: dict[int, list[Version]] = {}
    for version in group:
        numbers.setdefault(version.submission, []).append(version)
    top = max(numbers)
    chosen = _chosen(numbers)
    for number, same in numbers.items():
        differing = len({version.figures for version in same}) > 1
        stands = _best(same)
        for version in same:
            if version is chosen:
                yield version.id, "accepted"
            elif differing:
                yield version.id, "conflict" if number == top else "superseded"
            elif number < top:
                yield version.id, "superseded"
            else:
                yield version.id, "returned" if version is stands else "identical"


def _chosen(numbers: dict[int, list[Version]]) -> Version | None:
    for number in sorted(numbers, reverse=True):
        same = numbers[number]
        if len({version.figures for version in same}) == 1 and _best(same).clean:
            return _best(same)
    return None


def _best(same: Sequence[Version]) -> Version:
    """Of versions with the same figures, the first with fewest faults."""
    return min(same, key=lambda version: (version.errors, version.explains))


def concerning(versions: Sequence[Version], settings: Settings, scope: Scope | None = None) -> list[Version]:
    """Of one agency's versions those of the report it is asked for, of `scope` if that is not the campaign's; where
    there are none, those of another."""
    wanted = (settings.era, settings.year, scope or settings.scope)
    return [each for each in versions if (each.era, each.year, each.scope) == wanted] or list(versions)


def newest(versions: Sequence[Version]) -> Version | None:
    """The version an agency is answered on: of its highest number, the one that stands."""
    standing = [each for each in versions if each.state in ("accepted", "returned", "conflict")]
    return max(standing, key=lambda each: each.submission, default=None)


def agency_state(versions: Sequence[Version]) -> AgencyState:
    """Where an agency stands: a newer version that must be corrected outweighs an older one that counts."""
    found = newest(versions)
    if found is None:
        return "missing"
    same = [each.state for each in versions if each.submission == found.submission]
    if "conflict" in same:
        return "conflict"
    return "accepted" if found.state == "accepted" else "returned"
