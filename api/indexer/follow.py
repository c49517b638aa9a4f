"""The indexer: reads the chain block range by block range, each in one transaction.

Invariant: the rows are what the events of all blocks below `cursor.next_block` say, no more and
no less; `cursor.last_hash` is the hash of the block before it. So a crash at any moment loses
at most a range that is read again.
"""

import logging
from typing import Final

from sqlalchemy import Connection, Engine, Row, insert, select, update

from api.errors import ChainRewound
from api.indexer.apply import apply
from api.indexer.chain_event import ChainEvent, storable
from api.indexer.source import ChainSource
from api.indexer.store import wipe
from api.indexer.tables import cursor, events
from lodetrace.node import Header

LARGEST_RANGE: Final = 1_000
"""Blocks a step; bounds memory and the length of a transaction."""

log: Final = logging.getLogger("lodetrace.indexer")


class Indexer:
    """Follows one chain. may_rewind: development chains may, a chain with final blocks may not."""

    def __init__(self, engine: Engine, source: ChainSource, *, may_rewind: bool) -> None:
        self._engine = engine
        self._source = source
        self._may_rewind = may_rewind

    def catch_up(self) -> int:
        """Reads up to the head; returns the number of the last block read."""
        while True:
            head = self._source.head()
            first = self._position(head)
            if first > head:
                return first - 1
            self._read(first, min(head, first + LARGEST_RANGE - 1))

    def _position(self, head: int) -> int:
        """First block to read. A rewound or different chain starts over, or raises ChainRewound."""
        with self._engine.connect() as connection:
            read = connection.execute(select(cursor)).one_or_none()
        if read is None:
            return self._source.first_block
        actual = self._identity(read, head)
        if actual is None:
            return int(read.next_block)
        last = read.next_block - 1
        if not self._may_rewind:
            raise ChainRewound(number=last, indexed=read.last_hash, actual=actual)
        log.warning("block %s was %s and is now %s: reading anew", last, read.last_hash, actual)
        wipe(self._engine)
        return self._source.first_block

    def _identity(self, read: Row, head: int) -> str | None:
        """None while the chain is the one that was read; else what it is now."""
        if (read.chain_id, read.genesis) != (self._source.chain_id, self._source.genesis):
            return f"of another chain ({self._source.chain_id}, genesis {self._source.genesis})"
        last = read.next_block - 1
        if last > head:
            return f"above the head {head}"
        actual = self._source.block(last).hash
        return None if actual == read.last_hash else actual

    def _read(self, first: int, last: int) -> None:
        found = self._source.events(first, last)
        end = self._source.block(last)
        with self._engine.begin() as connection:
            for event in found:
                _store(connection, event)
                apply(connection, event)
            self._advance(connection, end)

    def _advance(self, connection: Connection, end: Header) -> None:
        position = {"next_block": end.number + 1, "last_hash": end.hash, "last_time": end.time}
        if connection.execute(update(cursor).values(**position)).rowcount == 0:
            chain = {"chain_id": self._source.chain_id, "genesis": self._source.genesis}
            connection.execute(insert(cursor).values(id=1, **chain, **position))


def _store(connection: Connection, event: ChainEvent) -> None:
    connection.execute(
        insert(events).values(
            block=event.block,
            log_index=event.log_index,
            time=event.time,
            tx=event.tx,
            contract=event.contract,
            name=event.name,
            lot=event.fields.get("lot"),
            fields=storable(dict(event.fields)),
        )
    )
