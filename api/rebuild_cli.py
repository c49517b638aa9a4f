"""`lodetrace-gateway rebuild`: the index made anew beside the one that answers."""

import sys
import time
from typing import Final

SAID_SECONDS: Final = 2


class Shown:
    """How far a rebuild is, a line each few seconds."""

    def __init__(self) -> None:
        self._said_at = time.monotonic()

    def __call__(self, read: int, head: int) -> None:
        now = time.monotonic()
        if now - self._said_at >= SAID_SECONDS:
            self._said_at = now
            print(f"block {read:,} of {head:,}", file=sys.stderr)


def rebuild_index() -> None:
    """Of the settings of the process; raises LodetraceError."""
    from api.indexer.rebuild import rebuild
    from api.serve import sealed_blocks, source_of
    from api.settings import GatewaySettings
    from lodetrace.node.client import Node
    from lodetrace.onchain.contracts import Contracts

    settings = GatewaySettings.load()
    library = settings.library
    with Node.of(library) as node:
        contracts = Contracts.of(library, node)
        sealed = sealed_blocks(settings, contracts)
        source = source_of(contracts, sealed)
        last = rebuild(
            settings.database_url,
            source,
            Shown(),
            may_rewind=library.network.development,
            sealed=sealed,
            payloads=settings.payloads,
        )
    print(f"the index is rebuilt up to block {last:,}")
