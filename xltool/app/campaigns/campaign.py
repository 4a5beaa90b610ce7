"""Campaign folders: made, opened, and what lies where in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from xltool.app.comparing import LastYear
from xltool.app.returns.validating import read_file
from xltool.app.shelf import Shelf
from xltool.io.campaigns.campaign_file import NAME, dump_settings, read_settings
from xltool.io.campaigns.ledger import Ledger, open_ledger
from xltool.io.campaigns.store import Store
from xltool.io.inputs import gather
from xltool.io.key_file import read_key
from xltool.io.roster_file import read_roster
from xltool.io.seals import last_sealed
from xltool.io.succession import read_succession
from xltool.io.writing.files import write_atomic
from xltool.model.campaign import Settings
from xltool.model.dates import a_year_later
from xltool.model.finding import Finding, refuse
from xltool.model.record import Scope
from xltool.model.roster import Roster, RosterEntry
from xltool.model.succession import Succession

LEDGER, STORE, PRIOR = "ledger.sqlite", "store", "prior/records.jsonl"
FOLDERS = ("outbox", "inbox", "packs", "summary")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign folder that was opened."""

    folder: Path
    settings: Settings
    roster: Roster

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def packs(self) -> Path:
        return self.folder / "packs"

    @property
    def summary(self) -> Path:
        return self.folder / "summary"

    @property
    def sealed(self) -> Path:
        """Where sealed versions of the summary are kept."""
        return self.summary / "sealed"

    @property
    def received(self) -> Path:
        """Where files of the inbox go that were taken in, if they are moved at all."""
        return self.folder / "received"

    @property
    def store(self) -> Store:
        return Store(self.folder / STORE)

    @property
    def key(self) -> bytes:
        """What its workbooks are sealed with; nothing where the settings name no key file."""
        return read_key(self.folder / self.settings.key_file) if self.settings.key_file else b""

    def last_year(self, shelf: Shelf) -> LastYear | None:
        """Last year's returns to compare with, None where the settings name none."""
        if not self.settings.prior:
            return None
        changes = Succession()
        if self.settings.succession:
            changes = read_succession(self.folder / self.settings.succession)
        found = (read_file(source, shelf) for source in gather([str(self.folder / self.settings.prior)]))
        return LastYear(shelf, [each.record for each in found if each.record is not None], changes)

    def scope_of(self, code: str) -> Scope:
        """What an agency is asked for: by its line in the roster, else as everybody."""
        entry = self.roster.by_code.get(code)
        return (entry.scope if entry else None) or self.settings.scope

    def listed(self, code: str) -> RosterEntry:
        """The agency with that code. Raises Refused where the roster has none."""
        if code not in self.roster.by_code:
            raise refuse("CAMPAIGN-AGENCY", agency=code)
        return self.roster.by_code[code]

    def ledger(self) -> AbstractContextManager[Ledger]:
        """The ledger. Raises Refused where it is gone although returns are stored: a new one would forget them."""
        path = self.folder / LEDGER
        if not path.is_file() and any((self.folder / STORE).glob("*/*")):
            raise refuse("LEDGER-MISSING", folder=str(self.folder))
        return open_ledger(path)


def open_campaign(folder: Path) -> Campaign:
    """The campaign in `folder`. Raises Refused where there is none or its settings make no sense."""
    settings = read_settings(folder)
    if not settings.roster:
        raise refuse("CAMPAIGN-SETTING", key="roster", value="")
    roster, _ = read_roster(folder / settings.roster)
    return Campaign(folder, settings, asked(roster, settings.scope))


def asked(roster: Roster, scope: Scope) -> Roster:
    """The roster of agencies all of which are asked for `scope`, where their own line does not say otherwise."""
    return Roster(tuple(replace(entry, scope=entry.scope or scope) for entry in roster.entries))


def next_year(last: Campaign) -> Settings:
    """The settings of `last` for the year after."""
    known = last.settings
    deadline = a_year_later(known.deadline) if known.deadline else ""
    title = known.title.replace(str(known.year), str(known.year + 1))
    return replace(known, year=known.year + 1, deadline=deadline, title=title)


def init_campaign(
    folder: Path, settings: Settings, roster: Path, shelf: Shelf, last: Campaign | None = None
) -> tuple[Campaign, tuple[Finding, ...]]:
    """Make a campaign folder; what was noticed in the roster. Nothing that exists is overwritten.

    The settings are written last: a folder that has them is complete.
    """
    if (folder / NAME).exists():
        raise refuse("CAMPAIGN-EXISTS", folder=str(folder))
    shelf.era(settings.era)
    agencies, notices = read_roster(roster)
    name = "roster" + roster.suffix.lower()
    settings = replace(settings, roster=name, prior=PRIOR if last else settings.prior)
    for each in FOLDERS:
        (folder / each).mkdir(parents=True, exist_ok=True)
    _write_new(folder / name, roster.read_bytes())
    if last is not None:
        _write_new(folder / PRIOR, b"".join(_records(last)))
    campaign = Campaign(folder, settings, asked(agencies, settings.scope))
    with campaign.ledger():
        pass
    _write_new(folder / NAME, dump_settings(settings))
    return campaign, notices


def _records(last: Campaign) -> Iterator[bytes]:
    """The records of a campaign, one a line: those of its last sealed version, else what is accepted, in the order of
    its roster."""
    sealed = last_sealed(last.sealed)
    if sealed is not None:
        yield sealed.read_bytes()
        return
    with last.ledger() as ledger:
        accepted = {each.agency: each for each in ledger.versions() if each.state == "accepted"}
        for entry in last.roster.entries:
            if entry.code in accepted:
                yield ledger.record_json(accepted[entry.code].id).encode("utf-8")


def _write_new(path: Path, data: bytes) -> None:
    """Write a file, unless an interrupted run has written the same."""
    if not (path.is_file() and path.read_bytes() == data):
        write_atomic(path, data, force=False)
