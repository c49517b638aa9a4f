"""What was so at a time, as known at another: Bitemporal.sol, word for word in meaning.

A fact speaks for or against something during from … to (both included) and is never rewritten.
Of the facts about one time the last recorded one counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lodetrace.contracts.enums import FOREVER

STRETCH_LIMIT: Final = 16
"""Parts that an interval may be pieced together from."""

Place = tuple[int, int, int]
"""Block, transaction, log: the order of everything."""

END: Final[Place] = (1 << 64, 0, 0)
"""After every event."""


@dataclass(frozen=True, slots=True)
class Fact:
    """place: of the event that recorded it; detail: a code of whoever asks."""

    from_: int
    to: int
    recorded_at: int
    place: Place
    positive: bool
    detail: int


@dataclass(frozen=True, slots=True)
class Known:
    """Which facts count: recorded until then, for and against, and by an event before `place`."""

    positive: int
    negative: int
    place: Place = END

    def knows(self, fact: Fact) -> bool:
        """Whether the fact counts."""
        limit = self.positive if fact.positive else self.negative
        return fact.place < self.place and fact.recorded_at <= limit


def at(facts: Sequence[Fact], time: int, known: Known) -> tuple[Fact | None, int]:
    """The fact that counts at a time, and the last second until which it does."""
    until = FOREVER
    for fact in reversed(facts):
        if not known.knows(fact):
            continue
        if fact.from_ > time:
            until = min(until, fact.from_ - 1)
        elif fact.to >= time:
            return fact, min(until, fact.to)
    return None, until


def holds(facts: Sequence[Fact], start: int, end: int, known: Known) -> bool:
    """Whether facts speak for the subject during the whole of start … end."""
    time = start
    for _ in range(STRETCH_LIMIT):
        fact, until = at(facts, time, known)
        if fact is None or not fact.positive:
            return False
        if until >= end:
            return True
        time = until + 1
    return False
