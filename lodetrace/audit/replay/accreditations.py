"""For which schemes an organisation certifies, from when to when: Accreditations.sol.

An organisation certifies a scheme while it is active, has the certifier role and the
accreditation. When it ceases to, its certificates count for a time of grace more, then not, until
it certifies again. Whoever asks (the replay, the gateway) is answered here.
"""

from dataclasses import dataclass, field
from typing import Final

from lodetrace.audit.replay.bitemporal import Known, Place
from lodetrace.contracts.enums import FOREVER

CERTIFIER_GRACE: Final = 90 * 24 * 3600
"""Seconds for which certificates count whose certifier ceased to certify."""


@dataclass(frozen=True, slots=True)
class Standing:
    """From `time` on an organisation certifies these schemes: bit s is scheme s."""

    time: int
    place: Place
    schemes: int


@dataclass(frozen=True, slots=True)
class Lapse:
    """A time without certifying: from `since` on, until `until` as far as is known."""

    since: int
    until: int = FOREVER + 1

    @property
    def grace_ends(self) -> int:
        """The first second for which certificates count no more, if it lasts so long."""
        return self.since + CERTIFIER_GRACE


@dataclass(frozen=True, slots=True)
class Accreditations:
    """All that one organisation certified, in the order of the chain."""

    standings: list[Standing] = field(default_factory=list)

    def record(self, schemes: int, time: int, place: Place) -> None:
        """What it certifies from now on."""
        before = self.standings[-1].schemes if self.standings else 0
        if schemes != before:
            self.standings.append(Standing(time, place, schemes))

    def certifies(self, scheme: int) -> bool:
        """Whether it certifies a scheme now."""
        return bool(self.standings) and _includes(self.standings[-1].schemes, scheme)

    def lapses(self, scheme: int, known: Known) -> list[Lapse]:
        """When it had ceased to certify a scheme, in order."""
        found: list[Lapse] = []
        certified, since = False, None
        for one in self.standings:
            if not known.knows(one.time, one.place):
                break
            if _includes(one.schemes, scheme):
                if since is not None:
                    found.append(Lapse(since, one.time))
                certified, since = True, None
            elif certified:
                certified, since = False, one.time
        return found if since is None else [*found, Lapse(since)]

    def vouched_from(self, scheme: int, time: int, known: Known) -> tuple[bool, int]:
        """Whether its certificates count at a time, and if so, until when they surely do."""
        for lapse in self.lapses(scheme, known):
            if time < lapse.until and lapse.grace_ends < lapse.until:
                return time < lapse.grace_ends, lapse.grace_ends - 1
        return True, FOREVER


def _includes(schemes: int, scheme: int) -> bool:
    return bool(schemes >> scheme & 1)
