"""Certificates as of an event: bitemporal, as Certificates.sol counts them.

"As of the event, as known at T": of the statuses recorded by T, the last recorded one that was
effective at a moment counts for that moment. A certificate that was issued is in force from
`valid_from` unless a status says otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from api.indexer.tables import certificate_statuses, certificates
from lodetrace.contracts.enums import CertificateStatus


@dataclass(frozen=True, slots=True)
class CertificateCover:
    """One certificate of a site during an event. Times in seconds; validity both ends included."""

    certificate: RowMapping
    in_force_as_known_then: bool
    in_force_as_known_now: bool


def status_at(
    certificate: RowMapping, statuses: Iterable[RowMapping], time: int, known_at: int
) -> CertificateStatus:
    """The status of a certificate at a moment, as known at another."""
    known = certificate["recorded_at"] <= known_at
    if not known or not certificate["valid_from"] <= time <= certificate["valid_to"]:
        return CertificateStatus.NONE
    current = CertificateStatus.IN_FORCE
    for status in sorted(statuses, key=lambda row: row["sequence"]):
        if status["recorded_at"] <= known_at and status["effective_from"] <= time:
            current = CertificateStatus(status["status"])
    return current


def in_force(
    certificate: RowMapping, statuses: Sequence[RowMapping], start: int, end: int, known_at: int
) -> bool:
    """Whether the certificate was in force during the whole of [start, end]."""
    turns = [row["effective_from"] for row in statuses if start < row["effective_from"] <= end]
    return all(
        status_at(certificate, statuses, moment, known_at) is CertificateStatus.IN_FORCE
        for moment in (start, *turns, end)
    )


def certificates_during(
    connection: Connection, site: str, start: int, end: int, known_then: int, known_now: int
) -> list[CertificateCover]:
    """Every certificate of a site whose validity touches [start, end]."""
    wanted = select(certificates).where(certificates.c.site == site)
    rows = connection.execute(wanted.order_by(certificates.c.certificate)).mappings().all()
    touching = [row for row in rows if row["valid_from"] <= end and row["valid_to"] >= start]
    result = []
    for row in touching:
        statuses = history(connection, row["certificate"])
        result.append(
            CertificateCover(
                certificate=row,
                in_force_as_known_then=in_force(row, statuses, start, end, known_then),
                in_force_as_known_now=in_force(row, statuses, start, end, known_now),
            )
        )
    return result


def history(connection: Connection, certificate: str) -> Sequence[RowMapping]:
    """All statuses of a certificate in the order in which they were recorded."""
    wanted = select(certificate_statuses).where(certificate_statuses.c.certificate == certificate)
    ordered = wanted.order_by(certificate_statuses.c.sequence)
    return connection.execute(ordered).mappings().all()
