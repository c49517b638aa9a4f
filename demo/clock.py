"""The clock of the story's chain: a step happens at its own date.

Ganache stamps a block with its clock, which the demo sets. Other chains have the time that
everybody has: there the story is moved so far that all its dates have passed (demo/shift_dates.py),
and whatever has to lie ahead, the end of an offer, is counted from now on.
"""

import time
from collections.abc import Callable
from typing import Final, Protocol

from lodetrace.node.client import Node
from lodetrace.text import iso_time

UNANSWERED: Final = 20
"""Seconds that an offer stands which nobody answers in the story, where the clock is not set."""


class Clock(Protocol):
    """Times in seconds since 1970. late: what sites report now happened long ago."""

    late: bool

    def now(self) -> int:
        """Time of the last block."""

    def forward_to(self, moment: int) -> int:
        """Ends when the last block is not older than `moment`; returns its time."""

    def catch_up(self) -> None:
        """Once the story is told: the time is everybody's from here on, and never goes back."""

    def expiry(self, at: int, expires: int, *, answered: bool) -> int:
        """When an offer ends that is made at a date of the story."""

    def lasting(self, at: int, expires: int, *, answered: bool) -> int | None:
        """Seconds from now until then; None where it is a date."""


class SetClock:
    """Sets the time of a Ganache. It only goes forward: a resumed demo goes on where it was."""

    late = False

    def __init__(self, node: Node, today: Callable[[], float] = time.time) -> None:
        """today: everybody's time."""
        self._node = node
        self._today = today

    def now(self) -> int:
        return self._node.header().time

    def forward_to(self, moment: int) -> int:
        """Mines an empty block at `moment`, or a second after the last one if that is later.

        The block is needed because calls are simulated at the time of the latest one.
        """
        target = max(moment, self.now() + 1)
        self._node.rpc("evm_setTime", [target * 1_000])  # milliseconds
        self._node.rpc("evm_mine", [])
        return target

    def catch_up(self) -> None:
        self.forward_to(int(self._today()))

    def expiry(self, at: int, expires: int, *, answered: bool) -> int:
        return expires

    def lasting(self, at: int, expires: int, *, answered: bool) -> int | None:
        return None


class RunningClock:
    """The clock of a chain that nobody sets; its blocks come by themselves."""

    late = True

    def __init__(self, node: Node) -> None:
        self._node = node

    def now(self) -> int:
        return self._node.header().time

    def forward_to(self, moment: int) -> int:
        while (now := self.now()) < moment:
            _pause()
        return now

    def catch_up(self) -> None:
        """Its time is everybody's already."""

    def expiry(self, at: int, expires: int, *, answered: bool) -> int:
        return self.now() + self.lasting(at, expires, answered=answered)

    def lasting(self, at: int, expires: int, *, answered: bool) -> int:
        return expires - at if answered else UNANSWERED


def _pause() -> None:
    time.sleep(0.5)


def shown(time: int) -> str:
    """ "2026-01-07"."""
    return iso_time(time)[:10]
