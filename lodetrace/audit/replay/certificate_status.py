"""The status of one certificate as of a time, as known at another: Certificates.sol.

Whoever asks (the replay, the gateway) is answered here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Self

from lodetrace.audit.replay.accreditations import Accreditations, Lapse
from lodetrace.audit.replay.bitemporal import STRETCH_LIMIT, Fact, Known, Place, at
from lodetrace.contracts.enums import FOREVER, CertificateStatus

EXCUSED: Final = 2
"""Facts of a certificate that was excused, or brought forward, and of which nothing else is said:
with more of them the contract no longer looks at each."""


ISSUE: Final[Place] = (0, 0, 0)
"""Stands for the place of the issue, which is known wherever the certificate is."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued a certificate, and of which scheme it is."""

    scheme: int
    accreditations: Accreditations


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who vouches for a certificate from a time on: its issuer, or whoever took it over then."""

    since: int
    place: Place
    accreditations: Accreditations


@dataclass(frozen=True, slots=True)
class StatusHistory:
    """Every status of a certificate, in the order of their recording, and its validity.

    valid_from … valid_to: both included. recorded_at, place: of the event that issued it.
    facts: its statuses, and the excuse of a late recording. vouchers: its issuer first.
    """

    scheme: int
    valid_from: int
    valid_to: int
    recorded_at: int
    place: Place
    facts: list[Fact] = field(default_factory=list)
    vouchers: list[Voucher] = field(default_factory=list)

    @classmethod
    def issued(
        cls, issuer: Issuer, validity: tuple[int, int], since: int, recorded_at: int, place: Place
    ) -> Self:
        """A new certificate is in force from the beginning of its validity, and counts `since`."""
        valid_from, _ = validity
        history = cls(issuer.scheme, *validity, recorded_at, place)
        history.vouchers.append(Voucher(0, ISSUE, issuer.accreditations))
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

    def take_over(self, accreditations: Accreditations, time: int, place: Place) -> None:
        """Another certifier vouches from now on."""
        self.vouchers.append(Voucher(time, place, accreditations))

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
        is_vouched, last = self._vouched_from(time, known)
        in_force = fact is not None and fact.positive and is_vouched
        return in_force, min(until, last, self.valid_to)

    def status_as_of(self, time: int, known: Known) -> CertificateStatus:
        """None where it is not valid or was not recorded, or later than the window bridges.

        Suspended, too, where nobody vouches for it.
        """
        fact = at(self.facts, time, known)[0] if self.is_valid_at(time, known) else None
        if fact is None:
            return CertificateStatus.NONE
        is_silent = fact.positive and not self._vouched_from(time, known)[0]
        return CertificateStatus.SUSPENDED if is_silent else CertificateStatus(fact.detail)

    def in_force_during(self, start: int, end: int, known: Known) -> bool:
        """Whether it alone was in force during the whole of start … end."""
        if not all(self.is_valid_at(time, known) for time in (start, end)):
            return False
        time = start
        for _ in range(STRETCH_LIMIT):
            in_force, until = self.in_force_from(time, known)
            if not in_force or until >= end:
                return in_force
            time = until + 1
        return False

    def lapse_during(self, start: int, end: int, known: Known) -> Lapse | None:
        """The first time in start … end in which its certifier did not certify its scheme."""
        touching = (one for one in self._lapses(known) if one.since <= end and start < one.until)
        return next(touching, None)

    def _vouched_from(self, time: int, known: Known) -> tuple[bool, int]:
        """Whether somebody vouches for it at a time, and if so, until when he surely does."""
        taken_over = [one.since - 1 for one in self._known_vouchers(known) if one.since > time]
        until = min(taken_over, default=FOREVER)
        for lapse in self._lapses(known):
            if time < lapse.until and lapse.grace_ends < lapse.until:
                return time < lapse.grace_ends, min(until, lapse.grace_ends - 1)
        return True, until

    def _lapses(self, known: Known) -> Iterator[Lapse]:
        """Of each certifier while he vouched for it, in order."""
        vouchers = self._known_vouchers(known)
        ends = [*(one.since for one in vouchers[1:]), FOREVER + 1]
        for voucher, end in zip(vouchers, ends, strict=True):
            for lapse in voucher.accreditations.lapses(self.scheme, known):
                until = min(lapse.until, end)
                if lapse.since < until and voucher.since < until:
                    yield Lapse(lapse.since, until)

    def _known_vouchers(self, known: Known) -> list[Voucher]:
        issuer, *others = self.vouchers
        return [issuer, *(one for one in others if known.knows(one.since, one.place))]

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
