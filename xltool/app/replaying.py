"""Rules over earlier returns: each return judged anew by the rules of its era."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec

from xltool.app.comparing import LastYear, own_prior
from xltool.app.returns.validating import read_file
from xltool.app.shelf import Shelf
from xltool.io.inputs import Source
from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.record import Record, Value
from xltool.model.replay import Judged, Proofs, Replay
from xltool.model.returned import Returned
from xltool.model.succession import Succession
from xltool.passes.check import judgements
from xltool.passes.replay import fires
from xltool.passes.replay.said import proof_findings


def can_prove() -> bool:
    """Whether the solver is installed (extra ``rules``)."""
    return find_spec("z3") is not None


def replay_files(
    sources: Iterable[Source], shelf: Shelf, eras: Sequence[str] = ()
) -> tuple[list[Replay], tuple[Finding, ...]]:
    """Every era of the returns in turn (or those of `eras`), and what is to be said of files that hold no return.

    A return of the year before by the same agency, if it is among them, is what rules about last year look at.
    """
    read = [read_file(source, shelf) for source in sources]
    unread = tuple(finding for each in read if each.record is None for finding in each.findings)
    held = [each for each in read if each.record is not None]
    last_year = LastYear(shelf, [each.record for each in held if each.record is not None], Succession(()))
    by_era: dict[str, list[Judged]] = {}
    for each in held:
        if each.record is not None and (not eras or each.record.era in eras):
            by_era.setdefault(each.record.era, []).append(_judged(each, each.record, shelf, last_year))
    return [_replay(shelf.era(era), judged) for era, judged in sorted(by_era.items())], unread


def _judged(each: Returned, record: Record, shelf: Shelf, last_year: LastYear) -> Judged:
    era = shelf.era(record.era)
    prior = last_year.of(record.agency, record.year, record.scope, era).record or own_prior(each)
    found = judgements(record, era, record.agency, prior)
    values: dict[str, Value] = {**record.values, **{f"prior.{path}": value for path, value in _values(prior)}}
    power = record.agency.rule_making
    values["agency.rule_making"] = None if power is None else int(power)
    return Judged(each.file, record.year, values, {instance.name: judged for instance, judged in found})


def _values(record: Record | None) -> Iterable[tuple[str, Value]]:
    return record.values.items() if record is not None else ()


def _replay(era: Era, judged: Sequence[Judged]) -> Replay:
    used = fires.uses(era, judged)
    years = tuple(sorted({each.year for each in judged}))
    proofs = _proofs(era, judged) if can_prove() else None
    findings = tuple(proof_findings(era, proofs)) if proofs else ()
    return Replay(era.id, len(judged), years, used, fires.together(used), fires.implied(used), proofs, findings)


def _proofs(era: Era, judged: Sequence[Judged]) -> Proofs:
    from xltool.passes.replay.clashes import clashes
    from xltool.passes.replay.proofs import proofs

    return replace(proofs(era), clashes=clashes(era, judged))


def proved(era: Era) -> Iterator[Finding]:
    """What can be proved to be wrong with the rules of `era`; nothing where no solver is installed."""
    if can_prove():
        from xltool.passes.replay.proofs import proofs

        yield from proof_findings(era, proofs(era))
