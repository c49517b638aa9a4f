"""The status of a site's certificates as of a time, as known at another.

Rows of the index are told to the history that the auditor's replay works with, which decides:
lodetrace/audit/replay/certificate_status.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import RowMapping

from lodetrace.audit.replay.bitemporal import Known, Place
from lodetrace.audit.replay.certificate_status import StatusHistory
from lodetrace.contracts.enums import CertificateStatus

FIRST: Final = 1
"""Sequence of the event that issues a certificate."""
EXCUSE: Final = 2
"""Of the one that excuses its late recording: there is none after another status."""

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


def status_as_of(
    certificate: RowMapping, statuses: Sequence[RowMapping], time: int, known_at: int
) -> CertificateStatus:
    """The status of a certificate at a time, with everything recorded until another."""
    return history_of(certificate, statuses, {}).status_as_of(time, Known(known_at))


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
        )
        for row, history in certificates
        if row["valid_from"] <= event["to"] and row["valid_to"] >= event["from"]
    ]


def history_of(
    certificate: RowMapping, statuses: Sequence[RowMapping], places: Places
) -> StatusHistory:
    """A certificate's own history. statuses: all but its first. places: where they are known."""
    id_, recorded_at = certificate["certificate"], certificate["recorded_at"]
    times = (certificate["valid_from"], certificate["valid_to"], certificate["since"])
    history = StatusHistory.issued(*times, recorded_at, places.get((id_, FIRST), EARLIER))
    if certificate["excused_at"] is not None:
        history.excuse(certificate["excused_at"], places.get((id_, EXCUSE), EARLIER))
    for row in statuses:
        place = places.get((id_, row["sequence"]), EARLIER)
        status = CertificateStatus(row["status"])
        history.add(status, row["effective_from"], row["recorded_at"], place)
    return history


def times_recorded(certificate: RowMapping, statuses: Sequence[RowMapping]) -> set[int]:
    """When something of a certificate was recorded, seconds."""
    found = {certificate["recorded_at"], *(row["recorded_at"] for row in statuses)}
    return found if certificate["excused_at"] is None else found | {certificate["excused_at"]}
