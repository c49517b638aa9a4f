"""The desk's book: one append-only SQLite file with everything that was said and decided.

Nothing in it is ever changed or deleted, not even after the five years that the methodology asks
for (2.4.2, 2.4.3); the file itself refuses it.
"""

import json
import sqlite3
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from lodetrace.errors import Refused
from lodetrace.storage import open_copy, open_database, storage_errors, transaction

LAYOUT: Final = 1
SCHEMA: Final = """
CREATE TABLE lines (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    commodity TEXT NOT NULL,
    day TEXT NOT NULL,
    hash BLOB NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (kind, hash)
) STRICT;
CREATE INDEX lines_by_day ON lines (kind, commodity, day)
"""
_KEEPING: Final = """
CREATE TRIGGER IF NOT EXISTS never_{act} BEFORE {act} ON lines
BEGIN SELECT RAISE(ABORT, 'the book is append-only'); END
"""


class LineTaken(Refused):
    """Somebody else wrote it first."""

    template = "{day}: this {kind} is in the book already"
    advice = "Look at the day again with `lodetrace-oracle prices show`."


class LineKind(StrEnum):
    """What a line holds."""

    ENTRY = "entry"
    SUBMISSION = "submission"
    DECISION = "decision"
    SALT = "salt"
    ASSESSMENT = "assessment"
    PREPARED = "prepared"
    RELEASED = "released"
    RECORD = "record"


class BookLine(NamedTuple):
    """One line. hash: 32 bytes, unique among lines of its kind; at: seconds since 1970."""

    number: int
    hash: bytes
    at: int
    text: str

    @property
    def json(self) -> dict[str, Any]:
        """The text, numbers as int."""
        return dict(json.loads(self.text))


class PriceBook:
    """Close it, or use it in `with`. Raises StorageError."""

    def __init__(self, path: Path, *, rehearsing: bool = False) -> None:
        self._path: Final = path
        self._connection: Final = (open_copy if rehearsing else open_database)(path, SCHEMA, LAYOUT)
        with transaction(self._connection, path) as connection:
            for act in ("UPDATE", "DELETE"):
                connection.execute(_KEEPING.format(act=act))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back."""
        self._connection.close()

    def append(
        self, kind: LineKind, commodity: str, day: date, hash_: bytes, at: int, text: str
    ) -> bool:
        """Writes a line; it is committed when this returns. False where it stood there already."""
        with transaction(self._connection, self._path) as connection:
            return _insert(connection, (kind, commodity, day, hash_, at, text))

    def append_all(self, lines: list[tuple[LineKind, str, date, bytes, int, str]]) -> None:
        """Writes all of the lines or none; raises LineTaken where one stands there already."""
        with transaction(self._connection, self._path) as connection:
            for line in lines:
                if not _insert(connection, line):
                    raise LineTaken(kind=line[0], day=line[2])

    def lines(self, kind: LineKind, commodity: str, day: date | None = None) -> list[BookLine]:
        """Lines of a kind, of one day or of all, oldest first."""
        query = "SELECT number, hash, at, text FROM lines WHERE kind = ? AND commodity = ?"
        values: tuple[object, ...] = (kind, commodity)
        if day is not None:
            query, values = f"{query} AND day = ?", (*values, day.isoformat())
        return self._found(f"{query} ORDER BY number", values)

    def line(self, kind: LineKind, hash_: bytes) -> BookLine | None:
        """The line with a hash."""
        query = "SELECT number, hash, at, text FROM lines WHERE kind = ? AND hash = ?"
        found = self._found(query, (kind, hash_))
        return found[0] if found else None

    def _found(self, query: str, values: tuple[object, ...]) -> list[BookLine]:
        with storage_errors(self._path):
            rows = self._connection.execute(query, values).fetchall()
        return [BookLine(*row) for row in rows]


def _insert(
    connection: sqlite3.Connection, line: tuple[LineKind, str, date, bytes, int, str]
) -> bool:
    kind, commodity, day, hash_, at, text = line
    done = connection.execute(
        "INSERT OR IGNORE INTO lines (kind, commodity, day, hash, at, text)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (kind, commodity, day.isoformat(), hash_, at, text),
    )
    return done.rowcount == 1
