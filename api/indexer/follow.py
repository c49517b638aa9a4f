"""The indexer: reads the chain block range by block range, each in one transaction.

Invariant: the rows are what the events of all blocks below `cursor.next_block` say, no more and
no less; `cursor.last_hash` is the hash of the block before it. So a crash at any moment loses
at most a range that is read again.

Several gateways may write one index. A range is read from the node first and written afterwards,
by whoever holds the writer's lock, and only where the cursor still is what it was: a range is
written once, and a gateway whose node is silent keeps no other from writing.
"""

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, insert, select, update

from api.errors import ChainRewound
from api.indexer.ahead import Ahead, Range
from api.indexer.chain_event import ChainEvent, stored_form
from api.indexer.payloads import Payloads, without_payloads
from api.indexer.projections import apply
from api.indexer.sealed import SealedBlocks
from api.indexer.sequences import last_numbers
from api.indexer.source import ChainSource
from api.indexer.store import clear, reading, writing
from api.indexer.tables import cursor, events, making
from api.indexer.writes import Rows
from lodetrace.node.client import NodeHeader

LARGEST_RANGE: Final = 1_000
"""Blocks a step."""

MANY_EVENTS: Final = 10_000
"""A step with more halves the next one: memory and the length of a transaction stay bounded."""

log: Final = logging.getLogger("lodetrace.indexer")


class Indexer:
    """Follows one chain. may_rewind: development chains may, a chain with final blocks may not.

    sealed: holds the blocks against a trust anchor; the source tells it which they are. payloads:
    whether they are kept with the events.

    head, read: the newest block, and the last one read, as last seen. read_at: when that was.
    """

    def __init__(
        self,
        engine: Engine,
        source: ChainSource,
        *,
        may_rewind: bool,
        sealed: SealedBlocks | None = None,
        payloads: Payloads = Payloads.KEPT,
    ) -> None:
        self._engine = engine
        self._sealed = sealed
        self._source = source
        self._may_rewind = may_rewind
        self._payloads = payloads
        self._step = LARGEST_RANGE
        self.head: int | None = None
        self.read: int | None = None
        self.read_at = time.monotonic()

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Reads up to the head; returns the number of the last block read.

        progress: is told after each range how far it is, and the head.

        Ends early where another gateway is writing: it will be further at the next call.
        """
        ahead = Ahead(self._source)
        try:
            return self._catch_up(ahead, progress)
        finally:
            ahead.close()

    def _catch_up(self, ahead: Ahead, progress: Callable[[int, int], None] | None) -> int:
        while True:
            head = self._source.head()
            read = self._position()
            anew = read is not None and self._is_another_chain(read, head)
            first = self._source.first_block if read is None or anew else int(read.next_block)
            self.head, self.read = head, first - 1
            if progress is not None:
                progress(self.read, head)
            if first > head and not anew:
                self.read_at = time.monotonic()
                return first - 1
            if anew:
                ahead.forget()
            found = ahead.take(first, min(head, first + self._step - 1))
            if len(found.events) <= MANY_EVENTS:
                ahead.read_on(found.end.number + 1, self._step, head)
            if not self._write(read, first, found, anew=anew):
                return first - 1

    def _position(self) -> Row | None:
        with reading(self._engine) as connection:
            return connection.execute(select(cursor)).one_or_none()

    def _is_another_chain(self, read: Row, head: int) -> bool:
        """A rewound or different chain is read anew, or raises ChainRewound."""
        actual = self._identity(read, head)
        if actual is None:
            return False
        last = read.next_block - 1
        if not self._may_rewind:
            raise ChainRewound(number=last, indexed=read.last_hash, actual=actual)
        log.warning("block %s was %s and is now %s: reading anew", last, read.last_hash, actual)
        return True

    def _identity(self, read: Row, head: int) -> str | None:
        """None while the chain is the one that was read; else what it is now."""
        if (read.chain_id, read.genesis) != (self._source.chain_id, self._source.genesis):
            return f"of another chain ({self._source.chain_id}, genesis {self._source.genesis})"
        last = read.next_block - 1
        if last > head:
            # final blocks stay: this node is behind the one that was read, and will have them
            return f"above the head {head}" if self._may_rewind else None
        actual = self._source.block(last).hash
        return None if actual == read.last_hash else actual

    def _write(self, read: Row | None, first: int, found: Range, *, anew: bool) -> bool:
        """False where the range was left to another gateway. anew: all rows go first."""
        recorded, end = found
        with writing(self._engine) as connection:
            if connection is None:
                return False
            if connection.execute(select(cursor)).one_or_none() != read:
                return True  # another gateway was faster: on from where it is now
            if anew:
                clear(connection)
            if self._sealed is not None:
                self._sealed.require(connection, first, end.number)
            _store(connection, recorded, self._payloads)
            rows = Rows(connection, last_numbers(connection, recorded))
            for event in recorded:
                apply(rows, event)
            rows.flush()
            self._advance(connection, end)
        halved, doubled = max(1, self._step // 2), min(LARGEST_RANGE, self._step * 2)
        self._step = halved if len(recorded) > MANY_EVENTS else doubled
        return True

    def _advance(self, connection: Connection, end: NodeHeader) -> None:
        position = {"next_block": end.number + 1, "last_hash": end.hash, "last_time": end.time}
        if connection.execute(update(cursor).values(**position)).rowcount == 0:
            chain = {"chain_id": self._source.chain_id, "genesis": self._source.genesis}
            connection.execute(insert(cursor).values(id=1, **chain, **position))
            connection.execute(insert(making).values(id=1, nonce=secrets.token_hex(16)))


def _store(connection: Connection, found: Sequence[ChainEvent], payloads: Payloads) -> None:
    if found:
        connection.execute(insert(events), [_row(event, payloads) for event in found])


def _row(at: ChainEvent, payloads: Payloads) -> dict[str, Any]:
    whole = stored_form(at.event)
    return {
        "block": at.block,
        "log_index": at.log_index,
        "time": at.time,
        "tx": at.tx,
        "contract": at.contract,
        "name": at.name,
        "lot": getattr(at.event, "lot", None),
        "fields": whole if payloads is Payloads.KEPT else without_payloads(whole),
    }
