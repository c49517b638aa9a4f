"""Withdrawn documents, and the lots that they reach: a lot made of one, and all its descendants."""

from sqlalchemy import Connection, exists, insert, literal, or_, select

from api.indexer.chain_event import ChainEvent
from api.indexer.tables import lots, runs, withdrawals, withdrawn_origins
from api.indexer.writes import add


def withdrawn(connection: Connection, event: ChainEvent) -> None:
    copied = ("event_id", "document", "declaration", "reason", "used")
    add(connection, withdrawals, time=event.time, **{name: event[name] for name in copied})
    if event["used"]:
        _flag(connection, event["event_id"])


def is_withdrawn(connection: Connection, event_id: str, document: str) -> bool:
    """Whether the site withdrew this document about the event."""
    wanted = (withdrawals.c.event_id == event_id, withdrawals.c.document == document)
    return bool(connection.execute(select(exists().where(*wanted))).scalar_one())


def inherit(connection: Connection, lot: str, run: str) -> None:
    """A lot bears the flags of the lots that its run consumed."""
    behind = (
        select(literal(lot), withdrawn_origins.c.event_id)
        .join(lots, lots.c.lot == withdrawn_origins.c.lot)
        .where(lots.c.consumed_by == run)
        .distinct()
    )
    connection.execute(insert(withdrawn_origins).from_select(["lot", "event_id"], behind))


def _flag(connection: Connection, event_id: str) -> None:
    fed = select(runs.c.run).where(runs.c.event_id == event_id)
    made_of_it = or_(lots.c.event_id == event_id, lots.c.made_by.in_(fed))
    reached = select(lots.c.lot).where(made_of_it).cte("reached", recursive=True)
    consumed, made = lots.alias("consumed"), lots.alias("made")
    reached = reached.union(
        select(made.c.lot)
        .join(consumed, consumed.c.consumed_by == made.c.made_by)
        .join(reached, reached.c.lot == consumed.c.lot)
    )
    flagged = select(reached.c.lot, literal(event_id))
    connection.execute(insert(withdrawn_origins).from_select(["lot", "event_id"], flagged))


HANDLERS = {"EventWithdrawn": withdrawn}
