"""How many slips the checks catch: one figure of a valid record changed at random, a thousand times an era.

Prints the tables of ``docs/explanation/detection.md``. Seeded: the same figures every time. Totals are typed, as with
``--totals typed``; computed ones cannot be mistyped. No figures of last year are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from xltool.io.library import Library
from xltool.model.check import Instance
from xltool.model.era import Era, Indicator
from xltool.numbers import Number, decimals, exact
from xltool.rules.evaluate import judge
from xltool.rules.nodes import Ref

TIMES = 1000
_ROUNDS, _STARTS = 4000, 40
_FACTS = {"level": "county", "rule_making": 1}
_SEVERITY = ("error", "explain", "notice")
Values = dict[str, Number | None]


# --- a valid record ----------------------------------------------------------------------------------------------


@dataclass
class Judge:
    """The checks of an era that this year's figures alone decide."""

    era: Era

    def __post_init__(self) -> None:
        self.instances = [each for each in self.era.instances if not any(ref.origin == "prior" for ref in each.facts)]
        self.year = self.era.last_year or self.era.first_year or 2024
        self.instances = [each for each in self.instances if each.applies_in(self.year)]
        self.about: dict[str, list[Instance]] = {}
        for each in self.instances:
            for path in each.paths:
                self.about.setdefault(path, []).append(each)

    def failing(self, values: Mapping[str, Number | None], instances: Iterable[Instance]) -> list[Instance]:
        def lookup(ref: Ref) -> Number | str | None:
            return values.get(ref.path) if ref.origin == "data" else _FACTS.get(ref.path)

        return [each for each in instances if judge(each.rule, lookup, each.places).verdict == "fail"]


def figures(era: Era) -> list[Indicator]:
    """The figures everybody fills in, totals included."""
    return [each for each in era.indicators.values() if each.kind == "number" and not each.optional]


def valid_record(era: Era, checks: Judge, rnd: Random) -> Values:
    """A record that passes every check: random figures, mended one by one until nothing fails."""
    for _ in range(_STARTS):
        values: Values = {each.path: _some(each, rnd) for each in figures(era)}
        for _ in range(_ROUNDS):
            failing = checks.failing(values, checks.instances)
            if not failing:
                return values
            _mend(values, failing[rnd.randrange(len(failing))], era, checks, rnd)
    raise AssertionError(f"no valid record of {era.id} found")


def _some(indicator: Indicator, rnd: Random) -> Number:
    """A figure as they are: many are 0, most are small."""
    size = (1, 1, 10, 10, 100, 1000)[rnd.randrange(6)]
    value = rnd.randrange(size)
    low, high = indicator.minimum, indicator.maximum
    value = max(value, int(low)) if low is not None and low > 0 else value
    return min(value, int(high)) if high is not None else value


def _mend(values: Values, broken: Instance, era: Era, checks: Judge, rnd: Random) -> None:
    """Change one figure of a failed check so that it passes, and as little else as possible fails."""
    best: tuple[int, int, str, Number] | None = None
    for path in broken.paths:
        known = values.get(path)
        if known is None:
            continue
        for candidate in _candidates(values, broken, known):
            if not _allowed(era.indicators[path], candidate):
                continue
            values[path] = candidate
            if not checks.failing(values, [broken]):
                score = len(checks.failing(values, checks.about[path]))
                if best is None or (score, rnd.randrange(4)) < best[:2]:
                    best = (score, rnd.randrange(4), path, candidate)
        values[path] = known
    if best is not None:
        values[best[2]] = best[3]


def _candidates(values: Values, broken: Instance, known: Number) -> Iterator[Number]:
    def lookup(ref: Ref) -> Number | str | None:
        return values.get(ref.path) if ref.origin == "data" else _FACTS.get(ref.path)

    apart = judge(broken.rule, lookup, broken.places).difference
    if apart is not None and not isinstance(apart, str):
        yield exact(known - apart)
        yield exact(known + apart)
    yield 0
    yield from (value for path in broken.paths if (value := values.get(path)) is not None)


def _allowed(indicator: Indicator, value: Number) -> bool:
    low, high = indicator.minimum, indicator.maximum
    inside = (low is None or value >= low) and (high is None or value <= high)
    return inside and decimals(value) <= indicator.decimals


# --- slips -------------------------------------------------------------------------------------------------------


def _one_off(value: int, rnd: Random) -> int:
    return value + (1, -1)[rnd.randrange(2)] if value else 1


def _other_digit(value: int, rnd: Random) -> int:
    text = str(value)
    at = rnd.randrange(len(text))
    return int(text[:at] + str((int(text[at]) + 1 + rnd.randrange(9)) % 10) + text[at + 1 :])


def _exchanged(value: int, rnd: Random) -> int:
    text = str(value)
    if len(text) < 2:
        return value
    at = rnd.randrange(len(text) - 1)
    return int(text[:at] + text[at + 1] + text[at] + text[at + 2 :])


def _digit_twice(value: int, rnd: Random) -> int:
    text = str(value)
    at = rnd.randrange(len(text))
    return int(text[:at] + text[at] + text[at:])


def _digit_lost(value: int, rnd: Random) -> int:
    text = str(value)
    at = rnd.randrange(len(text))
    return int((text[:at] + text[at + 1 :]) or "0")


def _zero_more(value: int, _: Random) -> int:
    return value * 10


