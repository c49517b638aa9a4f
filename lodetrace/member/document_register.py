"""Which number each document of a site got: so that a sheet that comes twice is signed once.

A number is committed here before its document is signed. Signing makes the same bytes again, so
whoever finds a number without a file writes the file.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lodetrace.errors import Refused
from lodetrace.storage import open_copy, open_database, storage_errors, transaction

FILE: Final = "documents.sqlite"
LAYOUT: Final = 1
SCHEMA: Final = """
CREATE TABLE document (
    site BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (site, sequence),
    UNIQUE (site, content)
);
CREATE TABLE name (
    site BLOB NOT NULL,
    name BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (site, name)
)
"""


class NumbersTaken(Refused):
    """Another import of the same site came first."""

    template = "number {sequence} of the site was taken meanwhile"
    advice = "Repeat the command: it takes the next free numbers."


@dataclass(frozen=True, slots=True)
class Numbered:
    """A document and its number. content: hash of what was not signed yet. names: hashes."""

    sequence: int
    content: bytes
    names: tuple[bytes, ...] = ()


class DocumentRegister:
    """Of one account on one chain."""

    def __init__(self, folder: Path, *, rehearsing: bool = False) -> None:
        """rehearsing: works on a copy in memory. Raises StorageError."""
        self.path: Final = folder / FILE
        opened = open_copy if rehearsing else open_database
        self._connection: Final[sqlite3.Connection] = opened(self.path, SCHEMA, LAYOUT)

    def close(self) -> None:
        """Gives the file back."""
        self._connection.close()

    def known(self, site: bytes) -> Mapping[bytes, int]:
        """Numbers of a site's documents, by content."""
        with storage_errors(self.path):
            rows = self._connection.execute(
                "SELECT content, sequence FROM document WHERE site = ?", (site,)
            ).fetchall()
        return {bytes(content): int(sequence) for content, sequence in rows}

    def named(self, site: bytes) -> Mapping[bytes, int]:
        """Numbers of the documents that gave a batch or seal its name, by hash of the name."""
        with storage_errors(self.path):
            rows = self._connection.execute(
                "SELECT name, sequence FROM name WHERE site = ?", (site,)
            ).fetchall()
        return {bytes(name): int(sequence) for name, sequence in rows}

    def commit(self, site: bytes, numbered: Iterable[Numbered]) -> None:
        """Keeps all of them, or none; raises NumbersTaken or StorageError."""
        with transaction(self._connection, self.path):
            for one in numbered:
                taken = self._connection.execute(
                    "SELECT 1 FROM document WHERE site = ? AND (sequence = ? OR content = ?)",
                    (site, one.sequence, one.content),
                ).fetchone()
                if taken is not None:
                    raise NumbersTaken(sequence=one.sequence)
                self._connection.execute(
                    "INSERT INTO document VALUES (?, ?, ?)", (site, one.sequence, one.content)
                )
                self._connection.executemany(
                    "INSERT OR IGNORE INTO name VALUES (?, ?, ?)",
                    [(site, name, one.sequence) for name in one.names],
                )
