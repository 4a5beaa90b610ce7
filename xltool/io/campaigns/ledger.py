"""The ledger of a campaign: what came, what it was found to be, what was decided. One function a question."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from xltool.io.campaigns.finding_json import dump_args, dump_places, load_finding
from xltool.io.campaigns.ledger_schema import BUSY_SECONDS, connected, understood
from xltool.io.exact_json import dump_json, parse_json
from xltool.model.campaign import Answer, Paper, Version, VersionState
from xltool.model.finding import Finding

_VERSION = """id, sha256, name, as_of, agency, agency_name, era, year, scope, submission, figures, errors, explains,
    notices, check_code, state, confirmed"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that came in: which one, under what name, on what day, and what it was taken for."""

    sha256: str
    name: str
    as_of: str
    outcome: str


@contextmanager
def open_ledger(path: Path, busy: float = BUSY_SECONDS) -> Iterator[Ledger]:
    """The ledger at `path`, made where there is none; `busy` are the seconds to wait for another command."""
    with connected(path, busy) as connection:
        yield Ledger(connection)


class Ledger:
    """Questions and entries. What is entered belongs in a `transaction`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what happens inside, or nothing; other commands wait. Raises Refused LEDGER-BUSY after a while."""
        with understood():
            self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            with understood():
                self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with understood():
            return self._db.execute(sql, values).fetchall()

    def _do(self, sql: str, *values: object) -> int:
        with understood():
            return int(self._db.execute(sql, values).lastrowid or 0)

    # --- files ---------------------------------------------------------------------------------------------------

    def arrived(self, sha256: str, name: str) -> bool:
        """Whether this very file came in under this very name."""
        return bool(self._rows("SELECT 1 FROM arrivals WHERE sha256 = ? AND name = ?", sha256, name))

    def add_arrival(self, arrival: Arrival, size: int, kind: str) -> None:
        if arrival.sha256:
            self._do("INSERT OR IGNORE INTO files VALUES (?, ?, ?)", arrival.sha256, size, kind)
        self._do(
            "INSERT INTO arrivals (sha256, name, as_of, outcome) VALUES (?, ?, ?, ?)",
            *(arrival.sha256, arrival.name, arrival.as_of, arrival.outcome),
        )

    def arrivals(self) -> list[Arrival]:
        rows = self._rows("SELECT sha256, name, as_of, outcome FROM arrivals ORDER BY id")
        return [Arrival(*row) for row in rows]

    # --- returns -------------------------------------------------------------------------------------------------

    def versions(self, agency: str | None = None) -> list[Version]:
        """All returns in the order of arrival, or those of one agency."""
        where = "" if agency is None else "WHERE agency = ?"
        values = () if agency is None else (agency,)
        return [_version(row) for row in self._rows(f"SELECT {_VERSION} FROM returns {where} ORDER BY id", *values)]

    def totals(self) -> list[Version]:
        """The returns that report a level or an area, in the order of arrival."""
        rows = self._rows(f"SELECT {_VERSION} FROM returns WHERE scope NOT IN ('', 'own') ORDER BY id")
        return [_version(row) for row in rows]

    def version_of(self, sha256: str) -> Version | None:
        rows = self._rows(f"SELECT {_VERSION} FROM returns WHERE sha256 = ?", sha256)
        return _version(rows[0]) if rows else None

    def add_version(self, version: Version, record: str, findings: Iterable[Finding], number: int | None = None) -> int:
        """Enter a return; its id, a new one unless `number` says which. That of `version` does not count."""
        _, *values = astuple(version)
        marks = ", ".join("?" * (len(values) + 2))
        number = self._do(f"INSERT INTO returns ({_VERSION}, record) VALUES ({marks})", number, *values, record)
        for position, finding in enumerate(findings):
            self._do(
                "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                *(number, position, finding.code, finding.severity, finding.instance),
                *(dump_json(list(finding.paths)), dump_places(finding), dump_args(finding.args)),
            )
        return number

    def drop_version(self, number: int) -> None:
        """Forget what a return was found to be, to enter it anew in the same transaction."""
        self._do("DELETE FROM findings WHERE return_id = ?", number)
        self._do("DELETE FROM returns WHERE id = ?", number)

    def set_standing(self, number: int, state: VersionState, explains: int) -> None:
        self._do("UPDATE returns SET state = ?, explains = ? WHERE id = ?", state, explains, number)

    def record_json(self, number: int) -> str:
        """The record of a return as JSON; empty where there is none."""
        rows = self._rows("SELECT record FROM returns WHERE id = ?", number)
        return str(rows[0][0]) if rows else ""

    def findings(self, number: int) -> tuple[Finding, ...]:
        """What was found in a return when it came, in that order."""
        rows = self._rows(
            """SELECT f.*, r.name AS file FROM findings f JOIN returns r ON r.id = f.return_id
            WHERE return_id = ? ORDER BY position""",
            number,
        )
        return tuple(_finding(row) for row in rows)

    # --- explanations --------------------------------------------------------------------------------------------

    def answers(self, agency: str | None = None) -> list[Answer]:
        where = "" if agency is None else "WHERE agency = ?"
        values = () if agency is None else (agency,)
        rows = self._rows(
            f"""SELECT agency, check_id, place, text, fingerprint, decision, note, as_of FROM explanations {where}
            ORDER BY agency, check_id, place, as_of, fingerprint""",
            *values,
        )
        return [Answer(*row) for row in rows]

    def give(self, answer: Answer) -> None:
        """Enter an agency's explanation. One that is known keeps its decision; a new text awaits one."""
        self._do(
            """INSERT INTO explanations VALUES (?, ?, ?, ?, ?, 'pending', '', ?)
            ON CONFLICT DO UPDATE SET text = excluded.text, decision = 'pending', note = '', as_of = excluded.as_of
            WHERE text <> excluded.text""",
            *(answer.agency, answer.check, answer.place, answer.fingerprint, answer.text, answer.as_of),
        )

    def decide(self, answer: Answer) -> None:
        """Enter the desk's decision on an explanation, its own words where the agency gave none."""
        self._do(
            """INSERT INTO explanations VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
            SET text = excluded.text, decision = excluded.decision, note = excluded.note, as_of = excluded.as_of""",
            *(answer.agency, answer.check, answer.place, answer.fingerprint),
            *(answer.text, answer.decision, answer.note, answer.as_of),
        )

    # --- reminders and papers ------------------------------------------------------------------------------------

    def remind(self, agencies: Iterable[str], as_of: str) -> None:
        """Count a reminder for each; a second one on the same day is the same."""
        for agency in agencies:
            self._do("INSERT OR IGNORE INTO reminders VALUES (?, ?)", agency, as_of)

    def reminders(self) -> dict[str, int]:
        return {row[0]: row[1] for row in self._rows("SELECT agency, COUNT(*) FROM reminders GROUP BY agency")}

    def papers(self) -> Mapping[str, Paper]:
        rows = self._rows("SELECT agency, check_code, sealed, word, as_of FROM papers ORDER BY agency")
        return {row[0]: Paper(row[0], row[1], bool(row[2]), bool(row[3]), row[4]) for row in rows}

    def set_paper(self, paper: Paper) -> None:
        """Enter what arrived on paper; what arrived before stays."""
        self._do(
            """INSERT INTO papers VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
            check_code = CASE excluded.check_code WHEN '' THEN check_code ELSE excluded.check_code END,
            sealed = MAX(sealed, excluded.sealed), word = MAX(word, excluded.word), as_of = excluded.as_of""",
            *(paper.agency, paper.check_code, int(paper.sealed), int(paper.word), paper.as_of),
        )


def _version(row: sqlite3.Row) -> Version:
    values = {name: row[name] for name in row.keys()}  # noqa: SIM118 - iterating a row gives its values
    return Version(**{**values, "confirmed": bool(row["confirmed"])})


def _finding(row: sqlite3.Row) -> Finding:
    columns = {name: row[name] for name in ("code", "severity", "instance")}
    parsed = {name: parse_json(row[name].encode("utf-8")) for name in ("paths", "places", "args")}
    return load_finding(columns, row["file"], parsed)
