"""Turns at costly answers: a few at a time, a few that wait for theirs, and no more."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Semaphore

from api.errors import GatewayBusy


@dataclass(slots=True)
class Ration:
    """Safe to share between threads. at_once: being made. room: those and the ones that wait."""

    at_once: int
    room: int
    busy: type[GatewayBusy]
    _room: Semaphore = field(init=False)
    _turns: Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._room = BoundedSemaphore(self.room)
        self._turns = BoundedSemaphore(self.at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for a turn; raises what `busy` says where no more may wait."""
        if not self._room.acquire(blocking=False):
            raise self.busy(limit=self.room)
        try:
            with self._turns:
                yield
        finally:
            self._room.release()
