"""What a witness signed: one file that is on the disk before a signature leaves.

Set and votes after the last head are in it as a trust anchor, so that the next head can be shown to
extend it. A copy of the file is no backup: a witness that goes back to one contradicts itself.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.heads import HeadUnreadable, SignedHead
from lodetrace.storage import (
    StorageDamaged,
    StorageOfAnotherVersion,
    open_copy,
    open_database,
    storage_errors,
    transaction,
)
from lodetrace.text import hex_of, iso_time
from lodetrace.witness.errors import (
    BookForeign,
    BookLost,
    BookMissing,
    BookMovedOn,
    BookUnusable,
    BookWentBack,
    WitnessStopped,
)

LAYOUT: Final = 1
SCHEMA: Final = """
CREATE TABLE witness (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    key BLOB NOT NULL,
    anchor TEXT NOT NULL,
    seen_at INTEGER,
    stopped TEXT
);
CREATE TABLE head (
    seen_at INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    signed TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a witness is. anchor: its last head, with set and votes; seen_at: None before the first
    head, which extends a trust anchor that it did not sign.
    """

    anchor: Anchor
    seen_at: int | None


class Book:
    """Everything that one key signed as a witness."""

    def __init__(
        self,
        path: Path,
        key: bytes,
        start: Anchor | None = None,
        published: Callable[[], Mapping[bytes, int]] = dict,
        *,
        rehearsing: bool = False,
    ) -> None:
        """key: address of 20 bytes. start: the anchor that the first head extends. published: whose
        heads were given away before, and when the last one was seen: such a key has no beginning
        any more, and a book that lacks that head is an old copy. rehearsing: works on a copy in
        memory.

        Raises BookMissing, BookLost, BookWentBack, BookForeign, BookUnusable or StorageError.
        """
        self.path: Final = path
        if start is None and not path.exists():
            raise BookMissing(folder=path.parent)
        opened = open_copy if rehearsing else open_database
        with self._usable():
            self._connection: Final = opened(path, SCHEMA, LAYOUT)
        try:
            self._begin(key, start, published)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Gives the file back."""
        self._connection.close()

    def standing(self) -> Standing:
        """Where it is; raises WitnessStopped."""
        _, anchor, seen_at, stopped = self._row()
        if stopped is not None:
            raise WitnessStopped(reason=json.loads(stopped)["said"])
        return Standing(Anchor.from_json(json.loads(anchor)), seen_at)

    def record(self, before: Standing, signed: SignedHead, anchor: Anchor) -> None:
        """Commits a head that extends the one before; raises BookMovedOn or StorageError.

        anchor: at that head. Only what this returned from may leave.
        """
        head = signed.head
        with self._usable(), transaction(self._connection, self.path):
            if self.standing() != before:
                raise BookMovedOn(path=self.path)
            self._connection.execute(
                "INSERT INTO head VALUES (?, ?, ?)",
                (head.seen_at, head.number, json.dumps(signed.to_json())),
            )
            self._connection.execute(
                "UPDATE witness SET anchor = ?, seen_at = ?",
                (json.dumps(anchor.to_json()), head.seen_at),
            )

    def stop(self, contradiction: dict[str, Any]) -> None:
        """Commits that nothing is ever signed again, and why."""
        with transaction(self._connection, self.path):
            self._connection.execute(
                "UPDATE witness SET stopped = ? WHERE stopped IS NULL", (json.dumps(contradiction),)
            )

    @property
    def stopped(self) -> dict[str, Any] | None:
        """Why nothing is signed any more."""
        found = self._row()[3]
        return None if found is None else dict(json.loads(found))

    def newest(self, most: int) -> list[SignedHead]:
        """The last heads signed, the newest one last."""
        with self._usable(), storage_errors(self.path):
            rows = self._connection.execute(
                "SELECT signed FROM head ORDER BY seen_at DESC LIMIT ?", (most,)
            ).fetchall()
        return [SignedHead.from_json(json.loads(row[0]), str(self.path)) for row in reversed(rows)]

    def _begin(
        self, key: bytes, start: Anchor | None, published: Callable[[], Mapping[bytes, int]]
    ) -> None:
        row = self._row()
        if row is not None:
            self._require_same(row, key, start)
            self._require_newest(row, published)
            return
        if key in published():
            raise BookLost(path=self.path, key=hex_of(key))
        if start is None:
            raise BookMissing(folder=self.path.parent)
        with self._usable(), transaction(self._connection, self.path):
            self._connection.execute(
                "INSERT INTO witness VALUES (1, ?, ?, NULL, NULL)",
                (key, json.dumps(start.to_json())),
            )

    def _require_same(self, row: tuple[Any, ...], key: bytes, start: Anchor | None) -> None:
        if row[0] != key:
            raise BookForeign(path=self.path, expected=hex_of(row[0]), actual=hex_of(key))
        kept = Anchor.from_json(json.loads(row[1]))
        if start is not None and start.genesis != kept.genesis:
            raise BookForeign(
                path=self.path,
                expected=f"the chain with genesis {hex_of(kept.genesis)}",
                actual=hex_of(start.genesis),
            )

    def _require_newest(
        self, row: tuple[Any, ...], published: Callable[[], Mapping[bytes, int]]
    ) -> None:
        """A file of heads that cannot be read says nothing; it is written anew."""
        try:
            given = published().get(row[0])
        except HeadUnreadable:
            return
        if given is not None and given > (row[2] or 0):
            seen = "none" if row[2] is None else iso_time(row[2])
            raise BookWentBack(path=self.path, given=iso_time(given), kept=seen)

    def _row(self) -> Any:
        """None before it has begun."""
        with self._usable(), storage_errors(self.path):
            return self._connection.execute(
                "SELECT key, anchor, seen_at, stopped FROM witness"
            ).fetchone()

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """What is said about a damaged vault would be wrong here."""
        try:
            yield
        except (StorageDamaged, StorageOfAnotherVersion) as error:
            raise BookUnusable(path=self.path, reason=error) from error
