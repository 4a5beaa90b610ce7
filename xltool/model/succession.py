"""Which agencies became which: renamed, merged, split, abolished, transferred, newly set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xltool.model.roster import folded

Kind = Literal["renamed", "merged", "split", "abolished", "transferred", "new"]
Reason = Literal["same", "renamed", "merged", "split", "new"]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the list. `new` is empty for an abolished body, `old` for a new one; `date` is ISO 8601;
    `heir` takes over unfinished business, empty where that is the successor itself."""

    old: str
    new: str
    kind: Kind
    date: str
    heir: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose returns of an earlier year stand behind an agency. `codes` are added up; `own` is the agency's own
    code where it took others in and may have existed before. None at all where it is new or was split."""

    reason: Reason
    codes: tuple[str, ...] = ()
    own: str = ""


@dataclass(frozen=True, slots=True)
class Succession:
    """All changes known. A body transferred whole stays the same body; one that lost a part was split."""

    changes: tuple[Change, ...] = ()

    def within(self, since: int, until: int) -> tuple[Change, ...]:
        """The changes that took effect after the end of year `since`, up to the end of `until`, latest first."""
        inside = [each for each in self.changes if since < int(each.date[:4]) <= until]
        return tuple(sorted(inside, key=lambda each: each.date, reverse=True))

    def origin(self, code: str, since: int, until: int) -> Origin:
        """Who reported for `code` in year `since`, when it reports for year `until` itself."""
        return _origin(code, self.within(since, until))

    def left(self, code: str, since: int, until: int) -> Change | None:
        """The change by which `code` stopped reporting after year `since`, None where it did not."""
        gone = [each for each in self.within(since, until) if _is(each.old, code) and not _is(each.new, code)]
        return next((each for each in gone if each.kind != "split"), None)

    def inherited(self, code: str, since: int, until: int) -> tuple[str, ...]:
        """The bodies whose unfinished business `code` took over by name."""
        return tuple(each.old for each in self.within(since, until) if each.heir and _is(each.heir, code))

    def passed_on(self, code: str, old: str, since: int, until: int) -> bool:
        """Whether the unfinished business of `old` went to another body than `code`."""
        changes = [each for each in self.within(since, until) if _is(each.old, old) and each.heir]
        return any(not _is(each.heir, code) for each in changes)


def _is(one: str, other: str) -> bool:
    return folded(one) == folded(other)


def _origin(code: str, changes: tuple[Change, ...]) -> Origin:
    """`changes` are those not yet undone, latest first."""
    if any(each.kind == "split" and code_in(code, each) for each in changes):
        return Origin("split")
    arriving = [each for each in changes if _is(each.new, code)]
    if not arriving:
        return Origin("same", (code,))
    latest = [each for each in arriving if each.date == arriving[0].date]
    # Changes of one day happen together: two bodies may exchange their codes.
    rest = tuple(each for each in changes if each.date < latest[0].date)
    before = [_origin(each.old, rest) for each in latest if each.kind != "new"]
    if not before:
        return Origin("new")
    for reason in ("split", "new"):
        if any(each.reason == reason for each in before):
            return Origin("split" if reason == "split" else "new")
    codes = tuple(dict.fromkeys(old for each in before for old in each.codes))
    if any(each.kind == "merged" for each in latest) or len(codes) > 1:
        return Origin("merged", codes, "" if any(_is(old, code) for old in codes) else code)
    return Origin("renamed", codes)


def code_in(code: str, change: Change) -> bool:
    """Whether a change touches `code` on either side."""
    return _is(change.old, code) or _is(change.new, code)
