"""Events of sites: who attested what, what stands, what was used."""

from sqlalchemy import Connection, delete, select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.withdrawals import is_withdrawn
from api.indexer.tables import attestations, site_events
from api.indexer.writes import add, change


def attested(connection: Connection, event: ChainEvent) -> None:
    copied = ("event_id", "revision", "organisation", "digest")
    values = {name: event[name] for name in copied}
    add(connection, attestations, time=event.time, **values)


def standing(connection: Connection, event: ChainEvent) -> None:
    copied = (
        "event_id",
        "site",
        "sequence",
        "revision",
        "kind",
        "element",
        "from",
        "to",
        "document",
        "commitment",
    )
    values = {name: event[name] for name in copied}
    _make_room(connection, event["event_id"])
    add(connection, site_events, standing_since=event.time, used=False, excused=False, **values)


def _make_room(connection: Connection, event_id: str) -> None:
    """A later revision replaces what its site withdrew before it was used."""
    chosen = site_events.c.event_id == event_id
    stood = connection.execute(select(site_events.c.document).where(chosen)).scalar_one_or_none()
    if stood is not None and is_withdrawn(connection, event_id, stood):
        connection.execute(delete(site_events).where(chosen, site_events.c.used.is_(False)))


def used(connection: Connection, event: ChainEvent) -> None:
    change(connection, site_events, event, {"event_id": event["event_id"]}, used=True)


def excused(connection: Connection, event: ChainEvent) -> None:
    change(connection, site_events, event, {"event_id": event["event_id"]}, excused=True)


HANDLERS = {
    "Attested": attested,
    "EventStanding": standing,
    "EventUsed": used,
    "LateFilingExcused": excused,
}
