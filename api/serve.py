"""Starts the gateway of a network: `python -m api`."""

import logging
import socket

from api.app import create_app
from api.bundles import Bundles, exporter
from api.deps import Gateway
from api.errors import AddressTaken
from api.indexer.follow import Indexer
from api.indexer.source import DeployedContracts
from api.indexer.store import open_store
from api.settings import GatewaySettings
from lodetrace.node.client import Node
from lodetrace.onchain.contracts import Contracts


def open_gateway(settings: GatewaySettings) -> Gateway:
    """Opens node, deployment and index; raises SettingsError or NodeError."""
    library = settings.library
    contracts = Contracts.of(library, Node.of(library))
    source = DeployedContracts(contracts.node, contracts.artifacts, contracts.deployment)
    engine = open_store(settings.database_url)
    indexer = Indexer(engine, source, may_rewind=library.network.development)
    bundles = Bundles(exporter(contracts))
    return Gateway(engine=engine, source=source, indexer=indexer, bundles=bundles)


def bind(address: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    It listens before the server starts, so the port is known and whoever calls early waits.
    Raises AddressTaken.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as error:
        listener.close()
        raise AddressTaken(address=address, port=port, reason=error.strerror) from error
    listener.listen()
    return listener


def serve(settings: GatewaySettings) -> None:
    """Serves until it is told to stop (SIGINT, SIGTERM)."""
    import uvicorn

    app = create_app(open_gateway(settings), settings.poll_ms / 1_000)
    listener = bind(settings.bind, settings.port)
    host, port = listener.getsockname()[:2]
    logging.getLogger("lodetrace.gateway").info("serving on http://%s:%s", host, port)
    config = uvicorn.Config(app, log_level="warning", log_config=None)  # into the log of all
    uvicorn.Server(config).run(sockets=[listener])
