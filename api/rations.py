"""Turns at costly answers: a few at a time, a few that wait for theirs, and no more."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock, Semaphore

from api.errors import GatewayBusy


@dataclass(slots=True)
class Ration:
    """Safe to share between threads. at_once: being made. room: those and the ones that wait, half
    of it at the most for one reader.
    """

    at_once: int
    room: int
    busy: type[GatewayBusy]
    _room: Semaphore = field(init=False)
    _turns: Semaphore = field(init=False)
    _of_each: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._room = BoundedSemaphore(self.room)
        self._turns = BoundedSemaphore(self.at_once)

    @contextmanager
    def turn(self, reader: str | None = None) -> Iterator[None]:
        """Waits for a turn; raises what `busy` says where no more may wait, or no more of one.

        reader: None where all who ask are one's own.
        """
        with self._place_of(reader):
            if not self._room.acquire(blocking=False):
                raise self.busy(limit=self.room)
            try:
                with self._turns:
                    yield
            finally:
                self._room.release()

    @contextmanager
    def _place_of(self, reader: str | None) -> Iterator[None]:
        if reader is None:
            yield
            return
        most = max(1, self.room // 2)
        with self._lock:
            if self._of_each[reader] >= most:
                raise self.busy(limit=most)
            self._of_each[reader] += 1
        try:
            yield
        finally:
            with self._lock:
                self._of_each[reader] -= 1
                self._of_each += Counter()  # without who has none
