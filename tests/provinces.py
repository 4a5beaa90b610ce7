"""Provinces for tests: agencies on three levels, each with its valid return, some missing, with all that real ones have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from random import Random

from campaigns import CHECK, RULES, SHELF
from packages import package

from xltool.app.forms import fill_record
from xltool.io.records import dump_line, dump_record
from xltool.io.roster_file import roster_from
from xltool.model.place import Place
from xltool.model.record import Agency, Explanation, Mark, Record, Source, Value
from xltool.model.roster import Roster
from xltool.model.summary import Policy, Return
from xltool.numbers import exact

ERA = SHELF.era("national-2021")
YEAR = 2025
FEES = "disclosure.fees.amount"
POLICY = Policy(governments=SHELF.library.governments)
_COLUMNS = [path.split(".")[1] for path in ERA.indicators if path.endswith(".new") and "total" not in path]
_KINDS = [path.split(".")[1] for path in ERA.indicators if path.endswith(".upheld")]
_MOVING = ("new", "carried_in", "handled", "carried_out")
_FIGURES = (*(0,) * 19, 1, 2, 5, 13, 240)  # most figures of most agencies are 0


@dataclass(frozen=True)
class Office:
    """An agency of the roster: a government's own office, or a department."""

    code: str
    name: str
    parent: str
    government: bool


@dataclass(frozen=True)
class Province:
    """`offices` are the whole roster, governments before those below them; `records` by code, without the missing."""

    offices: tuple[Office, ...]
    records: dict[str, Record]

    @property
    def roster_csv(self) -> str:
        return roster_csv(self.offices)

    @property
    def roster(self) -> Roster:
        return roster_from(self.roster_csv.encode(), "名单.csv")[0]

    @property
    def returns(self) -> list[Return]:
        """The returns as read from workbooks, each figure with its place."""
        return [sent(record) for record in self.records.values()]

    @property
    def jsonl(self) -> bytes:
        return b"".join(map(dump_line, self.records.values()))

    def below(self, code: str) -> list[Office]:
        """An office and all that belong to it."""
        inside = {code}
        for office in self.offices:
            if office.parent in inside:
                inside.add(office.code)
        return [office for office in self.offices if office.code in inside]

    def files(self, codes: Iterable[str], *, workbooks: bool = False) -> dict[str, bytes]:
        """The returns of some agencies, as records or as workbooks; who is missing has none."""
        records = [replace(self.records[code], source=None) for code in codes if code in self.records]
        if workbooks:
            return {f"{each.agency.code}.xlsx": fill_record(each, SHELF, "auto", "zh")[0] for each in records}
        return {f"{each.agency.code}.json": dump_record(each) for each in records}


def handed_up(made: Province, code: str = "SH", *, workbooks: bool = False) -> tuple[dict[str, bytes], str]:
    """What a government has of its own, with the packages of those below it, and its roster, in which these stand
    with 口径 全域. Packages bring workbooks along."""
    own = [office for office in made.offices if code in (office.code, office.parent)]
    below = [office for office in own if office.government and office.code != code]
    files = made.files([office.code for office in own if office not in below], workbooks=workbooks)
    for area in below:
        inside, text = handed_up(made, area.code, workbooks=workbooks)
        roster, _ = roster_from(text.encode(), "名单.csv")
        files[f"{area.code}.zip"] = package(inside, roster, with_returns=workbooks)
    lines = roster_csv(own).splitlines()
    scopes = ["口径", *("全域" if office in below else "" for office in own)]
    return files, "\n".join(f"{line},{scope}" for line, scope in zip(lines, scopes, strict=True)) + "\n"


def roster_csv(offices: tuple[Office, ...] | list[Office]) -> str:
    lines = (f"{each.code},{each.name},{each.parent},{'政府' if each.government else '部门'},否\n" for each in offices)
    return "代码,全称,上级,类别,规章制定权\n" + "".join(lines)


def sent(record: Record) -> Return:
    """The record as read from a workbook that it came in."""
    assert record.source is not None
    file = record.source.file
    places = {path: Place(file, f"表{len(path) % 3}", f"D{at}") for at, path in enumerate(ERA.indicators, start=4)}
    return Return(record, file, places=places)


