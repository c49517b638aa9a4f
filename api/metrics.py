"""The gateway's numbers for Prometheus, on a loopback port of their own: no reader sees them.

Labels are routes as the table of rights names them, and names of refusals: no id of anything.
"""

import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from sqlalchemy import event
from starlette.datastructures import Headers
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.rights import MATRIX
from api.errors import AddressTaken

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

    from api.deps import Gateway

PREFIX: Final = "lodetrace_gateway"
LOOPBACK: Final = "127.0.0.1"
OTHER: Final = "other"
"""Route of what is none, and method of what no route has: nobody makes labels by asking."""

STREAMS: Final = ("text/event-stream", "text/event-stream; charset=utf-8")
"""What has no end."""

SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60, 600)
STATEMENTS: Final = (0, 3, 6, 12, 25, 50, 100, 200, 500)

_asked: Final[ContextVar[list[int] | None]] = ContextVar("statements of a request", default=None)
"""One count, which the threads of a request share."""


class Metrics:
    """What is counted as it happens, and what is asked when somebody looks."""

    def __init__(self, gateway: "Gateway") -> None:
        self.registry: Final = CollectorRegistry()
        self.seconds: Final = Histogram(
            f"{PREFIX}_request_seconds",
            "Seconds of a request that was answered, but for streams.",
            buckets=SECONDS,
            labelnames=("method", "route"),
            registry=self.registry,
        )
        self.statements: Final = Histogram(
            f"{PREFIX}_request_statements",
            "Statements that a request asked of the index.",
            buckets=STATEMENTS,
            labelnames=("method", "route"),
            registry=self.registry,
        )
        self.refusals: Final = Counter(
            f"{PREFIX}_refusals", "Refusals by their name.", ("code",), registry=self.registry
        )
        # an heir of the library's class is not needed: it asks for one function
        self.registry.register(cast("Collector", _State(gateway)))
        event.listen(gateway.engine, "before_cursor_execute", _count)

    def serve(self, port: int) -> str:
        """Answers `GET /metrics` on a loopback port; raises AddressTaken."""
        try:
            server, _ = start_http_server(port, LOOPBACK, self.registry)
        except OSError as error:
            raise AddressTaken(address=LOOPBACK, port=port, reason=error.strerror) from error
        return f"http://{LOOPBACK}:{server.server_port}/metrics"


def _count(*_: Any) -> None:
    asked = _asked.get()
    if asked is not None:
        asked[0] += 1


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """How far the index is, as whoever follows the chain last saw it."""

    gateway: "Gateway"

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """As the library calls it."""
        indexer = self.gateway.indexer
        head, read = indexer.head, indexer.read
        if head is not None and read is not None:
            yield _gauge("head_block", "Newest block that its node told.", head)
            yield _gauge("indexed_block", "Last block that the index has read.", read)
            yield _gauge("lag_blocks", "Blocks that the index is behind.", max(0, head - read))
            idle = time.monotonic() - indexer.read_at
            yield _gauge("read_idle_seconds", "Seconds since the index was at its head.", int(idle))
        halted = int(self.gateway.failure is not None)
        yield _gauge("halted", "1 while nothing is answered from the index.", halted)
        yield _gauge("streams", "Streams of changes that are open.", self.gateway.live.open_streams)
        told = "Connections of readers who did not take what they asked for."
        yield CounterMetricFamily(f"{PREFIX}_hung_up", told, self.gateway.hung_up)


def _gauge(name: str, about: str, value: int) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", about, value)


class Measured:
    """Around everything that answers a request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app: Final = app
        self._metrics: Final = metrics
        methods = {route.method for route in MATRIX}
        self._methods: Final = {*methods, "HEAD"}
        paths = sorted({route.path for route in MATRIX}, key=lambda path: path.count("{"))
        self._routes: Final = [(compile_path(path)[0], path) for path in paths]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        is_stream = False

        async def answer(message: Message) -> None:
            nonlocal is_stream
            if message["type"] == "http.response.start":
                is_stream = Headers(raw=message["headers"]).get("content-type") in STREAMS
            await send(message)

        asked, begun = [0], time.monotonic()
        mine = _asked.set(asked)
        try:
            await self._app(scope, receive, answer)
        finally:
            _asked.reset(mine)
            at = self._labels(scope)
            if not is_stream:
                self._metrics.seconds.labels(*at).observe(time.monotonic() - begun)
                self._metrics.statements.labels(*at).observe(asked[0])
            if "refusal" in state:
                self._metrics.refusals.labels(state["refusal"]).inc()

    def _labels(self, scope: Scope) -> tuple[str, str]:
        method, path = scope["method"], scope["path"]
        found = (route for pattern, route in self._routes if pattern.match(path))
        return method if method in self._methods else OTHER, next(found, OTHER)
