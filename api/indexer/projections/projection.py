"""What a projection is: one function an event, registered by the event's type."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from api.indexer.chain_event import ChainEvent
from api.indexer.writes import Rows
from lodetrace.contracts.events import Event

Projection: TypeAlias = Callable[[Rows, Any, ChainEvent], None]
"""Brings the rows up to an event of its type; the last argument says where it was recorded."""

Projections: TypeAlias = Mapping[type[Event], Projection]
