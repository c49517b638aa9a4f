"""What this oracle node has accepted or refused so far: a SQLite file beside its keys.

It answers what a single document cannot: did its parents come before, does a site stay within
its capacity, is a number used for two documents. What it holds was committed before it counted,
and can be made anew from the documents.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from lodetrace.contracts.codes import EventKind
from lodetrace.documents.envelope import SignedDocument
from lodetrace.documents.statement import Statement
from lodetrace.storage import open_database, storage_errors, transaction
from oracle.event_hash import EventIdentity
from oracle.serials import Serial, serials_of

FILE: Final = "oracle-history.sqlite"
LAYOUT: Final = 2
SCHEMA: Final = """
CREATE TABLE documents (
    hash BLOB PRIMARY KEY,
    identity TEXT NOT NULL,
    site BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    findings TEXT NOT NULL,
    withdraws BLOB
) STRICT;
CREATE INDEX documents_by_withdrawn ON documents (withdraws);
CREATE INDEX documents_by_number ON documents (site, sequence, revision);
CREATE TABLE outputs (
    hash BLOB NOT NULL REFERENCES documents,
    epc_class TEXT NOT NULL,
    place TEXT NOT NULL,
    finish INTEGER NOT NULL,
    PRIMARY KEY (epc_class, hash)
) STRICT;
CREATE TABLE made (
    hash BLOB NOT NULL REFERENCES documents,
    element TEXT NOT NULL,
    site BLOB NOT NULL,
    finish INTEGER NOT NULL,
    metal TEXT NOT NULL,
    PRIMARY KEY (hash, element)
) STRICT;
CREATE INDEX made_by_time ON made (site, element, finish);
CREATE TABLE serials (
    hash BLOB NOT NULL REFERENCES documents,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    series TEXT NOT NULL,
    number INTEGER,
    PRIMARY KEY (kind, name, hash)
) STRICT;
CREATE INDEX serials_by_series ON serials (kind, series, number)
"""

MAKING: Final = (EventKind.BIRTH, EventKind.PROCESSING, EventKind.RECOVERY)
"""Events that make lots; a measurement makes none, it looks at one."""

ACCEPTED: Final = "accepted"
REFUSED: Final = "refused"

_WITHDRAWN: Final = (
    f"SELECT withdraws FROM documents WHERE outcome = '{ACCEPTED}' AND withdraws IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Parent:
    """An earlier document that made a lot: where, and when it was done.

    withdrawn: by its site, since.
    """

    epc_class: str
    place: str
    finish: int
    withdrawn: bool


class History:
    """The node's memory of documents. Close it, or use it in `with`. Raises StorageError."""

    def __init__(self, path: Path, connection: sqlite3.Connection | None = None) -> None:
        """connection: to work with instead of the file, see copy_of."""
        self._path: Final = path
        self._connection: Final = connection or open_database(path, SCHEMA, LAYOUT)
        with storage_errors(path):
            self._connection.execute(
                "CREATE INDEX IF NOT EXISTS documents_by_identity ON documents (identity)"
            )

    @classmethod
    def copy_of(cls, path: Path) -> Self:
        """A copy in memory, empty where there is no file: what it remembers is not kept."""
        copy = sqlite3.connect(":memory:", isolation_level=None)
        with storage_errors(path):
            if path.is_file():
                source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
                with closing(source):
                    source.backup(copy)
            else:
                copy.executescript(SCHEMA)
        return cls(path, copy)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back."""
        self._connection.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is remembered inside is committed at once, at the end."""
        with transaction(self._connection, self._path):
            yield

    def outcome_of(self, document: bytes) -> str | None:
        """ "accepted", "refused", or None for a document that was never seen."""
        rows = self._rows("SELECT outcome FROM documents WHERE hash = ?", (document,))
        return str(rows[0][0]) if rows else None

    def findings_of(self, document: bytes) -> str:
        """What the checks found, one a line."""
        rows = self._rows("SELECT findings FROM documents WHERE hash = ?", (document,))
        return str(rows[0][0]) if rows else ""

    def other_document(self, signed: SignedDocument) -> bytes | None:
        """An accepted document with the same site, sequence and revision, but another hash."""
        rows = self._rows(
            "SELECT hash FROM documents WHERE site = ? AND sequence = ? AND revision = ?"
            " AND hash <> ? AND outcome = ? AND withdraws IS NULL",
            (signed.site, signed.sequence, signed.revision, signed.hash, ACCEPTED),
        )
        return bytes(rows[0][0]) if rows else None

    def same_event(self, signed: SignedDocument, identity: str) -> bytes | None:
        """An accepted document about the same event, but with another site or sequence."""
        rows = self._rows(
            "SELECT hash FROM documents WHERE identity = ? AND outcome = ?"
            f" AND (site <> ? OR sequence <> ?) AND hash NOT IN ({_WITHDRAWN})",
            (identity, ACCEPTED, signed.site, signed.sequence),
        )
        return bytes(rows[0][0]) if rows else None

    def withdrawal_of(self, document: bytes) -> bytes | None:
        """The accepted declaration that withdraws a document."""
        rows = self._rows(
            "SELECT hash FROM documents WHERE withdraws = ? AND outcome = ? ORDER BY hash",
            (document, ACCEPTED),
        )
        return bytes(rows[0][0]) if rows else None

    def parents(self, epc_classes: Iterable[str]) -> list[Parent]:
        """Accepted documents that made these lots."""
        query = (
            f"SELECT epc_class, place, finish, hash IN ({_WITHDRAWN}) FROM outputs"
            " WHERE epc_class = ? ORDER BY finish"
        )
        return [
            Parent(lot, place, finish, bool(withdrawn))
            for name in epc_classes
            for lot, place, finish, withdrawn in self._rows(query, (name,))
        ]

    def made_between(self, signed: SignedDocument, element: str, after: int, until: int) -> int:
        """mg of an element that the site made in (after, until], leaving out this very event.

        Of an event with several revisions the last accepted one counts, and nothing that its
        site withdrew.
        """
        return sum(metal for _, metal in self._made(signed, element, after, until))

    def metal_by_window(
        self, signed: SignedDocument, element: str, until: int, seconds: int, count: int
    ) -> list[int]:
        """As made_between for `count` windows of so many seconds, the newest first."""
        found = [0] * count
        for finish, metal in self._made(signed, element, until - count * seconds, until):
            found[(until - finish) // seconds] += metal
        return found

    def holder_of(self, signed: SignedDocument, serial: Serial) -> bytes | None:
        """An accepted document with another site or sequence that gave this number before."""
        rows = self._rows(
            "SELECT hash FROM serials JOIN documents USING (hash) WHERE kind = ? AND name = ?"
            f" AND (site <> ? OR sequence <> ?) AND hash NOT IN ({_WITHDRAWN}) ORDER BY hash",
            (serial.kind, serial.name, signed.site, signed.sequence),
        )
        return bytes(rows[0][0]) if rows else None

    def number_before(self, signed: SignedDocument, serial: Serial) -> int | None:
        """The highest number of the series below this one that other documents of the site gave."""
        rows = self._rows(
            "SELECT max(number) FROM serials JOIN documents USING (hash) WHERE kind = ?"
            " AND series = ? AND number < ? AND site = ? AND sequence <> ?",
            (serial.kind, serial.series, serial.number, signed.site, signed.sequence),
        )
        return None if rows[0][0] is None else int(rows[0][0])

    def remember(
        self,
        signed: SignedDocument,
        identity: EventIdentity,
        statement: Statement,
        place: str | None,
        outcome: str,
        findings: Iterable[str],
    ) -> None:
        """Keeps the outcome for a document; it is committed when this returns.

        A refusal is not for ever, an acceptance is: it may have been acted on.
        place: of the site, ISO 3166-2; only an accepted document has to have one.
        """
        with transaction(self._connection, self._path) as connection:
            _remember(connection, signed, identity, outcome, findings, None)
            if outcome == ACCEPTED and place is not None and statement.kind in MAKING:
                _remember_products(connection, signed, statement, place)

    def remember_withdrawal(
        self,
        signed: SignedDocument,
        identity: EventIdentity,
        document: bytes,
        outcome: str,
        findings: Iterable[str],
    ) -> None:
        """Keeps a declaration: once accepted, the withdrawn document counts for nothing more."""
        with transaction(self._connection, self._path) as connection:
            _remember(connection, signed, identity, outcome, findings, document)

    def _made(
        self, signed: SignedDocument, element: str, after: int, until: int
    ) -> Iterable[tuple[int, int]]:
        """When other events of the site ended in (after, until], and mg that they made."""
        rows = self._rows(
            "SELECT sequence, finish, metal FROM made JOIN documents USING (hash)"
            " WHERE made.site = ? AND element = ? AND finish > ? AND finish <= ? AND sequence <> ?"
            f" AND hash NOT IN ({_WITHDRAWN}) ORDER BY sequence, revision",
            (signed.site, element, after, until, signed.sequence),
        )
        last = {sequence: (finish, int(metal)) for sequence, finish, metal in rows}
        return last.values()

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple]:
        with storage_errors(self._path):
            return self._connection.execute(query, values).fetchall()


def _remember(
    connection: sqlite3.Connection,
    signed: SignedDocument,
    identity: EventIdentity,
    outcome: str,
    findings: Iterable[str],
    withdraws: bytes | None,
) -> None:
    number = (signed.site, signed.sequence, signed.revision)
    row = (signed.hash, str(identity), *number, outcome, "\n".join(findings), withdraws)
    connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash)"
        " DO UPDATE SET outcome = excluded.outcome, findings = excluded.findings"
        " WHERE outcome <> ?",
        (*row, ACCEPTED),
    )


def _remember_products(
    connection: sqlite3.Connection, signed: SignedDocument, statement: Statement, place: str
) -> None:
    document = signed.hash
    connection.executemany(
        "INSERT OR IGNORE INTO outputs VALUES (?, ?, ?, ?)",
        [(document, one.epc_class, place, statement.to) for one in statement.outputs],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO made VALUES (?, ?, ?, ?, ?)",
        [
            (document, symbol, signed.site, statement.to, str(statement.metal_out(symbol)))
            for symbol in statement.elements
        ],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO serials VALUES (?, ?, ?, ?, ?)",
        [(document, one.kind, one.name, one.series, one.number) for one in serials_of(statement)],
    )
