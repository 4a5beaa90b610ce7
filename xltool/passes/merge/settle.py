"""One return an agency: which of several counts, and which agencies count at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.place import Place
from xltool.model.record import Record
from xltool.model.roster import Roster, folded
from xltool.model.summary import Coverage, LeftOut, Reason, Return, Status
from xltool.passes.merge.said import differences_text, differing, said

Settled = tuple[Coverage, tuple[Finding, ...]]
_TURNED_AWAY: dict[Status, tuple[Reason, str]] = {
    "spelling": ("spelling", "MERGE-CODE-SPELLING"),
    "unexpected": ("unexpected", "MERGE-UNEXPECTED"),
    "no_code": ("no_code", "MERGE-NO-CODE"),
}


def settle(returns: Sequence[Return], rules: Rules, roster: Roster | None) -> Iterator[Settled]:
    """Every agency with what became of it: those of the roster in its order, then the others by code."""
    groups, strays = sorted_out(returns, roster)
    for entry in roster.entries if roster else ():
        yield rules.entry(groups.pop(entry.code, []), entry.code, entry.name, counted=entry.counted)
    for code, group in groups.items():
        yield rules.entry(group, code, group[-1].record.agency.name, counted=True)
    yield from strays


def sorted_out(returns: Sequence[Return], roster: Roster | None) -> tuple[dict[str, list[Return]], list[Settled]]:
    """The returns by the code of their agency, and those that belong to no agency we know."""
    groups: dict[str, list[Return]] = {}
    for item in returns:
        groups.setdefault(item.code, []).append(item)
    known = frozenset(entry.code for entry in roster.entries) if roster else frozenset(groups)
    spellings = _spellings(groups, roster)
    nameless = groups.pop("", [])
    strays: list[Settled] = []
    for code in list(groups):
        if code in spellings:
            strays.append(_turned_away(groups.pop(code), "spelling", other=spellings[code]))
        elif code not in known:
            strays.append(_turned_away(groups.pop(code), "unexpected"))
    return groups, [*strays, *(_turned_away([item], "no_code") for item in nameless)]


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about the returns of one agency."""

    era: Era
    include_invalid: bool

    def entry(self, group: Sequence[Return], code: str, name: str, *, counted: bool) -> Settled:
        """What becomes of an agency that sent `group`, if anything."""
        if group:
            return self.agency(group, name, counted=counted)
        return Coverage(code, name, "missing" if counted else "not_counted"), ()

    def agency(self, group: Sequence[Return], name: str, *, counted: bool) -> Settled:
        """The highest number wins, unless there are two of it that differ."""
        top = max(item.record.submission for item in group)
        best = sorted((item for item in group if item.record.submission == top), key=lambda item: item.errors)
        lower = [item for item in group if item.record.submission < top]
        adopted, code = best[0], best[0].code
        others = [LeftOut(item, "superseded", adopted.file) for item in lower]
        findings = [said("MERGE-SUPERSEDED", "notice", item, adopted, number=top) for item in lower]
        if any(not _alike(adopted.record, item.record) for item in best[1:]):
            others += [LeftOut(item, "conflict") for item in best]
            return Coverage(code, name, "conflict", None, tuple(others)), (*findings, self.conflict(best))
        others += [LeftOut(item, "identical", adopted.file) for item in best[1:]]
        findings += [said("MERGE-IDENTICAL", "notice", item, adopted) for item in best[1:]]
        status, verdict = self.verdict(adopted, counted)
        return Coverage(code, name, status, adopted, tuple(others)), (*findings, *verdict)

    def verdict(self, adopted: Return, counted: bool) -> tuple[Status, tuple[Finding, ...]]:
        """What becomes of the one return that stands for its agency."""
        if not counted:
            return "not_counted", (said("MERGE-NOT-COUNTED", "notice", adopted),)
        if not (adopted.errors or adopted.held):
            return "included", ()
        if self.include_invalid:
            return "included_invalid", (said("MERGE-INVALID-INCLUDED", "explain", adopted, errors=adopted.errors),)
        if not adopted.errors:
            return "errors", (said("MERGE-HELD", "error", adopted, explains=adopted.explains),)
        return "errors", (said("MERGE-LEFT-OUT", "error", adopted, errors=adopted.errors),)

    def conflict(self, best: Sequence[Return]) -> Finding:
        one, other = best[0], next(item for item in best if not _alike(best[0].record, item.record))
        paths = differing(self.era, one.record, other.record)
        first = differences_text(self.era, paths, one.record, other.record)
        finding = said("MERGE-CONFLICT", "error", one, other, indicators=first, differing=len(paths))
        return replace(finding, places=tuple(Place(item.file) for item in best), paths=paths)


def _alike(one: Record, other: Record) -> bool:
    return one.values == other.values and one.marks == other.marks


def _turned_away(group: Sequence[Return], status: Status, other: str = "") -> Settled:
    """Returns that belong to no agency we know, all of them."""
    reason, code = _TURNED_AWAY[status]
    others = tuple(LeftOut(item, reason) for item in group)
    findings = tuple(said(code, "error", item, written=other) for item in group)
    return Coverage(group[0].code, group[-1].record.agency.name, status, None, others), findings


def _spellings(groups: dict[str, list[Return]], roster: Roster | None) -> dict[str, str]:
    """Codes that differ from another only in case or width, each with that other one; the roster's own are right."""
    known = [entry.code for entry in roster.entries] if roster else []
    alike: dict[str, list[str]] = {}
    for code in dict.fromkeys([*known, *groups]):
        alike.setdefault(folded(code), []).append(code)
    right = frozenset(known)
    return {
        code: next(other for other in codes if other != code)
        for codes in alike.values()
        if len(codes) > 1
        for code in codes
        if code not in right
    }
