"""What this oracle node has attested or refused so far: a SQLite file beside it.

It answers what a single document cannot: did its parents come before, does a site stay within
its capacity, is a number used for two documents. What is in it was committed before it counted.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from lodetrace.contracts.codes import EventKind
from lodetrace.errors import StorageError
from oracle.envelope import SignedDocument
from oracle.event_hash import EventIdentity
from oracle.statement import Statement

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS documents (
    hash BLOB PRIMARY KEY, identity TEXT NOT NULL, site BLOB NOT NULL, sequence INTEGER NOT NULL,
    revision INTEGER NOT NULL, start INTEGER NOT NULL, finish INTEGER NOT NULL,
    outcome TEXT NOT NULL, reasons TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS documents_by_site ON documents (site, sequence, revision);
CREATE TABLE IF NOT EXISTS outputs (
    epc_class TEXT NOT NULL, hash BLOB NOT NULL REFERENCES documents, place TEXT NOT NULL,
    finish INTEGER NOT NULL, PRIMARY KEY (epc_class, hash)
) STRICT;
CREATE TABLE IF NOT EXISTS made (
    hash BLOB NOT NULL REFERENCES documents, site BLOB NOT NULL, sequence INTEGER NOT NULL,
    revision INTEGER NOT NULL, element TEXT NOT NULL, finish INTEGER NOT NULL,
    metal TEXT NOT NULL, PRIMARY KEY (hash, element)
) STRICT;
CREATE INDEX IF NOT EXISTS made_by_site ON made (site, element, finish);
"""

MAKING: Final = (EventKind.BIRTH, EventKind.PROCESSING, EventKind.RECOVERY)
"""Events that make lots; a measurement makes none, it looks at one."""

ACCEPTED: Final = "accepted"
REFUSED: Final = "refused"


class HistoryUnusable(StorageError):
    """The history cannot be read or written."""

    template = "{path}: {reason}"
    advice = "Free disk space or name another file; the history is rebuilt from the documents."


@dataclass(frozen=True, slots=True)
class Parent:
    """An earlier document that made a lot: where, and when it was done."""

    epc_class: str
    place: str
    finish: int


class History:
    """The node's memory of documents. One writer; close it, or use it in `with`."""

    def __init__(self, path: Path | str) -> None:
        self._path = path
        with self._storage():
            self._database = sqlite3.connect(path, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def outcome_of(self, document: bytes) -> str | None:
        """ "accepted", "refused", or None for a document that was never seen."""
        rows = self._rows("SELECT outcome FROM documents WHERE hash = ?", (document,))
        return rows[0][0] if rows else None

    def other_document(self, signed: SignedDocument) -> bytes | None:
        """An accepted document with the same site, sequence and revision, but another hash."""
        rows = self._rows(
            "SELECT hash FROM documents WHERE site = ? AND sequence = ? AND revision = ?"
            " AND hash != ? AND outcome = ?",
            (signed.site, signed.sequence, signed.revision, signed.hash, ACCEPTED),
        )
        return rows[0][0] if rows else None

    def parents(self, epc_classes: Iterable[str]) -> list[Parent]:
        """Accepted documents that made these lots."""
        found = []
        for name in epc_classes:
            rows = self._rows(
                "SELECT epc_class, place, finish FROM outputs WHERE epc_class = ?", (name,)
            )
            found += [Parent(*row) for row in rows]
        return found

    def made_between(self, signed: SignedDocument, element: str, after: int, until: int) -> int:
        """mg of an element that the site made in (after, until], leaving out this very event.

        Of an event with several revisions the last accepted one counts.
        """
        rows = self._rows(
            "SELECT sequence, revision, metal FROM made WHERE site = ? AND element = ?"
            " AND finish > ? AND finish <= ? AND sequence != ? ORDER BY sequence, revision",
            (signed.site, element, after, until, signed.sequence),
        )
        last = {sequence: int(metal) for sequence, _, metal in rows}
        return sum(last.values())

    def remember(
        self,
        signed: SignedDocument,
        identity: EventIdentity,
        statement: Statement,
        place: str,
        refusals: Iterable[str] = (),
    ) -> None:
        """Stores the outcome for a document, once and for all; committed when this returns."""
        reasons = "\n".join(refusals)
        outcome = REFUSED if reasons else ACCEPTED
        with self._storage(), self._transaction() as database:
            database.execute(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    signed.hash, str(identity), signed.site, signed.sequence, signed.revision,
                    statement.from_, statement.to, outcome, reasons,
                ),
            )  # fmt: skip
            if outcome == ACCEPTED and statement.kind in MAKING:
                self._remember_products(database, signed, statement, place)

    def _remember_products(
        self, database: sqlite3.Connection, signed: SignedDocument, statement: Statement, place: str
    ) -> None:
        database.executemany(
            "INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?)",
            [(one.epc_class, signed.hash, place, statement.to) for one in statement.outputs],
        )
        database.executemany(
            "INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    signed.hash, signed.site, signed.sequence, signed.revision, symbol,
                    statement.to, str(statement.metal_out(symbol)),
                )
                for symbol in statement.elements
            ],
        )  # fmt: skip

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple]:
        with self._storage():
            return self._database.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def _storage(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise HistoryUnusable(path=self._path, reason=error) from error
