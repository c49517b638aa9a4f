"""The write-ahead outbox: what was signed, before it is sent.

A transaction is on disk with its nonce, bytes and hash before any node sees it. After a crash,
or a reply that got lost, the same bytes are sent again: the chain takes them once.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from lodetrace.storage import open_copy, open_database, storage_errors, transaction

LAYOUT: Final = 2
SCHEMA: Final = """
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    purpose TEXT NOT NULL,
    signer TEXT NOT NULL,
    nonce INTEGER,
    hash TEXT UNIQUE,
    raw BLOB,
    target TEXT,
    data BLOB,
    state TEXT NOT NULL,
    block INTEGER
);
CREATE UNIQUE INDEX one_effect ON outbox (signer, purpose) WHERE state IN ('signed', 'mined');
CREATE UNIQUE INDEX one_plan ON outbox (signer, purpose) WHERE state = 'planned';
CREATE UNIQUE INDEX one_nonce ON outbox (signer, nonce) WHERE state <> 'displaced'
"""


INDEXES: Final = (
    "CREATE INDEX IF NOT EXISTS on_the_way ON outbox (signer, nonce) WHERE state = 'signed'",
    "CREATE INDEX IF NOT EXISTS displaced ON outbox (signer, nonce) WHERE state = 'displaced'",
)
"""Without them each transaction costs a look at all before it; an older file lacks them."""

COLUMNS: Final = "id, purpose, signer, nonce, hash, raw, target, data, state, block"


class EntryState(StrEnum):
    """planned: its proof is being made, nothing is signed. signed: on its way. mined: succeeded.

    failed: mined and reverted, without effect.

    displaced: its nonce was used by another transaction, so it can never take effect.
    """

    PLANNED = "planned"
    SIGNED = "signed"
    MINED = "mined"
    FAILED = "failed"
    DISPLACED = "displaced"


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One signed transaction. target is None for a deployment."""

    id: int
    purpose: str
    signer: str
    nonce: int
    hash: str
    raw: bytes = field(repr=False)
    target: str | None
    data: bytes = field(repr=False)
    state: EntryState
    block: int | None


class SignedTransaction(NamedTuple):
    """What signing gives."""

    hash: str
    raw: bytes


class Nonces(NamedTuple):
    """Nonces of a signer in an outbox. known: how many are its own; next: after the last.

    displaced: signed for, and used by another transaction. first, next: None where there is none.
    """

    known: int
    first: int | None
    next: int | None
    displaced: int