SLIPS: Mapping[str, Callable[[int, Random], int]] = {
    "one too many or too few (差1)": _one_off,
    "a wrong digit (错一位)": _other_digit,
    "two digits exchanged (两位颠倒)": _exchanged,
    "a digit twice (多一位)": _digit_twice,
    "a digit lost (漏一位)": _digit_lost,
    "a zero too many (多一个零)": _zero_more,
}
_LEFT_BLANK = "left blank (漏填)"


@dataclass(frozen=True)
class Slip:
    """One change of one figure, and what noticed it: a severity, ``value`` for what no input accepts, or nothing."""

    kind: str
    path: str
    noticed: str


def slips(era: Era, times: int = TIMES) -> list[Slip]:
    """`times` slips in valid records of `era`."""
    rnd = Random(f"mutation {era.id}")
    checks = Judge(era)
    kinds = [*SLIPS, _LEFT_BLANK]
    paths = [each.path for each in figures(era)]
    found: list[Slip] = []
    values: Values = {}
    while len(found) < times:
        if len(found) % 100 == 0:
            values = valid_record(era, checks, rnd)
        kind, path = kinds[rnd.randrange(len(kinds))], paths[rnd.randrange(len(paths))]
        right = values[path]
        if not isinstance(right, int):
            continue
        wrong = None if kind == _LEFT_BLANK else SLIPS[kind](right, rnd)
        if wrong != right:
            found.append(Slip(kind, path, _noticed(values, path, wrong, checks)))
    return found


def _noticed(values: Values, path: str, wrong: Number | None, checks: Judge) -> str:
    indicator = checks.era.indicators[path]
    if wrong is None and indicator.blank == "missing":
        return "value"
    if wrong is not None and not _allowed(indicator, wrong):
        return "value"
    failing = checks.failing({**values, path: wrong}, checks.about.get(path, ()))
    return min((each.check.severity for each in failing), key=_SEVERITY.index, default="")


# --- the tables --------------------------------------------------------------------------------------------------


def print_tables() -> None:
    """The figures of every era, and the indicators no check looks at."""
    library = Library()
    eras = [library.era(era_id) for era_id in library.era_folders]
    found = {era.id: slips(era) for era in eras}
    _print_shares(eras, found)
    _print_kinds(found)
    for era in eras:
        _print_unwatched(era)


def _share(slipped: Iterable[Slip], *noticed: str) -> str:
    every = list(slipped)
    if not every:
        return "–"
    count = sum(bool(each.noticed) and (not noticed or each.noticed in noticed) for each in every)
    return f"{100 * count / len(every):.1f}%"


def _print_shares(eras: list[Era], found: Mapping[str, list[Slip]]) -> None:
    print(
        "| era | figures | in an equality | in another check | in none "
        "| noticed | must be fixed | to be explained | notice |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for era in eras:
        classes = Counter(watch(era).values())
        every = found[era.id]
        shares = [_share(every), _share(every, "error", "value"), _share(every, "explain"), _share(every, "notice")]
        counts = [len(figures(era)), classes["equality"], classes["other"], classes["none"]]
        print(f"| `{era.id}` | " + " | ".join([*map(str, counts), *shares]) + " |")


def _print_kinds(found: Mapping[str, list[Slip]]) -> None:
    print("\nBy kind of slip:\n")
    print("| slip | " + " | ".join(f"`{era}`" for era in found) + " |")
    print("|---" * (len(found) + 1) + "|")
    for kind in (*SLIPS, _LEFT_BLANK):
        shares = [_share(each for each in every if each.kind == kind) for every in found.values()]
        print(f"| {kind} | " + " | ".join(shares) + " |")
    print("\nBy what looks at the figure that slipped, blanks left aside:\n")
    print("| the figure is in | " + " | ".join(f"`{era}`" for era in found) + " |")
    print("|---" * (len(found) + 1) + "|")
    library = Library()
    names = {
        "equality": "an equality (相等关系)",
        "other": "another check only (其他审核公式)",
        "none": "no check (无审核公式)",
    }
    for kind, name in names.items():
        shares = []
        for era_id, every in found.items():
            classes = watch(library.era(era_id))
            shares.append(_share(each for each in every if classes[each.path] == kind and each.kind != _LEFT_BLANK))
        print(f"| {name} | " + " | ".join(shares) + " |")


def watch(era: Era) -> dict[str, str]:
    """What looks at each figure without those of last year: ``equality``, ``other`` or ``none``."""
    found = {each.path: "none" for each in figures(era)}
    for instance in Judge(era).instances:
        for path in instance.paths:
            if path in found and found[path] != "equality":
                # A check that hangs on what the agency is holds for some of them only.
                sure = instance.rule.comparison == "==" and not instance.facts
                found[path] = "equality" if sure else "other"
    return found


def _print_unwatched(era: Era) -> None:
    """The figures no check looks at, those of one group together."""
    groups: dict[str, list[str]] = {}
    for path, kind in watch(era).items():
        if kind == "none":
            group, _, last = path.rpartition(".")
            groups.setdefault(group, []).append(last)
    print(f"\n### {era.id}\n")
    if not groups:
        print("Every figure is in some check.")
        return
    back = {path for each in era.instances if any(ref.origin == "prior" for ref in each.facts) for path in each.paths}
    for group, names in groups.items():
        full = [f"{group}.{name}" if group else name for name in names]
        then = " (compared with last year's, where there are any)" if set(full) <= back else ""
        print(f"- `{group or era.id}`: {', '.join(f'`{name}`' for name in names)}{then}")


if __name__ == "__main__":
    print_tables()
