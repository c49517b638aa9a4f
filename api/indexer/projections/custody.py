"""Offers, their answers, disputes and holds: the history of each lot's custody."""

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.tables import custody, holds, lots
from api.indexer.writes import add, change
from lodetrace.contracts.enums import LotState


def _act(connection: Connection, event: ChainEvent, act: str, **values: object) -> None:
    parties = {name: event[name] for name in ("lot", "from", "to", "sequence")}
    add(connection, custody, act=act, time=event.time, **parties, **values)


def _lot(connection: Connection, event: ChainEvent, **values: object) -> None:
    key = {"lot": event["lot"]}
    change(connection, lots, event, key, sequence=event["sequence"], **values)


def offered(connection: Connection, event: ChainEvent) -> None:
    _act(connection, event, "offered", until=event["expiry"])
    _lot(connection, event, state=LotState.OFFERED, until=event["expiry"])


def accepted(connection: Connection, event: ChainEvent) -> None:
    _act(connection, event, "accepted")
    _lot(connection, event, state=LotState.ACTIVE, until=0, account=event["to"])


def rejected(connection: Connection, event: ChainEvent) -> None:
    _act(connection, event, "rejected", reason=event["reason"])
    _lot(connection, event, state=LotState.ACTIVE, until=0)


def cancelled(connection: Connection, event: ChainEvent) -> None:
    _act(connection, event, "cancelled")
    _lot(connection, event, state=LotState.ACTIVE, until=0)


def disputed(connection: Connection, event: ChainEvent) -> None:
    _act(connection, event, "disputed", until=event["until"], reason=event["reason"])
    _lot(connection, event, state=LotState.DISPUTED, until=event["until"])


def disclosed(connection: Connection, event: ChainEvent) -> None:
    _act(connection, event, "disclosed")
    _lot(connection, event)


def settlement_approved(connection: Connection, event: ChainEvent) -> None:
    _hold(connection, event, "settlement", by=event["umpire"], reason=event["event_id"])
    _lot(connection, event)


def _hold(connection: Connection, event: ChainEvent, act: str, **values: object) -> None:
    add(
        connection,
        holds,
        lot=event["lot"],
        sequence=event["sequence"],
        act=act,
        time=event.time,
        **values,
    )


def held(connection: Connection, event: ChainEvent) -> None:
    _hold(connection, event, "held", by=event["by"], until=event["until"], reason=event["reason"])
    _lot(connection, event, state=LotState.HELD, until=event["until"])


def renewed(connection: Connection, event: ChainEvent) -> None:
    _hold(connection, event, "renewed", by=event["by"], until=event["until"])
    _lot(connection, event, until=event["until"])


def release_proposed(connection: Connection, event: ChainEvent) -> None:
    _hold(connection, event, "release proposed", by=event["by"])
    _lot(connection, event)


def released(connection: Connection, event: ChainEvent) -> None:
    _hold(connection, event, "released", by=event["by"])
    _lot(connection, event, state=LotState.ACTIVE, until=0)


HANDLERS = {
    "LotOffered": offered,
    "LotAccepted": accepted,
    "LotRejected": rejected,
    "OfferCancelled": cancelled,
    "LotDisputed": disputed,
    "OpeningDisclosed": disclosed,
    "SettlementApproved": settlement_approved,
    "LotHeld": held,
    "HoldRenewed": renewed,
    "ReleaseProposed": release_proposed,
    "LotReleased": released,
}
