"""Rows of the Journal, and the words that they fold to (contracts/interfaces/IJournal.sol).

A word holds how many events were noted about a subject and a running hash over them. Entries that
fold to the word of the chain's state are all there are, in their order, and nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Final

from lodetrace.contracts.events.base import Event
from lodetrace.contracts.journal import ROWS, rows_of
from lodetrace.contracts.structs import Row
from zk_circuits.abi import hash_static
from zk_circuits.keccak import keccak256

HASH_BITS: Final = 224
"""Of a word, below the count of 32 bits."""
DROPPED_BITS: Final = 32
"""Of each hash, its lowest ones."""
NOTHING: Final = 0
"""The word of a subject about which nothing was noted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it is noted. writer: contract that said it, 20 bytes.

    place: among all entries of the chain, from 1.
    """

    writer: bytes
    block: int
    time: int
    place: int
    topics: tuple[bytes, ...]
    data: bytes

    @property
    def digest(self) -> bytes:
        """Of the log, whoever wrote it."""
        return keccak256(b"".join((*self.topics, self.data)))


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry, with the event that it is."""

    entry: Entry
    event: Event


@dataclass(frozen=True, slots=True)
class Told:
    """A log of one of the network's contracts, with the event that it is."""

    event: Event
    writer: bytes
    block: int
    time: int
    topics: tuple[bytes, ...]
    data: bytes


def key_of(row: Row) -> bytes:
    """By which the Journal keeps a row's word."""
    return hash_static(row.kind, row.subject)


def count_of(word: int) -> int:
    """How many entries a word stands for."""
    return word >> HASH_BITS


def step(word: int, entry: Entry) -> int:
    """The word of a row after one entry more."""
    writer = int.from_bytes(entry.writer, "big")
    hashed = hash_static(word, writer, entry.block, entry.time, entry.place, entry.digest)
    shortened = int.from_bytes(hashed, "big") >> DROPPED_BITS
    return (count_of(word) + 1) << HASH_BITS | shortened


def fold(entries: Iterable[Entry]) -> int:
    """The word of a row; its entries in their order."""
    return reduce(step, entries, NOTHING)


def by_row(entries: Iterable[ShownEntry]) -> dict[Row, list[ShownEntry]]:
    """The rows that entries belong to; entries by place."""
    rows: dict[Row, list[ShownEntry]] = {}
    for shown in entries:
        for row in rows_of(shown.event):
            rows.setdefault(row, []).append(shown)
    return rows


def gather(history: Iterable[Told]) -> dict[Row, list[ShownEntry]]:
    """All rows of a chain. history: every log of the contracts since the first block, in order.

    An entry's place follows from that: each event that is noted at all has the next one.
    """
    noted = (told for told in history if type(told.event) in ROWS)
    return by_row(
        ShownEntry(
            Entry(told.writer, told.block, told.time, place, told.topics, told.data), told.event
        )
        for place, told in enumerate(noted, start=1)
    )
