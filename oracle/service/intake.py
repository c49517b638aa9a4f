"""Takes documents in: once, durably, whatever is in them."""

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from lodetrace.errors import InputError
from lodetrace.strict_json import MAX_BYTES, DocumentTooLarge
from oracle.service.store import Store

Checkpoint = Callable[[str], None]


class IntakeState(StrEnum):
    """What became of a document.

    pending: to be examined, or waiting. examined: in order, not attested yet. evidence: in order,
    nothing of it goes on chain. attested: by this node. standing: at quorum as this node says.
    overruled: something else stands. withdrawn: a quorum attested that its site withdrew it; of a
    declaration, what it declares wrong.
    """

    PENDING = "pending"
    REFUSED = "refused"
    EVIDENCE = "evidence"
    EXAMINED = "examined"
    ATTESTED = "attested"
    STANDING = "standing"
    OVERRULED = "overruled"
    WITHDRAWN = "withdrawn"


class Accepted(NamedTuple):
    """Answer to whoever brought a document. new: it was not known before."""

    digest: bytes
    state: IntakeState
    new: bool


@dataclass(frozen=True, slots=True)
class WaitingDocument:
    """A document that waits for its examination. received: seconds since 1970."""

    id: int
    name: str
    content: bytes = field(repr=False)
    received: int


class Intake:
    """Documents in the order in which they came."""

    def __init__(self, store: Store, checkpoint: Checkpoint = lambda step: None) -> None:
        self.store: Final = store
        self._checkpoint: Final = checkpoint

    def accept(self, content: bytes, source: str, name: str) -> Accepted:
        """Stores a document; it is committed when this returns.

        The same bytes again change nothing, but a refused document is examined once more.
        Raises DocumentTooLarge or StorageError; then nothing is stored.
        """
        if len(content) > MAX_BYTES:
            raise DocumentTooLarge(what="bytes", value=len(content), limit=MAX_BYTES)
        digest = hashlib.sha256(content).digest()
        self._checkpoint("received")
        with self.store.write() as connection:
            found = connection.execute(
                "SELECT id, state FROM intake WHERE digest = ?", (digest,)
            ).fetchone()
            if found is None:
                connection.execute(
                    "INSERT INTO intake (digest, content, source, name, received, due, state,"
                    " reason) VALUES (?, ?, ?, ?, ?, 0, ?, '')",
                    (digest, content, source, name[:200], int(time.time()), IntakeState.PENDING),
                )
            elif found[1] == IntakeState.REFUSED:
                connection.execute(
                    "DELETE FROM reports WHERE intake = ? AND state = 'refused'", (found[0],)
                )
                connection.execute(
                    "UPDATE intake SET state = ?, due = 0 WHERE id = ?",
                    (IntakeState.PENDING, found[0]),
                )
        self._checkpoint("stored")
        again = found is None or found[1] == IntakeState.REFUSED
        return Accepted(
            digest, IntakeState.PENDING if again else IntakeState(found[1]), found is None
        )

    def refuse_unread(self, mark: str, source: str, name: str, error: InputError) -> None:
        """Keeps the refusal of something that was not read. mark: tells it from others."""
        digest = hashlib.sha256(f"unread {source} {name} {mark}".encode()).digest()
        row = (digest, source, name[:200], int(time.time()), IntakeState.REFUSED)
        with self.store.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO intake (digest, content, source, name, received, due,"
                " state, reason) VALUES (?, NULL, ?, ?, ?, 0, ?, ?)",
                (*row, f"{error.code}: {error}"),
            )

    def state_of(self, digest: bytes) -> tuple[IntakeState, str] | None:
        """State and reason of a document, None for one that never came."""
        rows = self.store.rows("SELECT state, reason FROM intake WHERE digest = ?", digest)
        return (IntakeState(rows[0][0]), rows[0][1]) if rows else None

    def due(self, now: int, limit: int) -> list[WaitingDocument]:
        """Documents to examine: new ones as they came, then those whose time has come."""
        rows = self.store.rows(
            "SELECT id, name, content, received FROM intake WHERE state = ? AND due <= ?"
            " ORDER BY due, id LIMIT ?",
            IntakeState.PENDING,
            now,
            limit,
        )
        return [WaitingDocument(*row) for row in rows]

    def wait(self, taken: WaitingDocument, reason: str, until: int, lots: Iterable[str]) -> None:
        """The document is looked at again at a time, or when one of the lots was made."""
        with self.store.write() as connection:
            connection.execute(
                "UPDATE intake SET due = ?, reason = ? WHERE id = ?", (until, reason, taken.id)
            )
            connection.executemany(
                "INSERT OR IGNORE INTO waits VALUES (?, ?)", [(lot, taken.id) for lot in lots]
            )

    def wake_all(self) -> None:
        """Everything that waits is looked at again: after a start, a wake-up may be lost."""
        with self.store.write() as connection:
            connection.execute("UPDATE intake SET due = 0 WHERE state = ?", (IntakeState.PENDING,))
