"""Holds on roots: when each ends, and who decided what about it."""

from typing import Final, TypeAlias

from sqlalchemy import Connection, select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import hold_acts, root_holds
from api.indexer.writes import add, change
from lodetrace.contracts.events import (
    HoldPlaced,
    HoldReleased,
    HoldReleaseProposed,
    HoldRenewed,
)

AboutHold: TypeAlias = HoldPlaced | HoldRenewed | HoldReleaseProposed | HoldReleased


def _act(
    connection: Connection, event: AboutHold, at: ChainEvent, act: str, **values: object
) -> None:
    about = {"key": event.key, "sequence": event.sequence, "root": event.root}
    add(connection, hold_acts, **about, act=act, by=event.by, time=at.time, **values)


def _change(connection: Connection, event: AboutHold, at: ChainEvent, **values: object) -> None:
    change(connection, root_holds, at, {"key": event.key}, sequence=event.sequence, **values)


def placed(connection: Connection, event: HoldPlaced, at: ChainEvent) -> None:
    """The first of its key, or one after another that has ended."""
    _act(connection, event, at, "held", until=event.until, reason=event.reason)
    known = select(root_holds.c.key).where(root_holds.c.key == event.key)
    if connection.execute(known).first() is None:
        about = {"key": event.key, "root": event.root, "group": event.group}
        add(connection, root_holds, **about, since=0, until=0, sequence=0)
    _change(connection, event, at, since=at.time, until=event.until)


def renewed(connection: Connection, event: HoldRenewed, at: ChainEvent) -> None:
    _act(connection, event, at, "renewed", until=event.until)
    _change(connection, event, at, until=event.until)


def release_proposed(connection: Connection, event: HoldReleaseProposed, at: ChainEvent) -> None:
    _act(connection, event, at, "release proposed")
    _change(connection, event, at)


def released(connection: Connection, event: HoldReleased, at: ChainEvent) -> None:
    _act(connection, event, at, "released")
    _change(connection, event, at, until=0)


PROJECTIONS: Final[Projections] = {
    HoldPlaced: placed,
    HoldRenewed: renewed,
    HoldReleaseProposed: release_proposed,
    HoldReleased: released,
}
