"""The lines of a 上报包: details with their places, and explanations. Each reader raises Refused for a line of another
shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, cast

from xltool.io.books.guard import MAX_MEMBERS, suspicious
from xltool.io.exact_json import dump_json, parse_json
from xltool.io.records import EraLike, dump_line, record_from
from xltool.model.campaign import Answer
from xltool.model.finding import Refused, refuse
from xltool.model.place import Places
from xltool.model.summary import Return, Via

DETAILS, PLACES, ANSWERS = "details.jsonl", "places.jsonl", "explanations.jsonl"
Shape = Mapping[str, tuple[str, str]]
"""Sheet and cell by indicator."""
_ANSWER = ("agency", "check", "place", "text", "fingerprint", "decision", "note", "as_of")


def dump_answers(answers: Iterable[Answer]) -> bytes:
    """The lines of explanations."""
    return "".join(dump_json({name: getattr(each, name) for name in _ANSWER}) + "\n" for each in answers).encode()


def dump_details(details: Sequence[Return]) -> tuple[bytes, bytes]:
    """The lines of the details and those of their places, equal places once."""
    known: dict[str, int] = {}
    lines = []
    for item in details:
        shape = dump_json({path: [place.sheet, place.ref] for path, place in item.places.items()})
        head: dict[str, object] = {
            "file": item.file,
            "via": [{"file": via.file, "sha256": via.sha256} for via in item.via],
            "places": known.setdefault(shape, len(known) + 1),
        }
        head |= {"total": True} if item.packed else {}
        lines.append(dump_json(head).encode()[:-1] + b',"record":' + dump_line(item.record).rstrip(b"\n") + b"}\n")
    return b"".join(lines), "".join(f"{shape}\n" for shape in known).encode()


def detail_from(tree: object, number: int, era: EraLike, places: Sequence[Shape]) -> Return:
    try:
        line = cast(dict[str, Any], tree)
        file, shape = _text(line["file"]), places[int(line["places"]) - 1]
        via = tuple(Via(_text(each["file"]), _text(each["sha256"])) for each in line["via"])
        packed = line.get("total", False) is True
        record = line["record"]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise _unread(DETAILS, number) from error
    try:
        found, _ = record_from(record, era)
    except Refused as refused:
        raise Refused(*_unread(DETAILS, number).findings, *refused.findings) from refused
    return Return(found, file, places=Places(file, partial(_same, shape)), via=via, packed=packed)


def _same(shape: Shape) -> Shape:
    return shape


def shape_from(tree: object) -> dict[str, tuple[str, str]]:
    try:
        pairs = cast(dict[str, list[str]], tree).items()
        return {path: (_text(sheet), _text(ref)) for path, (sheet, ref) in pairs}
    except (AttributeError, TypeError, ValueError) as error:
        raise refuse("PACKAGE-LINE", member=PLACES, number=0) from error


def answer_from(tree: object, number: int) -> Answer:
    try:
        line = cast(dict[str, Any], tree)
        answer = Answer(**{name: _text(line[name]) for name in _ANSWER})  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError) as error:
        raise _unread(ANSWERS, number) from error
    if answer.decision not in ("pending", "accepted", "rejected"):
        raise _unread(ANSWERS, number)
    return answer


def _unread(member: str, number: int) -> Refused:
    return refuse("PACKAGE-LINE", member=member, number=number)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def trees(data: bytes, name: str) -> Iterator[object]:
    """The parsed lines of a member."""
    lines = data.splitlines()
    if len(lines) > MAX_MEMBERS:
        raise suspicious("records")
    for number, line in enumerate(lines, start=1):
        try:
            yield parse_json(line)
        except Refused as refused:
            raise Refused(*_unread(name, number).findings, *refused.findings) from refused
