"""The status of one certificate as of a time, as known at another: Certificates.sol.

Whoever asks (the replay, the gateway) is answered here.
"""

from dataclasses import dataclass, field
from typing import Final, Self

from lodetrace.audit.replay.bitemporal import Fact, Known, Place, at, holds
from lodetrace.contracts.enums import FOREVER, CertificateStatus

EXCUSED: Final = 2
"""Facts of a certificate that was excused, or brought forward, and of which nothing else is said:
with more of them the contract no longer looks at each."""


@dataclass(frozen=True, slots=True)
class StatusHistory:
    """Every status of a certificate, in the order of their recording, and its validity.

    valid_from … valid_to: both included. recorded_at, place: of the event that issued it.
    facts: its statuses, and the excuse of a late recording.
    """

    valid_from: int
    valid_to: int
    recorded_at: int
    place: Place
    facts: list[Fact] = field(default_factory=list)

    @classmethod
    def issued(
        cls, valid_from: int, valid_to: int, since: int, recorded_at: int, place: Place
    ) -> Self:
        """A new certificate is in force from the beginning of its validity, and counts `since`."""
        history = cls(valid_from, valid_to, recorded_at, place)
        history._add(CertificateStatus.IN_FORCE, (valid_from, FOREVER, since), recorded_at, place)
        return history

    def add(
        self, status: CertificateStatus, effective_from: int, recorded_at: int, place: Place
    ) -> None:
        """A status without end, which speaks for the site if it is InForce."""
        self._add(status, (effective_from, FOREVER, effective_from), recorded_at, place)

    def excuse(self, recorded_at: int, place: Place) -> None:
        """It was recorded late: until now it bridges silence from its validity on."""
        times = (self.valid_from, recorded_at, self.valid_from)
        self._add(CertificateStatus.IN_FORCE, times, recorded_at, place)

    def after_against(self, time: int) -> int:
        """The first second after all that was said against its site, `time` at the latest."""
        last = self.facts[-1]
        if last.positive and len(self.facts) == EXCUSED:
            return 0
        return min(last.from_, time) if last.positive else min(self.valid_to, time - 1) + 1

    def is_valid_at(self, time: int, known: Known) -> bool:
        """Whether it was recorded in time and is valid then, whatever its status."""
        is_known = known.knows(self.recorded_at, self.place)
        return is_known and self.valid_from <= time <= self.valid_to

    def in_force_from(self, time: int, known: Known) -> tuple[bool, int]:
        """Whether it is in force at a time of its validity, and if so, until when it surely is."""
        fact, until = at(self.facts, time, known)
        return fact is not None and fact.positive, min(until, self.valid_to)

    def status_as_of(self, time: int, known: Known) -> CertificateStatus:
        """None where it is not valid or was not recorded, or later than the window bridges."""
        fact = at(self.facts, time, known)[0] if self.is_valid_at(time, known) else None
        return CertificateStatus.NONE if fact is None else CertificateStatus(fact.detail)

    def in_force_during(self, start: int, end: int, known: Known) -> bool:
        """Whether it alone was in force during the whole of start … end."""
        is_valid = all(self.is_valid_at(time, known) for time in (start, end))
        return is_valid and holds(self.facts, start, end, known)

    def _add(
        self,
        status: CertificateStatus,
        times: tuple[int, int, int],
        recorded_at: int,
        place: Place,
    ) -> None:
        """times: from, to, since."""
        start, end, since = times
        positive = status == CertificateStatus.IN_FORCE
        self.facts.append(Fact(start, end, recorded_at, since, place, positive, int(status)))
