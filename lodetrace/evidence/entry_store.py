"""Logs that the Journal noted, by row and place, in a file without a name that goes with the
process: memory does not grow with the chain."""

import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple

from lodetrace.contracts.structs import Row

WORD: Final = 32

SCHEMA: Final = """
create table entry (
    place integer primary key, contract text, writer blob, block integer, topics blob, data blob);
create index entry_block on entry (block);
create table row_entry (
    kind integer, subject blob, place integer, primary key (kind, subject, place)) without rowid;
"""


class NotedLog(NamedTuple):
    """A log that is noted. contract: name of its writer."""

    contract: str
    writer: bytes
    block: int
    topics: tuple[bytes, ...]
    data: bytes


class EntryStore:
    """Each log that is added has the next place, from 1. One thread at a time."""

    def __init__(self) -> None:
        self._file: Final = sqlite3.connect("", check_same_thread=False)
        self._file.executescript(SCHEMA)

    def add(self, noted: Iterable[tuple[NotedLog, Iterable[Row]]]) -> None:
        """Logs with the rows that they are in: all, or none where one cannot be had."""
        with self._file:
            for log, rows in noted:
                self._add(log, rows)

    def row(self, row: Row, block: int) -> list[tuple[int, NotedLog]]:
        """What was noted in a row up to a block, by place."""
        found = self._file.execute(
            "select place, contract, writer, block, topics, data"
            " from row_entry join entry using (place)"
            " where kind = ? and subject = ? and block <= ? order by place",
            (int(row.kind), row.subject, block),
        )
        return [
            (place, NotedLog(contract, writer, number, _words(topics), data))
            for place, contract, writer, number, topics, data in found
        ]

    def count(self, block: int) -> int:
        """How many logs there are up to a block."""
        counted = "select count(*) from entry where block <= ?"
        return int(self._file.execute(counted, (block,)).fetchone()[0])

    def _add(self, log: NotedLog, rows: Iterable[Row]) -> None:
        place = self._file.execute(
            "insert into entry (contract, writer, block, topics, data) values (?, ?, ?, ?, ?)",
            (*log[:3], b"".join(log.topics), log.data),
        ).lastrowid
        self._file.executemany(
            "insert into row_entry values (?, ?, ?)",
            [(int(row.kind), row.subject, place) for row in rows],
        )


def _words(topics: bytes) -> tuple[bytes, ...]:
    return tuple(topics[at : at + WORD] for at in range(0, len(topics), WORD))
