"""A gateway for members on a port of its own, which follows a chain that grows meanwhile."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from api.access.sign_in import SignInPlace
from api.app import create_app
from api.deps import Gateway
from api.serve import bind, server_of
from tests.unit.api.members_gateway import MembersGateway

SOON = 30
"""Seconds after which a test gives up waiting."""


def grown(served: MembersGateway) -> None:
    """A block is there once its event is: tests add one in two steps, beside who follows."""
    events = served.chain.world.chain.events
    served.chain.head = lambda: max(one.block for one in list(events))  # type: ignore[method-assign]


@contextmanager
def running(served: MembersGateway, port: int = 0) -> Iterator[int]:
    """Until the end of the block; what it yields is the port."""
    old = served.gateway
    served.gateway = Gateway(old.engine, old.source, old.indexer, old.bundles, old.access)
    served.client.app.state.gateway = served.gateway  # type: ignore[attr-defined]
    listener = bind("127.0.0.1", port)
    host, port = listener.getsockname()
    served.url = f"http://{host}:{port}"
    place = SignInPlace.at(served.url, served.chain.chain_id)
    object.__setattr__(served.gateway.access, "place", place)
    server = server_of(create_app(served.gateway, 0.02))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(timeout=SOON)
        listener.close()
        assert not thread.is_alive()