class Outbox:
    """The outbox of one chain, shared by all processes that open the same file.

    rehearsing: works on a copy in memory. connection: of a file that holds more than the outbox.
    """

    def __init__(
        self,
        path: Path,
        *,
        rehearsing: bool = False,
        connection: sqlite3.Connection | None = None,
    ) -> None:
        self.path: Final = path
        opens = open_copy if rehearsing else open_database
        self._connection = connection or opens(path, SCHEMA, LAYOUT)
        with storage_errors(path):
            for index in INDEXES:
                self._connection.execute(index)

    def close(self) -> None:
        """Gives the file back."""
        self._connection.close()

    def plan(self, purpose: str, signer: str) -> None:
        """Commits that a transaction is about to be made for a purpose; again is harmless."""
        with transaction(self._connection, self.path):
            self._connection.execute(
                "INSERT OR IGNORE INTO outbox (purpose, signer, state) VALUES (?, ?, ?)",
                (purpose, signer, EntryState.PLANNED),
            )

    def add(
        self,
        purpose: str,
        signer: str,
        target: str | None,
        data: bytes,
        chain_count: int,
        sign: Callable[[int], SignedTransaction],
    ) -> OutboxEntry:
        """Signs with the next nonce and commits; returns the entry that stands for `purpose`.

        Where another process was first, its entry is returned and nothing is signed.
        chain_count: the next nonce as the node counts.
        """
        with transaction(self._connection, self.path):
            found = self._live(purpose, signer)
            if found is not None:
                return found
            nonce = max(chain_count, self._next_nonce(signer))
            signed = sign(nonce)
            self._connection.execute(
                "DELETE FROM outbox WHERE signer = ? AND purpose = ? AND state = 'planned'",
                (signer, purpose),
            )
            row = self._connection.execute(
                "INSERT INTO outbox (purpose, signer, nonce, hash, raw, target, data, state)"
                f" VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING {COLUMNS}",
                (purpose, signer, nonce, signed.hash, signed.raw, target, data, EntryState.SIGNED),
            ).fetchone()
        return _entry(row)

    def live(self, purpose: str, signer: str) -> OutboxEntry | None:
        """The entry whose effect took place or may still take place."""
        with storage_errors(self.path):
            return self._live(purpose, signer)

    def pending(self, signer: str) -> list[OutboxEntry]:
        """Entries on their way, in the order of their nonces."""
        return self._select("signer = ? AND state = 'signed' ORDER BY nonce", signer)

    def from_nonce(self, signer: str, nonce: int) -> list[OutboxEntry]:
        """Entries that a chain at this nonce has not taken yet, in order."""
        return self._select(
            "signer = ? AND nonce >= ? AND state <> 'displaced' ORDER BY nonce", signer, nonce
        )

    def entries(self, signer: str) -> list[OutboxEntry]:
        """Everything ever signed, in order."""
        return self._select("signer = ? AND state <> 'planned' ORDER BY id", signer)

    def nonces(self, signer: str, start: int = 0) -> Nonces:
        """What is known of a signer's nonces from `start` on."""
        of = "FROM outbox WHERE signer = ? AND nonce >= ? AND state"
        own = f"SELECT count(*), min(nonce), max(nonce) + 1 {of} <> 'displaced'"
        displaced = f"SELECT count(*) {of} = 'displaced'"
        with storage_errors(self.path):
            known = self._connection.execute(own, (signer, start)).fetchone()
            lost = self._connection.execute(displaced, (signer, start)).fetchone()
        return Nonces(*known, *lost)

    def record(self, entry: OutboxEntry, state: EntryState, block: int | None) -> None:
        """Commits what became of an entry."""
        with transaction(self._connection, self.path):
            self._connection.execute(
                "UPDATE outbox SET state = ?, block = ? WHERE id = ?", (state, block, entry.id)
            )

    def _live(self, purpose: str, signer: str) -> OutboxEntry | None:
        found = self._select(
            "signer = ? AND purpose = ? AND state IN ('signed', 'mined')", signer, purpose
        )
        return found[0] if found else None

    def _next_nonce(self, signer: str) -> int:
        row = self._connection.execute(
            "SELECT MAX(nonce) FROM outbox WHERE signer = ? AND state <> 'displaced'", (signer,)
        ).fetchone()
        return 0 if row[0] is None else int(row[0]) + 1

    def _select(self, condition: str, *values: object) -> list[OutboxEntry]:
        query = f"SELECT {COLUMNS} FROM outbox WHERE {condition}"
        with storage_errors(self.path):
            rows = self._connection.execute(query, values).fetchall()
        return [_entry(row) for row in rows]


@contextmanager
def opened(path: Path) -> Iterator[Outbox]:
    """An outbox for one block of code."""
    outbox = Outbox(path)
    try:
        yield outbox
    finally:
        outbox.close()


def _entry(row: tuple[object, ...] | sqlite3.Row) -> OutboxEntry:
    (number, purpose, signer, nonce, hash_, raw, target, data, state, block) = row
    return OutboxEntry(
        id=int(str(number)),
        purpose=str(purpose),
        signer=str(signer),
        nonce=int(str(nonce)),
        hash=str(hash_),
        raw=raw if isinstance(raw, bytes) else b"",
        target=None if target is None else str(target),
        data=data if isinstance(data, bytes) else b"",
        state=EntryState(str(state)),
        block=None if block is None else int(str(block)),
    )
