"""Withdrawn documents, and the lots that they reach: a lot made of one, and all its descendants."""

from typing import Final

from sqlalchemy import exists, insert, literal, or_, select

from api.indexer.chain_event import ChainEvent
from api.indexer.projections.projection import Projections
from api.indexer.tables import TEXT_ID, lots, runs, withdrawals, withdrawn_origins
from api.indexer.writes import Rows, add
from lodetrace.contracts.events import EventWithdrawn


def withdrawn(rows: Rows, event: EventWithdrawn, at: ChainEvent) -> None:
    add(
        rows,
        withdrawals,
        event_id=event.event_id,
        document=event.document,
        declaration=event.declaration,
        reason=event.reason,
        used=event.used,
        time=at.time,
    )
    if event.used:
        _flag(rows, event.event_id)


def is_withdrawn(rows: Rows, event_id: bytes, document: str) -> bool:
    """Whether the site withdrew this document about the event."""
    wanted = (withdrawals.c.event_id == event_id, withdrawals.c.document == document)
    return bool(rows.execute(select(exists().where(*wanted))).scalar_one())


def inherit(rows: Rows, lot: bytes, run: bytes) -> None:
    """A lot bears the flags of the lots that its run consumed."""
    behind = (
        select(literal(lot, TEXT_ID), withdrawn_origins.c.event_id)
        .join(lots, lots.c.lot == withdrawn_origins.c.lot)
        .where(lots.c.consumed_by == run)
        .distinct()
    )
    rows.execute(insert(withdrawn_origins).from_select(["lot", "event_id"], behind))


def _flag(rows: Rows, event_id: bytes) -> None:
    fed = select(runs.c.run).where(runs.c.event_id == event_id)
    made_of_it = or_(lots.c.event_id == event_id, lots.c.made_by.in_(fed))
    reached = select(lots.c.lot).where(made_of_it).cte("reached", recursive=True)
    consumed, made = lots.alias("consumed"), lots.alias("made")
    reached = reached.union(
        select(made.c.lot)
        .join(consumed, consumed.c.consumed_by == made.c.made_by)
        .join(reached, reached.c.lot == consumed.c.lot)
    )
    flagged = select(reached.c.lot, literal(event_id, TEXT_ID))
    rows.execute(insert(withdrawn_origins).from_select(["lot", "event_id"], flagged))


PROJECTIONS: Final[Projections] = {EventWithdrawn: withdrawn}
