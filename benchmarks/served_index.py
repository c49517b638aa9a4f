"""A gateway for members in a process of its own, over a synthetic index of a chain that stands
still: `python -m benchmarks.served_index FOLDER LOTS`.

Prints where it is and the tokens of some readers, and ends when its standard input does.
"""

import json
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from api.access.access import Access
from api.access.rights import Readers
from api.access.sign_in import SignInPlace
from api.access.store import open_access_store, writing_access
from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.indexer.chain_event import ChainEvent
from api.indexer.follow import Indexer
from api.indexer.store import open_store
from api.serve import bind, server_of
from api.settings import sqlite_address
from lodetrace.node.client import NodeHeader
from tests.support.synthetic_index import START, SyntheticIndex, holder, ident

READERS: Final = 8
A_SECOND: Final = 1_000_000
"""No rate: it is the load that is measured."""

POLL_SECONDS: Final = 0.5


class StandingChain:
    """The chain that a synthetic index was read from, as it says; nothing is mined."""

    chain_id = 1
    genesis = ident("genesis", 0)
    first_block = 0

    def head(self) -> int:
        return 999_999

    def block(self, number: int) -> NodeHeader:
        return NodeHeader(number, ident("block", 0), ident("block", 1), START, 0, 0)

    def events(self, first: int, last: int) -> Sequence[ChainEvent]:
        return ()


def main(folder: Path, lots: int) -> int:
    """Serves until nobody holds the other end of its standard input."""
    engine = open_store(sqlite_address(folder / "index.db"))
    SyntheticIndex(lots, lots + 1).write(engine)
    listener = bind("127.0.0.1", 0)
    host, port = listener.getsockname()[:2]
    url = f"http://{host}:{port}"
    chain = StandingChain()
    access = Access.over(
        open_access_store(sqlite_address(folder / "access.db")),
        Readers.MEMBERS,
        SignInPlace.at(url, chain.chain_id),
        A_SECOND,
    )
    indexer = Indexer(engine, chain, may_rewind=False)
    gateway = Gateway(engine, chain, indexer, Bundles(lambda _subject, _ends: b""), access)
    server = server_of(create_app(gateway, POLL_SECONDS))

    def end_with_the_parent() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=end_with_the_parent, daemon=True).start()
    print(json.dumps({"url": url, "tokens": _tokens(access)}), flush=True)
    server.run(sockets=[listener])
    return 0


def _tokens(access: Access) -> list[str]:
    with writing_access(access.engine) as connection:
        return [
            access.sessions.begin(connection, holder(one), holder(one), int(time.time()), None)[0]
            for one in range(READERS)
        ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
