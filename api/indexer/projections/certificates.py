"""Certificates with their whole history, and the rules of the credits."""

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.tables import certificate_statuses, certificates, credit_rules
from api.indexer.writes import add, change


def issued(connection: Connection, event: ChainEvent) -> None:
    copied = (
        "certificate",
        "site",
        "sequence",
        "scheme",
        "element",
        "valid_from",
        "valid_to",
        "certifier",
        "document",
    )
    values = {name: event[name] for name in copied}
    add(connection, certificates, recorded_at=event.time, **values)


def status_set(connection: Connection, event: ChainEvent) -> None:
    copied = ("certificate", "sequence", "status", "effective_from", "recorded_at", "reason")
    add(connection, certificate_statuses, **{name: event[name] for name in copied})
    key = {"certificate": event["certificate"]}
    change(connection, certificates, event, key, sequence=event["sequence"])


def credit_rule_set(connection: Connection, event: ChainEvent) -> None:
    values = {name: event[name] for name in ("credit", "pass_gated")}
    place = {"block": event.block, "log_index": event.log_index}
    add(connection, credit_rules, schemes=str(event["schemes"]), **place, **values)


HANDLERS = {
    "CertificateIssued": issued,
    "CertificateStatusSet": status_set,
    "CreditRuleSet": credit_rule_set,
}
