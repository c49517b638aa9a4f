"""How the service is: written by its rounds, read by metrics and health."""

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from lodetrace.errors import LodetraceError


@dataclass
class ServiceHealth:
    """Numbers since the start. Times are of a clock that only runs forwards, in seconds.

    advanced: when the head last grew. round_ended: when a round last went through.
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
    trouble: str = ""
    faults: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def saw_head(self, number: int, block_time: int) -> None:
        """A node named its head; one behind an earlier one is counted, and is no progress."""
        if number > self.head:
            self.advanced = time.monotonic()
        elif number < self.head:
            self.stale_heads += 1
        self.head, self.head_time = max(number, self.head), max(block_time, self.head_time)

    def went_through(self) -> None:
        """A round ended without a fault."""
        self.rounds += 1
        self.round_ended, self.trouble = time.monotonic(), ""

    def failed(self, error: LodetraceError) -> None:
        """A round, or an intake, met a fault."""
        with self._lock:
            self.faults[error.code] += 1
        self.trouble = f"{error.code}: {error}"

    def took(self, source: str) -> None:
        """A source brought a document."""
        with self._lock:
            self.taken[source] += 1

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
