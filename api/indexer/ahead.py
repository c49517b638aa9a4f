"""Ranges of blocks that are read from the node while earlier ones are written."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NamedTuple

from api.indexer.chain_event import ChainEvent
from api.indexer.source import ChainSource
from lodetrace.node.client import NodeHeader

MOST: Final = 4
"""Ranges at a time: what waits of them is in memory."""


class Range(NamedTuple):
    """What the node told of some blocks. end: the header of the last one."""

    events: Sequence[ChainEvent]
    end: NodeHeader


class Ahead:
    """Of one catching up. Nothing is read ahead before it is known that there is more."""

    def __init__(self, source: ChainSource) -> None:
        self._source: Final = source
        self._coming: Final[deque[tuple[int, Future[Range]]]] = deque()
        self._threads: ThreadPoolExecutor | None = None
        self._next = 0

    def take(self, first: int, last: int) -> Range:
        """The range that begins with a block: the one that comes, or up to `last`.

        Raises what the source raises.
        """
        if self._coming and self._coming[0][0] == first:
            return self._coming.popleft()[1].result()
        self.forget()
        return self._read(first, last)

    def read_on(self, first: int, step: int, head: int) -> None:
        """Asks for what comes from a block on, behind what was asked for before."""
        if first > head:
            return
        self._threads = self._threads or ThreadPoolExecutor(MOST, "ahead")
        if self._coming:
            first = self._next
        while len(self._coming) < MOST and first <= head:
            last = min(head, first + step - 1)
            self._coming.append((first, self._threads.submit(self._read, first, last)))
            self._next = first = last + 1

    def forget(self) -> None:
        """What was asked for is not wanted any more."""
        for _, future in self._coming:
            future.cancel()
        self._coming.clear()

    def close(self) -> None:
        """Waits for the questions that are under way: their answers are lost."""
        self.forget()
        if self._threads is not None:
            self._threads.shutdown()

    def _read(self, first: int, last: int) -> Range:
        return Range(self._source.events(first, last), self._source.block(last))
