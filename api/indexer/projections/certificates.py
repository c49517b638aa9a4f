"""Certificates with their whole history, and the rules of the credits."""

from typing import Final

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import certificate_statuses, certificates, credit_rules, takeovers
from api.indexer.writes import Rows, add, change
from lodetrace.contracts.enums import CertificateStatus
from lodetrace.contracts.events import (
    CertificateExcused,
    CertificateIssued,
    CertificateStatusSet,
    CertificateTakenOver,
    CertificateWithdrawn,
    CreditRuleSet,
)


def issued(rows: Rows, event: CertificateIssued, at: ChainEvent) -> None:
    add(
        rows,
        certificates,
        certificate=event.certificate,
        site=event.site,
        sequence=event.sequence,
        scheme=event.scheme,
        element=event.element,
        valid_from=event.valid_from,
        valid_to=event.valid_to,
        recorded_at=at.time,
        since=event.since,
        excused_at=None,
        issuer=event.certifier,
        certifier=event.certifier,
        document=event.document,
        label=event.label,
    )


def taken_over(rows: Rows, event: CertificateTakenOver, at: ChainEvent) -> None:
    add(
        rows,
        takeovers,
        certificate=event.certificate,
        sequence=event.sequence,
        certifier=event.certifier,
        document=event.document,
        time=at.time,
    )
    values = {"sequence": event.sequence, "certifier": event.certifier}
    change(rows, certificates, at, {"certificate": event.certificate}, **values)


def status_set(rows: Rows, event: CertificateStatusSet, at: ChainEvent) -> None:
    _add_status(rows, event, at, status=event.status, by_council=False)


def withdrawn(rows: Rows, event: CertificateWithdrawn, at: ChainEvent) -> None:
    _add_status(rows, event, at, status=CertificateStatus.WITHDRAWN, by_council=True)


def _add_status(
    rows: Rows,
    event: CertificateStatusSet | CertificateWithdrawn,
    at: ChainEvent,
    **values: object,
) -> None:
    add(
        rows,
        certificate_statuses,
        certificate=event.certificate,
        sequence=event.sequence,
        effective_from=event.effective_from,
        recorded_at=event.recorded_at,
        reason=event.reason,
        **values,
    )
    key = {"certificate": event.certificate}
    change(rows, certificates, at, key, sequence=event.sequence)


def excused(rows: Rows, event: CertificateExcused, at: ChainEvent) -> None:
    key = {"certificate": event.certificate}
    change(rows, certificates, at, key, sequence=event.sequence, excused_at=at.time)


def credit_rule_set(rows: Rows, event: CreditRuleSet, at: ChainEvent) -> None:
    add(
        rows,
        credit_rules,
        block=at.block,
        log_index=at.log_index,
        credit=event.credit,
        schemes=str(event.schemes),
        pass_gated=event.pass_gated,
    )


PROJECTIONS: Final[Projections] = {
    CertificateIssued: issued,
    CertificateStatusSet: status_set,
    CertificateTakenOver: taken_over,
    CertificateWithdrawn: withdrawn,
    CertificateExcused: excused,
    CreditRuleSet: credit_rule_set,
}
