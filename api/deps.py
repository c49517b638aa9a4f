"""What routes are given: a connection to the index, and the gateway's state."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection, Engine

from api.bundles import Bundles
from api.indexer.follow import Indexer
from api.indexer.source import ChainSource
from api.indexer.store import reading


@dataclass(slots=True)
class Gateway:
    """One running gateway. failure: what stopped the indexer, if anything did."""

    engine: Engine
    source: ChainSource
    indexer: Indexer
    bundles: Bundles
    stopping: Event = field(default_factory=Event)
    failure: str | None = None


def gateway(request: Request) -> Gateway:
    found: Gateway = request.app.state.gateway
    return found


def index(request: Request) -> Iterator[Connection]:
    """A read-only view of the index for one request, all of it as of one block."""
    with reading(gateway(request).engine) as connection:
        yield connection


Index = Annotated[Connection, Depends(index)]
Current = Annotated[Gateway, Depends(gateway)]
