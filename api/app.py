"""The gateway's application: an index that follows the chain, and routes that read it."""

import logging
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Depends, FastAPI
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.routing import Route as Served
from starlette.types import ASGIApp

from api import pages, problems
from api.accepted_encoding import AcceptedEncoding
from api.access.rights import MATRIX, Route
from api.admission import admitted, rationed
from api.alarms import told_to_readers
from api.conditional import ConditionalRequests
from api.deps import Gateway
from api.description import DescribedApp
from api.errors import ChainRewound, EventUnexpected, IndexHalted, IndexReadUnsealed
from api.indexer.store import reason_of
from api.limits import RequestLimits
from api.metrics import Measured, Metrics
from api.query import require_known_parameters
from api.routes import (
    bundles,
    certificates,
    changes,
    claims,
    events,
    health,
    lots,
    members,
    prices,
    products,
    provenance,
    publications,
    search,
    sessions,
    sites,
)
from api.security_headers import SecurityHeaders
from lodetrace.errors import LodetraceError
from lodetrace.evidence.errors import NodeContradictsItself
from lodetrace.head_requests import HeadAsGet

log: Final = logging.getLogger("lodetrace.gateway")

CONTRADICTED_SECONDS: Final[float] = 2
"""Before a node that contradicted itself is asked again, beside the usual pause."""

ROUTES: Final = (
    changes, lots, members, sites, certificates, events, claims, prices, products, publications,
    provenance, bundles, search, sessions,
)  # fmt: skip
"""Those that read the index for somebody: each asks who it is first."""

SMALLEST_COMPRESSED: Final = 1_000
"""Bytes: what is smaller fits into one packet anyway. Bundles are compressed already."""


class RouteWithoutRight(Exception):
    """A route that api/access/rights.py says nothing about, or the other way round."""


class GuardedApp(DescribedApp):
    """The description, and header fields on every answer, of those that failed as well."""

    is_tls = False

    def build_middleware_stack(self) -> ASGIApp:
        """As Starlette calls it, once."""
        return SecurityHeaders(super().build_middleware_stack(), self.is_tls)


def create_app(gateway: Gateway, poll_seconds: float, metrics: Metrics | None = None) -> FastAPI:
    """The application around one gateway. The index follows the chain while the app runs.

    metrics: where its requests are counted.

    Raises RouteWithoutRight.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        follower = threading.Thread(target=follow, args=(gateway, poll_seconds), daemon=True)
        gateway.live.open()
        follower.start()
        yield
        gateway.stopping.set()
        gateway.live.close()
        follower.join(timeout=30)

    # without redirects from one spelling of a path to another: they forget a proxy's prefix
    app = GuardedApp(lifespan=lifespan, redirect_slashes=False)
    app.state.gateway = gateway
    app.is_tls = gateway is not None and gateway.access.place.uri.startswith("https:")
    # the last one added is the first to see a request
    app.add_middleware(
        GZipMiddleware,
        minimum_size=SMALLEST_COMPRESSED,
        compresslevel=6,
        exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, bundles.MEDIA_TYPE),
    )
    app.add_middleware(AcceptedEncoding)
    app.add_middleware(ConditionalRequests)
    app.add_middleware(RequestLimits)
    app.add_middleware(HeadAsGet)
    if metrics is not None:
        app.add_middleware(Measured, metrics=metrics)
    problems.install(app)
    known = Depends(require_known_parameters)
    guards = {health: [known], pages: []}
    for module in (health, *ROUTES, pages):
        wanted = guards.get(module, [Depends(admitted), known, Depends(rationed, scope="function")])
        app.include_router(module.router, dependencies=wanted)
    routers = [app.router, health.router, pages.router, *(one.router for one in ROUTES)]
    app.state.served = [
        route for router in routers for route in router.routes if isinstance(route, Served)
    ]
    _require_rights(app.state.served)
    return app


def _require_rights(routes: Iterable[Served]) -> None:
    """Every route has its row in the table, and every row its route."""
    served = {
        Route(method, route.path_format)
        for route in routes
        for method in (route.methods or ())
        if method != "HEAD"
    }
    if differ := served ^ MATRIX.keys():
        raise RouteWithoutRight(", ".join(f"{one.method} {one.path}" for one in sorted(differ)))


def follow(gateway: Gateway, poll_seconds: float) -> None:
    """Catches up until told to stop. An alarm about the index or its chain ends it.

    A node or database that is down, or a full disk, is tried again: nothing was half written. So
    is a node that contradicts itself, but until it is mended nothing is answered, and other faults
    of later tries are told beside it.
    """
    alarm: str | None = None
    logged: str | None = None
    while not gateway.stopping.is_set():
        try:
            gateway.indexer.catch_up()
        except (ChainRewound, EventUnexpected, IndexReadUnsealed) as error:
            gateway.failure = told_to_readers(error)
            log.critical("the index stopped: %s %s", error, error.advice)
            gateway.live.close(IndexHalted(reason=gateway.failure))
            return
        except NodeContradictsItself as error:
            if logged != str(error):  # once, not at each try
                logged = str(error)
                log.critical("the index waits: %s %s", error, error.advice)
            gateway.failure = alarm = told_to_readers(error)
            gateway.live.halt(IndexHalted(reason=alarm))
            gateway.stopping.wait(CONTRADICTED_SECONDS)
        except (LodetraceError, SQLAlchemyError) as error:
            log.warning("%s", reason_of(error) if isinstance(error, DBAPIError) else error)
            if alarm is not None:
                gateway.failure = f"{alarm}; since then {told_to_readers(error)}"
        else:
            gateway.failure = alarm = logged = None
        if gateway.failure is None:
            _tell_listeners(gateway)
        gateway.stopping.wait(poll_seconds)


def _tell_listeners(gateway: Gateway) -> None:
    """Also of what another gateway wrote meanwhile. What fails is told the next time; the index
    goes on."""
    try:
        gateway.live.look()
    except SQLAlchemyError as error:
        log.warning("%s", reason_of(error) if isinstance(error, DBAPIError) else error)
    except Exception:
        log.exception("listeners are not told what is new")
