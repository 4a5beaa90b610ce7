"""Taking in what came back: stored by hash, read, judged, entered in the ledger, compared with the version before.

For each file the order is: into the store, judged, into the ledger in one transaction. A run that is killed at any
moment has entered a file with all that belongs to it, or not at all; the next run goes on from there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from xltool.app.campaigns.campaign import Campaign
from xltool.app.campaigns.judging import Desk, record_of, restate, with_decisions
from xltool.app.machines.executors import Executor, Here
from xltool.app.returns.validating import Judge, loaded
from xltool.app.shelf import Shelf
from xltool.app.summaries.doubles import DOUBLES
from xltool.app.watching import Watch, unwatched
from xltool.io.books.containers import sniff
from xltool.io.campaigns.inbox import Delivery, deliveries, move_away
from xltool.io.campaigns.ledger import Arrival, Ledger
from xltool.io.inputs import Source
from xltool.io.records import dump_line
from xltool.model.campaign import Version
from xltool.model.finding import Refused
from xltool.model.returned import Returned
from xltool.passes import answers as explained
from xltool.passes.versions import Taken, difference


def intake(
    campaign: Campaign,
    shelf: Shelf,
    paths: Iterable[str],
    as_of: str,
    *,
    move: bool = False,
    confirmed: bool = False,
    watch: Watch = unwatched,
    executor: Executor | None = None,
) -> Iterator[Taken]:
    """Take in every file behind `paths`, or in the inbox where none is named; an odd one never stops the others.

    With `confirmed` a person has looked at these files: what is read only with confirmation is read, also in files
    taken in before. `executor` judges what is new, a few files ahead; the ledger is written here, file after file.
    """
    campaign.inbox.mkdir(exist_ok=True)
    named = list(paths) or [str(campaign.inbox)]
    desk = Desk.of(campaign, shelf)
    every = list(deliveries(named))
    with campaign.ledger() as ledger:
        arrived = ((delivery, _stored(source, desk, ledger)) for delivery in every for source in delivery.sources)
        judged = _judged(desk.judge(confirmed=confirmed), desk, arrived, executor or Here())
        ready = next(judged, None)
        for delivery in watch(every):
            while ready is not None and ready[0] is delivery:
                yield _take(desk, ledger, *ready[1:], as_of, confirmed=confirmed)
                ready = next(judged, None)
            if move and _inside(delivery, campaign.inbox):
                move_away(delivery, campaign.received)


def _inside(delivery: Delivery, folder: Path) -> bool:
    return folder.resolve() in delivery.path.absolute().parents or folder in delivery.path.parents


@dataclass(frozen=True, slots=True)
class _File:
    """A file in the store. `refused` where its bytes could not be had; `fresh` where it was not in the ledger yet."""

    name: str
    sha256: str = ""
    size: int = 0
    kind: str = ""
    refused: Refused | None = None
    fresh: bool = False


def _stored(source: Source, desk: Desk, ledger: Ledger) -> _File:
    try:
        data = source.load()
    except Refused as error:
        return _File(source.name, refused=error)
    sha256 = desk.campaign.store.put(data)
    return _File(source.name, sha256, len(data), sniff(data), fresh=ledger.version_of(sha256) is None)


def _judged(
    judge: Judge, desk: Desk, arrived: Iterable[tuple[Delivery, _File]], executor: Executor
) -> Iterator[tuple[Delivery, _File, Returned | None]]:
    """What arrived, in its order, each with the verdict on it where it is fresh."""
    waiting: deque[tuple[Delivery, _File]] = deque()

    def fresh() -> Iterator[Source]:
        for delivery, file in arrived:
            waiting.append((delivery, file))
            if file.fresh:
                yield loaded(desk.source(file.name, file.sha256))

    for returned in executor.map(judge, fresh()):
        while not waiting[0][1].fresh:
            yield *waiting.popleft(), None
        yield *waiting.popleft(), returned
    yield from ((*each, None) for each in waiting)


def _take(desk: Desk, ledger: Ledger, file: _File, returned: Returned | None, as_of: str, *, confirmed: bool) -> Taken:
    if file.refused is not None:
        return _unloadable(ledger, file.name, as_of, file.refused)
    known = ledger.version_of(file.sha256)
    if known is not None and confirmed and not known.confirmed:
        return _confirmed(desk, ledger, known)
    if known is not None:
        with ledger.transaction():
            again = not ledger.arrived(file.sha256, file.name)
            if again:
                ledger.add_arrival(Arrival(file.sha256, file.name, as_of, "again"), file.size, file.kind)
        return Taken(file.name, "again" if again else "known", known)
    assert returned is not None
    returned = desk.doubles.noticed(returned, file.sha256)
    version = _version(returned, file.sha256, as_of, confirmed=confirmed)
    with ledger.transaction():
        if ledger.version_of(file.sha256) is not None:  # another command took it in meanwhile
            return Taken(file.name, "known", ledger.version_of(file.sha256))
        version = _enter(ledger, desk.shelf, version, returned)
        ledger.add_arrival(Arrival(file.sha256, file.name, as_of, version.state), file.size, file.kind)
        taken = _taken(ledger, desk.shelf, version, returned)
    if version.scope not in ("", "own"):
        _free(desk, ledger, version)
    return taken


def _free(desk: Desk, ledger: Ledger, package: Version) -> None:
    """Judge anew what came twice beside an earlier version of `package`, and may now come once."""
    for other in ledger.versions():
        if other.id != package.id and any(each.code in DOUBLES for each in ledger.findings(other.id)):
            _judge_anew(desk, ledger, other)


def _unloadable(ledger: Ledger, name: str, as_of: str, error: Refused) -> Taken:
    """A file whose bytes cannot be had: entered by name alone."""
    with ledger.transaction():
        known = ledger.arrived("", name)
        if not known:
            ledger.add_arrival(Arrival("", name, as_of, "unread"), 0, "")
    return Taken(name, "known" if known else "unread", returned=Returned(name, findings=error.findings))


def _confirmed(desk: Desk, ledger: Ledger, known: Version) -> Taken:
    """A return of the ledger, read anew now that a person has looked at it."""
    version, returned = _judge_anew(desk, ledger, replace(known, confirmed=True))
    with ledger.transaction():
        return _taken(ledger, desk.shelf, version, returned)


def _version(returned: Returned, sha256: str, as_of: str, *, confirmed: bool) -> Version:
    record = returned.record
    bare = Version(0, sha256, returned.file, as_of, errors=returned.count("error"), confirmed=confirmed)
    if record is None:
        return bare
    return replace(
        bare,
        notices=returned.count("notice"),
        agency=record.agency.code.strip(),
        agency_name=record.agency.name,
        era=record.era,
        year=record.year,
        scope=record.scope,
        submission=record.submission,
        figures=explained.figures(record),
        explains=sum(map(explained.is_open, returned.findings)),
        check_code=returned.check_code,
        state="returned",
    )


def _enter(ledger: Ledger, shelf: Shelf, version: Version, returned: Returned, number: int | None = None) -> Version:
    """Enter a return with its findings and explanations and settle its agency anew; the return as it now stands."""
    record = returned.record
    ledger.add_version(version, dump_line(record).decode("utf-8") if record else "", returned.findings, number)
    if record is not None:
        for answer in explained.given(returned.findings, record, shelf.era(record.era), version.as_of):
            ledger.give(answer)
    restate(ledger, shelf, version.agency)
    entered = ledger.version_of(version.sha256)
    assert entered is not None
    return entered


def _judge_anew(desk: Desk, ledger: Ledger, version: Version) -> tuple[Version, Returned]:
    returned = desk.validated(version.name, version.sha256, confirmed=version.confirmed)
    fresh = _version(returned, version.sha256, version.as_of, confirmed=version.confirmed)
    with ledger.transaction():
        ledger.drop_version(version.id)
        entered = _enter(ledger, desk.shelf, fresh, returned, version.id)
        if version.agency != fresh.agency:
            restate(ledger, desk.shelf, version.agency)
    return entered, returned


def revalidate(campaign: Campaign, shelf: Shelf, watch: Watch = unwatched) -> int:
    """Judge every stored return anew, as after a change of roster or checks; how many there are."""
    desk = Desk.of(campaign, shelf)
    with campaign.ledger() as ledger:
        versions = ledger.versions()
        for version in watch(versions):
            _judge_anew(desk, ledger, version)
    return len(versions)


def _taken(ledger: Ledger, shelf: Shelf, version: Version, returned: Returned) -> Taken:
    """What is to be said about a new return: its verdict, and what changed since the version before."""
    record = returned.record
    if record is None:
        return Taken(version.name, version.state, version, returned)
    answers = ledger.answers(version.agency)
    judged = with_decisions(returned, shelf, answers)
    others = [each for each in ledger.versions(version.agency) if each.key == version.key and each.id < version.id]
    twin = next((each for each in reversed(others) if each.figures == version.figures), None)
    earlier = [each for each in others if each.submission <= version.submission]
    before = max(earlier, key=lambda each: (each.submission, each.id), default=None)
    changed = None
    if before is not None and version.agency:
        old = record_of(ledger, before, shelf)
        known = explained.decided(ledger.findings(before.id), old, shelf.era(old.era), answers)
        changed = difference(old, record, known, judged.findings)
    return Taken(version.name, version.state, version, judged, before, changed, twin)
