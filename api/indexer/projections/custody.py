"""Offers, their answers, disputes, holds and names: the history of each lot's custody."""

from typing import Final, TypeAlias

from sqlalchemy import Connection, select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import accounts, custody, holds, lots, organisations
from api.indexer.writes import add, change
from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import (
    ArrivalConsented,
    DisputeEnded,
    HoldRenewed,
    LotAccepted,
    LotDisputed,
    LotHeld,
    LotNamed,
    LotOffered,
    LotRejected,
    LotReleased,
    LotReleasedByAct,
    LotUnnamed,
    OfferCancelled,
    OpeningDisclosed,
    ReleaseProposed,
    SettlementApproved,
)
from lodetrace.contracts.hours import rounded_up

BetweenParties: TypeAlias = (
    LotAccepted | LotDisputed | LotOffered | LotRejected | OfferCancelled | OpeningDisclosed
)
AboutHold: TypeAlias = (
    ArrivalConsented
    | DisputeEnded
    | HoldRenewed
    | LotHeld
    | LotNamed
    | LotReleased
    | LotReleasedByAct
    | LotUnnamed
    | ReleaseProposed
    | SettlementApproved
)

Numbered: TypeAlias = (
    DisputeEnded
    | HoldRenewed
    | LotAccepted
    | LotDisputed
    | LotHeld
    | LotNamed
    | LotOffered
    | LotRejected
    | LotReleased
    | LotReleasedByAct
    | LotUnnamed
    | OfferCancelled
    | ReleaseProposed
    | SettlementApproved
)
"""Events that raise the number of the lot; a disclosure or a consent does not touch it."""


def _act(
    connection: Connection, event: BetweenParties, at: ChainEvent, act: str, **values: object
) -> None:
    add(
        connection,
        custody,
        lot=event.lot,
        block=at.block,
        log_index=at.log_index,
        sequence=getattr(event, "sequence", None),
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
        block=at.block,
        log_index=at.log_index,
        sequence=getattr(event, "sequence", None),
        act=act,
        time=at.time,
        **values,
    )


def _lot(connection: Connection, event: Numbered, at: ChainEvent, **values: object) -> None:
    change(connection, lots, at, {"lot": event.lot}, sequence=event.sequence, **values)


def offered(connection: Connection, event: LotOffered, at: ChainEvent) -> None:
    _act(connection, event, at, "offered", until=event.expiry)
    _lot(connection, event, at, state=LotState.OFFERED, until=event.expiry)


def accepted(connection: Connection, event: LotAccepted, at: ChainEvent) -> None:
    _act(connection, event, at, "accepted")
    moved: dict[str, object] = {"account": event.to}
    if _group_of(connection, event.from_) != _group_of(connection, event.to):
        moved["held_since"] = rounded_up(at.time)
    _lot(connection, event, at, state=LotState.ACTIVE, until=0, **moved)


def rejected(connection: Connection, event: LotRejected, at: ChainEvent) -> None:
    _act(connection, event, at, "rejected", reason=event.reason)
    _lot(connection, event, at, state=LotState.ACTIVE, until=0)


def cancelled(connection: Connection, event: OfferCancelled, at: ChainEvent) -> None:
    _act(connection, event, at, "cancelled")
    _lot(connection, event, at, state=LotState.ACTIVE, until=0)


def disputed(connection: Connection, event: LotDisputed, at: ChainEvent) -> None:
    said = {"until": event.until, "reason": event.reason, "document": event.receiving_document}
    _act(connection, event, at, "disputed", **said)
    _lot(connection, event, at, state=LotState.DISPUTED, until=event.until)


def disclosed(connection: Connection, event: OpeningDisclosed, at: ChainEvent) -> None:
    _act(connection, event, at, "disclosed")


def named(connection: Connection, event: LotNamed, at: ChainEvent) -> None:
    values = {"named_by": event.event_id, "named_hold": 0}
    _lot(connection, event, at, state=LotState.NAMED, until=event.until, **values)
    _hold(connection, event, at, "named", about=event.event_id, until=event.until)


