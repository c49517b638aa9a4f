"""Health, readiness and metrics, on a port of their own: no sender of documents can hide them."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from lodetrace.errors import StorageError
from lodetrace.problems import problem_of
from oracle.service import http_problems
from oracle.service.health import DISK, ServiceHealth
from oracle.service.http_problems import RETRY, refusal
from oracle.service.loopback_server import LoopbackServer
from oracle.service.metrics import exposition
from oracle.service.room import require_free, require_room
from oracle.service.store_thread import StoreThread

NAME: Final = "monitor"
CONNECTIONS: Final = 512
"""Each has seconds for its request, so that many that drip leave room for one that asks."""

router: Final = APIRouter()


class Monitor:
    """The server, and what its routes work with."""

    def __init__(
        self, port: int, folder: Path, service_health: ServiceHealth, limits: tuple[int, int]
    ) -> None:
        """limits: seconds without a new head, and without a round, that are still healthy."""
        self._server: Final = LoopbackServer(NAME, port, CONNECTIONS)
        self._folder: Final = folder
        self._health: Final = service_health
        self._limits: Final = limits
        self._store: Final = StoreThread(folder, NAME)

    @property
    def address(self) -> str:
        """Where it listens, once it does."""
        return self._server.address

    def start(self) -> None:
        """Answers from here on; raises SourceUnusable or StorageError."""
        self._store.open()
        self._server.start(monitor_app(self))

    def stop(self) -> None:
        """Answers no more."""
        self._server.stop()
        self._store.close()

    def readiness(self) -> tuple[str, int]:
        """Why the node is not ready, empty when it is; and the head that it saw."""
        return self._disk_trouble() or self._health.unready(*self._limits), self._health.head

    async def metrics(self, accept: str) -> tuple[bytes, str]:
        """The numbers for Prometheus, and their media type."""
        return await self._store.do(lambda store: exposition(store, self._health, accept))

    def _disk_trouble(self) -> str:
        """A disk that refused a document is asked again: nobody else may come for days."""
        try:
            if self._health.has_trouble(DISK):
                require_room(self._folder)
                self._health.recovered(DISK)
            else:
                require_free(self._folder)
        except StorageError as error:
            return f"{error.code}: {error}"
        return ""


def monitor_app(monitor: Monitor) -> FastAPI:
    """The routes of one node."""
    app = http_problems.application(router)
    app.state.monitor = monitor
    app.add_exception_handler(StorageError, _no_numbers)
    return app


def _monitor(request: Request) -> Monitor:
    found: Monitor = request.app.state.monitor
    return found


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """The numbers in the format of Prometheus that the asker names."""
    content, media_type = await _monitor(request).metrics(request.headers.get("accept", ""))
    return Response(content, media_type=media_type)


@router.get("/health")
async def health() -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive"})


@router.get("/ready")
def ready(request: Request) -> Response:
    """Rounds go through, the head advances, the disk has room and every source is in reach."""
    reason, head = _monitor(request).readiness()
    if reason:
        answer = {"status": "not ready", "reason": reason, "head": head}
        return JSONResponse(answer, 503, RETRY)
    return JSONResponse({"status": "ready", "head": head})


async def _no_numbers(request: Request, error: Exception) -> Response:
    assert isinstance(error, StorageError)
    found = problem_of(error, status=503, instance=request.url.path)
    return refusal(found, RETRY)
