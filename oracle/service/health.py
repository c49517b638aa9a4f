"""How the service is: written by its rounds, read by metrics and health."""

import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from lodetrace.errors import LodetraceError

ROUND: Final = "round"
DISK: Final = "disk"
_LOG: Final = logging.getLogger("lodetrace.oracle")


@dataclass
class ServiceHealth:
    """Numbers since the start. Times are of a clock that only runs forwards, in seconds.

    advanced: when the head last grew. round_ended: when a round last went through. connected:
    whether a source that somebody else keeps is in reach, by its name.
    """

    started: float = field(default_factory=time.monotonic)
    rounds: int = 0
    round_ended: float | None = None
    head: int = -1
    head_time: int = 0
    advanced: float = field(default_factory=time.monotonic)
    stale_heads: int = 0
    sent: int = 0
    confirmed: int = 0
    connected: dict[str, bool] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    _troubles: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def trouble(self) -> str:
        """What is wrong now, empty where nothing is known to be."""
        with self._lock:
            return "; ".join(self._troubles.values())

    def has_trouble(self, origin: str) -> bool:
        """Whether something of this origin is wrong."""
        return origin in self._troubles

    def saw_head(self, number: int, block_time: int) -> None:
        """A node named its head; one behind an earlier one is counted, and is no progress."""
        if number > self.head:
            self.advanced = time.monotonic()
        elif number < self.head:
            self.stale_heads += 1
        self.head, self.head_time = max(number, self.head), max(block_time, self.head_time)

    def went_through(self) -> None:
        """A round ended without a fault. What is wrong elsewhere stays wrong."""
        self.rounds += 1
        self.round_ended = time.monotonic()
        self.recovered(ROUND)

    def failed(self, error: LodetraceError, origin: str = ROUND) -> None:
        """A fault. origin: what has to recover from it; it is logged once, not at every try."""
        said = f"{error.code}: {error}"
        with self._lock:
            self.faults[error.code] += 1
            news = self._troubles.get(origin) != said
            self._troubles[origin] = said
        if news:
            _LOG.warning("%s", said)

    def recovered(self, origin: str) -> None:
        """It works again."""
        with self._lock:
            gone = self._troubles.pop(origin, None)
        if gone is not None:
            _LOG.info("%s: it works again", origin)

    def took(self, source: str) -> None:
        """A source brought a document, and the disk took it."""
        with self._lock:
            self.taken[source] += 1
        self.recovered(DISK)

    def unready(self, head_limit: int, round_limit: int) -> str:
        """Why the node is not ready; empty when it is. Limits in seconds, 0 never minds."""
        now = time.monotonic()
        if self.round_ended is None:
            return self.trouble or "no round has ended yet"
        if now - self.round_ended > round_limit:
            return self.trouble or f"no round has ended for {int(now - self.round_ended)} s"
        idle = int(now - self.advanced)
        if head_limit and idle > head_limit:
            return f"the chain's head is block {self.head} for {idle} s"
        return self.trouble
