"""Offers, their answers, disputes and holds: the history of each lot's custody."""

from typing import Final, TypeAlias

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import custody, holds, lots
from api.indexer.writes import add, change
from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import (
    ArrivalConsented,
    HoldRenewed,
    LotAccepted,
    LotDisputed,
    LotHeld,
    LotOffered,
    LotRejected,
    LotReleased,
    LotReleasedByAct,
    OfferCancelled,
    OpeningDisclosed,
    ReleaseProposed,
    SettlementApproved,
)

BetweenParties: TypeAlias = (
    LotAccepted | LotDisputed | LotOffered | LotRejected | OfferCancelled | OpeningDisclosed
)
AboutHold: TypeAlias = (
    ArrivalConsented
    | HoldRenewed
    | LotHeld
    | LotReleased
    | LotReleasedByAct
    | ReleaseProposed
    | SettlementApproved
)


def _act(
    connection: Connection, event: BetweenParties, at: ChainEvent, act: str, **values: object
) -> None:
    add(
        connection,
        custody,
        lot=event.lot,
        sequence=event.sequence,
        act=act,
        from_=event.from_,
        to=event.to,
        time=at.time,
        **values,
    )


def _hold(
    connection: Connection, event: AboutHold, at: ChainEvent, act: str, **values: object
) -> None:
    add(
        connection,
        holds,
        lot=event.lot,
        sequence=event.sequence,
        act=act,
        time=at.time,
        **values,
    )


def _lot(
    connection: Connection, event: BetweenParties | AboutHold, at: ChainEvent, **values: object
) -> None:
    change(connection, lots, at, {"lot": event.lot}, sequence=event.sequence, **values)


def offered(connection: Connection, event: LotOffered, at: ChainEvent) -> None:
    _act(connection, event, at, "offered", until=event.expiry)
    _lot(connection, event, at, state=LotState.OFFERED, until=event.expiry)


def accepted(connection: Connection, event: LotAccepted, at: ChainEvent) -> None:
    _act(connection, event, at, "accepted")
    _lot(connection, event, at, state=LotState.ACTIVE, until=0, account=event.to)


def rejected(connection: Connection, event: LotRejected, at: ChainEvent) -> None:
    _act(connection, event, at, "rejected", reason=event.reason)
    _lot(connection, event, at, state=LotState.ACTIVE, until=0)


def cancelled(connection: Connection, event: OfferCancelled, at: ChainEvent) -> None:
    _act(connection, event, at, "cancelled")
    _lot(connection, event, at, state=LotState.ACTIVE, until=0)


def disputed(connection: Connection, event: LotDisputed, at: ChainEvent) -> None:
    _act(connection, event, at, "disputed", until=event.until, reason=event.reason)
    _lot(connection, event, at, state=LotState.DISPUTED, until=event.until)


def disclosed(connection: Connection, event: OpeningDisclosed, at: ChainEvent) -> None:
    _act(connection, event, at, "disclosed")
    _lot(connection, event, at)


def settlement_approved(connection: Connection, event: SettlementApproved, at: ChainEvent) -> None:
    _hold(connection, event, at, "settlement", by=event.umpire, reason=event.event_id)
    _lot(connection, event, at)


def arrival_consented(connection: Connection, event: ArrivalConsented, at: ChainEvent) -> None:
    act = "arrival consented" if event.given else "arrival consent proposed"
    _hold(connection, event, at, act, by=event.by)
    _lot(connection, event, at)


def held(connection: Connection, event: LotHeld, at: ChainEvent) -> None:
    _hold(connection, event, at, "held", by=event.by, until=event.until, reason=event.reason)
    _lot(connection, event, at, state=LotState.HELD, until=event.until)


def renewed(connection: Connection, event: HoldRenewed, at: ChainEvent) -> None:
    _hold(connection, event, at, "renewed", by=event.by, until=event.until)
    _lot(connection, event, at, until=event.until)


def release_proposed(connection: Connection, event: ReleaseProposed, at: ChainEvent) -> None:
    _hold(connection, event, at, "release proposed", by=event.by)
    _lot(connection, event, at)


def released(connection: Connection, event: LotReleased, at: ChainEvent) -> None:
    _hold(connection, event, at, "released", by=event.by)
    _lot(connection, event, at, state=LotState.ACTIVE, until=0)


def released_by_act(connection: Connection, event: LotReleasedByAct, at: ChainEvent) -> None:
    _hold(connection, event, at, "released by act")
    _lot(connection, event, at, state=LotState.ACTIVE, until=0)


PROJECTIONS: Final[Projections] = {
    LotOffered: offered,
    LotAccepted: accepted,
    LotRejected: rejected,
    OfferCancelled: cancelled,
    LotDisputed: disputed,
    OpeningDisclosed: disclosed,
    SettlementApproved: settlement_approved,
    ArrivalConsented: arrival_consented,
    LotHeld: held,
    HoldRenewed: renewed,
    ReleaseProposed: release_proposed,
    LotReleased: released,
    LotReleasedByAct: released_by_act,
}
