"""Token buckets: how fast one reader may ask, with room for a burst."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

MOST_READERS: Final = 10_000
"""Buckets that are kept; the one that was asked longest ago goes first."""


@dataclass(slots=True)
class Buckets:
    """a_second: requests that each reader gets back in a second. burst: how many it may save."""

    a_second: float
    burst: float
    clock: Callable[[], float] = time.monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _turn: Lock = field(default_factory=Lock)

    def take(self, reader: str) -> bool:
        """Whether there is one more request for this reader."""
        with self._turn:
            now = self.clock()
            left, since = self._left.pop(reader, (self.burst, now))
            left = min(self.burst, left + (now - since) * self.a_second)
            self._left[reader] = (left - 1 if left >= 1 else left, now)
            while len(self._left) > MOST_READERS:
                self._left.popitem(last=False)
            return left >= 1
