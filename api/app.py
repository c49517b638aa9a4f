"""The gateway's application: an index that follows the chain, and routes that read it."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from api import explorer, problems
from api.deps import Gateway
from api.errors import ChainRewound, EventUnexpected
from api.indexer.store import reason_of
from api.routes import (
    bundles,
    certificates,
    claims,
    events,
    health,
    lots,
    members,
    prices,
    products,
    sites,
)
from lodetrace.errors import LodetraceError
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.version import VERSION

log: Final = logging.getLogger("lodetrace.gateway")

CONTRADICTED_SECONDS: Final[float] = 2
"""Before a node that contradicted itself is asked again, beside the usual pause."""

DESCRIPTION: Final = """Reads the chain of custody of battery metals, from mine to car.

Lots are commitments: no route can show an amount, because no node knows one. Claims carry the
proof that anyone can verify."""

ROUTES: Final = (
    health, lots, members, sites, certificates, events, claims, prices, products, bundles,
)  # fmt: skip


def create_app(gateway: Gateway, poll_seconds: float) -> FastAPI:
    """The application around one gateway. The index follows the chain while the app runs."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        follower = threading.Thread(target=follow, args=(gateway, poll_seconds), daemon=True)
        follower.start()
        yield
        gateway.stopping.set()
        follower.join(timeout=30)

    app = FastAPI(
        title="Lodetrace gateway", version=VERSION, description=DESCRIPTION, lifespan=lifespan
    )
    app.state.gateway = gateway
    problems.install(app)
    for module in ROUTES:
        app.include_router(module.router)
    app.include_router(explorer.router)
    return app


def follow(gateway: Gateway, poll_seconds: float) -> None:
    """Catches up until told to stop. An alarm about the index or its chain ends it.

    A node or database that is down, or a full disk, is tried again: nothing was half written. So
    is a node that contradicts itself, but until it is mended nothing is answered.
    """
    while not gateway.stopping.is_set():
        try:
            gateway.indexer.catch_up()
        except (ChainRewound, EventUnexpected) as error:
            gateway.failure = str(error)
            log.critical("the index stopped: %s %s", error, error.advice)
            return
        except NodeContradictsItself as error:
            if gateway.failure != str(error):  # once, not at each try
                gateway.failure = str(error)
                log.critical("the index waits: %s %s", error, error.advice)
            gateway.stopping.wait(CONTRADICTED_SECONDS)
        except (LodetraceError, SQLAlchemyError) as error:
            log.warning("%s", reason_of(error) if isinstance(error, DBAPIError) else error)
        else:
            gateway.failure = None
        gateway.stopping.wait(poll_seconds)