def unnamed(connection: Connection, event: LotUnnamed, at: ChainEvent) -> None:
    """Free, unless a hold goes on that was laid upon it meanwhile."""
    chosen = select(lots.c.named_hold).where(lots.c.lot == event.lot)
    until = connection.execute(chosen).scalar_one_or_none() or 0
    held = at.time <= until
    state = LotState.HELD if held else LotState.ACTIVE
    _lot(connection, event, at, state=state, until=until if held else 0, named_hold=0)
    _hold(connection, event, at, "unnamed", about=event.event_id)


def settlement_approved(connection: Connection, event: SettlementApproved, at: ChainEvent) -> None:
    about = {"about": event.event_id, "until": event.until}
    _hold(connection, event, at, "settlement", by=event.umpire, **about)
    _lot(connection, event, at, until=event.until)


def dispute_ended(connection: Connection, event: DisputeEnded, at: ChainEvent) -> None:
    """The lot is no less than booked: its offer goes on."""
    about = {"about": event.event_id, "until": event.expiry}
    _hold(connection, event, at, "dispute ended", **about)
    _lot(connection, event, at, state=LotState.OFFERED, until=event.expiry)


def arrival_consented(connection: Connection, event: ArrivalConsented, at: ChainEvent) -> None:
    act = "arrival consented" if event.given else "arrival consent proposed"
    _hold(connection, event, at, act, by=event.by)


def held(connection: Connection, event: LotHeld, at: ChainEvent) -> None:
    _hold(connection, event, at, "held", by=event.by, until=event.until, reason=event.reason)
    _lay_hold(connection, event, at)


def renewed(connection: Connection, event: HoldRenewed, at: ChainEvent) -> None:
    _hold(connection, event, at, "renewed", by=event.by, until=event.until)
    _lay_hold(connection, event, at)


def release_proposed(connection: Connection, event: ReleaseProposed, at: ChainEvent) -> None:
    _hold(connection, event, at, "release proposed", by=event.by)
    _lot(connection, event, at)


def released(connection: Connection, event: LotReleased, at: ChainEvent) -> None:
    _hold(connection, event, at, "released", by=event.by)
    _end_hold(connection, event, at)


def released_by_act(connection: Connection, event: LotReleasedByAct, at: ChainEvent) -> None:
    _hold(connection, event, at, "released by act")
    _end_hold(connection, event, at)


def _lay_hold(connection: Connection, event: LotHeld | HoldRenewed, at: ChainEvent) -> None:
    """A lot that waits for the run of an event stays named beneath, until the hold's hour ends."""
    state, until = _state_of(connection, event.lot)
    if state == LotState.NAMED and at.time <= until:
        _lot(connection, event, at, named_hold=rounded_up(event.until))
    else:
        _lot(connection, event, at, state=LotState.HELD, until=event.until, named_hold=0)


def _end_hold(
    connection: Connection, event: LotReleased | LotReleasedByAct, at: ChainEvent
) -> None:
    state, _ = _state_of(connection, event.lot)
    if state == LotState.NAMED:
        _lot(connection, event, at, named_hold=0)
    else:
        _lot(connection, event, at, state=LotState.ACTIVE, until=0)


def _state_of(connection: Connection, lot: bytes) -> tuple[int, int]:
    """As stored, and when it ends; of a lot that is missing, nothing."""
    row = connection.execute(select(lots.c.state, lots.c.until).where(lots.c.lot == lot)).first()
    return (LotState.NONE, 0) if row is None else (row.state, row.until)


def _group_of(connection: Connection, account: str) -> str | None:
    """The ownership group that an account is of now."""
    joined = accounts.join(organisations, accounts.c.organisation == organisations.c.organisation)
    wanted = select(organisations.c.group).select_from(joined).where(accounts.c.account == account)
    return connection.execute(wanted).scalar_one_or_none()


PROJECTIONS: Final[Projections] = {
    LotOffered: offered,
    LotAccepted: accepted,
    LotRejected: rejected,
    OfferCancelled: cancelled,
    LotDisputed: disputed,
    OpeningDisclosed: disclosed,
    LotNamed: named,
    LotUnnamed: unnamed,
    SettlementApproved: settlement_approved,
    DisputeEnded: dispute_ended,
    ArrivalConsented: arrival_consented,
    LotHeld: held,
    HoldRenewed: renewed,
    ReleaseProposed: release_proposed,
    LotReleased: released,
    LotReleasedByAct: released_by_act,
}
