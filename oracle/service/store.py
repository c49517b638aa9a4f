"""The service's database: what was taken in, and what became of it.

A document that was acknowledged is in here: WAL, full synchronisation, and the file still has
its name when the commit is over.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from lodetrace.errors import StorageError
from lodetrace.storage import open_database, storage_errors, transaction
from oracle.contradictions import TABLE

FILE: Final = "oracle-intake.sqlite"
LAYOUT: Final = 3
SCHEMA: Final = """
CREATE TABLE intake (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    content BLOB,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    received INTEGER NOT NULL,
    identity TEXT,
    document BLOB,
    due INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX intake_by_state ON intake (state, due);
CREATE TABLE waits (
    epc_class TEXT NOT NULL,
    intake INTEGER NOT NULL REFERENCES intake,
    PRIMARY KEY (epc_class, intake)
) STRICT, WITHOUT ROWID;
CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    intake INTEGER NOT NULL REFERENCES intake,
    event_id BLOB NOT NULL,
    site BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    element INTEGER NOT NULL,
    start INTEGER NOT NULL,
    finish INTEGER NOT NULL,
    document BLOB NOT NULL,
    commitment BLOB NOT NULL,
    elements BLOB NOT NULL,
    model INTEGER NOT NULL,
    unit_material INTEGER NOT NULL,
    no_output INTEGER NOT NULL,
    batches BLOB NOT NULL,
    inputs BLOB NOT NULL,
    units INTEGER NOT NULL,
    declaration BLOB,
    word BLOB,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    purpose TEXT,
    hash TEXT,
    looked INTEGER NOT NULL,
    UNIQUE (intake, event_id)
) STRICT;
CREATE INDEX reports_by_state ON reports (state, looked);
CREATE INDEX reports_by_purpose ON reports (purpose);
CREATE TABLE files (
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    PRIMARY KEY (folder, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE baselines (signer TEXT PRIMARY KEY, nonce INTEGER NOT NULL) STRICT
"""
"""digest: SHA-256 of the bytes. identity: CBV event hash and that of an error declaration.

declaration, word: of a withdrawal, which has no kind, times and commitment. elements: two bytes
each; inputs: ids of 32 bytes each.

due: not looked at before. times: seconds since 1970, modified: nanoseconds. baselines: nonces
below are the past of a key, whoever used them.
"""

REFUSALS: Final = """
CREATE TABLE IF NOT EXISTS refusals (
    intake INTEGER PRIMARY KEY REFERENCES intake,
    look INTEGER NOT NULL
) STRICT
"""
"""Refused documents of which the chain is still to be told; look: not before."""


class StoreGone(StorageError):
    """The file was deleted or replaced while it was in use."""

    template = "{path} was removed while it was in use"
    advice = "Start the service again: it rebuilds what it knows from its sources and the chain."


class Store:
    """One connection to the database, for one thread. Raises StorageError."""

    def __init__(self, folder: Path) -> None:
        self.path: Final = folder / FILE
        self._connection: Final = open_database(self.path, SCHEMA, LAYOUT)
        with storage_errors(self.path):  # a file of an earlier version lacks them
            self._connection.execute(TABLE)
            self._connection.execute(REFUSALS)
            self._connection.execute(
                "CREATE INDEX IF NOT EXISTS reports_by_event ON reports (event_id)"
            )
        self._identity: Final = identity_of(self.path)
        self._after_commit: Final[list[Callable[[], None]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back."""
        self._connection.close()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction; its end is a commit in a file that exists. Raises StoreGone.

        Inside of another one it is a part of that one, which commits both.
        """
        try:
            with transaction(self._connection, self.path) as connection:
                yield connection
            self.require_present()
        except BaseException:
            self._after_commit.clear()
            raise
        if not self._connection.in_transaction:
            acts = list(self._after_commit)
            self._after_commit.clear()
            for act in acts:
                act()

    def after_commit(self, act: Callable[[], None]) -> None:
        """Does something once what is being written is committed; not at all if it never is."""
        self._after_commit.append(act)

    def rows(self, query: str, *values: object) -> list[tuple]:
        """What a query finds."""
        with storage_errors(self.path):
            return self._connection.execute(query, values).fetchall()

    def require_present(self) -> None:
        """Raises StoreGone where the file has lost its name."""
        if identity_of(self.path) != self._identity:
            raise StoreGone(path=self.path)


def identity_of(path: Path) -> tuple[int, int] | None:
    """Which file has this name; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - one call, no object
    except OSError:
        return None
    return found.st_dev, found.st_ino
