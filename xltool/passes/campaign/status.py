"""Where a campaign stands on a day: who has reported, who must correct, who must be reminded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from xltool.model.campaign import Answer, Line, Paper, Settings, Status, Stray, Version
from xltool.model.dates import days_after
from xltool.model.roster import Roster
from xltool.passes.campaign.standing import agency_state, concerning, newest

# Below this, names of offices resemble each other by their common endings alone.
_RESEMBLES = 60.0
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Ledgered:
    """What the ledger holds besides returns: reminders counted, explanations, papers."""

    reminders: Mapping[str, int]
    answers: Sequence[Answer] = ()
    papers: Mapping[str, Paper] = field(default_factory=dict)

    def pending(self, agency: str) -> int:
        """How many explanations of an agency await the desk's decision."""
        return sum(each.agency == agency and each.decision == "pending" for each in self.answers)


def status(versions: Sequence[Version], roster: Roster, settings: Settings, as_of: str, ledgered: Ledgered) -> Status:
    """The status on the day `as_of`; `versions` in the order of arrival."""
    own: dict[str, list[Version]] = {}
    strays = []
    for each in versions:
        if each.as_of > as_of:
            continue
        if each.agency in roster.by_code:
            own.setdefault(each.agency, []).append(each)
        else:
            strays.append(each)
    lines = []
    for entry in roster.entries:
        parent = roster.by_code.get(entry.parent)
        line = Line(
            code=entry.code,
            name=entry.name,
            parent=(parent.short_name or parent.name) if parent else entry.parent,
            deadline=entry.deadline or settings.deadline,
            state="missing",
            pending=ledgered.pending(entry.code),
            reminders=ledgered.reminders.get(entry.code, 0),
            contact=entry.contact,
            phone=entry.phone,
            paper=ledgered.papers.get(entry.code),
        )
        lines.append(_standing(line, concerning(own.get(entry.code, []), settings, entry.scope), as_of))
    return Status(as_of, tuple(lines), tuple(_stray(each, roster) for each in strays), settings)


def _standing(line: Line, versions: Sequence[Version], as_of: str) -> Line:
    """The line of an agency with what its versions say."""
    state = agency_state(versions)
    received = min((each.as_of for each in versions), default="")
    adopted = next((each for each in versions if each.state == "accepted"), None)
    latest = newest(versions)
    late = days_after(line.deadline, as_of) if line.deadline and state != "accepted" else 0
    return replace(
        line,
        state=state,
        received=received,
        on_time=bool(received) and (not line.deadline or received <= line.deadline),
        submission=latest.submission if latest else 0,
        adopted=adopted.submission if adopted else 0,
        late=max(0, late),
        check_code=latest.check_code if latest else "",
    )


def _stray(version: Version, roster: Roster) -> Stray:
    return Stray(
        version.name, version.agency, version.agency_name, version.state, similar(version.agency_name, version, roster)
    )


def similar(name: str, version: Version, roster: Roster) -> tuple[tuple[str, str], ...]:
    """Agencies of the roster whose names resemble what the file says, or its own name where it says nothing."""
    wanted = name or version.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    best: dict[str, float] = {}
    for entry in roster.entries:
        # WRatio also finds a name inside a longer file name.
        score = max(fuzz.WRatio(wanted, known) for known in (entry.name, entry.short_name) if known)
        if score >= _RESEMBLES:
            best[entry.code] = score
    ranked = sorted(best, key=lambda code: (-best[code], code))
    return tuple((code, roster.by_code[code].name) for code in ranked[:_SHOWN])
