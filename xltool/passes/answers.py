"""Explanations: what they answer, the desk's decision on them, and when they lapse.

An explanation holds for the values it explains: it outlives later submissions and new validations as long as these
values stay, and lapses with the first of them that changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from xltool.model.campaign import Answer
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding
from xltool.model.record import Record, Value
from xltool.numbers import plain


def spot(finding: Finding) -> tuple[str, str]:
    """Code and place of what can be explained: a check's instance, or the indicators of another finding."""
    if finding.instance:
        check, _, place = finding.instance.partition("@")
        return check, place
    return finding.code, ",".join(finding.paths)


def is_open(finding: Finding) -> bool:
    """Whether it must still be fixed or explained."""
    return finding.severity == "explain" and not finding.args.get("explanation")


def fingerprint(finding: Finding, record: Record, era: Era) -> str:
    """A digest of the values a finding is about: this year's and those of last year that it compares with."""
    paths = next((each.paths for each in era.instances if each.name == finding.instance), finding.paths)
    values = {path: _text(record.values.get(path), record, path) for path in paths or record.values}
    values |= {name: str(value) for name, value in finding.args.items() if name.startswith("prior.")}
    return _digest(values)


def figures(record: Record) -> str:
    """A digest of all values and marks: two returns with the same one say the same."""
    return _digest({path: _text(value, record, path) for path, value in record.values.items()})


def _text(value: Value, record: Record, path: str) -> str:
    mark = record.marks.get(path)
    shown = plain(value) if isinstance(value, int | Decimal) else "" if value is None else f'"{value}"'
    return f"{shown} {mark.kind} {mark.raw}" if mark else shown


def _digest(values: Mapping[str, str]) -> str:
    return hashlib.sha256("\n".join(f"{path}={text}" for path, text in values.items()).encode()).hexdigest()[:16]


def given(findings: Iterable[Finding], record: Record, era: Era, as_of: str) -> Iterator[Answer]:
    """The explanations a return brings for what failed in it."""
    for finding in findings:
        text = finding.args.get("explanation")
        if finding.severity == "explain" and isinstance(text, str) and text:
            yield Answer(record.agency.code, *spot(finding), text, fingerprint(finding, record, era), as_of=as_of)


def decided(findings: Iterable[Finding], record: Record, era: Era, answers: Iterable[Answer]) -> tuple[Finding, ...]:
    """`findings` with what is known of their explanations: an accepted one answers, a rejected one no longer does."""
    known = {(each.check, each.place, each.fingerprint): each for each in answers if each.agency == record.agency.code}
    return tuple(_decided(finding, record, era, known) for finding in findings)


def _decided(finding: Finding, record: Record, era: Era, known: Mapping[tuple[str, str, str], Answer]) -> Finding:
    if finding.severity != "explain":
        return finding
    answer = known.get((*spot(finding), fingerprint(finding, record, era))) if known else None
    if answer is None:
        return finding
    own = finding.args.get("explanation")
    if answer.decision == "rejected" and own not in (None, "", answer.text):
        return finding  # a new explanation of the same values has not been judged yet
    args: dict[str, Argument] = {name: value for name, value in finding.args.items() if name != "explanation"}
    if answer.decision == "rejected":
        return replace(finding, args={**args, "decision": "rejected", "note": answer.note})
    return replace(finding, args={**args, "explanation": answer.text, "decision": answer.decision})
