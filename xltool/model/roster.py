"""Who must report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xltool.model.finding import Argument, Finding
from xltool.model.record import Scope

MAX_CODE = 64
MAX_NAME = 200

# Codes become file names, which on Windows may not contain the first, be the second, or end in a full stop;
# what begins with one of the third, spreadsheets take for a formula.
_PATH_CHARACTERS = frozenset('<>:"/\\|?*')
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?: *\..*)?", re.IGNORECASE)
_FORMULA_SIGNS = ("=", "+", "-", "@")
# Control, format (direction marks, zero-width spaces), halves of surrogate pairs, separators of lines.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One agency. `parent` is a superior's code, `deadline` ISO 8601, `line` where it stands in the file.

    `level` is its category (类别), `scope` what it is asked for, None where that is what everybody is asked for.
    """

    code: str
    name: str
    short_name: str = ""
    parent: str = ""
    level: str = ""
    counted: bool = True
    rule_making: bool | None = None
    contact: str = ""
    phone: str = ""
    deadline: str = ""
    line: int = 0
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """The agencies that must report, in the order of the file. Codes differ, and parents make no circle.

    `heard` says that nobody listed them: they are those that sent something.
    """

    entries: tuple[RosterEntry, ...]
    heard: bool = False
    by_code: Mapping[str, RosterEntry] = field(init=False, repr=False, compare=False)
    _children: Mapping[str, tuple[RosterEntry, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        children: dict[str, list[RosterEntry]] = {}
        for entry in self.entries:
            children.setdefault(entry.parent, []).append(entry)
        object.__setattr__(self, "by_code", {entry.code: entry for entry in self.entries})
        object.__setattr__(self, "_children", {code: tuple(below) for code, below in children.items()})

    def children(self, code: str) -> tuple[RosterEntry, ...]:
        """The agencies directly below `code`; below ``""`` are those that name no superior."""
        return self._children.get(code, ())


def folded(code: str) -> str:
    """What makes two codes the same: neither case nor width of characters keeps codes apart."""
    return unicodedata.normalize("NFKC", code).casefold()


def unsafe_character(text: str, *, code: bool) -> str:
    """The first character that a name, or with `code` a code, may not have, fit for a message; empty if none."""
    for character in text:
        if unicodedata.category(character) in _INVISIBLE or character == "\ufffd":
            return f"U+{ord(character):04X}"
        if code and character in _PATH_CHARACTERS:
            return character
    return "." if code and text.endswith(".") else ""


def unsafe_code(code: str) -> str:
    """The message code of what makes a whole code unsafe; empty if nothing does."""
    if code.startswith(_FORMULA_SIGNS):
        return "ROSTER-CODE-START"
    return "ROSTER-CODE-RESERVED" if _RESERVED.fullmatch(code) else ""


def duplicates(entries: Sequence[RosterEntry]) -> Iterator[Finding]:
    """Codes that stand twice."""
    first: dict[str, RosterEntry] = {}
    for entry in entries:
        known = first.setdefault(folded(entry.code), entry)
        if known is not entry:
            args: dict[str, Argument] = {
                "line": entry.line,
                "code": entry.code,
                "first": known.line,
                "other": known.code,
            }
            yield Finding("ROSTER-DUPLICATE", "error", args=args)


def circles(entries: Sequence[RosterEntry]) -> Iterator[Finding]:
    """Superiors that are their own inferiors; each circle once."""
    parents = {entry.code: entry for entry in entries}
    done: set[str] = set()
    for entry in entries:
        chain: dict[str, RosterEntry] = {}
        here: RosterEntry | None = entry
        while here is not None and here.code not in done and here.code not in chain:
            chain[here.code] = here
            here = parents.get(here.parent)
        if here is not None and here.code in chain:
            codes = list(chain)
            circle = codes[codes.index(here.code) :]
            yield _circle([chain[code] for code in circle])
        done.update(chain)


def _circle(members: Sequence[RosterEntry]) -> Finding:
    start = min(range(len(members)), key=lambda index: members[index].line)
    turned = [*members[start:], *members[:start]]
    words = " → ".join(entry.code for entry in [*turned, turned[0]])
    lines = "、".join(str(line) for line in sorted(entry.line for entry in members))
    return Finding("ROSTER-CIRCLE", "error", args={"line": turned[0].line, "circle": words, "lines": lines})