@cache
def province(count: int, *, valid: bool = True) -> Province:
    """`count` agencies of a province, its cities and their counties; one in eleven has sent nothing. Unless all must be
    `valid`, some leave figures blank or say that one does not apply."""
    rnd = Random(count)
    offices = tuple(_offices(count))
    records = {
        office.code: _record(rnd, office, number, valid=valid)
        for number, office in enumerate(offices)
        if number % 11 != 7 or count < 8
    }
    return Province(offices, records)


def _offices(count: int) -> Iterator[Office]:
    departments = max(1, count // 20)
    yield Office("SH", "示例省人民政府办公厅", "", government=True)
    yield from (Office(f"SH-{n:03}", f"示例省第{n}厅", "SH", government=False) for n in range(1, departments + 1))
    left, cities = count - 1 - departments, min(15, max(1, count // 6))
    for city, share in enumerate(_shares(left, cities), start=1):
        code, name = f"C{city:02}", f"示例{city}市"
        yield Office(code, f"{name}人民政府办公室", "SH", government=True)
        yield from (
            Office(f"{code}-{n:03}", f"{name}第{n}局", code, government=False) for n in range(1, share // 6 + 1)
        )
        rest = share - 1 - share // 6
        for county, size in enumerate(_shares(rest, min(12, max(1, rest // 4))), start=1):
            below, title = f"{code}K{county:02}", f"{name}第{county}县"
            if size:
                yield Office(below, f"{title}人民政府办公室", code, government=True)
            yield from (Office(f"{below}-{n:03}", f"{title}第{n}局", below, government=False) for n in range(1, size))


def _shares(total: int, parts: int) -> list[int]:
    return [total // parts + (part < total % parts) for part in range(parts)]


def _record(rnd: Random, office: Office, number: int, *, valid: bool) -> Record:
    """A return that balances; here and there decimals, declared zeros, a rule that nobody may issue, explained."""
    values: dict[str, Value] = {
        path: None if each.optional else rnd.choice(_FIGURES) for path, each in ERA.indicators.items()
    }
    values[FEES] = exact(Decimal(rnd.randrange(10**7)).scaleb(-rnd.randrange(2, 7))) if number % 3 == 0 else 0
    for column in _COLUMNS:
        _balance(rnd, values, f"applications.{column}.")
    for path, each in ERA.indicators.items():
        if path.startswith("applications.total.") and not each.optional:
            values[path] = sum(int(str(values[path.replace("total", column, 1)])) for column in _COLUMNS)
    for kind in _KINDS:
        base = f"review_litigation.{kind}."
        values[base + "total"] = sum(
            int(str(values[base + part])) for part in ("upheld", "corrected", "other", "pending")
        )
    values |= dict.fromkeys((RULES, RULES.replace("issued", "repealed"), RULES.replace("issued", "in_force")), 0)
    values[RULES] = int(number % 13 == 3)
    marks: dict[str, Mark] = {}
    if number % 5 == 2:
        for path in ("disclosure.coercion.decisions", "disclosure.penalties.decisions"):
            values[path], marks[path] = 0, Mark("declared_zero")
    if number % 7 == 4 and not valid:
        values[FEES], marks[FEES] = None, Mark("not_applicable", "不适用")
        values |= dict.fromkeys([path for path in values if path.startswith("review_litigation.litigation_direct")])
    told = (Explanation(CHECK.partition("@")[0], RULES, "省里授权"),) if values[RULES] else ()
    agency = Agency(office.code, office.name)
    source = Source(f"{office.code}_{office.name}_第1次.xlsx", f"{number + 1:064x}")
    return Record(ERA.id, YEAR, agency, values, marks=marks, explanations=told, source=source)


def _balance(rnd: Random, values: dict[str, Value], base: str) -> None:
    """What came in is what went out."""
    outcomes = [path for path, each in ERA.indicators.items() if path.startswith(base) and not each.optional]
    handled = sum(int(str(values[path])) for path in outcomes if path.removeprefix(base) not in _MOVING)
    out, before = rnd.randrange(3), rnd.randrange(2)
    new = handled + out - before
    values |= {base + "handled": handled, base + "carried_out": out, base + "new": max(0, new)}
    values[base + "carried_in"] = before if new >= 0 else handled + out
