"""Offers, their answers, disputes, names and releases: the history of each lot's custody."""

from typing import Final, TypeAlias

from sqlalchemy import select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.events import use
from api.indexer.projections.projection import Projections
from api.indexer.tables import accounts, custody, holds, lots, organisations
from api.indexer.writes import Rows, add, change
from lodetrace.contracts.enums import LotState
from lodetrace.contracts.events import (
    ArrivalConsented,
    DisputeEnded,
    LotAccepted,
    LotDisputed,
    LotNamed,
    LotOffered,
    LotRejected,
    LotReleased,
    LotReleasedByAct,
    LotReleaseProposed,
    LotUnnamed,
    OfferCancelled,
    OpeningDisclosed,
    SettlementApproved,
)
from lodetrace.contracts.hours import rounded_up

BetweenParties: TypeAlias = (
    LotAccepted | LotDisputed | LotOffered | LotRejected | OfferCancelled | OpeningDisclosed
)
AboutHold: TypeAlias = (
    ArrivalConsented
    | DisputeEnded
    | LotNamed
    | LotReleased
    | LotReleasedByAct
    | LotReleaseProposed
    | LotUnnamed
    | SettlementApproved
)

Numbered: TypeAlias = (
    DisputeEnded
    | LotAccepted
    | LotDisputed
    | LotNamed
    | LotOffered
    | LotRejected
    | LotReleased
    | LotReleasedByAct
    | LotReleaseProposed
    | LotUnnamed
    | OfferCancelled
    | SettlementApproved
)
"""Events that raise the number of the lot; a disclosure or a consent does not touch it."""


def _act(rows: Rows, event: BetweenParties, at: ChainEvent, act: str, **values: object) -> None:
    add(
        rows,
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


def _hold(rows: Rows, event: AboutHold, at: ChainEvent, act: str, **values: object) -> None:
    add(
        rows,
        holds,
        lot=event.lot,
        block=at.block,
        log_index=at.log_index,
        sequence=getattr(event, "sequence", None),
        act=act,
        time=at.time,
        **values,
    )


def _lot(rows: Rows, event: Numbered, at: ChainEvent, **values: object) -> None:
    change(rows, lots, at, {"lot": event.lot}, sequence=event.sequence, **values)


def offered(rows: Rows, event: LotOffered, at: ChainEvent) -> None:
    _act(rows, event, at, "offered", until=event.expiry)
    _lot(rows, event, at, state=LotState.OFFERED, until=event.expiry)


def accepted(rows: Rows, event: LotAccepted, at: ChainEvent) -> None:
    _act(rows, event, at, "accepted")
    moved: dict[str, object] = {"account": event.to}
    if _group_of(rows, event.from_) != _group_of(rows, event.to):
        moved["held_since"] = rounded_up(at.time)
    _lot(rows, event, at, state=LotState.ACTIVE, until=0, **moved)


def rejected(rows: Rows, event: LotRejected, at: ChainEvent) -> None:
    _act(rows, event, at, "rejected", reason=event.reason)
    _lot(rows, event, at, state=LotState.ACTIVE, until=0)


def cancelled(rows: Rows, event: OfferCancelled, at: ChainEvent) -> None:
    _act(rows, event, at, "cancelled")
    _lot(rows, event, at, state=LotState.ACTIVE, until=0)


def disputed(rows: Rows, event: LotDisputed, at: ChainEvent) -> None:
    said = {"until": event.until, "reason": event.reason, "document": event.receiving_document}
    _act(rows, event, at, "disputed", **said)
    _lot(rows, event, at, state=LotState.DISPUTED, until=event.until)


def disclosed(rows: Rows, event: OpeningDisclosed, at: ChainEvent) -> None:
    _act(rows, event, at, "disclosed")


def named(rows: Rows, event: LotNamed, at: ChainEvent) -> None:
    values = {"state": LotState.NAMED, "until": event.until, "named_by": event.event_id}
    _lot(rows, event, at, **values)
    _hold(rows, event, at, "named", about=event.event_id, until=event.until)


def unnamed(rows: Rows, event: LotUnnamed, at: ChainEvent) -> None:
    _lot(rows, event, at, state=LotState.ACTIVE, until=0)
    _hold(rows, event, at, "unnamed", about=event.event_id)


def settlement_approved(rows: Rows, event: SettlementApproved, at: ChainEvent) -> None:
    about = {"about": event.event_id, "until": event.until}
    _hold(rows, event, at, "settlement", by=event.umpire, **about)
    _lot(rows, event, at, until=event.until)


def dispute_ended(rows: Rows, event: DisputeEnded, at: ChainEvent) -> None:
    """The lot is no less than booked: its offer goes on."""
    use(rows, event.event_id, at)
    about = {"about": event.event_id, "until": event.expiry}
    _hold(rows, event, at, "dispute ended", **about)
    _lot(rows, event, at, state=LotState.OFFERED, until=event.expiry)


def arrival_consented(rows: Rows, event: ArrivalConsented, at: ChainEvent) -> None:
    act = "arrival consented" if event.given else "arrival consent proposed"
    _hold(rows, event, at, act, by=event.by)


def release_proposed(rows: Rows, event: LotReleaseProposed, at: ChainEvent) -> None:
    _hold(rows, event, at, "release proposed", by=event.by)
    _lot(rows, event, at)


def released(rows: Rows, event: LotReleased, at: ChainEvent) -> None:
    _hold(rows, event, at, "released", by=event.by)
    _lot(rows, event, at, state=LotState.ACTIVE, until=0)


def released_by_act(rows: Rows, event: LotReleasedByAct, at: ChainEvent) -> None:
    _hold(rows, event, at, "released by act")
    _lot(rows, event, at, state=LotState.ACTIVE, until=0)


def _group_of(rows: Rows, account: str) -> str | None:
    """The ownership group that an account is of now."""
    joined = accounts.join(organisations, accounts.c.organisation == organisations.c.organisation)
    wanted = select(organisations.c.group).select_from(joined).where(accounts.c.account == account)
    return rows.execute(wanted).scalar_one_or_none()


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
    LotReleaseProposed: release_proposed,
    LotReleased: released,
    LotReleasedByAct: released_by_act,
}
