"""The status of a site's certificates as of a time, as known at another.

Rows of the index are told to the history that the auditor's replay works with, which decides:
lodetrace/audit/replay/certificate_status.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from api.gate_question import GateQuestion, question_about
from api.indexer.tables import certificate_statuses, certificates, events
from api.rows import all_rows
from lodetrace.audit.replay.bitemporal import Known, Place
from lodetrace.audit.replay.certificate_status import StatusHistory
from lodetrace.contracts.enums import CertificateStatus

RECORDING: Final = ("CertificateIssued", "CertificateStatusSet", "CertificateExcused")
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
    return _history(certificate, statuses, {}).status_as_of(time, Known(known_at))


def certificates_during(
    connection: Connection, event: RowMapping, now: int
) -> list[CertificateCover]:
    """Every certificate of an event's site whose validity touches the event.

    Then: as the gates asked when lots were made of the event, or would ask now. Now: with
    everything recorded until `now`, the time of the last block.
    """
    asked = question_about(connection, event, now)
    then = Known(asked.time, asked.place)
    result = []
    for row in _touching(connection, event):
        statuses = statuses_of(connection, row["certificate"])
        history = _history(row, statuses, _places(connection, row, statuses, asked))
        during = (event["from"], event["to"])
        result.append(
            CertificateCover(
                certificate=row,
                in_force_as_known_then=history.in_force_during(*during, then),
                in_force_as_known_now=history.in_force_during(*during, Known(now)),
            )
        )
    return result


def statuses_of(connection: Connection, certificate: str) -> Sequence[RowMapping]:
    """All statuses of a certificate but its first, in the order in which they were recorded."""
    own = certificate_statuses.c.certificate == certificate
    return all_rows(connection, certificate_statuses, own)


def _touching(connection: Connection, event: RowMapping) -> Sequence[RowMapping]:
    columns = certificates.c
    return all_rows(
        connection,
        certificates,
        columns.site == event["site"],
        columns.valid_from <= event["to"],
        columns.valid_to >= event["from"],
    )


def _history(
    certificate: RowMapping, statuses: Sequence[RowMapping], places: Places
) -> StatusHistory:
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


def _places(
    connection: Connection,
    certificate: RowMapping,
    statuses: Sequence[RowMapping],
    asked: GateQuestion,
) -> Places:
    """Where it was recorded what bears the very time of the question: before it, or after it."""
    recorded = {row["recorded_at"] for row in (certificate, *statuses)}
    if asked.time not in recorded | {certificate["excused_at"]}:
        return {}
    columns = events.c
    wanted = select(columns.block, columns.log_index, columns.fields).where(
        columns.time == asked.time, columns.name.in_(RECORDING)
    )
    return {
        (row.fields["certificate"], row.fields["sequence"]): (row.block, 0, row.log_index)
        for row in connection.execute(wanted)
    }
