"""An HTTP server on loopback, in a thread of its own."""

import logging
import socket
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from lodetrace.errors import Pending
from lodetrace.impatient_heads import ImpatientHeads
from lodetrace.problems import problem_of
from oracle.service.http_problems import RETRY, refusal
from oracle.service.source import SourceUnusable

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

HOST: Final = "127.0.0.1"
log: Final = logging.getLogger("lodetrace.oracle")


class ListenerUnusable(SourceUnusable):
    """A port that is taken, or may not be listened on."""

    template = "{source} cannot listen on {address}: {reason}"
    advice = "Set LODETRACE_ORACLE_PORT and LODETRACE_ORACLE_MONITOR_PORT; 0 takes a free one."


class TooManyConnections(Pending):
    """More at once than the server is for, whether they ask for anything or not."""

    template = "more than {limit} connections are open"
    advice = "Ask again in a few seconds, and close connections that are done."


class LoopbackServer:
    """Answers on one port. connections: open at once; what a further one asks is answered 503."""

    def __init__(self, name: str, port: int, connections: int) -> None:
        self._name: Final = name
        self._port: Final = port
        self._connections: Final = connections
        self._listener: socket.socket | None = None
        self._server: Any = None
        self._thread: Thread | None = None

    @property
    def address(self) -> str:
        """Where it listens, once it does."""
        port = self._port if self._listener is None else self._listener.getsockname()[1]
        return f"http://{HOST}:{port}"

    def check(self) -> str:
        """Raises ListenerUnusable where the port is taken."""
        _bound(self._name, self._port).close()
        return f"{HOST}:{self._port} is free"

    def start(self, app: "ASGIApp") -> None:
        """Listens from here on; raises ListenerUnusable."""
        self._listener = _bound(self._name, self._port)
        self._listener.listen()
        config = Config(
            self._limited(app),
            http=_ImpatientProtocol,
            log_level="warning",
            log_config=None,  # what it has to say goes into the log of the service
            timeout_keep_alive=5,
            timeout_graceful_shutdown=5,
            lifespan="off",
        )
        self._server = Server(config)
        self._thread = Thread(
            target=self._server.run,
            kwargs={"sockets": [self._listener]},
            name=self._name,
            daemon=True,
        )
        self._thread.start()

    def _limited(self, app: "ASGIApp") -> "ASGIApp":
        """In place of uvicorn's own limit, whose answer is no problem object and names no time."""

        async def answer(scope: "Scope", receive: "Receive", send: "Send") -> None:
            if len(self._server.server_state.connections) <= self._connections:
                await app(scope, receive, send)
                return
            error = TooManyConnections(limit=self._connections)
            log.warning("%s: %s", self._name, error)
            found = problem_of(error, title="Busy", status=503, instance=scope["path"])
            await refusal(found, RETRY)(scope, receive, send)

        return answer

    def stop(self) -> None:
        """Takes no more; what was being answered is answered."""
        if self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._thread = None
        if self._listener is not None:
            self._listener.close()


class _ImpatientProtocol(ImpatientHeads, H11Protocol):
    """Hangs up on whoever brings the head of a request byte by byte, or not at all."""


def _bound(name: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise ListenerUnusable(source=name, address=f"{HOST}:{port}", reason=reason) from error
    return listener
