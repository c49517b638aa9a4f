"""Holds on roots: when each ends, and who decided what about it."""

from typing import Final, TypeAlias

from sqlalchemy import select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import hold_acts, root_holds
from api.indexer.writes import Rows, add, change
from lodetrace.contracts.events import (
    HoldPlaced,
    HoldReleased,
    HoldReleaseProposed,
    HoldRenewed,
)

AboutHold: TypeAlias = HoldPlaced | HoldRenewed | HoldReleaseProposed | HoldReleased


def _act(rows: Rows, event: AboutHold, at: ChainEvent, act: str, **values: object) -> None:
    about = {"key": event.key, "sequence": event.sequence, "root": event.root}
    add(rows, hold_acts, **about, act=act, by=event.by, time=at.time, **values)


def _change(rows: Rows, event: AboutHold, at: ChainEvent, **values: object) -> None:
    change(rows, root_holds, at, {"key": event.key}, sequence=event.sequence, **values)


def placed(rows: Rows, event: HoldPlaced, at: ChainEvent) -> None:
    """The first of its key, or one after another that has ended."""
    _act(rows, event, at, "held", until=event.until, reason=event.reason)
    known = select(root_holds.c.key).where(root_holds.c.key == event.key)
    if rows.execute(known).first() is None:
        about = {"key": event.key, "root": event.root, "group": event.group}
        add(rows, root_holds, **about, since=0, until=0, sequence=0)
    _change(rows, event, at, since=at.time, until=event.until)


def renewed(rows: Rows, event: HoldRenewed, at: ChainEvent) -> None:
    _act(rows, event, at, "renewed", until=event.until)
    _change(rows, event, at, until=event.until)


def release_proposed(rows: Rows, event: HoldReleaseProposed, at: ChainEvent) -> None:
    _act(rows, event, at, "release proposed")
    _change(rows, event, at)


def released(rows: Rows, event: HoldReleased, at: ChainEvent) -> None:
    _act(rows, event, at, "released")
    _change(rows, event, at, until=0)


PROJECTIONS: Final[Projections] = {
    HoldPlaced: placed,
    HoldRenewed: renewed,
    HoldReleaseProposed: release_proposed,
    HoldReleased: released,
}
