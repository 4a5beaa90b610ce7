"""The tables of the ledger, and how it is opened.

A rollback journal, not write-ahead logging: campaign folders lie on shared drives, where the latter does not work.
With full synchronisation a transaction is there whole or not at all, whenever the power goes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xltool.model.finding import refuse

VERSION = 1
# "xltl": tells `file` and others whose database this is.
_APPLICATION = 0x786C746C
BUSY_SECONDS = 20.0

_TABLES = """
CREATE TABLE files (
    sha256 TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    kind TEXT NOT NULL
) STRICT;
CREATE TABLE arrivals (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    as_of TEXT NOT NULL,
    outcome TEXT NOT NULL,
    UNIQUE (sha256, name)
) STRICT;
CREATE TABLE returns (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    as_of TEXT NOT NULL,
    agency TEXT NOT NULL,
    agency_name TEXT NOT NULL,
    era TEXT NOT NULL,
    year INTEGER NOT NULL,
    scope TEXT NOT NULL,
    submission INTEGER NOT NULL,
    figures TEXT NOT NULL,
    errors INTEGER NOT NULL,
    explains INTEGER NOT NULL,
    notices INTEGER NOT NULL,
    check_code TEXT NOT NULL,
    state TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX returns_agency ON returns (agency);
CREATE TABLE findings (
    return_id INTEGER NOT NULL REFERENCES returns (id),
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    severity TEXT NOT NULL,
    instance TEXT NOT NULL,
    paths TEXT NOT NULL,
    places TEXT NOT NULL,
    args TEXT NOT NULL,
    PRIMARY KEY (return_id, position)
) STRICT;
CREATE TABLE explanations (
    agency TEXT NOT NULL,
    check_id TEXT NOT NULL,
    place TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    text TEXT NOT NULL,
    decision TEXT NOT NULL,
    note TEXT NOT NULL,
    as_of TEXT NOT NULL,
    PRIMARY KEY (agency, check_id, place, fingerprint)
) STRICT;
CREATE TABLE reminders (
    agency TEXT NOT NULL,
    as_of TEXT NOT NULL,
    PRIMARY KEY (agency, as_of)
) STRICT;
CREATE TABLE papers (
    agency TEXT PRIMARY KEY,
    check_code TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    word INTEGER NOT NULL,
    as_of TEXT NOT NULL
) STRICT;
"""


@contextmanager
def connected(path: Path, busy: float = BUSY_SECONDS) -> Iterator[sqlite3.Connection]:
    """The database at `path`, its tables made where it is new. Raises Refused where it cannot be used."""
    with understood():
        connection = sqlite3.connect(path, timeout=busy, isolation_level=None)
    try:
        with understood():
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            _prepare(connection)
        yield connection
    finally:
        connection.close()


@contextmanager
def understood() -> Iterator[None]:
    """SQLite's errors as findings: another command at work, a damaged file, a disk that refuses."""
    try:
        yield
    except sqlite3.OperationalError as error:
        busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        raise refuse("LEDGER-BUSY") if busy else refuse("LEDGER-FAILED", reason=str(error)) from error
    except sqlite3.DatabaseError as error:
        raise refuse("LEDGER-DAMAGED", reason=str(error)) from error


def _prepare(connection: sqlite3.Connection) -> None:
    version = _version(connection)
    if version == 0:
        connection.execute("BEGIN IMMEDIATE")
        if _version(connection) == 0:  # no other command was faster
            # Not executescript: it would end the transaction.
            for statement in _TABLES.split(";"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    elif version > VERSION:
        raise refuse("LEDGER-NEWER", version=version, known=VERSION)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
