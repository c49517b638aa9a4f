"""Takes documents in: once, durably, whatever is in them."""

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from lodetrace.errors import InputError
from lodetrace.strict_json import MAX_BYTES, DocumentTooLarge
from oracle.service.fate_log import tell
from oracle.service.states import DOCUMENTS, REPORTS, TURNED_DOWN, IntakeState, ReportState
from oracle.service.store import Store

Checkpoint = Callable[[str], None]

BY_HAND: Final = "command"
"""Source of a document that somebody handed in by name, and waits for: it waits for nothing."""


class Accepted(NamedTuple):
    """Answer to whoever brought a document. new: it was not known before."""

    digest: bytes
    state: IntakeState
    new: bool


@dataclass(frozen=True, slots=True)
class WaitingDocument:
    """A document that waits for its examination. received: seconds since 1970.

    source: of those who brought it, the last one that counts (Intake.accept).
    """

    id: int
    name: str
    content: bytes = field(repr=False)
    received: int
    source: str

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody waits for it now."""
        return self.source == BY_HAND


class Intake:
    """Documents in the order in which they came."""

    def __init__(self, store: Store, checkpoint: Checkpoint = lambda step: None) -> None:
        self.store: Final = store
        self._checkpoint: Final = checkpoint

    def accept(self, content: bytes, source: str, name: str) -> Accepted:
        """Stores a document; it is committed when this returns.

        The same bytes again change nothing, but a refused document is examined once more, and one
        that waits is not kept waiting where it is handed in by name.
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
                self._add(
                    connection, IntakeState.PENDING,
                    digest=digest, content=content, source=source, name=name, reason="",
                )  # fmt: skip
            elif found[1] in TURNED_DOWN:
                refused = connection.execute(
                    "SELECT id FROM reports WHERE intake = ? AND state = ?",
                    (found[0], ReportState.REFUSED),
                ).fetchall()
                REPORTS.remove(connection, [row[0] for row in refused])
                DOCUMENTS.move(
                    connection, found[:1], IntakeState.PENDING,
                    due=0, source=source, content=content,
                )  # fmt: skip
            elif found[1] == IntakeState.PENDING and source == BY_HAND:
                connection.execute(
                    "UPDATE intake SET source = ?, due = 0 WHERE id = ?", (source, found[0])
                )
        self._checkpoint("stored")
        again = found is None or found[1] in TURNED_DOWN
        return Accepted(
            digest, IntakeState.PENDING if again else IntakeState(found[1]), found is None
        )

    def refuse_unread(self, mark: str, source: str, name: str, error: InputError) -> None:
        """Keeps the refusal of something that was not read. mark: tells it from others."""
        digest = hashlib.sha256(f"unread {source} {name} {mark}".encode()).digest()
        with self.store.write() as connection:
            number = self._add(
                connection, IntakeState.REFUSED,
                digest=digest, source=source, name=name, reason=f"{error.code}: {error}",
            )  # fmt: skip
            if number is not None:
                tell(self.store, connection, number, IntakeState.REFUSED, [error.code])

    def _add(
        self, connection: sqlite3.Connection, state: IntakeState, name: str, **columns: object
    ) -> int | None:
        return DOCUMENTS.add(
            connection, state, name=name[:200], received=int(time.time()), due=0, **columns
        )

    def state_of(self, digest: bytes) -> tuple[IntakeState, str] | None:
        """State and reason of a document, None for one that never came."""
        rows = self.store.rows("SELECT state, reason FROM intake WHERE digest = ?", digest)
        return (IntakeState(rows[0][0]), rows[0][1]) if rows else None

    def accepted(self) -> list[bytes]:
        """Documents that were in order, as they came: their hashes."""
        rows = self.store.rows(
            "SELECT document FROM intake WHERE state NOT IN (?, ?, ?) AND document IS NOT NULL"
            " AND content IS NOT NULL ORDER BY id",
            IntakeState.PENDING,
            *sorted(TURNED_DOWN),
        )
        return [bytes(document) for (document,) in rows]

    def content(self, document: bytes) -> bytes:
        """The bytes of an accepted document."""
        query = "SELECT content FROM intake WHERE document = ? AND content IS NOT NULL"
        return bytes(self.store.rows(query, document)[0][0])

    def due(self, now: int, limit: int) -> list[WaitingDocument]:
        """Documents to examine: new ones as they came, then those whose time has come."""
        rows = self.store.rows(
            "SELECT id, name, content, received, source FROM intake WHERE state = ? AND due <= ?"
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
                # not where somebody who waits for it handed it in since
                "UPDATE intake SET due = ?, reason = ? WHERE id = ? AND source = ?",
                (until, reason, taken.id, taken.source),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO waits VALUES (?, ?)", [(lot, taken.id) for lot in lots]
            )

    def wake_all(self) -> None:
        """Everything that waits is looked at again: after a start, a wake-up may be lost."""
        with self.store.write() as connection:
            connection.execute("UPDATE intake SET due = 0 WHERE state = ?", (IntakeState.PENDING,))
