"""Rules over earlier returns, as text for people or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from xltool.model.finding import Finding
from xltool.model.replay import Clash, Contradiction, Figures, Proofs, Replay, Use
from xltool.numbers import Number, plain
from xltool.report.findings import finding_object
from xltool.report.status import rate
from xltool.report.wording import Wording

Formatter = Callable[[Sequence[Replay], Sequence[Finding], Wording], Iterator[str]]


def as_text(replays: Sequence[Replay], unread: Sequence[Finding], wording: Wording) -> Iterator[str]:
    """A line a rule, then what stands out. `wording` has the words of the command line."""
    for replay in replays:
        yield from _Lines(replay, wording).all()
        yield ""


class _Lines:
    def __init__(self, replay: Replay, wording: Wording) -> None:
        self.replay, self.wording, self.said = replay, wording, wording.said

    def all(self) -> Iterator[str]:
        replay = self.replay
        years = f"{replay.years[0]}–{replay.years[-1]}" if len(replay.years) > 1 else str(replay.years[0])
        yield self.said("replay_title", era=replay.era, files=replay.files, years=years)
        yield from (f"  {self.use(each)}" for each in replay.uses)
        yield from self.listed("replay_never_fails", [each.check.id for each in replay.uses if each.never_fails])
        yield from self.listed("replay_never_judged", [each.check.id for each in replay.uses if each.never_judged])
        yield from self.listed("replay_not_in_force", [each.check.id for each in replay.uses if not each.returns])
        for each in replay.together:
            yield self.said("replay_together", checks=self.wording.listed(list(each.checks)), n=each.count)
        for one in replay.implied:
            yield self.said("replay_implied", narrow=one.narrow, wide=one.wide, n=one.count, of=one.of)
        yield from self.proofs(replay.proofs)

    def use(self, use: Use) -> str:
        return self.said(
            "replay_use",
            check=use.check.id,
            severity=self.said(f"severity_{use.check.standing}"),
            returns=use.returns,
            passed=use.passed,
            failed=use.failed,
            share=rate(use.failed, use.passed + use.failed),
            open=use.open,
            files=len(use.failed_in),
        )

    def listed(self, word: str, checks: list[str]) -> Iterator[str]:
        if checks:
            yield self.said(word, n=len(checks), checks=self.said("place_separator").join(checks))

    def proofs(self, proofs: Proofs | None) -> Iterator[str]:
        if proofs is None:
            yield self.said("replay_no_solver")
            return
        yield from (self.wording.line(each, None) for each in self.replay.findings)
        if not proofs.contradictions and not proofs.undecided:
            yield self.said("replay_no_contradiction")
        for each in proofs.clashes:
            if each.agreed:
                yield self.clash(each)

    def clash(self, clash: Clash) -> str:
        files = self.wording.listed(list(clash.files))
        return self.said(
            "replay_clash", rules=" / ".join(clash.rules), n=len(clash.files), agreed=clash.agreed, files=files
        )


def as_json(replays: Sequence[Replay], unread: Sequence[Finding], wording: Wording) -> Iterator[str]:
    """One object: every era, and the files that hold no return."""
    tree = {
        "eras": [_era(each, wording) for each in replays],
        "unread": [finding_object(each, None, wording) for each in unread],
    }
    yield json.dumps(tree, ensure_ascii=False, indent=2)


FORMATS: Mapping[str, Formatter] = {"text": as_text, "json": as_json}


def _era(replay: Replay, wording: Wording) -> dict[str, object]:
    return {
        "era": replay.era,
        "returns": replay.files,
        "years": list(replay.years),
        "rules": [_use(each) for each in replay.uses],
        "never_fails": [each.check.id for each in replay.uses if each.never_fails],
        "never_judged": [each.check.id for each in replay.uses if each.never_judged],
        "not_in_force": [each.check.id for each in replay.uses if not each.returns],
        "together": [{"checks": list(each.checks), "returns": each.count} for each in replay.together],
        "implied": [
            {"narrow": each.narrow, "wide": each.wide, "returns": each.count, "of": each.of} for each in replay.implied
        ],
        "proofs": None if replay.proofs is None else _proofs(replay.proofs),
        "findings": [finding_object(each, None, wording) for each in replay.findings],
    }


def _use(use: Use) -> dict[str, object]:
    judged = use.passed + use.failed
    return {
        "check": use.check.id,
        "severity": use.check.severity,
        "declared": use.check.declared,
        "trial": use.check.trial,
        "returns": use.returns,
        "returns_failed": len(use.failed_in),
        "passed": use.passed,
        "failed": use.failed,
        "not_assessable": use.open,
        "share_failed": rate(use.failed, judged) if judged else None,
    }


def _proofs(proofs: Proofs) -> dict[str, object]:
    return {
        "undecided": proofs.undecided,
        "contradictions": [_contradiction(each) for each in proofs.contradictions],
        "same": [{"rules": list(each.rules), "places": each.places} for each in proofs.same],
        "clashes": [
            {
                "rules": list(each.rules),
                "files": list(each.files),
                "agreed": each.agreed,
                "inputs": _figures(each.inputs),
            }
            for each in proofs.clashes
        ],
    }


def _contradiction(each: Contradiction) -> dict[str, object]:
    return {
        "rules": list(each.rules),
        "totals": list(each.totals),
        "example": _figures(each.example),
        "left": _shown(each.left),
        "right": _shown(each.right),
    }


def _figures(figures: Figures) -> dict[str, str]:
    return {path: plain(value) for path, value in figures.items()}


def _shown(value: Number | str | None) -> str | None:
    return value if isinstance(value, str) or value is None else plain(value)
