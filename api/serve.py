"""Starts the gateway of a network: `python -m api`."""

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, Final

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.access.access import Access
from api.access.rights import Readers
from api.access.sign_in import SignInPlace
from api.access.store import open_access_store
from api.app import create_app
from api.bundles import bundles_of
from api.deps import Gateway
from api.errors import AddressTaken
from api.indexer.follow import Indexer
from api.indexer.sealed import SealedBlocks
from api.indexer.source import DeployedContracts, unseen
from api.indexer.store import engine_of, open_store
from api.metrics import Metrics
from api.pages import NOT_BUILT, is_built
from api.settings import GatewaySettings
from api.slow_readers import SEND_BUFFER, SlowReaders
from lodetrace.audit.anchor import Anchor, Consensus
from lodetrace.impatient_heads import ImpatientHeads
from lodetrace.node.client import Node
from lodetrace.onchain.contracts import Contracts

if TYPE_CHECKING:
    from fastapi import FastAPI

log: Final = logging.getLogger("lodetrace.gateway")

MOST_CONNECTIONS: Final = 1_000
"""Open at once, whether they ask for anything or not."""


def open_gateway(settings: GatewaySettings) -> Gateway:
    """Opens node, deployment and index; raises SettingsError or NodeError.

    A replica is not asked anything: one that is away is no reason not to read the chain.
    """
    library = settings.library
    contracts = Contracts.of(library, Node.of(library))
    engine = open_store(settings.database_url)
    sealed = sealed_blocks(settings, contracts)
    if sealed is not None:
        sealed.require_begun_so(engine)
    source = source_of(contracts, sealed)
    indexer = Indexer(
        engine,
        source,
        may_rewind=library.network.development,
        sealed=sealed,
        payloads=settings.payloads,
    )
    bundles = bundles_of(contracts, settings.trust, settings.heads)
    access = Access.over(
        open_access_store(settings.access_database_url),
        settings.readers,
        SignInPlace.at(settings.url, library.network.chain_id),
        settings.rate,
    )
    read = settings.read_url
    answers = engine if read is None else engine_of(read, "LODETRACE_DATABASE_READ_URL")
    return Gateway(answers, source, indexer, bundles, access)


def sealed_blocks(settings: GatewaySettings, contracts: Contracts) -> SealedBlocks | None:
    """Where a trust anchor is named, but for one of a development chain, which has no seals.

    Raises AnchorUnfit, AnchorUnreadable or AnchorInconsistent.
    """
    if settings.trust is None:
        return None
    anchor = Anchor.load(settings.trust)
    if anchor.consensus is Consensus.NONE and settings.library.network.development:
        return None
    return SealedBlocks(anchor, contracts.node, contracts.deployment.genesis)


def source_of(contracts: Contracts, sealed: SealedBlocks | None) -> DeployedContracts:
    """Tells the blocks that it reads to who holds them against a trust anchor."""
    see = unseen if sealed is None else sealed.see
    return DeployedContracts(contracts.node, contracts.artifacts, contracts.deployment, see)


def bind(address: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    It listens before the server starts, so the port is known and whoever calls early waits.
    Raises AddressTaken.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)  # of its connections
    try:
        listener.bind((address, port))
    except OSError as error:
        listener.close()
        raise AddressTaken(address=address, port=port, reason=error.strerror) from error
    listener.listen()
    return listener


class _Protocol(ImpatientHeads, SlowReaders, H11Protocol):
    """Takes no more connections than there is room for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.close()


class _Server(Server):
    """Ends the streams first when it is told to stop: by themselves they go on."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn calls it."""
        gateway: Gateway = self.config.app.state.gateway  # type: ignore[union-attr]
        await asyncio.to_thread(gateway.live.close)
        await super().shutdown(sockets)


def server_of(app: "FastAPI", proxy: str = "127.0.0.1") -> Server:
    """A server that is not started. proxy: believed about whom it asks for."""
    config = Config(
        app,
        http=_Protocol,
        log_level="warning",
        log_config=None,  # into the log of all
        server_header=False,
        forwarded_allow_ips=proxy,
        timeout_graceful_shutdown=30,
    )
    return _Server(config)


def serve(settings: GatewaySettings) -> None:
    """Serves until it is told to stop (SIGINT, SIGTERM)."""
    gateway = open_gateway(settings)
    metrics = Metrics(gateway)
    app = create_app(gateway, settings.poll_ms / 1_000, metrics)
    listener = bind(settings.bind, settings.port)
    host, port = listener.getsockname()[:2]
    if not is_built():
        log.warning("%s", NOT_BUILT.strip())
    told = "to everybody on this machine" if settings.readers is Readers.OPEN else "to members"
    log.info("serving on http://%s:%s %s", host, port, told)
    if settings.monitor_port is not None:
        log.info("metrics at %s", metrics.serve(settings.monitor_port))
    server_of(app, settings.proxy).run(sockets=[listener])
