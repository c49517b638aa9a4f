"""Events of sites: who attested what, what stands, what was used."""

from typing import Final

from sqlalchemy import Connection, delete, select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.projections.withdrawals import is_withdrawn
from api.indexer.tables import attestations, site_events
from api.indexer.writes import add, change
from lodetrace.contracts.events import Attested, EventStanding, EventUsed, LateFilingExcused


def attested(connection: Connection, event: Attested, at: ChainEvent) -> None:
    add(
        connection,
        attestations,
        event_id=event.event_id,
        revision=event.revision,
        organisation=event.organisation,
        digest=event.digest,
        time=at.time,
    )


def standing(connection: Connection, event: EventStanding, at: ChainEvent) -> None:
    _make_room(connection, event.event_id)
    add(
        connection,
        site_events,
        event_id=event.event_id,
        site=event.site,
        sequence=event.sequence,
        revision=event.revision,
        kind=event.kind,
        element=event.element,
        from_=event.from_,
        to=event.to,
        document=event.document,
        commitment=event.commitment,
        standing_since=at.time,
        used=False,
        excused=False,
    )


def _make_room(connection: Connection, event_id: bytes) -> None:
    """A later revision replaces what its site withdrew before it was used."""
    chosen = site_events.c.event_id == event_id
    stood = connection.execute(select(site_events.c.document).where(chosen)).scalar_one_or_none()
    if stood is not None and is_withdrawn(connection, event_id, stood):
        connection.execute(delete(site_events).where(chosen, site_events.c.used.is_(False)))


def used(connection: Connection, event: EventUsed, at: ChainEvent) -> None:
    change(connection, site_events, at, {"event_id": event.event_id}, used=True)


def excused(connection: Connection, event: LateFilingExcused, at: ChainEvent) -> None:
    change(connection, site_events, at, {"event_id": event.event_id}, excused=True)


PROJECTIONS: Final[Projections] = {
    Attested: attested,
    EventStanding: standing,
    EventUsed: used,
    LateFilingExcused: excused,
}
