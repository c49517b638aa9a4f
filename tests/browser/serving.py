"""A real gateway on a port of its own, over an index that is there already: it follows nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine, select

from api.access.rights import Readers
from api.access.sign_in import SignInPlace
from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.indexer.store import open_store, reading
from api.indexer.tables import cursor
from api.serve import bind, server_of
from tests.support.readers import access_of
from tests.support.synthetic_index import SyntheticIndex

SOON = 30
"""Seconds after which a test gives up waiting."""


def filled(file: Path, index: SyntheticIndex) -> Engine:
    """A database with the rows of an index."""
    engine = open_store(f"sqlite:///{file}")
    index.write(engine)
    return engine


@contextmanager
def served(engine: Engine, readers: Readers = Readers.OPEN) -> Iterator[str]:
    """Its address, until the end of the block."""
    with reading(engine) as connection:
        read = connection.execute(select(cursor)).one()
    head = int(read.next_block) - 1
    listener = bind("127.0.0.1", 0)
    host, port = listener.getsockname()
    url = f"http://{host}:{port}"
    access = access_of(engine, readers)
    object.__setattr__(access, "place", SignInPlace.at(url, read.chain_id))
    source: Any = SimpleNamespace(head=lambda: head)
    indexer: Any = SimpleNamespace(catch_up=lambda: head)
    bundles = Bundles(lambda subject, block: f"bundle of {subject} at {block}".encode())
    gateway = Gateway(engine, source, indexer, bundles, access)
    server = server_of(create_app(gateway, 1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join(timeout=SOON)
        listener.close()
