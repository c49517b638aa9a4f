"""What was so at a time, as known at another: Bitemporal.sol, word for word in meaning.

A fact speaks for or against something during from … to (both included) and is never rewritten.
Of the facts about one time the last recorded one counts. What speaks for the subject counts by
itself for times that came when it had been recorded; for times before, back to `since`, it bridges
silence, but never what speaks against the subject.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lodetrace.contracts.enums import FOREVER

STRETCH_LIMIT: Final = 16
"""Parts that an interval may be pieced together from."""

LAG: Final = 3600
"""What was recorded this many seconds before a time was known by then: block times may lag."""

Place = tuple[int, ...]
"""The order of everything: the place in the Journal, or block and log of who reads logs."""

END: Final[Place] = (1 << 64,)
"""After every event."""


@dataclass(frozen=True, slots=True)
class Fact:
    """since: from when on it may bridge silence; of a fact against the subject it is `from_`.

    place: of the event that recorded it. detail: a code of whoever asks. lapses_at: known later, it
    counts no longer. groups: that say it. organisation: whose word it is, of what one says alone.
    """

    from_: int
    to: int
    recorded_at: int
    since: int
    place: Place
    positive: bool
    detail: int
    lapses_at: int = FOREVER
    groups: tuple[bytes, ...] = ()
    organisation: bytes | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Which facts count: recorded until a time, and by an event before `place`.

    without: a group whose word for the subject does not count.
    """

    time: int
    place: Place = END
    without: bytes | None = None

    def knows(self, recorded_at: int, place: Place) -> bool:
        """Whether what was recorded then and there counts."""
        return place < self.place and recorded_at <= self.time

    def counts(self, fact: Fact) -> bool:
        """Whether the fact was recorded, has not lapsed, and is nobody's word for himself."""
        own = fact.positive and self.without in fact.groups
        known = self.knows(fact.recorded_at, fact.place)
        return known and self.time <= fact.lapses_at and not own


def at(facts: Sequence[Fact], time: int, known: Known) -> tuple[Fact | None, int]:
    """The fact that decides about a time, and, if it is positive, until when one surely does."""
    until, bridging = FOREVER, None
    for fact in reversed(facts):
        if not known.counts(fact) or fact.to < time:
            continue
        if fact.since > time:
            until = until if fact.positive else min(until, fact.since - 1)
        elif not fact.positive:
            return fact, time
        elif fact.recorded_at + LAG <= time:
            return fact, min(until, fact.to)
        elif bridging is None:
            until, bridging = min(until, fact.to), fact
    return bridging, until


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
