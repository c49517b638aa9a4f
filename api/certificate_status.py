"""The status of a site's certificates as of a time, as known at another.

Rows of the index are told to the history that the auditor's replay works with, which decides:
lodetrace/audit/replay/certificate_status.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from sqlalchemy import RowMapping

from lodetrace.audit.replay.accreditations import Accreditations
from lodetrace.audit.replay.bitemporal import Known, Place
from lodetrace.audit.replay.certificate_status import Issuer, StatusHistory
from lodetrace.contracts.enums import CertificateStatus

FIRST: Final = 1
"""Sequence of the event that issues a certificate."""

Places = Mapping[tuple[str, int], Place]
"""By certificate and sequence: where the chain recorded it."""

EARLIER: Final[Place] = (0, 0, 0)
"""The place of what was recorded in another second than a question: its time alone decides."""


@dataclass(frozen=True, slots=True)
class CertificateCover:
    """One certificate of a site during an event."""

    certificate: RowMapping
    in_force_as_known_then: bool
    in_force_as_known_now: bool
    in_grace_as_known_then: bool


@dataclass(frozen=True, slots=True)
class CertificateRows:
    """What is told of a certificate. statuses: all but its first."""

    certificate: RowMapping
    statuses: Sequence[RowMapping]
    takeovers: Sequence[RowMapping]

    @property
    def times_recorded(self) -> set[int]:
        """When something of it was recorded, seconds."""
        found = {self.certificate["recorded_at"], *(row["recorded_at"] for row in self.statuses)}
        found |= {row["time"] for row in self.takeovers}
        excused_at = self.certificate["excused_at"]
        return found if excused_at is None else found | {excused_at}

    @property
    def excuse(self) -> int:
        """Sequence of the event that excuses its late recording: no status goes before it."""
        taken = {row["sequence"] for row in self.takeovers}
        return next(number for number in count(FIRST + 1) if number not in taken)

    @property
    def certifiers(self) -> set[str]:
        """Accounts that vouched for it."""
        return {self.certificate["issuer"], *(row["certifier"] for row in self.takeovers)}


def covers(
    event: RowMapping,
    certificates: Sequence[tuple[RowMapping, StatusHistory]],
    then: Known,
    now: int,
) -> list[CertificateCover]:
    """Those of the certificates of an event's site whose validity touches the event.

    then: what was known as the gates asked. now: time of the last block, seconds.
    """
    during = (event["from"], event["to"])
    return [
        CertificateCover(
            certificate=row,
            in_force_as_known_then=history.in_force_during(*during, then),
            in_force_as_known_now=history.in_force_during(*during, Known(now)),
            in_grace_as_known_then=history.in_force_during(*during, then)
            and history.lapse_during(*during, then) is not None,
        )
        for row, history in certificates
        if row["valid_from"] <= event["to"] and row["valid_to"] >= event["from"]
    ]


def history_of(
    told: CertificateRows, accreditations: Mapping[str, Accreditations], places: Places
) -> StatusHistory:
    """A certificate's own history. accreditations: by account. places: where they are known."""
    certificate = told.certificate
    id_, recorded_at = certificate["certificate"], certificate["recorded_at"]
    history = StatusHistory.issued(
        Issuer(certificate["scheme"], accreditations[certificate["issuer"]]),
        (certificate["valid_from"], certificate["valid_to"]),
        certificate["since"],
        recorded_at,
        places.get((id_, FIRST), EARLIER),
    )
    if certificate["excused_at"] is not None:
        history.excuse(certificate["excused_at"], places.get((id_, told.excuse), EARLIER))
    for row in told.statuses:
        place = places.get((id_, row["sequence"]), EARLIER)
        status = CertificateStatus(row["status"])
        history.add(status, row["effective_from"], row["recorded_at"], place)
    for row in told.takeovers:
        place = places.get((id_, row["sequence"]), EARLIER)
        history.take_over(accreditations[row["certifier"]], row["time"], place)
    return history
