"""What routes are given: a connection to the index, and the gateway's state."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection, Engine

from api.access.access import Access
from api.access.rights import MATRIX, SECONDS, Route
from api.bundles import Bundles
from api.conditional import NotModified, block_tag, condition_of, is_named
from api.errors import GraphBusy, IndexHalted
from api.indexer.follow import Indexer
from api.indexer.source import ChainSource
from api.indexer.store import reading
from api.live import LiveChanges
from api.loaders.position import TAGGED
from api.rations import Ration


@dataclass(slots=True)
class Gateway:
    """One running gateway. failure: the alarm that keeps the indexer from reading on, if any.

    hung_up: connections of readers who did not take what they asked for.
    """

    engine: Engine
    source: ChainSource
    indexer: Indexer
    bundles: Bundles
    access: Access
    graphs: Ration = field(default_factory=lambda: Ration(at_once=2, room=8, busy=GraphBusy))
    stopping: Event = field(default_factory=Event)
    failure: str | None = None
    hung_up: int = 0
    live: LiveChanges = field(init=False)

    def __post_init__(self) -> None:
        self.live = LiveChanges(self.engine, self.access)


def gateway(request: Request) -> Gateway:
    found: Gateway = request.app.state.gateway
    return found


def snapshot(request: Request) -> Iterator[Connection]:
    """A read-only view of the index for one request, all of it as of one block.

    Raises IndexHalted after an alarm: no answer is better than one that may be wrong.
    """
    found = gateway(request)
    if found.failure is not None:
        raise IndexHalted(reason=found.failure)
    with reading(found.engine, seconds=_seconds_of(request)) as connection:
        yield connection


def _seconds_of(request: Request) -> float:
    """After which a statement that still runs is of use to nobody."""
    return SECONDS[MATRIX[Route(request.method, request.scope["route"].path_format)].work]


Snapshot = Annotated[Connection, Depends(snapshot, scope="function")]
"""Given back before the answer is sent, however slowly its reader takes it.

For answers that say more than the index does, such as how far behind the chain it is.
"""


def index(request: Request, connection: Snapshot) -> Connection:
    """A view whose answer is tagged with its block; raises NotModified for who has it already."""
    read = connection.execute(TAGGED).one_or_none()
    if read is not None:
        request.state.tag = tag = block_tag(request, read)
        if is_named(tag, condition_of(request.headers)):
            raise NotModified(tag)
    return connection


Index = Annotated[Connection, Depends(index)]
"""For answers that the index alone decides."""

Current = Annotated[Gateway, Depends(gateway)]
