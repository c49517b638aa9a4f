"""What each event of the contracts changes in the index: one function an event."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection

from api.indexer.chain_event import ChainEvent
from api.indexer.projections import (
    certificates,
    claims,
    custody,
    events,
    lots,
    members,
    prices,
    products,
    sites,
    withdrawals,
)

Handler = Callable[[Connection, ChainEvent], None]

HANDLERS: Final[Mapping[str, Handler]] = {
    **members.HANDLERS,
    **sites.HANDLERS,
    **certificates.HANDLERS,
    **events.HANDLERS,
    **withdrawals.HANDLERS,
    **lots.HANDLERS,
    **custody.HANDLERS,
    **products.HANDLERS,
    **claims.HANDLERS,
    **prices.HANDLERS,
}
"""Events without a handler are stored, and change no other row."""


def apply(connection: Connection, event: ChainEvent) -> None:
    """Brings the rows up to this event. Events come in the order of the chain, each once."""
    handler = HANDLERS.get(event.name)
    if handler is not None:
        handler(connection, event)
